"""Periods of a hedge: when its rate is fixed, when it pays, on which notional."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from realinsights_finance.day_count import DayCount
from realinsights_finance.due_dates import Frequency, add_months
from realinsights_finance.value.discount_curve import DiscountCurve

MOST_PERIODS = 1200


class InvalidHedge(ValueError):
    """Terms that no cap, floor or swap can have; the message names the field."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RatePeriod:
    """A period of a cap, floor or swap leg: pays notional x rate x `fraction` of a year on the day `payment`.

    The index is fixed on `fixing`, which may be before `start`. `fraction` follows the hedge's day count. Raises
    InvalidHedge.
    """

    start: datetime.date
    end: datetime.date
    fixing: datetime.date
    payment: datetime.date
    notional: Decimal
    fraction: Fraction

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise InvalidHedge(f"end: {self.end} is not after the period's start {self.start}")
        if self.fixing > self.end or self.payment < self.fixing:
            raise InvalidHedge(f"payment: {self.payment} is before {self.fixing}, when the rate is fixed")
        if not self.notional.is_finite() or self.notional < 0:
            raise InvalidHedge(f"notional: {self.notional} is not an amount of zero or more")
        if self.fraction < 0:
            raise InvalidHedge(f"fraction: {self.fraction} of a year is less than zero")


def rate_periods(
    start: datetime.date,
    end: datetime.date,
    *,
    notional: Decimal | Sequence[Decimal],
    frequency: Frequency = Frequency.MONTHLY,
    day_count: DayCount = DayCount.ACTUAL_360,
    payment_day: int | None = None,
) -> tuple[RatePeriod, ...]:
    """Return the periods from one date to another, fixed on their first and paid on their last day, unadjusted.

    `notional` is one amount, or one for each period; a last period may be shorter. Raises InvalidHedge.
    """
    if end <= start:
        raise InvalidHedge(f"end: {end} is not after {start}")
    edges = [start]
    while edges[-1] < end:
        if len(edges) > MOST_PERIODS:
            raise InvalidHedge(f"end: {end} is more than {MOST_PERIODS} periods after {start}")
        edges.append(min(add_months(start, len(edges) * frequency.months, day=payment_day), end))
    notionals = [notional] * (len(edges) - 1) if isinstance(notional, Decimal) else list(notional)
    if len(notionals) != len(edges) - 1:
        raise InvalidHedge(f"notional: {len(notionals)} amounts for {len(edges) - 1} periods")
    return tuple(
        RatePeriod(
            start=first,
            end=last,
            fixing=first,
            payment=last,
            notional=amount,
            fraction=day_count.fraction(first, last),
        )
        for first, last, amount in zip(edges, edges[1:], notionals, strict=False)
    )


def forward_rates(
    periods: Iterable[RatePeriod], curve: DiscountCurve, day_count: DayCount = DayCount.ACTUAL_360
) -> tuple[Decimal, ...]:
    """Return the simple rate that a curve of the index implies for each period, by the index's day count.

    For periods that begin on the curve's day or later. Raises BeforeCurve for an earlier one, whose fixing is a fact to
    be given instead, and CurveEndsEarly.
    """
    return tuple(curve.forward_rate(period.start, period.end, day_count) for period in periods)


def matched(periods: Sequence[RatePeriod], forwards: Sequence[Decimal]) -> list[tuple[RatePeriod, Decimal]]:
    """Return each period with its rate. Raises InvalidHedge where numbers differ or a rate is no number."""
    if not periods or len(periods) != len(forwards):
        raise InvalidHedge(f"forwards: {len(forwards)} rates for {len(periods)} periods")
    for number, rate in enumerate(forwards):
        if not isinstance(rate, Decimal) or not rate.is_finite():
            raise InvalidHedge(f"forwards: {rate!r} of period {number} is not a Decimal rate")
    return list(zip(periods, forwards, strict=True))
