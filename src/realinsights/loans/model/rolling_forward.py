"""Rolling forward: what a loan owes after the date of its recorded balance, by what is left of its schedule. Pure.

Each payment that falls due is taken as made but the one that repays the loan: nobody has said that it was. A balance
that a lender reported therefore never rolls to nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

from realinsights.contracts.loans import LoanStatus, Repayment
from realinsights.loans.model.contract import Part, contract_of
from realinsights.loans.model.loan import Loan, changes_principal, of_stated_principal
from realinsights.loans.model.note_plan import is_planned, loan_plan
from realinsights.loans.model.payment_schedule import Unscheduled, contractual_dates, finance_terms
from realinsights.loans.model.plan import LoanPlan
from realinsights.loans.model.principal_changes import balance_at, principal_changes
from realinsights.loans.model.terms_changes import dated_changes
from realinsights_finance.balloon import unpaid_balance
from realinsights_finance.due_dates import add_months
from realinsights_finance.repayment import InvalidRepayment, LifeRow
from realinsights_finance.terms import InvalidTerms, LoanTerms, interest

ROLLED: Final = frozenset({LoanStatus.CURRENT, LoanStatus.DEFEASED})
"""Of a loan of another status it is not known whether its payments are made."""

_MONTHS_PER_YEAR: Final = 12
_NOTHING: Final = Decimal("0.00")
_NOT_COVERED: Final = Unscheduled("its payment does not cover the interest on its recorded balance")
_NO_SCHEDULE_OF_BALANCE: Final = Unscheduled("its terms give no schedule of its recorded balance")
OTHER_MATURITY: Final = Unscheduled("its schedule runs to another maturity than the loan has")
MODIFIED: Final = Unscheduled("its terms were modified, and what they are now is not known in full")


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
    if _not_covered(payment, terms, loan):
        return _NOT_COVERED
    try:
        return _left(terms, paid, payment, loan.current_balance)
    except InvalidTerms:
        return _NO_SCHEDULE_OF_BALANCE


def _not_covered(payment: Decimal, terms: LoanTerms, loan: Loan) -> bool:
    return payment <= loan.current_balance * terms.rate * terms.frequency.months / _MONTHS_PER_YEAR


def past_maturity(day: datetime.date) -> Unscheduled:
    """Return that a loan was due on a day, and is owed still."""
    return Unscheduled(f"it was due on {day} and is still owed: nobody has said when it is repaid")


def _left(terms: LoanTerms, paid: int, payment: Decimal | None, balance: Decimal) -> LoanTerms:
    step = terms.frequency.months
    first, day = add_months(terms.first_payment, paid * step, day=terms.due_day), terms.due_day
    if first > terms.maturity:  # the last period is shorter than the others
        first, day = terms.maturity, terms.maturity.day
    return LoanTerms(
        principal=balance,
        payment=payment,
        rate=terms.rate,
        start=terms.period_start(paid + 1),
        first_payment=first,
        maturity=terms.maturity,
        payment_day=day,
        day_count=terms.day_count,
        frequency=terms.frequency,
        interest_only_months=0 if payment is None else max(0, terms.interest_only_months - paid * step),
        business_day_rule=terms.business_day_rule,
        business_day_calendar=terms.business_day_calendar,
        accrual_adjusted=terms.accrual_adjusted,
        rounding=terms.rounding,
    )


class RemainingLife(NamedTuple):
    """What is left of a loan by its plan: its periods after the installments that are paid, of the recorded balance."""

    plan: LoanPlan
    rows: tuple[LifeRow, ...]

    @property
    def ends_at_maturity(self) -> bool:
        """Whether it owes anything until maturity."""
        return self.plan.repays(self.rows[-1])

    def balances(self) -> Iterator[tuple[datetime.date, Decimal]]:
        """Yield each day on which what is owed changes, but for the installment that repays it, and what it is then."""
        loan = self.plan.loan
        changes = [
            (change.on, change.amount) for change in self.plan.changes if loan.balance_as_of < change.on < self.ends_on
        ]
        changes += [(row.due_date, row.capitalized - row.principal) for row in self.rows[:-1]]
        balance = loan.current_balance
        for day, together in groupby(sorted(changes), key=itemgetter(0)):
            amount = sum((amount for _, amount in together), _NOTHING)
            if amount and balance + amount > 0:
                balance += amount
                yield day, balance

    @property
    def ends_on(self) -> datetime.date:
        """The day of the last installment."""
        return self.rows[-1].due_date

    def balance_on(self, on: datetime.date) -> Decimal:
        """Return what is owed at the end of a day where every installment due by then was paid, but the last one."""
        left = [balance for day, balance in self.balances() if day <= on]
        return left[-1] if left else self.plan.loan.current_balance


def remaining_life(loan: Loan) -> RemainingLife | Unscheduled | None:
    """Return what is left of a loan whose plan states all rates, or why it is not known; None past its last payment."""
    if loan.modified:
        return MODIFIED
    try:
        plan = loan_plan(loan)
    except InvalidRepayment:
        return Unscheduled("its terms give no schedule")
    if isinstance(plan, Unscheduled):
        return plan
    if contractual_dates(loan)[1] != loan.maturity_date:
        return OTHER_MATURITY
    paid = plan.paid_by(loan.balance_as_of)
    if plan.repaid_by(loan.balance_as_of) or not loan.current_balance:
        return None
    return RemainingLife(plan, plan.stated_life_from(loan.current_balance, after=paid, of=loan.balance_as_of))


class Coming(NamedTuple):
    """What is left of a schedule: terms of a loan of the recorded balance.

    `first_interest` is that of the first payment where terms change within its period, else None.
    """

    terms: LoanTerms
    first_interest: Decimal | None


def coming_terms(loan: Loan, *, until: datetime.date) -> Coming | Unscheduled:
    """Return what is left of the schedule of a loan that is repaid on a day, or why no schedule says it.

    Unlike `remaining_terms` it is also of a loan that repays nothing before its last payment.
    """
    terms = _terms(loan)
    if isinstance(terms, Unscheduled):
        return terms
    changed = _changed_within(loan, terms)
    try:
        terms = _repaid_on(terms, until)
        paid = terms.installments_due(loan.balance_as_of)
        if paid >= terms.periods:
            return past_maturity(terms.maturity)
        payment = terms.level_payment() if terms.amortizes else None
        if payment is not None and _not_covered(payment, terms, loan):
            return _NOT_COVERED
        left = _left(terms, paid, payment, loan.current_balance)
        return Coming(left, None if changed is None else _interest_by_both(left, changed))
    except InvalidTerms:
        return _NO_SCHEDULE_OF_BALANCE


def _changed_within(loan: Loan, terms: LoanTerms) -> Part | None:
    """Return the part of a contract that begins within the period under way, None where none does."""
    if not dated_changes(loan) or terms.installments_due(loan.balance_as_of):
        return None
    part = contract_of(loan).parts[-1]
    return part if part.since is not None and part.since > terms.start else None


def _interest_by_both(left: LoanTerms, changed: Part) -> Decimal:
    """Return the first payment's interest: what had accrued by the terms before, and the rest by those of now."""
    whole = left.period(1).fraction
    return changed.accrued + interest(left.principal, left.rate, whole - left.period(1, changed.since).fraction)


