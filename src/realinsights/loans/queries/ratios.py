"""Ratios of a stored loan, with what stands beside it on its properties."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from realinsights.loans.model.loan import GONE, Loan
from realinsights.loans.model.ratios import LoanRatios, RatioBasis, ratios_of
from realinsights.loans.queries.history import read
from realinsights.loans.store import LOANS, PROPERTIES
from realinsights_platform.documents.port import Contains, Documents
from realinsights_platform.documents.walking import many, walk


async def loan_ratios(
    documents: Documents, *, org: str, loan_id: str, basis: RatioBasis, business_date: datetime.date
) -> LoanRatios:
    """Return a stored loan's ratios; raises `NotFound`."""
    loan = await read(documents, LOANS, org=org, document_id=loan_id)
    properties = await many(documents, PROPERTIES, org, loan.property_ids)
    beside = await loans_beside(documents, loan)
    return ratios_of(loan, properties, basis=basis, business_date=business_date, beside=beside)


async def loans_beside(documents: Documents, loan: Loan) -> Sequence[Loan]:
    """Return the other loans that are owed on a property of this one, each once."""
    found: dict[str, Loan] = {}
    for property_id in loan.property_ids:
        async for other in walk(documents, LOANS, loan.org, Contains("property_ids", property_id)):
            if other.id != loan.id and other.current_balance and other.status not in GONE:
                found[other.id] = other
    return tuple(found.values())
