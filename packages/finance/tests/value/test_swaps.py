"""Swaps: the golden case, QuantLib on random ones, the fair rate, and what is refused."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
import QuantLib as ql  # noqa: N813 -- its own documentation's name

from realinsights_finance import DayCount, Frequency, add_months
from realinsights_finance.explain import explain
from realinsights_finance.value import DiscountCurve, InvalidHedge, forward_rates, rate_periods, swap_value

ON = datetime.date(2025, 1, 15)


def test_the_golden_swap(value_cases):
    case = value_cases["G26_swap_mtm"]
    thirty = DayCount.THIRTY_360
    periods = rate_periods(ON, add_months(ON, 36), notional=Decimal(case["notional"]), day_count=thirty)
    found = swap_value(
        periods,
        [Decimal("0.0325")] * 36,
        fixed=periods,
        fixed_rate=Decimal("0.0375"),
        curve=DiscountCurve.flat(ON, Decimal("0.0325"), day_count=thirty),
    )
    assert str(found.to_payer) == case["value_to_payer"]
    assert abs(found.fair_rate - Decimal("0.0325")) < Decimal("1e-25")


def test_quantlib_finds_the_same_value_and_fair_rate_of_random_swaps(seeded):
    source = seeded(26)
    today = ql.Date(ON.day, ON.month, ON.year)
    ql.Settings.instance().evaluationDate = today
    for _ in range(500):
        years = source.randint(1, 10)
        level, rate = (Decimal(source.randint(-50, 800)) / 10_000 for _ in range(2))
        end = add_months(ON, 12 * years)
        curve = DiscountCurve.flat(ON, level)
        floating = rate_periods(ON, end, notional=Decimal(25_000_000))
        fixed = rate_periods(
            ON,
            end,
            notional=Decimal(25_000_000),
            frequency=Frequency.SEMI_ANNUAL,
            day_count=DayCount.THIRTY_360,
        )
        ours = swap_value(floating, forward_rates(floating, curve), fixed=fixed, fixed_rate=rate, curve=curve)
        handle = ql.YieldTermStructureHandle(ql.FlatForward(today, float(level), ql.Actual365Fixed()))
        none, monthly, half = ql.NullCalendar(), ql.Period(1, ql.Months), ql.Period(6, ql.Months)
        index = ql.IborIndex(
            "monthly", monthly, 0, ql.USDCurrency(), none, ql.Unadjusted, False, ql.Actual360(), handle
        )
        until = ql.Date(end.day, end.month, end.year)
        theirs = ql.VanillaSwap(
            ql.Swap.Payer,
            25_000_000.0,
            ql.MakeSchedule(today, until, half, calendar=none),
            float(rate),
            ql.Thirty360(ql.Thirty360.BondBasis),
            ql.MakeSchedule(today, until, monthly, calendar=none),
            index,
            0.0,
            ql.Actual360(),
        )
        theirs.setPricingEngine(ql.DiscountingSwapEngine(handle))
        assert abs(float(ours.to_payer) - theirs.NPV()) < 0.011  # two legs, each rounded to the cent
        assert abs(float(ours.fair_rate) - theirs.fairRate()) < 1e-12


def test_an_amortizing_swap_is_the_sum_of_its_slices():
    curve = DiscountCurve.flat(ON, Decimal("0.04"))
    end = add_months(ON, 3)

    def value(notional, slice_end=end):
        periods = rate_periods(ON, slice_end, notional=notional)
        forwards = forward_rates(periods, curve)
        return swap_value(periods, forwards, fixed=periods, fixed_rate=Decimal("0.03"), curve=curve).to_payer

    whole = value([Decimal(3_000_000), Decimal(2_000_000), Decimal(1_000_000)])
    slices = [value(Decimal(1_000_000), add_months(ON, count)) for count in (1, 2, 3)]
    assert abs(whole - sum(slices)) <= Decimal("0.04")


def test_what_was_paid_is_worth_nothing():
    periods = rate_periods(datetime.date(2024, 10, 15), datetime.date(2025, 4, 15), notional=Decimal(1_000_000))
    late = DiscountCurve.flat(datetime.date(2025, 4, 16), Decimal("0.04"))
    with pytest.raises(InvalidHedge, match="fixed: no period has anything to pay on 2025-04-16 or after"):
        swap_value(periods, [Decimal("0.04")] * 6, fixed=periods, fixed_rate=Decimal("0.04"), curve=late)
    curve = DiscountCurve.flat(ON, Decimal("0.04"))
    open_ones = periods[2:]  # the third is paid on the curve's own day, and counts
    assert swap_value(
        periods, [Decimal("0.05")] * 6, fixed=periods, fixed_rate=Decimal("0.04"), curve=curve
    ) == swap_value(open_ones, [Decimal("0.05")] * 4, fixed=open_ones, fixed_rate=Decimal("0.04"), curve=curve)


def test_a_rate_that_is_no_number_is_refused():
    periods = rate_periods(ON, add_months(ON, 1), notional=Decimal(1))
    with pytest.raises(InvalidHedge, match="fixed_rate"):
        swap_value(
            periods,
            [Decimal("0.04")],
            fixed=periods,
            fixed_rate=Decimal("Infinity"),
            curve=DiscountCurve.flat(ON, Decimal("0.04")),
        )


def test_the_value_says_how_it_came_about():
    periods = rate_periods(ON, add_months(ON, 1), notional=Decimal(1_000_000))
    explained = explain(
        swap_value,
        periods,
        [Decimal("0.04")],
        fixed=periods,
        fixed_rate=Decimal("0.04"),
        curve=DiscountCurve.flat(ON, Decimal("0.04")),
    )
    assert explained.value.to_payer == 0
    assert [part.name for part in explained.steps] == ["floating leg", "fixed leg", "fair rate"]
