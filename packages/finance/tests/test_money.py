"""Rounding, and moving between dollars and cents."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy_financial as npf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import cents, from_cents, in_cents, level_payment, shown_rate, shown_ratio


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("0.005", "0.01"), ("0.0049999", "0.00"), ("-0.005", "-0.01"), ("1.015", "1.02"), ("2.675", "2.68")],
)
def test_half_a_cent_goes_up(value, rounded):
    assert str(cents(Decimal(value))) == rounded


def test_the_callers_decimal_context_changes_nothing():
    with localcontext() as context:
        context.prec = 3
        assert cents(Decimal("123456789.125")) == Decimal("123456789.13")
        assert in_cents(Decimal("123456789.13")) == 12345678913
        assert from_cents(12345678913) == Decimal("123456789.13")


@given(count=st.integers(-(10**15), 10**15))
def test_cents_and_dollars_are_the_same_amount(count):
    assert in_cents(from_cents(count)) == count
    assert str(from_cents(count)).partition(".")[2] == f"{abs(count) % 100:02}"


def test_a_fraction_of_a_cent_is_no_number_of_cents():
    with pytest.raises(ValueError, match=r"0\.015 is not a whole number of cents"):
        in_cents(Decimal("0.015"))


def test_rates_and_ratios_are_rounded_only_to_be_shown():
    assert str(shown_rate(Decimal("0.0475716878"))) == "0.04757169"
    assert str(shown_ratio(Decimal("1.2499999"), 2)) == "1.25"


@given(
    principal=st.integers(1, 10**10),
    rate=st.decimals("0.0001", "0.3", places=6),
    periods=st.integers(1, 480),
)
def test_the_level_payment_is_that_of_numpy_financial_to_the_cent(principal, rate, periods):
    expected = -npf.pmt(float(rate) / 12, periods, principal)
    payment = level_payment(Decimal(principal), Fraction(rate) / 12, periods)
    assert abs(float(payment) - expected) <= 0.005 + 1e-9 * expected


@given(
    cents=st.integers(1, 10**13),
    rate=st.fractions(0, 1, max_denominator=10**9),
    periods=st.integers(1, 480),
)
def test_the_level_payment_is_the_exact_one_rounded_half_up(cents, rate, periods):
    exact = cents * rate / (1 - (1 + rate) ** -periods) if rate else Fraction(cents, periods)
    assert in_cents(level_payment(from_cents(cents), rate, periods)) == math.floor(exact + Fraction(1, 2))


@pytest.mark.parametrize(
    ("percent", "payment"),
    [(0, "0.277777778"), (1, "0.32163952"), (5, "0.536821623"), (8, "0.733764574"), (12, "1.028612597")],
)
def test_the_level_payment_is_that_of_published_tables(percent, payment):
    principal = Decimal(100_000_000)
    computed = level_payment(principal, Fraction(percent, 1200), 360)
    assert abs(computed / 1_000_000 - Decimal(payment)) <= Decimal("0.00000001")
