"""Golden case G6: a floating loan, and the fixings of its table."""

from __future__ import annotations

from typing import Any

G6 = {
    "index": "1-month Term SOFR",
    "spread": "0.025",
    "indexFloor": "0.01",
    "rateFloor": "0.035",
    "rateCeiling": "0.085",
    "lookbackBusinessDays": 2,
    "calendar": "us_government_bond",
}
G6_FIXINGS = "DATE,1M Term SOFR\n2025-01-13,4.33\n2025-02-13,0.25\n2025-03-13,2.00\n2025-04-11,6.75\n"
G6_LOAN: dict[str, Any] = {
    "originalBalance": "25000000.00",
    "currentBalance": "25000000.00",
    "balanceAsOf": "2025-01-15",
    "originationDate": "2025-01-15",
    "maturityDate": "2026-01-15",
    "rate": "0.0683",
    "rateType": "floating",
}
