"""The cash trap: excess cash is kept by the lender from a failed test on, until enough tests in a row are passed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from realinsights_finance.credit.figures import InvalidFigure, exact
from realinsights_finance.explain import Trace, Unit


class TrapState(StrEnum):
    """The state of a cash trap: whether excess cash goes to the borrower."""

    OPEN = "open"
    TRAP = "trap"


@dataclass(frozen=True, kw_only=True, slots=True)
class CashTrap:
    """A cash trap on a ratio that should be high, such as DSCR or debt yield.

    It closes after `trigger_tests` tests in a row below `trigger`, and opens after `cure_tests` in a row of `cure` or
    more. Between the two levels nothing changes, but a row is broken. The comparison is on the unrounded ratio: round
    it beforehand where the document says so. A test that cannot be made (None) changes no state and breaks a row.
    Raises InvalidFigure where the cure is below the trigger, or a count is none of 1 to 100.
    """

    trigger: Decimal
    cure: Decimal
    trigger_tests: int = 1
    cure_tests: int = 1

    def __post_init__(self) -> None:
        if exact("cure", self.cure) < exact("trigger", self.trigger):
            raise InvalidFigure("cure", "must not be below the trigger: the trap would open and close at once")
        for name, count in (("trigger_tests", self.trigger_tests), ("cure_tests", self.cure_tests)):
            if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= 100:
                raise InvalidFigure(name, "must be 1 to 100")


@dataclass(frozen=True, kw_only=True, slots=True)
class TrapTest:
    """One test of a cash trap: its ratio, the state after it, and how many tests in a row count towards the change."""

    ratio: Decimal | None
    state: TrapState
    in_a_row: int


def run_cash_trap(
    trap: CashTrap,
    ratios: Iterable[Decimal | None],
    *,
    before: TrapTest | None = None,
    trace: Trace | None = None,
) -> tuple[TrapTest, ...]:
    """Return what each test of a series did, oldest first; `before` is the last test of an earlier series."""
    state = before.state if before else TrapState.OPEN
    in_a_row = before.in_a_row if before else 0
    if trace:
        trace.says(
            "closed by tests in a row below the trigger, opened by tests in a row at the cure or above",
            convention="unrounded ratios; a test that cannot be made breaks a row",
        )
        trace.input("trigger", trap.trigger, Unit.TIMES)
        trace.input("cure", trap.cure, Unit.TIMES)
        trace.input("tests below the trigger", trap.trigger_tests, Unit.NUMBER)
        trace.input("tests at the cure", trap.cure_tests, Unit.NUMBER)
    tests = []
    for ratio in ratios:
        if ratio is not None:
            exact("ratio", ratio)
        state, in_a_row = _after(trap, state, in_a_row, ratio)
        tests.append(TrapTest(ratio=ratio, state=state, in_a_row=in_a_row))
        if trace:
            trace.step("ratio", ratio, Unit.TIMES)
            trace.step(f"{in_a_row} in a row", state.value, Unit.NAME)
    return tuple(tests)


def _after(trap: CashTrap, state: TrapState, in_a_row: int, ratio: Decimal | None) -> tuple[TrapState, int]:
    if state is TrapState.OPEN:
        counts, needed, other = ratio is not None and ratio < trap.trigger, trap.trigger_tests, TrapState.TRAP
    else:
        counts, needed, other = ratio is not None and ratio >= trap.cure, trap.cure_tests, TrapState.OPEN
    in_a_row = in_a_row + 1 if counts else 0
    return (other, 0) if in_a_row == needed else (state, in_a_row)
