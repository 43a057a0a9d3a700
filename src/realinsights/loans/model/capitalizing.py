"""Capitalized interest, in whole or what a payment does not cover: its rule, and what its terms may be. Pure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final

from realinsights.contracts.loans import RateType
from realinsights.loans.model.loan import Loan, capitalizes
from realinsights.loans.model.terms import NoteTerms
from realinsights_finance.money import EXACT
from realinsights_finance.repayment import Capitalizing
from realinsights_platform.errors import Faults

_PAY_RATE: Final = "terms.payRate"
_PAYMENT: Final = "terms.capitalizingPayment"
_LIMIT: Final = "terms.capitalizationLimit"
_ONE: Final = Decimal(1)


def capitalizing(terms: NoteTerms) -> Capitalizing:
    """Return how a note capitalizes interest that does so."""
    return Capitalizing(pay_rate=terms.pay_rate, payment=terms.capitalizing_payment, limit=terms.capitalization_limit)


def of_balance(rule: Capitalizing, *, lent: Decimal, balance: Decimal) -> Capitalizing:
    """Return the same rule for what is left of a loan: its limit stays a multiple of what was lent."""
    if rule.limit is None or balance in {lent, 0}:
        return rule
    return replace(rule, limit=max(EXACT.divide(lent * rule.limit, balance), _ONE))


def check_capitalizing(loan: Loan, faults: Faults) -> None:
    """Add a fault for each term of capitalized interest that cannot be, or does not go with the others."""
    terms = loan.terms
    if not capitalizes(terms):
        if terms.capitalization_limit is not None:
            faults.add(_LIMIT, "limits what is capitalized: state payRate or capitalizingPayment too")
        return
    if terms.pay_rate is not None and terms.capitalizing_payment is not None:
        faults.add(_PAYMENT, "says otherwise what interest is paid than payRate: state one")
    field = _PAY_RATE if terms.pay_rate is not None else _PAYMENT
    pay_rate, limit = terms.pay_rate, terms.capitalization_limit
    if pay_rate is not None and pay_rate.is_finite() and loan.rate_type is RateType.FIXED and pay_rate >= loan.rate:
        faults.add(_PAY_RATE, f"must be below the rate {loan.rate}: what is above it is added to what is owed")
    if limit is not None and limit.is_finite() and limit < 1:
        faults.add(_LIMIT, "must be at least 1: it is a multiple of the original balance")
    for name, stated in (
        ("amortizationMonths", terms.amortization_months is not None),
        ("levelPayment", terms.level_payment is not None),
        ("fixedPrincipal", terms.fixed_principal is not None),
        ("scheduledPrincipal", bool(terms.scheduled_principal)),
        ("cashAfterAnticipatedRepayment", terms.cash_after_anticipated_repayment is not None),
        ("interestOnlyMonths", terms.interest_only_months > 0),
        ("paymentsInAdvance", terms.payments_in_advance),
    ):
        if stated:
            faults.add(field, f"does not go with {name}: interest that is not paid is added to what is owed")
            break
