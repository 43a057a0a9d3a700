"""Daily rates in arrears: which day's rate counts for how many days, and the rate of the period they make."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from realinsights_finance.business_days import (
    BusinessDayRule,
    HolidayCalendar,
    adjusted,
    business_days_after,
    business_days_before,
)
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.money import EXACT
from realinsights_finance.time.periods import MaturityBeforeStart

_YEAR = Decimal(360)
_ONE = Decimal(1)
_DAY = datetime.timedelta(days=1)


class Averaging(StrEnum):
    """The way in which the daily rates of a period become one rate, Actual/360.

    Simple: their mean, each weighted by its calendar days. Compounded: each business day's rate is earned on the
    interest before it too, `(product of (1 + rate x days / 360) - 1) x 360 / days of all`; over a weekend or holiday
    the rate of the business day before it stands and is not compounded.
    Source: ARRC, An Updated User's Guide to SOFR (2021), and SOFR "in Arrears" Conventions for Syndicated Loans (2020).
    """

    SIMPLE = "simple"
    COMPOUNDED = "compounded"


@dataclass(frozen=True, kw_only=True, slots=True)
class InArrears:
    """A period's rate made of the daily ones in it, known only as it ends.

    `lookback`: each day takes the rate of so many business days before it, so that the last is known in time. It keeps
    its own number of calendar days; with `observation_shift` the whole period is observed so many business days
    earlier, and each rate counts for the calendar days of its own day. `lockout`: the last so many business days of the
    period take the rate of the business day before them. `daily_floor` is the least that a daily rate counts as.
    Source: ARRC SOFR FRN Conventions Matrix (2019); ISDA 2021 Definitions, section 7.7; QuantLib agrees.
    """

    averaging: Averaging = Averaging.COMPOUNDED
    lookback: int = 0
    lockout: int = 0
    observation_shift: bool = False
    calendar: HolidayCalendar = HolidayCalendar.SOFR
    daily_floor: Decimal | None = None

    def __post_init__(self) -> None:
        for name, days in (("lookback", self.lookback), ("lockout", self.lockout)):
            if not 0 <= days <= _MOST_DAYS:
                raise ValueError(f"{name}: must be 0 to {_MOST_DAYS} business days, not {days}")
        if self.observation_shift and not self.lookback:
            raise ValueError("observation_shift: needs a lookback, the business days to shift by")


_MOST_DAYS = 30


class Observation(NamedTuple):
    """The business day whose rate counts, and for how many calendar days."""

    on: datetime.date
    days: int


def observations(
    start: datetime.date, end: datetime.date, convention: InArrears, *, until: datetime.date | None = None
) -> tuple[Observation, ...]:
    """Return whose rates a period from `start` to `end` (not counted) is made of, or its part before `until`.

    A period that starts on a closed day takes for it the rate of the business day before. Where shifted days fall
    together, as those of a closed day and the business day after it do, the one day observed counts. Raises
    MaturityBeforeStart.
    """
    until = end if until is None else min(until, end)
    if until <= start:
        raise MaturityBeforeStart(start, until)
    calendar, back = convention.calendar, convention.lookback
    if convention.observation_shift:
        start, end, until = (business_days_before(day, back, calendar) for day in (start, end, until))
        back = 0
        until = max(until, start + _DAY)
    frozen_from, frozen = end, end
    if convention.lockout:
        frozen_from = business_days_before(end, convention.lockout, calendar)
        frozen = business_days_before(max(frozen_from, start), 1, calendar)
    return tuple(
        Observation(business_days_before(frozen if day >= frozen_from else day, back, calendar), days)
        for day, days in business_stretches(start, until, calendar)
    )


def business_stretches(
    start: datetime.date, end: datetime.date, calendar: HolidayCalendar
) -> Iterator[tuple[datetime.date, int]]:
    """Yield each business day of a time with the calendar days until the next, the first maybe before the start."""
    while start < end:
        following = business_days_after(start, 1, calendar)
        yield adjusted(start, BusinessDayRule.PRECEDING, calendar), (min(following, end) - start).days
        start = following


def rate_in_arrears(
    start: datetime.date,
    end: datetime.date,
    convention: InArrears,
    rate_of: Callable[[datetime.date], Decimal],
    *,
    until: datetime.date | None = None,
    trace: Trace | None = None,
) -> Decimal:
    """Return the annual rate of a period, or of its part before `until`, on Actual/360, as a fraction, to 60 digits.

    `rate_of` gives the rate of a business day, as a fraction, and raises what it raises (MissingFixing). Raises
    MaturityBeforeStart.
    """
    observed = observations(start, end, convention, until=until)
    floor = convention.daily_floor
    rates = [rate if floor is None else max(rate, floor) for rate in (rate_of(each.on) for each in observed)]
    days = sum(each.days for each in observed)
    simple = convention.averaging is Averaging.SIMPLE
    result = _simple(observed, rates, days) if simple else _compounded(observed, rates, days)
    if trace is not None:
        trace.says(
            "sum of (daily rate x days) / days"
            if simple
            else "(product of (1 + daily rate x days / 360) - 1) x 360 / days",
            convention=f"{convention.averaging.value} in arrears, lookback {convention.lookback}, lockout "
            f"{convention.lockout}, {'with' if convention.observation_shift else 'no'} observation shift",
        )
        trace.input("start", start, Unit.DATE)
        trace.input("end", end, Unit.DATE)
        if until is not None:
            trace.input("until", until, Unit.DATE)
        for each, rate in zip(observed, rates, strict=True):
            trace.step(f"rate of {each.on} for {each.days} days", rate, Unit.FRACTION)
        trace.step("days", days, Unit.DAYS)
    return result


def _simple(observed: tuple[Observation, ...], rates: list[Decimal], days: int) -> Decimal:
    total = Decimal(0)
    for each, rate in zip(observed, rates, strict=True):
        total = EXACT.fma(rate, Decimal(each.days), total)
    return EXACT.divide(total, Decimal(days))


def _compounded(observed: tuple[Observation, ...], rates: list[Decimal], days: int) -> Decimal:
    product = _ONE
    for each, rate in zip(observed, rates, strict=True):
        product = EXACT.multiply(product, growth(rate, each.days))
    return annual(product, days)


def growth(rate: Decimal, days: int) -> Decimal:
    """Return 1 + rate x days / 360."""
    return EXACT.add(_ONE, EXACT.divide(EXACT.multiply(rate, Decimal(days)), _YEAR))


def annual(factor: Decimal, days: int) -> Decimal:
    """Return (factor - 1) x 360 / days."""
    return EXACT.divide(EXACT.multiply(EXACT.subtract(factor, _ONE), _YEAR), Decimal(days))
