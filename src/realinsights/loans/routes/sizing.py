"""Routes of loans that could be: the largest one by a lender's tests, and the one that could replace a stored loan."""

from __future__ import annotations

import asyncio
import datetime

from realinsights.contracts.permissions import Permission
from realinsights.contracts.refinancing import NewLoan
from realinsights.loans.model.ratios import RatioBasis
from realinsights.loans.model.refinancing import Asked, LoanRefinance, RefinanceCase
from realinsights.loans.model.sizing import SizedLoan, SizingRequest, sized_loan
from realinsights.loans.queries.refinancing import loan_refinance
from realinsights_platform.documents.port import Documents
from realinsights_platform.http.routes.declaring import get, post
from realinsights_platform.principal import Principal


@post("/loans/size", permission=Permission.PORTFOLIO_READ, status=200, idempotent=False)
async def size_loan(data: SizingRequest, *, explain: bool = False) -> SizedLoan:
    """Return the largest loan by every test that is stated, which of them binds, and what it would cost.

    Nothing is stored, and no loan of the organization is asked for.
    """
    return await asyncio.to_thread(sized_loan, data, explain=explain)


@get("/loans/{loan_id}/refinance", permission=Permission.PORTFOLIO_READ, cached=True)
async def read_refinance(
    *,
    documents: Documents,
    principal: Principal,
    business_date: datetime.date,
    loan_id: str,
    new_loan: NewLoan,
    case: RefinanceCase,
    statement_basis: RatioBasis = RatioBasis.LATEST,
    on: datetime.date | None = None,
    explain: bool = False,
) -> LoanRefinance:
    """Return a loan's balloon on a day (default: its expected repayment) beside the loan that could replace it.

    What was assumed is in the answer, and what of it is our default. Where a figure is not known, its reason is.
    """
    asked = Asked(
        new_loan=new_loan, case=case, basis=statement_basis, business_date=business_date, on=on, explain=explain
    )
    return await loan_refinance(documents, org=principal.org, loan_id=loan_id, asked=asked)
