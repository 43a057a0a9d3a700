"""Floating terms of a note as the mathematics takes them, and what they assume where the note is silent. Pure."""

from __future__ import annotations

import datetime
from calendar import monthrange
from collections.abc import Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple

from realinsights.loans.model.index_names import index_code, index_label, index_named
from realinsights.loans.model.payment_schedule import CALENDARS, Unscheduled
from realinsights.loans.model.published_averages import AVERAGES
from realinsights.loans.model.terms import FloatingTerms, IndexRounding, NoteTerms, RateSetting
from realinsights_finance import rates
from realinsights_finance.business_days import HolidayCalendar
from realinsights_finance.due_dates import add_months
from realinsights_finance.rates import Averaging, EachDay, EachPeriod, InArrears, Index, InvalidFloatingTerms, OnDates

USUAL_LOOKBACK: Final = 2

_ROUNDINGS: Final = MappingProxyType(
    {
        IndexRounding.NONE: rates.IndexRounding.NONE,
        IndexRounding.UP_TO_EIGHTH: rates.IndexRounding.UP_EIGHTH,
        IndexRounding.UP_TO_SIXTEENTH: rates.IndexRounding.UP_SIXTEENTH,
        IndexRounding.UP_TO_HUNDREDTH: rates.IndexRounding.UP_HUNDREDTH,
        IndexRounding.UP_TO_THOUSANDTH: rates.IndexRounding.UP_THOUSANDTH,
        IndexRounding.NEAREST_EIGHTH: rates.IndexRounding.NEAREST_EIGHTH,
        IndexRounding.NEAREST_SIXTEENTH: rates.IndexRounding.NEAREST_SIXTEENTH,
        IndexRounding.NEAREST_HUNDREDTH: rates.IndexRounding.NEAREST_HUNDREDTH,
        IndexRounding.NEAREST_THOUSANDTH: rates.IndexRounding.NEAREST_THOUSANDTH,
        IndexRounding.NEAREST_HUNDRED_THOUSANDTH: rates.IndexRounding.NEAREST_HUNDRED_THOUSANDTH,
    }
)
_AVERAGINGS: Final = MappingProxyType(
    {RateSetting.SIMPLE_IN_ARREARS: Averaging.SIMPLE, RateSetting.COMPOUNDED_IN_ARREARS: Averaging.COMPOUNDED}
)


class StatedRate(NamedTuple):
    """A floating rate as the mathematics takes it, and in words what was assumed of it."""

    terms: rates.FloatingTerms
    assumed: tuple[str, ...]


def index_calendar(terms: NoteTerms, floating: FloatingTerms) -> HolidayCalendar:
    """Return the calendar on which an index is read: the note's, else that of the index's publication."""
    named = CALENDARS.get(floating.calendar or terms.business_day_calendar or "")
    if named is not None:
        return named
    known = index_named(floating.index)
    if known is not None:
        return known.about.calendar
    return HolidayCalendar.SOFR if "SOFR" in floating.index.upper() else HolidayCalendar.FEDERAL_RESERVE


