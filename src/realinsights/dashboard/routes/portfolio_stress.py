"""The portfolio under a shock: what holds, and what could be refinanced."""

from __future__ import annotations

import datetime

from realinsights.contracts.filters import Filters
from realinsights.contracts.permissions import Permission
from realinsights.contracts.refinancing import NewLoan
from realinsights.dashboard.model.maturities import Span
from realinsights.dashboard.model.what_if import WhatIf, what_if
from realinsights.dashboard.model.what_if_answer import PortfolioStress, Shock
from realinsights.dashboard.service.engine import Engine
from realinsights_platform.http.routes.declaring import get
from realinsights_platform.principal import Principal


@get("/portfolio/stress", permission=Permission.PORTFOLIO_READ, cached=True, cost=10)
async def stress_portfolio(
    *,
    engine: Engine,
    principal: Principal,
    business_date: datetime.date,
    date_stated: bool,
    filters: Filters,
    shock: Shock,
    new_loan: NewLoan,
    by: Span = Span.YEAR,
    explain: bool = False,
    reverse: bool = False,
) -> PortfolioStress:
    """Return the loans that match under a shock to rates, income and values, and what new loans would pay of balloons.

    Each part of the shock stands alone and all of it together, beside today. The wall of balloons is under all of it.
    `reverse` also asks what it takes to break the new loan's limits on DSCR, LTV and debt yield, of today's debt.
    """
    asked = WhatIf(
        filters=filters,
        on=business_date,
        ahead=date_stated,
        shock=shock,
        new_loan=new_loan,
        by=by,
        explain=explain,
        reverse=reverse,
    )
    # In a thread, as for a date ahead, however few the loans: sizing them takes more than a few milliseconds.
    return await engine.ask(
        principal.org,
        lambda columns, sequence: what_if(columns, asked, sequence=sequence),
        alike=(what_if, asked),
        ahead=True,
    )
