"""Covenants: a condition that a loan document sets, tested on its dates, with its rules of cure."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from realinsights_finance.credit.expressions import Definitions, Expression, ExpressionError, Measures
from realinsights_finance.credit.figures import InvalidFigure, known_day
from realinsights_finance.due_dates import add_months
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.terms import LATEST_YEAR

_MOST_TESTS = 1200
_LAST_DAY = 31


@dataclass(frozen=True, kw_only=True, slots=True)
class TestPeriods:
    """The days as of which a covenant is tested: the first, then every `months` months.

    A first day that ends its month is followed by the ends of months. `due_after_days` is how long after a test day its
    figures are to be delivered. Each test looks at the `window_months` that end on its day.
    """

    __test__ = False  # a test of a loan, which pytest would take for one of its own

    first: datetime.date
    months: int = 3
    window_months: int = 12
    due_after_days: int = 0

    def __post_init__(self) -> None:
        known_day("first", self.first)
        for name, least, most in (("months", 1, 120), ("window_months", 1, 120), ("due_after_days", 0, 3650)):
            count = getattr(self, name)
            if not isinstance(count, int) or isinstance(count, bool) or not least <= count <= most:
                raise InvalidFigure(name, f"must be {least} to {most}")

    def until(self, last: datetime.date) -> Iterator[datetime.date]:
        """Yield the test days up to and including a date, at most 1,200, none after the year 2200."""
        month_end = (self.first + datetime.timedelta(days=1)).day == 1
        for number in range(_MOST_TESTS):
            day = add_months(self.first, number * self.months, day=_LAST_DAY if month_end else None)
            if day > last or day.year > LATEST_YEAR:
                return
            yield day

    def window(self, day: datetime.date) -> tuple[datetime.date, datetime.date]:
        """Return the first and last day of the months that a test looks at."""
        month_end = (day + datetime.timedelta(days=1)).day == 1
        before = add_months(day, -self.window_months, day=_LAST_DAY if month_end else None)
        return before + datetime.timedelta(days=1), day

    def due(self, day: datetime.date) -> datetime.date:
        """Return the day by which a test's figures are to be delivered."""
        return day + datetime.timedelta(days=self.due_after_days)


@dataclass(frozen=True, kw_only=True, slots=True)
class CureRule:
    """A right to cure a failed test, such as by a paydown, a deposit or a letter of credit.

    A cure is made within `within_days` calendar days of the test day, at most `times` over the loan's life (None:
    any number), and, with `not_consecutive`, not for the test that follows a cured one.
    """

    within_days: int
    times: int | None = None
    not_consecutive: bool = False

    def __post_init__(self) -> None:
        for name in ("within_days", "times"):
            count = getattr(self, name)
            if count is not None and (not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= 3650):
                raise InvalidFigure(name, "must be 0 to 3650")


@dataclass(frozen=True, kw_only=True, slots=True)
class Covenant:
    """A covenant: `condition` holds where the borrower complies, such as `noi / debt_service >= 1.25x`.

    `definitions` are the measures that the document defines for itself, by name. Comparison is on the unrounded value
    unless the condition says otherwise: `round(noi / debt_service, 2) >= 1.25x`. Raises an ExpressionError where an
    expression cannot be read, CircularDefinition where definitions go round.
    """

    name: str
    condition: Expression
    periods: TestPeriods
    definitions: Definitions = field(default_factory=Definitions)
    cure: CureRule | None = None

    @classmethod
    def of(
        cls,
        name: str,
        condition: str,
        periods: TestPeriods,
        *,
        definitions: Mapping[str, str] | None = None,
        cure: CureRule | None = None,
    ) -> Covenant:
        """Return a covenant from its texts."""
        return cls(
            name=name,
            condition=Expression.condition(condition),
            periods=periods,
            definitions=Definitions.of(definitions or {}),
            cure=cure,
        )


class Outcome(StrEnum):
    """The outcome of a test."""

    PASSES = "passes"
    FAILS = "fails"
    NOT_TESTABLE = "not_testable"  # a measure that decides is not known: never a pass


@dataclass(frozen=True, kw_only=True, slots=True)
class CovenantTest:
    """One test: its day, its outcome, and the measures of the condition, exact; `unknown` names those missing."""

    on: datetime.date
    outcome: Outcome
    measures: tuple[tuple[str, Fraction | None], ...]

    @property
    def unknown(self) -> tuple[str, ...]:
        """Return the names of the measures that are not known."""
        return tuple(name for name, value in self.measures if value is None)


