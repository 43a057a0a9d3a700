"""Balloon of a refinance: what is due on a day by the schedule of the recorded balance, and how that came about."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Final

from realinsights.contracts.loans import AmortizationType
from realinsights.contracts.refinancing import named_on_the_wire
from realinsights.loans.model.contract import contract_of
from realinsights.loans.model.falling_due import ExpectedMaturity, MaturityKind, changes_later, falling_due
from realinsights.loans.model.loan import Loan, repays_nothing
from realinsights.loans.model.payment_schedule import Unscheduled
from realinsights.loans.model.refinance_figures import STATED, RefinanceFigure, stated
from realinsights.loans.model.rolling_forward import remaining_terms, rolled_forward
from realinsights_finance.credit.figures import positive
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.terms import InvalidTerms, LoanTerms

UNSCHEDULED: Final = (
    "no schedule says what is due then: its rate floats while it amortizes, its terms were modified, or they are not "
    "known in full"
)
BEYOND: Final = "no schedule runs to its extended maturity: state the balloon"


def balloon_on(
    loan: Loan, stated_balloon: Decimal | None, expected: ExpectedMaturity, on: datetime.date
) -> tuple[RefinanceFigure, LoanTerms | None]:
    """Return what is due on a day, and the terms of the schedule that says it, where one does."""
    if stated_balloon is not None:
        with named_on_the_wire():
            positive("balloon", stated_balloon)
        return RefinanceFigure(value=stated("balloon", stated_balloon), as_of=on, basis=STATED), None
    if on < loan.balance_as_of:
        return _before_recorded(loan, on)
    if repays_nothing(loan) and not changes_later(loan):
        words = "the recorded balance: it repays no principal before maturity"
        return RefinanceFigure(
            value=loan.current_balance, as_of=loan.balance_as_of, basis=_late(words, on, expected)
        ), None
    if on < expected.date:
        left = rolled_forward(loan, on=on)
        if isinstance(left, Unscheduled):
            return RefinanceFigure(value=None, as_of=on, basis=None, unknown=left.reason), None
        words = "what its schedule leaves of the recorded balance to that day"
        return RefinanceFigure(value=left, as_of=on, basis=words), _schedule_of(loan)
    return _at_maturity(loan, expected, on)


def _at_maturity(loan: Loan, expected: ExpectedMaturity, on: datetime.date) -> tuple[RefinanceFigure, LoanTerms | None]:
    due = falling_due(loan)
    if expected.kind is MaturityKind.ANTICIPATED_REPAYMENT:
        principal, unknown = due.anticipated_balloon, UNSCHEDULED
    elif expected.kind is MaturityKind.EXTENDED and loan.amortization_type is not AmortizationType.INTEREST_ONLY:
        principal, unknown = None, BEYOND
    else:
        principal, unknown = due.balloon, UNSCHEDULED
    if principal is None:
        return RefinanceFigure(value=None, as_of=on, basis=None, unknown=unknown), None
    words = _late("what its schedule leaves of the recorded balance to its last payment", on, expected)
    return RefinanceFigure(value=principal, as_of=expected.date, basis=words), _schedule_of(loan)


def _before_recorded(loan: Loan, on: datetime.date) -> tuple[RefinanceFigure, LoanTerms | None]:
    """Return what the contract owed on a day before that of the recorded balance."""
    try:
        part = contract_of(loan).part_on(on)
    except InvalidTerms:
        return RefinanceFigure(value=None, as_of=on, basis=None, unknown=UNSCHEDULED), None
    owed = part.balance_on(on)
    if owed is None:
        return RefinanceFigure(value=None, as_of=on, basis=None, unknown=UNSCHEDULED), None
    words = f"what is owed that day by its contract: its balance was recorded later, on {loan.balance_as_of}"
    terms = part.terms if isinstance(part.terms, LoanTerms) else None
    return RefinanceFigure(value=owed, as_of=on, basis=words), terms


def _schedule_of(loan: Loan) -> LoanTerms | None:
    left = remaining_terms(loan)
    return left if isinstance(left, LoanTerms) else None


def _late(words: str, on: datetime.date, expected: ExpectedMaturity) -> str:
    return f"{words}; it was due on {expected.date}, before that day" if on > expected.date else words


def explain_balloon(trace: Trace, loan: Loan, balloon: RefinanceFigure, terms: LoanTerms | None) -> None:
    """Say what the balloon follows from: all that a person needs to compute it again."""
    if terms is None:
        trace.says(f"balloon = {balloon.basis or balloon.unknown}")
        if balloon.basis not in {None, STATED}:
            trace.input("recorded balance", loan.current_balance, Unit.DOLLARS)
            trace.input("recorded on", loan.balance_as_of, Unit.DATE)
    else:
        rounding = terms.rounding
        trace.says(
            f"balloon = {balloon.basis}: of each payment, what is more than the interest of its period is principal",
            convention=f"interest on {terms.day_count.value}, {terms.frequency.value}, from {terms.start} on",
            rounding=f"each installment's interest to the cent ({rounding.interest.value})",
        )
        trace.input("balance at the start", terms.principal, Unit.DOLLARS)
        trace.input("recorded on", loan.balance_as_of, Unit.DATE)
        trace.input("interest from", terms.start, Unit.DATE)
        trace.input("first payment", terms.first_payment, Unit.DATE)
        trace.input("rate", terms.rate, Unit.FRACTION)
        trace.input("level payment", terms.level_payment(), Unit.DOLLARS)
        trace.input("interest-only months", terms.interest_only_months, Unit.MONTHS)
        trace.input("day count", terms.day_count.value, Unit.NAME)
        trace.input("business-day rule", terms.business_day_rule.value, Unit.NAME)
        trace.input("maturity", terms.maturity, Unit.DATE)
    trace.step("balloon", balloon.value, Unit.DOLLARS)
