"""A year's debt service, on each basis that one may state."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from realinsights_finance import (
    DayCount,
    DebtServiceBasis,
    Frequency,
    interest_only_debt_service,
    next_twelve_months,
    reported_debt_service,
    schedule,
)


class TestReportedDebtService:
    @pytest.mark.parametrize("interest_only_months", [0, 24])
    def test_is_twelve_amortizing_payments_also_while_interest_only(self, a_loan, interest_only_months):
        service = reported_debt_service(a_loan(interest_only_months=interest_only_months))
        assert service.annual == Decimal("662644.44")
        assert service.basis is DebtServiceBasis.AMORTIZING_PAYMENT

    def test_is_a_years_interest_of_a_loan_interest_only_to_maturity(self, a_loan):
        service = reported_debt_service(a_loan(amortization_months=None, interest_only_months=120))
        assert service.annual == Decimal("532291.67")  # 10,000,000 x 5.25 % x 365 / 360
        assert service.basis is DebtServiceBasis.INTEREST_ONLY

    def test_counts_an_amortization_that_never_begins_as_interest_only(self, a_loan):
        assert reported_debt_service(a_loan(interest_only_months=120)).basis is DebtServiceBasis.INTEREST_ONLY

    def test_is_of_the_balance_given(self, a_loan):
        terms = a_loan(amortization_months=None, day_count=DayCount.THIRTY_360)
        assert reported_debt_service(terms, balance=Decimal(4_000_000)).annual == Decimal("210000.00")

    def test_counts_the_installments_of_a_year(self, a_loan):
        quarterly = a_loan(
            frequency=Frequency.QUARTERLY, first_payment=datetime.date(2025, 4, 1), maturity=datetime.date(2035, 1, 1)
        )
        assert reported_debt_service(quarterly).annual == 4 * quarterly.level_payment()


def test_interest_only_debt_service_leaves_amortization_out(a_loan):
    assert interest_only_debt_service(a_loan()).annual == Decimal("532291.67")


class TestNextTwelveMonths:
    def test_are_the_installments_after_the_day_and_by_its_anniversary(self, a_loan):
        computed = schedule(a_loan(interest_only_months=24))
        service = next_twelve_months(computed, after=datetime.date(2025, 1, 1))
        assert service.annual == sum(row.payment for row in computed.installments[:12])
        assert service.basis is DebtServiceBasis.NEXT_TWELVE_MONTHS

    def test_leave_the_balloon_out(self, a_loan):
        computed = schedule(a_loan())
        service = next_twelve_months(computed, after=datetime.date(2034, 1, 1))
        assert service.annual == 12 * computed.level_payment

    def test_are_nothing_after_the_last(self, a_loan):
        assert next_twelve_months(schedule(a_loan()), after=datetime.date(2035, 1, 1)).annual == 0
