"""The time from one period's end to the next, from a week to a year."""

from __future__ import annotations

import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from realinsights_finance.due_dates import Frequency, add_months, months_between, on_day

_HALF_MONTH: Final = 15
_MONTHS_PER_YEAR: Final = 12


class Interval(StrEnum):
    """The time from one installment to the next, from a week to a year.

    Semi-monthly means twice a calendar month, on days 15 apart (the 1st and the 16th, the 15th and the last), 24 times
    a year; bi-weekly means every 14 days, 26 times a year and in some years 27. `Frequency` has the intervals of whole
    months alone, which a `LoanTerms` is paid by.
    """

    WEEKLY = "weekly"
    BI_WEEKLY = "bi_weekly"
    SEMI_MONTHLY = "semi_monthly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    SEMI_ANNUAL = "semi_annual"
    ANNUAL = "annual"

    @property
    def days(self) -> int | None:
        """Return the days from one date to the next; None where that depends on the month."""
        return _DAYS.get(self)

    @property
    def months(self) -> int | None:
        """Return the whole months from one date to the next; None where they are no whole months."""
        return Frequency(self.value).months if self.value in _FREQUENCIES else None

    @property
    def periods_per_year(self) -> int:
        """Return the periods of a year by which an annual rate is divided: 52, 26, 24, 12, 4, 2 or 1."""
        return _PERIODS_PER_YEAR[self]

    def periods_of(self, months: int) -> int:
        """Return the whole periods of some months, a year having `periods_per_year` of them: 13 weeks a quarter."""
        return months * self.periods_per_year // _MONTHS_PER_YEAR

    def divides(self, months: int) -> bool:
        """Tell whether some months are whole periods: of weeks, those of whole quarters are."""
        return months * self.periods_per_year % _MONTHS_PER_YEAR == 0

    def date(self, anchor: datetime.date, count: int, *, day: int | None = None) -> datetime.date:
        """Return the date `count` intervals after (before, if negative) an anchor.

        `day` (default: the anchor's) is the day of the month, or of the later of the two where dates come twice a
        month; where a month is shorter the date falls on its last day and comes back after it. Weeks know no `day`.
        """
        if self.days is not None:
            return anchor + datetime.timedelta(days=self.days * count)
        day = anchor.day if day is None else day
        if self.months is not None:
            return add_months(anchor, self.months * count, day=day)
        first, second = both_days(day)
        late = anchor >= on_day(anchor.year, anchor.month, second)
        months, half = divmod(count + late, 2)
        return add_months(anchor, months, day=second if half else first)

    def count_before(self, anchor: datetime.date, on: datetime.date) -> int:
        """Return a count whose date is before a day, by at most three years: where a search may begin."""
        if self.days is not None:
            return (on - anchor).days // self.days - 1
        months = months_between(anchor, on)
        return 2 * months - 3 if self.months is None else months // self.months - 2


def both_days(day: int) -> tuple[int, int]:
    """Return the two days of a month on one of which a payment falls twice a month.

    They are 15 apart, save that 31, the month's last, goes with the 15th.
    """
    return (day, day + _HALF_MONTH) if day <= _HALF_MONTH else (min(day - _HALF_MONTH, _HALF_MONTH), day)


_DAYS: Final = MappingProxyType({Interval.WEEKLY: 7, Interval.BI_WEEKLY: 14})
_FREQUENCIES: Final = frozenset(frequency.value for frequency in Frequency)
_PERIODS_PER_YEAR: Final = MappingProxyType(
    {
        Interval.WEEKLY: 52,
        Interval.BI_WEEKLY: 26,
        Interval.SEMI_MONTHLY: 24,
        **{Interval(frequency.value): frequency.periods_per_year for frequency in Frequency},
    }
)
