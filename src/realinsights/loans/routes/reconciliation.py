"""Routes of the reconciliation: reported beside computed, by loan, by import and by deal."""

from __future__ import annotations

import datetime

from realinsights.contracts.permissions import Permission
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.overcharges import Overcharges
from realinsights.loans.model.solutions import ConventionView
from realinsights.loans.model.texts import Reference
from realinsights.loans.queries import reconciliation as queries
from realinsights.loans.queries.history import read
from realinsights.loans.queries.reconciliation import (
    HEADER,
    DealReconciliation,
    LoanReconciliation,
    deal_reconciliation,
    deal_table,
    import_table,
    loan_reconciliation,
    loan_table,
)
from realinsights.loans.queries.sources import LoanSources, loan_sources
from realinsights.loans.service import conventions
from realinsights.loans.store import IMPORTS, LOANS
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.http.answers.answer import Stream
from realinsights_platform.http.answers.csv_tables import CSV, csv_file, streamed
from realinsights_platform.http.routes.declaring import get, post
from realinsights_platform.principal import Principal


@get("/loans/{loan_id}/reconciliation", permission=Permission.PORTFOLIO_READ, cached=True)
async def reconcile_loan(
    *, documents: Documents, principal: Principal, business_date: datetime.date, loan_id: str
) -> LoanReconciliation:
    """Return every reported period of a loan beside the computed one: matched, not due, or differs since when.

    Of a floating loan each says by which rate: by the fixings known on the business date, else as reported.
    """
    return await loan_reconciliation(documents, org=principal.org, loan_id=loan_id, business_date=business_date)


@get("/loans/{loan_id}/reconciliation/export", permission=Permission.PORTFOLIO_READ, media_type=CSV, cost=20)
async def export_loan_reconciliation(
    *, documents: Documents, principal: Principal, business_date: datetime.date, loan_id: str
) -> Stream:
    """Export a loan's reconciliation as CSV."""
    await read(documents, LOANS, org=principal.org, document_id=loan_id)
    table = streamed(HEADER, loan_table(documents, org=principal.org, loan_id=loan_id, business_date=business_date))
    return csv_file("reconciliation.csv", table)


@get("/loans/{loan_id}/overcharges", permission=Permission.PORTFOLIO_READ, cached=True)
async def loan_overcharges(
    *,
    documents: Documents,
    principal: Principal,
    business_date: datetime.date,
    loan_id: str,
    explain: bool = False,
) -> Overcharges:
    """Return month by month what a loan's lender billed beside what its terms say, with the sums.

    Of a floating loan the months whose fixings are known on the business date are compared.
    """
    return await queries.loan_overcharges(
        documents, org=principal.org, loan_id=loan_id, explain=explain, business_date=business_date
    )


@post("/loans/{loan_id}/convention", permission=Permission.PORTFOLIO_WRITE, status=200, cost=20)
async def adopt_convention(*, unit: Unit, if_match: int, loan_id: str, data: ConventionView) -> Loan:
    """Make a convention that reproduces a loan's reported figures its own, as a correction of its terms.

    It is one of those that the loan's reconciliation names in `reproducedBy`; who and why is in the loan's history.
    """
    return await conventions.adopt_convention(unit=unit, loan_id=loan_id, convention=data, expected_version=if_match)


@get("/loans/{loan_id}/sources", permission=Permission.PORTFOLIO_READ, cached=True)
async def read_sources(
    *, documents: Documents, principal: Principal, loan_id: str, import_id: Reference | None = None
) -> LoanSources:
    """Return which file, row and element each of a loan's imported values comes from; with `importId` of that file."""
    return await loan_sources(documents, org=principal.org, loan_id=loan_id, import_id=import_id)


@get("/imports/{import_id}/reconciliation/export", permission=Permission.PORTFOLIO_READ, media_type=CSV, cost=200)
async def export_import_reconciliation(*, documents: Documents, principal: Principal, import_id: str) -> Stream:
    """Export how an import's loans compared with their schedules when it ran, as CSV."""
    await read(documents, IMPORTS, org=principal.org, document_id=import_id)
    table = streamed(HEADER, import_table(documents, org=principal.org, import_id=import_id))
    return csv_file("reconciliation.csv", table)


@get("/reconciliation", permission=Permission.PORTFOLIO_READ, cached=True)
async def reconcile_deal(
    *,
    documents: Documents,
    principal: Principal,
    business_date: datetime.date,
    deal: str,
    period: datetime.date | None = None,
) -> DealReconciliation:
    """Return a deal month by month, and the differences of its newest month or of the one asked for."""
    return await deal_reconciliation(
        documents, org=principal.org, deal=deal, period=period, business_date=business_date
    )


@get("/reconciliation/export", permission=Permission.PORTFOLIO_READ, media_type=CSV, cost=200)
async def export_deal_reconciliation(
    *,
    documents: Documents,
    principal: Principal,
    business_date: datetime.date,
    deal: str,
    period: datetime.date | None = None,
) -> Stream:
    """Export a deal's reconciliation as CSV, all months or one."""
    rows = deal_table(documents, org=principal.org, deal=deal, period=period, business_date=business_date)
    table = streamed(HEADER, rows)
    return csv_file("reconciliation.csv", table)
