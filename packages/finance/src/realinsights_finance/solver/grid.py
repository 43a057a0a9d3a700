"""The grid of day counts and accrual dates: which part of a year each period of a statement is by each of them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from realinsights_finance.arrays.calendar import (
    YEAR_IN_ISDA,
    civil,
    isda_parts,
    thirty_days_bond,
    thirty_days_european,
    thirty_days_us,
)
from realinsights_finance.day_count import DayCount
from realinsights_finance.due_dates import Frequency
from realinsights_finance.solver.conventions import AccrualDates, accrual_period, known_business_days

DAY_COUNTS = tuple(DayCount)
_THIRTY = {
    DayCount.THIRTY_360: thirty_days_bond,
    DayCount.THIRTY_360_US: thirty_days_us,
    DayCount.THIRTY_E_360: thirty_days_european,
}


@dataclass(frozen=True, slots=True)
class Accrual:
    """One row of the grid: by which day count, and over which days, interest accrues."""

    day_count: DayCount
    dates: AccrualDates
    accrues_from: datetime.date | None


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Accruals by row; `parts` has for each and for each period its parts of a year, of which `years` says how many."""

    accruals: tuple[Accrual, ...]
    parts: NDArray[np.int64]
    years: NDArray[np.int64]

    def alike(self) -> list[int]:
        """Return for each row the first one that has the same parts of a year in every period."""
        first: dict[tuple[int, bytes], int] = {}
        keys = zip(self.years.tolist(), map(np.ndarray.tobytes, self.parts), strict=True)
        return [first.setdefault(key, row) for row, key in enumerate(keys)]

    def charged(self, rates: Sequence[int]) -> Grid:
        """Return the same with each period's parts times its rate, which is scaled by 10^12: the rest is at 10^-12."""
        return Grid(self.accruals, self.parts * np.array(rates, dtype=np.int64), self.years)


def grid(due_dates: tuple[datetime.date, ...], frequency: Frequency, starts: tuple[datetime.date | None, ...]) -> Grid:
    """Return the grid of some periods.

    `due_dates` begin with the one before the first period's; `starts` are the days that its interest may run from, None
    for the usual one.
    """
    accruals: list[Accrual] = []
    parts: list[NDArray[np.int64]] = []
    years: list[int] = []
    for dates in AccrualDates:
        if dates.moved is not None and not known_business_days(due_dates[0]):
            continue
        begin, end, regular = _periods(dates, due_dates, frequency)
        for start in starts if dates is AccrualDates.DUE_TO_DUE else (None,):
            begins, usual = begin, regular
            if start is not None:
                begins, usual = begin.copy(), regular.copy()
                begins[0], usual[0] = start, False
            for day_count in DAY_COUNTS:
                accruals.append(Accrual(day_count, dates, start))
                parts.append(_parts(day_count, begins, end, usual, frequency))
                years.append(day_count.days_of_year or YEAR_IN_ISDA)
    return Grid(tuple(accruals), np.array(parts, dtype=np.int64), np.array(years, dtype=np.int64))


@lru_cache(maxsize=512)  # many loans of a tape are due on the same days
def _periods(
    dates: AccrualDates, due_dates: tuple[datetime.date, ...], frequency: Frequency
) -> tuple[NDArray[np.datetime64], NDArray[np.datetime64], NDArray[np.bool_]]:
    periods = [accrual_period(dates, before, due, frequency) for before, due in pairwise(due_dates)]
    begin = np.array([start for start, _ in periods], dtype="datetime64[D]")
    end = np.array([end for _, end in periods], dtype="datetime64[D]")
    if dates.moved is None:
        return begin, end, np.ones(len(periods), dtype=bool)
    named = np.array(due_dates, dtype="datetime64[D]")
    return begin, end, np.asarray((begin == named[:-1]) & (end == named[1:]))


def _parts(
    day_count: DayCount,
    begin: NDArray[np.datetime64],
    end: NDArray[np.datetime64],
    regular: NDArray[np.bool_],
    frequency: Frequency,
) -> NDArray[np.int64]:
    if day_count is DayCount.ACTUAL_ACTUAL_ISDA:
        return isda_parts(end.astype(np.int64)) - isda_parts(begin.astype(np.int64))
    days = _THIRTY.get(day_count)
    if days is None:
        return np.asarray((end - begin).astype(np.int64))
    return np.where(regular, 30 * frequency.months, days(civil(begin), civil(end)))