def stated_rate(
    terms: NoteTerms,
    floating: FloatingTerms,
    *,
    start: datetime.date,
    first_payment: datetime.date,
    maturity: datetime.date,
    starts: Sequence[datetime.date] = (),
) -> StatedRate | Unscheduled:
    """Return a note's floating rate from the start of its interest to its maturity, or why it cannot be computed.

    `starts` are those of its periods, as they are moved to business days and to the end of a month: resets that go with
    payments move with them.
    """
    index = index_code(floating.index)
    known = index_named(floating.index)
    if known is None and "arrears" in floating.index.casefold():
        return Unscheduled(f"its index, {floating.index}, is read when a period ends: such a rate is not computed yet")
    unlike = _unlike_its_name(floating)
    if unlike is not None:
        return Unscheduled(f"its index, {floating.index}, {unlike}")
    calendar = index_calendar(terms, floating)
    assumed = []
    lag = floating.lookback_business_days
    averaging = _AVERAGINGS.get(floating.setting)
    resets: EachPeriod | OnDates | EachDay | InArrears
    try:
        if averaging is not None:
            resets = InArrears(
                averaging=averaging,
                lookback=lag or 0,
                lockout=floating.lockout_business_days or 0,
                observation_shift=floating.observation_shift,
                calendar=calendar,
                daily_floor=floating.daily_floor,
            )
            if lag is None:
                assumed.append("Each day takes its own rate: the note names no lookback.")
        elif floating.setting is RateSetting.EACH_DAY:
            resets, lag = EachDay(), lag or 0
        else:
            resets = _resets(
                terms, floating, start=start, first_payment=first_payment, maturity=maturity, starts=starts
            )
            if lag is None:
                lag = USUAL_LOOKBACK
                assumed.append(f"The index is read {lag} business days before a reset: the note does not say when.")
            if known is Index.SOFR:
                assumed.append("One day's SOFR stands from each reset to the next, because the setting is in advance.")
            if floating.reset_months != terms.frequency.months and floating.first_reset_date is None:
                since = "the end of its fixed time" if floating.fixed_until else "the first payment"
                assumed.append(
                    f"The rate is set anew each {floating.reset_months} months from {since} on: the note names no "
                    "first reset."
                )
        if floating.calendar is None and terms.business_day_calendar is None:
            assumed.append(f"Business days of the index are those of {calendar.value}: the note names no calendar.")
        return StatedRate(
            rates.FloatingTerms(
                index=index,
                spread=floating.spread,
                index_floor=floating.index_floor,
                rate_floor=floating.rate_floor,
                ceiling=floating.rate_ceiling,
                rounding=_ROUNDINGS[floating.rounding],
                adjustment=floating.adjustment if floating.adjustment is not None else Decimal(0),
                floor_on_adjusted=floating.floor_on_adjusted,
                determination_lag=lag or 0,
                determination_calendar=calendar,
                resets=resets,
                carry_days=floating.carry_days,
            ),
            tuple(assumed),
        )
    except (InvalidFloatingTerms, ValueError) as invalid:
        return Unscheduled(f"its rate on {index_label(index)} cannot be: {invalid}")


def _unlike_its_name(floating: FloatingTerms) -> str | None:
    """Return why an index cannot be set as its terms say: its name says how, or it is made of many days already."""
    known, words = index_named(floating.index), floating.index.casefold()
    averaging = _AVERAGINGS.get(floating.setting)
    if known is Index.SOFR:
        named = Averaging.COMPOUNDED if "compound" in words else Averaging.SIMPLE if "simple" in words else None
        if named is not None and named is not averaging:
            return f"is {named.value} of daily rates, and terms.floating.setting is {floating.setting.value}"
    if known in AVERAGES and (averaging is not None or floating.setting is RateSetting.EACH_DAY):
        return f"is an average of many days already, and terms.floating.setting is {floating.setting.value}"
    return None


def _resets(
    terms: NoteTerms,
    floating: FloatingTerms,
    *,
    start: datetime.date,
    first_payment: datetime.date,
    maturity: datetime.date,
    starts: Sequence[datetime.date],
) -> EachPeriod | OnDates:
    """Return when the rate is set: for each period where both go together, else from the first reset on."""
    months, first = floating.reset_months, floating.first_reset_date
    on_due_day = first is None or _is_due_day(first, terms.payment_day or first_payment.day)
    if months == terms.frequency.months and on_due_day and (first is None or first <= first_payment):
        return EachPeriod()
    fixed = floating.fixed_until
    if fixed is not None and fixed > start:
        start, first = fixed, first if first is not None and first > fixed else fixed
    first = first or first_payment
    step = terms.frequency.months
    with_payments = step is not None and months % step == 0
    with_payments = with_payments and _is_due_day(first, terms.payment_day or first_payment.day)
    dates = [start]
    count = 0
    while (reset := add_months(first, count * months)) < maturity:
        reset = _moved(reset, starts) if with_payments else reset
        if reset > dates[-1]:
            dates.append(reset)
        count += 1
    return OnDates(tuple(dates))


def _is_due_day(day: datetime.date, payment_day: int) -> bool:
    return day.day == min(payment_day, monthrange(day.year, day.month)[1])


def _moved(reset: datetime.date, starts: Sequence[datetime.date]) -> datetime.date:
    """Return the start of the period that a reset goes with; the reset itself where none is near."""
    nearest = min(starts, key=lambda start: abs(start - reset), default=reset)
    return nearest if abs(nearest - reset) <= _MOST_MOVED else reset


_MOST_MOVED: Final = datetime.timedelta(days=5)
