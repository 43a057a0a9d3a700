"""Reconciliation of a loan whose terms have changed: each period beside the terms that were in force in it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from realinsights.contracts.loans import RateType
from realinsights.loans.model.computed_periods import Schedules
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.payment_schedule import finance_terms
from realinsights.loans.model.reconciliation import Outcome, ReconciledFigure, reconcile
from realinsights.loans.model.tape import Precision, Statement
from realinsights.loans.model.terms_changes import Dating, with_change
from realinsights.loans.queries.schedules import schedule_of
from realinsights_finance.due_dates import add_months
from realinsights_finance.schedule import schedule
from realinsights_finance.terms import LoanTerms

Build = Callable[..., Any]

BUSINESS_DATE = datetime.date(2025, 12, 31)
CHANGED_ON = datetime.date(2025, 7, 15)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def before(a_loan: Build) -> Loan:
    loan: Loan = a_loan()
    return loan


@pytest.fixture
def changed(before: Loan) -> Loan:
    after = msgspec.structs.replace(before, rate=Decimal("0.0475"))
    return with_change(after, before, Dating(effective_on=CHANGED_ON), business_date=BUSINESS_DATE)


def month(number: int, **figures: Any) -> Statement:
    begin = add_months(datetime.date(2025, 1, 1), number - 1)
    return Statement(number="1001", row=1, line=1, period_begin=begin, period_end=add_months(begin, 1) - DAY, **figures)


def reported(row: Any) -> dict[str, Any]:
    return {
        "beginning_balance": row.beginning_balance,
        "interest": row.interest,
        "principal": row.principal,
        "ending_balance": row.ending_balance,
    }


def outcomes(loan: Loan, statements: list[Statement]) -> list[Any]:
    return list(reconcile(Schedules.of([loan]), 0, [(each, Precision.CENTS) for each in statements]))


class TestEachPeriod:
    def test_is_compared_with_the_terms_that_were_in_force(self, before: Loan, changed: Loan) -> None:
        rows = schedule_of(changed).installments
        statements = [month(number, **reported(rows[number - 2])) for number in range(2, 13)]
        found = outcomes(changed, statements)
        assert {each.outcome for each in found} == {Outcome.MATCHED}
        former = finance_terms(before)
        assert isinstance(former, LoanTerms)
        assert [each.computed_interest for each in found[:6]] == [
            row.interest for row in schedule(former).installments[:6]
        ]
        # August: the balance of July 1, 14 days at 5.25 % and 17 at 4.75 %, each to the cent.
        balance = schedule(former).installments[5].ending_balance
        days = [balance * rate * count / 360 for rate, count in ((Decimal("0.0525"), 14), (Decimal("0.0475"), 17))]
        assert found[6].computed_interest == sum(each.quantize(Decimal("0.01")) for each in days)

    def test_reported_on_the_former_terms_differs_from_the_change_on(self, before: Loan, changed: Loan) -> None:
        former = finance_terms(before)
        assert isinstance(former, LoanTerms)
        rows = schedule(former).installments
        found = outcomes(changed, [month(number, **reported(rows[number - 2])) for number in range(6, 10)])
        assert [each.outcome for each in found] == [Outcome.MATCHED] * 2 + [Outcome.DIFFERS] * 2
        assert ReconciledFigure.INTEREST in found[2].differing
        assert {each.since for each in found[2:]} == {datetime.date(2025, 8, 31)}

    def test_before_the_first_payment_is_not_due(self, changed: Loan) -> None:
        [found] = outcomes(changed, [month(1, ending_balance=Decimal("10000000.00"))])
        assert found.outcome is Outcome.NOT_DUE

    def test_in_which_the_rate_floated_has_no_schedule(self, a_loan: Build) -> None:
        floating = a_loan(
            rateType="floating",
            terms={"floating": {"index": "SOFR", "spread": "0.03"}, "amortizationMonths": None},
        )
        fixed = msgspec.structs.replace(floating, rate_type=RateType.FIXED, rate=Decimal("0.0475"))
        loan = with_change(fixed, floating, Dating(effective_on=CHANGED_ON), business_date=BUSINESS_DATE)
        statements = [month(number, ending_balance=Decimal("10000000.00")) for number in (6, 10)]
        early, late = outcomes(loan, statements)
        assert (early.outcome, early.reason) == (
            Outcome.NOT_COMPUTED,
            "the rate floats: its future interest is not known",
        )
        assert late.outcome is Outcome.MATCHED
