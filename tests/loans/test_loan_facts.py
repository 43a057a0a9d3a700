"""A loan as other services see it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights.contracts.loans import LoanStatus, StatementBasis
from realinsights.loans.model.collateral import allocate
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.performance import OperatingStatement, RollUp, Valuation
from realinsights.loans.model.property import Property
from realinsights.loans.service.facts import loan_facts, scheduled_months

LoanBuilder = Callable[..., Loan]
PropertyBuilder = Callable[..., Property]


def statement(basis: str = "underwritten", **figures: Any) -> dict[str, Any]:
    return {"basis": basis, **figures}


class TestAllocation:
    @given(
        cents=st.integers(0, 10**12),
        weights=st.lists(st.integers(0, 10**12), min_size=1, max_size=40).filter(lambda weights: sum(weights) > 0),
    )
    def test_sums_to_the_amount_exactly_and_no_part_is_off_by_a_cent(self, cents: int, weights: list[int]) -> None:
        parts = allocate(Decimal(cents).scaleb(-2), weights)
        assert sum(parts) == Decimal(cents).scaleb(-2)
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part - Decimal(cents * weight) / sum(weights) / 100) < Decimal("0.01")

    def test_is_by_allocated_amount_where_every_property_has_one(
        self, a_loan: LoanBuilder, a_property: PropertyBuilder
    ) -> None:
        shares = [
            {"propertyId": "a", "allocatedAmount": "6000000"},
            {"propertyId": "b", "allocatedAmount": "3000000"},
        ]
        loan = a_loan(currentBalance="1000000.00", properties=shares)
        facts = loan_facts(loan, {"a": a_property("a"), "b": a_property("b")})
        assert [part.balance for part in facts.collateral] == [Decimal("666666.67"), Decimal("333333.33")]

    def test_is_by_value_where_an_amount_is_missing(self, a_loan: LoanBuilder, a_property: PropertyBuilder) -> None:
        shares = [{"propertyId": "a", "allocatedAmount": "6000000"}, {"propertyId": "b"}]
        loan = a_loan(currentBalance="1000000.00", properties=shares)
        worth = {"a": "1000000", "b": "3000000"}
        properties = {key: a_property(key, valuations=[{"amount": amount}]) for key, amount in worth.items()}
        facts = loan_facts(loan, properties)
        assert [part.balance for part in facts.collateral] == [Decimal("250000.00"), Decimal("750000.00")]

    def test_is_equal_where_a_value_is_missing_too(self, a_loan: LoanBuilder, a_property: PropertyBuilder) -> None:
        loan = a_loan(currentBalance="100.00", properties=[{"propertyId": key} for key in "abc"])
        facts = loan_facts(loan, {key: a_property(key) for key in "abc"})
        assert [part.balance for part in facts.collateral] == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]

    def test_of_a_loan_on_nothing_is_empty(self, a_loan: LoanBuilder) -> None:
        assert loan_facts(a_loan(), {}).collateral == ()


class TestPerformance:
    def test_is_the_sum_over_the_properties(self, a_loan: LoanBuilder, a_property: PropertyBuilder) -> None:
        loan = a_loan(properties=[{"propertyId": "a"}, {"propertyId": "b"}])
        properties = {
            "a": a_property(
                "a",
                leasableSquareFeet="1000",
                valuations=[{"amount": "100", "asOf": "2024-01-01"}, {"amount": "120", "asOf": "2025-01-01"}],
                operatingStatements=[statement(netOperatingIncome="10", netCashFlow="9", occupancy="0.9")],
            ),
            "b": a_property(
                "b",
                leasableSquareFeet="3000",
                valuations=[{"amount": "80"}],
                operatingStatements=[statement(netOperatingIncome="5.50", occupancy="0.5")],
            ),
        }
        performance = loan_facts(loan, properties).performance.latest
        assert performance.value == Decimal("200.00")
        assert performance.net_operating_income == Decimal("15.50")
        assert performance.net_cash_flow is None
        assert (performance.occupancy, performance.occupancy_area) == (Decimal("0.6"), Decimal(4000))

    def test_is_on_the_basis_chosen_for_the_loan_and_else_of_the_latest_but_no_budget(
        self, a_loan: LoanBuilder, a_property: PropertyBuilder
    ) -> None:
        asset = a_property(
            "a",
            operatingStatements=[
                statement("underwritten", netOperatingIncome="1", periodEnd="2023-12-31"),
                statement("annual", netOperatingIncome="2", periodEnd="2023-12-31"),
                statement("annual", netOperatingIncome="3", periodEnd="2024-12-31"),
                statement("budget", netOperatingIncome="9", periodEnd="2025-12-31"),
            ],
        )
        shares = [{"propertyId": "a"}]
        for basis, income in (("underwritten", "1"), ("annual", "3"), ("trailing_twelve_months", "3"), ("budget", "9")):
            facts = loan_facts(a_loan(properties=shares, statementBasis=basis), {"a": asset})
            assert facts.performance.latest.net_operating_income == Decimal(income)

    def test_is_the_roll_up_of_the_servicer_where_a_property_does_not_say(
        self, a_loan: LoanBuilder, a_property: PropertyBuilder
    ) -> None:
        roll_up = RollUp(
            valuations=(Valuation(amount=Decimal("223300000.00")),),
            operating_statements=(
                OperatingStatement(
                    basis=StatementBasis.UNDERWRITTEN, net_operating_income=Decimal("7.00"), occupancy=Decimal("0.89")
                ),
            ),
            units=Decimal(40),
        )
        loan = a_loan({"roll_up": roll_up}, properties=[{"propertyId": "a"}, {"propertyId": "b"}])
        properties = {"a": a_property("a"), "b": a_property("b", valuations=[{"amount": "5"}])}
        performance = loan_facts(loan, properties).performance.latest
        assert performance.value == Decimal("223300000.00")
        assert performance.net_operating_income == Decimal("7.00")
        assert (performance.occupancy, performance.occupancy_area) == (Decimal("0.89"), Decimal(40))

    def test_is_the_sum_again_once_every_property_states_a_later_figure(
        self, a_loan: LoanBuilder, a_property: PropertyBuilder
    ) -> None:
        roll_up = RollUp(valuations=(Valuation(amount=Decimal("9.00"), as_of=datetime.date(2020, 1, 1)),))
        loan = a_loan({"roll_up": roll_up}, properties=[{"propertyId": "a"}, {"propertyId": "b"}])
        newer = [{"amount": "4", "asOf": "2024-06-30"}]
        mixed = {"a": a_property("a", valuations=newer), "b": a_property("b", valuations=[{"amount": "3"}])}
        assert loan_facts(loan, mixed).performance.latest.value == Decimal("9.00")
        both = {"a": a_property("a", valuations=newer), "b": a_property("b", valuations=newer)}
        assert loan_facts(loan, both).performance.latest.value == Decimal("8.00")

    def test_of_a_loan_on_nothing_is_unknown(self, a_loan: LoanBuilder) -> None:
        assert msgspec.structs.astuple(loan_facts(a_loan(), {}).performance.latest) == (None,) * 5


class TestDebtService:
    @pytest.mark.parametrize(
        ("changes", "annual"),
        [
            # The three loans of the golden portfolio (G13).
            (
                {
                    "originalBalance": "165000000",
                    "currentBalance": "165000000",
                    "rate": "0.045",
                    "terms": {"amortizationMonths": None, "dayCount": "30_360"},
                },
                "7425000.00",
            ),
            (
                {
                    "originalBalance": "85000000",
                    "currentBalance": "80000000",
                    "rate": "0.055",
                    "terms": {"amortizationMonths": 300},
                },
                "6263692.44",
            ),
            (
                {
                    "originalBalance": "32000000",
                    "currentBalance": "30500000",
                    "rate": "0.042",
                    "terms": {"amortizationMonths": 360},
                },
                "1877826.00",
            ),
            # Interest-only on Actual/360 is a year of 365 days over 360.
            ({"terms": {"amortizationMonths": None}}, "532291.67"),
            # A partial interest-only loan is held against the payment that will come.
            ({"terms": {"interestOnlyMonths": 24}}, "662644.44"),
            ({"currentBalance": "0", "status": "paid_off"}, "0.00"),
            ({"terms": {"amortizationMonths": None, "firstPaymentDate": None}}, "532291.67"),
        ],
    )
    def test_is_on_the_basis_servicers_report(self, a_loan: LoanBuilder, changes: dict[str, Any], annual: str) -> None:
        assert loan_facts(a_loan(**changes), {}).annual_debt_service == Decimal(annual)

    def test_of_a_floating_loan_is_at_its_present_rate(self, a_loan: LoanBuilder) -> None:
        floating = {"index": "SOFR30A", "spread": "0.025"}
        loan = a_loan(rateType="floating", rate="0.06", terms={"amortizationMonths": None, "floating": floating})
        assert loan_facts(loan, {}).annual_debt_service == Decimal("608333.33")

    def test_of_principal_on_no_payment_date_is_what_the_servicer_reports_of_a_whole_loan(
        self, a_loan: LoanBuilder
    ) -> None:
        terms = {"scheduledPrincipal": [{"dueDate": "2026-01-02", "amount": "5000"}]}
        reported = {"annualDebtService": "700000.00", "dscr": "1.5"}
        assert loan_facts(a_loan(terms=terms, reported=reported), {}).annual_debt_service == Decimal("700000.00")
        note = a_loan(terms=terms, reported=reported, structure="pari_passu")
        assert loan_facts(note, {}).annual_debt_service is None
        assert loan_facts(note, {}).reported_dscr == Decimal("1.5")


class TestScheduledMonths:
    def test_are_the_golden_balances_at_each_month_end(self, a_loan: LoanBuilder) -> None:
        months = scheduled_months(a_loan(balanceAsOf="2025-04-01"), {}, until=datetime.date(2025, 4, 15))
        assert [(str(figures.month), str(figures.balance)) for figures in months] == [
            ("2025-01-01", "10000000.00"),
            ("2025-02-01", "9989987.96"),
            ("2025-03-01", "9975560.04"),
        ]
        assert not any(figures.reported for figures in months)

    def test_include_a_month_from_its_last_day_on(self, a_loan: LoanBuilder) -> None:
        loan = a_loan(balanceAsOf="2025-06-01")
        assert len(scheduled_months(loan, {}, until=datetime.date(2025, 1, 30))) == 0
        assert len(scheduled_months(loan, {}, until=datetime.date(2025, 1, 31))) == 1

    def test_end_where_a_balance_is_recorded(self, a_loan: LoanBuilder) -> None:
        for recorded, expected in (("2025-03-30", 2), ("2025-03-31", 2), ("2025-04-01", 3)):
            months = scheduled_months(a_loan(balanceAsOf=recorded), {}, until=datetime.date(2026, 1, 1))
            assert len(months) == expected

    def test_see_the_properties_as_they_were_then(self, a_loan: LoanBuilder, a_property: PropertyBuilder) -> None:
        worth = [{"amount": "15000000", "asOf": "2025-01-01"}, {"amount": "18000000", "asOf": "2025-03-01"}]
        loan = a_loan(properties=[{"propertyId": "a"}], balanceAsOf="2025-04-01")
        months = scheduled_months(loan, {"a": a_property("a", valuations=worth)}, until=datetime.date(2025, 3, 31))
        assert [figures.performance.latest.value for figures in months] == [Decimal(15000000)] * 2 + [Decimal(18000000)]

    def test_of_a_loan_that_is_paid_off_are_those_before(self, a_loan: LoanBuilder) -> None:
        loan = a_loan(status="paid_off", currentBalance="0", balanceAsOf="2025-03-10")
        months = scheduled_months(loan, {}, until=datetime.date(2025, 4, 30))
        assert [figures.status for figures in months] == [LoanStatus.CURRENT] * 2
        assert all(figures.balance for figures in months)

    def test_past_maturity_owe_what_is_recorded_later(self, a_loan: LoanBuilder) -> None:
        loan = a_loan(maturityDate="2025-03-01", status="90_days", currentBalance="9900000", balanceAsOf="2025-05-10")
        months = scheduled_months(loan, {}, until=datetime.date(2025, 6, 30))
        assert [(figures.month.month, figures.status is loan.status) for figures in months] == [
            (1, False), (2, False), (3, True), (4, True),
        ]  # fmt: skip
        assert [figures.balance for figures in months][2:] == [Decimal(9900000)] * 2

    def test_of_interest_only_at_a_floating_rate_have_a_balance_and_no_rate(self, a_loan: LoanBuilder) -> None:
        floating = {"amortizationMonths": None, "floating": {"index": "SOFR30A", "spread": "0.025"}}
        loan = a_loan(rateType="floating", terms=floating, balanceAsOf="2025-03-01")
        months = scheduled_months(loan, {}, until=datetime.date(2026, 1, 1))
        assert [(figures.month.month, figures.balance) for figures in months] == [
            (1, loan.original_balance),
            (2, loan.original_balance),
        ]
        assert {(figures.rate, figures.annual_debt_service) for figures in months} == {(None, None)}

    def test_of_an_amortizing_loan_at_a_floating_rate_are_not_invented(self, a_loan: LoanBuilder) -> None:
        floating = {"amortizationMonths": 360, "floating": {"index": "SOFR30A", "spread": "0.025"}}
        loan = a_loan(rateType="floating", terms=floating, balanceAsOf="2025-09-01")
        assert scheduled_months(loan, {}, until=datetime.date(2026, 1, 1)) == ()
