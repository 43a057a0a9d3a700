"""Loans reconciled with what servicers reported of them, other conventions than the terms' included. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from realinsights.loans.model.computed_periods import Schedules
from realinsights.loans.model.floating_conventions import stated_convention
from realinsights.loans.model.floating_reconciliation import FloatingAccount, KnownFixings
from realinsights.loans.model.imports import TapeStatement
from realinsights.loans.model.lender_conventions import Reproduction, Search
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.note_plan import is_planned, loan_plan
from realinsights.loans.model.payment_schedule import Unscheduled
from realinsights.loans.model.reconciliation import (
    CENTS_RULE,
    FLOAT32_RULE,
    RATE_RULE,
    PeriodReconciliation,
    compared,
    held_against,
    reconcile,
)
from realinsights.loans.model.solutions import ConventionView, convention_of
from realinsights.loans.model.tape import Precision, Statement
from realinsights.loans.model.terms_changes import dated_changes
from realinsights_finance.terms import LoanTerms

Said = Sequence[tuple[Statement, Precision]]


class Reconciled(NamedTuple):
    """A loan with its terms and its periods, oldest first, and by which conventions they match where not by its terms.

    `terms` are those of its schedule, or where it floats what its periods are held against. `rule` says what counts as
    matched.
    """

    loan: Loan
    terms: LoanTerms | FloatingAccount | Unscheduled
    periods: list[PeriodReconciliation]
    reproduced_by: Reproduction | None
    rule: str

    @property
    def unscheduled(self) -> str | None:
        """Why nothing can be computed; None where something can."""
        if is_planned(self.loan) and not isinstance(loan_plan(self.loan), Unscheduled):
            return None
        return self.terms.reason if isinstance(self.terms, Unscheduled) else None

    @property
    def stated(self) -> ConventionView | None:
        """The convention that its terms state."""
        if isinstance(self.terms, Unscheduled):
            return None
        return convention_of(self.terms) if isinstance(self.terms, LoanTerms) else stated_convention(self.terms)


def reconciled_loan(loan: Loan, statements: Sequence[TapeStatement], known: KnownFixings) -> Reconciled:
    """Return one loan reconciled with its statements, by the fixings that are known."""
    return reconciled([loan], statements, Search(), known)[0]


def reconciled(
    loans: Sequence[Loan], statements: Sequence[TapeStatement], search: Search, known: KnownFixings
) -> list[Reconciled]:
    """Return loans reconciled with their statements; `search` bounds how many are asked for other conventions."""
    said: dict[str, list[tuple[Statement, Precision]]] = {}
    for item in statements:
        said.setdefault(item.loan_id, []).append((item.statement, item.precision))
    schedules = Schedules.of(loans)
    return [
        reconciled_in(schedules, index, loan, said.get(loan.id, []), search=search, known=known)
        for index, loan in enumerate(loans)
    ]


def reconciled_in(
    schedules: Schedules, index: int, loan: Loan, said: Said, *, search: Search, known: KnownFixings
) -> Reconciled:
    """Return one of several loans, whose schedules were computed together, reconciled with what is said of it."""
    account = FloatingAccount.of(loan, known, [statement for statement, _ in said])
    terms: LoanTerms | FloatingAccount | Unscheduled = schedules.terms(index)
    if isinstance(account, FloatingAccount):
        terms, periods = account, list(held_against(account, said))
    elif isinstance(account, Unscheduled) and not dated_changes(loan):
        in_order = sorted(said, key=lambda item: item[0].period_end)
        terms, periods = account, [compared(statement, account, precision) for statement, precision in in_order]
    else:
        periods = list(reconcile(schedules, index, said))
    periods, reproduced = search.look(loan, terms, said, periods)
    precise = all(precision is Precision.CENTS for _, precision in said)
    rule = f"{CENTS_RULE if precise else FLOAT32_RULE}; {RATE_RULE}"
    return Reconciled(loan, terms, periods, reproduced, rule)
