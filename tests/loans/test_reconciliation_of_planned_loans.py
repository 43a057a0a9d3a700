"""Reconciliation of loans that a plan computes: each period beside what the note's own principal and rates make."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from realinsights.loans.model.computed_periods import Schedules
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.reconciliation import Outcome, ReconciledFigure, reconcile
from realinsights.loans.model.tape import Precision, Statement
from realinsights_finance.due_dates import add_months

DAY = datetime.timedelta(days=1)
LISTED = {
    "dayCount": "30_360",
    "amortizationMonths": None,
    "scheduledPrincipal": [{"dueDate": "2025-03-01", "amount": "100000.00"}],
}
# $1,200,000 at 6 % on 30/360, and $1,100,000 after the payment of March.
MONTHS = (
    ("1200000.00", "6000.00", "0.00", "1200000.00"),
    ("1200000.00", "6000.00", "100000.00", "1100000.00"),
    ("1100000.00", "5500.00", "0.00", "1100000.00"),
)


def listed(a_loan: Callable[..., Loan], **terms: Any) -> Loan:
    return a_loan(
        originalBalance="1200000.00",
        currentBalance="1200000.00",
        maturityDate="2026-01-01",
        rate="0.06",
        terms={**LISTED, **terms},
    )


# The same in kind: each month's interest is added to what is owed, and nothing is paid.
IN_KIND = (
    ("1200000.00", "6000.00", "0.00", "1206000.00"),
    ("1206000.00", "6030.00", "0.00", "1212030.00"),
    ("1212030.00", "6060.15", "0.00", "1218090.15"),
)


def statements(months: tuple[tuple[str, str, str, str], ...] = MONTHS) -> list[tuple[Statement, Precision]]:
    found = []
    for place, figures in enumerate(months, 1):
        begin = add_months(datetime.date(2025, 1, 1), place)
        beginning, interest, principal, ending = map(Decimal, figures)
        statement = Statement(
            number="1001", row=1, line=1, period_begin=begin, period_end=add_months(begin, 1) - DAY,
            beginning_balance=beginning, interest=interest, principal=principal, ending_balance=ending,
        )  # fmt: skip
        found.append((statement, Precision.CENTS))
    return found


class TestAPlannedLoan:
    def test_matches_by_its_list(self, a_loan: Callable[..., Loan]) -> None:
        found = list(reconcile(Schedules.of([listed(a_loan)]), 0, statements()))
        assert [period.outcome for period in found] == [Outcome.MATCHED] * 3

    def test_in_kind_matches_where_nothing_is_paid(self, a_loan: Callable[..., Loan]) -> None:
        loan = listed(a_loan, scheduledPrincipal=[], payRate="0")
        found = list(reconcile(Schedules.of([loan]), 0, statements(IN_KIND)))
        assert [period.outcome for period in found] == [Outcome.MATCHED] * 3
        paid = listed(a_loan, scheduledPrincipal=[])
        [_, second, _] = reconcile(Schedules.of([paid]), 0, statements(IN_KIND))
        assert (second.outcome, second.computed_interest) == (Outcome.DIFFERS, Decimal("6000.00"))

    def test_differs_from_where_another_principal_was_due(self, a_loan: Callable[..., Loan]) -> None:
        other = [{"dueDate": "2025-03-01", "amount": "90000.00"}]
        found = list(reconcile(Schedules.of([listed(a_loan, scheduledPrincipal=other)]), 0, statements()))
        assert [period.outcome for period in found] == [Outcome.MATCHED, Outcome.DIFFERS, Outcome.DIFFERS]
        assert found[1].differing == (ReconciledFigure.PRINCIPAL, ReconciledFigure.ENDING_BALANCE)
        assert found[2].computed_interest == Decimal("5550.00")

    def test_is_not_computed_where_its_plan_is_not(self, a_loan: Callable[..., Loan]) -> None:
        between = [{"dueDate": "2025-03-15", "amount": "90000.00"}]
        [first, *_] = reconcile(Schedules.of([listed(a_loan, scheduledPrincipal=between)]), 0, statements())
        assert first.outcome is Outcome.NOT_COMPUTED
        assert first.reason is not None
        assert first.reason.startswith("its principal of 2025-03-15 is due on no payment date")
