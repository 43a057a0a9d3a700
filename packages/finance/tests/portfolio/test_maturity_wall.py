"""The maturity wall: balances and balloons by calendar period."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import DayCount, schedule
from realinsights_finance.credit import InvalidFigure
from realinsights_finance.explain import explain
from realinsights_finance.portfolio import Maturity, WallStep, maturity_wall

ON = datetime.date(2026, 5, 15)
MATURITIES = st.builds(
    Maturity,
    maturity=st.dates(datetime.date(2020, 1, 1), datetime.date(2060, 1, 1)),
    balance=st.decimals("0", "1000000000", places=2),
    balloon=st.one_of(st.none(), st.decimals("0", "1000000000", places=2)),
    share=st.decimals("0", "1", places=6),
)


def loan(day, balance=10, balloon=7, share="1"):
    return Maturity(
        maturity=datetime.date.fromisoformat(day),
        balance=Decimal(balance),
        balloon=None if balloon is None else Decimal(balloon),
        share=Decimal(share),
    )


def test_each_loan_stands_in_the_period_it_matures_in():
    days = ["2026-05-14", "2026-05-15", "2026-12-31", "2027-01-01", "2028-12-31", "2029-01-01"]
    wall = maturity_wall(map(loan, days), on=ON, bars=3)
    assert [bar.loans for bar in (wall.past, *wall.bars, wall.later, wall.total)] == [1, 2, 1, 1, 1, 6]
    assert [(str(bar.first), str(bar.last)) for bar in (wall.past, *wall.bars, wall.later)] == [
        ("None", "2026-05-14"),
        ("2026-05-15", "2026-12-31"),
        ("2027-01-01", "2027-12-31"),
        ("2028-01-01", "2028-12-31"),
        ("2029-01-01", "None"),
    ]


@pytest.mark.parametrize(
    ("step", "ends"),
    [(WallStep.MONTH, ["2026-05-31", "2026-06-30"]), (WallStep.QUARTER, ["2026-06-30", "2026-09-30"])],
)
def test_a_bar_may_be_a_month_or_a_quarter(step, ends):
    wall = maturity_wall([], on=ON, step=step, bars=2)
    assert [str(bar.last) for bar in wall.bars] == ends


def test_balances_and_balloons_are_at_share():
    wall = maturity_wall([loan("2027-06-01", "100.01", "70.01", "0.5"), loan("2027-06-01", 10, None)], on=ON)
    bar = wall.bars[1]
    assert (bar.balance, bar.balloon) == (Decimal("60.01"), Decimal("35.01"))
    assert (bar.unknown_balloons, bar.unknown_balloon_balance) == (1, 10)


def test_the_golden_loans_balloon_is_less_than_its_balance(golden, a_loan):
    terms = a_loan(day_count=DayCount.ACTUAL_360)
    computed = schedule(terms)
    wall = maturity_wall([Maturity.of(terms, on=ON)], on=ON)
    case = golden["G3_act360"]["ACT/360"]
    assert str(wall.bars[9].balloon) == case["balloon_principal"]
    assert wall.bars[9].balance == computed.balance_on(ON) > wall.bars[9].balloon


@given(maturities=st.lists(MATURITIES, max_size=12), step=st.sampled_from(WallStep), bars=st.integers(1, 12))
def test_the_bars_add_up_to_the_total_and_so_do_any_parts(maturities, step, bars):
    wall = maturity_wall(maturities, on=ON, step=step, bars=bars)
    whole = [wall.past, *wall.bars, wall.later]
    names = ("loans", "balance", "balloon", "unknown_balloons", "unknown_balloon_balance")
    for name in names:
        assert sum(getattr(bar, name) for bar in whole) == getattr(wall.total, name)
    parts = [maturity_wall(part, on=ON, step=step, bars=bars) for part in (maturities[::2], maturities[1::2])]
    for position, bar in enumerate(wall.bars):
        for name in names:
            assert sum(getattr(part.bars[position], name) for part in parts) == getattr(bar, name)


@given(maturity=MATURITIES, step=st.sampled_from(WallStep))
def test_a_loan_matures_within_its_bar(maturity, step):
    wall = maturity_wall([maturity], on=ON, step=step, bars=600)
    [bar] = [bar for bar in (wall.past, *wall.bars, wall.later) if bar.loans]
    assert (bar.first or datetime.date.min) <= maturity.maturity <= (bar.last or datetime.date.max)


@pytest.mark.parametrize("bars", [0, 601, True, 1.5])
def test_bars_are_counted(bars):
    with pytest.raises(InvalidFigure, match="bars"):
        maturity_wall([], on=ON, bars=bars)


def test_it_says_how_it_came_about():
    explained = explain(maturity_wall, [loan("2027-06-01")], on=ON, bars=2)
    assert ("balloons, 2027-01-01 to 2027-12-31", "7.00") in [(step.name, step.value) for step in explained.steps]


def test_the_day_is_of_the_years_that_loans_have():
    with pytest.raises(InvalidFigure, match="on"):
        maturity_wall([], on=datetime.date(9999, 1, 1))


def test_amounts_are_not_negative():
    with pytest.raises(InvalidFigure, match="balance"):
        maturity_wall([loan("2027-01-01", -1)], on=ON)
    with pytest.raises(InvalidFigure, match="balloon"):
        maturity_wall([loan("2027-01-01", 1, -1)], on=ON)
