"""The rates of many loans, period by period, exactly as the plain rate paths have them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from realinsights_finance.arrays.accruals import parts_of_year
from realinsights_finance.arrays.columns import RATE_SCALE
from realinsights_finance.arrays.floating_terms import IndexTable
from realinsights_finance.arrays.loan_columns import LoanColumns
from realinsights_finance.arrays.rate_changes import STATED
from realinsights_finance.terms import InvalidTerms, TermsProblem

_NEVER = np.iinfo(np.int64).max


class Cuts(NamedTuple):
    """Loans whose rate changes within a period, and their sums of rate times parts of a year, as floats and exactly."""

    loans: NDArray[np.intp]
    estimates: NDArray[np.float64]
    sums: NDArray[np.int64]


NO_CUTS = Cuts(np.zeros(0, dtype=np.intp), np.zeros(0), np.zeros(0, dtype=np.int64))


class _Made(NamedTuple):
    """The parts of floating rates: the adjustment is added before the index floor, or after it with the spread."""

    before: NDArray[np.float64]
    floor: NDArray[np.float64]
    after: NDArray[np.float64]
    rate_floor: NDArray[np.float64]
    ceiling: NDArray[np.float64]

    def rates(self, rate: NDArray[np.float64]) -> NDArray[np.float64]:
        """Make rates of rounded indices, in place; NaN stays."""
        rate += self.before
        np.maximum(rate, self.floor, out=rate)
        rate += self.after
        np.maximum(rate, self.rate_floor, out=rate)
        return np.minimum(rate, self.ceiling, out=rate)


class PeriodRates:
    """The rates of loans from period to period: `rate` is that which each period begins with, as a float times 10^12.

    Whole numbers below 2^53, hence exact, unless the index table says otherwise; 0 where a loan has ended.
    """

    def __init__(self, columns: LoanColumns, table: IndexTable, numbers: NDArray[np.int64]) -> None:
        """Begin before the first change of each loan; `numbers` are what problems call the loans."""
        loans, changes, floating = len(columns), columns.changes, columns.floating
        self._table, self._numbers, self._day_count = table, numbers, columns.terms.day_count
        self._since = np.append(changes.since.astype(np.int64), _NEVER)
        self._stated, self._terms = changes.rate.astype(np.float64), changes.terms
        self._each_period = np.isnat(changes.reset) & (changes.terms != STATED)
        self._reset = np.where(np.isnat(changes.reset), 0, changes.reset.astype(np.int64))
        places = changes.places(loans)
        started = changes.since <= columns.terms.start[changes.loan]
        # Of the changes before interest starts only the last one counts; the index of others may not be known.
        self._place = places[:-1] + np.bincount(changes.loan[started], minlength=loans) - 2
        self._end = places[1:]
        self._following = self._since[self._place + 1]
        self._floating = floating
        self._terms_now = np.full(loans, STATED, dtype=np.int64)
        self._row = np.zeros(loans, dtype=np.int64)
        self._made = _Made(*(np.zeros(loans) for _ in range(5)))
        # All loans are computed in every period; of those that are not set then, an index of nothing is read.
        self._each = np.zeros(loans, dtype=bool)
        self._each_row = np.full(loans, table.nothing, dtype=np.int64)
        self._some_each = False
        self._places = np.zeros(loans, dtype=np.int64)
        self._due = np.zeros(loans, dtype=bool)
        self.rate = np.zeros(loans)

    def begin(self, day: NDArray[np.int64]) -> None:
        """Go on to the rates of the periods that start on a day, by loan. Raises what reading an index raises."""
        if np.less_equal(self._following, day, out=self._due).any():
            self._change(self._due.nonzero()[0])
        if self._some_each:
            rate = self._read(self._made, np.add(self._each_row, day, out=self._places))
            np.copyto(self.rate, rate, where=self._each)
            if not (rate.min() > -RATE_SCALE and rate.max() <= RATE_SCALE):
                self._check(self.rate, np.arange(len(day)), day)

    def end(self, loans: NDArray[np.intp]) -> None:
        """Take loans as repaid: they have no rate any more, and none is read."""
        self._following[loans] = _NEVER
        self._set_each(loans, np.zeros(loans.size, dtype=bool))
        self.rate[loans] = 0

    def cut(self, start: NDArray[np.int64], end: NDArray[np.int64]) -> Cuts:
        """Return the loans whose rate changes within their period; from here on `rate` is what it ends with."""
        if not np.less(self._following, end, out=self._due).any():
            return NO_CUTS
        loans = self._due.nonzero()[0]
        estimates, sums = np.zeros(loans.size), np.zeros(loans.size, dtype=np.int64)
        since, left = start[loans], np.arange(loans.size)
        while left.size:
            some = loans[left]
            until = np.minimum(self._following[some], end[some])
            parts = parts_of_year(self._day_count[some], since[left], until)
            estimates[left] += self.rate[some] * parts
            sums[left] += self.rate[some].astype(np.int64) * parts
            since[left] = until
            left = left[until < end[some]]
            if left.size:
                self._change(loans[left])
                each = left[self._each[loans[left]]]
                self._set(loans[each], since[each])
        return Cuts(loans, estimates, sums)

    def _change(self, loans: NDArray[np.intp]) -> None:
        """Let the next change of some loans happen."""
        self._place[loans] += 1
        place = self._place[loans]
        self._following[loans] = np.where(place + 1 < self._end[loans], self._since[place + 1], _NEVER)
        self.rate[loans] = self._stated[place]
        terms = self._terms[place]
        renewed = np.flatnonzero((terms != self._terms_now[loans]) & (terms != STATED))
        if renewed.size:
            self._hold(loans[renewed], terms[renewed])
        each = self._each_period[place]
        if (each | self._each[loans]).any():
            self._set_each(loans, each)
        reset = np.flatnonzero(~each & (terms != STATED))
        self._set(loans[reset], self._reset[place[reset]])

    def _hold(self, loans: NDArray[np.intp], terms: NDArray[np.int64]) -> None:
        floating, made = self._floating, self._made
        before = np.where(floating.floor_on_adjusted[terms], floating.adjustment[terms], 0)
        self._terms_now[loans] = terms
        self._row[loans] = self._table.rows(floating.reading[terms])
        made.before[loans] = before
        made.floor[loans] = floating.index_floor[terms]
        made.after[loans] = floating.spread[terms] + floating.adjustment[terms] - before
        made.rate_floor[loans] = floating.rate_floor[terms]
        made.ceiling[loans] = floating.ceiling[terms]

    def _set_each(self, loans: NDArray[np.intp], each: NDArray[np.bool_]) -> None:
        self._each[loans] = each
        self._each_row[loans] = np.where(each, self._row[loans], self._table.nothing)
        self._some_each = bool(self._each.any())

    def _set(self, loans: NDArray[np.intp], day: NDArray[np.int64]) -> None:
        """Set the rates of some loans by the index of a reset day."""
        if loans.size:
            some = _Made(*(each[loans] for each in self._made))
            rate = self._read(some, self._row[loans] + day)
            if not (rate.min() > -RATE_SCALE and rate.max() <= RATE_SCALE):
                self._check(rate, loans, day)
            self.rate[loans] = rate

    def _read(self, made: _Made, places: NDArray[np.int64]) -> NDArray[np.float64]:
        rate = made.rates(self._table.values.take(places, mode="clip"))
        if np.isnan(rate.min()):
            self._table.read(places)
            rate = made.rates(self._table.values.take(places, mode="clip"))
        return rate

    def _check(self, rate: NDArray[np.float64], loans: NDArray[np.intp], day: NDArray[np.int64]) -> None:
        bad = np.flatnonzero((rate <= -RATE_SCALE) | (rate > RATE_SCALE))
        if bad.size:
            place = int(bad[0])
            on = day[place].astype("datetime64[D]")
            message = f"is {rate[place] / RATE_SCALE:.6f} from {on}, and must be more than -1 and at most 1"
            raise InvalidTerms((TermsProblem(f"loans[{self._numbers[loans[place]]}].rate", message),))
