"""A portfolio's figures: sums over sums, at share, the same for any partition."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import ratios, shown_rate, shown_ratio
from realinsights_finance.credit import InvalidFigure
from realinsights_finance.explain import explain
from realinsights_finance.portfolio import Holding, PortfolioRatio, PortfolioTotals, at_share, portfolio_totals

ON = datetime.date(2025, 12, 31)
OFFICE = Holding(
    balance=Decimal(165_000_000),
    rate=Decimal("0.045"),
    maturity=datetime.date(2027, 3, 15),
    income=Decimal(18_000_000),
    debt_service=Decimal(7_425_000),
)
RETAIL = Holding(
    balance=Decimal(80_000_000),
    rate=Decimal("0.055"),
    maturity=datetime.date(2026, 6, 1),
    income=Decimal(9_500_000),
    debt_service=Decimal("6263692.44"),
)
MULTIFAMILY = Holding(
    balance=Decimal(30_500_000),
    rate=Decimal("0.042"),
    maturity=datetime.date(2030, 1, 10),
    income=Decimal(3_800_000),
    debt_service=Decimal("1877826.00"),
)

AMOUNTS = st.one_of(st.none(), st.decimals("0", "1000000000", places=2))
HOLDINGS = st.builds(
    Holding,
    balance=st.decimals("0", "1000000000", places=2),
    share=st.decimals("0", "1", places=6),
    rate=st.one_of(st.none(), st.decimals("0", "0.2", places=6)),
    maturity=st.one_of(st.none(), st.dates(datetime.date(2020, 1, 1), datetime.date(2060, 1, 1))),
    income=st.one_of(st.none(), st.decimals("-1000000", "1000000000", places=2)),
    debt_service=AMOUNTS,
    value=AMOUNTS,
    cost=AMOUNTS,
)


def test_the_golden_case(golden):
    case = golden["G13_portfolio"]
    totals = portfolio_totals([OFFICE, RETAIL, MULTIFAMILY], on=ON)
    years = totals.ratio(PortfolioRatio.WEIGHTED_YEARS)
    assert {
        "total": str(int(totals.balance)),
        "WA_rate": str(shown_rate(totals.ratio(PortfolioRatio.WEIGHTED_RATE))),
        "WAM_years_act365": str(shown_ratio(years)),
        "WAM_months": str(shown_ratio(years * 12, 4)),
        "portfolio_DSCR": str(shown_ratio(totals.ratio(PortfolioRatio.DSCR))),
        "portfolio_DY": str(shown_ratio(totals.ratio(PortfolioRatio.DEBT_YIELD))),
    } == {
        name: case[name]
        for name in ("total", "WA_rate", "WAM_years_act365", "WAM_months", "portfolio_DSCR", "portfolio_DY")
    }


def test_the_golden_case_of_leverage(golden):
    # The case states its LTV, not its values: any values of this sum have it.
    value = Decimal(275_500_000) / Decimal("0.596320")
    holding = Holding(balance=Decimal(275_500_000), value=value.quantize(Decimal("0.01")))
    totals = portfolio_totals([holding], on=ON)
    assert str(shown_ratio(totals.ratio(PortfolioRatio.LTV))) == golden["G13_portfolio"]["portfolio_LTV"]


@given(holdings=st.lists(HOLDINGS, max_size=8), places=st.lists(st.integers(0, 2), min_size=8, max_size=8))
def test_the_totals_are_those_of_any_partition_added_up(holdings, places):
    parts = [[one for one, place in zip(holdings, places, strict=False) if place == part] for part in range(3)]
    added = PortfolioTotals()
    for part in parts:
        added = added + portfolio_totals(part, on=ON)
    assert added == portfolio_totals(holdings, on=ON)


@given(holdings=st.lists(HOLDINGS, min_size=1, max_size=6))
def test_each_ratio_is_that_of_plain_sums_over_the_loans_that_have_it(holdings):
    totals = portfolio_totals(holdings, on=ON)

    def owned(holding, name):
        amount = getattr(holding, name)
        return None if amount is None else at_share(amount, holding.share)

    for ratio, upper, lower in (
        (PortfolioRatio.DSCR, "income", "debt_service"),
        (PortfolioRatio.LTV, "balance", "value"),
        (PortfolioRatio.LTC, "balance", "cost"),
        (PortfolioRatio.DEBT_YIELD, "income", "balance"),
    ):
        pairs = [(owned(holding, upper), owned(holding, lower)) for holding in holdings]
        known = [pair for pair in pairs if None not in pair]
        assert totals.ratio(ratio) == ratios.ratio_of_sums(known)
        assert (totals.sums[ratio].loans, totals.sums[ratio].left_out) == (len(known), len(pairs) - len(known))
    rated = [(owned(holding, "balance"), holding.rate) for holding in holdings if holding.rate is not None]
    assert totals.ratio(PortfolioRatio.WEIGHTED_RATE) == ratios.weighted_rate(rated)
    dated = [(owned(holding, "balance"), holding.maturity) for holding in holdings if holding.maturity is not None]
    assert totals.ratio(PortfolioRatio.WEIGHTED_YEARS) == ratios.weighted_remaining_years(dated, ON)


def test_a_share_counts_in_every_sum():
    half = Holding(balance=Decimal(100), share=Decimal("0.5"), income=Decimal(10), debt_service=Decimal(4))
    whole = Holding(balance=Decimal(100), income=Decimal(6), debt_service=Decimal(4))
    totals = portfolio_totals([half, whole], on=ON)
    assert totals.balance == 150
    assert shown_ratio(totals.ratio(PortfolioRatio.DSCR)) == Decimal("1.833333")


def test_what_is_left_out_is_counted():
    totals = portfolio_totals([OFFICE, Holding(balance=Decimal(7))], on=ON)
    left = totals.sums[PortfolioRatio.DSCR]
    assert (left.loans, left.left_out, left.left_out_balance) == (1, 1, 7)
    assert portfolio_totals([], on=ON).ratio(PortfolioRatio.LTV) is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"share": Decimal("1.1")}, "share"),
        ({"share": Decimal("-0.1")}, "share"),
        ({"share": Decimal("0.1234567")}, "share"),
        ({"balance": Decimal(-1)}, "balance"),
        ({"rate": Decimal("5.25")}, "rate"),
    ],
)
def test_a_bad_loan_is_named_by_its_position(changes, field):
    with pytest.raises(InvalidFigure) as refused:
        portfolio_totals([OFFICE, Holding(**({"balance": Decimal(1)} | changes))], on=ON)
    assert refused.value.field == f"holdings[1].{field}"


def test_a_ratio_says_its_sums_and_what_is_left_out():
    explained = explain(portfolio_totals([OFFICE, RETAIL], on=ON).ratio, PortfolioRatio.DSCR)
    assert explained.formula == "DSCR = sum(income) / sum(debt service)"
    assert ("numerator", "27500000") in [(step.name, step.value) for step in explained.steps]
