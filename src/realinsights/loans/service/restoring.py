"""Undo: an earlier version of a thing, or a deleted one, comes back as its next version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from realinsights.contracts.loans import PartyKind, PartyRecorded, PeriodFigures, PeriodsRecorded
from realinsights.loans.model.debt_service import annual_debt_service
from realinsights.loans.model.loan import Loan, draft_of
from realinsights.loans.model.parties import Fund, FundDraft, Lender, LenderDraft, Portfolio, PortfolioDraft
from realinsights.loans.model.period import ReportedPeriod, period_figures
from realinsights.loans.model.property import Property, PropertyDraft
from realinsights.loans.service import loans, parties, properties
from realinsights.loans.service.references import referenced_properties, require_portfolio
from realinsights.loans.store import FUNDS, LENDERS, LOANS, PERIODS, PORTFOLIOS, PROPERTIES
from realinsights_platform.documents.journal_port import Storage, Write
from realinsights_platform.documents.port import D, Documents, Kind, Revision, Unit
from realinsights_platform.documents.versions import ANY_VERSION
from realinsights_platform.errors import NotFound

_MOST_VERSIONS = 1000

N = TypeVar("N", Property, Lender, Fund, Portfolio)


async def restore_loan(*, unit: Unit, documents: Storage, loan_id: str, sequence: int) -> Loan:
    """Bring back what was said about a loan at a sequence of its history; a deleted one with what was reported of it.

    Raises `NotFound` where the loan had no version there, `Invalid` where it refers to what is no more.
    """
    history = await _history(documents, LOANS, unit.org, loan_id)
    old = _version_at(history, LOANS, sequence)
    if await unit.get(LOANS, loan_id) is not None:
        return await loans.update_loan(unit=unit, loan_id=loan_id, draft=draft_of(old), expected_version=ANY_VERSION)
    back = msgspec.structs.replace(old, version=history[0].version)
    assets = await referenced_properties(unit, back)
    stored = loans.record_new(unit, back, assets)
    await _restore_periods(unit, documents, stored, deleted_at=history[0].sequence)
    return stored


async def restore_property(*, unit: Unit, documents: Documents, property_id: str, sequence: int) -> Property:
    """Bring back what was said about a property at a sequence of its history, or a deleted one."""
    history = await _history(documents, PROPERTIES, unit.org, property_id)
    old = _version_at(history, PROPERTIES, sequence)
    if await unit.get(PROPERTIES, property_id) is not None:
        return await properties.update_property(
            unit=unit, property_id=property_id, draft=_draft(PropertyDraft, old), expected_version=ANY_VERSION
        )
    await require_portfolio(unit, old.portfolio_id)
    return _back(unit, PROPERTIES, PartyKind.PROPERTY, old, history)


async def restore_lender(*, unit: Unit, documents: Documents, lender_id: str, sequence: int) -> Lender:
    """Bring back what was said about a lender at a sequence of its history, or a deleted one."""
    history = await _history(documents, LENDERS, unit.org, lender_id)
    old = _version_at(history, LENDERS, sequence)
    if await unit.get(LENDERS, lender_id) is None:
        return _back(unit, LENDERS, PartyKind.LENDER, old, history)
    return await parties.update_lender(
        unit=unit, lender_id=lender_id, draft=_draft(LenderDraft, old), expected_version=ANY_VERSION
    )


async def restore_fund(*, unit: Unit, documents: Documents, fund_id: str, sequence: int) -> Fund:
    """Bring back what was said about a fund at a sequence of its history, or a deleted one."""
    history = await _history(documents, FUNDS, unit.org, fund_id)
    old = _version_at(history, FUNDS, sequence)
    if await unit.get(FUNDS, fund_id) is None:
        return _back(unit, FUNDS, PartyKind.FUND, old, history)
    return await parties.update_fund(
        unit=unit, fund_id=fund_id, draft=_draft(FundDraft, old), expected_version=ANY_VERSION
    )


async def restore_portfolio(*, unit: Unit, documents: Documents, portfolio_id: str, sequence: int) -> Portfolio:
    """Bring back what was said about a portfolio at a sequence of its history, or a deleted one."""
    history = await _history(documents, PORTFOLIOS, unit.org, portfolio_id)
    old = _version_at(history, PORTFOLIOS, sequence)
    if await unit.get(PORTFOLIOS, portfolio_id) is None:
        return _back(unit, PORTFOLIOS, PartyKind.PORTFOLIO, old, history)
    return await parties.update_portfolio(
        unit=unit, portfolio_id=portfolio_id, draft=_draft(PortfolioDraft, old), expected_version=ANY_VERSION
    )


async def _history(documents: Documents, kind: Kind[D], org: str, document_id: str) -> Sequence[Revision[D]]:
    history = await documents.history(kind, org, document_id, limit=_MOST_VERSIONS)
    if not history:
        raise NotFound(f"there is no {kind.name} {document_id}")
    return history


def _version_at(history: Sequence[Revision[D]], kind: Kind[D], sequence: int) -> D:
    for revision in history:
        if revision.sequence == sequence and revision.document is not None:
            return revision.document
    raise NotFound(f"this {kind.name} has no version of sequence {sequence} in its history")


def _back(unit: Unit, kind: Kind[N], party_kind: PartyKind, old: N, history: Sequence[Revision[N]]) -> N:
    stored = unit.put(kind, msgspec.structs.replace(old, version=history[0].version))
    unit.emit(PartyRecorded(kind=party_kind, party_id=stored.id, name=stored.name))
    return stored


def _draft(draft: type[Any], document: msgspec.Struct) -> Any:
    return draft(**{name: getattr(document, name) for name in draft.__struct_fields__})


async def _restore_periods(unit: Unit, documents: Storage, loan: Loan, *, deleted_at: int) -> None:
    """Bring back the periods that went with the loan, in the very entry that deleted it."""
    debt_service = annual_debt_service(loan)
    figures: list[PeriodFigures] = []
    for entry in await documents.entries(unit.org, after=deleted_at - 1, limit=1):
        for write in entry.writes:
            if write.kind != PERIODS.name or write.document is not None:
                continue
            period = await _before_deletion(documents, unit.org, write)
            if period is None or period.loan_id != loan.id:
                continue
            unit.put(PERIODS, msgspec.structs.replace(period, version=write.version))
            month = period_figures(
                period,
                rate=loan.rate,
                annual_debt_service=debt_service.annual if debt_service is not None else None,
            )
            if month is not None:
                figures.append(month)
    if figures:
        unit.emit(PeriodsRecorded(loan_id=loan.id, periods=tuple(sorted(figures, key=lambda item: item.month))))


async def _before_deletion(documents: Documents, org: str, deletion: Write) -> ReportedPeriod | None:
    for revision in await documents.history(PERIODS, org, deletion.id, limit=2):
        if revision.document is not None:
            return revision.document
    return None
