"""Checks of fixings: what should be there and is not, what is old, what jumped."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from realinsights_finance.business_days import HolidayCalendar, business_days_after, is_business_day
from realinsights_finance.money import EXACT
from realinsights_finance.rates.fixings import Fixing, Fixings
from realinsights_finance.rates.indices import published_on

_DAY = datetime.timedelta(days=1)
USUAL_MOVE = Decimal("0.0025")
"""The move from one fixing to the next that is not yet odd: 25 basis points."""


class Move(NamedTuple):
    """A fixing that is far from the one before it, and how far."""

    before: Fixing
    fixing: Fixing
    change: Decimal


def staleness(fixings: Fixings, index: str, calendar: HolidayCalendar, *, on: datetime.date) -> int | None:
    """Return how many fixings that should have been published by a day are missing after the last one that is there.

    They are counted in business days of the index's calendar; None where there is no fixing at all.
    """
    last = fixings.known_on(on).last_before(index, on + _DAY)
    if last is None:
        return None
    count, following = 0, business_days_after(last.on, 1, calendar)
    while published_on(index, following) <= on:
        count, following = count + 1, business_days_after(following, 1, calendar)
    return count


def gaps(fixings: Fixings, index: str, calendar: HolidayCalendar) -> tuple[datetime.date, ...]:
    """Return the business days between the first and the last fixing that have none."""
    dates = fixings.dates(index)
    return tuple(
        day
        for before, after in pairwise(dates)
        for day in _days_between(before, after)
        if is_business_day(day, calendar)
    )


def outliers(fixings: Fixings, index: str, *, beyond: Decimal = USUAL_MOVE) -> tuple[Move, ...]:
    """Return the fixings that moved by more than `beyond`, as a fraction, from the one before."""
    values = [fixings.fixing(index, on) for on in fixings.dates(index)]
    moves = (Move(before, fixing, EXACT.subtract(fixing.value, before.value)) for before, fixing in pairwise(values))
    return tuple(move for move in moves if abs(move.change) > beyond)


def _days_between(before: datetime.date, after: datetime.date) -> Iterator[datetime.date]:
    for count in range(1, (after - before).days):
        yield before + datetime.timedelta(days=count)
