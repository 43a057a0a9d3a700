"""The market's part of a prepayment as a request states it: Treasury yields, and zero rates for a defeasance. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple, TypeVar

from realinsights_finance.prepayment import Discount, InvalidTreasuryCurve, Treasury, TreasuryCurve
from realinsights_finance.value import Compounding, DiscountCurve, InvalidCurve, InvalidRate
from realinsights_platform.errors import Invalid

P = TypeVar("P")

_MOST_POINTS: Final = 400
_LEAST_YIELD, _MOST_YIELD = Decimal("-0.05"), Decimal("0.5")
"""Treasuries have yielded from about -0.1 % to 17 %."""


class Market(NamedTuple):
    """Yields of Treasuries and zero rates; None is not stated."""

    treasury: Treasury | None = None
    discount: Discount | None = None


def market_of(treasury: str | None, zero_rates: str | None, *, on: datetime.date) -> Market:
    """Return what a request states of the market, its zero rates as of a day; raises `Invalid` naming the field."""
    return Market(
        None if treasury is None else _treasury(treasury), None if zero_rates is None else _discount(zero_rates, on)
    )


def _treasury(text: str) -> Treasury:
    """Return one yield (0.0375), or a curve by months to maturity (12:0.0402,24:0.0399)."""
    if ":" not in text:
        return _rate(text, "treasury")
    points = tuple(_points(text, "treasury", _months))
    try:
        return TreasuryCurve(points)
    except InvalidTreasuryCurve as invalid:
        raise Invalid.field("treasury", str(invalid)) from None


def _discount(text: str, on: datetime.date) -> Discount:
    """Return discount factors by one zero rate (0.04), or by those of days (2027-01-01:0.041,2030-01-01:0.042)."""
    try:
        if ":" not in text:
            return DiscountCurve.flat(on, _rate(text, "zeroRates"), compounding=Compounding.SEMI_ANNUAL).factor
        rates = dict(_points(text, "zeroRates", datetime.date.fromisoformat))
        return DiscountCurve.zero(on, rates, compounding=Compounding.SEMI_ANNUAL).factor
    except (InvalidCurve, InvalidRate) as invalid:
        raise Invalid.field("zeroRates", str(invalid)) from None


def _points(text: str, field: str, read: Callable[[str], P]) -> Iterator[tuple[P, Decimal]]:
    parts = text.split(",")
    if len(parts) > _MOST_POINTS:
        raise Invalid.field(field, f"has {len(parts)} points: state at most {_MOST_POINTS}")
    for part in parts:
        place, _, rate = part.partition(":")
        try:
            found = read(place.strip())
        except ValueError:
            example = "12:0.0402" if field == "treasury" else "2027-01-01:0.041"
            raise Invalid.field(field, f"{part.strip()!r} is no point of a curve: write {example}") from None
        yield found, _rate(rate, field)


def _months(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 4):
        raise ValueError(text)
    return int(text)


def _rate(text: str, field: str) -> Decimal:
    try:
        rate = Decimal(text.strip())
    except InvalidOperation:
        raise Invalid.field(field, f"{text.strip()!r} is not a number") from None
    if not rate.is_finite() or not _LEAST_YIELD <= rate <= _MOST_YIELD:
        raise Invalid.field(field, f"{text.strip()} is no yield: write 0.0375 for 3.75 %")
    if rate != round(rate, 12):
        raise Invalid.field(field, f"{text.strip()} has more than 12 decimals")
    return rate
