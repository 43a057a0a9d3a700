"""Loans that are paid weekly, every two weeks or twice a month: their figures beside a plain reference."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

import pytest

from realinsights.loans.model.coming_flows import Window, coming_flows, coming_schedule
from realinsights.loans.model.computed_periods import Schedules
from realinsights.loans.model.debt_service import annual_debt_service
from realinsights.loans.model.falling_due import falling_due
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.loan_rules import checked_loan
from realinsights.loans.model.payment_schedule import Unscheduled
from realinsights.loans.model.payoff_basis import Basis, basis_of
from realinsights.loans.model.reconciliation import Outcome, reconcile
from realinsights.loans.model.rolling_forward import rolled_forward
from realinsights.loans.model.tape import Precision, Statement
from realinsights.loans.queries.schedules import balance_of, schedule_of
from realinsights.loans.service.facts import scheduled_months
from realinsights_finance.debt_service import DebtServiceBasis
from realinsights_finance.rates import Fixings

Build = Callable[..., Loan]
day = datetime.date.fromisoformat
CENT = Decimal("0.01")

# $1,200,000 at 6 %, interest from Wednesday, January 1st, 2025.
YEAR = {"originalBalance": "1200000.00", "currentBalance": "1200000.00", "maturityDate": "2025-12-31", "rate": "0.06"}
WEEKLY = {"frequency": "weekly", "firstPaymentDate": "2025-01-08", "amortizationMonths": 360}
BI_WEEKLY = {"frequency": "bi_weekly", "firstPaymentDate": "2025-01-15", "amortizationMonths": 360}
TWICE = {"frequency": "semi_monthly", "firstPaymentDate": "2025-01-31", "paymentDay": 31, "amortizationMonths": 360}


@pytest.fixture
def a_year(a_loan: Build) -> Build:
    """Return a builder of loans of a year by their terms."""
    return lambda terms, **changes: a_loan(**{**YEAR, **changes}, terms=terms)


def reference(
    dates: list[datetime.date], *, a_year: int, periods: int, interest_only: int = 0
) -> list[tuple[datetime.date, Decimal, Decimal, Decimal]]:
    """Return day, interest, principal and balance of each payment on actual/360, in plain decimals."""
    rate, owed = Decimal("0.06"), Decimal(1_200_000)
    periodic = rate / a_year
    payment = (owed * periodic / (1 - (1 + periodic) ** -periods)).quantize(CENT, ROUND_HALF_UP)
    rows = []
    for number, (begin, end) in enumerate(pairwise(dates), 1):
        interest = (owed * rate * (end - begin).days / 360).quantize(CENT, ROUND_HALF_UP)
        principal = Decimal("0.00") if number <= interest_only else payment - interest
        if end == dates[-1]:
            principal = owed
        owed -= principal
        rows.append((end, interest, principal, owed))
    return rows


def days_of(first: str, step: int, count: int) -> list[datetime.date]:
    return [day(first) + datetime.timedelta(days=step * number) for number in range(count)]


HALVES = [
    *("2025-01-15", "2025-01-31", "2025-02-15", "2025-02-28", "2025-03-15", "2025-03-31", "2025-04-15", "2025-04-30"),
    *("2025-05-15", "2025-05-31", "2025-06-15", "2025-06-30", "2025-07-15", "2025-07-31", "2025-08-15", "2025-08-31"),
    *("2025-09-15", "2025-09-30", "2025-10-15", "2025-10-31", "2025-11-15", "2025-11-30", "2025-12-15", "2025-12-31"),
]


class TestSchedule:
    @pytest.mark.parametrize(
        ("terms", "dates", "a_year_has"),
        [
            (WEEKLY, days_of("2025-01-01", 7, 53), 52),
            (BI_WEEKLY, days_of("2025-01-01", 14, 27), 26),
            (TWICE, [day(each) for each in HALVES], 24),
        ],
        ids=["weekly", "bi-weekly", "semi-monthly"],
    )
    def test_is_that_of_a_plain_reference(
        self, a_year: Build, terms: dict[str, Any], dates: list[datetime.date], a_year_has: int
    ) -> None:
        schedule = schedule_of(a_year(terms))
        assert schedule.unscheduled is None
        rows = [(row.due_date, row.interest, row.principal, row.ending_balance) for row in schedule.installments]
        assert rows == reference(dates, a_year=a_year_has, periods=30 * a_year_has)

    def test_counts_interest_only_months_as_whole_payments(self, a_year: Build) -> None:
        schedule = schedule_of(a_year({**WEEKLY, "interestOnlyMonths": 6}))
        rows = [(row.due_date, row.interest, row.principal, row.ending_balance) for row in schedule.installments]
        # Half a year is 26 weeks.
        assert rows == reference(days_of("2025-01-01", 7, 53), a_year=52, periods=1560, interest_only=26)

    def test_of_half_months_on_30_360_bears_a_24th_of_a_year(self, a_year: Build) -> None:
        first, second, *_ = schedule_of(a_year({**TWICE, "dayCount": "30_360"})).installments
        # From the 15th to the 31st are 16 days, and to the 15th of February 15: together a month, of 30.
        assert (first.due_date, first.interest) == (day("2025-01-31"), Decimal("3000.00"))
        assert second.interest == Decimal("2998.51")  # of 1,199,404.30

    def test_names_the_days_that_it_takes(self, a_year: Build) -> None:
        how = schedule_of(a_year({**TWICE, "firstPaymentDate": "2025-01-16", "paymentDay": None})).how_computed
        assert how is not None
        assert how.assumed[0] == "Payments fall on days 1 and 16 of each month: the note states no payment day."
        assert next(term.value for term in how.inputs if term.name == "terms.frequency") == "semi_monthly"

    def test_moves_by_business_days(self, a_year: Build) -> None:
        rule = {"businessDayRule": "following", "businessDayCalendar": "federal_reserve"}
        rows = schedule_of(a_year({**WEEKLY, "firstPaymentDate": "2025-01-13", **rule})).installments
        # January 20th is Martin Luther King's day.
        assert [str(row.due_date) for row in rows[:3]] == ["2025-01-13", "2025-01-21", "2025-01-27"]

    def test_repays_the_same_principal_each_week(self, a_year: Build) -> None:
        loan = a_year({**WEEKLY, "amortizationMonths": None, "fixedPrincipal": "10000.00"})
        rows = schedule_of(loan).installments
        assert [str(row.payment) for row in rows[:2]] == ["11400.00", "11388.33"]
        assert rows[-1].principal == Decimal("690000.00")

    def test_has_each_step_of_a_rate_for_its_days(self, a_year: Build) -> None:
        steps = [{"fromDate": "2025-01-10", "rate": "0.12"}]
        terms = {**WEEKLY, "amortizationMonths": None, "rateSteps": steps}
        rows = schedule_of(a_year(terms, rateType="stepped")).installments
        # Of the second week two days are at 6 % and five at 12 %.
        assert [str(row.interest) for row in rows[:3]] == ["1400.00", "2400.00", "2800.00"]


class TestBalance:
    def test_has_what_has_accrued_since_the_last_week(self, a_year: Build) -> None:
        found = balance_of(a_year(WEEKLY), on=day("2025-01-10"))
        second = reference(days_of("2025-01-01", 7, 53), a_year=52, periods=1560)[1]
        assert found.balance == second[3] + second[2]
        assert found.accrued_interest == (second[3] + second[2]).scaleb(-2) * 6 * 2 / 360 // CENT * CENT
        assert found.next_installment is not None
        assert found.next_installment.due_date == day("2025-01-15")

    def test_is_rolled_forward_week_by_week(self, a_year: Build) -> None:
        rows = reference(days_of("2025-01-01", 7, 53), a_year=52, periods=1560)
        loan = a_year(WEEKLY, currentBalance=str(rows[3][3]), balanceAsOf="2025-01-29")
        assert rolled_forward(loan, on=day("2025-03-04")) == rows[7][3]

    def test_is_told_by_its_days_with_the_balloon(self, a_year: Build) -> None:
        rows = reference(days_of("2025-01-01", 7, 53), a_year=52, periods=1560)
        due = falling_due(a_year(WEEKLY, balanceAsOf="2025-01-01"))
        assert due.balloon == rows[-1][2]
        assert [(told.date, told.balance) for told in due.balances] == [(row[0], row[3]) for row in rows[:-1]]

    def test_of_each_month_is_that_of_its_last_week(self, a_year: Build) -> None:
        rows = reference(days_of("2025-01-01", 7, 53), a_year=52, periods=1560)
        months = scheduled_months(a_year(WEEKLY, balanceAsOf="2025-06-30"), {}, until=day("2025-03-31"))
        # The last Wednesdays of January and February are the 4th and the 8th payment.
        assert [month.balance for month in months[:2]] == [rows[3][3], rows[7][3]]


class TestPayoff:
    @pytest.mark.parametrize(
        ("terms", "paid", "on", "days"),
        [
            (WEEKLY, (days_of("2025-01-01", 7, 53), 52, 23), "2025-06-16", 5),  # the 23rd week ends on June 11th
            (BI_WEEKLY, (days_of("2025-01-01", 14, 27), 26, 11), "2025-06-16", 12),
            (TWICE, ([day(each) for each in HALVES], 24, 10), "2025-06-16", 1),
            (TWICE, ([day(each) for each in HALVES], 24, 10), "2025-06-15", 0),
        ],
        ids=["weekly", "bi-weekly", "semi-monthly", "semi-monthly on a payment date"],
    )
    def test_is_of_the_running_days(
        self, a_year: Build, terms: dict[str, Any], paid: tuple[list[datetime.date], int, int], on: str, days: int
    ) -> None:
        dates, a_year_has, count = paid
        owed = reference(dates, a_year=a_year_has, periods=30 * a_year_has)[count - 1][3]
        found = basis_of(a_year(terms), on=day(on))
        assert isinstance(found, Basis)
        assert found.accrued is not None
        assert found.schedule.terms.principal == owed
        per_diem = (owed * Decimal("0.06") / 360).quantize(CENT, ROUND_HALF_UP)
        accrued = (owed * Decimal("0.06") * days / 360).quantize(CENT, ROUND_HALF_UP)
        assert (found.accrued.item.amount, found.accrued.days) == (accrued, days)
        assert found.accrued.per_diem == per_diem

    def test_to_the_end_of_the_period_is_of_a_whole_week(self, a_year: Build) -> None:
        rows = reference(days_of("2025-01-01", 7, 53), a_year=52, periods=1560)
        found = basis_of(a_year({**WEEKLY, "payoffInterestTo": "end_of_period"}), on=day("2025-06-16"))
        assert isinstance(found, Basis)
        assert found.accrued is not None
        assert (found.accrued.item.amount, found.accrued.per_diem) == (rows[23][1], None)


class TestDebtService:
    @pytest.mark.parametrize(
        ("terms", "annual"),
        [
            # 1,200,000 x 0.06/52 / (1 - (1 + 0.06/52)^-1560) = 1,659.16
            (WEEKLY, 52 * Decimal("1659.16")),
            (BI_WEEKLY, 26 * Decimal("3319.00")),
            (TWICE, 24 * Decimal("3595.70")),
            ({**WEEKLY, "interestOnlyMonths": 6}, 52 * Decimal("1659.16")),
            ({**WEEKLY, "levelPayment": "1700.00"}, 52 * Decimal("1700.00")),
            # Over what 6 months of interest alone leave of 360: 1,534 weeks.
            ({**WEEKLY, "interestOnlyMonths": 6, "amortizationFromClosing": True}, 52 * Decimal("1669.23")),
        ],
    )
    def test_is_the_payments_of_a_year(self, a_year: Build, terms: dict[str, Any], annual: Decimal) -> None:
        found = annual_debt_service(a_year(terms))
        assert found is not None
        assert (found.annual, found.basis) == (annual, DebtServiceBasis.AMORTIZING_PAYMENT)

    def test_of_a_loan_that_repays_nothing_is_a_year_of_interest(self, a_year: Build) -> None:
        found = annual_debt_service(a_year({**WEEKLY, "amortizationMonths": None}))
        assert found is not None
        assert (found.annual, found.basis) == (Decimal("73000.00"), DebtServiceBasis.INTEREST_ONLY)

    def test_of_a_payment_that_nothing_says_is_not_known(self, a_year: Build) -> None:
        assert (
            annual_debt_service(a_year({**WEEKLY, "paymentBasis": "effective_rate", "interestOnlyMonths": 6})) is None
        )

    def test_of_monthly_payments_is_rounded_as_the_note_says(self, a_loan: Build) -> None:
        terms = {"amortizationMonths": 360, "paymentRounding": "dollar_up", "dayCount": "30_360"}
        found = annual_debt_service(a_loan(**{**YEAR, "maturityDate": "2026-01-01"}, terms=terms))
        assert found is not None
        assert found.annual == 12 * Decimal(7195)  # 7,194.61 rounded up to the dollar


class TestComingFlows:
    def test_are_each_week_s(self, a_year: Build) -> None:
        rows = reference(days_of("2025-01-01", 7, 53), a_year=52, periods=1560)
        window = Window(day("2025-12-10"), 1)
        loan = a_year(WEEKLY, currentBalance=str(rows[47][3]), balanceAsOf="2025-12-03")
        coming = coming_schedule(loan, window)
        assert not isinstance(coming, Unscheduled)
        flows = coming_flows(loan, coming, window, fixings=Fixings(), curve=None, shift=0)
        assert not isinstance(flows, Unscheduled)
        assert [(flow.on, flow.interest, flow.principal, flow.balloon) for flow in flows] == [
            *((row[0], row[1], row[2], Decimal("0.00")) for row in rows[48:51]),
            (rows[51][0], rows[51][1], Decimal("0.00"), rows[51][2]),
        ]


class TestReconciliation:
    @staticmethod
    def january(**changes: Any) -> Statement:
        rows = reference(days_of("2025-01-01", 7, 53), a_year=52, periods=1560)[:4]
        said = {
            "period_begin": day("2025-01-01"),
            "beginning_balance": Decimal("1200000.00"),
            "interest": sum((row[1] for row in rows), Decimal(0)),
            "principal": sum((row[2] for row in rows), Decimal(0)),
            "ending_balance": rows[-1][3],
        }
        return Statement(number="1001", row=1, line=1, period_end=day("2025-01-31"), **{**said, **changes})

    def test_matches_the_weeks_of_a_month(self, a_year: Build) -> None:
        [found] = reconcile(Schedules.of([a_year(WEEKLY)]), 0, [(self.january(), Precision.CENTS)])
        assert found.outcome is Outcome.MATCHED

    def test_says_by_how_much_it_differs(self, a_year: Build) -> None:
        said = self.january(interest=Decimal("5600.00"))
        [found] = reconcile(Schedules.of([a_year(WEEKLY)]), 0, [(said, Precision.CENTS)])
        assert found.outcome is Outcome.DIFFERS
        assert found.computed_interest == self.january().interest

    def test_is_not_computed_where_the_period_s_begin_is_not_known(self, a_year: Build) -> None:
        said = self.january(period_begin=None)
        [found] = reconcile(Schedules.of([a_year(WEEKLY)]), 0, [(said, Precision.CENTS)])
        assert (found.outcome, found.reason) == (
            Outcome.NOT_COMPUTED,
            "several payments fall in a month, and where the reported period begins is not stated",
        )


class TestRules:
    @pytest.mark.parametrize(
        ("terms", "field", "message"),
        [
            (
                {**WEEKLY, "paymentDay": 8},
                "terms.paymentDay",
                "belongs to payments on days of the month: weeks have none",
            ),
            (
                {**TWICE, "paymentDay": 10},
                "terms.paymentDay",
                "is of other days of the month than the first payment, on 2025-01-31",
            ),
            (
                {**WEEKLY, "amortizationMonths": 361},
                "terms.amortizationMonths",
                "must be whole weekly payments: a multiple of 3 months",
            ),
            (
                {**BI_WEEKLY, "interestOnlyMonths": 3},
                "terms.interestOnlyMonths",
                "must be whole bi-weekly payments: a multiple of 6 months",
            ),
        ],
    )
    def test_refuse_what_no_note_says(
        self, unchecked_loan: Build, terms: dict[str, Any], field: str, message: str
    ) -> None:
        _, faults = checked_loan(unchecked_loan(**YEAR, terms=terms))
        assert [(fault.field, fault.message) for fault in faults] == [(field, message)]
