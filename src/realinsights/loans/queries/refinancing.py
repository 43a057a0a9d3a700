"""Refinance of a stored loan, with what stands beside it on its properties."""

from __future__ import annotations

import asyncio

from realinsights.loans.model.refinancing import Asked, LoanRefinance, refinance_of
from realinsights.loans.queries.history import read
from realinsights.loans.queries.ratios import loans_beside
from realinsights.loans.store import LOANS, PROPERTIES
from realinsights_platform.documents.port import Documents
from realinsights_platform.documents.walking import many


async def loan_refinance(documents: Documents, *, org: str, loan_id: str, asked: Asked) -> LoanRefinance:
    """Return a stored loan's refinance; raises `NotFound`, `Invalid`."""
    loan = await read(documents, LOANS, org=org, document_id=loan_id)
    properties = await many(documents, PROPERTIES, org, loan.property_ids)
    beside = await loans_beside(documents, loan)
    # In a thread: a break-even rate takes some milliseconds, and so may a balloon.
    return await asyncio.to_thread(refinance_of, loan, properties, beside, asked)
