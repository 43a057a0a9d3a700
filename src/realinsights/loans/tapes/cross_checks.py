"""Checks of a row's cells against each other, where a column's name alone does not say what its cells mean."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, NamedTuple

from realinsights.loans.tapes.csv_values import MOST_YEARS
from realinsights_finance.due_dates import months_between
from realinsights_finance.level_payment import level_payment
from realinsights_finance.time import Interval

_NEAR: Final = Decimal("0.02")
"""How far a stated payment may be from the computed one, as a share: rounding, or another way to compute it."""

_LONGEST_PERIOD: Final = {
    Interval.WEEKLY: 7,
    Interval.BI_WEEKLY: 14,
    Interval.SEMI_MONTHLY: 16,
    Interval.MONTHLY: 31,
    Interval.QUARTERLY: 92,
    Interval.SEMI_ANNUAL: 184,
    Interval.ANNUAL: 366,
}


_ADVICE: Final = (
    "If it is one of principal and interest, map this column to levelPayment with the unit principal_and_interest"
)
_UNSAID: Final = (
    f"is more than the interest, and nothing says how principal is repaid: state amortizationMonths. {_ADVICE}"
)


class Payment(NamedTuple):
    """What a payment is: `level` where it is one of principal and interest, else why it is left out, or refused."""

    level: bool
    left_out: str | None = None
    refused: str | None = None


def payment(fields: Mapping[str, Any], *, unsure: bool) -> Payment:
    """Return what a row's payment is, by the row's other terms; it is `unsure` where its column's name is.

    An interest-only loan's payment is its interest. What is called a monthly payment may hold escrow: it is taken
    where it is near the one that the terms give.
    """
    paid, balance, rate = fields["level_payment"], fields.get("original_balance"), fields.get("rate")
    amortization, interest_only = fields.get("amortization_months"), fields.get("interest_only_months") or 0
    if not balance or rate is None:
        return Payment(level=True)
    frequency = fields.get("frequency") or Interval.MONTHLY
    interest = balance * rate * _LONGEST_PERIOD[frequency] / 360 + Decimal("0.01")
    no_principal = amortization == 0 or (amortization is None and 0 < _term(fields) <= interest_only)
    left_out = refused = None
    level = False
    if no_principal:
        level = not unsure and paid > interest
        if unsure and paid > interest:
            left_out = "is more than the interest of an interest-only loan: it may hold escrow"
    elif not unsure:
        level = True
    elif amortization is None:
        refused = _UNSAID if paid > interest else None
    else:
        periods = max(1, -(-amortization * frequency.periods_per_year // 12))
        computed = level_payment(balance, Fraction(rate) / frequency.periods_per_year, periods)
        level = abs(paid - computed) <= computed * _NEAR
        if not level and (not interest_only or paid > interest):
            left_out = f"is not the payment of {computed:,} that the loan's terms give: it may hold escrow. {_ADVICE}"
    return Payment(level, left_out, refused)


def repaid_without_a_term(fields: Mapping[str, Any]) -> str | None:
    """Return what to say of a loan that has been paid down, and is taken for interest-only since nothing says more."""
    told = {
        *("amortization_months", "interest_only_months", "level_payment", "amortization_type", "interest_only"),
        "curtailments",
    }
    lent, owed = fields.get("original_balance"), fields.get("ending_balance")
    if not owed or not lent or owed >= lent or not told.isdisjoint(fields):
        return None
    return (
        f"is not stated, and of {lent:,} only {owed:,} are owed: the loan is taken for interest-only. "
        "If it amortizes, state its months"
    )


def amortizes_too_soon(fields: Mapping[str, Any]) -> str | None:
    """Return why an amortization of so few months is taken for years, None where the loan matures by then."""
    months = fields.get("amortization_months")
    if not months or months > MOST_YEARS:
        return None
    term = _term(fields)
    if months + (fields.get("interest_only_months") or 0) >= term - 1:
        return None
    return f"would repay the loan in {months} months, and it matures after {term}: are these years?"


def _term(fields: Mapping[str, Any]) -> int:
    closing, maturity = fields.get("origination_date"), fields.get("maturity_date")
    return months_between(closing, maturity) if closing is not None and maturity is not None else 0
