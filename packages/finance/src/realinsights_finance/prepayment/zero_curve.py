"""Discount factors by date: from zero rates, or any function of a date that a colleague's curve is."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import pairwise

from realinsights_finance.money import EXACT
from realinsights_finance.prepayment.errors import CurveTooShort, InvalidDiscount, MissingDiscounts
from realinsights_finance.prepayment.treasury import check_yield

Discount = Callable[[datetime.date], Decimal | float]
"""The present value, on the curve's own day, of a dollar paid on a date."""
ZeroRates = tuple[tuple[datetime.date, Decimal], ...]
"""Zero rates by date of payment, as yields of Treasury strips are quoted: compounded twice a year."""


@dataclass(frozen=True, slots=True)
class ZeroCurve:
    """Zero rates of a day: (date of payment, yearly rate as a fraction compounded twice a year), the earliest first.

    (1 + z/2)^(-2t) is a dollar's value, t the calendar days / 365; z is interpolated in a straight line by days, and
    the first one's before the first date. Past the last date: CurveTooShort. Raises InvalidDiscount for other orders.
    """

    as_of: datetime.date
    rates: ZeroRates

    def __post_init__(self) -> None:
        if not self.rates:
            raise InvalidDiscount("rates: must be at least one")
        if any(before[0] >= after[0] for before, after in pairwise(self.rates)):
            raise InvalidDiscount("rates: must be in the order of their dates, one for each")
        for index, (_, rate) in enumerate(self.rates):
            check_yield(f"rates[{index}]", rate)

    def __call__(self, day: datetime.date) -> Decimal:
        """Return the value on the curve's day of a dollar paid on a date."""
        with localcontext(EXACT):
            years = Decimal((day - self.as_of).days) / 365
            return (1 + self.rate(day) / 2) ** (-2 * years)

    def rate(self, day: datetime.date) -> Decimal:
        """Return the zero rate to a date."""
        if day > self.rates[-1][0]:
            raise CurveTooShort(f"discount: the zero curve ends on {self.rates[-1][0]}, before {day}")
        if day <= self.rates[0][0]:
            return self.rates[0][1]
        below, above = next(pair for pair in pairwise(self.rates) if day <= pair[1][0])
        with localcontext(EXACT):
            return below[1] + (above[1] - below[1]) * (day - below[0]).days / (above[0] - below[0]).days


def discounts(discount: Discount | ZeroRates | None, *, as_of: datetime.date) -> Callable[[datetime.date], Decimal]:
    """Return a function that gives checked discount factors; zero rates without a day are those of `as_of`.

    Raises MissingDiscounts for None, and InvalidDiscount where a factor is not a finite number above zero.
    """
    if discount is None:
        raise MissingDiscounts("discount: a defeasance needs a zero curve")
    curve: Discount = ZeroCurve(as_of, discount) if isinstance(discount, tuple) else discount

    def checked(day: datetime.date) -> Decimal:
        factor = curve(day)
        found = factor if isinstance(factor, Decimal) else Decimal(float(factor))
        if not found.is_finite() or found <= 0 or not math.isfinite(float(found)):
            raise InvalidDiscount(f"discount: {factor} on {day} is not a number above zero")
        return found

    return checked
