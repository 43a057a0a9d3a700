"""Routes of loans; PUT replaces all that a person may write."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import partial
from typing import Any

from realinsights.contracts.permissions import Permission
from realinsights.loans.model.loan import Loan, LoanDraft
from realinsights.loans.model.period import ReportedPeriod
from realinsights.loans.model.terms_changes import Dating
from realinsights.loans.queries import lists
from realinsights.loans.queries.exports import LOANS_HEADER, loan_rows
from realinsights.loans.queries.history import ChangeHistory, Restore, Versions, history_of
from realinsights.loans.queries.lists import LoanFilter, LoanSummary
from realinsights.loans.queries.scoping import loan_as_known, loans_within, require_loan
from realinsights.loans.service import loans as service
from realinsights.loans.service import restoring
from realinsights.loans.store import LOANS
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.http.answers.answer import Json, Stream, created
from realinsights_platform.http.answers.csv_tables import CSV, csv_file, streamed
from realinsights_platform.http.routes.declaring import delete, get, patch, post, put
from realinsights_platform.http.routes.pages import Cursor, Limit, PageOf
from realinsights_platform.principal import Principal


@get("/loans", permission=Permission.PORTFOLIO_READ, scoped="applied", cached=True)
async def list_loans(
    *,
    documents: Documents,
    principal: Principal,
    business_date: datetime.date,
    cursor: Cursor,
    filters: LoanFilter,
    order: str = "number",
    limit: Limit = 50,
    total: bool = False,
) -> PageOf[LoanSummary]:
    """List loans: `q` searches words of number, name and borrower; `number` is how the number starts."""
    found = await lists.listed(
        documents,
        LOANS,
        org=principal.org,
        where=(*filters.where(on=business_date), *loans_within(principal.limited_to)),
        shown=partial(lists.loan_summary, on=business_date),
        order=order,
        after=cursor.position,
        limit=limit,
        total=total,
    )
    return cursor.page(found)


@get("/loans/export", permission=Permission.PORTFOLIO_READ, scoped="applied", media_type=CSV, cost=200)
async def export_loans(
    *,
    documents: Documents,
    principal: Principal,
    business_date: datetime.date,
    filters: LoanFilter,
    order: str = "number",
) -> Stream:
    """Export the loans that a filter finds as CSV; text that a spreadsheet would run gets an apostrophe before it."""
    rows = loan_rows(
        documents, org=principal.org, scope=principal.limited_to, filters=filters, on=business_date, order=order
    )
    return csv_file("loans.csv", streamed(LOANS_HEADER, rows))


@post("/loans", permission=Permission.PORTFOLIO_WRITE)
async def create_loan(unit: Unit, data: LoanDraft) -> Json[Loan]:
    """Create a loan."""
    return created(await service.create_loan(unit=unit, draft=data), "/loans")


@get("/loans/{loan_id}", permission=Permission.PORTFOLIO_READ, scoped="applied", cached=True)
async def read_loan(
    documents: Documents, principal: Principal, loan_id: str, as_known_at: datetime.datetime | None = None
) -> Loan:
    """Return a loan, or as it was known at a time."""
    return await loan_as_known(
        documents, org=principal.org, scope=principal.limited_to, loan_id=loan_id, as_known_at=as_known_at
    )


@put("/loans/{loan_id}", permission=Permission.PORTFOLIO_WRITE)
async def update_loan(
    *, unit: Unit, if_match: int, loan_id: str, data: LoanDraft, kept: Mapping[str, Any], dating: Dating
) -> Loan:
    """Replace what a person may say about a loan.

    A change of its terms holds from `effectiveOn` on, and the past stays as it was; or it is a `correction`, and the
    past is computed anew. `reason` is kept with it.
    """
    return await service.update_loan(
        unit=unit, loan_id=loan_id, draft=data, expected_version=if_match, kept=kept, dating=dating
    )


@patch("/loans/{loan_id}", permission=Permission.PORTFOLIO_WRITE)
async def patch_loan(*, unit: Unit, if_match: int, loan_id: str, data: dict[str, Any], dating: Dating) -> Loan:
    """Change some fields of a loan by a JSON merge patch; null takes a field back to its default.

    A change of its terms holds from `effectiveOn` on, and the past stays as it was; or it is a `correction`, and the
    past is computed anew. `reason` is kept with it.
    """
    return await service.patch_loan(unit=unit, loan_id=loan_id, changes=data, expected_version=if_match, dating=dating)


@delete("/loans/{loan_id}", permission=Permission.PORTFOLIO_DELETE)
async def delete_loan(unit: Unit, if_match: int, loan_id: str) -> None:
    """Delete a loan and what was reported of it."""
    await service.delete_loan(unit=unit, loan_id=loan_id, expected_version=if_match)


@post("/loans/{loan_id}/restore", permission=Permission.PORTFOLIO_WRITE, status=200)
async def restore_loan(unit: Unit, documents: Storage, loan_id: str, data: Restore) -> Loan:
    """Bring back the loan as its history has it at a sequence, also a deleted one."""
    return await restoring.restore_loan(unit=unit, documents=documents, loan_id=loan_id, sequence=data.sequence)


@get("/loans/{loan_id}/history", permission=Permission.PORTFOLIO_READ, scoped="applied", cached=True)
async def loan_history(
    documents: Documents, principal: Principal, loan_id: str, limit: Versions = 100
) -> ChangeHistory:
    """Return who changed what of a loan and when, newest first."""
    await require_loan(documents, org=principal.org, scope=principal.limited_to, loan_id=loan_id)
    return await history_of(documents, LOANS, org=principal.org, document_id=loan_id, limit=limit)


@get("/loans/{loan_id}/periods", permission=Permission.PORTFOLIO_READ, scoped="applied", cached=True)
async def list_periods(
    documents: Documents, principal: Principal, cursor: Cursor, loan_id: str, limit: Limit = 50
) -> PageOf[ReportedPeriod]:
    """List what servicers reported of a loan, the latest period first."""
    found = await lists.list_periods(
        documents,
        org=principal.org,
        scope=principal.limited_to,
        loan_id=loan_id,
        after=cursor.position,
        limit=limit,
    )
    return cursor.page(found)
