"""The loans behind the figures: page by page, what they come to, and as a table to take along."""

from __future__ import annotations

import datetime
from typing import Annotated

import msgspec

from realinsights.contracts.filters import Filters
from realinsights.contracts.permissions import Permission
from realinsights.dashboard.model.dashboard import LoanSelection, LoanTotals, listed, totals
from realinsights.dashboard.model.exports import HEADER
from realinsights.dashboard.model.figure import FigureName
from realinsights.dashboard.model.lines import LoanLine
from realinsights.dashboard.model.ordering import LineOrder, Place
from realinsights.dashboard.service.engine import Engine
from realinsights.dashboard.service.exporting import exported
from realinsights_platform.documents.port import Position
from realinsights_platform.http.answers.answer import Stream
from realinsights_platform.http.answers.csv_tables import CSV, csv_file, streamed
from realinsights_platform.http.routes.declaring import MEBIBYTE, get, post
from realinsights_platform.http.routes.pages import Cursor, Limit, PageOf
from realinsights_platform.principal import Principal

LoanId = Annotated[str, msgspec.Meta(max_length=200)]


class ChosenLoans(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Some of the listed loans, by id: as many as no address has room for."""

    loan_ids: Annotated[tuple[LoanId, ...], msgspec.Meta(min_length=1, max_length=100_000)]


LARGEST_CHOICE = 4 * MEBIBYTE


@get("/dashboard/loans", permission=Permission.PORTFOLIO_READ, cached=True)
async def list_loans_behind(
    *,
    engine: Engine,
    principal: Principal,
    business_date: datetime.date,
    date_stated: bool,
    cursor: Cursor,
    filters: Filters,
    figure: FigureName | None = None,
    left_out: bool = False,
    order: LineOrder = LineOrder.BALANCE_DESCENDING,
    limit: Limit = 50,
) -> PageOf[LoanLine]:
    """List the loans that match; with `figure` those behind it, with `leftOut` those it leaves out."""
    which = LoanSelection(filters=filters, on=business_date, ahead=date_stated, figure=figure, left_out=left_out)
    position = cursor.position
    after = None if position is None else Place(position.value, position.id)
    found, lines = await engine.ask(
        principal.org,
        lambda columns, _: listed(columns, which, order=order, after=after, limit=limit),
        alike=(listed, which, order, after, limit),
        ahead=which.ahead,
    )
    following = None if found.next is None else Position(found.next.value, found.next.id)
    return PageOf(items=lines, next=cursor.after(following), total=found.total)


@get("/dashboard/loans/totals", permission=Permission.PORTFOLIO_READ, cached=True)
async def read_loan_totals(
    *,
    engine: Engine,
    principal: Principal,
    business_date: datetime.date,
    date_stated: bool,
    filters: Filters,
    figure: FigureName | None = None,
    left_out: bool = False,
) -> LoanTotals:
    """Return what the loans that the list shows come to: sums, and quotients of sums, with what each leaves out."""
    which = LoanSelection(filters=filters, on=business_date, ahead=date_stated, figure=figure, left_out=left_out)
    return await engine.ask(
        principal.org,
        lambda columns, sequence: totals(columns, which, sequence=sequence),
        alike=(totals, which),
        ahead=which.ahead,
    )


@post(
    "/dashboard/loans/totals",
    permission=Permission.PORTFOLIO_READ,
    status=200,
    max_body=LARGEST_CHOICE,
    idempotent=False,
)
async def read_chosen_totals(
    *,
    engine: Engine,
    principal: Principal,
    business_date: datetime.date,
    date_stated: bool,
    data: ChosenLoans,
    filters: Filters,
    figure: FigureName | None = None,
    left_out: bool = False,
) -> LoanTotals:
    """Return what some of the loans that the list shows come to; those that it does not show any more do not count."""
    which = LoanSelection(
        filters=filters, on=business_date, ahead=date_stated, figure=figure, left_out=left_out, chosen=data.loan_ids
    )
    return await engine.ask(
        principal.org, lambda columns, sequence: totals(columns, which, sequence=sequence), ahead=which.ahead
    )


@get("/dashboard/loans/export", permission=Permission.PORTFOLIO_READ, media_type=CSV, cost=200)
async def export_loans_behind(
    *,
    engine: Engine,
    principal: Principal,
    business_date: datetime.date,
    date_stated: bool,
    filters: Filters,
    figure: FigureName | None = None,
    left_out: bool = False,
    order: LineOrder = LineOrder.BALANCE_DESCENDING,
) -> Stream:
    """Export the loans that the list shows, in its order, as CSV; text that a spreadsheet would run is disarmed."""
    which = LoanSelection(filters=filters, on=business_date, ahead=date_stated, figure=figure, left_out=left_out)
    pages = await exported(engine=engine, org=principal.org, which=which, order=order)
    return csv_file("loans.csv", streamed(HEADER, pages))


@post(
    "/dashboard/loans/export",
    permission=Permission.PORTFOLIO_READ,
    status=200,
    max_body=LARGEST_CHOICE,
    idempotent=False,
    media_type=CSV,
)
async def export_chosen_loans(
    *,
    engine: Engine,
    principal: Principal,
    business_date: datetime.date,
    date_stated: bool,
    data: ChosenLoans,
    filters: Filters,
    figure: FigureName | None = None,
    left_out: bool = False,
    order: LineOrder = LineOrder.BALANCE_DESCENDING,
) -> Stream:
    """Export some of the loans that the list shows, in its order, as CSV."""
    which = LoanSelection(
        filters=filters, on=business_date, ahead=date_stated, figure=figure, left_out=left_out, chosen=data.loan_ids
    )
    pages = await exported(engine=engine, org=principal.org, which=which, order=order)
    return csv_file("loans.csv", streamed(HEADER, pages))
