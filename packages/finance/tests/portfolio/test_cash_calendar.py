"""The cash-flow calendar: what falls due month by month."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import schedule
from realinsights_finance.credit import InvalidFigure
from realinsights_finance.explain import explain
from realinsights_finance.portfolio import CashFlow, cash_flow_calendar, cash_flows, cash_flows_until

START = datetime.date(2025, 1, 1)
AMOUNTS = st.decimals("0", "1000000", places=2)
FLOWS = st.builds(
    CashFlow,
    on=st.dates(datetime.date(2024, 6, 1), datetime.date(2028, 1, 1)),
    interest=AMOUNTS,
    principal=AMOUNTS,
    balloon=AMOUNTS,
    projected=st.booleans(),
)


def test_a_schedule_falls_due_month_by_month(golden, a_loan):
    case = golden["G3_act360"]["ACT/360"]
    months = cash_flow_calendar(cash_flows(schedule(a_loan())), start=START, months=121)
    assert (months[0].first, months[0].total) == (START, 0)
    assert str(months[1].interest) == case["rows"][0][3]
    assert months[1].debt_service == Decimal(case["payment"])
    assert str(sum(month.interest for month in months[1:13])) == case["year1_interest"]
    last = months[120]
    assert (str(last.balloon), last.principal) == (case["balloon_principal"], 0)
    assert str(last.total) == case["final_payment"]
    assert str(sum(month.interest for month in months)) == case["total_interest"]


def test_a_share_is_taken_of_each_amount(a_loan):
    flow = next(cash_flows(schedule(a_loan()), share=Decimal("0.333333")))
    assert (flow.interest, flow.principal) == (Decimal("15069.43"), Decimal("3337.34"))


@pytest.mark.parametrize("share", [Decimal(1), Decimal("0.333333")])
def test_flows_up_to_a_day_are_those_of_the_whole_schedule(a_loan, share):
    whole = list(cash_flows(schedule(a_loan()), share=share))
    for until in (START, whole[0].on, datetime.date(2027, 6, 15), whole[-1].on):
        expected = [flow for flow in whole if flow.on <= until]
        assert list(cash_flows_until(a_loan(), until, share=share)) == expected
    assert whole[-1].balloon > 0


def test_interest_on_rates_that_are_not_known_yet_is_told_apart():
    flows = [
        CashFlow(on=START, interest=Decimal(5)),
        CashFlow(on=START, interest=Decimal(7), principal=Decimal(1), projected=True),
    ]
    [month] = cash_flow_calendar(flows, start=START, months=1)
    assert (month.interest, month.projected, month.total) == (12, 7, 13)


def test_what_fell_due_before_the_day_is_left_out():
    flows = [CashFlow(on=datetime.date(2025, 1, day), interest=Decimal(day)) for day in (14, 15, 16)]
    [month] = cash_flow_calendar(flows, start=datetime.date(2025, 1, 15), months=1)
    assert (month.first, month.interest) == (START, 31)


@given(flows=st.lists(FLOWS, max_size=20), cut=st.integers(0, 20), months=st.integers(1, 40))
def test_calendars_of_parts_add_up(flows, cut, months):
    whole, first, rest = (
        cash_flow_calendar(part, start=START, months=months) for part in (flows, flows[:cut], flows[cut:])
    )
    for all_of_it, one, other in zip(whole, first, rest, strict=True):
        for name in ("interest", "principal", "balloon", "projected", "debt_service", "total"):
            assert getattr(all_of_it, name) == getattr(one, name) + getattr(other, name)


@given(flows=st.lists(FLOWS, max_size=20))
def test_every_flow_from_the_start_on_is_counted_once(flows):
    months = cash_flow_calendar(flows, start=START, months=48)
    expected = sum(flow.interest + flow.principal + flow.balloon for flow in flows if flow.on >= START)
    assert sum(month.total for month in months) == expected


@pytest.mark.parametrize("months", [0, 1201, True])
def test_months_are_counted(months):
    with pytest.raises(InvalidFigure, match="months"):
        cash_flow_calendar([], start=START, months=months)


def test_it_says_how_it_came_about():
    flow = CashFlow(on=START, interest=Decimal(2), principal=Decimal(3), balloon=Decimal(7))
    explained = explain(cash_flow_calendar, [flow], start=START, months=1)
    assert [(step.name, step.value) for step in explained.steps] == [
        ("debt service, 2025-01", "5.00"),
        ("balloons, 2025-01", "7.00"),
    ]


def test_the_start_is_a_date_without_a_time():
    with pytest.raises(InvalidFigure, match="start"):
        cash_flow_calendar([], start=datetime.datetime(2025, 1, 1), months=1)  # noqa: DTZ001 - that is the point
