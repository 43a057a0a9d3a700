"""Fees as part of the yield: the golden case, other libraries, sums to the cent, and what is refused."""

from __future__ import annotations

import datetime
import math
from decimal import Decimal

import numpy_financial
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import DayCount, LoanTerms, from_cents, schedule, shown_rate
from realinsights_finance.explain import explain
from realinsights_finance.value import EffectiveTime, InvalidFees, NothingDue, effective_interest, straight_line, xirr


@pytest.fixture(scope="session")
def interest_only() -> LoanTerms:
    return LoanTerms(
        principal=Decimal(10_000_000),
        rate=Decimal("0.06"),
        day_count=DayCount.THIRTY_360,
        start=datetime.date(2025, 1, 1),
        first_payment=datetime.date(2025, 2, 1),
        maturity=datetime.date(2030, 1, 1),
    )


class TestEffectiveInterest:
    def test_amortizes_the_golden_fee(self, value_cases, interest_only):
        case = value_cases["G15_effective_interest"]
        found = effective_interest(schedule(interest_only), fees=Decimal(150_000))
        assert str(shown_rate(found.periodic_rate, 12)) == case["monthly_eir"]
        assert str(shown_rate(found.nominal_rate)) == case["annual_nominal"]
        assert str(shown_rate(found.effective_rate)) == case["annual_effective"]
        assert found.rows[0].carrying_before == case["net_proceeds"]
        assert str(found.rows[0].amortization) == case["amort_m1"]
        assert str(found.rows[59].amortization) == case["amort_m60"]
        assert str(found.total_amortization) == case["total"]
        assert str(found.rows[11].carrying_after) == case["carrying_after_12"]

    def test_numpy_financial_finds_the_same_rate_of_random_loans(self, seeded):
        source = seeded(5)
        for _ in range(200):
            months = source.randint(2, 120)
            terms = LoanTerms(
                principal=Decimal(source.randint(10**6, 10**8)),
                rate=Decimal(source.randint(0, 1200)) / 10_000,
                day_count=source.choice([DayCount.THIRTY_360, DayCount.ACTUAL_360]),
                start=datetime.date(2025, 1, 1),
                first_payment=datetime.date(2025, 2, 1),
                maturity=datetime.date(2025 + months // 12, months % 12 + 1, 1),
                amortization_months=source.choice([None, 360]),
            )
            computed = schedule(terms)
            fees = from_cents(source.randint(-3 * 10**6, 3 * 10**6))
            found = effective_interest(computed, fees=fees)
            flows = [float(fees - terms.principal), *(float(row.payment) for row in computed.installments)]
            assert math.isclose(found.periodic_rate, numpy_financial.irr(flows), abs_tol=1e-9)
            assert found.total_amortization == fees

    def test_by_days_it_is_the_dated_yield(self, a_loan):
        computed = schedule(a_loan())
        found = effective_interest(computed, fees=Decimal(125_000), time=EffectiveTime.DAYS)
        flows = [(computed.terms.start, Decimal(125_000) - computed.terms.principal)]
        flows += [(row.due_date, row.payment) for row in computed.installments]
        assert abs(found.effective_rate - xirr(flows)) < Decimal("1e-12")
        assert abs((1 + found.periodic_rate) ** 12 - 1 - found.effective_rate) < Decimal("1e-24")
        assert found.total_amortization == 125_000

    def test_without_fees_it_is_the_notes_own_rate(self, interest_only):
        found = effective_interest(schedule(interest_only), fees=Decimal(0))
        assert found.periodic_rate == Decimal("0.005")
        assert {row.amortization for row in found.rows} == {Decimal(0)}

    def test_a_premium_amortizes_against_interest(self, interest_only):
        computed = schedule(interest_only)
        found = effective_interest(computed, fees=Decimal("-200000.01"), paid=24)
        assert len(found.rows) == 36
        assert found.rows[0].carrying_before == Decimal("10200000.01")
        assert all(row.amortization < 0 for row in found.rows)
        assert found.total_amortization == Decimal("-200000.01")

    @given(st.data())
    def test_sums_to_the_fees_and_every_row_follows_the_one_before(self, loan_terms, data):
        computed = schedule(data.draw(loan_terms))
        paid = data.draw(st.integers(0, len(computed.installments) - 1))
        balance = computed.installments[paid].beginning_balance
        most = int(balance * 10)  # a tenth, in cents
        fees = from_cents(data.draw(st.integers(-most, most)))
        time = data.draw(st.sampled_from(EffectiveTime))
        left = computed.installments[-1].due_date - computed.installments[paid].period_start
        if fees >= balance or left.days < 90:
            return  # a tenth of what is owed, earned in a few days, is more than any rate that is looked for
        found = effective_interest(computed, fees=fees, paid=paid, time=time)
        assert found.total_amortization == fees
        carrying = balance - fees
        for row, installment in zip(found.rows, computed.installments[paid:], strict=True):
            assert row.carrying_before == carrying
            assert row.effective_interest == installment.interest + row.amortization
            carrying += row.effective_interest - installment.payment
            assert row.carrying_after == carrying
        assert carrying == computed.installments[-1].ending_balance

    @pytest.mark.parametrize("fees", ["10000000", "0.001", "NaN", "Infinity"])
    def test_refuses_fees_that_cannot_be(self, interest_only, fees):
        with pytest.raises(InvalidFees, match=r"^fees: "):
            effective_interest(schedule(interest_only), fees=Decimal(fees))

    def test_refuses_a_loan_that_is_repaid(self, interest_only):
        with pytest.raises(NothingDue, match=r"^paid: all 60 installments are paid by 60"):
            effective_interest(schedule(interest_only), fees=Decimal(1), paid=60)

    def test_says_how_it_came_about(self, interest_only):
        explained = explain(effective_interest, schedule(interest_only), fees=Decimal(150_000))
        assert explained.steps[0].value == "9850000.00"
        assert explained.convention == "each installment one period"


class TestStraightLine:
    def test_amortizes_the_golden_fee(self, value_cases):
        parts = straight_line(Decimal(150_000), 60)
        assert {str(part) for part in parts} == {value_cases["G15_effective_interest"]["straight_line"]}

    @given(st.integers(-(10**12), 10**12), st.integers(1, 1200))
    def test_sums_to_the_fees_with_parts_a_cent_apart(self, fees, periods):
        parts = straight_line(from_cents(fees), periods)
        assert sum(parts) == from_cents(fees)
        assert len(parts) == periods
        assert max(parts) - min(parts) <= Decimal("0.01")

    @pytest.mark.parametrize("periods", [0, -1, 12_001])
    def test_refuses_periods_that_cannot_be(self, periods):
        with pytest.raises(InvalidFees, match=r"^periods: "):
            straight_line(Decimal(100), periods)

    def test_refuses_fractions_of_a_cent(self):
        with pytest.raises(InvalidFees, match=r"^fees: "):
            straight_line(Decimal("0.005"), 2)
