"""The payments of a loan that is sized: what it costs a month and a year at its quoted rate."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from realinsights_finance.credit.figures import annual_rate, nearest_cents, not_negative, term_in_months
from realinsights_finance.credit.sizing import Quote
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.level_payment import level_payment
from realinsights_finance.money import EXACT

_MONTHS = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class NewLoanPayments:
    """A month's payment and a year's debt service in dollars and cents.

    `monthly` is None of an interest-only loan whose interest varies with the days of the month.
    """

    monthly: Decimal | None
    annual: Decimal


def new_loan_payments(proceeds: Decimal, quote: Quote, *, trace: Trace | None = None) -> NewLoanPayments:
    """Return the payments of a loan of these proceeds at the quoted rate, whatever rate a test was made at.

    Amortizing: the level payment, half up to the cent once, and twelve of them. Interest-only: a year's interest is
    proceeds x rate x 365 / 360 on Actual/360, x 1 on the others, half up to the cent; on 30/360 a month's is a twelfth
    of the rate. Raises InvalidFigure.
    """
    amount, rate = not_negative("proceeds", proceeds), annual_rate("rate", quote.rate)
    months = quote.amortization_months
    year = quote.day_count.typical_year
    if months is not None:
        term_in_months("amortization_months", months)
        monthly = level_payment(proceeds, rate / _MONTHS, months) if amount else Decimal("0.00")
        found = NewLoanPayments(monthly=monthly, annual=EXACT.multiply(monthly, Decimal(_MONTHS)))
    else:
        found = NewLoanPayments(
            monthly=nearest_cents(amount * rate / _MONTHS) if quote.day_count.thirty_360 else None,
            annual=nearest_cents(amount * rate * Fraction(year)),
        )
    if trace:
        trace.says(
            "payment = proceeds x i / (1 - (1 + i)^-n), i = rate / 12"
            if months is not None
            else "a year's interest = proceeds x rate x a year's days / the days of the day count's year",
            convention="at the quoted rate; interest-only: a year of 365 days",
            rounding="half up to the cent, once",
        )
        trace.input("proceeds", proceeds, Unit.DOLLARS)
        trace.input("rate", quote.rate, Unit.FRACTION)
        trace.input("amortization months", months, Unit.MONTHS)
        if months is None:
            trace.input("day count", quote.day_count.value, Unit.NAME)
            trace.step("a year's days / the days of the day count's year", year, Unit.FRACTION)
        trace.step("payment a month", found.monthly, Unit.DOLLARS)
        trace.step("debt service a year", found.annual, Unit.DOLLARS)
    return found
