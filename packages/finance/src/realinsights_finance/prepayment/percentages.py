"""Premiums that are a percentage of the principal prepaid."""

from __future__ import annotations

import datetime
from decimal import Decimal

from realinsights_finance.due_dates import add_months, months_between
from realinsights_finance.money import EXACT, cents
from realinsights_finance.prepayment.regimes import StepDown

_NOTHING = Decimal(0)


def percentage_of(principal: Decimal, percentage: Decimal) -> Decimal:
    """Return a percentage, as a fraction, of dollars; half up to the cent."""
    return cents(EXACT.multiply(principal, percentage))


def whole_months(begin: datetime.date, on: datetime.date) -> int:
    """Return the whole months from one day to another: the day that completes one counts it; negative before."""
    months = months_between(begin, on)
    return months if add_months(begin, months) <= on else months - 1


def step_down_percentage(regime: StepDown, months: int) -> Decimal:
    """Return the percentage, as a fraction, after some whole months elapsed; 0 after the last step."""
    step = max(months, 0) // regime.months_each
    return regime.percentages[step] if step < len(regime.percentages) else _NOTHING
