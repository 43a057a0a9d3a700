"""Day-count conventions: how many days a period has, and which fraction of a year that is."""

from __future__ import annotations

import calendar
import datetime
from abc import ABC, abstractmethod
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType


class Convention(ABC):
    """A rule that turns two dates into days and an exact fraction of a year; the first day counts, the last does not.

    `typical_year` is the fraction that a year of 365 days from the first of January makes.
    """

    thirty_360 = False
    typical_year = Fraction(1)

    @staticmethod
    @abstractmethod
    def days(start: datetime.date, end: datetime.date) -> int:
        """Return the days of the period as the convention counts them."""

    @classmethod
    @abstractmethod
    def fraction(cls, start: datetime.date, end: datetime.date) -> Fraction:
        """Return the period's exact fraction of a year."""


class _Thirty360(Convention):
    thirty_360 = True

    @classmethod
    def fraction(cls, start: datetime.date, end: datetime.date) -> Fraction:
        return Fraction(cls.days(start, end), 360)


class _Actual(Convention):
    year = 360

    @staticmethod
    def days(start: datetime.date, end: datetime.date) -> int:
        return (end - start).days

    @classmethod
    def fraction(cls, start: datetime.date, end: datetime.date) -> Fraction:
        return Fraction(cls.days(start, end), cls.year)


class ThirtyBondBasis(_Thirty360):
    """30/360, also "30/360 bond basis", "30A/360": every month has 30 days, every year 360.

    With y, m, d of both dates: d1 = min(d1, 30); d2 = 30 if d2 is 31 and d1 is (now) 30; days = 360 (y2 - y1) +
    30 (m2 - m1) + (d2 - d1). The end of February is not special: 29 February to 31 March is 32 days.
    Source: 2006 ISDA Definitions, section 4.16(f).
    """

    @staticmethod
    def days(start: datetime.date, end: datetime.date) -> int:
        first = min(start.day, 30)
        last = 30 if end.day == 31 and first == 30 else end.day
        return _thirty_days(start, first, end, last)


class ThirtyUnitedStates(_Thirty360):
    """30/360 US, also "30U/360", "30/360 SIA", "30/360 EOM": as bond basis, but the end of February is a 30th.

    In this order: d2 = 30 if both dates are the last day of February; d1 = 30 if the first is; d2 = 30 if d2 is 31 and
    d1 is 30 or 31; d1 = 30 if d1 is 31. 29 February to 31 March is 30 days.
    Source: Mayle, Standard Securities Calculation Methods (SIFMA), volume 1.
    """

    @staticmethod
    def days(start: datetime.date, end: datetime.date) -> int:
        first, last = start.day, end.day
        if _ends_february(start):
            first = 30
            if _ends_february(end):
                last = 30
        if last == 31 and first >= 30:
            last = 30
        return _thirty_days(start, min(first, 30), end, last)


class ThirtyEuropean(_Thirty360):
    """30E/360, also "Eurobond basis", "30/360 ICMA", "30S/360": a 31st is a 30th, on either side.

    d1 = min(d1, 30); d2 = min(d2, 30); days as for bond basis. The end of February is not special.
    Source: 2006 ISDA Definitions, section 4.16(g); ICMA rule 251.
    """

    @staticmethod
    def days(start: datetime.date, end: datetime.date) -> int:
        return _thirty_days(start, min(start.day, 30), end, min(end.day, 30))


class Actual360(_Actual):
    """Actual/360, also "A/360", "365/360", "French", "money market": calendar days over 360.

    Most US balance-sheet and CMBS loans accrue so; a year of 365 days then costs 365/360 of the rate.
    Source: 2006 ISDA Definitions, section 4.16(e); ABS-EE interestAccrualMethodCode 3.
    """

    typical_year = Fraction(365, 360)


class Actual365Fixed(_Actual):
    """Actual/365 (Fixed), also "A/365F", "English": calendar days over 365, in leap years too.

    Source: 2006 ISDA Definitions, section 4.16(d).
    """

    year = 365


class ActualActualIsda(_Actual):
    """Actual/Actual ISDA, also "Act/Act", "Actual/365 (ISDA)": days in leap years over 366, the others over 365.

    The period is cut at every first of January; 15 December 2024 to 15 January 2025 is 17/366 + 14/365.
    Source: 2006 ISDA Definitions, section 4.16(b).
    """

    @classmethod
    def fraction(cls, start: datetime.date, end: datetime.date) -> Fraction:
        if start.year == end.year:
            return Fraction(cls.days(start, end), _days_of_year(start.year))
        head = Fraction((datetime.date(start.year + 1, 1, 1) - start).days, _days_of_year(start.year))
        tail = Fraction((end - datetime.date(end.year, 1, 1)).days, _days_of_year(end.year))
        return head + (end.year - start.year - 1) + tail


class DayCount(StrEnum):
    """The name a loan stores; `convention` is the type whose docstring is the rule."""

    THIRTY_360 = "30_360"
    THIRTY_360_US = "30_360_us"
    THIRTY_E_360 = "30e_360"
    ACTUAL_360 = "actual_360"
    ACTUAL_365_FIXED = "actual_365_fixed"
    ACTUAL_ACTUAL_ISDA = "actual_actual_isda"

    @property
    def convention(self) -> type[Convention]:
        """Return the convention's type."""
        return _CONVENTIONS[self]

    @property
    def thirty_360(self) -> bool:
        """Tell whether a month is 30 days whatever the calendar says."""
        return self.convention.thirty_360

    @property
    def typical_year(self) -> Fraction:
        """Return the fraction of a year that 365 days make: 365/360 for Actual/360, 1 for all others."""
        return self.convention.typical_year

    @property
    def days_of_year(self) -> int | None:
        """Return the days that every year has by the convention, None where years differ."""
        if self is DayCount.ACTUAL_ACTUAL_ISDA:
            return None
        return 365 if self is DayCount.ACTUAL_365_FIXED else 360

    def days(self, start: datetime.date, end: datetime.date) -> int:
        """Return the days from `start` (counted) to `end` (not counted)."""
        return self.convention.days(start, end)

    def fraction(self, start: datetime.date, end: datetime.date) -> Fraction:
        """Return the exact fraction of a year from `start` to `end`."""
        return self.convention.fraction(start, end)


_CONVENTIONS = MappingProxyType(
    {
        DayCount.THIRTY_360: ThirtyBondBasis,
        DayCount.THIRTY_360_US: ThirtyUnitedStates,
        DayCount.THIRTY_E_360: ThirtyEuropean,
        DayCount.ACTUAL_360: Actual360,
        DayCount.ACTUAL_365_FIXED: Actual365Fixed,
        DayCount.ACTUAL_ACTUAL_ISDA: ActualActualIsda,
    }
)


def _thirty_days(start: datetime.date, first: int, end: datetime.date, last: int) -> int:
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first


def _ends_february(day: datetime.date) -> bool:
    return day.month == 2 and day.day == calendar.monthrange(day.year, 2)[1]


def _days_of_year(year: int) -> int:
    return 366 if calendar.isleap(year) else 365
