"""Routes of payoff quotes and of what prepaying a loan costs."""

from __future__ import annotations

import asyncio
import datetime

from realinsights.contracts.permissions import Permission
from realinsights.loans.model.prepayment_asked import CostAsked, PayoffAsked
from realinsights.loans.queries.floating_schedules import known_rates
from realinsights.loans.queries.payoff import Payoff, payoff_of
from realinsights.loans.queries.prepayment import LoanPrepayment, prepayment_of
from realinsights.loans.queries.scoping import loan_within
from realinsights_platform.documents.port import Documents
from realinsights_platform.http.routes.declaring import get
from realinsights_platform.principal import Principal


@get("/loans/{loan_id}/payoff", permission=Permission.PORTFOLIO_READ, scoped="applied", cached=True, cost=10)
async def read_payoff(
    documents: Documents, principal: Principal, business_date: datetime.date, loan_id: str, asked: PayoffAsked
) -> Payoff:
    """Return what repays a loan on a day (default: the business date), and what of it is not known.

    `treasury`, `zeroRates` and `interestReceived` are what a premium is computed from; `fees`, `lateCharges`,
    `defaultInterest`, `suspense`, `escrow` and `reserves` what only a servicer's ledger knows. 409 in a lockout.
    """
    loan = await loan_within(documents, org=principal.org, scope=principal.limited_to, loan_id=loan_id)
    rates = await known_rates(documents, loan, business_date=business_date)
    # In a thread: a long loan's remaining payments take longer than others should wait.
    return await asyncio.to_thread(payoff_of, loan, business_date=business_date, asked=asked, rates=rates)


@get("/loans/{loan_id}/prepayment", permission=Permission.PORTFOLIO_READ, scoped="applied", cached=True, cost=50)
async def read_prepayment(
    documents: Documents, principal: Principal, business_date: datetime.date, loan_id: str, asked: CostAsked
) -> LoanPrepayment:
    """Return what prepaying a loan costs on each payment date after the business date, or `on` one day.

    `amount` is the part of the principal that is prepaid. `treasury` is a yield (0.0375) or a curve by months to
    maturity (12:0.0402,24:0.0399), `zeroRates` those of a defeasance; the market stands still.
    """
    loan = await loan_within(documents, org=principal.org, scope=principal.limited_to, loan_id=loan_id)
    rates = await known_rates(documents, loan, business_date=business_date)
    return await asyncio.to_thread(prepayment_of, loan, business_date=business_date, asked=asked, rates=rates)
