"""A convention made a loan's own: the terms that say it. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from realinsights.loans.model.floating_reconciliation import FloatingAccount
from realinsights.loans.model.loan import Loan, LoanDraft, draft_of
from realinsights_finance.rounding import PaymentRounding
from realinsights_finance.solver import AccrualDates, Convention, PaymentRule
from realinsights_finance.terms import LoanTerms, PaymentBasis
from realinsights_finance.time import Interval
from realinsights_platform.errors import Invalid


class Installments(NamedTuple):
    """When a loan's installments are due, and the first day of its interest, as its terms say."""

    first_payment: datetime.date
    frequency: Interval
    payment_day: int | None
    start: datetime.date

    @classmethod
    def of(cls, terms: LoanTerms | FloatingAccount) -> Installments:
        """Return those of a loan, by its schedule's terms, or where it floats by what its periods are held against."""
        if isinstance(terms, LoanTerms):
            return cls(terms.first_payment, Interval(terms.frequency.value), terms.due_day, terms.start)
        return cls(terms.named_due_date(1), terms.loan.terms.frequency, terms.payment_day, terms.plan.start)


def with_convention(loan: Loan, due: Installments, convention: Convention, *, from_first: bool) -> LoanDraft:
    """Return a loan with terms by which its schedule follows a convention.

    `from_first` says that it was found of the first installment too, so that it tells where interest starts.
    Rate, dates and amortization stay. Raises `Invalid` for a convention that a loan's terms cannot say.
    """
    changed = dict(_changes(due, convention, from_first=from_first))
    draft = draft_of(loan)
    return msgspec.structs.replace(draft, terms=msgspec.structs.replace(draft.terms, **changed))


def _changes(due: Installments, convention: Convention, *, from_first: bool) -> Iterator[tuple[str, Any]]:
    yield "day_count", convention.day_count
    yield "interest_rounding", convention.interest_rounding
    yield "daily_rate_decimals", convention.daily_rate_decimals
    if convention.payment_rule not in {PaymentRule.INTEREST_ONLY, PaymentRule.LEVEL_AT_RESETS}:
        yield "payment_rounding", convention.payment_rounding or PaymentRounding.CENT
    yield from _payment(convention)
    yield from _accrual(due, convention, from_first=from_first)


def _payment(convention: Convention) -> Iterator[tuple[str, Any]]:
    rule = convention.payment_rule
    if rule in {PaymentRule.FIXED_PRINCIPAL, PaymentRule.UNKNOWN}:
        raise Invalid.field("paymentRule", "is none that a loan's terms can say: state its principal by hand")
    if rule in {PaymentRule.INTEREST_ONLY, PaymentRule.LEVEL_AT_RESETS}:  # the latter is how a floating loan is paid
        return
    yield "level_payment", convention.payment if rule is PaymentRule.LEVEL_STATED else None
    if rule is not PaymentRule.LEVEL_STATED:
        effective = rule is PaymentRule.LEVEL_EFFECTIVE_RATE
        yield "payment_basis", PaymentBasis.EFFECTIVE_RATE if effective else PaymentBasis.NOTE_RATE
        yield "amortization_from_closing", rule is PaymentRule.LEVEL_FROM_CLOSING


def _accrual(due: Installments, convention: Convention, *, from_first: bool) -> Iterator[tuple[str, Any]]:
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
        usual = due.frequency.date(due.first_payment, -1, day=due.payment_day)
        begins = convention.accrues_from or usual
        if begins != due.start:
            yield "interest_start_date", begins
