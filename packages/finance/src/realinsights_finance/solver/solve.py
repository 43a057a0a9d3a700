"""Search for the conventions by which a lender computed a statement: those that reproduce all of it, or come furthest.

1. `grid` has what each day count and each choice of accrual dates makes of the statement's periods.
2. `rates` keeps, for each way of rounding, what fits the reported interest, and finds the rate where none is known.
3. Each that is left is joined with each payment rule (`_rules`) and held against every figure, row by row.
4. Where none of the usual conventions comes to the end, those that round the rate of a day are tried as well.
5. Those that come to the end are projected: they are tied where any installment to come differs.

Where each month has its own rate, the parts of a year are multiplied by it beforehand, and all candidates are at one
rate of 10^-12. No rate of a day is rounded then, and principal that follows no rule is taken as it is reported.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import partial

import numpy as np
from numpy.typing import NDArray

from realinsights_finance.arrays.columns import INTEREST_ROUNDINGS
from realinsights_finance.day_count import DayCount
from realinsights_finance.money import from_cents, in_cents
from realinsights_finance.rounding import InterestRounding, PaymentRounding
from realinsights_finance.solver.carried import CarriedCandidate, HeldCarried
from realinsights_finance.solver.conventions import AccrualDates, Convention, PaymentRule
from realinsights_finance.solver.figures import CARRIED, FIELDS, UNKNOWN, Candidates, Repays, Reported, reported
from realinsights_finance.solver.grid import grid
from realinsights_finance.solver.holding import Held, figures_of, hold, project
from realinsights_finance.solver.known import KnownTerms
from realinsights_finance.solver.rates import Fit, fits
from realinsights_finance.solver.solution import Decision, FirstDifference, Solution, Status
from realinsights_finance.solver.statement import InvalidStatement, LenderStatement, StatementRow

PERIODS_AHEAD = 120
_USUAL_DECIMALS = 6
"""Decimals that rates of notes have; one that needs more is less likely to be meant."""

DAILY_DECIMALS = (9, 8, 7, 10)
_NO_TERMS = KnownTerms()
_HALF_OF_LAST_DECIMAL = Decimal("0.000000005")
_ONE_OF_SCALE = Decimal("1e-12")
"""The rate of all candidates where the grid is charged with each month's own."""

_USUAL_DAY_COUNTS = (
    DayCount.ACTUAL_360,
    DayCount.THIRTY_360,
    DayCount.ACTUAL_365_FIXED,
    DayCount.ACTUAL_ACTUAL_ISDA,
    DayCount.THIRTY_360_US,
    DayCount.THIRTY_E_360,
)
# How usual each part of a convention is, from 0 on.
_OF_DAY_COUNT = {each: place for place, each in enumerate(_USUAL_DAY_COUNTS)}
_OF_DATES = {each: place for place, each in enumerate(AccrualDates)}
_OF_INTEREST = {each: place for place, each in enumerate(InterestRounding)}
_OF_RULE = {each: place for place, each in enumerate(PaymentRule)}
_OF_PAYMENT = {each: place for place, each in enumerate((None, *PaymentRounding))}


@dataclass(frozen=True, slots=True)
class _Rule:
    """A payment rule to be tried: what it repays, how much in cents, and after how many rows of interest alone."""

    name: PaymentRule
    repays: Repays
    amount: int = 0
    rounding: PaymentRounding | None = None
    interest_only: int = 0


@dataclass(frozen=True, slots=True)
class _Found:
    """A candidate that was held against the statement; it is the only one of `candidate`."""

    convention: Convention
    rows: int
    field: int
    computed: int
    projected: tuple[int, ...]
    candidate: Callable[[], Candidates] = dataclasses.field(compare=False)


@dataclass(frozen=True, slots=True)
class _Held:
    """A candidate's result, before its convention is put into words: of thousands few come furthest."""

    rows: int
    field: int
    computed: int
    projected: tuple[int, ...]
    of: Candidates
    place: int
    rules: Sequence[_Rule]


