"""Restoring: an earlier version of a document, or a deleted one, becomes its next version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from realinsights.contracts.loans import PartyKind, PartyRecorded, PeriodsRecorded
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.parties import Fund, Lender, P, Portfolio
from realinsights.loans.model.period import ReportedPeriod
from realinsights.loans.model.property import Property, PropertyDraft
from realinsights.loans.service import loans, properties
from realinsights.loans.service.imports.loan_from_statements import months_of
from realinsights.loans.service.parties import Draft, PartyType, update_party
from realinsights.loans.service.references import referenced_properties, require_portfolio
from realinsights.loans.store import LOANS, PERIODS, PROPERTIES, STATEMENTS
from realinsights_platform.attributes import made_from
from realinsights_platform.documents.journal_port import Storage, Write
from realinsights_platform.documents.port import D, Documents, Kind, Revision, Unit
from realinsights_platform.documents.versions import ANY_VERSION
from realinsights_platform.documents.walking import every_with
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
        return await loans.return_to(unit=unit, loan_id=loan_id, old=old)
    back = msgspec.structs.replace(old, version=history[0].version)
    assets = await referenced_properties(unit, back)
    stored = await loans.record_new(unit, back, assets)
    await _restore_periods(unit, documents, stored, deleted_at=history[0].sequence)
    return stored


async def restore_property(*, unit: Unit, documents: Documents, property_id: str, sequence: int) -> Property:
    """Bring back what was said about a property at a sequence of its history, or a deleted one."""
    history = await _history(documents, PROPERTIES, unit.org, property_id)
    old = _version_at(history, PROPERTIES, sequence)
    if await unit.get(PROPERTIES, property_id) is not None:
        return await properties.update_property(
            unit=unit, property_id=property_id, draft=made_from(old, PropertyDraft), expected_version=ANY_VERSION
        )
    await require_portfolio(unit, old.portfolio_id)
    return _back(unit, PROPERTIES, PartyKind.PROPERTY, old, history)


async def restore_party(
    *, unit: Unit, documents: Documents, of: PartyType[P, Draft], party_id: str, sequence: int
) -> P:
    """Bring back what was said about a lender, fund or portfolio at a sequence of its history, or a deleted one."""
    history = await _history(documents, of.kind, unit.org, party_id)
    old = _version_at(history, of.kind, sequence)
    if await unit.get(of.kind, party_id) is None:
        return _back(unit, of.kind, of.event_kind, old, history)
    draft = made_from(old, of.draft)
    return await update_party(unit=unit, of=of, party_id=party_id, draft=draft, expected_version=ANY_VERSION)


async def _history(documents: Documents, kind: Kind[D], org: str, document_id: str) -> Sequence[Revision[D]]:
    history = await documents.history(kind, org, document_id, limit=_MOST_VERSIONS)
    if not history:
        raise NotFound(f"There is no {kind.name} {document_id}.")
    return history


def _version_at(history: Sequence[Revision[D]], kind: Kind[D], sequence: int) -> D:
    for revision in history:
        if revision.sequence == sequence and revision.document is not None:
            return revision.document
    raise NotFound(f"This {kind.name} has no version of sequence {sequence} in its history.")


def _back(unit: Unit, kind: Kind[N], party_kind: PartyKind, old: N, history: Sequence[Revision[N]]) -> N:
    stored = unit.put(kind, msgspec.structs.replace(old, version=history[0].version))
    unit.emit(PartyRecorded(kind=party_kind, party_id=stored.id, name=stored.name))
    return stored


async def _restore_periods(unit: Unit, documents: Storage, loan: Loan, *, deleted_at: int) -> None:
    """Bring back the periods that went with the loan, in the very entry that deleted it."""
    for entry in await documents.entries(unit.org, after=deleted_at - 1, limit=1):
        for write in entry.writes:
            if write.kind != PERIODS.name or write.document is not None:
                continue
            period = await _before_deletion(documents, unit.org, write)
            if period is None or period.loan_id != loan.id:
                continue
            unit.put(PERIODS, msgspec.structs.replace(period, version=write.version))
    months = months_of(loan, await every_with(documents, STATEMENTS, unit.org, "loan_id", [loan.id]))
    if months:
        unit.emit(PeriodsRecorded(loan_id=loan.id, periods=months))


async def _before_deletion(documents: Documents, org: str, deletion: Write) -> ReportedPeriod | None:
    for revision in await documents.history(PERIODS, org, deletion.id, limit=2):
        if revision.document is not None:
            return revision.document
    return None
