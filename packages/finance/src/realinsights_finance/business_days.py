"""Business days: the holidays of the calendars US notes name, as data, and the rules that move a payment."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

FIRST_YEAR: Final = 1986
"""The first year of which the calendars are known: that of the first Martin Luther King Day."""

_DAY: Final = datetime.timedelta(days=1)
_SATURDAY, _SUNDAY = 5, 6
_MONDAY, _THURSDAY = 0, 3
_LAST: Final = -1


class HolidayCalendar(StrEnum):
    """The name of a calendar that a loan stores; `about` says where it comes from and of when it is.

    `SOFR` has the days for which SOFR is published: those of `US_GOVERNMENT_BOND` without the Good Fridays on which the
    bond market is open until noon. `WEEKENDS_ONLY` has no holidays, and is known in every year.
    """

    FEDERAL_RESERVE = "federal_reserve"
    US_GOVERNMENT_BOND = "us_government_bond"
    SOFR = "sofr"
    WEEKENDS_ONLY = "weekends_only"

    @property
    def about(self) -> str:
        """Return the calendar's source and its date."""
        return _SOURCES[self]


class BusinessDayRule(StrEnum):
    """The day a payment moves to where it would fall on a day that banks are closed."""

    UNADJUSTED = "unadjusted"
    FOLLOWING = "following"
    MODIFIED_FOLLOWING = "modified_following"
    PRECEDING = "preceding"
    MODIFIED_PRECEDING = "modified_preceding"


@dataclass(frozen=True, slots=True)
class _Fixed:
    """A holiday on one day of a month, from a year on; on a Sunday the Monday is kept for it.

    `bonds_on_saturday`: where it is a Saturday, the bond market is closed on the Friday before. Banks never are.
    """

    month: int
    day: int
    since: int = 0
    bonds_on_saturday: bool = True


@dataclass(frozen=True, slots=True)
class _Weekday:
    """A holiday on a weekday of a month: its first to fourth, or the last."""

    month: int
    weekday: int
    which: int


_FIXED: Final = (
    _Fixed(1, 1, bonds_on_saturday=False),  # New Year's Day: the Friday before ends a year, and is open
    _Fixed(6, 19, since=2022),  # Juneteenth National Independence Day
    _Fixed(7, 4),  # Independence Day
    _Fixed(11, 11, bonds_on_saturday=False),  # Veterans Day
    _Fixed(12, 25),  # Christmas Day
)
_WEEKDAYS: Final = (
    _Weekday(1, _MONDAY, 3),  # Birthday of Martin Luther King, Jr.
    _Weekday(2, _MONDAY, 3),  # Washington's Birthday
    _Weekday(5, _MONDAY, _LAST),  # Memorial Day
    _Weekday(9, _MONDAY, 1),  # Labor Day
    _Weekday(10, _MONDAY, 2),  # Columbus Day
    _Weekday(11, _THURSDAY, 4),  # Thanksgiving Day
)
# Days on which the bond market was closed for a reason of their own: the Treasury's daily yields (H.15) have no value
# for any of them.
_BONDS_CLOSED_ONCE: Final = frozenset(
    {
        datetime.date(1994, 4, 27),  # mourning for President Nixon
        datetime.date(2001, 9, 11),  # attacks on New York and Washington
        datetime.date(2001, 9, 12),
        datetime.date(2004, 6, 11),  # mourning for President Reagan
        datetime.date(2012, 10, 30),  # Hurricane Sandy
        datetime.date(2018, 12, 5),  # mourning for President George H. W. Bush
    }
)
_SOURCES: Final = MappingProxyType(
    {
        HolidayCalendar.FEDERAL_RESERVE: (
            "Federal Reserve Board, statistical release K.8, Holidays Observed by the Federal Reserve System "
            "(12 U.S.C. 248; 5 U.S.C. 6103), as published for 2026"
        ),
        HolidayCalendar.US_GOVERNMENT_BOND: (
            "SIFMA holiday schedule for trading in US government securities, as published for 2026"
        ),
        HolidayCalendar.SOFR: (
            "US Government Securities Business Days of the Federal Reserve Bank of New York's SOFR: the SIFMA holiday "
            "schedule, as published for 2026, and every Good Friday (those of 2021, 2023 and 2026 had no SOFR)"
        ),
        HolidayCalendar.WEEKENDS_ONLY: "Saturdays and Sundays alone: no holidays, so neither source nor date",
    }
)


