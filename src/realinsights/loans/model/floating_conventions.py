"""Conventions by which a floating loan's reported figures come out to the cent at its rates of each month. Pure.

The rates are those that its months are computed at: by fixings, else as the tape reports them. The solver looks for day
count, accrual dates and rounding of the interest; a payment that is computed anew with each new rate is held against
what the tape reports as paid.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from realinsights.loans.model.floating_reconciliation import FloatingAccount
from realinsights.loans.model.lender_statements import Reproducing, statement_row
from realinsights.loans.model.payment_schedule import whole_months
from realinsights.loans.model.solutions import ConventionView, convention_of_plan
from realinsights.loans.model.tape import Precision, Statement
from realinsights_finance.level_payment import level_payment
from realinsights_finance.repayment import LevelPayment
from realinsights_finance.solver import (
    InvalidStatement,
    KnownTerms,
    LenderStatement,
    PaymentRule,
    Status,
    solve,
    statement,
)
from realinsights_finance.solver import Precision as SolverPrecision

FEWEST_OF_PART: Final = 3
"""Installments that a convention has to reproduce where it does not reproduce all of them."""


def payment_rule(account: FloatingAccount) -> tuple[PaymentRule, Decimal | None]:
    """Return what an installment repays by a loan's terms, and its stated payment."""
    rule = account.plan.repayment
    if not isinstance(rule, LevelPayment):
        return PaymentRule.INTEREST_ONLY, None
    if rule.payment is not None:
        return PaymentRule.LEVEL_STATED, rule.payment
    return PaymentRule.LEVEL_AT_RESETS, None


def stated_convention(account: FloatingAccount) -> ConventionView:
    """Return the convention that a floating loan's own terms state."""
    rule, payment = payment_rule(account)
    return convention_of_plan(account.loan.terms, rule, payment)


def reproducing_floating(
    account: FloatingAccount, statements: Sequence[tuple[Statement, Precision]]
) -> Reproducing | None:
    """Return every convention that reproduces a floating loan's statements, or their first ones; None if none does."""
    due = {
        number: each
        for each, _ in statements
        if (number := account.due_number(each)) is not None
        and each.beginning_balance != 0
        and each.interest is not None
    }
    said = _statement(account, due, precise=all(precision is Precision.CENTS for _, precision in statements))
    if said is None:
        return None
    days = {number: account.named_due_date(number) for number in due}
    known = _known(account, days)
    paid = _first_wrong_payment(account, said, {days[number]: number for number in due})
    try:
        solution = solve(said, known)
        reached = len(said.rows) if solution.status is not Status.DIFFERS else solution.matched_rows
        reached = min(reached, paid)
        part = reached < len(said.rows)
        if part and reached < FEWEST_OF_PART:
            return None
        if part:
            said = replace(said, rows=said.rows[:reached])
            solution = solve(said, known)
    except InvalidStatement:
        return None
    if solution.status not in {Status.MATCHED, Status.TIED}:
        return None
    rule, _ = payment_rule(account)
    if rule is PaymentRule.LEVEL_AT_RESETS:
        told = (replace(each, payment_rule=rule, payment=None) for each in solution.conventions)
        solution = replace(solution, conventions=tuple(told))
    place_of = {row.due_date: place for place, row in enumerate(said.rows)}
    places = {each.period_end: place_of[days[number]] for number, each in due.items() if days[number] in place_of}
    return Reproducing(solution, said, part, places)


def _statement(account: FloatingAccount, due: dict[int, Statement], *, precise: bool) -> LenderStatement | None:
    frequency = whole_months(account.loan.terms.frequency)
    if not due or frequency is None:
        return None
    try:
        said = statement(
            (statement_row(account.named_due_date(number), each) for number, each in due.items()),
            precision=SolverPrecision.CENTS if precise else SolverPrecision.FLOAT32,
            frequency=frequency,
        )
    except InvalidStatement:
        return None
    if said.rows[0].beginning_balance is None:
        return None
    return replace(said, payment_day=account.payment_day)


def _known(account: FloatingAccount, days: dict[int, datetime.date]) -> KnownTerms:
    loan, terms = account.loan, account.loan.terms
    rates = ((days[number], account.rate_of(number)) for number in sorted(days))
    _, payment = payment_rule(account)
    return KnownTerms(
        principal=loan.original_balance,
        first_payment=account.named_due_date(1),
        maturity=account.plan.periods[-1].end,
        amortization_months=terms.amortization_months,
        interest_only_months=terms.interest_only_months,
        payment=payment,
        accrual_starts=(account.plan.start, loan.origination_date),
        complete=True,
        rates=tuple((day, rate) for day, rate in rates if rate is not None),
    )


def _first_wrong_payment(account: FloatingAccount, said: LenderStatement, numbers: dict[datetime.date, int]) -> int:
    """Return how many rows pay what the payment that is computed anew with each new rate says, from the first on.

    The rows of a loan with another rule are held against it by the solver.
    """
    rule, terms = account.plan.repayment, account.loan.terms
    if not isinstance(rule, LevelPayment) or rule.payment is not None:
        return len(said.rows)
    level: Decimal | None = None
    held: Decimal | None = None
    for place, row in enumerate(said.rows):
        number = numbers.get(row.due_date)
        rate = None if number is None else account.rate_of(number)
        if number is None or rate is None or row.beginning_balance is None:
            level = held = None
            continue
        if rate != held:
            left = max(rule.periods - (number - 1 - rule.interest_only), 1)
            periodic = Fraction(rate) / terms.frequency.periods_per_year
            level, held = level_payment(row.beginning_balance, periodic, left, terms.payment_rounding), rate
        if row.interest is None or row.principal is None or level is None:
            continue
        due = max(level - row.interest, Decimal(0)) if number > rule.interest_only else Decimal(0)
        due = row.beginning_balance if number == len(account.plan.periods) else min(due, row.beginning_balance)
        if abs(row.principal - due) > said.precision.tolerance(row.beginning_balance):
            return place
    return len(said.rows)
