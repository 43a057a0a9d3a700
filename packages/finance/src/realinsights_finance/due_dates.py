"""Payment dates: which day of which month an installment falls due, unadjusted for business days."""

from __future__ import annotations

import calendar
import datetime
from enum import StrEnum


class Frequency(StrEnum):
    """The time between two installments."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    SEMI_ANNUAL = "semi_annual"
    ANNUAL = "annual"

    def __init__(self, word: str) -> None:
        self.months: int = {"monthly": 1, "quarterly": 3, "semi_annual": 6, "annual": 12}[word]
        """The months from one due date to the next."""
        self.periods_per_year = 12 // self.months
        """The installments of a year."""


def on_day(year: int, month: int, day: int) -> datetime.date:
    """Return the `day` of a month, or its last day where the month is shorter."""
    return datetime.date(year, month, day if day <= 28 else min(day, calendar.monthrange(year, month)[1]))


def add_months(start: datetime.date, months: int, *, day: int | None = None) -> datetime.date:
    """Return the date `months` after (before, if negative) `start`, on `day` (default: start's) or the month's last.

    Giving the payment day is what brings a loan due on the 31st back to it after February.
    """
    index = start.year * 12 + start.month - 1 + months
    return on_day(index // 12, index % 12 + 1, day if day is not None else start.day)


def months_between(start: datetime.date, end: datetime.date) -> int:
    """Return the calendar months from start's month to end's month, whatever the days."""
    return (end.year - start.year) * 12 + end.month - start.month
