"""Routes of the forecast: what falls due of loans month by month, by their schedules."""

from __future__ import annotations

import datetime

from realinsights.contracts.filters import Filters, Month
from realinsights.contracts.permissions import Permission
from realinsights.loans.model.forecast import Forecast, Horizon, LoanForecast
from realinsights.loans.queries import forecast as queries
from realinsights.loans.queries.forecast import FORECAST_HEADER, ForecastAsked, LinesAsked
from realinsights_platform.documents.port import Documents
from realinsights_platform.http.answers.answer import Stream
from realinsights_platform.http.answers.csv_tables import CSV, csv_file, streamed
from realinsights_platform.http.routes.declaring import get
from realinsights_platform.http.routes.pages import Cursor, Limit, PageOf
from realinsights_platform.principal import Principal


@get("/forecast", permission=Permission.PORTFOLIO_READ, cached=True, cost=200)
async def read_forecast(
    *,
    documents: Documents,
    principal: Principal,
    business_date: datetime.date,
    filters: Filters,
    horizon: Horizon,
) -> Forecast:
    """Return what falls due month by month of the loans that match: interest, principal, balloons.

    The filters are the dashboard's; `scenario` and `shift` are those of a loan's schedule. Loans that cannot be
    computed are told apart, with the reason.
    """
    asked = ForecastAsked(filters=filters, business_date=business_date, horizon=horizon)
    return await queries.forecast(documents, asked, org=principal.org)


@get("/forecast/loans", permission=Permission.PORTFOLIO_READ, cached=True, cost=50)
async def list_forecast_loans(
    *,
    documents: Documents,
    principal: Principal,
    business_date: datetime.date,
    cursor: Cursor,
    filters: Filters,
    horizon: Horizon,
    month: Month | None = None,
    balloons: bool = False,
    left_out: bool = False,
    limit: Limit = 50,
) -> PageOf[LoanForecast]:
    """List the loans of a forecast by number, each with what falls due of it month by month.

    `month` (2026-03) lists those that pay then, with that month alone; `balloons` those that are repaid;
    `leftOut` those that are in no sum, each with the reason.
    """
    asked = ForecastAsked(filters=filters, business_date=business_date, horizon=horizon)
    first = None if month is None else datetime.date.fromisoformat(f"{month}-01")
    which = LinesAsked(month=first, balloons=balloons, left_out=left_out)
    found = await queries.forecast_lines(documents, asked, which, org=principal.org, after=cursor.position, limit=limit)
    return cursor.page(found)


@get("/forecast/export", permission=Permission.PORTFOLIO_READ, media_type=CSV, cost=200)
async def export_forecast(
    *,
    documents: Documents,
    principal: Principal,
    business_date: datetime.date,
    filters: Filters,
    horizon: Horizon,
) -> Stream:
    """Export the forecast as CSV: a line for each loan and month, and one for each loan left out that says why."""
    asked = ForecastAsked(filters=filters, business_date=business_date, horizon=horizon)
    rows = await queries.forecast_rows(documents, asked, org=principal.org)
    return csv_file("forecast.csv", streamed(FORECAST_HEADER, rows))
