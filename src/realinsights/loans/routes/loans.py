"""Loans over HTTP: PUT replaces all that a person may say about one."""

from __future__ import annotations

import datetime
from decimal import Decimal

import msgspec

from realinsights.contracts.loans import AmortizationType, LoanStatus, LoanStructure, RateType
from realinsights.contracts.permissions import Permission
from realinsights.loans.model.loan import Loan, LoanDraft
from realinsights.loans.model.period import ReportedPeriod
from realinsights.loans.queries.exports import LOANS_HEADER, loan_rows
from realinsights.loans.queries.history import ChangeHistory, history_of, read
from realinsights.loans.queries.lists import LoanFilter, LoanSummary, loan_summary, order_by
from realinsights.loans.routes.shapes import Restore, Versions, created
from realinsights.loans.service import loans as service
from realinsights.loans.service import restoring
from realinsights.loans.store import LOANS, PERIODS
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Documents, Equal, Order, Unit
from realinsights_platform.http.answers.answer import Json, Stream
from realinsights_platform.http.answers.csv_tables import CSV, csv_file, streamed
from realinsights_platform.http.routes.declaring import Route, delete, get, post, put
from realinsights_platform.http.routes.pages import Cursor, Limit, PageOf
from realinsights_platform.principal import Principal


@get("/loans", permission=Permission.PORTFOLIO_READ, cached=True)
async def list_loans(
    *,
    documents: Documents,
    principal: Principal,
    cursor: Cursor,
    q: str | None = None,
    number: str | None = None,
    status: list[LoanStatus] | None = None,
    structure: list[LoanStructure] | None = None,
    rate_type: list[RateType] | None = None,
    amortization_type: list[AmortizationType] | None = None,
    lender_id: str | None = None,
    fund_id: str | None = None,
    portfolio_id: str | None = None,
    property_id: str | None = None,
    deal: str | None = None,
    tag: str | None = None,
    maturity_from: datetime.date | None = None,
    maturity_to: datetime.date | None = None,
    origination_from: datetime.date | None = None,
    origination_to: datetime.date | None = None,
    balance_from: Decimal | None = None,
    balance_to: Decimal | None = None,
    rate_from: Decimal | None = None,
    rate_to: Decimal | None = None,
    order: str = "number",
    limit: Limit = 50,
    total: bool = False,
) -> PageOf[LoanSummary]:
    """List loans: `q` searches words of number, name and borrower; `number` is how the number starts."""
    where = LoanFilter(
        q=q,
        number=number,
        status=status,
        structure=structure,
        rate_type=rate_type,
        amortization_type=amortization_type,
        lender_id=lender_id,
        fund_id=fund_id,
        portfolio_id=portfolio_id,
        property_id=property_id,
        deal=deal,
        tag=tag,
        maturity_from=maturity_from,
        maturity_to=maturity_to,
        origination_from=origination_from,
        origination_to=origination_to,
        balance_from=balance_from,
        balance_to=balance_to,
        rate_from=rate_from,
        rate_to=rate_to,
    ).where()
    page = await documents.find(
        LOANS, principal.org, *where, order=order_by(LOANS, order), after=cursor.position, limit=limit
    )
    return PageOf(
        items=tuple(loan_summary(loan) for loan in page.items),
        next=cursor.after(page.next),
        total=await documents.count(LOANS, principal.org, *where) if total else msgspec.UNSET,
    )


