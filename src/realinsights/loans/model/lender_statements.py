"""Statements of a tape as the convention solver takes them, and what is known of the loan."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, NamedTuple

from realinsights.contracts.loans import RateType
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.payment_schedule import Unscheduled, finance_terms, whole_months
from realinsights.loans.model.solutions import SolutionView, refused, solution_view
from realinsights.loans.model.tape import Precision, Statement
from realinsights_finance.due_dates import Frequency, add_months
from realinsights_finance.money import cents
from realinsights_finance.solver import (
    InvalidStatement,
    KnownTerms,
    LenderStatement,
    Solution,
    StatementRow,
    Status,
    solve,
    statement,
)
from realinsights_finance.solver import Precision as SolverPrecision
from realinsights_finance.time import Interval

_NOT_SOLVED: Final = "payments are in advance or not whole months apart: conventions are looked for of others alone"


@dataclass(frozen=True, kw_only=True, slots=True)
class LoanToSolve:
    """One loan's statement; None where no installment was due in its periods.

    `rates` are those of its periods where they may be the loan's: it floats, or nobody says of which kind it is.
    """

    number: str
    rows: LenderStatement | None
    known: KnownTerms
    rates: tuple[tuple[datetime.date, Decimal], ...] = ()


class Reproducing(NamedTuple):
    """The solution of a loan's statement, or of its first part; `places` are those of its periods among its rows."""

    solution: Solution
    said: LenderStatement
    part: bool
    places: dict[datetime.date, int]


def loan_to_solve(terms: Statement, periods: Sequence[Statement], precision: Precision) -> LoanToSolve:
    """Return a loan's periods as a statement, beside what its terms say. Raises InvalidStatement.

    Principal that was collected unscheduled is no part of what was due: the balance before it is taken. Periods of a
    loan that owed nothing any more are left out.
    """
    frequency = whole_months(terms.frequency or Interval.MONTHLY)
    if periods and (frequency is None or terms.payments_in_advance):
        raise InvalidStatement(_NOT_SOLVED)
    rows: dict[datetime.date, StatementRow] = {}
    rates: dict[datetime.date, Decimal] = {}
    for period in sorted(periods, key=lambda period: period.period_end):
        due = due_date_in(period, first=terms.first_payment_date, day=terms.payment_day, frequency=frequency)
        if due is not None and period.beginning_balance != 0:
            rows[due] = statement_row(due, period)
            if period.rate is not None:
                rates[due] = period.rate
    told = _told(terms, periods)
    of_months = tuple(sorted(rates.items()))
    if terms.rate_type is RateType.FLOATING:
        told = replace(told, rates=of_months)
    elif terms.rate_type is not None or len(set(rates.values())) < 2:
        of_months = ()
    if not rows:
        return LoanToSolve(number=terms.number, rows=None, known=told)
    stated = None if terms.frequency is None else frequency
    said = statement(rows.values(), precision=SolverPrecision(precision.value), frequency=stated)
    return LoanToSolve(number=terms.number, rows=said, known=told, rates=of_months)


def solved_loan(loan: LoanToSolve | SolutionView) -> SolutionView:
    """Return what is found of a loan's statement; one that was refused before stays so."""
    if isinstance(loan, SolutionView):
        return loan
    if loan.rows is None:
        return solution_view(loan.number, Solution(status=Status.NOTHING_DUE))
    try:
        solution = solve(loan.rows, loan.known, rows=True)
        if solution.status is Status.DIFFERS and loan.rates and not loan.known.rates:
            # No one rate makes these figures: those that the tape reports month by month may.
            by_month = solve(loan.rows, replace(loan.known, rates=loan.rates), rows=True)
            solution = by_month if by_month.status in {Status.MATCHED, Status.TIED} else solution
        return solution_view(loan.number, solution, loan.rows.rows)
    except InvalidStatement as invalid:
        return refused(loan.number, str(invalid))


def known_of(loan: Loan) -> KnownTerms:
    """Return what a stored loan's terms say of it; of one without a schedule, little."""
    terms = finance_terms(loan)
    if isinstance(terms, Unscheduled):
        return KnownTerms(principal=loan.original_balance, maturity=loan.maturity_date)
    return KnownTerms(
        rate=terms.rate,
        principal=terms.principal,
        first_payment=terms.first_payment,
        maturity=terms.maturity,
        amortization_months=terms.amortization_months,
        interest_only_months=terms.interest_only_months,
        payment=terms.payment,
        accrual_starts=(terms.start, loan.origination_date),
    )


def due_date_in(
    period: Statement, *, first: datetime.date | None, day: int | None, frequency: Frequency | None
) -> datetime.date | None:
    """Return the day in a period on which an installment was due, None where none was.

    It follows from the first payment, the payment day and the frequency, where those are known.
    """
    if first is None:
        return period.period_end
    day = day or first.day
    months = (frequency or Frequency.MONTHLY).months
    count = (period.period_end.year - first.year) * 12 + period.period_end.month - first.month
    due = add_months(first, count // months * months, day=day)
    if due > period.period_end:
        due = add_months(first, (count // months - 1) * months, day=day)
    begin = period.period_begin
    return None if due < first or (begin is not None and due < begin) else due


def statement_row(due: datetime.date, period: Statement) -> StatementRow:
    """Return a reported period as a row of a statement."""
    ending = period.ending_balance
    if ending is not None:
        ending = max(Decimal(0), ending + (period.unscheduled_principal or 0))
    return StatementRow(
        due_date=due,
        beginning_balance=_cents(period.beginning_balance),
        interest=_cents(period.interest),
        principal=_cents(period.principal),
        ending_balance=_cents(ending),
    )


def _cents(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else cents(max(Decimal(0), amount))


def _told(terms: Statement, periods: Sequence[Statement]) -> KnownTerms:
    rates = {period.rate for period in periods if period.rate}
    return KnownTerms(
        rate=rates.pop() if len(rates) == 1 else terms.original_rate or terms.rate,
        principal=terms.original_balance,
        first_payment=terms.first_payment_date,
        maturity=terms.maturity_date,
        amortization_months=terms.amortization_months or None,
        interest_only_months=terms.interest_only_months,
        payment=terms.stated_payment or terms.level_payment,
        accrual_starts=tuple(_starts(terms)),
    )


def _starts(terms: Statement) -> Iterator[datetime.date]:
    for day in (terms.interest_start_date, terms.origination_date):
        if day is not None:
            yield day
