"""Routes of figures computed from a loan: its schedule, its balance on a date, its ratios; a property's ratios."""

from __future__ import annotations

import datetime

from realinsights.contracts.permissions import Permission
from realinsights.loans.model.curves import FLAT, BasisPoints, ScenarioName
from realinsights.loans.model.ratios import LoanRatios, RatioBasis
from realinsights.loans.queries.floating_schedules import (
    RATES_HEADER,
    Question,
    balance_on,
    rate_rows,
    schedule_of_draft,
    schedule_on,
)
from realinsights.loans.queries.property_ratios import PropertyRatios, property_ratios
from realinsights.loans.queries.ratios import loan_ratios
from realinsights.loans.queries.schedules import INSTALLMENTS_HEADER, BalanceOn, LoanSchedule, ScheduleDraft
from realinsights.loans.queries.scoping import loan_within
from realinsights_platform.documents.port import Documents
from realinsights_platform.http.answers.answer import Json
from realinsights_platform.http.answers.csv_tables import CSV, lines
from realinsights_platform.http.routes.declaring import get, post
from realinsights_platform.principal import Principal


@get("/loans/{loan_id}/schedule", permission=Permission.PORTFOLIO_READ, scoped="applied", cached=True)
async def read_schedule(
    *,
    documents: Documents,
    principal: Principal,
    business_date: datetime.date,
    loan_id: str,
    scenario: ScenarioName = FLAT,
    shift: BasisPoints = 0,
    explain: bool = False,
) -> LoanSchedule:
    """Return a loan's schedule, every installment to the cent, and how it was computed.

    Of a floating loan: past rates by fixings, what has accrued by the business date, and a future that is projected
    under a `scenario` (`flat`: the last fixing stands; `forward`: the newest curve; else the id of a curve), moved by
    `shift` basis points.
    """
    loan = await loan_within(documents, org=principal.org, scope=principal.limited_to, loan_id=loan_id)
    asked = Question(business_date=business_date, scenario=scenario, shift=shift, explain=explain)
    return await schedule_on(documents, loan, asked)


@post("/schedules", permission=Permission.PORTFOLIO_READ, status=200, idempotent=False)
async def draft_schedule(
    *,
    documents: Documents,
    principal: Principal,
    business_date: datetime.date,
    data: ScheduleDraft,
    scenario: ScenarioName = FLAT,
    shift: BasisPoints = 0,
) -> LoanSchedule:
    """Return the schedule that a loan of these terms would have; nothing is stored."""
    asked = Question(business_date=business_date, scenario=scenario, shift=shift)
    return await schedule_of_draft(documents, data, asked, org=principal.org)


@get(
    "/loans/{loan_id}/schedule.csv",
    permission=Permission.PORTFOLIO_READ,
    scoped="applied",
    cached=True,
    media_type=CSV,
)
async def export_schedule(
    *,
    documents: Documents,
    principal: Principal,
    business_date: datetime.date,
    loan_id: str,
    scenario: ScenarioName = FLAT,
    shift: BasisPoints = 0,
) -> Json[bytes]:
    """Return a loan's schedule as CSV, of a floating one with each installment's rate; 409 says why there is none."""
    loan = await loan_within(documents, org=principal.org, scope=principal.limited_to, loan_id=loan_id)
    asked = Question(business_date=business_date, scenario=scenario, shift=shift)
    schedule = await schedule_on(documents, loan, asked)
    header = INSTALLMENTS_HEADER if schedule.floating is None else (*INSTALLMENTS_HEADER, *RATES_HEADER)
    return Json(
        lines([header, *rate_rows(schedule)]),
        headers={"content-disposition": 'attachment; filename="schedule.csv"'},
    )


@get("/loans/{loan_id}/balance", permission=Permission.PORTFOLIO_READ, scoped="applied", cached=True)
async def read_balance(
    documents: Documents,
    principal: Principal,
    business_date: datetime.date,
    loan_id: str,
    on: datetime.date | None = None,
) -> BalanceOn:
    """Return the balance and the accrued interest on a date (default: the business date)."""
    loan = await loan_within(documents, org=principal.org, scope=principal.limited_to, loan_id=loan_id)
    return await balance_on(documents, loan, on=on if on is not None else business_date, business_date=business_date)


@get("/loans/{loan_id}/ratios", permission=Permission.PORTFOLIO_READ, cached=True)
async def read_ratios(
    documents: Documents,
    principal: Principal,
    business_date: datetime.date,
    loan_id: str,
    statement_basis: RatioBasis = RatioBasis.LATEST,
) -> LoanRatios:
    """Return a loan's DSCR, LTV and debt yield, with formula and inputs, or why one is left out.

    `statementBasis` asks for the income of the latest statements (of the loan's own basis, where it has one), or of
    those of one basis alone.
    """
    return await loan_ratios(
        documents, org=principal.org, loan_id=loan_id, basis=statement_basis, business_date=business_date
    )


@get("/properties/{property_id}/ratios", permission=Permission.PORTFOLIO_READ, cached=True)
async def read_property_ratios(
    documents: Documents,
    principal: Principal,
    business_date: datetime.date,
    property_id: str,
    statement_basis: RatioBasis = RatioBasis.LATEST,
) -> PropertyRatios:
    """Return DSCR, LTV and debt yield of the debt allocated to a property, with formula and inputs, or why not."""
    return await property_ratios(
        documents, org=principal.org, property_id=property_id, basis=statement_basis, business_date=business_date
    )
