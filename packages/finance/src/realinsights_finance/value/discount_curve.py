"""Discount curve: what a dollar of a later day is worth on the curve's day."""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from realinsights_finance.day_count import DayCount
from realinsights_finance.rates.curves import CurveEndsEarly
from realinsights_finance.value.compounding import SHOWN, WORKING, Compounding, InvalidRate, exact


class Interpolation(StrEnum):
    """What holds between two days of a zero curve; before the first day, its zero rate holds in either case.

    `ZERO_RATE`: the zero rate is linear in calendar days. `LOG_FACTOR`: the logarithm of the discount factor is, so
    that the forward rate is flat from one day to the next. Both give the curve's own rates on its days.
    Source: Hagan and West, Methods for Constructing a Yield Curve, Wilmott 2008.
    """

    ZERO_RATE = "zero_rate"
    LOG_FACTOR = "log_factor"


class Beyond(StrEnum):
    """What holds after the last day of a zero curve: nothing, so that it is refused, or the last zero rate."""

    REFUSED = "refused"
    LAST_RATE = "last_rate"


class InvalidCurve(ValueError):
    """Rates that make no curve; the message names the field."""


class BeforeCurve(ValueError):
    """A day before a curve's own: a curve does not look back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DiscountCurve:
    """Zero rates a year (0.04 is 4 %) by day, ascending, as seen on the day `on`, on which a dollar is worth a dollar.

    `DiscountCurve.flat(on, rate)` has one rate for ever; `DiscountCurve.zero(on, {day: rate})` ends on its last day
    unless `beyond` says otherwise. Years run from `on` by `day_count`. Raises InvalidCurve, InvalidRate.
    """

    on: datetime.date
    days: tuple[datetime.date, ...]
    rates: tuple[Decimal, ...]
    compounding: Compounding = Compounding.CONTINUOUS
    day_count: DayCount = DayCount.ACTUAL_365_FIXED
    interpolation: Interpolation = Interpolation.ZERO_RATE
    beyond: Beyond = Beyond.REFUSED

    def __post_init__(self) -> None:
        if not self.rates or len(self.days) != len(self.rates):
            raise InvalidCurve(f"rates: {len(self.rates)} for {len(self.days)} days")
        if self.days[0] < self.on or (self.days[0] == self.on and len(self.days) > 1):
            raise InvalidCurve(f"days: {self.days[0]} is not after the curve's own day {self.on}")
        for earlier, later in pairwise(self.days):
            if later <= earlier:
                raise InvalidCurve(f"days: {later} follows {earlier}")
        for day, rate in zip(self.days, self.rates, strict=True):
            if not isinstance(rate, Decimal) or not rate.is_finite() or not -1 < rate < 10:
                raise InvalidCurve(f"rates: {rate!r} on {day} is not a Decimal between -1 and 10")
            self.compounding.growth(rate, self._years(day))

    @classmethod
    def flat(
        cls,
        on: datetime.date,
        rate: Decimal,
        *,
        compounding: Compounding = Compounding.CONTINUOUS,
        day_count: DayCount = DayCount.ACTUAL_365_FIXED,
    ) -> DiscountCurve:
        """Return a curve with one rate for every day."""
        return cls(
            on=on, days=(on,), rates=(rate,), compounding=compounding, day_count=day_count, beyond=Beyond.LAST_RATE
        )

    @classmethod
    def zero(
        cls,
        on: datetime.date,
        rates: Mapping[datetime.date, Decimal],
        *,
        compounding: Compounding = Compounding.CONTINUOUS,
        day_count: DayCount = DayCount.ACTUAL_365_FIXED,
        interpolation: Interpolation = Interpolation.ZERO_RATE,
        beyond: Beyond = Beyond.REFUSED,
    ) -> DiscountCurve:
        """Return a curve through zero rates by day, in any order."""
        days = tuple(sorted(rates))
        return cls(
            on=on,
            days=days,
            rates=tuple(rates[day] for day in days),
            compounding=compounding,
            day_count=day_count,
            interpolation=interpolation,
            beyond=beyond,
        )

    def factor(self, day: datetime.date) -> Decimal:
        """Return what a dollar of `day` is worth on the curve's day, to 28 digits.

        Raises BeforeCurve and CurveEndsEarly.
        """
        return SHOWN.divide(1, self._growth(day))

    def zero_rate(self, day: datetime.date) -> Decimal:
        """Return the rate a year, in the curve's own compounding, for a day after the curve's; 28 digits.

        Raises BeforeCurve and CurveEndsEarly.
        """
        between = self._neighbors(day) is not None and self._years(day)
        if self.interpolation is Interpolation.LOG_FACTOR and between:
            return SHOWN.plus(self.compounding.rate(self._growth(day), self._years(day)))
        return SHOWN.plus(self._linear_rate(day))

    def forward_rate(
        self, start: datetime.date, end: datetime.date, day_count: DayCount = DayCount.ACTUAL_360
    ) -> Decimal:
        """Return the simple rate a year from one day to a later one that the curve implies, to 28 digits.

        Raises BeforeCurve, CurveEndsEarly, and InvalidRate where the period has no length by the day count.
        """
        years = day_count.fraction(start, end)
        if years <= 0:
            raise InvalidRate(f"end: {end} is not after {start} by {day_count}")
        growth = WORKING.divide(self._growth(end), self._growth(start))
        return SHOWN.divide(WORKING.subtract(growth, 1), exact(years))

    def shifted(self, by: Decimal) -> DiscountCurve:
        """Return the curve with every zero rate higher by a spread, in the curve's own compounding."""
        return DiscountCurve(
            on=self.on,
            days=self.days,
            rates=tuple(WORKING.add(rate, by) for rate in self.rates),
            compounding=self.compounding,
            day_count=self.day_count,
            interpolation=self.interpolation,
            beyond=self.beyond,
        )

    def _years(self, day: datetime.date) -> Fraction:
        return self.day_count.fraction(self.on, day)

    def _growth(self, day: datetime.date) -> Decimal:
        around = self._neighbors(day)
        if self.interpolation is Interpolation.LOG_FACTOR and around is not None:
            first, second, share = around
            low = WORKING.ln(self.compounding.growth(self.rates[first], self._years(self.days[first])))
            high = WORKING.ln(self.compounding.growth(self.rates[second], self._years(self.days[second])))
            return WORKING.exp(WORKING.add(low, WORKING.multiply(WORKING.subtract(high, low), share)))
        return self.compounding.growth(self._linear_rate(day), self._years(day))

    def _linear_rate(self, day: datetime.date) -> Decimal:
        around = self._neighbors(day)
        if around is None:
            return self.rates[0] if day <= self.days[0] else self.rates[-1]
        first, second, share = around
        low, high = self.rates[first], self.rates[second]
        return WORKING.add(low, WORKING.multiply(WORKING.subtract(high, low), share))

    def _neighbors(self, day: datetime.date) -> tuple[int, int, Decimal] | None:
        """Return the positions of the days on both sides, and the share of the way from one to the other."""
        if day < self.on:
            raise BeforeCurve(f"curve: it is seen on {self.on}, after {day}")
        if day > self.days[-1] and self.beyond is Beyond.REFUSED:
            raise CurveEndsEarly("discount factors", day, self.days[-1])
        position = bisect_left(self.days, day)
        if position in {0, len(self.days)}:
            return None
        first, second = self.days[position - 1], self.days[position]
        share = WORKING.divide(Decimal((day - first).days), Decimal((second - first).days))
        return position - 1, position, share
