"""The cash trap's states."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance.credit import CashTrap, InvalidFigure, TrapState, run_cash_trap
from realinsights_finance.explain import explain

TRAP = CashTrap(trigger=Decimal("1.15"), cure=Decimal("1.20"), cure_tests=2)
RATIOS = st.one_of(st.none(), st.decimals("1", "1.4", places=2))


def test_the_golden_case(credit_cases):
    case = credit_cases["G19_cash_trap"]
    tests = run_cash_trap(TRAP, [Decimal(ratio) for ratio, _ in case])
    assert [[str(test.ratio), test.state.name] for test in tests] == case
    assert [test.in_a_row for test in tests] == [0, 0, 0, 0, 1, 0, 1, 0, 0]


def test_it_says_how_it_came_about():
    explained = explain(run_cash_trap, TRAP, [Decimal("1.10"), Decimal("1.21")])
    assert [(step.name, step.value) for step in explained.steps] == [
        ("ratio", "1.10"),
        ("0 in a row", "trap"),
        ("ratio", "1.21"),
        ("1 in a row", "trap"),
    ]


def test_the_unrounded_ratio_decides():
    just_below = run_cash_trap(TRAP, [Decimal("1.1499999")])
    at_the_trigger = run_cash_trap(TRAP, [Decimal("1.15")])
    assert (just_below[0].state, at_the_trigger[0].state) == (TrapState.TRAP, TrapState.OPEN)


def test_a_test_that_cannot_be_made_breaks_a_row_and_changes_nothing():
    tests = run_cash_trap(TRAP, [Decimal("1.10"), Decimal("1.21"), None, Decimal("1.21"), Decimal("1.21")])
    assert [test.state.name for test in tests] == ["TRAP", "TRAP", "TRAP", "TRAP", "OPEN"]


def test_a_trigger_may_need_several_tests():
    trap = CashTrap(trigger=Decimal("1.15"), cure=Decimal("1.15"), trigger_tests=2)
    tests = run_cash_trap(trap, map(Decimal, ["1.1", "1.2", "1.1", "1.1", "1.15"]))
    assert [test.state.name for test in tests] == ["OPEN", "OPEN", "OPEN", "TRAP", "OPEN"]


@given(ratios=st.lists(RATIOS, max_size=20), cut=st.integers(0, 20))
def test_a_series_may_be_run_in_parts(ratios, cut):
    whole = run_cash_trap(TRAP, ratios)
    first = run_cash_trap(TRAP, ratios[:cut])
    assert whole == first + run_cash_trap(TRAP, ratios[cut:], before=first[-1] if first else None)


@given(ratios=st.lists(RATIOS, max_size=30))
def test_it_closes_below_the_trigger_and_opens_after_a_row_at_the_cure(ratios):
    tests = run_cash_trap(TRAP, ratios)
    before = TrapState.OPEN
    for number, test in enumerate(tests):
        if before is TrapState.OPEN and test.state is TrapState.TRAP:
            assert test.ratio < TRAP.trigger
        if before is TrapState.TRAP and test.state is TrapState.OPEN:
            assert all(ratio is not None and ratio >= TRAP.cure for ratio in ratios[number - 1 : number + 1])
        if test.ratio is not None and test.ratio < TRAP.trigger:
            assert test.state is TrapState.TRAP
        before = test.state


@pytest.mark.parametrize(
    "changes",
    [{"cure": Decimal("1.10")}, {"trigger": Decimal("NaN")}, {"cure_tests": 0}, {"trigger_tests": 101}],
)
def test_impossible_traps_are_refused(changes):
    with pytest.raises(InvalidFigure):
        CashTrap(**({"trigger": Decimal("1.15"), "cure": Decimal("1.20")} | changes))
    with pytest.raises(InvalidFigure, match="ratio"):
        run_cash_trap(TRAP, [Decimal("NaN")])
