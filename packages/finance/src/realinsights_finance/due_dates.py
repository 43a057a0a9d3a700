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


def possible_payment_days(
    first_payment: datetime.date, maturity: datetime.date, *, closing: datetime.date, frequency: Frequency
) -> tuple[int, ...]:
    """Return the payment days that a loan's dates allow, one of each schedule they give; the first payment's is first.

    Only a first payment on the last day of a shorter month leaves a choice: 30 April may be day 30 or the month's last.
    A maturity or a closing that is a due date by some of them, and not by the others, decides.
    """
    days = [first_payment.day]
    if (first_payment + datetime.timedelta(days=1)).day == 1:
        days = [*range(first_payment.day, 32)]
        if months_between(first_payment, maturity) % frequency.months == 0:
            days = [day for day in days if on_day(maturity.year, maturity.month, day) == maturity] or days
        days = [day for day in days if on_day(closing.year, closing.month, day) == closing] or days
    if len(days) == 1:
        return (days[0],)
    months = range(frequency.months, min(months_between(first_payment, maturity), 48) + 1, frequency.months)
    schedules: dict[tuple[datetime.date, ...], int] = {}
    for day in days:
        schedules.setdefault(tuple(add_months(first_payment, count, day=day) for count in months), day)
    return tuple(schedules.values())


def months_between(start: datetime.date, end: datetime.date) -> int:
    """Return the calendar months from start's month to end's month, whatever the days."""
    return (end.year - start.year) * 12 + end.month - start.month
