"""Refinance gaps, and the rate at which the new loan would just cover the balloon."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import shown_rate
from realinsights_finance.credit import (
    Collateral,
    InvalidFigure,
    LendingTests,
    NoBreakEvenRate,
    Quote,
    SizingTest,
    break_even_rate,
    loan_constant,
    refinance,
)
from realinsights_finance.explain import explain

BALLOON = Decimal("8194827.97")
ASSET = Collateral(income=Decimal(900_000), value=Decimal(11_500_000))
TESTS = LendingTests(maximum_ltv=Decimal("0.65"), minimum_dscr=Decimal("1.25"), minimum_debt_yield=Decimal("0.09"))
QUOTE = Quote(rate=Decimal("0.0675"), amortization_months=360)
STEP = Decimal("1e-12")


def test_the_golden_case(credit_cases):
    case = credit_cases["G21_refi"]
    assert case["balloon"] == str(BALLOON)
    plain = refinance(BALLOON, ASSET, TESTS, QUOTE)
    sized = plain.sizing
    limits = {"LTV": SizingTest.LTV, "DSCR": SizingTest.DSCR, "DY": SizingTest.DEBT_YIELD}
    assert {name: str(sized.limit(test).maximum) for name, test in limits.items()} == {
        name: case[name] for name in limits
    }
    assert (str(sized.proceeds), sized.binding) == (case["proceeds"], SizingTest.LTV)
    assert str(plain.gap) == case["gap_before_costs"]
    assert str(refinance(BALLOON, ASSET, TESTS, QUOTE, cost_rate=Decimal("0.01")).gap) == case["gap_with_1pct_costs"]
    rate = break_even_rate(BALLOON, Decimal(900_000), minimum_dscr=Decimal("1.25"), amortization_months=360)
    assert str(shown_rate(rate)) == case["breakeven_rate_DSCR"]


def test_a_gap_below_zero_is_cash_taken_out():
    small = refinance(Decimal(7_000_000), ASSET, TESTS, QUOTE, fixed_costs=Decimal("25000.00"))
    assert (small.gap, small.costs, small.financeable) == (Decimal("-450000.00"), Decimal("25000.00"), True)
    assert not refinance(BALLOON, ASSET, TESTS, QUOTE).financeable


@given(
    balloon=st.decimals("100000", "500000000", places=2),
    cover=st.decimals("0.01", "0.5", places=6),
    months=st.one_of(st.none(), st.integers(1, 600)),
    cost_rate=st.decimals("0", "0.1", places=4),
    costs=st.decimals("0", "100000", places=2),
)
def test_the_test_passes_at_the_break_even_rate_and_fails_just_above(balloon, cover, months, cost_rate, costs):
    income = (balloon * cover).quantize(Decimal("0.01"))
    need = (Fraction(balloon) + Fraction(costs)) / (1 - Fraction(cost_rate))
    terms = {"minimum_dscr": Decimal("1.2"), "amortization_months": months}
    try:
        rate = break_even_rate(balloon, income, cost_rate=cost_rate, fixed_costs=costs, **terms)
    except NoBreakEvenRate:
        allowed = Fraction(income) / Fraction("1.2") / need
        assert allowed < loan_constant(Decimal(0), months) or allowed >= loan_constant(Decimal(1), months)
        return

    def passes(at):
        return Fraction(income) >= Fraction("1.2") * loan_constant(at, months) * need

    assert passes(rate)
    assert not passes(rate + STEP)


@pytest.mark.parametrize("count", [0, 1, 52_500_000_000, 10**12 - 1])
def test_an_interest_only_rate_that_covers_exactly_is_found_exactly(count):
    rate = count * STEP
    income = Decimal(1_000_000) * rate
    assert break_even_rate(Decimal(1_000_000), income, minimum_dscr=Decimal(1), amortization_months=None) == rate


@pytest.mark.parametrize("rate", [Decimal(0), Decimal("0.0525"), Decimal("0.24")])
def test_a_rate_that_repays_in_a_month_exactly_is_found_exactly(rate):
    # One payment of balance + a month's interest: the constant, 12 + the rate, is a decimal, so that nothing is near.
    income = Decimal(1_000_000) * (12 + rate)
    assert break_even_rate(Decimal(1_000_000), income, minimum_dscr=Decimal(1), amortization_months=1) == rate


@pytest.mark.parametrize(
    ("income", "changes", "why"),
    [
        (Decimal(1), {}, "even at a rate of zero"),
        (Decimal(-1), {}, "even at a rate of zero"),
        (Decimal(90_000_000), {}, "any rate up to 100 %"),
        (Decimal(900_000), {"rate_floor": Decimal("0.08")}, "below the floor"),
    ],
)
def test_where_no_rate_breaks_even_it_is_said_why(income, changes, why):
    with pytest.raises(NoBreakEvenRate, match=why):
        break_even_rate(BALLOON, income, minimum_dscr=Decimal("1.25"), amortization_months=360, **changes)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"balloon": Decimal(0)}, "balloon"),
        ({"cost_rate": Decimal(1)}, "cost_rate"),
        ({"fixed_costs": Decimal(-1)}, "fixed_costs"),
        ({"amortization_months": 0}, "amortization_months"),
        ({"minimum_dscr": Decimal(0)}, "minimum_dscr"),
    ],
)
def test_impossible_figures_are_refused_by_name(changes, field):
    inputs = {
        "balloon": BALLOON,
        "income": Decimal(900_000),
        "minimum_dscr": Decimal("1.25"),
        "amortization_months": 360,
    }
    with pytest.raises(InvalidFigure) as refused:
        break_even_rate(**(inputs | changes))
    assert refused.value.field == field


def test_both_say_how_they_came_about():
    gap = explain(refinance, BALLOON, ASSET, TESTS, QUOTE, cost_rate=Decimal("0.01"))
    assert gap.formula.startswith("gap = balloon + costs - proceeds")
    assert ("costs", "74750.00") in [(part.name, part.value) for part in gap.steps]
    assert ("gap", "794577.97") in [(part.name, part.value) for part in gap.steps]
    rate = explain(break_even_rate, BALLOON, Decimal(900_000), minimum_dscr=Decimal("1.25"), amortization_months=360)
    assert ("balloon", str(BALLOON)) in [(part.name, part.value) for part in rate.inputs]
    assert rate.rounding == "down to 12 decimals"
