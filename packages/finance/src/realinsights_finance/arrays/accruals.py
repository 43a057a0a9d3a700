"""Interest of one installment of many loans, exactly as the plain one."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from realinsights_finance.arrays.calendar import (
    YEAR_IN_ISDA,
    civil,
    clipped_day,
    due_days,
    isda_parts,
    month_index,
    months,
    thirty_days_bond,
    thirty_days_european,
    thirty_days_us,
)
from realinsights_finance.arrays.columns import DAY_COUNTS, INTEREST_ROUNDINGS, RATE_SCALE, TermsColumns
from realinsights_finance.day_count import DayCount
from realinsights_finance.rounding import InterestRounding

_ACTUAL, _ISDA, _THIRTY = 0, 1, 2
_KIND = np.array(
    [_THIRTY if name.thirty_360 else _ISDA if name is DayCount.ACTUAL_ACTUAL_ISDA else _ACTUAL for name in DAY_COUNTS]
)
_YEAR = np.array([{_THIRTY: 360, _ISDA: YEAR_IN_ISDA, _ACTUAL: 360}[int(kind)] for kind in _KIND])
_YEAR[DAY_COUNTS.index(DayCount.ACTUAL_365_FIXED)] = 365
_THIRTY_DAYS = (
    (DayCount.THIRTY_360, thirty_days_bond),
    (DayCount.THIRTY_360_US, thirty_days_us),
    (DayCount.THIRTY_E_360, thirty_days_european),
)


_EVEN, _DOWN, _UP = (
    INTEREST_ROUNDINGS.index(rounding)
    for rounding in (InterestRounding.HALF_EVEN, InterestRounding.DOWN, InterestRounding.UP)
)
_SHIFT = np.full(len(INTEREST_ROUNDINGS), 0.5)
_SHIFT[_DOWN], _SHIFT[_UP] = 0.0, 1.0


class Accruals:
    """The interest of many loans, computed installment by installment.

    Every day count becomes a clock: a count of parts of a year that stands at each due date, so that a period is the
    difference of two readings. Clocks, balances and cents are whole numbers far below 2^53, hence exact as floats;
    only their products with a rate are not, and those close to a tie are computed again in 64-bit integers.
    """

    def __init__(self, columns: TermsColumns, *, clips: bool = True) -> None:
        """Begin before the first installment of each loan.

        With `clips` a short last period of 30/360 is never longer than a whole one, as `LoanTerms.period` has it.
        """
        month = month_index(columns.first_payment)
        kind = _KIND[columns.day_count]
        clocks = _clocks()
        row = kind * 31 + columns.payment_day - 1
        self._clocks = clocks.reshape(-1)
        self._position = row * clocks.shape[1] + month - months().begin - columns.months
        self._step = columns.months
        begin, end = _ends_of_clocks(columns, kind, clips=clips)
        self._reading, self._end = begin.astype(np.float64), end.astype(np.float64)
        self._next = np.empty_like(self._reading)
        self._parts = np.empty_like(self._reading)
        self._estimate = np.empty_like(self._reading)
        self._rate = columns.accrual_rates()
        self._denominator = _YEAR[columns.day_count] * RATE_SCALE
        self._rate_per_part = self._rate / self._denominator
        # Four roundings of 2^-53 lose less than 1e-15 of the interest, which is at most five times the principal.
        self._near = 0.5 - 1e-14 * float(columns.principal.max(initial=0)) - 1e-9
        self._rounding = columns.interest_rounding
        # An estimate and this is rounded down: what rounds half up or to the even cent, down, or up.
        shift = _SHIFT[columns.interest_rounding]
        self._shift: float | NDArray[np.float64] = 0.5 if (shift == 0.5).all() else shift

    def factors(self) -> NDArray[np.float64]:
        """Return what a balance times is the next installment's interest, within 3e-16 of it; not to be kept."""
        self.advance()
        np.multiply(self._parts, self._rate_per_part, out=self._estimate)
        return self._estimate

    def advance(self, last: NDArray[np.intp] | None = None) -> None:
        """Read the clocks at the end of the next installment's period, for the loans of `last` at their maturity."""
        self._position += self._step
        self._clocks.take(self._position, out=self._next, mode="clip")
        np.minimum(self._next, self._end, out=self._next)
        if last is not None:
            self._next[last] = self._end[last]
        np.subtract(self._next, self._reading, out=self._parts)
        self._reading, self._next = self._next, self._reading

    def interest(self, balance: NDArray[np.float64], due: NDArray[np.float64]) -> None:
        """Write the interest of the next installment on `balance` into `due`; both in cents."""
        estimate = self.factors()
        estimate *= balance
        estimate += self._shift
        np.floor(estimate, out=due)
        estimate -= due
        # From here on, what is near to nothing or to one is near to where rounding turns.
        estimate -= 0.5
        np.abs(estimate, out=estimate)
        if estimate.max(initial=0.0) >= self._near:
            loans = np.flatnonzero(estimate >= self._near)
            due[loans] = self.settled(loans, balance[loans], due[loans])

    def settled(
        self, loans: NDArray[np.intp], balance: NDArray[np.float64], due: NDArray[np.float64]
    ) -> NDArray[np.int64]:
        """Return the interest of some loans for the installment that was asked for last; `due` is a cent or two off."""
        return settled_quotient(
            balance.astype(np.int64),
            self._numerators(loans),
            self._denominator[loans],
            self._rounding[loans],
            near=due.astype(np.int64),
        )

    def _numerators(self, loans: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return what some loans' rates times the parts of the period are."""
        return np.asarray(self._rate[loans] * self._parts[loans].astype(np.int64))


def settled_quotient(
    balance: NDArray[np.int64],
    numerator: NDArray[np.int64],
    denominator: NDArray[np.int64],
    rounding: NDArray[np.int64],
    *,
    near: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return balance x numerator / denominator in whole cents, each by its rounding; `near` is a cent or two off.

    Half a cent goes away from zero where it goes up: a negative rate makes negative interest.
    """
    # Both products may wrap around; their difference is small, so what is left of it is exact.
    left = balance * numerator - near * denominator
    cents = near + left // denominator
    left %= denominator
    up = 2 * left + (numerator >= 0) > denominator
    if rounding.any():
        tie, odd = 2 * left == denominator, cents % 2 == 1
        up = np.where(rounding == _EVEN, (up & ~tie) | (tie & odd), up)
        up = np.where(rounding == _DOWN, np.False_, np.where(rounding == _UP, left > 0, up))
    return np.asarray(cents + up)


def parts_of_year(day_count: NDArray[np.int64], start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what clocks count from one day to another, both days since 1970, by the day count of each."""
    parts = end - start
    isda = day_count == DAY_COUNTS.index(DayCount.ACTUAL_ACTUAL_ISDA)
    parts[isda] = isda_parts(end[isda]) - isda_parts(start[isda])
    for name, days in _THIRTY_DAYS:
        chosen = day_count == DAY_COUNTS.index(name)
        if chosen.any():
            begin, until = start[chosen].astype("datetime64[D]"), end[chosen].astype("datetime64[D]")
            parts[chosen] = days(civil(begin), civil(until))
    return parts


@functools.cache
def _clocks() -> NDArray[np.float64]:
    # One row for each kind of clock and payment day, one column for each month.
    table = months()
    actual = due_days()
    isda = table.isda_start + (actual - table.start) * table.isda_per_day
    thirty = np.broadcast_to(30 * np.arange(len(table.start)), actual.shape)
    return np.concatenate([actual, isda, thirty]).astype(np.float64)


def _ends_of_clocks(
    columns: TermsColumns, kind: NDArray[np.int64], *, clips: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    start, maturity = columns.start.astype(np.int64), columns.maturity.astype(np.int64)
    begin, end = start.copy(), maturity.copy()
    isda = kind == _ISDA
    begin[isda], end[isda] = isda_parts(start[isda]), isda_parts(maturity[isda])
    thirty = np.flatnonzero(kind == _THIRTY)
    if thirty.size:
        begin[thirty], end[thirty] = _ends_of_thirty(columns.take(thirty), clips=clips)
    return begin, end


def _ends_of_thirty(columns: TermsColumns, *, clips: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    # A regular period is whole months; only a first or a last one may be irregular, and a last one is never longer.
    first, step, day = month_index(columns.first_payment), columns.months, columns.payment_day
    last = first + (columns.periods() - 1) * step
    start, maturity = columns.start.astype(np.int64), columns.maturity.astype(np.int64)
    ends_regularly = maturity == clipped_day(last, day)
    starts_regularly = (start == clipped_day(first - step, day)) & ((last > first) | ends_regularly)
    first_end = np.minimum(columns.first_payment, columns.maturity)
    last_begin = clipped_day(last - step, day).astype("datetime64[D]")
    whole = 30 * step
    first_days, last_days = whole.copy(), whole.copy()
    for name, days in _THIRTY_DAYS:
        chosen = columns.day_count == DAY_COUNTS.index(name)
        first_days = np.where(chosen & ~starts_regularly, days(civil(columns.start), civil(first_end)), first_days)
        last_days = np.where(chosen & ~ends_regularly, days(civil(last_begin), civil(columns.maturity)), last_days)
    begin = 30 * (first - months().begin) - first_days
    end = 30 * (last - step - months().begin) + (np.minimum(last_days, whole) if clips else last_days)
    return begin, end
