"""Drafts that tests of many kinds send."""

from __future__ import annotations

from typing import Any, Final

TERMS_OF_A_LOAN: Final[dict[str, Any]] = {
    "originalBalance": "10000000.00",
    "currentBalance": "10000000.00",
    "balanceAsOf": "2025-01-01",
    "originationDate": "2025-01-01",
    "maturityDate": "2035-01-01",
    "rate": "0.0525",
    "terms": {"dayCount": "actual_360", "firstPaymentDate": "2025-02-01", "amortizationMonths": 360},
}
"""A loan of ten years that amortizes over thirty, but for its number and its name."""
