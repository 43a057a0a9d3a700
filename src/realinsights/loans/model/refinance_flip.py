"""Flip of a refinance: the first month in which a gap of today is gone, or one comes that is not there. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple

import msgspec

from realinsights_finance.due_dates import add_months


class RefinanceFlip(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The first day, months after the business date, on which a refinance turns: what is missing then, and before.

    `financeable` says which way it turns. `gap_today` is that of the business date, `gap` that of the day.
    """

    on: datetime.date
    financeable: bool
    gap: Decimal
    gap_today: Decimal


class GapOn(NamedTuple):
    """A day's gap, or why it is not known."""

    gap: Decimal | None
    unknown: str | None = None


def flip_of(
    gap_on: Callable[[datetime.date], GapOn], *, since: datetime.date, until: datetime.date
) -> RefinanceFlip | str:
    """Return the first flip of a gap from one day to another, month by month and on the last day; or why there is none.

    A gap of zero or less is financeable.
    """
    today = gap_on(since)
    if today.gap is None:
        return f"today's gap is not known: {today.unknown}"
    if until <= since:
        return "it is due already"
    for day in _days(since, until):
        found = gap_on(day)
        if found.gap is None:
            return f"the gap on {day} is not known: {found.unknown}"
        if (found.gap <= 0) is not (today.gap <= 0):
            return RefinanceFlip(on=day, financeable=found.gap <= 0, gap=found.gap, gap_today=today.gap)
    state = "there is no gap in any month" if today.gap <= 0 else "there is a gap in every month"
    return f"{state} from {since} to {until}"


def _days(since: datetime.date, until: datetime.date) -> Iterator[datetime.date]:
    """Yield the days a whole number of months after the first that are before the last, and the last."""
    months = 1
    while (day := add_months(since, months)) < until:
        yield day
        months += 1
    yield until
