"""A convention made a loan's own: the terms that say it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from realinsights.loans.model.loan import Loan, LoanDraft, draft_of
from realinsights_finance.rounding import PaymentRounding
from realinsights_finance.solver import AccrualDates, Convention, PaymentRule
from realinsights_finance.terms import LoanTerms, PaymentBasis, regular_start
from realinsights_platform.errors import Invalid


def with_convention(loan: Loan, terms: LoanTerms, convention: Convention, *, from_first: bool) -> LoanDraft:
    """Return a loan with terms by which its schedule follows a convention.

    `from_first` says that it was found of the first installment too, so that it tells where interest starts.
    Rate, dates and amortization stay. Raises `Invalid` for a convention that a loan's terms cannot say.
    """
    changed = dict(_changes(terms, convention, from_first=from_first))
    draft = draft_of(loan)
    return msgspec.structs.replace(draft, terms=msgspec.structs.replace(draft.terms, **changed))


def _changes(terms: LoanTerms, convention: Convention, *, from_first: bool) -> Iterator[tuple[str, Any]]:
    yield "day_count", convention.day_count
    yield "interest_rounding", convention.interest_rounding
    yield "daily_rate_decimals", convention.daily_rate_decimals
    if convention.payment_rule is not PaymentRule.INTEREST_ONLY:
        yield "payment_rounding", convention.payment_rounding or PaymentRounding.CENT
    yield from _payment(convention)
    yield from _accrual(terms, convention, from_first=from_first)


def _payment(convention: Convention) -> Iterator[tuple[str, Any]]:
    rule = convention.payment_rule
    if rule in {PaymentRule.FIXED_PRINCIPAL, PaymentRule.UNKNOWN}:
        raise Invalid.field("paymentRule", "is none that a loan's terms can say: state its principal by hand")
    if rule is PaymentRule.INTEREST_ONLY:
        return
    yield "level_payment", convention.payment if rule is PaymentRule.LEVEL_STATED else None
    if rule is not PaymentRule.LEVEL_STATED:
        effective = rule is PaymentRule.LEVEL_EFFECTIVE_RATE
        yield "payment_basis", PaymentBasis.EFFECTIVE_RATE if effective else PaymentBasis.NOTE_RATE
        yield "amortization_from_closing", rule is PaymentRule.LEVEL_FROM_CLOSING


def _accrual(terms: LoanTerms, convention: Convention, *, from_first: bool) -> Iterator[tuple[str, Any]]:
    dates = convention.accrual_dates
    if dates in {AccrualDates.MONTH_BEFORE, AccrualDates.MONTH_OF}:
        raise Invalid.field(
            "accrualDates",
            "interest that runs over calendar months, not between due dates, is none that a loan's terms can say",
        )
    if dates.moved is not None:
        rule, calendar = dates.moved
        yield "business_day_rule", rule
        yield "business_day_calendar", calendar.value
    yield "accrual_adjusted", dates.moved is not None
    if from_first:
        usual = regular_start(terms.first_payment, terms.frequency, terms.due_day)
        begins = convention.accrues_from or usual
        if begins != terms.start:
            yield "interest_start_date", begins
