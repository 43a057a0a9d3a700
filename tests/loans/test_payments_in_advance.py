"""Loans whose payments are made as their periods begin: their figures by hand, wherever they are asked for."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest

from realinsights.loans.model.coming_flows import Window, coming_flows, coming_schedule
from realinsights.loans.model.computed_periods import Schedules
from realinsights.loans.model.debt_service import annual_debt_service
from realinsights.loans.model.falling_due import falling_due
from realinsights.loans.model.floating_schedule import floating_plan
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.loan_rules import checked_loan
from realinsights.loans.model.payment_schedule import Unscheduled
from realinsights.loans.model.payoff_basis import Basis, basis_of
from realinsights.loans.model.reconciliation import Outcome, reconcile
from realinsights.loans.model.rolling_forward import rolled_forward
from realinsights.loans.model.tape import Precision, Statement
from realinsights.loans.queries.schedules import LoanSchedule, balance_of, schedule_of
from realinsights.loans.service.facts import scheduled_months
from realinsights_finance.debt_service import DebtServiceBasis
from realinsights_finance.rates import Fixings

Build = Callable[..., Loan]
day = datetime.date.fromisoformat

# $1,200,000 at 6 % on 30/360, half a percent a month: paid on the firsts of January to December, 2025.
YEAR = {
    "originalBalance": "1200000.00",
    "currentBalance": "1200000.00",
    "originationDate": "2025-01-01",
    "balanceAsOf": "2025-01-01",
    "maturityDate": "2026-01-01",
    "rate": "0.06",
}
ADVANCE = {
    "dayCount": "30_360",
    "paymentsInAdvance": True,
    "firstPaymentDate": "2025-01-01",
    "interestStartDate": None,
    "amortizationMonths": None,
}
FIXED = {**ADVANCE, "fixedPrincipal": "50000.00"}
LEVEL = {**ADVANCE, "amortizationMonths": 360}


def told(schedule: LoanSchedule) -> list[tuple[str, str, str, str]]:
    assert schedule.unscheduled is None
    return [
        (str(row.due_date), str(row.interest), str(row.principal), str(row.ending_balance))
        for row in schedule.installments
    ]


def by_hand(owed: Decimal, level: Decimal, *, payments: int) -> list[tuple[Decimal, Decimal, Decimal]]:
    """Return interest, principal and balance of level payments in advance at half a percent, in plain decimals."""
    rows = []
    for _ in range(payments):
        # level = principal + (owed - principal) x 0.005
        interest = ((owed - level) * Decimal("0.005") / Decimal("0.995")).quantize(Decimal("0.01"))
        owed -= level - interest
        rows.append((interest, level - interest, owed))
    return rows


@pytest.fixture
def a_year(a_loan: Build) -> Build:
    """Return a builder of loans of a year by their terms."""
    return lambda terms, **changes: a_loan(**{**YEAR, **changes}, terms=terms)


class TestSchedule:
    def test_of_fixed_principal_pays_interest_on_what_it_leaves(self, a_year: Build) -> None:
        schedule = schedule_of(a_year(FIXED))
        rows = told(schedule)
        assert rows[:2] == [
            ("2025-01-01", "5750.00", "50000.00", "1150000.00"),
            ("2025-02-01", "5500.00", "50000.00", "1100000.00"),
        ]
        # Twelve of 50,000.00, and at maturity the rest without any interest.
        assert rows[-2:] == [
            ("2025-12-01", "3000.00", "50000.00", "600000.00"),
            ("2026-01-01", "0.00", "600000.00", "0.00"),
        ]
        assert (schedule.balloon_principal, schedule.due_at_maturity) == (Decimal("600000.00"), Decimal("600000.00"))
        assert schedule.balance_after_last_regular_payment == Decimal("600000.00")
        assert schedule.total_interest == Decimal(12 * 5750 - 250 * 66)

    def test_of_level_payments_is_that_of_a_plain_reference(self, a_year: Build) -> None:
        schedule = schedule_of(a_year(LEVEL))
        # 1,200,000 x 0.005 / (1 - 0.995^360)
        assert schedule.level_payment == Decimal("7181.79")
        rows = [(row.interest, row.principal, row.ending_balance) for row in schedule.installments]
        assert rows[:-1] == by_hand(Decimal(1_200_000), Decimal("7181.79"), payments=12)
        assert rows[-1] == (Decimal("0.00"), rows[-2][2], Decimal("0.00"))
        assert schedule.installments[-1].due_date == day("2026-01-01")

    def test_that_repays_in_its_term_ends_with_the_last_payment(self, a_year: Build) -> None:
        schedule = schedule_of(a_year({**LEVEL, "amortizationMonths": 12}))
        assert len(schedule.installments) == 12
        last = schedule.installments[-1]
        assert (last.due_date, last.interest, last.ending_balance) == (day("2025-12-01"), 0, 0)
        assert abs(last.payment - Decimal("102779.86")) < Decimal("0.10")
        assert (schedule.balloon_principal, schedule.due_at_maturity) == (0, 0)

    def test_of_a_stated_payment_leaves_the_rest_to_the_maturity(self, a_year: Build) -> None:
        schedule = schedule_of(a_year({**ADVANCE, "levelPayment": "10000.00"}))
        rows = [(row.interest, row.principal, row.ending_balance) for row in schedule.installments]
        assert rows[:-1] == by_hand(Decimal(1_200_000), Decimal("10000.00"), payments=12)
        assert schedule.balloon_principal == rows[-2][2]

    def test_of_listed_principal_is_due_as_a_period_begins(self, a_year: Build) -> None:
        listed = [{"dueDate": "2025-01-01", "amount": "100000.00"}, {"dueDate": "2025-03-01", "amount": "10000.00"}]
        rows = told(schedule_of(a_year({**ADVANCE, "scheduledPrincipal": listed})))
        assert rows[:3] == [
            ("2025-01-01", "5500.00", "100000.00", "1100000.00"),
            ("2025-02-01", "5500.00", "0.00", "1100000.00"),
            ("2025-03-01", "5450.00", "10000.00", "1090000.00"),
        ]

    def test_moves_by_business_days_with_the_balloon(self, a_year: Build) -> None:
        rule = {"businessDayRule": "following", "businessDayCalendar": "federal_reserve"}
        rows = told(schedule_of(a_year({**FIXED, **rule})))
        assert [row[0] for row in (*rows[:3], rows[-1])] == ["2025-01-02", "2025-02-03", "2025-03-03", "2026-01-02"]

    def test_says_how_it_is_computed(self, a_year: Build) -> None:
        how = schedule_of(a_year({**FIXED, "firstPaymentDate": "2025-02-01"})).how_computed
        assert how is not None
        assert how.interest == "what the installment leaves x rate x fraction of a year, paid as the period begins"
        assert how.maturity == "what the last installment leaves is paid at maturity"
        assert how.assumed[-1].startswith("Interest runs from the first payment, on 2025-02-01: what is owed from the")

    @pytest.mark.parametrize(
        ("terms", "changes", "why"),
        [
            (
                {**LEVEL, "rateSteps": [{"fromDate": "2025-06-01", "rate": "0.07"}]},
                {"rateType": "stepped"},
                "its payment changes with its rate",
            ),
            ({**LEVEL, "interestRounding": "carried"}, {}, "balances are carried unrounded"),
            (
                {**LEVEL, "cashAfterAnticipatedRepayment": "50000.00"},
                {"anticipatedRepaymentDate": "2025-07-01"},
                "cash repays it after its anticipated repayment",
            ),
        ],
    )
    def test_is_not_computed_where_the_library_is_not(
        self, a_year: Build, terms: dict[str, Any], changes: dict[str, Any], why: str
    ) -> None:
        assert (schedule_of(a_year(terms, **changes)).unscheduled or "").startswith(why)

    def test_at_a_rate_that_floats_is_not_computed(self, a_year: Build) -> None:
        floating = {"index": "SOFR", "spread": "0.02"}
        found = floating_plan(a_year({**FIXED, "floating": floating}, rateType="floating"))
        assert isinstance(found, Unscheduled)
        assert found.reason == "payments are made in advance at a rate that floats, which is not computed"


class TestBalance:
    def test_owes_no_interest_between_payments(self, a_year: Build) -> None:
        found = balance_of(a_year(FIXED), on=day("2025-06-16"))
        assert (found.balance, found.accrued_interest) == (Decimal("900000.00"), Decimal("0.00"))
        assert found.next_installment is not None
        assert found.next_installment.due_date == day("2025-07-01")

    def test_is_rolled_forward_until_only_the_balloon_is_left(self, a_year: Build) -> None:
        loan = a_year(FIXED, currentBalance="910000.00", balanceAsOf="2025-06-01")
        assert rolled_forward(loan, on=day("2025-07-31")) == Decimal("860000.00")
        assert rolled_forward(loan, on=day("2027-01-01")) == Decimal("610000.00")
        late = a_year(FIXED, currentBalance="600000.00", balanceAsOf="2025-12-15")
        assert rolled_forward(late, on=day("2025-12-31")) == Decimal("600000.00")

    def test_is_told_by_its_days_with_the_balloon(self, a_year: Build) -> None:
        due = falling_due(a_year(FIXED, currentBalance="700000.00", balanceAsOf="2025-10-01"))
        assert due.balloon == Decimal("600000.00")
        assert [(str(each.date), str(each.balance)) for each in due.balances] == [
            ("2025-11-01", "650000.00"),
            ("2025-12-01", "600000.00"),
        ]
        assert falling_due(a_year(FIXED, currentBalance="600000.00", balanceAsOf="2025-12-15")).balloon == 600_000
        assert falling_due(a_year({**LEVEL, "amortizationMonths": 12})).balloon == 0

    def test_of_a_loan_that_repays_nothing_is_the_recorded_one(self, a_year: Build) -> None:
        assert falling_due(a_year(ADVANCE)).balloon == Decimal("1200000.00")

    def test_of_each_month_has_the_debt_service_of_its_time(self, a_year: Build) -> None:
        loan = a_year(FIXED, currentBalance="600000.00", balanceAsOf="2026-01-01")
        months = scheduled_months(loan, {}, until=day("2025-12-31"))
        assert [str(month.balance) for month in (months[0], months[10], months[11])] == [
            "1150000.00",
            "650000.00",
            "600000.00",
        ]
        # At the end of November one payment is left of 53,000.00, at the end of December the balloon alone.
        assert [month.annual_debt_service for month in months[10:]] == [12 * Decimal("53000.00")] * 2


class TestPayoff:
    @pytest.mark.parametrize(
        ("on", "owed", "accrued", "days"),
        [
            # 900,000 since June 1st: 4,500.00 is paid to July 1st, 2,250.00 of it earned by the 16th.
            ("2025-06-16", "900000.00", "-2250.00", -15),
            ("2025-06-30", "900000.00", "-150.00", -1),
            ("2025-07-01", "850000.00", "-4250.00", -30),
            ("2025-12-30", "600000.00", "-100.00", -1),
            ("2025-12-31", "600000.00", "0.00", 0),  # on 30/360 the 31st is the 30th
            ("2026-01-01", "600000.00", "0.00", 0),
        ],
    )
    def test_gives_back_what_is_not_earned(self, a_year: Build, on: str, owed: str, accrued: str, days: int) -> None:
        found = basis_of(a_year(FIXED, currentBalance="1150000.00"), on=day(on))
        assert isinstance(found, Basis)
        assert found.accrued is not None
        assert found.schedule.terms.principal == Decimal(owed)
        assert (found.accrued.item.amount, found.accrued.days) == (Decimal(accrued), days)

    def test_has_a_day_more_at_the_rate_of_the_note(self, a_year: Build) -> None:
        found = basis_of(a_year(FIXED, currentBalance="1150000.00"), on=day("2025-06-16"))
        assert isinstance(found, Basis)
        assert found.accrued is not None
        assert found.accrued.per_diem == Decimal("150.00")
        assert found.assumed == (
            "Interest is paid ahead to 2025-07-01: what of it is not earned by 2025-06-16 is given back.",
        )

    def test_gives_back_nothing_where_interest_runs_to_the_end_of_the_period(self, a_year: Build) -> None:
        terms = {**FIXED, "payoffInterestTo": "end_of_period"}
        found = basis_of(a_year(terms, currentBalance="1150000.00"), on=day("2025-06-16"))
        assert isinstance(found, Basis)
        assert found.accrued is not None
        assert (found.accrued.item.amount, found.accrued.per_diem) == (0, None)

    def test_before_the_recorded_balance_is_the_schedules(self, a_year: Build) -> None:
        loan = a_year(FIXED, currentBalance="500000.00", balanceAsOf="2025-09-01")
        found = basis_of(loan, on=day("2025-06-16"))
        assert isinstance(found, Basis)
        assert found.schedule.terms.principal == Decimal("900000.00")
        later = basis_of(loan, on=day("2025-10-11"))
        assert isinstance(later, Basis)
        assert later.accrued is not None
        # 450,000 since October 1st: ten of thirty days of 2,250.00 are earned.
        assert (later.schedule.terms.principal, later.accrued.item.amount) == (
            Decimal("450000.00"),
            Decimal("-1500.00"),
        )

    def test_of_a_payment_that_has_moved_is_of_what_has_accrued(self, a_year: Build) -> None:
        # Saturday, February 1st is paid on Monday, the 3rd: on the 2nd one day of 1,150,000 is owed besides.
        terms = {**FIXED, "businessDayRule": "following"}
        found = basis_of(a_year(terms, currentBalance="1150000.00", balanceAsOf="2025-01-02"), on=day("2025-02-02"))
        assert isinstance(found, Basis)
        assert found.accrued is not None
        assert found.schedule.terms.principal == Decimal("1150000.00")
        assert (found.accrued.item.amount, found.accrued.days) == (Decimal("191.67"), 1)

    async def test_is_quoted_less_what_is_given_back(
        self, client: httpx.AsyncClient, a_loan_body: Callable[..., dict[str, Any]]
    ) -> None:
        body = a_loan_body(
            **{**YEAR, "currentBalance": "1150000.00"}, terms={**FIXED, "prepayment": [{"kind": "open"}]}
        )
        made = (await client.post("/loans", json=body)).raise_for_status().json()
        told = (await client.get(f"/loans/{made['id']}/payoff", params={"on": "2025-06-16"})).raise_for_status().json()
        assert (told["principal"], told["accruedInterest"], told["perDiem"]) == ("900000.00", "-2250.00", "150.00")
        assert told["totalKnown"] == "897750.00"


class TestDebtService:
    @pytest.mark.parametrize(
        ("terms", "annual", "basis"),
        [
            (LEVEL, 12 * Decimal("7181.79"), DebtServiceBasis.AMORTIZING_PAYMENT),
            ({**LEVEL, "interestOnlyMonths": 6}, 12 * Decimal("7181.79"), DebtServiceBasis.AMORTIZING_PAYMENT),
            ({**ADVANCE, "levelPayment": "10000.00"}, Decimal(120_000), DebtServiceBasis.AMORTIZING_PAYMENT),
            (ADVANCE, Decimal("72000.00"), DebtServiceBasis.INTEREST_ONLY),
            (FIXED, Decimal(600_000 + 12 * 5750 - 250 * 66), DebtServiceBasis.NEXT_TWELVE_MONTHS),
        ],
    )
    def test_is_of_a_year_without_the_balloon(
        self, a_year: Build, terms: dict[str, Any], annual: Decimal, basis: DebtServiceBasis
    ) -> None:
        # Of a balance on the closing, before the payment of that day.
        found = annual_debt_service(a_year(terms, originationDate="2024-12-31", balanceAsOf="2024-12-31"))
        assert found is not None
        assert (found.annual, found.basis) == (annual, basis)

    def test_of_the_balloon_alone_is_that_of_the_last_payment(self, a_year: Build) -> None:
        found = annual_debt_service(a_year(FIXED, currentBalance="600000.00", balanceAsOf="2025-12-15"))
        assert found is not None
        assert found.annual == 12 * Decimal("53000.00")


class TestComingFlows:
    def test_are_its_payments_and_the_balloon(self, a_year: Build) -> None:
        window = Window(day("2025-11-15"), 4)
        loan = a_year(FIXED, currentBalance="650000.00", balanceAsOf="2025-11-01")
        coming = coming_schedule(loan, window)
        assert not isinstance(coming, Unscheduled)
        flows = coming_flows(loan, coming, window, fixings=Fixings(), curve=None, shift=0)
        assert not isinstance(flows, Unscheduled)
        assert [(str(flow.on), str(flow.interest), str(flow.principal), str(flow.balloon)) for flow in flows] == [
            ("2025-12-01", "3000.00", "50000.00", "0.00"),
            ("2026-01-01", "0.00", "0.00", "600000.00"),
        ]


class TestReconciliation:
    def test_holds_a_month_against_the_payment_it_begins_with(self, a_year: Build) -> None:
        said = Statement(
            number="1001", row=1, line=1, period_begin=day("2025-02-01"), period_end=day("2025-02-28"),
            beginning_balance=Decimal("1150000.00"), interest=Decimal("5500.00"), principal=Decimal("50000.00"),
            ending_balance=Decimal("1100000.00"),
        )  # fmt: skip
        [found] = reconcile(Schedules.of([a_year(FIXED)]), 0, [(said, Precision.CENTS)])
        assert found.outcome is Outcome.MATCHED


class TestRules:
    @pytest.mark.parametrize(
        ("terms", "field"),
        [
            ({**FIXED, "interestStartDate": "2024-12-01"}, "terms.interestStartDate"),
            ({**FIXED, "firstPaymentDate": "2026-01-01"}, "maturityDate"),
        ],
    )
    def test_refuse_what_no_note_says(self, unchecked_loan: Build, terms: dict[str, Any], field: str) -> None:
        _, faults = checked_loan(unchecked_loan(**YEAR, terms=terms))
        assert [fault.field for fault in faults] == [field]
