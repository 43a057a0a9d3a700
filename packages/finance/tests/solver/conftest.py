"""Statements to solve: those that our own schedules print."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from realinsights_finance import LoanTerms, schedule
from realinsights_finance.solver import KnownTerms, LenderStatement, StatementRow, statement


@pytest.fixture(scope="session")
def printed() -> Callable[..., LenderStatement]:
    """Return a function that prints the first rows of a loan's schedule; fields that are named stay blank."""

    def build(
        terms: LoanTerms, rows: int | None = None, *, begin: int = 0, blank: tuple[str, ...] = ()
    ) -> LenderStatement:
        def row(installment: Any) -> StatementRow:
            names = ("beginning_balance", "interest", "principal", "ending_balance")
            said = {name: getattr(installment, name) for name in names if name not in blank}
            return StatementRow(due_date=installment.due_date, **said)

        return statement(map(row, schedule(terms).installments[begin:rows]))

    return build


@pytest.fixture(scope="session")
def known() -> Callable[[LoanTerms], KnownTerms]:
    """Return a function that tells what a tape tells of a loan."""

    def build(terms: LoanTerms) -> KnownTerms:
        return KnownTerms(
            rate=terms.rate,
            principal=terms.principal,
            first_payment=terms.first_payment,
            maturity=terms.maturity,
            amortization_months=terms.amortization_months,
            interest_only_months=terms.interest_only_months,
        )

    return build