def solve(said: LenderStatement, known: KnownTerms = _NO_TERMS, *, rows: bool = False) -> Solution:
    """Return by which conventions a statement was computed. Raises InvalidStatement where it says too little.

    With `rows` the solution has what the first of its conventions makes of each row.
    """
    if not any(row.reports_payment for row in said.rows):
        return Solution(status=Status.NOTHING_DUE)
    search = _Search(said, known)
    found = search.found(())
    if not any(each.rows == len(said.rows) for each in found):
        found += search.found((), as_reported=True) if known.rates else search.found(DAILY_DECIMALS)
    most = max((each.rows for each in found), default=0)
    furthest = [each for each in found if each.rows == most]
    if furthest and not most:
        # None comes anywhere: the nearest are told, not all that there are.
        nearest = min(_distance(search.figures, each) for each in furthest)
        furthest = [each for each in furthest if _distance(search.figures, each) == nearest]
    best = sorted(dict.fromkeys(map(search.told, furthest)), key=_unusual)
    if not best and known.complete:
        return Solution(status=Status.DIFFERS)
    if not best:
        raise InvalidStatement("no balance can be told from it, and no terms say what was lent")
    solution = _differs(said, search.figures, best) if most < len(said.rows) else _matched(search, best)
    return replace(solution, computed=search.computed(best[0])) if rows else solution


