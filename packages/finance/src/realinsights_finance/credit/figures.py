"""Figures that a computation of credit can take: checked once, refused by name."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction

from realinsights_finance.money import from_cents
from realinsights_finance.terms import EARLIEST_YEAR, LATEST_YEAR, MAXIMUM_MONTHS, RATE_DECIMALS

LARGEST_AMOUNT = Decimal(10**15)
"""The largest dollar amount, ratio or rate that is taken for one, 10^15."""

MOST_DECIMALS = 40
"""More than a ratio of 28 digits has."""


class InvalidFigure(ValueError):
    """A figure that a computation of credit cannot take; `field` names it, `message` says why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class MissingFigure(InvalidFigure):
    """A figure that a stated test needs and that is not known."""


def exact(field: str, value: Decimal) -> Fraction:
    """Return a finite decimal as a fraction; raise InvalidFigure for what is none, or has too many digits."""
    if not isinstance(value, Decimal) or not value.is_finite():
        raise InvalidFigure(field, "must be a finite decimal number")
    if value.copy_abs() > LARGEST_AMOUNT:  # abs() rounds by the context, and overflows
        raise InvalidFigure(field, f"must not exceed {LARGEST_AMOUNT:,}")
    _, digits, exponent = value.as_tuple()
    if isinstance(exponent, int) and exponent < -MOST_DECIMALS and any(digits):
        raise InvalidFigure(field, f"must have at most {MOST_DECIMALS} decimals")
    return Fraction(value)


def positive(field: str, value: Decimal) -> Fraction:
    """Return a decimal that is more than zero as a fraction; raise InvalidFigure otherwise."""
    fraction = exact(field, value)
    if fraction <= 0:
        raise InvalidFigure(field, "must be more than zero")
    return fraction


def not_negative(field: str, value: Decimal) -> Fraction:
    """Return a decimal that is zero or more as a fraction; raise InvalidFigure otherwise."""
    fraction = exact(field, value)
    if fraction < 0:
        raise InvalidFigure(field, "must not be negative")
    return fraction


def annual_rate(field: str, value: Decimal) -> Fraction:
    """Return an annual rate, a fraction from 0 to 1 of at most 12 decimals; raise InvalidFigure otherwise."""
    fraction = not_negative(field, value)
    if fraction > 1:
        raise InvalidFigure(field, "must be a fraction, at most 1: 5.25 % is 0.0525")
    if (fraction * 10**RATE_DECIMALS).denominator != 1:
        raise InvalidFigure(field, f"must have at most {RATE_DECIMALS} decimals")
    return fraction


def term_in_months(field: str, value: int) -> int:
    """Return whole months from 1 to 1,200; raise InvalidFigure otherwise."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MAXIMUM_MONTHS:
        raise InvalidFigure(field, f"must be 1 to {MAXIMUM_MONTHS} whole months")
    return value


def known_day(field: str, day: datetime.date) -> datetime.date:
    """Return a date without a time, of the years that loans have; raise InvalidFigure otherwise."""
    if not isinstance(day, datetime.date) or isinstance(day, datetime.datetime):
        raise InvalidFigure(field, "must be a date without a time")
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise InvalidFigure(field, f"must be in the years {EARLIEST_YEAR} to {LATEST_YEAR}")
    return day


def cents_down(dollars: Fraction) -> Decimal:
    """Return exact dollars rounded down to the cent: what may be lent."""
    scaled = dollars * 100
    return from_cents(scaled.numerator // scaled.denominator)


def cents_up(dollars: Fraction) -> Decimal:
    """Return exact dollars rounded up to the cent: what is needed."""
    scaled = dollars * 100
    return from_cents(-(-scaled.numerator // scaled.denominator))


def nearest_cents(dollars: Fraction) -> Decimal:
    """Return exact dollars rounded half up (a tie goes away from zero) to the cent."""
    scaled = abs(dollars) * 100
    count = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return from_cents(count if dollars >= 0 else -count)
