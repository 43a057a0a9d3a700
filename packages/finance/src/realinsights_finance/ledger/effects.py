"""Effects: what each kind of transaction changes at once."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from realinsights_finance.ledger.accrual import due_on_demand, settled
from realinsights_finance.ledger.agreement import LoanAgreement
from realinsights_finance.ledger.application import NOTHING, Applied, apply
from realinsights_finance.ledger.state import Bill, LedgerState
from realinsights_finance.ledger.transactions import (
    ESCROW,
    SUSPENSE,
    Capitalization,
    DefaultCured,
    DefaultDeclared,
    Deposit,
    Disbursement,
    Draw,
    Fee,
    InvalidTransaction,
    Modification,
    Payment,
    Prepayment,
    Transaction,
    WriteDown,
)
from realinsights_finance.level_payment import level_payment
from realinsights_finance.schedule import total
from realinsights_finance.terms import InvalidTerms, LoanTerms

_ZERO = Decimal("0.00")
_DAY = datetime.timedelta(days=1)


class ExceedsBalance(InvalidTransaction):
    """A transaction of more than there is: a draw beyond the commitment, a write-down beyond principal, and so on."""

    def __init__(self, transaction: str, there_is: Decimal, of: str) -> None:
        super().__init__(transaction, "amount", f"must not exceed the {of} of {there_is:,}")
        self.there_is = there_is


def effect(agreement: LoanAgreement, state: LedgerState, transaction: Transaction) -> tuple[LedgerState, Applied]:
    """Return the state after a transaction of its day, and what it paid. Raises InvalidTransaction, ExceedsBalance."""
    applied = NOTHING
    match transaction:
        case Payment():
            state, applied = _paid(agreement, state, transaction.amount)
        case Prepayment():
            state, applied = _prepaid(agreement, state, transaction.amount)
        case Draw():
            state = _drawn(agreement, state, transaction)
        case Fee():
            state = replace(state, fees=state.fees + transaction.amount)
        case Capitalization():
            state = _capitalized(state, transaction)
        case WriteDown():
            state = _written_down(state, transaction)
        case Deposit() | Disbursement():
            state = _moved(state, transaction)
        case Modification():
            state = _modified(state, transaction)
        case DefaultDeclared() | DefaultCured():
            state = _default(state, transaction)
        case _:
            raise InvalidTransaction(transaction.id, "type", f"{type(transaction).__name__} is not a ledger's")
    if getattr(transaction, "reamortize", False):
        state = _reamortized(state, transaction)
    return state, applied


def running_installment(terms: LoanTerms, on: datetime.date) -> int:
    """Return the number of the installment whose period has the day `on` in it; one more than all after maturity."""
    number = terms.installments_due(on)
    while number and terms.period_end(number) > on:
        number -= 1
    while number < terms.periods and terms.period_end(number + 1) <= on:
        number += 1
    return number + 1


def _paid(agreement: LoanAgreement, state: LedgerState, amount: Decimal) -> tuple[LedgerState, Applied]:
    state = due_on_demand(state)
    on_hand = state.suspense + amount
    state, applied = apply(state, agreement.order_for(state), on_hand)
    return replace(state, suspense=on_hand - applied.total), applied


def _prepaid(agreement: LoanAgreement, state: LedgerState, amount: Decimal) -> tuple[LedgerState, Applied]:
    state, applied = _paid(agreement, state, amount)
    # What was in suspense before has paid what is due, but is not used to prepay: nobody said so.
    own = min(amount, state.suspense)
    principal = min(own, state.principal)
    interest = min(own - principal, state.accrued_interest)
    fee = min(own - principal - interest, state.unused_fee)
    state = replace(
        state,
        principal=state.principal - principal,
        accrued_paid=state.accrued_paid + interest,
        suspense=state.suspense - principal - interest - fee,
    )
    if fee:
        state = replace(state, fees=state.fees + state.unused_fee - fee, unused_accrued=Fraction(0))
    applied = replace(
        applied,
        principal=applied.principal + principal,
        interest=applied.interest + interest,
        fees=applied.fees + fee,
    )
    return state, applied


def _drawn(agreement: LoanAgreement, state: LedgerState, draw: Draw) -> LedgerState:
    commitment = agreement.commitment
    if commitment is not None:
        if state.matured or not state.principal:
            raise InvalidTransaction(draw.id, "on", "must be before maturity and payoff, which end the commitment")
        undrawn = commitment.amount - state.funded
        if draw.amount > undrawn:
            raise ExceedsBalance(draw.id, undrawn, "undrawn commitment")
    if not state.principal and not state.matured:
        # Nothing was owed, so that no installments fell due in between: a new period begins.
        running = running_installment(state.terms, state.on)
        if running > state.installment:
            state = replace(settled(state), installment=running)
    return replace(state, principal=state.principal + draw.amount, funded=state.funded + draw.amount)


def _capitalized(state: LedgerState, capitalization: Capitalization) -> LedgerState:
    owed = total((state.accrued_interest, *(bill.interest for bill in state.bills)))
    amount = owed if capitalization.amount is None else capitalization.amount
    if amount > owed:
        raise ExceedsBalance(capitalization.id, owed, "interest due and accrued")
    left, bills = amount, []
    for bill in state.bills:
        part = min(left, bill.interest)
        left -= part
        bills.append(replace(bill, interest=bill.interest - part))
    return replace(
        state,
        principal=state.principal + amount,
        accrued_paid=state.accrued_paid + left,
        bills=_still_open(bills),
    )


def _written_down(state: LedgerState, write_down: WriteDown) -> LedgerState:
    if write_down.amount > state.principal:
        raise ExceedsBalance(write_down.id, state.principal, "principal")
    principal = state.principal - write_down.amount
    # No more principal can be due than there is: what fell due last is given up first.
    excess, bills = total(bill.principal for bill in state.bills) - principal, []
    for bill in reversed(state.bills):
        part = min(max(excess, _ZERO), bill.principal)
        excess -= part
        bills.append(replace(bill, principal=bill.principal - part, balloon=max(bill.balloon - part, _ZERO)))
    return replace(state, principal=principal, bills=_still_open(reversed(bills)))


def _moved(state: LedgerState, transaction: Deposit | Disbursement) -> LedgerState:
    account, deposit = transaction.account, isinstance(transaction, Deposit)
    amount = transaction.amount if deposit else -transaction.amount
    if account == ESCROW:
        return replace(state, escrow=state.escrow + amount)
    if account == SUSPENSE and deposit:
        raise InvalidTransaction(transaction.id, "account", "must be escrow or a reserve: suspense holds receipts")
    balance = state.suspense if account == SUSPENSE else state.reserve(account)
    if balance + amount < 0:
        raise ExceedsBalance(transaction.id, balance, f"balance of {account}")
    if account == SUSPENSE:
        return replace(state, suspense=balance + amount)
    reserves = dict(state.reserves) | {account: balance + amount}
    return replace(state, reserves=tuple(sorted(reserves.items())))


def _modified(state: LedgerState, modification: Modification) -> LedgerState:
    before = state.terms
    changes = {name: getattr(modification, name) for name in ("rate", "maturity")}
    try:
        terms = replace(before, **{name: value for name, value in changes.items() if value is not None})
    except InvalidTerms as refused:
        raise InvalidTransaction(modification.id, *refused.problems[0]) from refused
    if modification.maturity is not None:
        state = _extended(state, terms) if state.matured else state
        if terms.periods < state.installment:
            raise InvalidTransaction(modification.id, "maturity", "must be after the installments that are billed")
    state = replace(state, terms=terms)
    if modification.payment is not None:
        state = replace(state, payment=modification.payment, interest_only_left=0)
    return state


def _extended(state: LedgerState, terms: LoanTerms) -> LedgerState:
    """Return the state of a matured loan in which the balloon is not due, and installments by new terms are to come."""
    last = state.terms.periods
    if terms.maturity <= state.terms.maturity:
        return state
    # The last installment was a whole one, or one to a maturity between due dates.
    billed = last if terms.period_end(last) == state.terms.period_end(last) else last - 1
    bills = [replace(bill, principal=bill.principal - bill.balloon, balloon=_ZERO) for bill in state.bills]
    # An installment that falls due today is billed after this, at the end of its period.
    running = running_installment(terms, state.on - _DAY)
    return replace(state, bills=_still_open(bills), installment=max(running, billed + 1))


def _default(state: LedgerState, transaction: DefaultDeclared | DefaultCured) -> LedgerState:
    declared = isinstance(transaction, DefaultDeclared)
    if declared == state.in_default:
        now = "is in default already" if declared else "is not in default"
        raise InvalidTransaction(transaction.id, "on", f"must be another day: the loan {now}")
    return replace(state, in_default=declared)


def _reamortized(state: LedgerState, transaction: Transaction) -> LedgerState:
    left, terms = state.amortization_left, state.terms
    if left is None:
        raise InvalidTransaction(transaction.id, "reamortize", "needs an amortization term, and the loan has none")
    balance = state.scheduled_principal
    if left <= 0 or balance <= 0:
        return state
    return replace(state, payment=level_payment(balance, terms.periodic_rate, left, terms.rounding.payment))


def _still_open(bills: Iterable[Bill]) -> tuple[Bill, ...]:
    return tuple(bill for bill in bills if bill.open)
