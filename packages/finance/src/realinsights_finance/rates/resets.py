"""Resets: when a floating rate is set anew. A rate that is made of each day's is `InArrears`."""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from realinsights_finance.time.periods import PeriodRule, accrual_periods


@dataclass(frozen=True, slots=True)
class EachPeriod:
    """The rate is set for each accrual period, before it starts: the most usual."""


EACH_PERIOD: Final = EachPeriod()


@dataclass(frozen=True, slots=True)
class EachDay:
    """The rate is whatever the index is on each day, as for most notes on Prime.

    A closed day has the rate of the business day before it.
    """


@dataclass(frozen=True, kw_only=True, slots=True)
class Every:
    """The rate is set anew at dates of its own from `start` to `end`, by a rule of periods.

    A rate that resets quarterly and is paid monthly is one; so is one that resets within a payment period. Raises what
    `accrual_periods` raises.
    """

    rule: PeriodRule
    start: datetime.date
    end: datetime.date
    _starts: tuple[datetime.date, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        periods = accrual_periods(self.start, self.end, self.rule)
        object.__setattr__(self, "_starts", tuple(period.start for period in periods))

    def cut(
        self, start: datetime.date, end: datetime.date
    ) -> Iterator[tuple[datetime.date, datetime.date, datetime.date]]:
        """Yield the parts of a time with one rate each: from, to, and the reset that it is set at.

        After `end` the last reset stands, as for a loan that matures on the business day after. Raises ValueError for a
        time before `start`.
        """
        return _cut(self._starts, start, end)


@dataclass(frozen=True, slots=True)
class OnDates:
    """The rate is set anew on dates that are given, ascending: the first when the rate begins, the last for good.

    A first reset that comes earlier or later than the others, or every five years, is one. Raises ValueError for no
    dates, or dates out of order.
    """

    dates: tuple[datetime.date, ...]

    def __post_init__(self) -> None:
        if not self.dates:
            raise ValueError("dates: there must be at least one")
        for before, after in pairwise(self.dates):
            if before >= after:
                raise ValueError(f"dates: must ascend, and {after} follows {before}")

    def cut(
        self, start: datetime.date, end: datetime.date
    ) -> Iterator[tuple[datetime.date, datetime.date, datetime.date]]:
        """Yield the parts of a time with one rate each, as `Every.cut` does. Raises ValueError before the first."""
        return _cut(self.dates, start, end)


def _cut(
    resets: tuple[datetime.date, ...], start: datetime.date, end: datetime.date
) -> Iterator[tuple[datetime.date, datetime.date, datetime.date]]:
    if start < resets[0]:
        raise ValueError(f"resets: they begin on {resets[0]}, and the rate of {start} is asked for")
    place = bisect_right(resets, start) - 1
    while start < end:
        following = resets[place + 1] if place + 1 < len(resets) else end
        upto = min(following, end)
        yield start, upto, resets[place]
        start, place = upto, place + 1
