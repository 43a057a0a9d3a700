"""Overcharges: month by month what a lender billed, beside what the loan's terms say. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

import msgspec

from realinsights.loans.model.computed_periods import NOTHING
from realinsights.loans.model.explained import Explanation, explanation_of
from realinsights.loans.model.floating_conventions import stated_convention
from realinsights.loans.model.floating_reconciliation import FloatingAccount
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.payment_schedule import Unscheduled, finance_terms
from realinsights.loans.model.reconciled import Reconciled
from realinsights.loans.model.reconciliation import Outcome, PeriodReconciliation, RateBasis, tolerance_of
from realinsights.loans.model.solutions import SolvedFile, SolvedRow, stated_words
from realinsights.loans.model.tape import Precision
from realinsights.loans.model.terms_changes import dated_changes
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.schedule import Installment, expected_installment, schedule
from realinsights_finance.terms import LoanTerms

_NOT_BILLED: Final = "no interest is reported as billed"


class BilledMonth(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel"):
    """One installment as it was billed and as the terms have it; null is unknown, and `reason` says why.

    `interest_over` and `principal_over` are billed less due: more than nothing is too much. `on_stated_balance` is the
    interest that the terms have on the balance that the lender states, which its own mistakes have changed. `rate` is
    that of the terms in a month of a floating loan.
    """

    due_date: datetime.date
    interest_billed: Decimal | None
    interest_due: Decimal | None = None
    interest_over: Decimal | None = None
    principal_billed: Decimal | None = None
    principal_due: Decimal | None = None
    principal_over: Decimal | None = None
    on_stated_balance: Decimal | None = None
    rate: Decimal | None = None
    reason: str | None = None


class Overcharges(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a lender billed beside what the loan's terms say, oldest first.

    The sums are of the months that were `compared`, those whose interest was billed and is known by the terms;
    `unknown` are the others. `interest_over` is billed less due: below nothing, too little was billed in all. `over`
    and `under` are months. Differences within `tolerance` count as none. `terms` is the convention of the terms,
    `billed_by` the one that the lender's figures follow, where that is another and known. `unscheduled` says why
    nothing is compared. `explained` says how `interest_over` came about.
    """

    loan_id: str
    number: str
    name: str
    terms: str | None
    billed_by: str | None
    tolerance: str
    unscheduled: str | None
    compared: int
    unknown: int
    over: int
    under: int
    interest_billed: Decimal
    interest_due: Decimal
    interest_over: Decimal
    principal_over: Decimal
    months: tuple[BilledMonth, ...]
    explained: Explanation | None = None


class SolvedUpload(SolvedFile, frozen=True, kw_only=True, rename="camel"):
    """What was found of an uploaded file; `overcharges` are those by a loan's terms, where one was named."""

    overcharges: Overcharges | None = None


def overcharges_of(found: Reconciled, *, explain: bool = False) -> Overcharges:
    """Return the overcharges of a loan's reported periods; of a floating one, where fixings tell its rate."""
    loan, terms = found.loan, found.terms
    # What the terms have on another balance is told where one set of terms holds for all periods.
    changed = bool(dated_changes(loan)) and not isinstance(terms, FloatingAccount)
    own = Unscheduled("its terms have changed") if changed else terms
    months = [month for period in found.periods if (month := _of_period(period, own)) is not None]
    billed_by = None if found.reproduced_by is None else found.reproduced_by.words
    return _summed(loan, terms, months, billed_by=billed_by, tolerance=found.rule, explain=explain)


def overcharges_of_rows(
    loan: Loan, rows: Iterable[SolvedRow], *, billed_by: str | None, tolerance: str, precision: Precision
) -> Overcharges:
    """Return the overcharges of an uploaded statement's rows, by the loan's terms."""
    terms = finance_terms(loan)
    if dated_changes(loan):
        terms = Unscheduled("its terms have changed over time: only reported periods are compared with each of them")
    due = {} if isinstance(terms, Unscheduled) else _installments(terms)
    months = [_of_row(row, terms, due.get(row.due_date), precision) for row in rows]
    return _summed(loan, terms, months, billed_by=billed_by, tolerance=tolerance)


def _of_period(period: PeriodReconciliation, terms: LoanTerms | FloatingAccount | Unscheduled) -> BilledMonth | None:
    billed = period.interest
    if period.outcome is Outcome.CLOSED or (period.outcome is Outcome.NOT_DUE and not billed):
        return None
    due = period.computed_interest
    reason = period.reason if due is None else None
    if period.rate_by is RateBasis.REPORTED:
        due, reason = None, f"by the terms its rate is not known: {period.reason}"
    if due is not None and period.outcome is Outcome.DIFFERS and period.notes:
        # What was prepaid or modified is owed otherwise than the schedule says: no mistake of the lender's.
        due, reason = None, f"the loan has left its schedule: {'; '.join(period.notes)}"
    return _month(
        period.due_date or period.period_end,
        (billed, due),
        (period.principal, None if due is None else period.computed_principal),
        on_stated=_on_stated(terms, period),
        rate=period.rate if period.rate_by is RateBasis.TERMS else None,
        tolerance=period.tolerance,
        reason=reason,
    )


def _on_stated(terms: LoanTerms | FloatingAccount | Unscheduled, period: PeriodReconciliation) -> Decimal | None:
    if not isinstance(terms, FloatingAccount):
        return _on_balance(terms, period.due_date, period.beginning_balance)
    if period.rate_by is not RateBasis.TERMS:
        return None
    row = terms.on_balance(period.period_end, period.beginning_balance)
    return None if row is None else row.interest


