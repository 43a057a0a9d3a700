"""What one does with lenders, funds and portfolios."""

from __future__ import annotations

from typing import Any

import msgspec

from realinsights.contracts.loans import PartyDeleted, PartyKind, PartyRecorded
from realinsights.loans.model.parties import (
    Fund,
    FundDraft,
    Lender,
    LenderDraft,
    P,
    Portfolio,
    PortfolioDraft,
    valid_party,
)
from realinsights.loans.service.references import refuse_in_use
from realinsights.loans.store import FUNDS, LENDERS, LOANS, PORTFOLIOS, PROPERTIES
from realinsights_platform.documents.port import Documents, Equal, Kind, Unit
from realinsights_platform.documents.versions import current
from realinsights_platform.ids import new_id


async def create_lender(*, unit: Unit, draft: LenderDraft) -> Lender:
    """Create a lender. Raises `Invalid`; a name in use already is a `Conflict` at commit."""
    return _create(unit, LENDERS, PartyKind.LENDER, Lender(id=new_id(), org=unit.org, **_fields(draft)))


async def update_lender(*, unit: Unit, lender_id: str, draft: LenderDraft, expected_version: int) -> Lender:
    """Replace what is said about a lender."""
    before = await current(unit, LENDERS, lender_id, expected_version=expected_version)
    return _update(unit, LENDERS, PartyKind.LENDER, before, draft)


async def delete_lender(*, unit: Unit, documents: Documents, lender_id: str, expected_version: int) -> None:
    """Delete a lender; raises `Conflict` while a loan is theirs."""
    lender = await current(unit, LENDERS, lender_id, expected_version=expected_version)
    await refuse_in_use(documents, org=unit.org, what="lender", uses={"loans": (LOANS, Equal("lender_id", lender_id))})
    unit.delete(LENDERS, lender)
    unit.emit(PartyDeleted(kind=PartyKind.LENDER, party_id=lender_id))


async def create_fund(*, unit: Unit, draft: FundDraft) -> Fund:
    """Create a fund. Raises `Invalid`; a name in use already is a `Conflict` at commit."""
    return _create(unit, FUNDS, PartyKind.FUND, Fund(id=new_id(), org=unit.org, **_fields(draft)))


async def update_fund(*, unit: Unit, fund_id: str, draft: FundDraft, expected_version: int) -> Fund:
    """Replace what is said about a fund."""
    before = await current(unit, FUNDS, fund_id, expected_version=expected_version)
    return _update(unit, FUNDS, PartyKind.FUND, before, draft)


async def delete_fund(*, unit: Unit, documents: Documents, fund_id: str, expected_version: int) -> None:
    """Delete a fund; raises `Conflict` while it holds a loan."""
    fund = await current(unit, FUNDS, fund_id, expected_version=expected_version)
    await refuse_in_use(documents, org=unit.org, what="fund", uses={"loans": (LOANS, Equal("fund_id", fund_id))})
    unit.delete(FUNDS, fund)
    unit.emit(PartyDeleted(kind=PartyKind.FUND, party_id=fund_id))


async def create_portfolio(*, unit: Unit, draft: PortfolioDraft) -> Portfolio:
    """Create a portfolio. Raises `Invalid`; a name in use already is a `Conflict` at commit."""
    portfolio = Portfolio(id=new_id(), org=unit.org, **_fields(draft))
    return _create(unit, PORTFOLIOS, PartyKind.PORTFOLIO, portfolio)


async def update_portfolio(*, unit: Unit, portfolio_id: str, draft: PortfolioDraft, expected_version: int) -> Portfolio:
    """Replace what is said about a portfolio."""
    before = await current(unit, PORTFOLIOS, portfolio_id, expected_version=expected_version)
    return _update(unit, PORTFOLIOS, PartyKind.PORTFOLIO, before, draft)


async def delete_portfolio(*, unit: Unit, documents: Documents, portfolio_id: str, expected_version: int) -> None:
    """Delete a portfolio; raises `Conflict` while it holds a loan or a property."""
    portfolio = await current(unit, PORTFOLIOS, portfolio_id, expected_version=expected_version)
    held = Equal("portfolio_id", portfolio_id)
    await refuse_in_use(
        documents, org=unit.org, what="portfolio", uses={"loans": (LOANS, held), "properties": (PROPERTIES, held)}
    )
    unit.delete(PORTFOLIOS, portfolio)
    unit.emit(PartyDeleted(kind=PartyKind.PORTFOLIO, party_id=portfolio_id))


def _create(unit: Unit, kind: Kind[P], party_kind: PartyKind, party: P) -> P:
    stored = unit.put(kind, valid_party(party, what=kind.name))
    unit.emit(PartyRecorded(kind=party_kind, party_id=stored.id, name=stored.name))
    return stored


def _update(unit: Unit, kind: Kind[P], party_kind: PartyKind, before: P, draft: msgspec.Struct) -> P:
    party = valid_party(msgspec.structs.replace(before, **_fields(draft)), what=kind.name)
    if party == before:
        return before
    stored = unit.put(kind, party)
    if stored.name != before.name:
        unit.emit(PartyRecorded(kind=party_kind, party_id=stored.id, name=stored.name))
    return stored


def _fields(draft: msgspec.Struct) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in draft.__struct_fields__}
