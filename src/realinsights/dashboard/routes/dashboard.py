"""Figures and their history."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncGenerator

import msgspec

from realinsights.contracts.filters import Filters, Month
from realinsights.contracts.permissions import Permission
from realinsights.dashboard.model.dashboard import Dashboard, dashboard, maturities
from realinsights.dashboard.model.figure import FigureName
from realinsights.dashboard.model.history import FigureHistory, history
from realinsights.dashboard.model.maturities import Bucket, Span
from realinsights.dashboard.service.engine import Engine
from realinsights.dashboard.service.rebuild import Rebuilt, rebuild
from realinsights_platform.http.answers.sse import EventStream, ServerEvent
from realinsights_platform.http.routes.declaring import get, post
from realinsights_platform.principal import Principal

_WATCH_SECONDS = 600.0
_SETTLE_SECONDS = 0.25


class Maturities(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The maturity wall at one width; a bucket without loans is not listed."""

    business_date: datetime.date
    sequence: int
    filters: Filters
    by: Span
    buckets: tuple[Bucket, ...]


class Changed(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The figures show the loans as of a newer sequence."""

    sequence: int


@get("/dashboard", permission=Permission.PORTFOLIO_READ, cached=True)
async def read_dashboard(
    *, engine: Engine, principal: Principal, business_date: datetime.date, date_stated: bool, filters: Filters
) -> Dashboard:
    """Return every headline figure, composition and maturity of the loans that match."""
    return await engine.ask(
        principal.org,
        lambda columns, sequence: dashboard(columns, filters, business_date, sequence=sequence, ahead=date_stated),
        alike=(dashboard, filters, business_date, date_stated),
        ahead=date_stated,
    )


@get("/dashboard/history", permission=Permission.PORTFOLIO_READ, cached=True, cost=20)
async def read_history(
    *,
    engine: Engine,
    principal: Principal,
    business_date: datetime.date,
    date_stated: bool,
    filters: Filters,
    figure: tuple[FigureName, ...] = (),
    month_from: Month | None = None,
    month_to: Month | None = None,
) -> FigureHistory:
    """Return headline figures month by month (default: all of them, from the first known month to the last)."""
    first, last = (
        None if month is None else datetime.date.fromisoformat(f"{month}-01") for month in (month_from, month_to)
    )
    return await engine.ask(
        principal.org,
        lambda columns, sequence: history(
            columns,
            filters,
            business_date,
            figures=figure,
            first=first,
            last=last,
            sequence=sequence,
            ahead=date_stated,
        ),
        alike=(history, filters, business_date, date_stated, figure, first, last),
        long=True,
    )


@get("/dashboard/maturities", permission=Permission.PORTFOLIO_READ, cached=True)
async def read_maturities(
    *,
    engine: Engine,
    principal: Principal,
    business_date: datetime.date,
    date_stated: bool,
    filters: Filters,
    by: Span = Span.MONTH,
) -> Maturities:
    """Return the maturity wall by month, quarter or year."""
    return await engine.ask(
        principal.org,
        lambda columns, sequence: Maturities(
            business_date=business_date,
            sequence=sequence,
            filters=filters,
            by=by,
            buckets=maturities(columns, filters, business_date, by, ahead=date_stated),
        ),
        alike=(maturities, filters, business_date, date_stated, by),
        ahead=date_stated,
    )


@get("/dashboard/events", permission=Permission.PORTFOLIO_READ, media_type="text/event-stream")
async def watch_dashboard(*, engine: Engine, principal: Principal, after: int = 0) -> EventStream:
    """Send `changed` whenever the figures show more than before, from `after` on; ends after ten minutes."""
    org = principal.org

    async def changes() -> AsyncGenerator[ServerEvent, None]:
        loop = asyncio.get_running_loop()
        until, shown = loop.time() + _WATCH_SECONDS, after
        while (left := until - loop.time()) > 0:
            try:
                async with asyncio.timeout(left):
                    shown = await engine.changed(org, after=shown)
            except TimeoutError:
                return
            yield ServerEvent(event="changed", id=str(shown), data=Changed(sequence=shown))
            await asyncio.sleep(_SETTLE_SECONDS)  # an import changes much at once: tell at most four times a second

    return EventStream(changes())


@post("/dashboard/rebuild", permission=Permission.AUDIT_READ, status=200, idempotent=False, cost=200)
async def rebuild_dashboard(*, engine: Engine, principal: Principal) -> Rebuilt:
    """Build the figures' columns again from the loans journal, compare, and repair what differs."""
    return await rebuild(engine=engine, org=principal.org)
