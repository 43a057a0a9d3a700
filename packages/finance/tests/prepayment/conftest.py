"""Loans and notes to prepay."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from realinsights_finance import DayCount, LoanTerms, Schedule, schedule
from realinsights_finance.prepayment import Fee, Phase, PrepaymentTerms, Regime


@pytest.fixture(scope="session")
def cases(facts: Path) -> dict[str, Any]:
    """Return the golden and published cases of prepayments, with their sources."""
    kept: dict[str, Any] = json.loads((facts / "prepayment.json").read_text(encoding="utf-8"))
    return kept


@pytest.fixture(scope="session")
def g1_schedule(a_loan: Callable[..., LoanTerms]) -> Schedule:
    """Return the golden loan's schedule on 30/360: payment 84 of 120 is due on 1 January 2032."""
    return schedule(a_loan(day_count=DayCount.THIRTY_360))


@pytest.fixture(scope="session")
def after_84() -> datetime.date:
    return datetime.date(2032, 1, 1)


@pytest.fixture(scope="session")
def one_phase() -> Callable[..., PrepaymentTerms]:
    """Return a builder of a note with one regime to maturity."""

    def build(regime: Regime, *fees: Fee) -> PrepaymentTerms:
        return PrepaymentTerms((Phase(regime=regime, fees=fees),))

    return build


@pytest.fixture(scope="session")
def interest_only() -> Callable[..., LoanTerms]:
    """Return a builder of a loan whose balance stays what it is until maturity."""

    def build(principal: str, rate: str = "0.06", months: int = 120, **changes: Any) -> LoanTerms:
        first = datetime.date(2025, 2, 1)
        years, month = divmod(months, 12)
        terms: dict[str, Any] = {
            "principal": Decimal(principal),
            "rate": Decimal(rate),
            "start": datetime.date(2025, 1, 1),
            "first_payment": first,
            "maturity": datetime.date(2025 + years, 1 + month, 1),
            "day_count": DayCount.THIRTY_360,
        }
        return LoanTerms(**(terms | changes))

    return build
