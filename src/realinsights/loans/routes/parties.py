"""Routes of lenders, funds and portfolios; PUT replaces all that a person may write.

Three times the same eight routes, written out: a handler's name, signature and docstring are its operation, parameters
and text in the API's document.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from realinsights.contracts.permissions import Permission
from realinsights.loans.model.parties import Fund, FundDraft, Lender, LenderDraft, P, Portfolio, PortfolioDraft
from realinsights.loans.queries.history import ChangeHistory, Restore, Versions, history_of, read
from realinsights.loans.queries.lists import PartyFilter, listed, parties_by_id
from realinsights.loans.service.parties import (
    FUND,
    LENDER,
    PORTFOLIO,
    create_party,
    delete_party,
    patch_party,
    update_party,
)
from realinsights.loans.service.restoring import restore_party
from realinsights.loans.store import FUNDS, LENDERS, PORTFOLIOS
from realinsights_platform.documents.port import Documents, Kind, Unit
from realinsights_platform.http.answers.answer import Json, created
from realinsights_platform.http.routes.declaring import delete, get, patch, post, put
from realinsights_platform.http.routes.pages import Cursor, Limit, PageOf
from realinsights_platform.principal import Principal

PartyIds = Annotated[tuple[Annotated[str, msgspec.Meta(max_length=200)], ...], msgspec.Meta(max_length=200)]


class PartySearch(PartyFilter, frozen=True, kw_only=True):
    """The search, order and length of a list of lenders, funds or portfolios; `total` counts all that match.

    Where `id` names some, these are listed in the order they are named, and nothing else narrows them.
    """

    id: PartyIds = ()
    order: str = "name"
    limit: Limit = 50
    total: bool = False


@get("/lenders", permission=Permission.PORTFOLIO_READ, cached=True)
async def list_lenders(
    documents: Documents, principal: Principal, cursor: Cursor, search: PartySearch
) -> PageOf[Lender]:
    """List lenders: `q` searches parts of the name's words."""
    return await _page(documents, LENDERS, principal, cursor, search)


@post("/lenders", permission=Permission.PORTFOLIO_WRITE)
async def create_lender(unit: Unit, data: LenderDraft) -> Json[Lender]:
    """Create a lender."""
    return created(await create_party(unit=unit, of=LENDER, draft=data), "/lenders")


@get("/lenders/{lender_id}", permission=Permission.PORTFOLIO_READ, cached=True)
async def read_lender(
    documents: Documents, principal: Principal, lender_id: str, as_known_at: datetime.datetime | None = None
) -> Lender:
    """Return a lender, or as it was known at a time."""
    return await read(documents, LENDERS, org=principal.org, document_id=lender_id, as_known_at=as_known_at)


@put("/lenders/{lender_id}", permission=Permission.PORTFOLIO_WRITE)
async def update_lender(
    unit: Unit, if_match: int, lender_id: str, data: LenderDraft, kept: Mapping[str, Any]
) -> Lender:
    """Replace what a person may say about a lender."""
    return await update_party(
        unit=unit, of=LENDER, party_id=lender_id, draft=data, expected_version=if_match, kept=kept
    )


@patch("/lenders/{lender_id}", permission=Permission.PORTFOLIO_WRITE)
async def patch_lender(unit: Unit, if_match: int, lender_id: str, data: dict[str, Any]) -> Lender:
    """Change some fields of a lender by a JSON merge patch; null takes a field back to its default."""
    return await patch_party(unit=unit, of=LENDER, party_id=lender_id, changes=data, expected_version=if_match)


@delete("/lenders/{lender_id}", permission=Permission.PORTFOLIO_DELETE)
async def delete_lender(unit: Unit, documents: Documents, if_match: int, lender_id: str) -> None:
    """Delete a lender that nothing refers to."""
    await delete_party(unit=unit, documents=documents, of=LENDER, party_id=lender_id, expected_version=if_match)


@post("/lenders/{lender_id}/restore", permission=Permission.PORTFOLIO_WRITE, status=200)
async def restore_lender(unit: Unit, documents: Documents, lender_id: str, data: Restore) -> Lender:
    """Bring back the lender as its history has it at a sequence, also a deleted one."""
    return await restore_party(unit=unit, documents=documents, of=LENDER, party_id=lender_id, sequence=data.sequence)


@get("/lenders/{lender_id}/history", permission=Permission.PORTFOLIO_READ, cached=True)
async def lender_history(
    documents: Documents, principal: Principal, lender_id: str, limit: Versions = 100
) -> ChangeHistory:
    """Return who changed what of a lender and when, newest first."""
    return await history_of(documents, LENDERS, org=principal.org, document_id=lender_id, limit=limit)


@get("/funds", permission=Permission.PORTFOLIO_READ, cached=True)
async def list_funds(documents: Documents, principal: Principal, cursor: Cursor, search: PartySearch) -> PageOf[Fund]:
    """List funds: `q` searches parts of the name's words."""
    return await _page(documents, FUNDS, principal, cursor, search)


@post("/funds", permission=Permission.PORTFOLIO_WRITE)
async def create_fund(unit: Unit, data: FundDraft) -> Json[Fund]:
    """Create a fund."""
    return created(await create_party(unit=unit, of=FUND, draft=data), "/funds")


@get("/funds/{fund_id}", permission=Permission.PORTFOLIO_READ, cached=True)
async def read_fund(
    documents: Documents, principal: Principal, fund_id: str, as_known_at: datetime.datetime | None = None
) -> Fund:
    """Return a fund, or as it was known at a time."""
    return await read(documents, FUNDS, org=principal.org, document_id=fund_id, as_known_at=as_known_at)


