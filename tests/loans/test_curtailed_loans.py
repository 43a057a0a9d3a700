"""Loans that are prepaid in part: each installment, balance and payment by hand and by a loop of Decimals."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import httpx
import msgspec
import pytest

from realinsights.contracts.loans import AmortizationType, DatedBalance
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

# $1,200,000 at 6 % on 30/360: a month's interest on it is 6,000.00.
YEAR = {
    "originalBalance": "1200000.00",
    "currentBalance": "1200000.00",
    "maturityDate": "2026-01-01",
    "rate": "0.06",
}
HALFWAY = {"paidOn": "2025-03-16", "amount": "200000.00"}
INTEREST_ONLY = {"dayCount": "30_360", "amortizationMonths": None, "curtailments": [HALFWAY]}
SHORTENED = {**INTEREST_ONLY, "amortizationMonths": 360}
SPREAD = {**SHORTENED, "curtailments": [{**HALFWAY, "effect": "reamortize"}]}


@pytest.fixture
def a_year(a_loan: Build) -> Build:
    """Return a builder of loans of a year by their terms."""
    return lambda terms, **changes: a_loan(**{**YEAR, **changes}, terms=terms)


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def level(owed: Decimal, months: int) -> Decimal:
    """Return the payment of some months at 6 %, by the textbook."""
    growth = Decimal("1.005") ** months
    return cents(owed * Decimal("0.005") * growth / (growth - 1))


def by_hand(*, anew: bool, amortization: int = 360) -> list[tuple[Decimal, Decimal, Decimal, Decimal]]:
    """Return interest, principal, payment and what is owed after each month of the year on 30/360, as one writes it."""
    owed = Decimal("1200000.00")
    payment = level(owed, amortization)
    rows = []
    for month in range(1, 13):
        if month == 3:
            interest = cents((owed * 15 + (owed - 200_000) * 15) * Decimal("0.06") / 360)
            owed -= 200_000
            payment = level(owed, amortization - 2) if anew else payment
        else:
            interest = cents(owed * Decimal("0.06") / 12)
        principal = owed if month == 12 else min(payment - interest, owed)
        owed -= principal
        rows.append((interest, principal, interest + principal, owed))
        if not owed:
            break
    return rows


def told(loan: Loan) -> list[tuple[Decimal, Decimal, Decimal, Decimal]]:
    schedule = schedule_of(loan)
    assert schedule.unscheduled is None
    return [(row.interest, row.principal, row.payment, row.ending_balance) for row in schedule.installments]


class TestSchedule:
    def test_of_interest_alone_bears_less_from_the_day_on(self, a_year: Build) -> None:
        rows = schedule_of(a_year(INTEREST_ONLY)).installments
        # 15 days of 1,200,000 and 15 of 1,000,000: 3,000.00 + 2,500.00.
        assert [(str(row.interest), str(row.curtailed), str(row.ending_balance)) for row in rows[1:4]] == [
            ("6000.00", "0.00", "1200000.00"),
            ("5500.00", "200000.00", "1000000.00"),
            ("5000.00", "0.00", "1000000.00"),
        ]
        assert (rows[2].principal, rows[2].payment) == (0, Decimal("5500.00"))
        assert rows[-1].principal == Decimal("1000000.00")

    def test_of_a_level_payment_keeps_it(self, a_year: Build) -> None:
        loan = a_year(SHORTENED)
        assert told(loan) == by_hand(anew=False)
        assert schedule_of(loan).level_payment == Decimal("7194.61")

    def test_of_a_level_payment_computes_it_anew(self, a_year: Build) -> None:
        loan = a_year(SPREAD)
        assert told(loan) == by_hand(anew=True)
        schedule = schedule_of(loan)
        assert schedule.level_payment is None  # it changes
        assert schedule.how_computed is not None
        assert "computed anew" in schedule.how_computed.level_payment
        said = [(each.name, each.value) for each in schedule.how_computed.inputs]
        assert ("curtailed on 2025-03-16", "200,000.00, reamortize") in said

    def test_of_a_level_payment_is_repaid_sooner(self, a_year: Build) -> None:
        loan = a_year({**SHORTENED, "amortizationMonths": 12})
        rows = told(loan)
        assert rows == by_hand(anew=False, amortization=12)
        assert len(rows) == 10
        assert schedule_of(loan).balloon_principal == 0

    def test_in_the_interest_only_months_is_in_the_first_level_payment_where_it_is_computed_anew(
        self, a_year: Build
    ) -> None:
        rows = told(a_year({**SPREAD, "interestOnlyMonths": 6}))
        assert rows[6][2] == level(Decimal("1000000.00"), 360)
        kept = told(a_year({**SHORTENED, "interestOnlyMonths": 6}))
        assert kept[6][2] == Decimal("7194.61")

    def test_computes_a_stated_payment_anew_over_the_amortization(self, a_year: Build) -> None:
        rows = told(a_year({**SPREAD, "levelPayment": "8000.00"}))
        assert rows[1][2] == Decimal("8000.00")
        # 1,200,000.00, less 2,000.00, less 2,010.00, less 200,000.00.
        assert rows[2][2] == level(Decimal("995990.00"), 358)

    def test_of_fixed_principal_leaves_it_as_it_is(self, a_year: Build) -> None:
        rows = told(a_year({**INTEREST_ONLY, "fixedPrincipal": "10000.00"}))
        # 1,180,000 and 980,000 for half a month each.
        assert rows[2] == (Decimal("5400.00"), Decimal("10000.00"), Decimal("15400.00"), Decimal("970000.00"))

    def test_of_interest_that_is_added_is_of_what_is_left(self, a_year: Build) -> None:
        rows = schedule_of(a_year({**INTEREST_ONLY, "payRate": "0.02"})).installments
        # 1,200,000, then 1,204,000, then 1,208,013.33: half a month each of 1,208,013.33 and 1,008,013.33.
        assert [str(row.capitalized) for row in rows[:3]] == ["4000.00", "4013.33", "3693.38"]
        assert (str(rows[2].interest), str(rows[2].payment)) == ("5540.07", "1846.69")

    def test_on_a_due_date_comes_after_the_installment(self, a_year: Build) -> None:
        rows = told(a_year({**SHORTENED, "curtailments": [{**HALFWAY, "paidOn": "2025-03-01"}]}))
        regular = told(a_year({**SHORTENED, "curtailments": []}))
        assert rows[1] == regular[1]
        assert rows[2][0] == cents((regular[1][3] - 200_000) * Decimal("0.005"))

    def test_counts_in_the_average_life_and_not_in_the_total_of_installments(self, a_year: Build) -> None:
        schedule = schedule_of(a_year(INTEREST_ONLY))
        assert schedule.total_principal == Decimal("1000000.00")
        # 200,000 after 75 days of 30/360, a million after 360.
        assert schedule.weighted_average_life_years == Decimal("0.868056")


class TestBalance:
    def test_is_of_the_day(self, a_year: Build) -> None:
        loan = a_year(INTEREST_ONLY)
        before, after = (balance_of(loan, on=day(on)) for on in ("2025-03-15", "2025-03-16"))
        assert (before.balance, before.accrued_interest) == (Decimal("1200000.00"), Decimal("2800.00"))
        assert (after.balance, after.accrued_interest) == (Decimal("1000000.00"), Decimal("3000.00"))
        # Ten days more of a million.
        assert balance_of(loan, on=day("2025-03-26")).accrued_interest == Decimal("4666.67")

    def test_recorded_rolls_on_with_what_is_still_to_come(self, a_year: Build) -> None:
        loan = a_year(SPREAD, currentBalance="1190000.00", balanceAsOf="2025-02-01")
        assert rolled_forward(loan, on=day("2025-03-15")) == Decimal("1188755.39")  # less 7,194.61 - 5,950.00
        assert rolled_forward(loan, on=day("2025-03-16")) == Decimal("988755.39")

    def test_recorded_after_it_has_it(self, a_year: Build) -> None:
        scheduled = by_hand(anew=True)
        loan = a_year(SPREAD, currentBalance=str(scheduled[1][3] - 200_000), balanceAsOf="2025-03-20")
        for month in range(2, 11):
            assert rolled_forward(loan, on=datetime.date(2025, month + 2, 1)) == scheduled[month][3]

    def test_recorded_later_keeps_the_payment_that_was_computed_anew(self, a_year: Build) -> None:
        scheduled = by_hand(anew=True)
        loan = a_year(SPREAD, currentBalance=str(scheduled[5][3]), balanceAsOf="2025-07-01")
        assert [rolled_forward(loan, on=datetime.date(2025, month + 2, 1)) for month in range(6, 11)] == [
            row[3] for row in scheduled[6:11]
        ]

    def test_of_months_past_is_of_their_ends(self, a_year: Build) -> None:
        months = scheduled_months(a_year(INTEREST_ONLY, balanceAsOf="2025-06-30"), {}, until=day("2025-05-31"))
        assert [str(month.balance) for month in months] == ["1200000.00"] * 2 + ["1000000.00"] * 3


class TestFallingDue:
    def test_has_what_is_owed_from_day_to_day(self, a_year: Build) -> None:
        due = falling_due(a_year(INTEREST_ONLY))
        assert due.balances == (DatedBalance(day("2025-03-16"), Decimal("1000000.00")),)
        assert due.balloon == Decimal("1000000.00")

    def test_of_a_floating_rate_is_known_where_nothing_else_is_repaid(self, a_year: Build) -> None:
        loan = a_year(
            {**INTEREST_ONLY, "floating": {"index": "sofr_30_day_average", "spread": "0.02"}}, rateType="floating"
        )
        due = falling_due(loan)
        assert due.balances == (DatedBalance(day("2025-03-16"), Decimal("1000000.00")),)
        assert due.balloon == rolled_forward(loan, on=day("2025-04-01")) == Decimal("1000000.00")

    def test_leaves_out_what_is_in_the_recorded_balance(self, a_year: Build) -> None:
        due = falling_due(a_year(INTEREST_ONLY, currentBalance="990000.00", balanceAsOf="2025-03-16"))
        assert (due.balances, due.balloon) == ((), Decimal("990000.00"))

    def test_on_an_anticipated_repayment_date_is_what_is_left_before_it(self, a_year: Build) -> None:
        due = falling_due(a_year(INTEREST_ONLY, anticipatedRepaymentDate="2025-06-01"))
        assert due.anticipated_balloon == Decimal("1000000.00")


class TestDebtService:
    def test_is_what_is_due_and_not_what_is_prepaid(self, a_year: Build) -> None:
        found = annual_debt_service(a_year(INTEREST_ONLY))
        assert found is not None
        # Two months of 6,000.00, one of 5,500.00, nine of 5,000.00.
        assert (found.annual, found.basis) == (Decimal("62500.00"), DebtServiceBasis.NEXT_TWELVE_MONTHS)

    def test_of_what_is_prepaid_already_is_of_the_balance(self, a_year: Build) -> None:
        found = annual_debt_service(a_year(INTEREST_ONLY, currentBalance="1000000.00", balanceAsOf="2025-03-16"))
        assert found is not None
        assert (found.annual, found.basis) == (Decimal("60000.00"), DebtServiceBasis.INTEREST_ONLY)

    def test_of_a_payment_computed_anew_is_twelve_of_those(self, a_year: Build) -> None:
        scheduled = by_hand(anew=True)
        loan = a_year(SPREAD, maturityDate="2030-01-01", currentBalance=str(scheduled[5][3]), balanceAsOf="2025-07-01")
        found = annual_debt_service(loan)
        assert found is not None
        assert found.annual == 12 * scheduled[5][2]


class TestComingFlows:
    def test_have_it_as_principal_of_its_day(self, a_year: Build) -> None:
        loan = a_year(INTEREST_ONLY)
        assert flows(loan, Window(day("2025-03-10"), 2)) == [
            ("2025-03-16", "0.00", "200000.00", "0.00"),
            ("2025-04-01", "5500.00", "0.00", "0.00"),
        ]
        # The window ends before the installment of its period.
        assert flows(loan, Window(day("2025-03-10"), 1)) == [("2025-03-16", "0.00", "200000.00", "0.00")]

    def test_leave_out_what_is_in_the_recorded_balance(self, a_year: Build) -> None:
        loan = a_year(SPREAD, currentBalance="990000.00", balanceAsOf="2025-03-16")
        [april] = flows(loan, Window(day("2025-03-16"), 2))
        # 15 days of 1,190,000 and 15 of 990,000, by a payment anew over 358 months.
        assert april[:2] == ("2025-04-01", "5450.00")
        assert Decimal(april[2]) == level(Decimal("990000.00"), 358) - 5450


def flows(loan: Loan, window: Window) -> list[tuple[str, str, str, str]]:
    coming = coming_schedule(loan, window)
    assert not isinstance(coming, Unscheduled)
    found = coming_flows(loan, coming, window, fixings=Fixings(), curve=None, shift=0)
    assert not isinstance(found, Unscheduled)
    return [(str(flow.on), str(flow.interest), str(flow.principal), str(flow.balloon)) for flow in found]


class TestPayoff:
    def test_is_of_what_is_left_and_of_each_day(self, a_year: Build) -> None:
        basis = basis_of(a_year(INTEREST_ONLY), on=day("2025-03-26"))
        assert isinstance(basis, Basis)
        assert basis.accrued is not None
        assert basis.schedule.terms.principal == Decimal("1000000.00")
        assert basis.accrued.item.amount == Decimal("4666.67")  # 3,000.00 + 1,666.67
        assert basis.accrued.per_diem == Decimal("166.67")


class TestReconciliation:
    def test_matches_what_a_servicer_reports(self, a_year: Build) -> None:
        reported = (
            ("1200000.00", "6000.00", "1200000.00"),
            ("1200000.00", "6000.00", "1000000.00"),  # March: the 16th is in it, the interest of it due in April
            ("1000000.00", "5500.00", "1000000.00"),
            ("1000000.00", "5000.00", "1000000.00"),
        )
        said = [
            (
                Statement(
                    number="1001", row=1, line=1, period_begin=datetime.date(2025, month, 1),
                    period_end=datetime.date(2025, month + 1, 1) - datetime.timedelta(days=1),
                    beginning_balance=Decimal(beginning), interest=Decimal(interest), principal=Decimal("0.00"),
                    unscheduled_principal=Decimal("200000.00") if month == 3 else None, ending_balance=Decimal(ending),
                ),
                Precision.CENTS,
            )
            for month, (beginning, interest, ending) in enumerate(reported, 2)
        ]  # fmt: skip
        found = list(reconcile(Schedules.of([a_year(INTEREST_ONLY)]), 0, said))
        assert [each.outcome for each in found] == [Outcome.MATCHED] * 4, [each.differing for each in found]


class TestRules:
    @pytest.mark.parametrize(
        ("terms", "field", "words"),
        [
            ({"curtailments": [{**HALFWAY, "paidOn": "2024-12-31"}]}, "[0].paidOn", "from 2025-01-01 on"),
            ({"curtailments": [{**HALFWAY, "paidOn": "2026-01-01"}]}, "[0].paidOn", "before 2026-01-01"),
            ({"curtailments": [HALFWAY, HALFWAY]}, "[1].paidOn", "after the one before"),
            ({"curtailments": [{**HALFWAY, "amount": "0.00"}]}, "[0].amount", "above zero"),
            ({"curtailments": [{**HALFWAY, "amount": "1200000.00"}]}, "[0].amount", "1,200,000.00 owed then"),
            (
                {"curtailments": [HALFWAY, {"paidOn": "2025-04-01", "amount": "1000000.01"}]},
                "[1].amount",
                "1,000,000.00 owed then",
            ),
            (
                {"amortizationMonths": 12, "curtailments": [HALFWAY, {"paidOn": "2025-12-15", "amount": "1.00"}]},
                "[1].amount",
                "repaid by then",
            ),
            ({"curtailments": [{**HALFWAY, "effect": "reamortize"}]}, "[0].effect", "amortizationMonths"),
            ({"paymentsInAdvance": True, "curtailments": [HALFWAY]}, "", "paymentsInAdvance"),
        ],
    )
    def test_refuse_what_cannot_be(
        self, unchecked_loan: Callable[..., Loan], terms: Mapping[str, Any], field: str, words: str
    ) -> None:
        whole = {**INTEREST_ONLY, **terms, "firstPaymentDate": "2025-02-01"}
        _, faults = checked_loan(unchecked_loan(**YEAR, terms=whole))
        assert [fault.field for fault in faults] == [f"terms.curtailments{field}"]
        assert words in faults[0].message

    def test_bound_what_a_floating_rate_may_leave(self, unchecked_loan: Callable[..., Loan]) -> None:
        terms = {
            **SHORTENED,
            "floating": {"index": "sofr_30_day_average", "spread": "0.02"},
            "curtailments": [{**HALFWAY, "amount": "1200000.00"}],
        }
        _, faults = checked_loan(unchecked_loan(**YEAR, rateType="floating", terms=terms))
        assert [fault.field for fault in faults] == ["terms.curtailments[0].amount"]

    def test_name_the_way_of_repaying_by_the_note(self, a_year: Build) -> None:
        assert a_year(INTEREST_ONLY).amortization_type is AmortizationType.INTEREST_ONLY
        assert a_year(SPREAD).amortization_type is AmortizationType.AMORTIZING


class TestOverHttp:
    async def test_is_added_without_a_change_of_terms(
        self, client: httpx.AsyncClient, a_loan_body: Callable[..., dict[str, Any]]
    ) -> None:
        body = a_loan_body(**YEAR, terms={**SHORTENED, "curtailments": []})
        made = await client.post("/loans", json=body)
        path = f"/loans/{made.json()['id']}"
        changed = await client.patch(path, json={"terms": SPREAD}, headers={"If-Match": made.headers["ETag"]})
        assert changed.status_code == 200, changed.text
        assert (await client.get(path)).json()["terms"]["curtailments"] == [{**HALFWAY, "effect": "reamortize"}]
        told = (await client.get(f"{path}/schedule")).json()
        assert [row["curtailed"] for row in told["installments"][1:4]] == ["0.00", "200000.00", "0.00"]
        assert [Decimal(row["endingBalance"]) for row in told["installments"]] == [row[3] for row in by_hand(anew=True)]

    async def test_is_refused_by_its_field(
        self, client: httpx.AsyncClient, a_loan_body: Callable[..., dict[str, Any]]
    ) -> None:
        terms = {**INTEREST_ONLY, "curtailments": [{**HALFWAY, "amount": "1200000.01"}]}
        refused = await client.post("/loans", json=a_loan_body(**YEAR, terms=terms))
        assert refused.status_code == 422
        assert [bad["field"] for bad in refused.json()["errors"]] == ["terms.curtailments[0].amount"]


class TestStored:
    def test_before_there_were_any_is_read_as_without(self, a_year: Build) -> None:
        kept = msgspec.to_builtins(a_year({**INTEREST_ONLY, "curtailments": []}))
        del kept["terms"]["curtailments"]
        assert msgspec.convert(kept, Loan).terms.curtailments == ()
