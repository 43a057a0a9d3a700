"""Reverse stress: which fall of income, rise of rates and rise of cap rates each just keep a limit, alone and together.

A portfolio's ratios are sums over sums. Each of them only gets worse as a lever moves, so that the last step that keeps
a limit is found by halving; all questions take their halvings together, as scenarios of one `stress_many`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from realinsights_finance.credit.figures import InvalidFigure, positive
from realinsights_finance.credit.sizing import SizingTest
from realinsights_finance.money import EXACT
from realinsights_finance.portfolio.stress import Scenario
from realinsights_finance.portfolio.stress_arrays import stress_many
from realinsights_finance.portfolio.stress_columns import StressColumns
from realinsights_finance.portfolio.stress_totals import StressTotals, stress_totals

STEP = Decimal("0.0001")
"""The step of every lever: a basis point of a rate, a hundredth of a percent of income."""

FRONTIER = tuple(Decimal(points).scaleb(-4) for points in range(50, 301, 50))
"""The rises of rates at which a fall of income is asked for: 50 to 300 basis points."""


class Lever(StrEnum):
    """What moves, from none at all: income falls, rates rise, cap rates rise."""

    INCOME = "income"  # a fraction of income that is lost
    RATE = "rate"  # added to indices
    CAP_RATE = "cap_rate"  # added to each loan's own cap rate


_LEVERS = {
    SizingTest.DSCR: (Lever.INCOME, Lever.RATE),
    SizingTest.LTV: (Lever.INCOME, Lever.CAP_RATE),
    SizingTest.DEBT_YIELD: (Lever.INCOME,),
}
"""What each test looks at: a value follows income where a loan has a cap rate of its own."""

_MOST = {Lever.INCOME: 10_000, Lever.RATE: 2_000, Lever.CAP_RATE: 1_000}


@dataclass(frozen=True, kw_only=True, slots=True)
class Breaking:
    """The largest move of a lever with which a limit still holds: one `STEP` more breaks it.

    `rate_shift` is what rates have risen by meanwhile. `move` is None where the limit does not hold without any move
    (`holds` is False), where no move up to `most` breaks it, or where the ratio is not known (`holds` is None).
    """

    test: SizingTest
    limit: Decimal
    lever: Lever
    rate_shift: Decimal
    holds: bool | None
    move: Decimal | None
    most: Decimal


@dataclass(slots=True)
class _Question:
    test: SizingTest
    limit: Decimal
    lever: Lever
    rate_shift: Decimal
    holds: bool | None = None
    kept: int = 0
    broken: int = 0

    def scenario(self, steps: int) -> Scenario:
        move = EXACT.multiply(STEP, Decimal(steps))
        return Scenario(
            income_change=-move if self.lever is Lever.INCOME else Decimal(0),
            rate_shift=self.rate_shift + (move if self.lever is Lever.RATE else 0),
            cap_rate_shift=move if self.lever is Lever.CAP_RATE else Decimal(0),
        )

    def answer(self) -> Breaking:
        most = _MOST[self.lever]
        found = self.holds is True and self.broken <= most
        return Breaking(
            test=self.test,
            limit=self.limit,
            lever=self.lever,
            rate_shift=self.rate_shift,
            holds=self.holds,
            move=EXACT.multiply(STEP, Decimal(self.kept)) if found else None,
            most=EXACT.multiply(STEP, Decimal(most)),
        )


def reverse_stress(
    loans: StressColumns,
    *,
    minimum_dscr: Decimal | None = None,
    maximum_ltv: Decimal | None = None,
    minimum_debt_yield: Decimal | None = None,
    frontier: Sequence[Decimal] = FRONTIER,
) -> tuple[Breaking, ...]:
    """Return what just keeps each limit that is stated: each lever alone, then income at each rise of rates.

    The last are of the DSCR alone, one for each of `frontier`: together the line between what holds and what breaks.
    Ratios are compared unrounded. Raises InvalidFigure for limits that are not above zero.
    """
    limits = {
        SizingTest.DSCR: minimum_dscr,
        SizingTest.LTV: maximum_ltv,
        SizingTest.DEBT_YIELD: minimum_debt_yield,
    }
    questions: list[_Question] = []
    for test, limit in limits.items():
        if limit is not None:
            positive("maximum_ltv" if test is SizingTest.LTV else f"minimum_{test.value}", limit)
            questions += [_Question(test, limit, lever, Decimal(0)) for lever in _LEVERS[test]]
    if minimum_dscr is not None:
        questions += [_Question(SizingTest.DSCR, minimum_dscr, Lever.INCOME, rise) for rise in frontier]
    if not questions:
        raise InvalidFigure("tests", "at least one limit must be stated")
    _search(loans, questions)
    return tuple(question.answer() for question in questions)


def _search(loans: StressColumns, questions: Sequence[_Question]) -> None:
    for question, holds in zip(questions, _hold(loans, questions, [0] * len(questions)), strict=True):
        question.holds, question.broken = holds, _MOST[question.lever] + 1
    open_ones = [question for question in questions if question.holds]
    ends = [_MOST[question.lever] for question in open_ones]
    for question, holds in zip(open_ones, _hold(loans, open_ones, ends), strict=True):
        if not holds:
            question.broken = _MOST[question.lever]
    open_ones = [question for question in open_ones if question.broken <= _MOST[question.lever]]
    while open_ones := [question for question in open_ones if question.broken - question.kept > 1]:
        middles = [(question.kept + question.broken) // 2 for question in open_ones]
        for question, middle, holds in zip(open_ones, middles, _hold(loans, open_ones, middles), strict=True):
            if holds:
                question.kept = middle
            else:
                question.broken = middle


def _hold(loans: StressColumns, questions: Sequence[_Question], steps: Sequence[int]) -> list[bool | None]:
    """Tell of each question whether its limit holds after so many steps; None where the ratio is not known."""
    if not questions:
        return []
    scenarios = [question.scenario(count) for question, count in zip(questions, steps, strict=True)]
    totals = stress_totals(stress_many(loans, scenarios))
    return [_holds(question, total) for question, total in zip(questions, totals, strict=True)]


def _holds(question: _Question, totals: StressTotals) -> bool | None:
    numerator, denominator = map(Fraction, totals.ratio_sums[question.test])
    limit = Fraction(question.limit)
    if question.test is SizingTest.LTV:
        # Where all value is gone, so is the limit; where none was known, so is the ratio.
        return numerator <= limit * denominator if numerator else None
    return numerator >= limit * denominator if denominator > 0 else None
