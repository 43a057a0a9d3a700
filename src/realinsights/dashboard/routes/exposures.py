"""Lenders, funds and portfolios by what is outstanding."""

from __future__ import annotations

import datetime

from realinsights.contracts.filters import Text
from realinsights.contracts.permissions import Permission
from realinsights.dashboard.model.exposures import Exposure, ExposureOrder, ExposureTo, exposures
from realinsights.dashboard.model.ordering import Place
from realinsights.dashboard.service.engine import Engine
from realinsights_platform.documents.port import Position
from realinsights_platform.http.routes.declaring import get
from realinsights_platform.http.routes.pages import Cursor, Limit, PageOf
from realinsights_platform.principal import Principal


@get("/dashboard/exposures", permission=Permission.PORTFOLIO_READ, cached=True)
async def list_exposures(
    *,
    engine: Engine,
    principal: Principal,
    business_date: datetime.date,
    date_stated: bool,
    cursor: Cursor,
    to: ExposureTo = ExposureTo.LENDER,
    q: Text | None = None,
    order: ExposureOrder = ExposureOrder.BALANCE_DESCENDING,
    limit: Limit = 50,
) -> PageOf[Exposure]:
    """List lenders, funds or portfolios by outstanding balance or loans; those without loans come last, by name."""
    position = cursor.position
    after = None if position is None else Place(position.value, position.id)
    found = await engine.ask(
        principal.org,
        lambda columns, _: exposures(
            columns, to, business_date, q=q, order=order, after=after, limit=limit, ahead=date_stated
        ),
        alike=(exposures, to, business_date, date_stated, q, order, after, limit),
        ahead=date_stated,
    )
    following = None if found.next is None else Position(found.next.value, found.next.id)
    return PageOf(items=found.items, next=cursor.after(following), total=found.total)
