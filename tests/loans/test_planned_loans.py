"""Loans that are none of level payments at one rate: their figures by hand, wherever they are asked for."""

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
from realinsights.loans.queries.schedules import LoanSchedule, balance_of, schedule_of
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
FIXED = {**PLAIN, "fixedPrincipal": "50000.00", "interestOnlyMonths": 3}
LISTED = {
    **PLAIN,
    "scheduledPrincipal": [
        {"dueDate": "2025-03-01", "amount": "100000.00"},
        {"dueDate": "2025-06-01", "amount": "250000.00"},
        {"dueDate": "2026-01-01", "amount": "10000.00"},
    ],
}
STEPPED = {**PLAIN, "rateSteps": [{"fromDate": "2025-06-15", "rate": "0.07"}]}


def told(schedule: LoanSchedule) -> list[tuple[str, str, str, str]]:
    assert schedule.unscheduled is None
    return [
        (str(row.due_date), str(row.interest), str(row.principal), str(row.ending_balance))
        for row in schedule.installments
    ]


@pytest.fixture
def a_year(a_loan: Build) -> Build:
    """Return a builder of loans of a year by their terms."""
    return lambda terms, **changes: a_loan(**{**YEAR, **changes}, terms=terms)


class TestSchedule:
    def test_of_fixed_principal_is_that_and_the_interest(self, a_year: Build) -> None:
        schedule = schedule_of(a_year(FIXED))
        rows = told(schedule)
        assert rows[2:6] == [
            ("2025-04-01", "6000.00", "0.00", "1200000.00"),
            ("2025-05-01", "6000.00", "50000.00", "1150000.00"),
            ("2025-06-01", "5750.00", "50000.00", "1100000.00"),
            ("2025-07-01", "5500.00", "50000.00", "1050000.00"),
        ]
        # Eight payments of 50,000.00 before the last one.
        assert rows[-1] == ("2026-01-01", "4000.00", "800000.00", "0.00")
        assert (schedule.balloon_principal, schedule.due_at_maturity) == (Decimal("800000.00"), Decimal("804000.00"))
        assert schedule.balance_after_last_regular_payment == Decimal("750000.00")
        # 3 x 6,000, then 6,000 less 250 each month: 4 x 6,000 + 5,750 + ... + 4,000.
        assert schedule.total_interest == Decimal("63000.00")
        assert schedule.total_principal == Decimal("1200000.00")
        assert schedule.how_computed is not None
        assert schedule.how_computed.principal == "50,000.00 with each installment, from installment 4 on"

    def test_of_a_list_is_what_it_lists_for_the_day(self, a_year: Build) -> None:
        schedule = schedule_of(a_year(LISTED))
        rows = told(schedule)
        assert rows[:3] == [
            ("2025-02-01", "6000.00", "0.00", "1200000.00"),
            ("2025-03-01", "6000.00", "100000.00", "1100000.00"),
            ("2025-04-01", "5500.00", "0.00", "1100000.00"),
        ]
        assert rows[4:6] == [
            ("2025-06-01", "5500.00", "250000.00", "850000.00"),
            ("2025-07-01", "4250.00", "0.00", "850000.00"),
        ]
        assert rows[-1] == ("2026-01-01", "4250.00", "850000.00", "0.00")
        assert schedule.balance_after_last_regular_payment == Decimal("840000.00")

    def test_of_a_list_on_days_that_business_days_move(self, a_year: Build) -> None:
        # Saturday, March 1st is paid on Monday the 3rd, Sunday, June 1st on Monday the 2nd.
        moved = {**LISTED, "businessDayRule": "following"}
        as_stated = told(schedule_of(a_year(moved)))
        paid = [{"dueDate": "2025-03-03", "amount": "100000.00"}, {"dueDate": "2025-06-02", "amount": "250000.00"}]
        assert told(schedule_of(a_year({**moved, "scheduledPrincipal": paid}))) == as_stated
        adjusted = told(schedule_of(a_year({**moved, "accrualAdjusted": True})))
        assert [row[0] for row in as_stated if row[2] != "0.00"] == ["2025-03-03", "2025-06-02", "2026-01-02"]
        assert [(row[0], row[2]) for row in adjusted] == [(row[0], row[2]) for row in as_stated]

    def test_of_a_day_without_payment_says_which(self, a_year: Build) -> None:
        listed = [{"dueDate": "2025-03-15", "amount": "100000.00"}]
        schedule = schedule_of(a_year({**PLAIN, "scheduledPrincipal": listed}))
        assert schedule.installments == ()
        assert schedule.unscheduled == (
            "its principal of 2025-03-15 is due on no payment date: "
            "the periods around it end on 2025-03-01 and 2025-04-01"
        )

    def test_of_a_stepped_rate_has_each_rate_for_its_days(self, a_year: Build) -> None:
        rows = told(schedule_of(a_year(STEPPED, rateType="stepped")))
        # 14 days at 6 %: 2,800.00, and 16 at 7 %: 3,733.33.
        assert [row[1] for row in rows[4:7]] == ["6000.00", "6533.33", "7000.00"]
        assert rows[-1] == ("2026-01-01", "7000.00", "1200000.00", "0.00")

    def test_of_a_stepped_rate_that_amortizes_computes_the_payment_anew(self, a_year: Build) -> None:
        steps = [{"fromDate": "2025-07-01", "rate": "0.07"}]
        terms = {**PLAIN, "amortizationMonths": 360, "rateSteps": steps}
        rows = schedule_of(a_year(terms, rateType="stepped")).installments
        # 7,194.61 repays 1,200,000 in 360 months at 6 %; after six of them 1,192,742.14 are owed, and
        # 1,192,742.14 x 0.07/12 / (1 - (1 + 0.07/12)^-354) = 7,975.14.
        assert [str(row.payment) for row in rows[:8]] == ["7194.61"] * 6 + ["7975.14"] * 2
        assert (rows[5].ending_balance, rows[6].interest) == (Decimal("1192742.14"), Decimal("6957.66"))

    def test_of_a_stepped_rate_that_says_no_first_rate_is_not_known(self, a_year: Build) -> None:
        steps = [{"fromDate": "2025-06-01", "rate": "0.06"}]
        stepped = a_year({**PLAIN, "rateSteps": steps}, rateType="stepped", balanceAsOf="2025-08-01")
        assert schedule_of(stepped).unscheduled == (
            "the rate is stepped, and what it was before 2025-06-01 is not stated: state a step from 2025-01-01"
        )

    def test_of_a_rounded_rate_of_a_day_is_not_computed(self, a_year: Build) -> None:
        loan = a_year({**FIXED, "dailyRateDecimals": 9})
        assert "the rate of a day is rounded" in (schedule_of(loan).unscheduled or "")

    def test_names_what_it_does_not_follow_from(self, a_year: Build) -> None:
        how = schedule_of(a_year({**LISTED, "amortizationMonths": 360, "interestOnlyMonths": 2})).how_computed
        assert how is not None
        assert "Principal is repaid as the note lists it, not by the amortization that is stated too." in how.assumed
        assert {term.name for term in how.ignored} == {"terms.amortizationMonths", "terms.interestOnlyMonths"}


