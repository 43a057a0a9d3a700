"""Rounding: the one place where a figure loses digits."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
"""The arithmetic of every computation here: 60 digits hold any product of a balance, a rate and days exactly, so a
quotient is so close that rounding it to the cent gives what rounding the true value would. Callers' own decimal
contexts change nothing."""

_CENT = Decimal("0.01")
_RATE_DECIMALS = 8
_RATIO_DECIMALS = 6


def cents(value: Decimal) -> Decimal:
    """Return `value` dollars rounded half up (a tie goes away from zero) to the cent."""
    return value.quantize(_CENT, ROUND_HALF_UP, EXACT)


def in_cents(value: Decimal) -> int:
    """Return `value` dollars, which hold whole cents, as a number of cents; raise ValueError for a fraction of one."""
    scaled = EXACT.scaleb(value, 2)
    whole = int(scaled)
    if whole != scaled:
        raise ValueError(f"{value} is not a whole number of cents")
    return whole


def from_cents(count: int) -> Decimal:
    """Return a number of cents as dollars with two decimals."""
    return EXACT.scaleb(Decimal(int(count)), -2)


def quotient(fraction: Fraction) -> Decimal:
    """Return an exact fraction as a decimal of 28 significant digits: for ratios, never for money."""
    return Context(prec=28, rounding=ROUND_HALF_UP).divide(Decimal(fraction.numerator), Decimal(fraction.denominator))


def shown_rate(value: Decimal, decimals: int = _RATE_DECIMALS) -> Decimal:
    """Return a rate, as a fraction, rounded half up for display; 8 decimals by default. Never compute with it."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP, context=EXACT)


def shown_ratio(value: Decimal, decimals: int = _RATIO_DECIMALS) -> Decimal:
    """Return a ratio rounded half up for display; 6 decimals by default. Tests of covenants use the unrounded one."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP, context=EXACT)
