"""SOFR's own averages and index, made of the daily rates as the Federal Reserve Bank of New York makes them."""

from __future__ import annotations

import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from realinsights_finance.business_days import HolidayCalendar, is_business_day
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.money import EXACT
from realinsights_finance.rates.fixings import Fixings, MissingFixing
from realinsights_finance.rates.in_arrears import InArrears, annual, business_stretches, growth, rate_in_arrears
from realinsights_finance.rates.indices import Index

FIRST_DAY: Final = datetime.date(2018, 4, 2)
"""The day of the first SOFR, on which the index is 1."""

_CALENDAR: Final = HolidayCalendar.SOFR
_AVERAGE: Final = Decimal("0.0000001")
_INDEX: Final = Decimal("0.00000001")


def sofr_average(fixings: Fixings, on: datetime.date, days: int = 30, *, trace: Trace | None = None) -> Decimal:
    """Return the compounded average of SOFR over the `days` calendar days before a day, as published for that day.

    A fraction, half up to 7 decimals (5 of a percent). The day's own rate is not in it. Raises MissingFixing.
    Source: Federal Reserve Bank of New York, Additional Information about the SOFR Averages and Index.
    """
    start = on - datetime.timedelta(days=days)
    exact = rate_in_arrears(start, on, InArrears(), lambda day: fixings.value(Index.SOFR, day), trace=trace)
    if trace is not None:
        trace.rounding = "half up to 5 decimals of a percent"
        trace.input("calendar days averaged", days, Unit.DAYS)
        trace.step("unrounded average", exact, Unit.FRACTION)
    return exact.quantize(_AVERAGE, ROUND_HALF_UP, EXACT)


def sofr_index(fixings: Fixings, on: datetime.date, *, trace: Trace | None = None) -> Decimal:
    """Return the SOFR index of a business day: what 1 invested on 2 April 2018 has become, half up to 8 decimals.

    Raises MissingFixing, for a day that is closed or before the first, too.
    """
    exact = _index(fixings, on)
    if trace is not None:
        trace.says(
            "product of (1 + SOFR x days / 360) from 2 April 2018 on",
            convention="Actual/360, compounded on business days",
            rounding="half up to 8 decimals",
        )
        trace.input("on", on, Unit.DATE)
        trace.step("unrounded index", exact, Unit.NUMBER)
    return exact.quantize(_INDEX, ROUND_HALF_UP, EXACT)


def sofr_indices(fixings: Fixings, last: datetime.date) -> dict[datetime.date, Decimal]:
    """Return the SOFR index of every business day up to a last one, each made from the unrounded one before it."""
    level = Decimal(1)
    levels = {FIRST_DAY: level.quantize(_INDEX)}
    for day, days in business_stretches(FIRST_DAY, last, _CALENDAR):
        level = EXACT.multiply(level, growth(fixings.value(Index.SOFR, day), days))
        levels[day + datetime.timedelta(days=days)] = level.quantize(_INDEX, ROUND_HALF_UP, EXACT)
    return {day: value for day, value in levels.items() if is_business_day(day, _CALENDAR)}


def rate_between(first: Decimal, last: Decimal, days: int) -> Decimal:
    """Return the compounded annual rate between two values of the SOFR index `days` calendar days apart, unrounded.

    It is that of the daily rates with an observation shift, save for the rounding of the index.
    """
    if days <= 0:
        raise ValueError(f"days: must be more than zero, not {days}")
    return annual(EXACT.divide(last, first), days)


def _index(fixings: Fixings, on: datetime.date) -> Decimal:
    if on < FIRST_DAY or not is_business_day(on, _CALENDAR):
        raise MissingFixing(Index.SOFR_INDEX, on, note=": it is not published for closed days, nor before 2 April 2018")
    level = Decimal(1)
    for day, days in business_stretches(FIRST_DAY, on, _CALENDAR):
        level = EXACT.multiply(level, growth(fixings.value(Index.SOFR, day), days))
    return level
