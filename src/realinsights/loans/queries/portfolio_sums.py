"""Sums of an organization's whole portfolio, from what indexes hold: no loan is read."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from realinsights.contracts.loans import LoanStatus
from realinsights.loans.model.imports import PortfolioSums
from realinsights.loans.model.loan import GONE
from realinsights.loans.model.quantities import CENT, FINEST
from realinsights.loans.store import LOANS, PROPERTIES
from realinsights_platform.documents.port import AnyOf, Documents

_OUTSTANDING: Final = AnyOf("status", tuple(status for status in LoanStatus if status not in GONE))


async def portfolio_sums(documents: Documents, *, org: str) -> PortfolioSums:
    """Return what an organization's portfolio comes to now."""
    by_rate = await documents.sums(LOANS, org, _OUTSTANDING, of="current_balance", by="rate")
    balance = sum((group.sum for group in by_rate), Decimal(0))
    interest = sum((group.sum * group.value for group in by_rate if group.value is not None), Decimal(0))
    return PortfolioSums().with_change(
        loans=sum(group.count for group in by_rate),
        properties=await documents.count(PROPERTIES, org),
        balance=balance.quantize(CENT),
        interest=interest.quantize(CENT * FINEST),
    )
