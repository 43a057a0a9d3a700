"""A year's debt service, always together with the basis it is of."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum

from realinsights_finance.due_dates import add_months
from realinsights_finance.money import EXACT
from realinsights_finance.schedule import Schedule
from realinsights_finance.terms import LoanTerms


class DebtServiceBasis(StrEnum):
    """What a year's debt service counts."""

    AMORTIZING_PAYMENT = "amortizing_payment"  # the amortizing installment times the installments of a year
    INTEREST_ONLY = "interest_only"  # balance x rate x 365 days of the loan's day count
    NEXT_TWELVE_MONTHS = "next_twelve_months"  # the installments due in the next twelve months, balloon principal apart
    TRAILING_TWELVE_MONTHS = "trailing_twelve_months"  # what was paid in the last twelve months: the actual one
    STRESSED = "stressed"  # balance x the constant of a rate and amortization that the lender names, not the loan's


@dataclass(frozen=True, kw_only=True, slots=True)
class DebtService:
    """A year's debt service in dollars and cents, and its basis."""

    annual: Decimal
    basis: DebtServiceBasis


def reported_debt_service(terms: LoanTerms, *, balance: Decimal | None = None) -> DebtService:
    """Return the debt service on which servicers report DSCR.

    For a loan that ever amortizes, also during its interest-only months, 12 x the amortizing payment; for one that is
    interest-only to maturity, balance (default: the principal) x rate x 365 / 360 on Actual/360, x 1 on the others.
    """
    level = terms.level_payment()
    if level is not None and terms.amortizes:
        with localcontext(EXACT):
            annual = level * terms.frequency.periods_per_year
        return DebtService(annual=annual, basis=DebtServiceBasis.AMORTIZING_PAYMENT)
    return interest_only_debt_service(terms, balance=balance)


def interest_only_debt_service(terms: LoanTerms, *, balance: Decimal | None = None) -> DebtService:
    """Return a year of 365 days of interest on a balance (default: the principal), as if no principal fell due."""
    annual = terms.interest(terms.principal if balance is None else balance, terms.day_count.typical_year)
    return DebtService(annual=annual, basis=DebtServiceBasis.INTEREST_ONLY)


def next_twelve_months(schedule: Schedule, *, after: datetime.date) -> DebtService:
    """Return what falls due in the twelve months after a date by the schedule.

    The last installment counts with its regular part only: a balloon is refinanced, not covered by income.
    """
    until = add_months(after, 12)
    with localcontext(EXACT):
        annual = Decimal("0.00")
        for row in schedule.installments:
            if after < row.due_date <= until:
                annual += row.payment
                if row.number == schedule.terms.periods:
                    annual -= schedule.balance_after_last_regular_payment
    return DebtService(annual=annual, basis=DebtServiceBasis.NEXT_TWELVE_MONTHS)
