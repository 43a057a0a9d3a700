"""APR: the examples of Regulation Z, Appendix J (c), to the two decimals that it prints."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from realinsights_finance import add_months
from realinsights_finance.explain import explain
from realinsights_finance.value import NoSolution, SameSign, UnitPeriod, annual_percentage_rate, irr


def test_every_example_of_the_regulation_is_reproduced(regulation_z):
    assert len(regulation_z) == 9
    for name, flows, unit, expected in regulation_z:
        assert f"{100 * annual_percentage_rate(flows, unit):.2f}" == expected, name


def test_without_odd_days_it_is_the_periodic_rate_times_the_periods_of_a_year():
    flows = [
        (datetime.date(2025, 1, 31), Decimal(-1000)),
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
    advanced = (datetime.date(2025, 1, 1), Decimal(1000))
    paid = (datetime.date(2025, 2, 1), Decimal(900))
    with pytest.raises(NoSolution, match="no rate from 0"):
        annual_percentage_rate([(advanced[0], -advanced[1]), paid], UnitPeriod.MONTHLY)
    with pytest.raises(SameSign):
        annual_percentage_rate([advanced, paid], UnitPeriod.MONTHLY)


def test_the_rate_says_how_it_came_about(regulation_z):
    _, flows, unit, _ = regulation_z[0]
    explained = explain(annual_percentage_rate, flows, unit)
    assert explained.convention == "unit-periods are monthly; Regulation Z, Appendix J"
    assert abs(12 * Decimal(explained.steps[0].value) - explained.value) < Decimal("1e-20")
