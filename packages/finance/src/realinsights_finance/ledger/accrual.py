"""Accrual: how time alone changes a loan, from one day to a later one."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from realinsights_finance.ledger.agreement import InterestBasis, LoanAgreement
from realinsights_finance.ledger.state import Bill, LedgerState
from realinsights_finance.schedule import total
from realinsights_finance.terms import LoanTerms

_ZERO = Decimal("0.00")


def elapsed(terms: LoanTerms, installment: int, on: datetime.date) -> Fraction:
    """Return the fraction of a year from the start of an installment's period to a day, at most the whole period.

    Parts of a period add up to it, whatever the day count. For an installment after the last: from maturity on.
    """
    if installment > terms.periods:
        matured = terms.period_end(terms.periods)
        return terms.day_count.fraction(matured, max(on, matured))
    return terms.period(installment, max(on, terms.period_start(installment))).fraction


def accrued(agreement: LoanAgreement, state: LedgerState, to: datetime.date) -> LedgerState:
    """Return the state at the beginning of a later day of the same period, with what accrues until then, unrounded.

    Balances that change within a period add up before anything is rounded. Nothing is billed.
    """
    while state.on < to:
        # A payment that a business-day rule moved is late from the moved day on, not before.
        until = min([bill.due_date for bill in state.bills if bill.due_date > state.on], default=to)
        state = _accrued_on_one_balance(agreement, state, min(until, to))
    return state


def bearing_interest(agreement: LoanAgreement, state: LedgerState) -> Decimal:
    """Return the principal that bears interest: without what is billed and not yet late, or by the schedule not late.

    A balloon bears interest until it is paid.
    """
    scheduled = agreement.interest_basis is InterestBasis.SCHEDULED_BALANCE
    without = [
        bill.principal if bill.due_date > state.on else bill.principal - bill.balloon
        for bill in state.bills
        if scheduled or bill.due_date > state.on
    ]
    return state.principal - total(without)


def undrawn(agreement: LoanAgreement, state: LedgerState) -> Decimal:
    """Return what may still be drawn, and bears the unused fee; nothing once the loan is repaid or matured."""
    commitment = agreement.commitment
    if commitment is None or state.matured or not state.principal:
        return _ZERO
    return commitment.amount - state.funded


def bill_date(state: LedgerState) -> datetime.date | None:
    """Return the day on which the next installment is billed, its due date or the end of its period if that is first.

    None when all are, or nothing is owed.
    """
    if state.matured:
        return None
    if not (state.principal or state.accrued_interest or state.unused_fee):
        return None
    day = min(state.terms.due_date(state.installment), state.terms.period_end(state.installment))
    return max(day, state.on)


def billed(agreement: LoanAgreement, state: LedgerState) -> tuple[LedgerState, Bill]:
    """Return the state in which the next installment is due, and its bill, as its schedule makes it."""
    terms, number = state.terms, state.installment
    end = terms.period_end(number)
    on = state.on
    # A business-day rule may make an installment due before its period ends: it bears the whole period's interest.
    state = accrued(agreement, state, max(on, end))
    interest = state.cents(state.accrued)
    last = number == terms.periods
    balance = state.scheduled_principal
    amortizes = state.payment is not None and state.interest_only_left <= 0
    regular = min(max(state.payment - interest, _ZERO), balance) if amortizes and state.payment is not None else _ZERO
    bill = Bill(
        number=number,
        period_start=terms.period_start(number),
        period_end=end,
        due_date=terms.due_date(number),
        interest=state.accrued_interest,
        principal=balance if last else regular,
        escrow=agreement.escrow_deposit if state.principal else _ZERO,
        balloon=balance - regular if last else _ZERO,
    )
    left = state.amortization_left
    state = replace(
        settled(state),
        on=on,
        fees=state.fees + state.unused_fee,
        unused_accrued=Fraction(0),
        bills=(*state.bills, bill) if bill.open else state.bills,
        installment=number + 1,
        interest_only_left=state.interest_only_left - (0 if amortizes else 1),
        amortization_left=left - 1 if left is not None and amortizes else left,
    )
    return state, bill


def due_on_demand(state: LedgerState) -> LedgerState:
    """Return the state in which the interest accrued after maturity is due, rounded once; unchanged before."""
    if not state.matured or not state.accrued_interest:
        return state
    bill = Bill(
        number=state.installment,
        period_start=state.terms.period_end(state.terms.periods),
        period_end=state.on,
        due_date=state.on,
        interest=state.accrued_interest,
        principal=_ZERO,
        late_charged=True,  # it is no installment
    )
    return replace(settled(state), bills=(*state.bills, bill), installment=state.installment + 1)


def late_charge_date(agreement: LoanAgreement, bill: Bill) -> datetime.date | None:
    """Return the first day after the grace, on which an open installment is charged; None where it never is."""
    rule = agreement.late_charge
    if rule is None or bill.late_charged or not late_charge_base(agreement, bill):
        return None
    return bill.due_date + datetime.timedelta(days=rule.grace_days + 1)


def late_charge_base(agreement: LoanAgreement, bill: Bill) -> Decimal:
    """Return the open part of an installment that a late charge is on."""
    rule = agreement.late_charge
    return bill.installment + (bill.balloon if rule is not None and rule.on_balloon else _ZERO)


def settled(state: LedgerState) -> LedgerState:
    """Return the state in which what has accrued in the period is due, or part of a bill."""
    return replace(
        state,
        accrued=Fraction(0),
        accrued_paid=_ZERO,
        default_due=state.default_interest,
        default_accrued=Fraction(0),
        default_paid=_ZERO,
    )


def _accrued_on_one_balance(agreement: LoanAgreement, state: LedgerState, to: datetime.date) -> LedgerState:
    fraction = elapsed(state.terms, state.installment, to) - elapsed(state.terms, state.installment, state.on)
    if not fraction:
        return replace(state, on=to)
    rate = Fraction(state.terms.accrual_rate)
    more = Fraction(bearing_interest(agreement, state)) * rate * fraction
    default, unused = state.default_accrued, state.unused_accrued
    if state.in_default:
        default += Fraction(state.principal) * Fraction(agreement.default_margin) * fraction
    if agreement.commitment is not None:
        unused += Fraction(undrawn(agreement, state)) * Fraction(agreement.commitment.unused_fee) * fraction
    return replace(state, on=to, accrued=state.accrued + more, default_accrued=default, unused_accrued=unused)