# $1,200,000 over 30 years at 6 %, expected to be repaid after six payments: then 50,000.00 a month come in.
HYPER = {"dayCount": "30_360", "amortizationMonths": 360, "cashAfterAnticipatedRepayment": "50000.00"}
EXPECTED = "2025-07-01"


class TestCashAfterAnticipatedRepayment:
    def test_repays_what_it_leaves_after_interest(self, a_year: Build) -> None:
        schedule = schedule_of(a_year(HYPER, anticipatedRepaymentDate=EXPECTED))
        rows = told(schedule)
        assert [str(row.payment) for row in schedule.installments[:8]] == ["7194.61"] * 6 + ["50000.00"] * 2
        # 1,192,742.14 are owed after six payments of 7,194.61; half a percent of that is interest.
        assert rows[6] == ("2025-08-01", "5963.71", "44036.29", "1148705.85")
        assert rows[7] == ("2025-09-01", "5743.53", "44256.47", "1104449.38")
        assert schedule.level_payment == Decimal("7194.61")
        assert schedule.how_computed is not None
        assert schedule.how_computed.principal.endswith(
            "after 2025-07-01 what 50,000.00 leaves after interest, if that is more"
        )

    def test_is_never_less_than_is_due_without_it(self, a_year: Build) -> None:
        expected = {"anticipatedRepaymentDate": EXPECTED}
        little = schedule_of(a_year({**HYPER, "cashAfterAnticipatedRepayment": "7000.00"}, **expected))
        plain = schedule_of(a_year({"dayCount": "30_360", "amortizationMonths": 360}, **expected))
        assert little.installments == plain.installments

    def test_of_a_loan_that_pays_interest_alone_before(self, a_year: Build) -> None:
        loan = a_year({**HYPER, "amortizationMonths": None}, anticipatedRepaymentDate=EXPECTED)
        rows = told(schedule_of(loan))
        assert rows[5:7] == [
            ("2025-07-01", "6000.00", "0.00", "1200000.00"),
            ("2025-08-01", "6000.00", "44000.00", "1156000.00"),
        ]
        assert loan.amortization_type is AmortizationType.PARTIAL_INTEREST_ONLY

    def test_falls_due_on_the_anticipated_day_as_without_it(self, a_year: Build) -> None:
        plain = falling_due(
            a_year({"dayCount": "30_360", "amortizationMonths": 360}, anticipatedRepaymentDate=EXPECTED)
        )
        due = falling_due(a_year(HYPER, anticipatedRepaymentDate=EXPECTED))
        assert due.anticipated_balloon == plain.anticipated_balloon
        assert due.balances[6].balance == Decimal("1148705.85")

    def test_is_no_debt_service(self, a_year: Build) -> None:
        found = annual_debt_service(a_year(HYPER, anticipatedRepaymentDate=EXPECTED))
        assert found is not None
        # Twelve level payments; the cash beyond them is what there is, not what is due.
        assert (found.annual, found.basis) == (Decimal("86335.32"), DebtServiceBasis.NEXT_TWELVE_MONTHS)

    @pytest.mark.parametrize(
        ("changes", "terms"),
        [({}, HYPER), ({"anticipatedRepaymentDate": EXPECTED}, {**FIXED, "cashAfterAnticipatedRepayment": "1.00"})],
    )
    def test_is_refused_where_it_cannot_be(
        self, unchecked_loan: Callable[..., Loan], changes: dict[str, Any], terms: dict[str, Any]
    ) -> None:
        _, faults = checked_loan(unchecked_loan(**YEAR, **changes, terms=terms))
        assert [fault.field for fault in faults] == ["terms.cashAfterAnticipatedRepayment"]


