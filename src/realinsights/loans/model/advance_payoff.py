"""Loans that are paid in advance, on the day of a payoff: what is owed, less the interest that was paid ahead. Pure.

A payment in advance pays the interest of its period. Where a payoff bears interest to its day, what of that is not
earned by then is given back; where it bears interest to the end of the period, nothing is.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Final

from realinsights.loans.model.floating_payoff import Owed
from realinsights.loans.model.payment_schedule import Unscheduled
from realinsights.loans.model.plan import LoanPlan
from realinsights.loans.model.rolling_forward import ROLLED
from realinsights_finance.prepayment import ACCRUED, Accrued, InterestTo, PayoffItem, fraction_of_a_day
from realinsights_finance.terms import interest

_NOTHING: Final = Decimal("0.00")


def owed_in_advance(plan: LoanPlan, *, on: datetime.date) -> Owed | Unscheduled:
    """Return what is owed of a loan that is paid in advance on a day, or why its principal is not known."""
    loan, words = plan.loan, list[str]()
    begun, balance = min(plan.paid_by(loan.balance_as_of), plan.most_paid), loan.current_balance
    paid = plan.paid_by(on)
    if on < loan.balance_as_of:
        words.append(f"What is owed on {on} is the schedule's: the recorded balance is of {loan.balance_as_of}.")
        begun, balance = 0, loan.original_balance
    elif loan.status not in ROLLED and paid > begun and not plan.of_stated_principal:
        status = loan.status.value.replace("_", " ")
        return Unscheduled(f"it is reported as {status}: whether its payments were made is not known")
    rows = plan.stated_life_from(balance, after=begun)
    if paid - begun > len(rows):
        return Unscheduled("it is repaid by then")
    principal = rows[paid - begun - 1].ending_balance if paid > begun else balance
    if not principal:
        return Unscheduled("its schedule repays it by then")
    if on > plan.periods[-1].end:
        reason = "what the rate is after maturity is not stated"
        return Owed(principal, Accrued(item=PayoffItem(name=ACCRUED, amount=None, reason=reason)), tuple(words))
    accrued, said = _accrued(plan, principal, paid, on)
    return Owed(principal, accrued, (*words, *said))


def _accrued(plan: LoanPlan, principal: Decimal, paid: int, on: datetime.date) -> tuple[Accrued, tuple[str, ...]]:
    """Return the interest from the day to which it is paid: below zero where that is still to come."""
    terms = plan.loan.terms
    paid_to = plan.periods[paid - 1].end if paid else plan.start
    if not paid and on <= paid_to:  # what is owed until then is paid at closing
        return Accrued(item=PayoffItem(name=ACCRUED, amount=_NOTHING), days=0), ()
    if terms.payoff_interest_to is InterestTo.END_OF_PERIOD and on <= paid_to:
        item = PayoffItem(name=ACCRUED, amount=_NOTHING)
        return Accrued(item=item, days=0), (f"Interest is paid to the end of the period on {paid_to}.",)
    rate = plan.stated_rate_on(on)
    day = None if rate is None else interest(principal, rate, fraction_of_a_day(terms.day_count, on))
    if on <= paid_to:
        period = plan.periods[paid - 1]
        whole, earned = (
            plan.interest_between(period, principal, period.start, until)
            for until in (period.end, max(on, period.start))
        )
        words = (f"Interest is paid ahead to {paid_to}: what of it is not earned by {on} is given back.",)
        item = PayoffItem(name=ACCRUED, amount=earned - whole)
        begin, end = period.start, period.end
        days = terms.day_count.days(begin, max(on, begin)) - terms.day_count.days(begin, end)
        return Accrued(item=item, days=days, per_diem=day), words if on < paid_to else ()
    # The payment that its period begins with has moved, and is not made yet.
    period = plan.periods[paid]
    end = period.end if terms.payoff_interest_to is InterestTo.END_OF_PERIOD else on
    item = PayoffItem(name=ACCRUED, amount=plan.interest_between(period, principal, period.start, end))
    per_diem = day if end == on else None
    return Accrued(item=item, days=terms.day_count.days(period.start, end), per_diem=per_diem), ()
