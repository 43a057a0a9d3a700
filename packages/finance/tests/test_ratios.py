"""Ratios that are unknown, thresholds already passed, and portfolios."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import ratios

AMOUNTS = st.decimals("0.01", "1000000000", places=2)
ON = datetime.date(2025, 12, 31)


@pytest.mark.parametrize("denominator", [Decimal(0), Decimal(-1)])
def test_a_ratio_to_nothing_is_unknown_not_zero(denominator):
    assert ratios.debt_service_coverage(Decimal(1), denominator) is None
    assert ratios.loan_to_value(Decimal(1), denominator) is None
    assert ratios.debt_yield(Decimal(1), denominator) is None
    assert ratios.breakeven_occupancy(Decimal(1), Decimal(1), denominator) is None
    assert ratios.income_decline_to(Decimal("1.25"), denominator, Decimal(1)) is None
    assert ratios.value_decline_to(Decimal("0.65"), Decimal(1), denominator) is None


def test_an_empty_portfolio_has_no_ratios():
    assert ratios.ratio_of_sums([]) is None
    assert ratios.weighted_rate([]) is None
    assert ratios.weighted_remaining_years([], ON) is None
    assert ratios.herfindahl_index([]) is None
    assert ratios.maturing_share([], ON, months=12) is None


def test_a_threshold_already_missed_leaves_a_negative_distance():
    assert ratios.income_decline_to(Decimal("1.25"), Decimal(100), Decimal(100)) == Decimal("-0.25")
    assert ratios.value_decline_to(Decimal("0.5"), Decimal(60), Decimal(100)) == Decimal("-0.2")


def test_a_loss_has_a_negative_coverage():
    assert ratios.debt_service_coverage(Decimal(-50), Decimal(100)) == Decimal("-0.5")


def test_a_loan_past_its_maturity_has_no_years_left():
    loans = [(Decimal(100), ON - datetime.timedelta(days=400)), (Decimal(100), ON + datetime.timedelta(days=730))]
    assert ratios.weighted_remaining_years(loans, ON) == 1


@pytest.mark.parametrize(
    ("maturity", "share"), [("2025-12-31", 0), ("2026-01-01", 1), ("2026-12-31", 1), ("2027-01-01", 0)]
)
def test_what_matures_within_a_year_matures_after_the_day_and_by_its_anniversary(maturity, share):
    loans = [(Decimal(7), datetime.date.fromisoformat(maturity))]
    assert ratios.maturing_share(loans, ON, months=12) == share


@given(amounts=st.lists(AMOUNTS, min_size=1, max_size=20))
def test_concentration_lies_between_equal_shares_and_a_single_name(amounts):
    index = ratios.herfindahl_index(amounts)
    assert Decimal(1) / len(amounts) - Decimal("1e-20") <= index <= 1


@given(pairs=st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=10), cut=st.integers(0, 10))
def test_a_portfolios_ratio_is_that_of_any_partition_put_together(pairs, cut):
    parts = [part for part in (pairs[:cut], pairs[cut:]) if part]
    sums = [(sum(upper for upper, _ in part), sum(lower for _, lower in part)) for part in parts]
    assert ratios.ratio_of_sums(sums) == ratios.ratio_of_sums(pairs)


@given(loans=st.lists(st.tuples(AMOUNTS, st.decimals("0", "0.2", places=6)), min_size=1, max_size=10))
def test_the_weighted_rate_lies_between_the_lowest_and_the_highest(loans):
    rates = [rate for _, rate in loans]
    assert min(rates) - Decimal("1e-20") <= ratios.weighted_rate(loans) <= max(rates) + Decimal("1e-20")
