"""Compounding: how a rate a year becomes the growth over some years."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from fractions import Fraction

WORKING = Context(prec=34, rounding=ROUND_HALF_UP)
"""The arithmetic of powers, logarithms and discount factors, which no number of digits holds exactly: 34 digits leave
any sum of a thousand of them right to more than the 28 that are returned."""

SHOWN = Context(prec=28, rounding=ROUND_HALF_UP)


class InvalidRate(ValueError):
    """A rate at which money would be worth nothing or less after a period, or that is no number."""


class Compounding(StrEnum):
    """The compounding of interest, by which the same rate means different growth.

    With rate r and t years: `SIMPLE` 1 + r t; `CONTINUOUS` e^(r t); the others (1 + r/m)^(m t) with m times a year.
    `SEMI_ANNUAL` is the bond-equivalent yield of US Treasuries, `MONTHLY` the mortgage-equivalent yield.
    Source: Mayle, Standard Securities Calculation Methods (SIFMA), volume 1.
    """

    SIMPLE = "simple"
    ANNUAL = "annual"
    SEMI_ANNUAL = "semi_annual"
    QUARTERLY = "quarterly"
    MONTHLY = "monthly"
    CONTINUOUS = "continuous"

    @property
    def times_a_year(self) -> int | None:
        """Return how often a year interest is added; None where that is never or always."""
        return _TIMES.get(self)

    def growth(self, rate: Decimal, years: Fraction) -> Decimal:
        """Return what one dollar grows to in `years`, to 34 digits. Raises InvalidRate."""
        if not rate.is_finite():
            raise InvalidRate(f"rate: {rate} is not a number")
        if not years:
            return Decimal(1)
        if self is Compounding.CONTINUOUS:
            return WORKING.exp(WORKING.multiply(rate, exact(years)))
        times = self.times_a_year
        if times is None:
            return _positive(WORKING.add(1, WORKING.multiply(rate, exact(years))), rate)
        base = _positive(WORKING.add(1, WORKING.divide(rate, times)), rate)
        return WORKING.power(base, exact(years * times))

    def rate(self, growth: Decimal, years: Fraction) -> Decimal:
        """Return the rate a year at which one dollar grows to `growth` in `years`, which are not zero."""
        if self is Compounding.CONTINUOUS:
            return WORKING.divide(WORKING.ln(growth), exact(years))
        times = self.times_a_year
        if times is None:
            return WORKING.divide(WORKING.subtract(growth, 1), exact(years))
        root = WORKING.power(growth, exact(1 / (years * times)))
        return WORKING.multiply(WORKING.subtract(root, 1), times)


_TIMES = {
    Compounding.ANNUAL: 1,
    Compounding.SEMI_ANNUAL: 2,
    Compounding.QUARTERLY: 4,
    Compounding.MONTHLY: 12,
}


def exact(number: Fraction) -> Decimal:
    """Return a fraction as a decimal of 34 digits."""
    return WORKING.divide(Decimal(number.numerator), Decimal(number.denominator))


def _positive(growth: Decimal, rate: Decimal) -> Decimal:
    if growth <= 0:
        raise InvalidRate(f"rate: at {rate} nothing is left after a period")
    return growth
