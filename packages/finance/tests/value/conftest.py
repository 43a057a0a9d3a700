"""Golden and published cases of value, and days to count from."""

from __future__ import annotations

import datetime
import json
import random
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from realinsights_finance import add_months
from realinsights_finance.value import UnitPeriod

Flows = list[tuple[datetime.date, Decimal]]


@pytest.fixture(scope="session")
def value_cases(facts: Path) -> dict[str, Any]:
    """Return golden cases of value, and the published examples of Regulation Z, each with its source's own key."""
    cases: dict[str, Any] = json.loads((facts / "value_cases.json").read_text(encoding="utf-8"))
    return cases


@pytest.fixture(scope="session")
def seeded() -> Callable[[int], random.Random]:
    """Return a function that makes a source of random cases, the same for the same seed."""
    return random.Random


@pytest.fixture(scope="session")
def regulation_z(value_cases: dict[str, Any]) -> list[tuple[str, Flows, UnitPeriod, str]]:
    """Return the examples of Regulation Z, Appendix J: name, flows, unit-period, and APR in percent to two decimals."""
    examples = []
    for case in value_cases["reg_z_appendix_j"]["cases"]:
        name = case["id"]
        advance = (datetime.date.fromisoformat(case["advance_date"]), Decimal(-case["advance"]))
        unit = UnitPeriod.TWO_MONTHLY if name == "(c)(4)(ii)" else UNITS[case.get("period", "monthly")]
        flows = [advance, *(IRREGULAR.get(name) or payments(case))]
        examples.append((name, flows, unit, f"{case['apr']:.2f}"))
    return examples


UNITS = {
    "monthly": UnitPeriod.MONTHLY,
    "semimonthly 1/16": UnitPeriod.SEMI_MONTHLY,
    "quarterly": UnitPeriod.QUARTERLY,
    "weekly": UnitPeriod.WEEKLY,
}


def every(months: int, first: str, *amounts: object) -> Flows:
    day = datetime.date.fromisoformat(first)
    return [(add_months(day, months * number), Decimal(str(amount))) for number, amount in enumerate(amounts)]


def payments(case: dict[str, object]) -> Flows:
    """Return the payments of an example of equal ones."""
    first, amount = datetime.date.fromisoformat(str(case["first_payment"])), Decimal(str(case["payment"]))
    count, period = int(str(case["n"])), case["period"]
    if period == "weekly":
        return [(first + datetime.timedelta(weeks=number), amount) for number in range(count)]
    if period == "semimonthly 1/16":
        days = [add_months(first, number // 2, day=(1, 16)[number % 2]) for number in range(count)]
        return [(day, amount) for day in days]
    return every(3 if period == "quarterly" else 1, str(case["first_payment"]), *[amount] * count)


IRREGULAR = {
    "(c)(2)(i)": every(1, "1978-02-10", 250, *[230] * 23),
    "(c)(3)(i)": every(1, "1978-02-10", *[230] * 23, 280),
    "(c)(4)(i)": every(1, "1978-02-10", 250, *[230] * 22, 280),
    "(c)(4)(ii)": every(2, "1978-03-01", "449.36", *[465] * 18, 200),
}
