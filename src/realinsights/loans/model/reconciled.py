"""Loans reconciled with what servicers reported of them, other conventions than the terms' included. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from realinsights.loans.model.imports import TapeStatement
from realinsights.loans.model.lender_conventions import Reproduction, Search
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.payment_schedule import Unscheduled
from realinsights.loans.model.reconciliation import (
    CENTS_RULE,
    FLOAT32_RULE,
    RATE_RULE,
    PeriodReconciliation,
    Schedules,
    reconcile,
)
from realinsights.loans.model.tape import Precision, Statement
from realinsights_finance.terms import LoanTerms


class Reconciled(NamedTuple):
    """A loan with its terms and its periods, oldest first, and by which conventions they match where not by its terms.

    `rule` says what counts as matched.
    """

    loan: Loan
    terms: LoanTerms | Unscheduled
    periods: list[PeriodReconciliation]
    reproduced_by: Reproduction | None
    rule: str


def reconciled_loan(loan: Loan, statements: Sequence[TapeStatement]) -> Reconciled:
    """Return one loan reconciled with its statements."""
    return reconciled([loan], statements, Search())[0]


def reconciled(loans: Sequence[Loan], statements: Sequence[TapeStatement], search: Search) -> list[Reconciled]:
    """Return loans reconciled with their statements; `search` bounds how many are asked for other conventions."""
    said: dict[str, list[tuple[Statement, Precision]]] = {}
    for item in statements:
        said.setdefault(item.loan_id, []).append((item.statement, item.precision))
    schedules = Schedules.of(loans)
    found = []
    for index, loan in enumerate(loans):
        own, terms = said.get(loan.id, []), schedules.terms(index)
        periods, reproduced = search.look(loan, terms, own, list(reconcile(schedules, index, own)))
        precise = all(precision is Precision.CENTS for _, precision in own)
        rule = f"{CENTS_RULE if precise else FLOAT32_RULE}; {RATE_RULE}"
        found.append(Reconciled(loan, terms, periods, reproduced, rule))
    return found
