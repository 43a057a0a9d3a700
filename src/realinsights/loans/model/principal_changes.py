"""Changes of principal on days of their own, beside installments: what they make of balances and interest. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple

from realinsights.loans.model.loan import Loan
from realinsights.loans.model.terms import NoteTerms
from realinsights_finance.day_count import DayCount
from realinsights_finance.money import EXACT
from realinsights_finance.rates import RateSpan, unrounded_interest_over
from realinsights_finance.repayment import Afterwards, Curtailment, Draw, UnusedFee

_NOTHING: Final = Decimal("0.00")


class Change(NamedTuple):
    """A change of what is owed on a day: `amount` is added; `resets` says that a level payment is computed anew."""

    on: datetime.date
    amount: Decimal
    resets: bool


def principal_changes(terms: NoteTerms) -> tuple[Change, ...]:
    """Return the changes of a note, in the order of their days."""
    changes = [Change(each.drawn_on, each.amount, redraws(terms)) for each in terms.draws]
    changes += [Change(each.paid_on, -each.amount, each.effect is Afterwards.REAMORTIZE) for each in terms.curtailments]
    return tuple(sorted(changes, key=lambda change: change.on))  # of one day draws come first


def redraws(terms: NoteTerms) -> bool:
    """Tell whether a draw makes a level payment anew: one that the note states stays."""
    return terms.amortization_months is not None and terms.level_payment is None


def coming_changes(loan: Loan) -> tuple[Change, ...]:
    """Return the changes after the day of a loan's recorded balance, before its maturity."""
    return tuple(
        change for change in principal_changes(loan.terms) if loan.balance_as_of < change.on < loan.maturity_date
    )


def coming_balances(loan: Loan) -> Iterator[tuple[datetime.date, Decimal]]:
    """Yield each day on which these changes alone change what is owed, and what it is then."""
    balance = loan.current_balance
    for change in coming_changes(loan):
        if balance + change.amount > 0:
            balance += change.amount
            yield change.on, balance


def curtailments_between(terms: NoteTerms, start: datetime.date, end: datetime.date) -> tuple[Curtailment, ...]:
    """Return the curtailments from a day on and before another, as the library takes them."""
    return tuple(
        Curtailment(on=each.paid_on, amount=each.amount, afterwards=each.effect)
        for each in terms.curtailments
        if each.amount and start <= each.paid_on < end
    )


def draws_between(terms: NoteTerms, start: datetime.date, end: datetime.date) -> tuple[Draw, ...]:
    """Return the draws from a day on and before another, as the library takes them."""
    return tuple(
        Draw(on=each.drawn_on, amount=each.amount, reamortize=redraws(terms))
        for each in terms.draws
        if each.amount and start <= each.drawn_on < end
    )


def unused_fee(loan: Loan, balance: Decimal, *, begin: datetime.date) -> UnusedFee | None:
    """Return the fee on what is not drawn, of a loan that owes a balance as a day begins; None where there is none."""
    terms = loan.terms
    if terms.commitment is None or not terms.unused_fee_rate:
        return None
    drawn = sum((each.amount for each in terms.draws if each.drawn_on < begin), loan.original_balance)
    return UnusedFee(
        commitment=terms.commitment - drawn + balance,
        rate=terms.unused_fee_rate,
        day_count=terms.unused_fee_day_count,
    )


def balance_at(balance: Decimal, changes: Sequence[Change], *, of: datetime.date, on: datetime.date) -> Decimal:
    """Return what a balance of the end of one day is at the end of another, by what changes between them alone.

    It is never below zero.
    """
    if on >= of:
        for change in changes:
            if of < change.on <= on:
                balance = max(balance + change.amount, _NOTHING)
        return balance
    return balance - sum((change.amount for change in changes if on < change.on <= of), _NOTHING)


def unrounded_interest(
    balance: Decimal, changes: Sequence[Change], spans: Sequence[RateSpan], day_count: DayCount
) -> Decimal:
    """Return the interest of some rates that follow each other, on a balance that changes within them."""
    within = [change for change in changes if spans and spans[0].start <= change.on < spans[-1].end]
    if not within:
        return unrounded_interest_over(balance, spans, day_count)
    exact, since = Fraction(0), spans[0].start
    for change in within:
        exact += Fraction(balance) * _rate_over(spans, day_count, since, change.on)
        balance, since = max(balance + change.amount, _NOTHING), change.on
    exact += Fraction(balance) * _rate_over(spans, day_count, since, spans[-1].end)
    return EXACT.divide(Decimal(exact.numerator), Decimal(exact.denominator))


def _rate_over(spans: Sequence[RateSpan], day_count: DayCount, start: datetime.date, end: datetime.date) -> Fraction:
    """Return what a dollar bears between two days."""
    cut = ((span.rate, max(span.start, start), min(span.end, end)) for span in spans)
    return sum(
        (Fraction(rate) * day_count.fraction(since, until) for rate, since, until in cut if since < until), Fraction(0)
    )