def _repaid_on(terms: LoanTerms, until: datetime.date) -> LoanTerms:
    """Return the terms with another maturity, and the level payment that they had."""
    if until == terms.maturity:
        return terms
    if not terms.amortizes:
        return replace(
            terms,
            maturity=until,
            amortization_months=None,
            amortization_from_closing=False,
            payment=None,
            interest_only_months=0,
        )
    return replace(terms, maturity=until, payment=terms.level_payment())


def rolled_forward(loan: Loan, *, on: datetime.date) -> Decimal | Unscheduled:
    """Return what the loan owes at the end of a day, from that of its recorded balance on, or why it is not known."""
    if loan.status not in ROLLED:
        return Unscheduled(f"it is reported as {loan.status.value.replace('_', ' ')}")
    if is_planned(loan):
        life = remaining_life(loan)
        if isinstance(life, Unscheduled):
            return life
        return loan.current_balance if life is None else life.balance_on(on)
    if changes_principal(loan.terms) and of_stated_principal(loan) and not loan.modified:
        return balance_at(loan.current_balance, principal_changes(loan.terms), of=loan.balance_as_of, on=on)
    left = remaining_terms(loan)
    if isinstance(left, Unscheduled):
        return left
    return loan.current_balance if left is None else unpaid_balance(left, on)


def _terms(loan: Loan) -> LoanTerms | Unscheduled:
    """Return the terms that hold now."""
    if loan.modified:
        return MODIFIED
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
        return OTHER_MATURITY
    return terms
