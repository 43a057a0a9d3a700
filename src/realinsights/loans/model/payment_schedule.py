"""Schedule terms of a loan: its note as `realinsights_finance` takes it, or why there is no schedule."""

from __future__ import annotations

import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec

from realinsights.contracts.loans import RateType
from realinsights.loans.model.loan import Loan
from realinsights_finance.terms import InvalidTerms, LoanTerms, regular_start
from realinsights_platform.errors import FieldError


class Unscheduled(msgspec.Struct, frozen=True, rename="camel"):
    """The reason why no schedule can be computed of a loan."""

    reason: str


# The engine's field → ours on the wire.
_FIELDS = {
    "principal": "originalBalance",
    "rate": "rate",
    "start": "terms.interestStartDate",
    "first_payment": "terms.firstPaymentDate",
    "maturity": "maturityDate",
    "payment_day": "terms.paymentDay",
    "amortization_months": "terms.amortizationMonths",
    "interest_only_months": "terms.interestOnlyMonths",
    "amortization_from_closing": "terms.amortizationFromClosing",
    "payment": "terms.levelPayment",
}


def finance_terms(loan: Loan) -> LoanTerms | Unscheduled:
    """Return the terms of the loan's contractual schedule, at its original rate and maturity where those are kept.

    Raises `InvalidTerms` for terms no loan can have, which a stored loan has not.
    """
    terms, original = loan.terms, loan.original
    if loan.rate_type is RateType.FLOATING:
        return Unscheduled("the rate floats: its future interest is not known")
    if loan.rate_type is RateType.STEPPED:
        return Unscheduled("the rate is stepped: such a schedule is not computed yet")
    if terms.scheduled_principal:
        return Unscheduled("principal follows a schedule of its own")
    first_payment = terms.first_payment_date
    maturity = loan.maturity_date
    rate = loan.rate
    if original is not None:
        first_payment = original.first_payment_date or first_payment
        maturity = original.maturity_date or maturity
        rate = original.rate
    if first_payment is None:
        return Unscheduled("the first payment date is not known")
    start = terms.interest_start_date
    if start is None:
        start = regular_start(first_payment, terms.frequency, terms.payment_day)
    return loan_terms(loan, rate=rate, start=start, first_payment=first_payment, maturity=maturity)


def loan_terms(
    loan: Loan, *, rate: Decimal, start: datetime.date, first_payment: datetime.date, maturity: datetime.date
) -> LoanTerms:
    """Return the engine's terms of a loan at a rate and between dates; raises `InvalidTerms`."""
    terms = loan.terms
    return _known_terms(
        principal=loan.original_balance,
        rate=rate,
        start=start,
        first_payment=first_payment,
        maturity=maturity,
        day_count=terms.day_count,
        frequency=terms.frequency,
        payment_day=terms.payment_day,
        amortization_months=terms.amortization_months,
        interest_only_months=terms.interest_only_months,
        payment=terms.level_payment,
        payment_basis=terms.payment_basis,
        amortization_from_closing=terms.amortization_from_closing,
    )


@lru_cache(maxsize=4096)
def _known_terms(**fields: Any) -> LoanTerms:
    # Checking a loan, computing its debt service and reconciling it ask for the same ones.
    return LoanTerms(**fields)


def terms_problems(loan: Loan) -> tuple[FieldError, ...]:
    """Return what the schedule engine has against the loan's terms, by our fields."""
    try:
        finance_terms(loan)
    except InvalidTerms as invalid:
        return tuple(FieldError(_FIELDS.get(problem.field, "terms"), problem.message) for problem in invalid.problems)
    return ()
