"""APR: the examples of Regulation Z, Appendix J (c), to the two decimals that it prints."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from realinsights_finance import add_months
from realinsights_finance.value import NoSolution, SameSign, UnitPeriod, annual_percentage_rate, irr

Flows = list[tuple[datetime.date, Decimal]]
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


def test_every_example_of_the_regulation_is_reproduced(value_cases):
    cases = value_cases["reg_z_appendix_j"]["cases"]
    assert len(cases) == 9
    for case in cases:
        advance = (datetime.date.fromisoformat(case["advance_date"]), Decimal(-case["advance"]))
        irregular = IRREGULAR.get(case["id"])
        unit = UnitPeriod.TWO_MONTHLY if case["id"] == "(c)(4)(ii)" else UNITS[case.get("period", "monthly")]
        rate = annual_percentage_rate([advance, *(irregular or payments(case))], unit)
        assert f"{100 * rate:.2f}" == f"{case['apr']:.2f}", case["id"]


def test_without_odd_days_it_is_the_periodic_rate_times_the_periods_of_a_year():
    flows = [
        *every(1, "2025-01-31", -1000),
        *((add_months(datetime.date(2025, 2, 28), number, day=31), Decimal(90)) for number in range(12)),
    ]
    rate = annual_percentage_rate(flows, UnitPeriod.MONTHLY)
    assert abs(rate - 12 * irr([amount for _, amount in flows])) < Decimal("1e-10")


@pytest.mark.parametrize(
    ("unit", "start", "end", "expected"),
    [
        (UnitPeriod.MONTHLY, "1978-02-10", "1978-04-01", (1, Fraction(19, 30))),
        (UnitPeriod.SEMI_MONTHLY, "1978-02-23", "1978-03-16", (1, Fraction(6, 15))),
        (UnitPeriod.TWO_MONTHLY, "1978-01-10", "1978-03-01", (0, Fraction(52, 60))),
        (UnitPeriod.QUARTERLY, "1978-05-23", "1978-10-01", (1, Fraction(39, 90))),
        (UnitPeriod.SEMI_ANNUAL, "1978-01-01", "1979-02-01", (2, Fraction(30, 180))),
        (UnitPeriod.ANNUAL, "1978-01-01", "1980-01-01", (2, Fraction(0))),
        (UnitPeriod.WEEKLY, "1978-03-20", "1978-04-21", (4, Fraction(4, 7))),
    ],
)
def test_unit_periods_are_counted_back_from_the_payment(unit, start, end, expected):
    assert unit.between(datetime.date.fromisoformat(start), datetime.date.fromisoformat(end)) == expected


def test_less_paid_than_advanced_and_flows_of_one_sign_are_refused():
    with pytest.raises(NoSolution, match="no rate from 0"):
        annual_percentage_rate([*every(1, "2025-01-01", -1000), *every(1, "2025-02-01", 900)], UnitPeriod.MONTHLY)
    with pytest.raises(SameSign):
        annual_percentage_rate(every(1, "2025-01-01", 1, 2), UnitPeriod.MONTHLY)
