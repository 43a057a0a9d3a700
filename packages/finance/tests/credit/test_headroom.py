"""Headroom: what may be lost before a test fails, and the paydown with which it passes."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import shown_ratio
from realinsights_finance.credit import (
    InvalidFigure,
    debt_yield_headroom,
    dscr_headroom,
    loan_constant,
    ltv_headroom,
)
from realinsights_finance.explain import explain

AMOUNTS = st.decimals("1000", "1000000000", places=2)
CENT = Decimal("0.01")
SERVICE = Decimal("662644.44")
TEN_MILLION = Decimal("10000000.00")


def test_the_golden_case_of_a_cure(credit_cases):
    case = credit_cases["G20_cure"]
    room = dscr_headroom(
        Decimal(case["NOI"]),
        balance=TEN_MILLION,
        annual_debt_service=SERVICE,
        minimum=Decimal(case["required"]),
        constant=loan_constant(Decimal("0.0525"), 360),
    )
    assert str(shown_ratio(room.actual)) == case["DSCR_now"]
    assert str(room.balance_at_limit) == case["max_balance"]
    assert str(room.paydown) == case["paydown_reamortised"]
    assert str(Decimal(case["NOI"]) - room.income_may_fall) == case["NOI_needed"]
    assert room.passes is False
    # The quoted paydown is half a cent short of passing unrounded.
    assert room.paydown_that_passes == room.paydown + CENT
    value = ltv_headroom(TEN_MILLION, value=Decimal(14_000_000), maximum=Decimal("0.65"))
    assert str(value.paydown) == case["LTV_paydown_to_65_at_V14M"]


def test_the_golden_case_of_what_may_be_lost(golden):
    case = golden["G9_ratios"]
    room = dscr_headroom(Decimal(1_250_000), balance=TEN_MILLION, annual_debt_service=SERVICE, minimum=Decimal("1.25"))
    assert str(shown_ratio(room.income_may_fall_share)) == case["NOI_decline_to_1_25x"]
    assert (room.income_may_fall, room.paydown, room.paydown_that_passes) == (Decimal("421694.45"), 0, 0)
    value = ltv_headroom(TEN_MILLION, value=Decimal(18_000_000), maximum=Decimal("0.65"))
    assert str(shown_ratio(value.value_may_fall_share)) == case["value_decline_to_65LTV"]
    assert value.value_may_fall == Decimal("2615384.61")


@given(income=AMOUNTS, balance=AMOUNTS, service=AMOUNTS, minimum=st.decimals("0.5", "3", places=4))
def test_of_coverage_is_the_last_cent(income, balance, service, minimum):
    room = dscr_headroom(income, balance=balance, annual_debt_service=service, minimum=minimum)
    constant = Fraction(service) / Fraction(balance)

    def passes(earned, owed):
        return Fraction(earned) >= Fraction(minimum) * constant * Fraction(owed)

    assert room.passes is passes(income, balance)
    assert passes(income - room.income_may_fall, balance)
    assert not passes(income - room.income_may_fall - CENT, balance)
    assert passes(income, balance - room.paydown_that_passes)
    assert abs(room.paydown - room.paydown_that_passes) <= CENT
    if not room.passes:
        assert not passes(income, balance - room.paydown_that_passes + CENT)


@given(income=AMOUNTS, balance=AMOUNTS, minimum=st.decimals("0.01", "0.3", places=4))
def test_of_debt_yield_is_the_last_cent(income, balance, minimum):
    room = debt_yield_headroom(income, balance=balance, minimum=minimum)

    def passes(earned, owed):
        return Fraction(earned) >= Fraction(minimum) * Fraction(owed)

    assert room.passes is passes(income, balance)
    assert passes(income - room.income_may_fall, balance)
    assert not passes(income - room.income_may_fall - CENT, balance)
    assert passes(income, balance - room.paydown_that_passes)


@given(balance=AMOUNTS, value=AMOUNTS, maximum=st.decimals("0.1", "1", places=4))
def test_of_value_is_the_last_cent(balance, value, maximum):
    room = ltv_headroom(balance, value=value, maximum=maximum)

    def passes(owed, worth):
        return Fraction(owed) <= Fraction(maximum) * Fraction(worth)

    assert room.passes is passes(balance, value)
    assert passes(balance, value - room.value_may_fall)
    assert not passes(balance, value - room.value_may_fall - CENT)
    assert passes(balance - room.paydown_that_passes, value)


def test_of_a_property_that_earns_or_is_worth_nothing():
    room = debt_yield_headroom(Decimal(-5), balance=Decimal(100), minimum=Decimal("0.1"))
    assert (room.paydown_that_passes, room.income_may_fall_share, room.balance_at_limit) == (100, None, 0)
    worthless = ltv_headroom(Decimal(100), value=Decimal(0), maximum=Decimal("0.65"))
    assert (worthless.actual, worthless.value_may_fall_share, worthless.passes) == (None, None, False)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"balance": Decimal(0)}, "balance"),
        ({"annual_debt_service": Decimal(0)}, "annual_debt_service"),
        ({"minimum": Decimal("NaN")}, "minimum"),
        ({"constant": Fraction(0)}, "constant"),
    ],
)
def test_impossible_figures_are_refused_by_name(changes, field):
    inputs = {"balance": TEN_MILLION, "annual_debt_service": SERVICE, "minimum": Decimal("1.25")}
    with pytest.raises(InvalidFigure) as refused:
        dscr_headroom(Decimal(780_000), **(inputs | changes))
    assert refused.value.field == field


def test_each_says_how_it_came_about():
    figures = {"balance": TEN_MILLION}
    assert (
        "paydown re-amortizes"
        in explain(dscr_headroom, Decimal(1), annual_debt_service=SERVICE, minimum=Decimal(1), **figures).convention
    )
    assert explain(debt_yield_headroom, Decimal(1), minimum=Decimal(1), **figures).formula
    assert explain(ltv_headroom, TEN_MILLION, value=Decimal(1), maximum=Decimal(1)).formula