def is_business_day(day: datetime.date, calendar: HolidayCalendar) -> bool:
    """Tell whether a day is neither of a weekend nor a holiday; raises ValueError before `FIRST_YEAR`."""
    return day.weekday() < _SATURDAY and day not in holidays(day.year, calendar)


def adjusted(day: datetime.date, rule: BusinessDayRule, calendar: HolidayCalendar) -> datetime.date:
    """Return the day that a payment due on `day` moves to.

    Following: the next business day. Modified following: the same, unless that is in the next month; then the one
    before. Preceding: the business day before. Modified preceding: the same, unless that is in the month before; then
    the next one.
    """
    if rule is BusinessDayRule.UNADJUSTED or is_business_day(day, calendar):
        return day
    back = rule in {BusinessDayRule.PRECEDING, BusinessDayRule.MODIFIED_PRECEDING}
    step = -_DAY if back else _DAY
    moved = _nearest(day, step, calendar)
    modified = rule in {BusinessDayRule.MODIFIED_FOLLOWING, BusinessDayRule.MODIFIED_PRECEDING}
    return _nearest(day, -step, calendar) if modified and moved.month != day.month else moved


def business_days_before(day: datetime.date, count: int, calendar: HolidayCalendar) -> datetime.date:
    """Return the business day that comes `count` business days before a day; raises ValueError before `FIRST_YEAR`.

    A floating rate's index is read so many days before the period that it is for.
    """
    for _ in range(count):
        day = _nearest(day - _DAY, -_DAY, calendar)
    return day


def business_days_after(day: datetime.date, count: int, calendar: HolidayCalendar) -> datetime.date:
    """Return the business day that comes `count` business days after a day; raises ValueError before `FIRST_YEAR`."""
    for _ in range(count):
        day = _nearest(day + _DAY, _DAY, calendar)
    return day


@lru_cache(maxsize=1024)
def holidays(year: int, calendar: HolidayCalendar) -> frozenset[datetime.date]:
    """Return the holidays of a year that fall on weekdays; raises ValueError before `FIRST_YEAR`."""
    if calendar is HolidayCalendar.WEEKENDS_ONLY:
        return frozenset()
    if year < FIRST_YEAR:
        raise ValueError(f"the holidays of {year} are not known: the calendars begin in {FIRST_YEAR}")
    bonds = calendar is not HolidayCalendar.FEDERAL_RESERVE
    found = {_on_weekday(year, holiday) for holiday in _WEEKDAYS}
    found |= {_observed(year, holiday, bonds=bonds) for holiday in _FIXED if year >= holiday.since}
    if bonds:
        found |= {day for day in _BONDS_CLOSED_ONCE if day.year == year}
        good_friday = _easter(year) - 2 * _DAY
        if calendar is HolidayCalendar.SOFR or not _is_early_close(good_friday):
            found.add(good_friday)
    return frozenset(day for day in found if day.weekday() < _SATURDAY)


def _nearest(day: datetime.date, step: datetime.timedelta, calendar: HolidayCalendar) -> datetime.date:
    while not is_business_day(day, calendar):
        day += step
    return day


def _on_weekday(year: int, holiday: _Weekday) -> datetime.date:
    if holiday.which == _LAST:
        last = datetime.date(year, holiday.month + 1, 1) - _DAY
        return last - (last.weekday() - holiday.weekday) % 7 * _DAY
    first = datetime.date(year, holiday.month, 1)
    return first + ((holiday.weekday - first.weekday()) % 7 + 7 * (holiday.which - 1)) * _DAY


def _observed(year: int, holiday: _Fixed, *, bonds: bool) -> datetime.date:
    day = datetime.date(year, holiday.month, holiday.day)
    if day.weekday() == _SUNDAY:
        return day + _DAY
    return day - _DAY if bonds and holiday.bonds_on_saturday and day.weekday() == _SATURDAY else day


def _is_early_close(good_friday: datetime.date) -> bool:
    # On the first Friday of a month the employment report comes out, and the market stays open until noon.
    return good_friday.year > 1995 and good_friday.day <= 7


def _easter(year: int) -> datetime.date:
    # The Gregorian computus: Meeus, Astronomical Algorithms, chapter 8.
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (a + 11 * h) // 319
    r = (2 * e + 2 * i - k - h + m + 32) % 7
    month = (h - m + r + 90) // 25
    return datetime.date(year, month, (h - m + r + month + 19) % 32)
