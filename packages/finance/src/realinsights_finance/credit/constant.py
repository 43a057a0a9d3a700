"""The loan constant: a year's debt service on one dollar of loan. Coverage, sizing and cures rest on it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from realinsights_finance.credit.figures import annual_rate, term_in_months
from realinsights_finance.day_count import DayCount

_MONTHS = 12


def loan_constant(
    rate: Decimal, amortization_months: int | None, *, day_count: DayCount = DayCount.THIRTY_360
) -> Fraction:
    """Return a year's debt service on one dollar, exact and never rounded to a payment in cents.

    Amortizing, by monthly payments: `12 i / (1 - (1 + i)^-n)` with i = rate / 12, and `12 / n` at a zero rate, whatever
    the day count. Interest-only (`amortization_months` None): rate x 365 / 360 on Actual/360, rate x 1 on the others.
    The annual rate is a fraction. Raises InvalidFigure.
    """
    annual = annual_rate("rate", rate)
    if amortization_months is None:
        return annual * day_count.typical_year
    months = term_in_months("amortization_months", amortization_months)
    if not annual:
        return Fraction(_MONTHS, months)
    numerator, denominator = (annual / _MONTHS).as_integer_ratio()
    grown = (numerator + denominator) ** months
    return Fraction(_MONTHS * numerator * grown, denominator * (grown - denominator**months))


def constant_words(amortization_months: int | None, day_count: DayCount) -> str:
    """Return in words what a loan constant is of, for an explanation."""
    if amortization_months is not None:
        return "the loan constant is that of unrounded monthly payments"
    year = day_count.typical_year
    days = f" x {year.numerator * (360 // year.denominator)} / 360" if year != 1 else ""
    return f"the loan constant of an interest-only loan is the rate{days}, on {day_count.value}"
