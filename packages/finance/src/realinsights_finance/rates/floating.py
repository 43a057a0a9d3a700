"""Floating terms: how a note makes its rate of an index, bounded by floors and a ceiling."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from realinsights_finance.business_days import BusinessDayRule, HolidayCalendar, adjusted, business_days_before
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.money import EXACT
from realinsights_finance.rates.fall_back import fall_back_of
from realinsights_finance.rates.in_arrears import InArrears
from realinsights_finance.rates.index_rounding import IndexRounding
from realinsights_finance.rates.resets import EACH_PERIOD, EachDay, EachPeriod, Every, OnDates

_MOST_LAG = 30
_MOST_CARRY = 366


class InvalidFloatingTerms(ValueError):
    """Floating terms that no note can have: which `field`, and why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


class BoundBy(StrEnum):
    """What an all-in rate was bounded by: the last bound that changed it."""

    NONE = "none"
    INDEX_FLOOR = "index_floor"
    RATE_FLOOR = "rate_floor"
    CEILING = "ceiling"


@dataclass(frozen=True, kw_only=True, slots=True)
class FloatingTerms:
    """A floating rate as the note says it; rates are annual fractions.

    The index is rounded and bounded by `index_floor`, `spread` and `adjustment` are added, and the sum is bounded by
    `rate_floor` and `ceiling`. `adjustment` is the spread adjustment that came with a replaced index; where the note
    floors the adjusted index, as after LIBOR by law, `floor_on_adjusted` is true. `ceiling` is the note's own: a
    purchased cap is none (`cap_receipt`). `resets` says when the rate is set anew, apart from when it is paid. The
    index is read `determination_lag` business days of `determination_calendar` before. A determination day without a
    fixing is an error, unless the last one within `carry_days` calendar days may stand in. Rates in arrears read the
    days that `InArrears` names instead. Raises InvalidFloatingTerms.
    """

    index: str
    spread: Decimal
    index_floor: Decimal | None = None
    rate_floor: Decimal | None = None
    ceiling: Decimal | None = None
    rounding: IndexRounding = IndexRounding.NONE
    adjustment: Decimal = Decimal(0)
    floor_on_adjusted: bool = False
    determination_lag: int = 2
    determination_calendar: HolidayCalendar = HolidayCalendar.SOFR
    resets: EachPeriod | Every | OnDates | EachDay | InArrears = EACH_PERIOD
    carry_days: int = 0

    def __post_init__(self) -> None:
        if not self.index:
            raise InvalidFloatingTerms("index", "must be named")
        for name in ("spread", "adjustment", "index_floor", "rate_floor", "ceiling"):
            rate = getattr(self, name)
            if rate is None and name not in {"spread", "adjustment"}:
                continue
            if not isinstance(rate, Decimal) or not rate.is_finite() or abs(rate) > 1:
                raise InvalidFloatingTerms(name, f"must be a finite fraction, not {rate}: 2.50 % is 0.025")
        if self.rate_floor is not None and self.ceiling is not None and self.rate_floor > self.ceiling:
            raise InvalidFloatingTerms("ceiling", f"{self.ceiling} must not be below the rate floor, {self.rate_floor}")
        for name, days, most in (
            ("determination_lag", self.determination_lag, _MOST_LAG),
            ("carry_days", self.carry_days, _MOST_CARRY),
        ):
            if not 0 <= days <= most:
                raise InvalidFloatingTerms(name, f"must be 0 to {most} days, not {days}")

    def determined_on(self, reset: datetime.date) -> datetime.date:
        """Return the day on which the index is read for a period that starts on a day.

        With no lag it is the day itself, or the business day before it.
        """
        if not self.determination_lag:
            return adjusted(reset, BusinessDayRule.PRECEDING, self.determination_calendar)
        return business_days_before(reset, self.determination_lag, self.determination_calendar)

    def after_libor(self) -> FloatingTerms:
        """Return the terms once LIBOR is replaced by law. Raises NoFallBack where the index is no LIBOR of the law."""
        replacement = fall_back_of(self.index)
        return replace(
            self,
            index=replacement.replacement,
            adjustment=EXACT.add(self.adjustment, replacement.spread_adjustment),
            floor_on_adjusted=True,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class AllIn:
    """A rate and how it came about: the index as read, rounded, floored (and adjusted where the note floors that)."""

    index: Decimal
    rounded: Decimal
    floored: Decimal
    rate: Decimal
    bound_by: BoundBy


def all_in_rate(terms: FloatingTerms, index: Decimal, *, trace: Trace | None = None) -> AllIn:
    """Return the all-in rate that an index makes, exact, as a fraction."""
    rounded = terms.rounding.rounded(index)
    before, added = rounded, EXACT.add(terms.spread, terms.adjustment)
    if terms.floor_on_adjusted:
        before, added = EXACT.add(rounded, terms.adjustment), terms.spread
    floored, rate, bound = bounded_rate(
        before, added, index_floor=terms.index_floor, rate_floor=terms.rate_floor, ceiling=terms.ceiling
    )
    found = AllIn(index=index, rounded=rounded, floored=floored, rate=rate, bound_by=bound)
    if trace is not None:
        _say(trace, terms, found)
    return found


def bounded_rate(
    index: Decimal,
    spread: Decimal,
    *,
    index_floor: Decimal | None,
    rate_floor: Decimal | None,
    ceiling: Decimal | None,
) -> tuple[Decimal, Decimal, BoundBy]:
    """Return an index under its floor, the rate that it makes with a spread between two bounds, and what bounded it."""
    bound = BoundBy.NONE
    floored = index if index_floor is None else max(index, index_floor)
    if floored != index:
        bound = BoundBy.INDEX_FLOOR
    rate = EXACT.add(floored, spread)
    if rate_floor is not None and rate < rate_floor:
        rate, bound = rate_floor, BoundBy.RATE_FLOOR
    if ceiling is not None and rate > ceiling:
        rate, bound = ceiling, BoundBy.CEILING
    return floored, rate, bound


def _say(trace: Trace, terms: FloatingTerms, found: AllIn) -> None:
    formula = "max(rounded index, index floor) + spread + adjustment"
    if terms.floor_on_adjusted:
        formula = "max(rounded index + adjustment, index floor) + spread"
    trace.says(
        f"min(max({formula}, rate floor), ceiling)",
        convention=f"index {terms.index}",
        rounding=f"index: {terms.rounding.value}; nothing else",
    )
    trace.input("index", found.index, Unit.FRACTION)
    for name in ("spread", "adjustment", "index_floor", "rate_floor", "ceiling"):
        trace.input(name.replace("_", " "), getattr(terms, name), Unit.FRACTION)
    trace.step("rounded index", found.rounded, Unit.FRACTION)
    trace.step("floored index", found.floored, Unit.FRACTION)
    trace.step("bound by", found.bound_by.value, Unit.NAME)
