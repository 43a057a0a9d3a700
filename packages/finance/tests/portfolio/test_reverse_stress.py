"""Reverse stress: at the answer the limit holds, one step beyond it does not, by the rule loan by loan."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance.credit import InvalidFigure, SizingTest
from realinsights_finance.portfolio import Lever, Scenario, StressColumns, at_share, reverse_stress, stress
from realinsights_finance.portfolio.reverse_stress import FRONTIER, STEP

from .test_stress import FIXED, FLOATING, loans

LIMITS = {"minimum_dscr": Decimal("1.25"), "maximum_ltv": Decimal("0.65"), "minimum_debt_yield": Decimal("0.09")}


def scenario_of(found, move):
    return Scenario(
        income_change=-move if found.lever is Lever.INCOME else Decimal(0),
        rate_shift=found.rate_shift + (move if found.lever is Lever.RATE else 0),
        cap_rate_shift=move if found.lever is Lever.CAP_RATE else Decimal(0),
    )


def holds(book, found, move):
    """Tell by the rule of each loan whether the sums over sums hold a limit; None where they are not known."""
    above = below = Fraction(0)
    for loan in book:
        one = stress(loan, scenario_of(found, move))
        pair = {
            SizingTest.DSCR: (one.income, one.debt_service),
            SizingTest.LTV: (loan.balance, one.value),
            SizingTest.DEBT_YIELD: (one.income, loan.balance),
        }[found.test]
        if None not in pair:
            above += Fraction(at_share(pair[0], loan.share))
            below += Fraction(at_share(pair[1], loan.share))
    if found.test is SizingTest.LTV:
        return above <= Fraction(found.limit) * below if above else None
    return above >= Fraction(found.limit) * below if below > 0 else None


@given(
    book=st.lists(loans(), min_size=1, max_size=4),
    dscr=st.decimals("0.5", "3", places=2),
    ltv=st.decimals("0.1", "1.2", places=2),
    debt_yield=st.decimals("0.01", "0.2", places=3),
)
def test_the_limit_holds_at_the_answer_and_not_a_step_beyond(book, dscr, ltv, debt_yield):
    breaks = reverse_stress(StressColumns.of(book), minimum_dscr=dscr, maximum_ltv=ltv, minimum_debt_yield=debt_yield)
    assert len(breaks) == 5 + len(FRONTIER)
    for found in breaks:
        assert holds(book, found, Decimal(0)) is found.holds
        if found.holds is not True:
            assert found.move is None
        elif found.move is None:
            assert holds(book, found, found.most) is True
        else:
            assert holds(book, found, found.move) is True
            assert holds(book, found, found.move + STEP) is not True


def test_of_a_fixed_loan_is_what_a_calculator_says():
    breaks = {(one.test, one.lever): one for one in reverse_stress(StressColumns.of([FIXED]), **LIMITS, frontier=())}
    # 1,250,000 / 662,644.44 = 1.8864 may fall to 1.25: by 33.73 %; 828,305.55 is needed.
    assert breaks[SizingTest.DSCR, Lever.INCOME].move == Decimal("0.3373")
    # A fixed rate does not rise.
    assert (breaks[SizingTest.DSCR, Lever.RATE].holds, breaks[SizingTest.DSCR, Lever.RATE].move) == (True, None)
    # 10,000,000 / 65 % = 15,384,615.38; at 1,250,000 that is a cap rate of 8.125 %, 1.1805 % above 6.9444 %.
    assert breaks[SizingTest.LTV, Lever.CAP_RATE].move == Decimal("0.0118")
    assert breaks[SizingTest.LTV, Lever.INCOME].move == Decimal("0.1452")
    assert breaks[SizingTest.DEBT_YIELD, Lever.INCOME].move == Decimal("0.2800")


def test_income_and_rates_together_are_a_line_that_falls():
    breaks = reverse_stress(StressColumns.of([FLOATING]), minimum_dscr=Decimal("1.10"))
    rate = next(one for one in breaks if one.lever is Lever.RATE)
    line = [(one.rate_shift, one.move) for one in breaks if one.lever is Lever.INCOME]
    assert [rise for rise, _ in line] == [0, *FRONTIER]
    moves = [move for _, move in line if move is not None]
    assert moves == sorted(moves, reverse=True)
    assert len(set(moves)) == len(moves) > 2
    # From the rise that breaks it alone on, no fall of income is left.
    assert [move is None for _, move in line] == [rise > rate.move for rise, _ in line]


def test_what_is_not_known_has_no_answer():
    [income, rate] = reverse_stress(StressColumns.of([]), minimum_dscr=Decimal("1.25"), frontier=())
    assert (income.holds, income.move, rate.holds) == (None, None, None)


@pytest.mark.parametrize(
    ("limits", "field"),
    [({}, "tests"), ({"minimum_dscr": Decimal(0)}, "minimum_dscr"), ({"maximum_ltv": Decimal(-1)}, "maximum_ltv")],
)
def test_limits_are_above_zero_and_at_least_one(limits, field):
    with pytest.raises(InvalidFigure, match=field):
        reverse_stress(StressColumns.of([FIXED]), **limits)
