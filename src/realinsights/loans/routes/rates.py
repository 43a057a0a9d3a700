"""Routes of rates: indices and their fixings, files of them, forward curves, calendars."""

from __future__ import annotations

import datetime
from typing import Annotated

import msgspec

from realinsights.contracts.permissions import Permission
from realinsights.loans.model.curves import CurveDraft, RateCurve
from realinsights.loans.model.fixings import FixingDraft
from realinsights.loans.model.texts import Reference
from realinsights.loans.queries import curves, fixings
from realinsights.loans.queries.fixings import CalendarView, FixingView, IndexView
from realinsights.loans.queries.history import read
from realinsights.loans.service import rates as service
from realinsights.loans.service.rates import FixingsImport
from realinsights.loans.store import RATE_CURVES
from realinsights.loans.tapes.fixings_csv import MOST_BYTES, FixingUnit
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.errors import Invalid
from realinsights_platform.http.routes.declaring import delete, get, post
from realinsights_platform.http.routes.pages import Cursor, PageOf
from realinsights_platform.http.routes.requests import Request
from realinsights_platform.principal import Principal

IndexName = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
"""An index by its name (`sofr_30_day_average`), or as notes and files write it (`SOFR30DAYAVG`, `DGS10`)."""

DayInPath = Annotated[str, msgspec.Meta(min_length=1, max_length=10, description="a day: YYYY-MM-DD")]
FileName = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Fixings = Annotated[int, msgspec.Meta(ge=1, le=1_000)]
Year = Annotated[int, msgspec.Meta(ge=1900, le=2199)]


@get("/rates/indices", permission=Permission.PORTFOLIO_READ, scoped="unaffected", cached=True)
async def list_indices(
    documents: Documents, principal: Principal, business_date: datetime.date
) -> tuple[IndexView, ...]:
    """List the indices: the last fixing of each, how many are missing since, gaps and outliers of a year."""
    return await fixings.list_indices(documents, org=principal.org, business_date=business_date)


@get("/rates/fixings", permission=Permission.PORTFOLIO_READ, scoped="unaffected")
async def list_fixings(
    *,
    documents: Documents,
    principal: Principal,
    cursor: Cursor,
    index: IndexName,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    limit: Fixings = 250,
) -> PageOf[FixingView]:
    """List the fixings of an index from a day to another, the latest first, each with what it replaced."""
    return cursor.page(
        await fixings.list_fixings(
            documents, org=principal.org, index=index, since=since, until=until, after=cursor.position, limit=limit
        )
    )


@post("/rates/fixings", permission=Permission.PORTFOLIO_WRITE)
async def enter_fixing(*, unit: Unit, data: FixingDraft) -> FixingView:
    """Enter a fixing; where its day has another value, that is kept as what this one revises."""
    return await service.enter_fixing(unit=unit, draft=data)


@delete("/rates/fixings/{index}/{on}", permission=Permission.PORTFOLIO_WRITE)
async def take_out_fixing(*, unit: Unit, if_match: int, index: IndexName, on: DayInPath) -> None:
    """Take out a day's fixing with all that it replaced; its version is its `revision`. Enter it again to undo that."""
    try:
        day = datetime.date.fromisoformat(on)
    except ValueError:
        raise Invalid.field("on", "must be a day: YYYY-MM-DD") from None
    await service.take_out_fixing(unit=unit, index=index, on=day, expected_version=if_match)


@post("/rates/imports", permission=Permission.PORTFOLIO_WRITE, status=200, streamed=True, max_body=MOST_BYTES, cost=50)
async def import_fixings(
    *,
    request: Request,
    unit: Unit,
    file_name: FileName,
    index: IndexName | None = None,
    numbers: FixingUnit | None = None,
    dry_run: bool = False,
) -> FixingsImport:
    """Import the CSV in the request's body: a column of days and one of percents for each index (`.`: no value).

    `numbers` says whether its values are percents (5.33) or fractions (0.0533). Of a column that leaves it open nothing
    is taken, and its `question` asks for it.
    """
    return await service.import_fixings(
        unit=unit, file_name=file_name, content=request.stream(), index=index, numbers=numbers, dry_run=dry_run
    )


@post("/rates/sample", permission=Permission.PORTFOLIO_WRITE, status=200, cost=50)
async def load_sample(*, unit: Unit) -> FixingsImport:
    """Load the public sample of SOFR, its 30-day average and its index; loading it again changes nothing."""
    return await service.load_sample(unit=unit)


@get("/rates/calendars", permission=Permission.PORTFOLIO_READ, scoped="unaffected")
async def list_calendars(*, year: Year) -> tuple[CalendarView, ...]:
    """List the calendars that notes name, with their closed weekdays of a year and where they come from."""
    return fixings.list_calendars(year)


@get("/rates/curves", permission=Permission.PORTFOLIO_READ, scoped="unaffected")
async def list_curves(
    *,
    documents: Documents,
    principal: Principal,
    cursor: Cursor,
    index: IndexName | None = None,
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50,
) -> PageOf[RateCurve]:
    """List forward curves, the newest first."""
    return cursor.page(
        await curves.list_curves(documents, org=principal.org, index=index, after=cursor.position, limit=limit)
    )


@post("/rates/curves", permission=Permission.PORTFOLIO_WRITE)
async def create_curve(*, unit: Unit, data: CurveDraft) -> RateCurve:
    """Keep a forward curve of an index."""
    return await service.create_curve(unit=unit, draft=data)


@get("/rates/curves/{curve_id}", permission=Permission.PORTFOLIO_READ, scoped="unaffected")
async def read_curve(*, documents: Documents, principal: Principal, curve_id: Reference) -> RateCurve:
    """Return a forward curve."""
    return await read(documents, RATE_CURVES, org=principal.org, document_id=curve_id)


@delete("/rates/curves/{curve_id}", permission=Permission.PORTFOLIO_WRITE)
async def delete_curve(*, unit: Unit, if_match: int, curve_id: Reference) -> None:
    """Remove a forward curve."""
    await service.delete_curve(unit=unit, curve_id=curve_id, expected_version=if_match)
