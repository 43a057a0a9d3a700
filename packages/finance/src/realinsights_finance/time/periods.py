"""Periods: a loan's time cut at regular dates, with what is left over at either end."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from realinsights_finance.business_days import BusinessDayRule, HolidayCalendar, adjusted
from realinsights_finance.time.intervals import Interval

_DAY = datetime.timedelta(days=1)


class MaturityBeforeStart(ValueError):
    """A time that does not end after it starts."""

    def __init__(self, start: datetime.date, end: datetime.date) -> None:
        super().__init__(f"end: {end} must be after the start, {start}")
        self.start, self.end = start, end


class AnchorOutside(ValueError):
    """An anchor that is not within the time it cuts."""

    def __init__(self, anchor: datetime.date, start: datetime.date, end: datetime.date) -> None:
        super().__init__(f"anchor: {anchor} must be from the start, {start}, to the end, {end}")
        self.anchor = anchor


class EmptyPeriod(ValueError):
    """A period without a day, once business days have moved its ends."""

    def __init__(self, start: datetime.date, end: datetime.date) -> None:
        super().__init__(f"accrual_adjusted: the period from {start} would end on {end}, and have no day")
        self.start, self.end = start, end


class Stub(StrEnum):
    """What becomes of the part of a period at an end: a period of its own, or a part of its neighbor."""

    SHORT = "short"
    LONG = "long"


@dataclass(frozen=True, kw_only=True, slots=True)
class PeriodRule:
    """A rule that cuts a time into periods.

    Regular dates are counted from `anchor` in both directions: with the start as anchor a stub comes last, with the end
    (the default) first, with a first payment date maybe at both ends. `first_stub` and `last_stub` say what becomes of
    one. `day` is the day of the month where the anchor's month is too short to show it (default: the anchor's day).
    With `end_of_month` an anchor that is the last day of its month makes every regular date the last day of its own.
    `business_day_rule` moves payments on closed days of `calendar`, and with `accrual_adjusted` also the ends of the
    periods; the start never moves. Raises ValueError for a day out of 1 to 31 or not the anchor's, a rule without
    calendar, an adjusted accrual without rule.
    """

    interval: Interval
    anchor: datetime.date | None = None
    day: int | None = None
    end_of_month: bool = False
    first_stub: Stub = Stub.SHORT
    last_stub: Stub = Stub.SHORT
    business_day_rule: BusinessDayRule = BusinessDayRule.UNADJUSTED
    calendar: HolidayCalendar | None = None
    accrual_adjusted: bool = False

    def __post_init__(self) -> None:
        if self.day is not None and not 1 <= self.day <= 31:
            raise ValueError(f"day: {self.day} must be 1 to 31")
        if self.day is not None and self.interval.days is not None:
            raise ValueError(f"day: a {self.interval.value} rule has no day of the month")
        moves = self.business_day_rule is not BusinessDayRule.UNADJUSTED
        if moves and self.calendar is None:
            raise ValueError("calendar: must be stated where a business-day rule moves payments")
        if self.accrual_adjusted and not moves:
            raise ValueError("accrual_adjusted: needs a business-day rule that moves payments")

    def moved(self, day: datetime.date) -> datetime.date:
        """Return the day that a payment of a day is made."""
        return day if self.calendar is None else adjusted(day, self.business_day_rule, self.calendar)


@dataclass(frozen=True, kw_only=True, slots=True)
class AccrualPeriod:
    """One period, 1 on: interest runs from `start` to `end` (the day not counted), and is paid on `payment_date`.

    `regular` tells that it is a whole interval by the unmoved dates, which 30/360 counts as whole months.
    """

    number: int
    start: datetime.date
    end: datetime.date
    payment_date: datetime.date
    regular: bool


def accrual_periods(start: datetime.date, end: datetime.date, rule: PeriodRule) -> tuple[AccrualPeriod, ...]:
    """Return the periods from a start to an end, by a rule.

    Raises MaturityBeforeStart, AnchorOutside, and EmptyPeriod where moved ends leave a stub without a day.
    """
    if end <= start:
        raise MaturityBeforeStart(start, end)
    anchor = end if rule.anchor is None else rule.anchor
    if not start <= anchor <= end:
        raise AnchorOutside(anchor, start, end)
    dates = list(_regular_dates(start, end, anchor, rule))
    odd_first, odd_last = dates[:1] != [start], dates[-1:] != [end]
    inside = [date for date in dates if start < date < end]
    if odd_first and rule.first_stub is Stub.LONG:
        inside = inside[1:]
    if odd_last and rule.last_stub is Stub.LONG:
        inside = inside[:-1]
    ends = [*inside, end]
    return tuple(_periods(start, ends, rule, odd_first=odd_first, odd_last=odd_last))


def _periods(
    start: datetime.date, ends: list[datetime.date], rule: PeriodRule, *, odd_first: bool, odd_last: bool
) -> Iterator[AccrualPeriod]:
    for number, named in enumerate(ends, 1):
        paid = rule.moved(named)
        end = paid if rule.accrual_adjusted else named
        if end <= start:
            raise EmptyPeriod(start, end)
        odd = (odd_first and number == 1) or (odd_last and number == len(ends))
        yield AccrualPeriod(number=number, start=start, end=end, payment_date=paid, regular=not odd)
        start = end


def _regular_dates(
    start: datetime.date, end: datetime.date, anchor: datetime.date, rule: PeriodRule
) -> Iterator[datetime.date]:
    """Yield the regular dates from start to end, both included."""
    day = rule.day
    if rule.end_of_month and rule.interval.days is None and (anchor + _DAY).day == 1:
        day = 31
    if rule.interval.date(anchor, 0, day=day) != anchor:
        raise ValueError(f"day: {day} must be the day of the anchor, {anchor}, or later where its month is short")
    count = rule.interval.count_before(anchor, start)
    while (date := rule.interval.date(anchor, count, day=day)) <= end:
        if date >= start:
            yield date
        count += 1