_OUTCOMES = {True: Outcome.PASSES, False: Outcome.FAILS, None: Outcome.NOT_TESTABLE}


def run_test(covenant: Covenant, measures: Measures, *, on: datetime.date, trace: Trace | None = None) -> CovenantTest:
    """Return the test of a covenant on a day. Raises UnknownMeasure, DivisionByZero and the like, naming the place."""
    try:
        known = covenant.definitions.complete(measures)
        holds = covenant.condition.holds(known, trace=trace)
    except ExpressionError as error:
        error.add_note(f"covenant '{covenant.name}', test of {on.isoformat()}")
        raise
    if trace:
        trace.input("tested on", on, Unit.DATE)
        for name, formula in covenant.definitions.formulas:
            trace.step(f"{name} = {formula.text}", known[name], Unit.NUMBER)
    shown = tuple((name, known.get(name)) for name in covenant.condition.names)
    return CovenantTest(on=on, outcome=_OUTCOMES[holds], measures=shown)


def run_tests(covenant: Covenant, series: Mapping[datetime.date, Measures]) -> tuple[CovenantTest, ...]:
    """Return the tests of a covenant on each of its days up to the last of a series, oldest first.

    A test day that the series lacks is not testable.
    """
    if not series:
        return ()
    tests = []
    for day in covenant.periods.until(max(series)):
        if day in series:
            tests.append(run_test(covenant, series[day], on=day))
        else:
            nothing = tuple((name, None) for name in covenant.condition.names)
            tests.append(CovenantTest(on=day, outcome=Outcome.NOT_TESTABLE, measures=nothing))
    return tuple(tests)


def first_breach(covenant: Covenant, series: Mapping[datetime.date, Measures]) -> CovenantTest | None:
    """Return the first test of a projected series that fails, or None. What is not testable is no breach."""
    return next((test for test in run_tests(covenant, series) if test.outcome is Outcome.FAILS), None)


class ComplianceState(StrEnum):
    """The state that a test of a covenant has led to, seen on a day."""

    COMPLIES = "complies"
    NOT_TESTABLE = "not_testable"
    CURABLE = "curable"  # failed, and the time to cure has not ended
    CURED = "cured"
    BREACHED = "breached"  # failed, and not cured, or a cure was not allowed


@dataclass(frozen=True, kw_only=True, slots=True)
class Compliance:
    """A test, its state on a day, the last day to cure it, and the cures that are left after it; None: any number."""

    test: CovenantTest
    state: ComplianceState
    cure_by: datetime.date | None
    cures_left: int | None


def compliance(
    covenant: Covenant,
    tests: Sequence[CovenantTest],
    *,
    cures: Iterable[datetime.date] = (),
    on: datetime.date,
) -> tuple[Compliance, ...]:
    """Return the state of each test, oldest first, as seen on a day, given the days on which cures were made.

    Each cure goes to the first failed test whose time it falls into, where the rule allows one. One made after `on` is
    not seen.
    """
    rule = covenant.cure
    left = sorted(day for day in cures if day <= on)
    used, cured_before, states = 0, False, []
    for test in sorted(tests, key=lambda test: test.on):
        cure_by = None
        state = _UNCURED[test.outcome]
        if test.outcome is Outcome.FAILS and rule is not None:
            exhausted = rule.times is not None and used >= rule.times
            if not exhausted and not (rule.not_consecutive and cured_before):
                cure_by = test.on + datetime.timedelta(days=rule.within_days)
                made = next((day for day in left if test.on <= day <= cure_by), None)
                if made is not None:
                    left.remove(made)
                    used += 1
                    state = ComplianceState.CURED
                elif on <= cure_by:
                    state = ComplianceState.CURABLE
        cured_before = state is ComplianceState.CURED
        remaining = None if rule is None or rule.times is None else rule.times - used
        states.append(Compliance(test=test, state=state, cure_by=cure_by, cures_left=remaining))
    return tuple(states)


_UNCURED = {
    Outcome.PASSES: ComplianceState.COMPLIES,
    Outcome.FAILS: ComplianceState.BREACHED,
    Outcome.NOT_TESTABLE: ComplianceState.NOT_TESTABLE,
}
