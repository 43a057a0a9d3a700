"""Rolling forward: what a loan owes after the date of its recorded balance, by what is left of its schedule. Pure.

Each payment that falls due is taken as made but the one that repays the loan: nobody has said that it was. A balance
that a lender reported therefore never rolls to nothing.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Final

from realinsights.contracts.loans import LoanStatus, Repayment
from realinsights.loans.model.contract import contract_of
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.payment_schedule import Unscheduled, finance_terms
from realinsights.loans.model.terms_changes import dated_changes
from realinsights_finance.balloon import unpaid_balance
from realinsights_finance.due_dates import add_months
from realinsights_finance.terms import InvalidTerms, LoanTerms

ROLLED: Final = frozenset({LoanStatus.CURRENT, LoanStatus.DEFEASED})
"""Of a loan of another status it is not known whether its payments are made."""

_MONTHS_PER_YEAR: Final = 12
_NOTHING: Final = Decimal("0.00")


def remaining_schedule(loan: Loan) -> Repayment | Unscheduled | None:
    """Return what the loan repays after the date of its recorded balance, or why no schedule says it.

    None where it repays nothing before its last payment.
    """
    left = remaining_terms(loan)
    return repayment_of(left) if isinstance(left, LoanTerms) else left


def repayment_of(left: LoanTerms) -> Repayment:
    """Return what is left of a schedule as it is told."""
    return Repayment(
        payment=left.level_payment() or _NOTHING,
        rate=left.rate,
        start=left.start,
        first_payment=left.first_payment,
        maturity=left.maturity,
        payment_day=left.due_day,
        day_count=left.day_count,
        frequency=left.frequency,
        interest_only_months=left.interest_only_months,
        business_day_rule=left.business_day_rule,
        business_day_calendar=left.business_day_calendar,
        accrual_adjusted=left.accrual_adjusted,
    )


def remaining_terms(loan: Loan) -> LoanTerms | Unscheduled | None:
    """Return the same as terms of a loan of the recorded balance, with the note's own rounding."""
    if not loan.current_balance:
        return None
    terms = _terms(loan)
    if isinstance(terms, Unscheduled):
        return terms
    paid = terms.installments_due(loan.balance_as_of)
    payment = terms.level_payment()
    if payment is None or not terms.amortizes or paid >= terms.periods - 1:
        return None
    if payment <= loan.current_balance * terms.rate * terms.frequency.months / _MONTHS_PER_YEAR:
        return Unscheduled("its payment does not cover the interest on its recorded balance")
    try:
        return _left(terms, paid, payment, loan.current_balance)
    except InvalidTerms:
        return Unscheduled("its terms give no schedule of its recorded balance")


def _left(terms: LoanTerms, paid: int, payment: Decimal, balance: Decimal) -> LoanTerms:
    step = terms.frequency.months
    return LoanTerms(
        principal=balance,
        payment=payment,
        rate=terms.rate,
        start=terms.period_start(paid + 1),
        first_payment=add_months(terms.first_payment, paid * step, day=terms.due_day),
        maturity=terms.maturity,
        payment_day=terms.due_day,
        day_count=terms.day_count,
        frequency=terms.frequency,
        interest_only_months=max(0, terms.interest_only_months - paid * step),
        business_day_rule=terms.business_day_rule,
        business_day_calendar=terms.business_day_calendar,
        accrual_adjusted=terms.accrual_adjusted,
        rounding=terms.rounding,
    )


def rolled_forward(loan: Loan, *, on: datetime.date) -> Decimal | Unscheduled:
    """Return what the loan owes at the end of a day, from that of its recorded balance on, or why it is not known."""
    if loan.status not in ROLLED:
        return Unscheduled(f"it is reported as {loan.status.value.replace('_', ' ')}")
    left = remaining_terms(loan)
    if isinstance(left, Unscheduled):
        return left
    return loan.current_balance if left is None else unpaid_balance(left, on)


def _terms(loan: Loan) -> LoanTerms | Unscheduled:
    """Return the terms that hold now."""
    if loan.modified:
        return Unscheduled("its terms were modified, and what they are now is not known in full")
    try:
        if not dated_changes(loan):
            terms = finance_terms(loan)
        elif dated_changes(loan)[-1][0] > loan.balance_as_of:
            return Unscheduled("its terms change after the date of its recorded balance")
        else:
            terms = contract_of(loan).parts[-1].terms
    except InvalidTerms:
        return Unscheduled("its terms give no schedule")
    if isinstance(terms, LoanTerms) and terms.maturity != loan.maturity_date:
        return Unscheduled("its schedule runs to another maturity than the loan has")
    return terms
