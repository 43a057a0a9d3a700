"""Discount factors by date for a defeasance: of any function of a date, or of zero rates."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal

from realinsights_finance.prepayment.errors import InvalidDiscount, MissingDiscounts
from realinsights_finance.value import Compounding, DiscountCurve

Discount = Callable[[datetime.date], Decimal | float]
"""What a dollar paid on a date is worth on the curve's own day, such as `DiscountCurve.factor`."""
ZeroRates = tuple[tuple[datetime.date, Decimal], ...]
"""Zero rates by date of payment, as yields of Treasury strips are quoted: compounded twice a year, Actual/365."""


def discounts(discount: Discount | ZeroRates | None, *, as_of: datetime.date) -> Callable[[datetime.date], Decimal]:
    """Return a function that gives checked discount factors; zero rates are those of the day `as_of`.

    Raises MissingDiscounts for None, what DiscountCurve raises for zero rates that make none, and InvalidDiscount where
    a factor is not a finite number above zero.
    """
    if discount is None:
        raise MissingDiscounts("discount: a defeasance needs a zero curve")
    curve = factors(discount, as_of)

    def checked(day: datetime.date) -> Decimal:
        factor = curve(day)
        found = factor if isinstance(factor, Decimal) else Decimal(float(factor))
        if not found.is_finite() or found <= 0:
            raise InvalidDiscount(f"discount: {factor} on {day} is not a number above zero")
        return found

    return checked


def factors(discount: Discount | ZeroRates, as_of: datetime.date) -> Discount:
    """Return a function of a date as it is, zero rates of a day as one."""
    if not isinstance(discount, tuple):
        return discount
    return DiscountCurve.zero(as_of, dict(discount), compounding=Compounding.SEMI_ANNUAL).factor