class TestBalance:
    def test_is_by_the_schedule_with_what_has_accrued(self, a_year: Build) -> None:
        found = balance_of(a_year(FIXED), on=day("2025-06-16"))
        assert (found.balance, found.unscheduled) == (Decimal("1100000.00"), None)
        assert found.accrued_interest == Decimal("2750.00")  # 15 days of 30 of 5,500.00
        assert found.next_installment is not None
        assert found.next_installment.payment == Decimal("55500.00")

    def test_is_rolled_forward_from_what_was_recorded(self, a_year: Build) -> None:
        loan = a_year(FIXED, currentBalance="1175000.00", balanceAsOf="2025-05-01")
        assert rolled_forward(loan, on=day("2025-05-31")) == Decimal("1175000.00")
        assert rolled_forward(loan, on=day("2025-07-01")) == Decimal("1075000.00")
        # Nobody has said that the payment was made that repays it: seven of 50,000.00 are before that.
        assert rolled_forward(loan, on=day("2027-01-01")) == Decimal("825000.00")

    def test_of_modified_terms_is_not_rolled(self, a_year: Build, a_loan: Build) -> None:
        loan = a_loan({"modified": True}, **YEAR, terms=FIXED)
        assert isinstance(rolled_forward(loan, on=day("2025-07-01")), Unscheduled)


class TestFallingDue:
    def test_is_the_last_principal_and_each_balance_before_it(self, a_year: Build) -> None:
        due = falling_due(a_year(LISTED, currentBalance="1190000.00", balanceAsOf="2025-02-10"))
        assert (due.balloon, due.scheduled, due.repayment) == (Decimal("840000.00"), True, None)
        assert due.balances == (
            DatedBalance(day("2025-03-01"), Decimal("1090000.00")),
            DatedBalance(day("2025-06-01"), Decimal("840000.00")),
        )

    def test_on_an_anticipated_repayment_date_is_what_is_owed_before_it(self, a_year: Build) -> None:
        due = falling_due(a_year(FIXED, anticipatedRepaymentDate="2025-07-01"))
        assert due.anticipated_balloon == Decimal("1100000.00")

    def test_of_a_stepped_rate_that_repays_nothing_is_the_recorded_balance(self, a_year: Build) -> None:
        due = falling_due(a_year(STEPPED, rateType="stepped"))
        assert (due.balloon, due.scheduled, due.balances) == (Decimal("1200000.00"), True, ())

    def test_is_nothing_where_the_schedule_repays_all_before(self, a_year: Build) -> None:
        due = falling_due(a_year({**PLAIN, "fixedPrincipal": "400000.00"}))
        assert due.balloon == Decimal("0.00")
        assert due.balances[-1] == DatedBalance(day("2025-03-01"), Decimal("400000.00"))