@put("/funds/{fund_id}", permission=Permission.PORTFOLIO_WRITE)
async def update_fund(unit: Unit, if_match: int, fund_id: str, data: FundDraft, kept: Mapping[str, Any]) -> Fund:
    """Replace what a person may say about a fund."""
    return await update_party(unit=unit, of=FUND, party_id=fund_id, draft=data, expected_version=if_match, kept=kept)


@patch("/funds/{fund_id}", permission=Permission.PORTFOLIO_WRITE)
async def patch_fund(unit: Unit, if_match: int, fund_id: str, data: dict[str, Any]) -> Fund:
    """Change some fields of a fund by a JSON merge patch; null takes a field back to its default."""
    return await patch_party(unit=unit, of=FUND, party_id=fund_id, changes=data, expected_version=if_match)


@delete("/funds/{fund_id}", permission=Permission.PORTFOLIO_DELETE)
async def delete_fund(unit: Unit, documents: Documents, if_match: int, fund_id: str) -> None:
    """Delete a fund that nothing refers to."""
    await delete_party(unit=unit, documents=documents, of=FUND, party_id=fund_id, expected_version=if_match)


@post("/funds/{fund_id}/restore", permission=Permission.PORTFOLIO_WRITE, status=200)
async def restore_fund(unit: Unit, documents: Documents, fund_id: str, data: Restore) -> Fund:
    """Bring back the fund as its history has it at a sequence, also a deleted one."""
    return await restore_party(unit=unit, documents=documents, of=FUND, party_id=fund_id, sequence=data.sequence)


@get("/funds/{fund_id}/history", permission=Permission.PORTFOLIO_READ, cached=True)
async def fund_history(
    documents: Documents, principal: Principal, fund_id: str, limit: Versions = 100
) -> ChangeHistory:
    """Return who changed what of a fund and when, newest first."""
    return await history_of(documents, FUNDS, org=principal.org, document_id=fund_id, limit=limit)


@get("/portfolios", permission=Permission.PORTFOLIO_READ, cached=True)
async def list_portfolios(
    documents: Documents, principal: Principal, cursor: Cursor, search: PartySearch
) -> PageOf[Portfolio]:
    """List portfolios: `q` searches parts of the name's words."""
    return await _page(documents, PORTFOLIOS, principal, cursor, search)


@post("/portfolios", permission=Permission.PORTFOLIO_WRITE)
async def create_portfolio(unit: Unit, data: PortfolioDraft) -> Json[Portfolio]:
    """Create a portfolio."""
    return created(await create_party(unit=unit, of=PORTFOLIO, draft=data), "/portfolios")


@get("/portfolios/{portfolio_id}", permission=Permission.PORTFOLIO_READ, cached=True)
async def read_portfolio(
    documents: Documents, principal: Principal, portfolio_id: str, as_known_at: datetime.datetime | None = None
) -> Portfolio:
    """Return a portfolio, or as it was known at a time."""
    return await read(documents, PORTFOLIOS, org=principal.org, document_id=portfolio_id, as_known_at=as_known_at)


@put("/portfolios/{portfolio_id}", permission=Permission.PORTFOLIO_WRITE)
async def update_portfolio(
    unit: Unit, if_match: int, portfolio_id: str, data: PortfolioDraft, kept: Mapping[str, Any]
) -> Portfolio:
    """Replace what a person may say about a portfolio."""
    return await update_party(
        unit=unit, of=PORTFOLIO, party_id=portfolio_id, draft=data, expected_version=if_match, kept=kept
    )


@patch("/portfolios/{portfolio_id}", permission=Permission.PORTFOLIO_WRITE)
async def patch_portfolio(unit: Unit, if_match: int, portfolio_id: str, data: dict[str, Any]) -> Portfolio:
    """Change some fields of a portfolio by a JSON merge patch; null takes a field back to its default."""
    return await patch_party(unit=unit, of=PORTFOLIO, party_id=portfolio_id, changes=data, expected_version=if_match)


@delete("/portfolios/{portfolio_id}", permission=Permission.PORTFOLIO_DELETE)
async def delete_portfolio(unit: Unit, documents: Documents, if_match: int, portfolio_id: str) -> None:
    """Delete a portfolio that nothing refers to."""
    await delete_party(unit=unit, documents=documents, of=PORTFOLIO, party_id=portfolio_id, expected_version=if_match)


@post("/portfolios/{portfolio_id}/restore", permission=Permission.PORTFOLIO_WRITE, status=200)
async def restore_portfolio(unit: Unit, documents: Documents, portfolio_id: str, data: Restore) -> Portfolio:
    """Bring back the portfolio as its history has it at a sequence, also a deleted one."""
    return await restore_party(
        unit=unit, documents=documents, of=PORTFOLIO, party_id=portfolio_id, sequence=data.sequence
    )


@get("/portfolios/{portfolio_id}/history", permission=Permission.PORTFOLIO_READ, cached=True)
async def portfolio_history(
    documents: Documents, principal: Principal, portfolio_id: str, limit: Versions = 100
) -> ChangeHistory:
    """Return who changed what of a portfolio and when, newest first."""
    return await history_of(documents, PORTFOLIOS, org=principal.org, document_id=portfolio_id, limit=limit)


async def _page(
    documents: Documents, kind: Kind[P], principal: Principal, cursor: Cursor, search: PartySearch
) -> PageOf[P]:
    if search.id:
        return PageOf(items=await parties_by_id(documents, kind, org=principal.org, ids=search.id), next=None)
    found = await listed(
        documents,
        kind,
        org=principal.org,
        where=search.where(),
        shown=lambda party: party,
        order=search.order,
        after=cursor.position,
        limit=search.limit,
        total=search.total,
    )
    return cursor.page(found)