@get("/loans/export", permission=Permission.PORTFOLIO_READ, media_type=CSV)
async def export_loans(
    *,
    documents: Documents,
    principal: Principal,
    q: str | None = None,
    number: str | None = None,
    status: list[LoanStatus] | None = None,
    structure: list[LoanStructure] | None = None,
    rate_type: list[RateType] | None = None,
    amortization_type: list[AmortizationType] | None = None,
    lender_id: str | None = None,
    fund_id: str | None = None,
    portfolio_id: str | None = None,
    property_id: str | None = None,
    deal: str | None = None,
    tag: str | None = None,
    maturity_from: datetime.date | None = None,
    maturity_to: datetime.date | None = None,
    origination_from: datetime.date | None = None,
    origination_to: datetime.date | None = None,
    balance_from: Decimal | None = None,
    balance_to: Decimal | None = None,
    rate_from: Decimal | None = None,
    rate_to: Decimal | None = None,
    order: str = "number",
) -> Stream:
    """Export the loans that a filter finds as CSV; text that a spreadsheet would run gets an apostrophe before it."""
    where = LoanFilter(
        q=q,
        number=number,
        status=status,
        structure=structure,
        rate_type=rate_type,
        amortization_type=amortization_type,
        lender_id=lender_id,
        fund_id=fund_id,
        portfolio_id=portfolio_id,
        property_id=property_id,
        deal=deal,
        tag=tag,
        maturity_from=maturity_from,
        maturity_to=maturity_to,
        origination_from=origination_from,
        origination_to=origination_to,
        balance_from=balance_from,
        balance_to=balance_to,
        rate_from=rate_from,
        rate_to=rate_to,
    ).where()
    rows = loan_rows(documents, org=principal.org, where=where, order=order_by(LOANS, order))
    return csv_file("loans.csv", streamed(LOANS_HEADER, rows))


@post("/loans", permission=Permission.PORTFOLIO_WRITE)
async def create_loan(unit: Unit, data: LoanDraft) -> Json[Loan]:
    """Create a loan."""
    return created("loans", await service.create_loan(unit=unit, draft=data))


@get("/loans/{loan_id}", permission=Permission.PORTFOLIO_READ, cached=True)
async def read_loan(
    documents: Documents, principal: Principal, loan_id: str, as_known_at: datetime.datetime | None = None
) -> Loan:
    """Return a loan, or as it was known at a time."""
    return await read(documents, LOANS, org=principal.org, document_id=loan_id, as_known_at=as_known_at)


@put("/loans/{loan_id}", permission=Permission.PORTFOLIO_WRITE)
async def update_loan(unit: Unit, if_match: int, loan_id: str, data: LoanDraft) -> Loan:
    """Replace what a person may say about a loan."""
    return await service.update_loan(unit=unit, loan_id=loan_id, draft=data, expected_version=if_match)


@delete("/loans/{loan_id}", permission=Permission.PORTFOLIO_DELETE)
async def delete_loan(unit: Unit, if_match: int, loan_id: str) -> None:
    """Delete a loan and what was reported of it."""
    await service.delete_loan(unit=unit, loan_id=loan_id, expected_version=if_match)


@post("/loans/{loan_id}/restore", permission=Permission.PORTFOLIO_WRITE, status=200)
async def restore_loan(unit: Unit, documents: Storage, loan_id: str, data: Restore) -> Loan:
    """Bring back the loan as its history has it at a sequence, also a deleted one."""
    return await restoring.restore_loan(unit=unit, documents=documents, loan_id=loan_id, sequence=data.sequence)


@get("/loans/{loan_id}/history", permission=Permission.PORTFOLIO_READ, cached=True)
async def loan_history(
    documents: Documents, principal: Principal, loan_id: str, limit: Versions = 100
) -> ChangeHistory:
    """Return who changed what of a loan and when, newest first."""
    return await history_of(documents, LOANS, org=principal.org, document_id=loan_id, limit=limit)


@get("/loans/{loan_id}/periods", permission=Permission.PORTFOLIO_READ, cached=True)
async def list_periods(
    documents: Documents, principal: Principal, cursor: Cursor, loan_id: str, limit: Limit = 50
) -> PageOf[ReportedPeriod]:
    """List what servicers reported of a loan, the latest period first."""
    await read(documents, LOANS, org=principal.org, document_id=loan_id)
    page = await documents.find(
        PERIODS,
        principal.org,
        Equal("loan_id", loan_id),
        order=Order("period_end", descending=True),
        after=cursor.position,
        limit=limit,
    )
    return PageOf(items=page.items, next=cursor.after(page.next))


ROUTES: tuple[Route, ...] = (
    list_loans,
    export_loans,
    create_loan,
    read_loan,
    update_loan,
    delete_loan,
    restore_loan,
    loan_history,
    list_periods,
)
