"""Fair value of a loan: golden cases, other libraries, inside a period, on a curve."""

from __future__ import annotations

import datetime
from decimal import Decimal

import numpy_financial
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import DayCount, cents, schedule, shown_ratio
from realinsights_finance.explain import explain
from realinsights_finance.value import (
    Compounding,
    CurveEndsEarly,
    DiscountCurve,
    NothingDue,
    fair_value,
    fair_value_on_curve,
    loan_sensitivity,
    xnpv,
)


@pytest.fixture(scope="session")
def computed(a_loan):
    return schedule(a_loan(day_count=DayCount.THIRTY_360))


@pytest.mark.parametrize("name", ["G16_fair_value_0.0650", "G16_fair_value_0.0400"])
def test_the_golden_loan_after_sixty_payments(value_cases, computed, name):
    case = value_cases[name]
    found = fair_value(computed, on=computed.installments[59].due_date, market_rate=Decimal(case["market_rate"]))
    assert str(found.owed) == case["carrying"]
    assert str(found.value) == case["fair_value"]
    assert str(found.gain_to_borrower) == case["gain_loss_to_borrower"]
    assert str(shown_ratio(found.share_of_par)) == case["pct_of_par"]


def test_numpy_financial_finds_the_same_value_after_every_payment(computed):
    level, quoted = float(computed.level_payment), float(computed.balance_after_last_regular_payment)
    for row in computed.installments[:-1]:
        for rate in ("0.03", "0.0525", "0.11"):
            theirs = -numpy_financial.pv(float(rate) / 12, 120 - row.number, level, quoted)
            ours = fair_value(computed, on=row.due_date, market_rate=Decimal(rate)).value
            assert abs(float(ours) - theirs) < 0.006


def test_at_its_own_rate_a_loan_is_worth_what_is_owed(computed):
    for row in computed.installments[:-1]:
        found = fair_value(computed, on=row.due_date, market_rate=computed.terms.rate)
        assert abs(found.gain_to_borrower) <= Decimal("0.50")  # the cents that rounding moved, month by month
        assert abs(found.share_of_par - 1) < Decimal("1e-7")


def test_inside_a_period_the_value_grows_towards_the_payment(computed):
    days = [datetime.date(2027, 3, day) for day in (1, 2, 16, 31)]
    values = [fair_value(computed, on=day, market_rate=Decimal("0.065")) for day in days]
    assert [found.accrued_interest for found in values] == [computed.accrued_interest(day) for day in days]
    assert values[0].value < values[1].value < values[2].value < values[3].value
    # Half a month of 30/360 is half a period.
    half = values[0].value * (1 + Decimal("0.065") / 12) ** Decimal("0.5")
    assert abs(values[2].value - half) < Decimal("0.01")


@given(st.data())
def test_a_higher_market_rate_makes_every_loan_worth_less(loan_terms, data):
    terms = data.draw(loan_terms)
    computed = schedule(terms)
    on = terms.start + datetime.timedelta(days=data.draw(st.integers(-30, 200)))
    if terms.installments_due(on) >= len(computed.installments):
        with pytest.raises(NothingDue):
            fair_value(computed, on=on, market_rate=Decimal("0.05"))
        return
    low, high = (fair_value(computed, on=on, market_rate=Decimal(rate)).value for rate in ("0.03", "0.08"))
    assert high <= low
    left = sum(row.payment for row in computed.installments[terms.installments_due(on) :])
    assert fair_value(computed, on=on, market_rate=Decimal(0)).value == left


def test_on_a_curve_every_payment_is_discounted_from_its_due_date(a_loan):
    computed = schedule(a_loan())
    on = datetime.date(2029, 5, 20)
    curve = DiscountCurve.flat(on, Decimal("0.05"), compounding=Compounding.ANNUAL)
    left = [(row.due_date, row.payment) for row in computed.installments if row.due_date > on]
    found = fair_value_on_curve(computed, curve=curve, spread=Decimal("0.0125"))
    assert found.value == cents(xnpv(Decimal("0.0625"), left, on=on))
    assert found.balance == computed.balance_on(on)


def test_a_flat_monthly_curve_on_thirty_days_is_the_market_rate(computed):
    on = computed.installments[11].due_date
    curve = DiscountCurve.flat(on, Decimal("0.0575"), compounding=Compounding.MONTHLY, day_count=DayCount.THIRTY_360)
    by_rate = fair_value(computed, on=on, market_rate=Decimal("0.0575"))
    assert fair_value_on_curve(computed, curve=curve) == by_rate
    assert cents(loan_sensitivity(computed, on=on, market_rate=Decimal("0.0575")).value) == by_rate.value


def test_a_due_day_that_february_lacks_is_a_whole_month(a_loan):
    computed = schedule(
        a_loan(
            day_count=DayCount.THIRTY_360,
            start=datetime.date(2024, 12, 31),
            first_payment=datetime.date(2025, 1, 31),
            maturity=datetime.date(2034, 12, 31),
        )
    )
    found = fair_value(computed, on=computed.terms.start, market_rate=computed.terms.rate)
    assert abs(found.gain_to_borrower) <= Decimal("0.50")


def test_a_curve_that_ends_before_the_loan_is_refused(computed):
    curve = DiscountCurve.zero(datetime.date(2030, 1, 1), {datetime.date(2032, 1, 1): Decimal("0.04")})
    with pytest.raises(CurveEndsEarly, match="ends on 2032-01-01, and 2032-02-01 is asked for"):
        fair_value_on_curve(computed, curve=curve)


def test_a_loan_that_is_repaid_has_no_value(computed):
    with pytest.raises(NothingDue, match=r"^on: no installment is due after 2035-01-01"):
        fair_value(computed, on=datetime.date(2035, 1, 1), market_rate=Decimal("0.05"))


def test_the_value_says_how_it_came_about(computed):
    explained = explain(fair_value, computed, on=datetime.date(2030, 1, 1), market_rate=Decimal("0.065"))
    assert [part.value for part in explained.steps] == ["0.00", "8748422.84", "466526.01"]
    curve = DiscountCurve.flat(datetime.date(2030, 1, 1), Decimal("0.05"))
    assert explain(fair_value_on_curve, computed, curve=curve).convention == (
        "zero rates compounded continuous, years on actual_365_fixed, zero_rate"
    )