class TestDebtService:
    def test_is_of_the_year_after_the_recorded_balance(self, a_year: Build) -> None:
        found = annual_debt_service(a_year(FIXED))
        assert found is not None
        # 63,000.00 of interest and nine payments of 50,000.00; the other 750,000.00 are a balloon.
        assert (found.annual, found.basis) == (Decimal("513000.00"), DebtServiceBasis.NEXT_TWELVE_MONTHS)

    def test_of_less_than_a_year_is_as_much_a_year_as_that(self, a_year: Build) -> None:
        found = annual_debt_service(a_year(FIXED, currentBalance="900000.00", balanceAsOf="2025-10-01"))
        assert found is not None
        # Three payments: 54,500.00, 54,250.00 and 54,000.00 of the last; four times that.
        assert found.annual == Decimal("651000.00")

    def test_of_a_floating_loan_is_at_its_present_rate(self, a_year: Build) -> None:
        floating = {"index": "SOFR", "spread": "0.02"}
        found = annual_debt_service(a_year({**FIXED, "floating": floating}, rateType="floating"))
        assert found is not None
        assert found.annual == Decimal("513000.00")

    def test_of_a_stepped_rate_that_repays_nothing_is_a_year_of_interest(self, a_year: Build) -> None:
        found = annual_debt_service(a_year(STEPPED, rateType="stepped"))
        assert found is not None
        assert (found.annual, found.basis) == (Decimal("72000.00"), DebtServiceBasis.INTEREST_ONLY)
        later = annual_debt_service(a_year(STEPPED, rateType="stepped", balanceAsOf="2025-08-01"))
        assert later is not None
        assert later.annual == Decimal("84000.00")  # by the step, though the first rate is recorded


class TestMonths:
    def test_have_balance_rate_and_debt_service_of_their_time(self, a_year: Build) -> None:
        loan = a_year(FIXED, currentBalance="900000.00", balanceAsOf="2025-10-01")
        months = scheduled_months(loan, {}, until=day("2025-09-30"))
        assert [str(month.balance) for month in months[3:6]] == ["1200000.00", "1150000.00", "1100000.00"]
        assert {str(month.rate) for month in months} == {"0.06"}
        # At the end of May seven more fall due: of the last one 50,000.00 are no balloon.
        due = 7 * 50_000 + sum(5_500 - 250 * number for number in range(7)) + 5_750 + 50_000
        assert months[4].annual_debt_service == Decimal(due * 12) / 8

    def test_of_a_stepped_rate_have_the_rate_of_their_end(self, a_year: Build) -> None:
        loan = a_year(STEPPED, rateType="stepped", rate="0.065", balanceAsOf="2025-08-01")
        months = scheduled_months(loan, {}, until=day("2025-12-31"))
        assert [str(month.rate) for month in months] == ["0.065"] * 5 + ["0.07"] * 2
        assert [str(month.annual_debt_service) for month in months[4:6]] == ["78000.00", "84000.00"]


class TestComingFlows:
    def test_are_its_installments(self, a_year: Build) -> None:
        window = Window(day("2025-10-15"), 4)
        loan = a_year(FIXED, currentBalance="900000.00", balanceAsOf="2025-10-01")
        coming = coming_schedule(loan, window)
        assert not isinstance(coming, Unscheduled)
        flows = coming_flows(loan, coming, window, fixings=Fixings(), curve=None, shift=0)
        assert not isinstance(flows, Unscheduled)
        assert [(str(flow.on), str(flow.interest), str(flow.principal), str(flow.balloon)) for flow in flows] == [
            ("2025-11-01", "4500.00", "50000.00", "0.00"),
            ("2025-12-01", "4250.00", "50000.00", "0.00"),
            ("2026-01-01", "4000.00", "0.00", "800000.00"),
        ]
        assert not any(flow.projected for flow in flows)


class TestRules:
    @pytest.mark.parametrize(
        ("terms", "field"),
        [
            ({**LISTED, "fixedPrincipal": "1000.00"}, "terms.scheduledPrincipal"),
            ({**PLAIN, "fixedPrincipal": "0"}, "terms.fixedPrincipal"),
            (
                {**PLAIN, "scheduledPrincipal": [{"dueDate": "2025-03-01", "amount": "1200000.01"}]},
                "terms.scheduledPrincipal",
            ),
            (
                {**PLAIN, "scheduledPrincipal": [{"dueDate": "2026-02-01", "amount": "1.00"}]},
                "terms.scheduledPrincipal[0].dueDate",
            ),
        ],
    )
    def test_refuse_what_no_note_says(
        self, unchecked_loan: Callable[..., Loan], terms: dict[str, Any], field: str
    ) -> None:
        _, faults = checked_loan(unchecked_loan(**YEAR, terms=terms))
        assert [fault.field for fault in faults] == [field]
