"""Stamps: of what day two figures are, and on what they stand, in one integer.

From the right: 22 bits are the second figure's day number and 22 the first one's (0: undated), then 3 bits are the code
of the second one's source and 3 that of the first one's. What reads a stamp reads an array of them too.
"""

from __future__ import annotations

import datetime
from typing import TypeVar, cast

from realinsights.dashboard.model.exact import Integers

S = TypeVar("S", int, Integers)

_DAY, _SOURCE = 22, 3
_DAYS, _SOURCES = 2**_DAY - 1, 2**_SOURCE - 1


def stamp(first: datetime.date | None, second: datetime.date | None, sources: tuple[int, int] = (0, 0)) -> int:
    """Return the stamp of two figures."""
    days = (_day(first) << _DAY) + _day(second)
    return (((sources[0] << _SOURCE) + sources[1]) << 2 * _DAY) + days


def first_day(stamps: S) -> S:
    """Return the day number of the first figure, 0 where it is undated."""
    return cast("S", stamps >> _DAY & _DAYS)


def second_day(stamps: S) -> S:
    """Return the day number of the second figure, 0 where it is undated."""
    return cast("S", stamps & _DAYS)


def first_source(stamps: S) -> S:
    """Return the code of what the first figure stands on."""
    return stamps >> 2 * _DAY + _SOURCE


def second_source(stamps: S) -> S:
    """Return the code of what the second figure stands on."""
    return cast("S", stamps >> 2 * _DAY & _SOURCES)


def _day(date: datetime.date | None) -> int:
    return 0 if date is None else date.toordinal()
