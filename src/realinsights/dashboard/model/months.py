"""Months as numbers (year × 12 + month - 1) and dates as day numbers (0001-01-01 is 1)."""

from __future__ import annotations

import datetime

import numpy as np

from realinsights.dashboard.model.exact import Integers

_UNIX_EPOCH = datetime.date(1970, 1, 1).toordinal()
_UNIX_EPOCH_MONTH = 1970 * 12
_FIRST_MONTH = datetime.date.min.year * 12
_LAST_MONTH = datetime.date.max.year * 12 + 11


def month_number(date: datetime.date) -> int:
    """Return the number of the date's month."""
    return date.year * 12 + date.month - 1


def first_day(month: int) -> datetime.date:
    """Return the month's first day."""
    return datetime.date(month // 12, month % 12 + 1, 1)


def last_day(month: int) -> datetime.date:
    """Return the month's last day."""
    if month >= _LAST_MONTH:
        return datetime.date.max
    return datetime.date.fromordinal(first_day(month + 1).toordinal() - 1)


def plus_months(date: datetime.date, months: int) -> datetime.date:
    """Return the same day that many months later, or the month's last day, or the first or last day there is."""
    month = month_number(date) + months
    if month < _FIRST_MONTH:
        return datetime.date.min
    if month > _LAST_MONTH:
        return datetime.date.max
    return last_day(month).replace(day=min(date.day, last_day(month).day))


def month_numbers(days: Integers) -> Integers:
    """Return the month number of each day number."""
    if days.size == 0:
        return days
    earliest, latest = int(days.min()), int(days.max())
    if latest - earliest >= days.size:
        return _month_numbers(days)
    # Many loans share few days: convert each day once.
    return _month_numbers(np.arange(earliest, latest + 1))[days - earliest]


def _month_numbers(days: Integers) -> Integers:
    return (days - _UNIX_EPOCH).view("datetime64[D]").astype("datetime64[M]").astype(np.int64) + _UNIX_EPOCH_MONTH


def last_day_numbers(months: Integers) -> Integers:
    """Return the day number of each month's last day."""
    if months.size == 0:
        return months
    earliest, latest = int(months.min()), int(months.max())
    if latest - earliest >= months.size:
        return _last_day_numbers(months)
    return _last_day_numbers(np.arange(earliest, latest + 1))[months - earliest]


def _last_day_numbers(months: Integers) -> Integers:
    following = (months + 1 - _UNIX_EPOCH_MONTH).view("datetime64[M]")
    return following.astype("datetime64[D]").astype(np.int64) + _UNIX_EPOCH - 1