class _Search:
    """One statement beside what is known of its loan."""

    def __init__(self, said: LenderStatement, known: KnownTerms) -> None:
        self.said, self.known = said, known
        self.figures = reported(said)
        number = known.number_of(said.rows[0].due_date, said.frequency)
        self._first = number == 1
        self.due_dates, self.last = _due_dates(said, known)
        starts = tuple(day for day in known.accrual_starts if day < said.rows[0].due_date) if self._first else ()
        self.grid = grid((said.due_date(-1), *self.due_dates), said.frequency, (None, *dict.fromkeys(starts)))
        self._rate = known.rate
        self._unrated: list[int] = []
        if known.rates:
            self._charge(known.rates[-1][1])
        self._opening = UNKNOWN
        if self._first and known.principal is not None:
            self._opening = in_cents(known.principal)
        self._carried_opening = self._opening if self._opening >= 0 else int(self.figures.balance[0])
        self._same = self.grid.alike()

    def _charge(self, last: Decimal) -> None:
        """Let the grid bear the rate of each month, and the last of them where there is none."""
        rates = _rates_of(self.known, self.due_dates)
        self._rate = _ONE_OF_SCALE
        self._unrated = [place for place, rate in enumerate(rates[: len(self.said.rows)]) if rate is None]
        self.grid = self.grid.charged([int((last if rate is None else rate).scaleb(12)) for rate in rates])
        self.figures = _rated(self.figures, rates, self._unrated)

    def found(self, daily_decimals: Sequence[int], *, as_reported: bool = False) -> list[_Held]:
        """Return what was held against the statement; decimals, where given, are those of a rounded rate of a day.

        With `as_reported` no rule is looked for that says what is repaid.
        """
        interest = self._interest(daily_decimals)
        if not interest:
            return []
        most = max(each.rows for each, _ in interest)
        fitting: list[tuple[Fit, int, int, list[_Rule]]] = []
        of_rate: dict[Decimal, list[_Rule]] = {}
        for fit, decimals in interest:
            if fit.rows < most or fit.rate is None:
                continue
            accrual = self.grid.accruals[fit.accrual]
            rate = _accrual_rate(fit.rate, decimals, accrual.day_count)
            if rate is None:
                continue
            if fit.rate not in of_rate:  # many fits are of one rate, and a level payment takes time
                only = [_Rule(PaymentRule.AS_REPORTED, Repays.UNKNOWN)]
                of_rate[fit.rate] = only if as_reported else list(self._rules(fit.rate))
            fitting.append((fit, rate, decimals, of_rate[fit.rate]))
        return self._held(*_candidates(fitting)) if fitting else []

    def _interest(self, daily_decimals: Sequence[int]) -> list[tuple[Fit, int]]:
        known = self.known
        if daily_decimals:
            # A rate of a day is rounded before it accrues: what fits is looked for among all that nearly do.
            loose = fits(self._loosened(), self.grid, rate=self._rate)
            return [(fit, decimals) for fit in loose for decimals in daily_decimals]
        found = fits(self.figures, self.grid, rate=self._rate)
        if known.rate_may_be_rounded and not known.rates:
            found += fits(self.figures, self.grid, rate=known.rate, within=_HALF_OF_LAST_DECIMAL)
        return [(fit, 0) for fit in found]

    def _loosened(self) -> Reported:
        figures = self.figures
        most = np.maximum(figures.balance, 0) * (366 * 5e-8) / 12 * self.said.frequency.months
        tolerance = figures.tolerance + np.ceil(most).astype(np.int64)
        return Reported(
            figures.beginning, figures.interest, figures.principal, figures.ending, figures.balance, tolerance
        )

    def _rules(self, rate: Decimal) -> Iterator[_Rule]:
        figures, known = self.figures, self.known
        repaid = figures.repaid
        both = (repaid >= 0) & (figures.interest >= 0)
        if self.last is not None:
            both[self.last :] = False
        if not (repaid >= 0).any() and not (figures.ending >= 0).any():
            yield _Rule(PaymentRule.UNKNOWN, Repays.UNKNOWN)
            return
        leading = int(np.argmax(repaid > 0)) if (repaid > 0).any() else len(repaid)
        interest_only = leading
        if known.interest_only_months is not None and self.known.first_payment is not None:
            number = known.number_of(self.said.rows[0].due_date, self.said.frequency) or 1
            interest_only = max(0, known.interest_only_months // self.said.frequency.months - (number - 1))
        amounts: set[int] = set()
        # A level payment follows from one rate, and what it repays from the interest of every month.
        by_terms = () if known.rates else known.level_payments(rate, self.said.frequency)
        for name, rounding, payment in by_terms:
            amounts.add(in_cents(payment))
            yield _Rule(name, Repays.LEVEL, in_cents(payment), rounding, interest_only)
        paying = np.flatnonzero(both & (repaid > 0))
        # Of a loan that is interest-only to maturity a tape's payment is that month's interest.
        amortizes = known.amortization_months is not None
        amortizes = amortizes or (known.payment is not None if known.complete else len(paying) > 0)
        stated = [] if known.payment is None or not amortizes else [in_cents(known.payment)]
        if len(paying) and amortizes:
            [(amount, times)] = Counter((figures.interest + repaid)[paying].tolist()).most_common(1)
            stated += [amount] if times > 1 or not known.complete else []
        for amount in dict.fromkeys(stated):
            if amount not in amounts and not self._unrated:
                yield _Rule(PaymentRule.LEVEL_STATED, Repays.LEVEL, amount, None, interest_only)
        if not len(paying):
            if not (known.complete and amortizes):
                yield _Rule(PaymentRule.INTEREST_ONLY, Repays.NOTHING)
        elif known.amortization_months is None and not known.complete:
            same = Counter(repaid[paying].tolist()).most_common(1)[0][0]
            yield _Rule(PaymentRule.FIXED_PRINCIPAL, Repays.FIXED, same, None, interest_only)

    def _held(self, candidates: Candidates, rules: Sequence[_Rule]) -> list[_Held]:
        rounds = candidates.rounding != CARRIED
        found: list[_Held] = []
        some = candidates.take(np.flatnonzero(rounds))
        if len(some):
            held = hold(some, self.figures, self.grid, last=self.last, opening=self._opening)
            ends = np.flatnonzero(held.rows == len(self.said.rows))
            ahead: dict[int, tuple[int, ...]] = {}
            if len(ends):
                begin = len(self.said.rows)
                rows = project(some.take(ends), held.balance[ends], self.grid, begin=begin, last=self.last)
                ahead = {int(place): tuple(row.tolist()) for place, row in zip(ends, rows, strict=True)}
            for place in self._furthest(held).tolist():
                told = (int(held.rows[place]), int(held.field[place]), int(held.computed[place]))
                found.append(_Held(*told, ahead.get(place, ()), some, place, rules))
        alike: dict[tuple[int, ...], HeldCarried] = {}  # most choices of accrual dates are the same days
        for place in np.flatnonzero(~rounds).tolist():
            if self._carried_opening < 0 or candidates.repays[place] == Repays.UNKNOWN:
                continue
            key = (self._same[candidates.accrual[place]], *candidates.figures(place))
            got = alike.get(key)
            if got is None:
                carried = CarriedCandidate(candidates, place, self.grid, last=self.last)
                got = alike[key] = carried.hold(self.figures, opening=self._carried_opening, exact=self._first)
            found.append(_Held(got.rows, got.field, got.computed, got.projected, candidates, place, rules))
        return found

    def _furthest(self, held: Held) -> NDArray[np.intp]:
        """Return the places of candidates that come furthest; where none comes anywhere, of those that are nearest."""
        most = held.rows.max()
        if most:
            return np.flatnonzero(held.rows == most)
        said = np.array([int(self.figures.of(field)[0]) for field in range(len(FIELDS))])
        distances = np.abs(held.computed - said[held.field])
        return np.flatnonzero(distances == distances.min())

    def told(self, held: _Held) -> _Found:
        """Return a candidate with its convention."""
        convention = self._convention(held.of, held.place, held.rules)
        only = partial(held.of.only, held.place)
        return _Found(convention, held.rows, held.field, held.computed, held.projected, only)

    def computed(self, found: _Found) -> tuple[StatementRow, ...]:
        """Return what a candidate makes of each row; None where a figure cannot be told."""
        candidate = found.candidate()
        if candidate.rounding[0] == CARRIED:
            carried = CarriedCandidate(candidate, 0, self.grid, last=self.last)
            figures = carried.figures(self.figures, opening=self._carried_opening, exact=self._first)
        else:
            figures = figures_of(candidate, self.figures, self.grid, last=self.last, opening=self._opening)
        names = [str(name) for name in FIELDS]
        told = []
        for place, (row, amounts) in enumerate(zip(self.said.rows, figures, strict=True)):
            values = dict(zip(names, map(_dollars, amounts), strict=True))
            if place in self._unrated:
                values[FIELDS[1]] = None
            told.append(StatementRow(due_date=row.due_date, **values))
        return tuple(told)

    def _convention(self, of: Candidates, place: int, rules: Sequence[_Rule]) -> Convention:
        accrual, rule = self.grid.accruals[int(of.accrual[place])], rules[int(of.rule[place])]
        until = None
        if rule.interest_only and rule.repays in {Repays.LEVEL, Repays.FIXED}:
            until = self.said.due_date(rule.interest_only - 1)
        return Convention(
            day_count=accrual.day_count,
            accrual_dates=accrual.dates,
            rate=None if self.known.rates else Decimal(int(of.note_rate[place])).scaleb(-12).normalize(),
            interest_rounding=INTEREST_ROUNDINGS[int(of.rounding[place])],
            daily_rate_decimals=int(of.daily_decimals[place]) or None,
            payment_rule=rule.name,
            payment_rounding=rule.rounding,
            payment=from_cents(rule.amount) if rule.repays in {Repays.LEVEL, Repays.FIXED} else None,
            interest_only_until=until,
            accrues_from=accrual.accrues_from,
        )


def _dollars(amount: int) -> Decimal | None:
    return None if amount < 0 else from_cents(amount)


def _due_dates(said: LenderStatement, known: KnownTerms) -> tuple[tuple[datetime.date, ...], int | None]:
    """Return the due dates of the statement and of the periods after it, and the place of the maturity among them.

    A statement whose last installment repays all that is owed ends at maturity, or as if it did.
    """
    dates: list[datetime.date] = []
    end = said.rows[-1]
    if end.ending_balance == 0 and end.principal in {None, end.beginning_balance}:
        return tuple(row.due_date for row in said.rows), len(said.rows) - 1
    for place in range(len(said.rows) + PERIODS_AHEAD):
        day = said.due_date(place)
        if known.maturity is not None and day >= known.maturity and (day == known.maturity or place >= len(said.rows)):
            return (*dates, known.maturity), place
        dates.append(day)
    return tuple(dates), None


def _rates_of(known: KnownTerms, due_dates: Sequence[datetime.date]) -> list[Decimal | None]:
    """Return the rate of each period, None where it is not known or the interest of one below zero."""
    own = dict(known.rates)
    found = [own.get(day) for day in due_dates]
    return [None if rate is None or rate < 0 else rate for rate in found]


def _rated(figures: Reported, rates: Sequence[Decimal | None], unrated: Sequence[int]) -> Reported:
    """Return figures without the interest of periods whose rate is not known, and with room for rates of 8 decimals."""
    interest, tolerance = figures.interest.copy(), figures.tolerance.copy()
    interest[[*unrated]] = UNKNOWN
    for place, rate in enumerate(rates[: len(interest)]):
        if rate is not None and KnownTerms(rate=rate).rate_may_be_rounded and interest[place] > 0:
            half = Fraction(int(interest[place])) * Fraction(_HALF_OF_LAST_DECIMAL) / Fraction(rate)
            tolerance[place] += max(1, round(half))
    return replace(figures, interest=interest, tolerance=tolerance)


def _accrual_rate(rate: Decimal, decimals: int, day_count: DayCount) -> int | None:
    """Return the rate that interest accrues at, scaled by 10^12; with decimals, that of a rounded rate of a day."""
    scaled = int(rate.scaleb(12))
    if not decimals:
        return scaled
    year = day_count.days_of_year
    if year is None:
        return None
    unit: int = 10 ** (12 - decimals)
    return (2 * scaled + year * unit) // (2 * year * unit) * unit * year


def _candidates(fitting: Sequence[tuple[Fit, int, int, list[_Rule]]]) -> tuple[Candidates, list[_Rule]]:
    """Return each fit (with the rate that it accrues at, and decimals of a day's) joined with each of its rules."""
    rules = [rule for *_, some in fitting for rule in some]
    counts = [len(some) for *_, some in fitting]

    def each(values: Iterable[int]) -> NDArray[np.int64]:
        return np.repeat(np.fromiter(values, dtype=np.int64, count=len(fitting)), counts)

    def of_rules(values: Iterable[int]) -> NDArray[np.int64]:
        return np.fromiter(values, dtype=np.int64, count=len(rules))

    candidates = Candidates(
        accrual=each(fit.accrual for fit, *_ in fitting),
        rate=each(rate for _, rate, *_ in fitting),
        note_rate=each(int((fit.rate or Decimal(0)).scaleb(12)) for fit, *_ in fitting),
        daily_decimals=each(decimals for _, _, decimals, _ in fitting),
        rounding=each(fit.rounding for fit, *_ in fitting),
        repays=of_rules(rule.repays for rule in rules),
        amount=of_rules(rule.amount for rule in rules),
        interest_only=of_rules(rule.interest_only for rule in rules),
        rule=np.arange(len(rules)),
    )
    return candidates, rules


def _unusual(found: _Found) -> tuple[int, ...]:
    convention = found.convention
    exponent = 0 if convention.rate is None else convention.rate.as_tuple().exponent
    return (
        -int(exponent) > _USUAL_DECIMALS,
        _OF_DAY_COUNT[convention.day_count],
        _OF_DATES[convention.accrual_dates],
        _OF_INTEREST[convention.interest_rounding],
        convention.daily_rate_decimals or 0,
        _OF_RULE[convention.payment_rule],
        _OF_PAYMENT[convention.payment_rounding],
        -int(exponent),
    )


def _distance(figures: Reported, each: _Held | _Found) -> int:
    """Return by how many cents a candidate differs where it first does."""
    return abs(each.computed - int(figures.of(each.field)[each.rows]))


def _differs(said: LenderStatement, figures: Reported, best: Sequence[_Found]) -> Solution:
    first = min(best, key=lambda each: _distance(figures, each))
    difference = FirstDifference(
        due_date=said.rows[first.rows].due_date,
        field=FIELDS[first.field],
        reported=from_cents(int(figures.of(first.field)[first.rows])),
        computed=from_cents(first.computed),
    )
    return Solution(
        status=Status.DIFFERS,
        conventions=tuple(each.convention for each in best),
        groups=(0,) * len(best),
        matched_rows=first.rows,
        first_difference=difference,
    )


def _matched(search: _Search, best: Sequence[_Found]) -> Solution:
    numbers: dict[tuple[int, ...], int] = {}
    groups = tuple(numbers.setdefault(each.projected, len(numbers)) for each in best)
    return Solution(
        status=Status.MATCHED if len(numbers) == 1 else Status.TIED,
        conventions=tuple(each.convention for each in best),
        groups=groups,
        matched_rows=len(search.said.rows),
        decided_by=_decision(search, [*numbers]) if len(numbers) > 1 else None,
    )


def _decision(search: _Search, projected: Sequence[tuple[int, ...]]) -> Decision:
    for column, values in enumerate(zip(*projected, strict=True)):
        if len(set(values)) > 1 and min(values) >= 0:
            return Decision(
                due_date=search.due_dates[len(search.said.rows) + column // 2],
                field=FIELDS[1 + column % 2],
                values=tuple(map(from_cents, values)),
            )
    raise AssertionError("conventions of several groups differ somewhere")
