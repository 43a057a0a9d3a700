"""What a sized loan costs, and how an income grows."""

from __future__ import annotations

import datetime
from decimal import Decimal

import numpy_financial
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import DayCount
from realinsights_finance.credit import InvalidFigure, Quote, grown, new_loan_payments
from realinsights_finance.explain import explain

CENT = Decimal("0.01")
money = st.decimals("0.01", 10**9, places=2)
rates = st.decimals("0.0001", "0.2", places=6)
DAY = datetime.date(2025, 1, 1)


class TestPayments:
    @given(money, rates, st.integers(1, 480))
    def test_are_those_that_spreadsheets_compute(self, proceeds, rate, months):
        found = new_loan_payments(proceeds, Quote(rate=rate, amortization_months=months))
        expected = -numpy_financial.pmt(float(rate) / 12, months, float(proceeds))
        assert abs(float(found.monthly) - expected) <= 0.005 + expected * 1e-9
        assert found.annual == 12 * found.monthly

    @given(money, rates)
    def test_of_interest_only_are_a_years_interest(self, proceeds, rate):
        even = new_loan_payments(proceeds, Quote(rate=rate, amortization_months=None))
        actual = new_loan_payments(proceeds, Quote(rate=rate, amortization_months=None, day_count=DayCount.ACTUAL_360))
        assert abs(even.annual - proceeds * rate) <= CENT / 2
        assert abs(even.monthly - proceeds * rate / 12) <= CENT / 2
        assert abs(actual.annual - proceeds * rate * 365 / 360) <= CENT / 2
        assert actual.monthly is None

    def test_of_nothing_are_nothing(self):
        found = new_loan_payments(Decimal(0), Quote(rate=Decimal("0.06"), amortization_months=360))
        assert (found.monthly, found.annual) == (Decimal("0.00"), Decimal("0.00"))

    def test_say_how_they_came_about(self):
        quote = Quote(rate=Decimal("0.06"), amortization_months=None)
        assert explain(new_loan_payments, Decimal(100), quote).formula.startswith("a year's interest")

    @pytest.mark.parametrize(
        ("proceeds", "quote", "field"),
        [
            (Decimal(-1), Quote(rate=Decimal(0), amortization_months=1), "proceeds"),
            (Decimal(1), Quote(rate=Decimal(6), amortization_months=1), "rate"),
            (Decimal(1), Quote(rate=Decimal(0), amortization_months=0), "amortization_months"),
        ],
    )
    def test_refuse_impossible_figures_by_name(self, proceeds, quote, field):
        with pytest.raises(InvalidFigure) as refused:
            new_loan_payments(proceeds, quote)
        assert refused.value.field == field


class TestGrowth:
    @given(st.decimals(-(10**9), 10**9, places=2), st.decimals("-0.5", 1, places=4), st.integers(0, 3650))
    def test_is_compounded_by_days(self, amount, growth, days):
        found = grown(amount, growth, since=DAY, until=DAY + datetime.timedelta(days=days))
        expected = float(amount) * (1 + float(growth)) ** (days / 365)
        assert float(found) == pytest.approx(expected, abs=0.0051, rel=1e-12)

    def test_of_two_years_is_exact_and_backwards_there_is_none(self):
        two_years = DAY + datetime.timedelta(days=730)
        assert grown(Decimal(100_000), Decimal("0.03"), since=DAY, until=two_years) == Decimal("106090.00")
        assert grown(Decimal(100_000), Decimal("0.03"), since=two_years, until=DAY) == Decimal("100000.00")

    def test_says_how_it_came_about(self):
        told = explain(grown, Decimal(100), Decimal("0.1"), since=DAY, until=DAY + datetime.timedelta(days=365))
        assert (told.value, told.formula) == (Decimal("110.00"), "amount x (1 + growth)^(days / 365)")

    @pytest.mark.parametrize(
        ("amount", "growth", "field"),
        [
            (Decimal("NaN"), Decimal(0), "amount"),
            (Decimal(1), Decimal("-0.51"), "growth"),
            (Decimal(1), Decimal("1.01"), "growth"),
            (Decimal(1), Decimal("Infinity"), "growth"),
        ],
    )
    def test_refuses_impossible_figures_by_name(self, amount, growth, field):
        with pytest.raises(InvalidFigure) as refused:
            grown(amount, growth, since=DAY, until=DAY)
        assert refused.value.field == field
