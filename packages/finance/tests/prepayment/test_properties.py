"""What holds of every loan and note."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from realinsights_finance import schedule
from realinsights_finance.prepayment import (
    Discounting,
    Formula,
    MatchedTo,
    NotOutstanding,
    Open,
    TreasuryCurve,
    YieldMaintenance,
    prepayment_cost,
)
from realinsights_finance.prepayment.remaining import remaining
from realinsights_finance.prepayment.yield_maintenance import present_value

yields = st.decimals("-0.02", "0.15", places=5)
variants = st.builds(
    YieldMaintenance,
    formula=st.sampled_from(Formula),
    discounting=st.sampled_from(Discounting),
    matched_to=st.sampled_from(MatchedTo),
    floor=st.sampled_from([Decimal(0), Decimal("0.01")]),
)


@st.composite
def outstanding(draw: st.DrawFn, terms: st.SearchStrategy):
    """Draw a schedule and a day on which something is owed."""
    computed = schedule(draw(terms))
    days = (computed.installments[-1].due_date - computed.terms.start).days
    on = computed.terms.start + datetime.timedelta(days=draw(st.integers(0, days - 1)))
    assume(computed.balance_on(on) > 0)
    return computed, on


@given(st.data(), variants, st.tuples(yields, yields).map(sorted))
def test_a_premium_does_not_rise_with_the_treasury_yield(loan_terms, one_phase, data, regime, between):
    computed, on = data.draw(outstanding(loan_terms))
    dear, cheap = (prepayment_cost(computed, one_phase(regime), on=on, treasury=each) for each in between)
    assert dear.premium >= cheap.premium


@given(st.data(), variants)
def test_a_premium_does_not_rise_with_the_whole_curve(loan_terms, one_phase, data, regime):
    computed, on = data.draw(outstanding(loan_terms))
    level, shift = data.draw(yields), data.draw(st.decimals("0", "0.03", places=4))
    slope = [(months, level + Decimal(months) / 100000) for months in (1, 24, 120, 1200)]
    curves = (TreasuryCurve(tuple((months, value + more) for months, value in slope)) for more in (Decimal(0), shift))
    dear, cheap = (prepayment_cost(computed, one_phase(regime), on=on, treasury=curve) for curve in curves)
    assert dear.premium >= cheap.premium


@given(st.data(), variants, yields)
def test_the_floor_holds_and_no_premium_is_below_zero(loan_terms, one_phase, data, regime, treasury):
    computed, on = data.draw(outstanding(loan_terms))
    cost = prepayment_cost(computed, one_phase(regime), on=on, treasury=treasury)
    assert cost.premium >= cost.floor >= 0
    assert abs(cost.floor - cost.principal * regime.floor) <= Decimal("0.005")
    assert cost.premium == max(cost.floor, cost.calculated)


@given(st.data())
def test_open_is_zero(loan_terms, one_phase, data):
    computed, on = data.draw(outstanding(loan_terms))
    assert prepayment_cost(computed, one_phase(Open()), on=on).total == 0


@given(st.data(), variants, yields)
def test_two_parts_cost_what_the_whole_does_but_for_rounding(loan_terms, one_phase, data, regime, treasury):
    computed, on = data.draw(outstanding(loan_terms))
    percent = data.draw(st.integers(1, 99))
    balance = computed.balance_on(on)
    part = (balance * percent / 100).quantize(Decimal("0.01"))
    assume(0 < part < balance)
    note = one_phase(regime)
    whole = prepayment_cost(computed, note, on=on, treasury=treasury).premium
    parts = sum(
        prepayment_cost(computed, note, on=on, treasury=treasury, principal=principal).premium
        for principal in (part, balance - part)
    )
    assert abs(whole - parts) <= Decimal("0.02")


@given(st.data(), st.none() | st.integers(1, 4000))
def test_what_remains_repays_the_balance(loan_terms, data, days):
    computed, on = data.draw(outstanding(loan_terms))
    until = None if days is None else on + datetime.timedelta(days=days)
    left = remaining(computed, on, until=until)
    assert sum(each.principal for each in left.payments) == left.balance
    assert all(each.interest >= 0 and each.days >= 0 for each in left.payments)
    assert present_value([(each.days, each.amount) for each in left.payments], Decimal(0)) == sum(
        each.amount for each in left.payments
    )
    rows = computed.installments[computed.terms.installments_due(on) :]
    if until is None or until >= rows[-1].due_date:
        assert sum(each.interest for each in left.payments) + left.accrued == sum(row.interest for row in rows)
    assert 0 <= left.average_life_in_months() <= left.months


@given(st.data())
def test_nothing_is_prepaid_once_all_is_repaid(loan_terms, one_phase, data):
    computed = schedule(data.draw(loan_terms))
    on = computed.installments[-1].due_date + datetime.timedelta(days=data.draw(st.integers(0, 1000)))
    with pytest.raises(NotOutstanding) as refused:
        prepayment_cost(computed, one_phase(Open()), on=on)
    assert refused.value.on == on
