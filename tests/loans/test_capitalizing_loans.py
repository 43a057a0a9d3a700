"""Loans whose interest is added to what is owed: payment in kind and negative amortization, by hand."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from realinsights.contracts.loans import AmortizationType, DatedBalance
from realinsights.loans.model.coming_flows import Window, coming_flows, coming_schedule
from realinsights.loans.model.debt_service import annual_debt_service
from realinsights.loans.model.falling_due import falling_due
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.loan_rules import checked_loan
from realinsights.loans.model.payment_schedule import Unscheduled
from realinsights.loans.model.rolling_forward import rolled_forward
from realinsights.loans.queries.schedules import balance_of, schedule_of
from realinsights.loans.service.facts import scheduled_months
from realinsights_finance.debt_service import DebtServiceBasis
from realinsights_finance.rates import Fixings

Build = Callable[..., Loan]
day = datetime.date.fromisoformat

# $1,200,000 at 6 % on 30/360: a month's interest on it is 6,000.00.
YEAR = {
    "originalBalance": "1200000.00",
    "currentBalance": "1200000.00",
    "maturityDate": "2026-01-01",
    "rate": "0.06",
}
PLAIN = {"dayCount": "30_360", "amortizationMonths": None}
IN_KIND = {**PLAIN, "payRate": "0"}
IN_PART = {**PLAIN, "payRate": "0.02"}
NEGATIVE = {**PLAIN, "capitalizingPayment": "5000.00"}
LIMITED = {**NEGATIVE, "capitalizationLimit": "1.001"}


@pytest.fixture
def a_year(a_loan: Build) -> Build:
    """Return a builder of loans of a year by their terms."""
    return lambda terms, **changes: a_loan(**{**YEAR, **changes}, terms=terms)


def told(loan: Loan) -> list[tuple[str, str, str, str, str]]:
    schedule = schedule_of(loan)
    assert schedule.unscheduled is None
    return [
        (str(row.interest), str(row.capitalized), str(row.principal), str(row.payment), str(row.ending_balance))
        for row in schedule.installments
    ]


class TestSchedule:
    def test_in_kind_adds_all_interest_and_pays_at_maturity(self, a_year: Build) -> None:
        rows = told(a_year(IN_KIND))
        assert rows[:3] == [
            ("6000.00", "6000.00", "0.00", "0.00", "1206000.00"),
            ("6030.00", "6030.00", "0.00", "0.00", "1212030.00"),
            ("6060.15", "6060.15", "0.00", "0.00", "1218090.15"),
        ]
        # 1,200,000 x 1.005^11 = 1,267,675.00. Its last interest is paid.
        assert rows[-1] == ("6338.38", "0.00", "1267675.00", "1274013.38", "0.00")

    def test_in_part_pays_at_the_pay_rate(self, a_year: Build) -> None:
        # 1,204,000 x 0.02 / 12 = 2,006.67 of 6,020.00.
        assert told(a_year(IN_PART))[:2] == [
            ("6000.00", "4000.00", "0.00", "2000.00", "1204000.00"),
            ("6020.00", "4013.33", "0.00", "2006.67", "1208013.33"),
        ]

    def test_of_a_payment_adds_what_it_does_not_cover(self, a_year: Build) -> None:
        assert told(a_year(NEGATIVE))[:2] == [
            ("6000.00", "1000.00", "0.00", "5000.00", "1201000.00"),
            ("6005.00", "1005.00", "0.00", "5000.00", "1202005.00"),
        ]

    def test_of_a_payment_repays_what_it_leaves(self, a_year: Build) -> None:
        rows = told(a_year({**PLAIN, "capitalizingPayment": "7000.00"}))
        assert rows[:2] == [
            ("6000.00", "0.00", "1000.00", "7000.00", "1199000.00"),
            ("5995.00", "0.00", "1005.00", "7000.00", "1197995.00"),
        ]

    def test_adds_no_more_than_its_limit(self, a_year: Build) -> None:
        # 1.001 x 1,200,000 = 1,201,200: 200.00 of the second month, none of the third.
        assert told(a_year(LIMITED))[1:3] == [
            ("6005.00", "200.00", "0.00", "5805.00", "1201200.00"),
            ("6006.00", "0.00", "0.00", "6006.00", "1201200.00"),
        ]

    def test_says_how_it_is_computed(self, a_year: Build) -> None:
        how = schedule_of(a_year({**IN_PART, "capitalizationLimit": "1.1"})).how_computed
        assert how is not None
        assert how.level_payment == (
            "none: interest is paid at 0.02 a year, and the rest of it is added to what is owed, "
            "up to 1.1 x the original balance; from then on it is paid"
        )
        assert ("terms.payRate", "0.02") in [(each.name, each.value) for each in how.inputs]

    def test_lives_as_long_as_all_that_is_repaid(self, a_year: Build) -> None:
        schedule = schedule_of(a_year(IN_KIND))
        assert schedule.total_principal == Decimal("1267675.00")
        assert schedule.weighted_average_life_years == 1
        assert schedule.balloon_principal == schedule.balance_after_last_regular_payment == Decimal("1267675.00")


class TestBalance:
    def test_grows_by_its_schedule(self, a_year: Build) -> None:
        found = balance_of(a_year(IN_KIND), on=day("2025-03-16"))
        assert found.balance == Decimal("1212030.00")
        assert found.accrued_interest == Decimal("3030.08")  # half of 6,060.15, half up

    def test_recorded_grows_on(self, a_year: Build) -> None:
        loan = a_year(IN_KIND, currentBalance="1300000.00", balanceAsOf="2025-02-01")
        assert rolled_forward(loan, on=day("2025-03-01")) == Decimal("1306500.00")

    def test_recorded_has_the_limit_of_what_was_lent(self, a_year: Build) -> None:
        loan = a_year(LIMITED, currentBalance="1201100.00", balanceAsOf="2025-02-01")
        assert rolled_forward(loan, on=day("2025-03-01")) == Decimal("1201200.00")
        beyond = a_year(LIMITED, currentBalance="1202000.00", balanceAsOf="2025-02-01")
        assert rolled_forward(beyond, on=day("2025-12-31")) == Decimal("1202000.00")


class TestFallingDue:
    def test_is_more_than_is_owed_now(self, a_year: Build) -> None:
        due = falling_due(a_year(NEGATIVE, currentBalance="1208141.43", balanceAsOf="2025-10-01"))
        # 1,208,141.43 x 0.005 = 6,040.71; then 1,209,182.14 x 0.005 = 6,045.91.
        assert due.balances == (
            DatedBalance(day("2025-11-01"), Decimal("1209182.14")),
            DatedBalance(day("2025-12-01"), Decimal("1210228.05")),
        )
        assert due.balloon == Decimal("1210228.05")

    def test_on_an_anticipated_repayment_date_is_what_is_owed_before_it(self, a_year: Build) -> None:
        due = falling_due(a_year(IN_KIND, anticipatedRepaymentDate="2025-04-01"))
        assert due.anticipated_balloon == Decimal("1212030.00")


class TestDebtService:
    @pytest.mark.parametrize(
        ("terms", "annual"),
        [
            (IN_KIND, "0.00"),
            (NEGATIVE, "60000.00"),  # twelve payments, the last month's too
            ({**PLAIN, "capitalizingPayment": "7000.00"}, "84000.00"),
        ],
    )
    def test_is_what_is_paid_in_cash(self, a_year: Build, terms: dict[str, Any], annual: str) -> None:
        found = annual_debt_service(a_year(terms))
        assert found is not None
        assert (found.annual, found.basis) == (Decimal(annual), DebtServiceBasis.NEXT_TWELVE_MONTHS)

    def test_of_a_last_month_is_at_the_pay_rate(self, a_year: Build) -> None:
        found = annual_debt_service(a_year(IN_PART, balanceAsOf="2025-12-01"))
        assert found is not None
        assert found.annual == Decimal("24000.00")

    def test_of_past_months_is_of_their_balance(self, a_year: Build) -> None:
        loan = a_year(IN_PART, currentBalance="1240000.00", balanceAsOf="2025-10-01")
        months = scheduled_months(loan, {}, until=day("2025-03-31"))
        assert [str(month.balance) for month in months[:3]] == ["1200000.00", "1204000.00", "1208013.33"]


class TestComingFlows:
    def test_are_cash_alone(self, a_year: Build) -> None:
        window = Window(day("2025-11-15"), 3)
        loan = a_year(NEGATIVE, currentBalance="1209182.14", balanceAsOf="2025-11-01")
        coming = coming_schedule(loan, window)
        assert not isinstance(coming, Unscheduled)
        flows = coming_flows(loan, coming, window, fixings=Fixings(), curve=None, shift=0)
        assert not isinstance(flows, Unscheduled)
        # 1,210,228.05 x 0.005 = 6,051.14 is paid with the balloon.
        assert [(str(flow.on), str(flow.interest), str(flow.principal), str(flow.balloon)) for flow in flows] == [
            ("2025-12-01", "5000.00", "0.00", "0.00"),
            ("2026-01-01", "6051.14", "0.00", "1210228.05"),
        ]


class TestRules:
    @pytest.mark.parametrize(
        ("terms", "field"),
        [
            ({**PLAIN, "payRate": "0", "capitalizingPayment": "1.00"}, "terms.capitalizingPayment"),
            ({**PLAIN, "payRate": "0.06"}, "terms.payRate"),
            ({**PLAIN, "capitalizationLimit": "1.1"}, "terms.capitalizationLimit"),
            ({**IN_KIND, "capitalizationLimit": "0.99"}, "terms.capitalizationLimit"),
            ({**IN_KIND, "amortizationMonths": 360}, "terms.payRate"),
            ({**NEGATIVE, "fixedPrincipal": "1.00"}, "terms.capitalizingPayment"),
            ({**NEGATIVE, "paymentsInAdvance": True}, "terms.capitalizingPayment"),
        ],
    )
    def test_refuse_what_no_note_says(
        self, unchecked_loan: Callable[..., Loan], terms: dict[str, Any], field: str
    ) -> None:
        _, faults = checked_loan(unchecked_loan(**YEAR, terms=terms))
        assert [fault.field for fault in faults] == [field]

    def test_name_its_way_of_repaying(self, a_year: Build) -> None:
        assert a_year(NEGATIVE).amortization_type is AmortizationType.CAPITALIZING
