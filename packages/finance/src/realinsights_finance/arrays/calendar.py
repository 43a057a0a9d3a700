"""Dates by the array: months and days as integers, counted from January 1970 like numpy's own."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from realinsights_finance.terms import EARLIEST_YEAR, LATEST_YEAR, MAXIMUM_MONTHS

YEAR_IN_ISDA = 365 * 366
"""The denominator of Actual/Actual ISDA: a day is 366 parts of it in a common year and 365 in a leap year."""


class CivilDates(NamedTuple):
    """Dates taken apart into months since 1970 and days of the month, 1 to 31."""

    month: NDArray[np.int64]
    day: NDArray[np.int64]


class Months(NamedTuple):
    """Every month that a schedule can reach: `begin` is the first one's index, the arrays one value for each."""

    begin: int
    start: NDArray[np.int64]  # the first day, as days since 1970
    length: NDArray[np.int64]
    isda_start: NDArray[np.int64]  # parts of YEAR_IN_ISDA since the first month
    isda_per_day: NDArray[np.int64]


@functools.cache
def months() -> Months:
    """Return the table of months."""
    begin = (EARLIEST_YEAR - 1970) * 12 - MAXIMUM_MONTHS
    indices = np.arange(begin, (LATEST_YEAR + 1 - 1970) * 12 + MAXIMUM_MONTHS + 1)
    firsts = indices.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    start, length = firsts[:-1], np.diff(firsts)
    year = 1970 + indices[:-1] // 12
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    per_day = np.where(leap, 365, 366)
    parts = length * per_day
    return Months(begin, start, length, np.cumsum(parts) - parts, per_day)


@functools.cache
def due_days() -> NDArray[np.int64]:
    """Return due days since 1970: one row for each payment day, 1 to 31, one column for each of `months`."""
    table = months()
    return np.asarray(table.start + np.minimum(np.arange(31)[:, np.newaxis], table.length - 1))


def month_index(dates: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Return the months from January 1970 to each date's month."""
    return dates.astype("datetime64[M]").astype(np.int64)


def civil(dates: NDArray[np.datetime64]) -> CivilDates:
    """Return each date's month and its day of the month."""
    month = month_index(dates)
    return CivilDates(month, dates.astype(np.int64) - months().start[month - months().begin] + 1)


def clipped_day(month: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return, as days since 1970, the `day` of each month, or its last day where it is shorter.

    Months beyond the table are taken as its ends.
    """
    table = months()
    position = np.clip(month - table.begin, 0, len(table.start) - 1)
    return np.asarray(table.start[position] + np.minimum(day, table.length[position]) - 1)


def isda_parts(dates: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each date (days since 1970) a count of YEAR_IN_ISDA parts; differences are the convention's."""
    table = months()
    position = month_index(dates.astype("datetime64[D]")) - table.begin
    return np.asarray(table.isda_start[position] + (dates - table.start[position]) * table.isda_per_day[position])


def thirty_days_bond(start: CivilDates, end: CivilDates) -> NDArray[np.int64]:
    """Return the days of 30/360 bond basis."""
    first = np.minimum(start.day, 30)
    return _thirty_days(start, first, end, np.where((end.day == 31) & (first == 30), 30, end.day))


def thirty_days_us(start: CivilDates, end: CivilDates) -> NDArray[np.int64]:
    """Return the days of 30/360 US."""
    starts, ends = _ends_february(start), _ends_february(end)
    first = np.where(starts, 30, start.day)
    last = np.where(starts & ends, 30, end.day)
    last = np.where((last == 31) & (first >= 30), 30, last)
    return _thirty_days(start, np.minimum(first, 30), end, last)


def thirty_days_european(start: CivilDates, end: CivilDates) -> NDArray[np.int64]:
    """Return the days of 30E/360."""
    return _thirty_days(start, np.minimum(start.day, 30), end, np.minimum(end.day, 30))


def _thirty_days(
    start: CivilDates, first: NDArray[np.int64], end: CivilDates, last: NDArray[np.int64]
) -> NDArray[np.int64]:
    return np.asarray(30 * (end.month - start.month) + last - first)


def _ends_february(dates: CivilDates) -> NDArray[np.bool_]:
    return np.asarray((dates.month % 12 == 1) & (dates.day == months().length[dates.month - months().begin]))