def _of_row(
    row: SolvedRow, terms: LoanTerms | Unscheduled, due: Installment | None, precision: Precision
) -> BilledMonth:
    reason = terms.reason if isinstance(terms, Unscheduled) else None
    if due is None and reason is None:
        reason = "by the loan's terms nothing is due on this day"
    return _month(
        row.due_date,
        (row.interest, None if due is None else due.interest),
        (row.principal, None if due is None else due.principal),
        on_stated=_on_balance(terms, row.due_date, row.beginning_balance),
        tolerance=NOTHING if due is None else tolerance_of(precision, due.beginning_balance),
        reason=reason,
    )


def _month(
    day: datetime.date,
    interest: tuple[Decimal | None, Decimal | None],
    principal: tuple[Decimal | None, Decimal | None],
    *,
    on_stated: Decimal | None,
    tolerance: Decimal,
    reason: str | None,
    rate: Decimal | None = None,
) -> BilledMonth:
    if interest[0] is None and reason is None:
        reason = _NOT_BILLED
    return BilledMonth(
        due_date=day,
        interest_billed=interest[0],
        interest_due=interest[1],
        interest_over=_over(*interest, tolerance),
        principal_billed=principal[0],
        principal_due=principal[1],
        principal_over=_over(*principal, tolerance),
        on_stated_balance=on_stated,
        rate=rate,
        reason=reason,
    )


def _over(billed: Decimal | None, due: Decimal | None, tolerance: Decimal) -> Decimal | None:
    if billed is None or due is None:
        return None
    return NOTHING if abs(billed - due) <= tolerance else billed - due


def _on_balance(terms: LoanTerms | Unscheduled, due: datetime.date | None, balance: Decimal | None) -> Decimal | None:
    if isinstance(terms, Unscheduled) or due is None or not balance:
        return None
    number = terms.installments_due(due)
    return expected_installment(terms, number=number, beginning_balance=balance).interest if number else None


def _installments(terms: LoanTerms) -> dict[datetime.date, Installment]:
    """Return the installments by the day that the note names, and by the one that payments move to."""
    return {day: row for row in schedule(terms).installments for day in (row.due_date, row.period_end)}


def _summed(
    loan: Loan,
    terms: LoanTerms | FloatingAccount | Unscheduled,
    months: Sequence[BilledMonth],
    *,
    billed_by: str | None,
    tolerance: str,
    explain: bool = False,
) -> Overcharges:
    compared = [month for month in months if month.interest_over is not None]
    over = [month.interest_over for month in compared if month.interest_over is not None]
    principal = [month.principal_over for month in compared if month.principal_over is not None]
    return Overcharges(
        loan_id=loan.id,
        number=loan.number,
        name=loan.name,
        terms=None if isinstance(terms, Unscheduled) else _words(terms),
        billed_by=billed_by,
        tolerance=tolerance,
        unscheduled=terms.reason if isinstance(terms, Unscheduled) else None,
        compared=len(compared),
        unknown=len(months) - len(compared),
        over=sum(each > 0 for each in over),
        under=sum(each < 0 for each in over),
        interest_billed=_sum(month.interest_billed for month in compared),
        interest_due=_sum(month.interest_due for month in compared),
        interest_over=_sum(over),
        principal_over=_sum(principal),
        months=tuple(months),
        explained=explanation_of(_trace(loan, terms, months, tolerance)) if explain else None,
    )


def _words(terms: LoanTerms | FloatingAccount) -> str:
    return stated_convention(terms).words if isinstance(terms, FloatingAccount) else stated_words(terms)


def _trace(
    loan: Loan, terms: LoanTerms | FloatingAccount | Unscheduled, months: Sequence[BilledMonth], tolerance: str
) -> Trace:
    trace = Trace()
    if isinstance(terms, Unscheduled):
        trace.says(f"not computed: {terms.reason}")
        return trace
    trace.says(
        "the sum of interest billed less interest by the terms, of the months of which both are known",
        convention=_words(terms),
        rounding=f"each month's interest as the terms round it; within tolerance counts as none: {tolerance}",
    )
    trace.input("original balance", loan.original_balance, Unit.DOLLARS)
    if isinstance(terms, FloatingAccount):
        plan = terms.plan
        trace.input("interest from", plan.start, Unit.DATE)
        trace.input("first payment", plan.periods[0].payment_date, Unit.DATE)
        trace.input("maturity", plan.periods[-1].end, Unit.DATE)
    else:
        trace.input("rate", terms.rate, Unit.FRACTION)
        trace.input("interest from", terms.start, Unit.DATE)
        trace.input("first payment", terms.first_payment, Unit.DATE)
        trace.input("maturity", terms.maturity, Unit.DATE)
        trace.input("level payment", terms.level_payment(), Unit.DOLLARS)
    for month in months:
        if month.rate is not None:
            trace.step(f"{month.due_date} rate by the terms", month.rate, Unit.FRACTION)
        trace.step(f"{month.due_date} billed", month.interest_billed, Unit.DOLLARS)
        trace.step(f"{month.due_date} by the terms", month.interest_due, Unit.DOLLARS)
        trace.step(f"{month.due_date} over", month.interest_over, Unit.DOLLARS)
    return trace


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum(_known(amounts), NOTHING)


def _known(amounts: Iterable[Decimal | None]) -> Iterator[Decimal]:
    return (amount for amount in amounts if amount is not None)
