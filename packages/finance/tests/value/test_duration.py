"""Duration and convexity beside QuantLib, by their definition, and of loans."""

from __future__ import annotations

import datetime
import math
from decimal import Decimal
from fractions import Fraction

import pytest
import QuantLib as ql  # noqa: N813 -- its own documentation's name

from realinsights_finance import DayCount, schedule
from realinsights_finance.explain import explain
from realinsights_finance.value import (
    Compounding,
    InvalidRate,
    NoFlows,
    PastFlow,
    WorthNothing,
    loan_sensitivity,
    sensitivity,
    timed_sensitivity,
    weighted_average_life,
)

ON = datetime.date(2025, 3, 31)
# Not simple interest: QuantLib multiplies its growth from flow to flow, ours runs from the first day to each flow.
THEIRS = {
    Compounding.ANNUAL: (ql.Compounded, ql.Annual),
    Compounding.SEMI_ANNUAL: (ql.Compounded, ql.Semiannual),
    Compounding.QUARTERLY: (ql.Compounded, ql.Quarterly),
    Compounding.MONTHLY: (ql.Compounded, ql.Monthly),
    Compounding.CONTINUOUS: (ql.Continuous, ql.Annual),
}
# The day counts that add up: QuantLib measures the time to a flow as a sum of steps from flow to flow.
COUNTS = {DayCount.ACTUAL_360: ql.Actual360(), DayCount.ACTUAL_365_FIXED: ql.Actual365Fixed()}


def a_date(day: datetime.date) -> ql.Date:
    return ql.Date(day.day, day.month, day.year)


def test_quantlib_finds_the_same_of_two_thousand_rows_of_flows(seeded):
    source = seeded(3)
    for number in range(2000):
        compounding = list(THEIRS)[number % len(THEIRS)]
        day_count = list(COUNTS)[number % len(COUNTS)]
        rate = Decimal(source.randint(-100, 2000)) / 10_000
        days = sorted(source.sample(range(1, 4000), source.randint(1, 20)))
        flows = [(ON + datetime.timedelta(days=day), Decimal(source.randint(1, 10**8)) / 100) for day in days]
        ours = sensitivity(flows, on=ON, rate=rate, compounding=compounding, day_count=day_count)
        leg = ql.Leg([ql.SimpleCashFlow(float(amount), a_date(day)) for day, amount in flows])
        compounded = ql.InterestRate(float(rate), COUNTS[day_count], *THEIRS[compounding])
        settled = (False, a_date(ON))
        assert math.isclose(ours.value, ql.CashFlows.npv(leg, compounded, *settled), rel_tol=1e-10)
        modified = ql.CashFlows.duration(leg, compounded, ql.Duration.Modified, *settled)
        assert math.isclose(ours.modified, modified, rel_tol=1e-9)
        assert math.isclose(ours.convexity, ql.CashFlows.convexity(leg, compounded, *settled), rel_tol=1e-9)
        if compounding is Compounding.CONTINUOUS:  # there QuantLib has no Macaulay duration: it is the modified one
            assert ours.macaulay == ours.modified
        else:
            macaulay = ql.CashFlows.duration(leg, compounded, ql.Duration.Macaulay, *settled)
            assert math.isclose(ours.macaulay, macaulay, rel_tol=1e-9)


@pytest.mark.parametrize("compounding", list(Compounding))
def test_they_are_the_derivatives_of_the_value(compounding):
    flows = [(Fraction(1, 2), Decimal(3)), (Fraction(7, 3), Decimal(104))]
    rate, step = Decimal("0.045"), Decimal("1e-8")
    at = {move: timed_sensitivity(flows, rate=rate + move * step, compounding=compounding).value for move in (-1, 0, 1)}
    found = timed_sensitivity(flows, rate=rate, compounding=compounding)
    assert abs(found.modified + (at[1] - at[-1]) / (2 * step) / at[0]) < Decimal("1e-10")
    assert abs(found.convexity - (at[1] - 2 * at[0] + at[-1]) / step**2 / at[0]) < Decimal("1e-6")


def test_a_single_payment_lasts_until_its_day():
    found = timed_sensitivity([(Fraction(5), Decimal(100))], rate=Decimal("0.06"), compounding=Compounding.ANNUAL)
    assert abs(found.macaulay - 5) < Decimal("1e-25")
    assert abs(found.modified - 5 / Decimal("1.06")) < Decimal("1e-25")
    assert abs(found.convexity - 30 / Decimal("1.06") ** 2) < Decimal("1e-24")


def test_a_loan_moves_less_than_its_term_and_at_no_rate_as_its_payments_lie(a_loan):
    computed = schedule(a_loan(day_count=DayCount.THIRTY_360))
    found = loan_sensitivity(computed, on=computed.terms.start, market_rate=computed.terms.rate)
    assert abs(found.value - computed.terms.principal) < Decimal("0.05")
    assert found.modified < found.macaulay < 10
    interest_free = loan_sensitivity(computed, on=computed.terms.start, market_rate=Decimal(0))
    lasting = sum(row.number * row.payment for row in computed.installments) / computed.total_payments / 12
    assert abs(interest_free.macaulay - lasting) < Decimal("1e-20")


def test_the_average_life_of_what_is_left_runs_from_its_first_row(a_loan):
    computed = schedule(a_loan(day_count=DayCount.THIRTY_360, amortization_months=None))
    left = [(computed.terms, row) for row in computed.installments[84:]]
    assert weighted_average_life(left) == 3


def test_what_means_nothing_is_refused():
    later = ON + datetime.timedelta(days=10)
    with pytest.raises(PastFlow, match="2025-03-31 is before 2025-04-10"):
        sensitivity([(ON, Decimal(1))], on=later, rate=Decimal("0.05"))
    with pytest.raises(WorthNothing):
        sensitivity([(later, Decimal(-1))], on=ON, rate=Decimal("0.05"))
    with pytest.raises(NoFlows):
        sensitivity([], on=ON, rate=Decimal("0.05"))
    for rate in ("-2.5", "NaN"):
        with pytest.raises(InvalidRate):
            sensitivity([(later, Decimal(1))], on=ON, rate=Decimal(rate))


def test_it_says_how_it_came_about():
    explained = explain(sensitivity, [(ON + datetime.timedelta(days=365), Decimal(100))], on=ON, rate=Decimal("0.05"))
    assert explained.convention == "yield compounded semi-annual"
    assert [part.value for part in explained.inputs] == ["2025-03-31", "30_360", "0.05"]
    assert explained.steps[0].unit == "dollars"
