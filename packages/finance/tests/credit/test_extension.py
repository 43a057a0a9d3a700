"""Extensions: every condition, the fee, and the paydown that passes."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import shown_rate
from realinsights_finance.credit import (
    ExtensionCondition,
    ExtensionFacts,
    ExtensionOption,
    InvalidFigure,
    check_extension,
)
from realinsights_finance.explain import explain

MATURITY = datetime.date(2026, 7, 1)
OPTION = ExtensionOption(
    notice_earliest_days=90,
    notice_latest_days=30,
    minimum_debt_yield=Decimal("0.09"),
    maximum_ltv=Decimal("0.65"),
    maximum_cap_strike=Decimal("0.045"),
    fee_rate=Decimal("0.0025"),
)
FACTS = {
    "balance": Decimal("25000000.00"),
    "maturity": MATURITY,
    "income": Decimal(2_200_000),
    "value": Decimal(40_000_000),
    "event_of_default": False,
    "notice_given": datetime.date(2026, 5, 1),
    "cap_strike": Decimal("0.04"),
}


def checked(option=OPTION, **changes):
    return check_extension(option, ExtensionFacts(**(FACTS | changes)))


def test_the_golden_case(credit_cases):
    case = credit_cases["G27_extension"]
    extension = checked()
    debt_yield = extension.check(ExtensionCondition.DEBT_YIELD)
    assert str(extension.fee) == case["fee"]
    assert str(shown_rate(debt_yield.headroom.actual, 4)) == case["DY"]
    assert debt_yield.passes is case["passes_DY"]
    assert str(extension.paydown) == case["paydown_to_pass"]
    assert extension.passes is False
    others = [check for check in extension.checks if check is not debt_yield]
    assert all(check.passes for check in others)
    assert [check.condition for check in extension.checks] == [
        ExtensionCondition.NO_DEFAULT,
        ExtensionCondition.NOTICE,
        ExtensionCondition.DEBT_YIELD,
        ExtensionCondition.LTV,
        ExtensionCondition.REPLACEMENT_CAP,
    ]


@given(
    balance=st.decimals("1000000", "90000000", places=2),
    income=st.decimals("100000", "9000000", places=2),
    value=st.decimals("1000000", "200000000", places=2),
    service=st.decimals("50000", "9000000", places=2),
)
def test_the_paydown_passes_and_a_cent_less_does_not(balance, income, value, service):
    option = ExtensionOption(
        minimum_dscr=Decimal("1.2"), minimum_debt_yield=Decimal("0.09"), maximum_ltv=Decimal("0.65")
    )
    constant = service / balance

    def passes(paydown):
        owed = balance - paydown
        return checked(
            option, balance=owed, income=income, value=value, annual_debt_service=max(owed * constant, Decimal("0.01"))
        ).passes

    found = checked(option, balance=balance, income=income, value=value, annual_debt_service=service)
    assert found.passes is (found.paydown == 0)
    if 1 < found.paydown < balance - 1:
        assert passes(found.paydown + Decimal("0.01"))
        assert not passes(found.paydown - Decimal("0.02"))


@pytest.mark.parametrize(
    ("given_on", "in_time"),
    [("2026-04-01", False), ("2026-04-02", True), ("2026-06-01", True), ("2026-06-02", False)],
)
def test_notice_is_given_thirty_to_ninety_days_before(given_on, in_time):
    extension = checked(notice_given=datetime.date.fromisoformat(given_on))
    assert extension.check(ExtensionCondition.NOTICE).passes is in_time


def test_what_is_not_known_leaves_the_answer_open():
    strong = {"income": Decimal(3_000_000)}
    assert checked(**strong).passes is True
    for name in ("value", "event_of_default", "notice_given", "cap_strike"):
        assert checked(**strong, **{name: None}).passes is None
    assert checked(event_of_default=None).passes is False
    assert checked(value=None).paydown is None


def test_a_default_or_a_dear_cap_fails():
    strong = {"income": Decimal(3_000_000)}
    assert checked(**strong, event_of_default=True).passes is False
    assert checked(**strong, cap_strike=Decimal("0.0451")).passes is False


def test_no_paydown_helps_where_nothing_is_earned():
    assert checked(income=Decimal(0)).paydown is None


def test_what_is_not_asked_for_is_not_checked():
    plain = checked(ExtensionOption())
    assert [check.condition for check in plain.checks] == [ExtensionCondition.NO_DEFAULT]
    assert (plain.passes, plain.fee, plain.paydown) == (True, 0, 0)
    assert plain.check(ExtensionCondition.LTV) is None


def test_impossible_options_are_refused():
    with pytest.raises(InvalidFigure, match="notice_earliest_days"):
        ExtensionOption(notice_earliest_days=30, notice_latest_days=90)
    with pytest.raises(InvalidFigure, match="balance"):
        checked(balance=Decimal(0))


def test_it_says_how_it_came_about():
    explained = explain(check_extension, OPTION, ExtensionFacts(**FACTS))
    assert ("debt_yield", "fails") in [(step.name, step.value) for step in explained.steps]
