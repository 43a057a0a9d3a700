"""Scoping: the loans that a member who is limited to a part of the organization may see.

A loan is within a scope when its portfolio or its fund is, or one of its properties. Of such a loan all is shown that
it states itself, the ids and names of its other portfolio, fund, lender and properties too. A loan outside of it is
answered as one that does not exist.
"""

from __future__ import annotations

import datetime

from realinsights.loans.model.loan import Loan
from realinsights.loans.queries.history import missing, read
from realinsights.loans.store import LOANS
from realinsights_platform.documents.port import AnyOf, Contains, Documents, Either, Where
from realinsights_platform.principal import Scope


def loans_within(scope: Scope | None) -> tuple[Where, ...]:
    """Return the condition that a loan is within a scope; none where there is no limit."""
    if scope is None:
        return ()
    groups: list[tuple[AnyOf | Contains, ...]] = [(Contains("property_ids", one),) for one in scope.property_ids]
    if scope.portfolio_ids:
        groups.append((AnyOf("portfolio_id", scope.portfolio_ids),))
    if scope.fund_ids:
        groups.append((AnyOf("fund_id", scope.fund_ids),))
    return (Either(tuple(groups)) if groups else AnyOf("portfolio_id", ()),)


def is_within(loan: Loan, scope: Scope | None) -> bool:
    """Tell whether a loan is within a scope."""
    return (
        scope is None
        or loan.portfolio_id in scope.portfolio_ids
        or loan.fund_id in scope.fund_ids
        or not set(scope.property_ids).isdisjoint(loan.property_ids)
    )


async def loan_within(documents: Documents, *, org: str, scope: Scope | None, loan_id: str) -> Loan:
    """Return a loan; raises `NotFound`, for one that is not within the scope as for one that does not exist."""
    loan = await read(documents, LOANS, org=org, document_id=loan_id)
    if not is_within(loan, scope):
        raise missing(LOANS, loan_id)
    return loan


async def loan_as_known(
    documents: Documents, *, org: str, scope: Scope | None, loan_id: str, as_known_at: datetime.datetime | None
) -> Loan:
    """Return a loan, or as it was known at a time; whether it is within the scope is asked of the loan of today."""
    if as_known_at is None:
        return await loan_within(documents, org=org, scope=scope, loan_id=loan_id)
    await require_loan(documents, org=org, scope=scope, loan_id=loan_id)
    return await read(documents, LOANS, org=org, document_id=loan_id, as_known_at=as_known_at)


async def require_loan(documents: Documents, *, org: str, scope: Scope | None, loan_id: str) -> None:
    """Refuse a loan that is not within the scope, or not there any more; without a limit nothing is looked up."""
    if scope is not None:
        await loan_within(documents, org=org, scope=scope, loan_id=loan_id)
