"""Caps, floors and collars: the golden case, QuantLib on thousands of options, parity, and what is refused."""

from __future__ import annotations

import datetime
import math
from decimal import Decimal

import pytest
import QuantLib as ql  # noqa: N813 -- its own documentation's name
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import DayCount, add_months
from realinsights_finance.explain import explain
from realinsights_finance.value import (
    BeforeCurve,
    BlackNeedsPositiveRates,
    CurveEndsEarly,
    DiscountCurve,
    InvalidHedge,
    OptionKind,
    OptionModel,
    OptionValue,
    RatePeriod,
    Volatility,
    collar,
    forward_rates,
    rate_option,
    rate_periods,
    swap_value,
)
from realinsights_finance.value.rate_options import bachelier, black

ON = datetime.date(2025, 1, 15)
NORMAL = Volatility(model=OptionModel.BACHELIER, rate=Decimal("0.01"))
FLAT = DiscountCurve.flat(ON, Decimal("0.04"))


def months(count: int, **changes) -> tuple[RatePeriod, ...]:
    given_terms = {"notional": Decimal(25_000_000)} | changes
    return rate_periods(ON, add_months(ON, count), **given_terms)


def test_the_golden_cap(value_cases):
    case = value_cases["G24_cap_bachelier"]
    thirty = DayCount.THIRTY_360
    found = rate_option(
        OptionKind.CAP,
        months(case["months"], notional=Decimal(case["notional"]), day_count=thirty),
        [Decimal(str(case["fwd_flat"]))] * case["months"],
        strike=Decimal(str(case["strike"])),
        volatility=Volatility(model=OptionModel.BACHELIER, rate=Decimal(str(case["normal_vol"])), day_count=thirty),
        curve=DiscountCurve.flat(ON, Decimal("0.04"), day_count=thirty),
    )
    assert str(found.value) == case["value"] == case["quantlib"]
    assert str(found.intrinsic) == case["intrinsic"]
    assert sum(caplet.value for caplet in found.caplets) == found.value
    assert sum(caplet.intrinsic for caplet in found.caplets) == found.intrinsic


class TestBesideQuantLib:
    def test_the_models_themselves_five_thousand_times(self, seeded):
        source = seeded(24)
        for _ in range(5000):
            forward, strike = source.uniform(-0.01, 0.1), source.uniform(-0.01, 0.1)
            years = source.uniform(0, 10)
            kind = source.choice(list(OptionKind))
            theirs = ql.Option.Call if kind is OptionKind.CAP else ql.Option.Put
            normal, proportional = source.uniform(0, 0.03), source.uniform(0, 1.5)
            expected = ql.bachelierBlackFormula(theirs, strike, forward, normal * math.sqrt(years))
            assert math.isclose(bachelier(kind, forward, strike, normal, years), expected, abs_tol=1e-14)
            shift = 0.03
            expected = ql.blackFormula(theirs, strike, forward, proportional * math.sqrt(years), 1.0, shift)
            found = black(kind, forward, strike, proportional, years, displacement=shift)
            assert math.isclose(found, expected, abs_tol=1e-14)

    @pytest.mark.parametrize("model", list(OptionModel))
    def test_whole_caps_and_floors_to_the_cent(self, seeded, model):
        source = seeded(25)
        today = ql.Date(ON.day, ON.month, ON.year)
        ql.Settings.instance().evaluationDate = today
        for number in range(300):
            kind = list(OptionKind)[number % 2]
            count = source.randint(1, 60)
            strike = Decimal(source.randint(100, 800)) / 10_000
            level = Decimal(source.randint(50, 900)) / 10_000
            most = 150 if model is OptionModel.BACHELIER else 8000
            deviation = Decimal(source.randint(1, most)) / 10_000
            periods = months(count)
            curve = DiscountCurve.flat(ON, level)
            ours = rate_option(
                kind,
                periods,
                forward_rates(periods, curve),
                strike=strike,
                volatility=Volatility(model=model, rate=deviation),
                curve=curve,
            )
            handle = ql.YieldTermStructureHandle(ql.FlatForward(today, float(level), ql.Actual365Fixed()))
            monthly, none = ql.Period(1, ql.Months), ql.NullCalendar()
            index = ql.IborIndex(
                "monthly", monthly, 0, ql.USDCurrency(), none, ql.Unadjusted, False, ql.Actual360(), handle
            )
            end = add_months(ON, count)
            dates = ql.MakeSchedule(today, ql.Date(end.day, end.month, end.year), monthly, calendar=none)
            leg = ql.IborLeg([25_000_000.0], dates, index, ql.Actual360(), ql.Unadjusted, fixingDays=[0])
            theirs = (ql.Cap if kind is OptionKind.CAP else ql.Floor)(leg, [float(strike)])
            quoted = ql.QuoteHandle(ql.SimpleQuote(float(deviation)))
            engine = ql.BachelierCapFloorEngine if model is OptionModel.BACHELIER else ql.BlackCapFloorEngine
            theirs.setPricingEngine(engine(handle, quoted))
            assert abs(float(ours.value) - theirs.NPV()) < 0.0051, (kind, count, strike, level, deviation)


class TestProperties:
    @given(
        st.integers(1, 48),
        st.decimals("-0.01", "0.12", places=5),
        st.decimals("0.0001", "0.05", places=5),
        st.decimals("-0.01", "0.12", places=5),
    )
    def test_a_cap_less_a_floor_is_the_swap(self, count, strike, deviation, forward):
        periods, forwards = months(count), [forward] * count
        volatility = Volatility(model=OptionModel.BACHELIER, rate=deviation)
        both = collar(periods, forwards, cap_strike=strike, floor_strike=strike, volatility=volatility, curve=FLAT)
        swap = swap_value(periods, forwards, fixed=periods, fixed_rate=strike, curve=FLAT)
        assert abs(both.value - swap.to_payer) <= Decimal("0.02")  # four roundings of half a cent

    @given(st.decimals("0.01", "0.08", places=4), st.decimals("0", "0.02", places=4))
    def test_it_is_worth_more_the_more_rates_move_and_the_lower_its_strike(self, strike, deviation):
        periods, forwards = months(24), [Decimal("0.04")] * 24

        def cap(limit: Decimal, moves: Decimal) -> OptionValue:
            volatility = Volatility(model=OptionModel.BACHELIER, rate=moves)
            return rate_option(OptionKind.CAP, periods, forwards, strike=limit, volatility=volatility, curve=FLAT)

        step = Decimal("0.0005")
        assert cap(strike, deviation).value <= cap(strike, deviation + step).value
        assert cap(strike, deviation).value >= cap(strike + step, deviation).value
        still = cap(strike, Decimal(0))
        assert still.value == still.intrinsic <= cap(strike, deviation).value


class TestFixedAndPaid:
    def test_a_fixed_period_is_worth_what_it_will_pay_and_a_paid_one_nothing(self):
        start = datetime.date(2024, 12, 1)
        periods = rate_periods(start, datetime.date(2025, 3, 1), notional=Decimal(25_000_000))
        found = rate_option(
            OptionKind.CAP,
            periods,
            [Decimal("0.06"), Decimal("0.0433"), Decimal("0.03")],
            strike=Decimal("0.035"),
            volatility=NORMAL,
            curve=FLAT,
        )
        # December was paid on 1 January; January is fixed and pays 31 days; February is still open.
        january = Decimal(25_000_000) * Decimal("0.0083") * 31 / 360 * FLAT.factor(datetime.date(2025, 2, 1))
        assert [caplet.value for caplet in found.caplets][:2] == [Decimal("0.00"), january.quantize(Decimal("0.01"))]
        assert found.caplets[2].value > found.caplets[2].intrinsic == 0

    def test_a_fixing_of_the_past_is_a_fact_that_no_curve_knows(self):
        periods = rate_periods(datetime.date(2025, 1, 1), datetime.date(2025, 3, 1), notional=Decimal(1))
        with pytest.raises(BeforeCurve):
            forward_rates(periods, FLAT)


class TestPeriods:
    def test_a_last_one_may_be_short_and_notionals_may_differ(self):
        periods = rate_periods(
            datetime.date(2025, 1, 31), datetime.date(2025, 4, 10), notional=[Decimal(3), Decimal(2), Decimal(1)]
        )
        assert [period.end.isoformat() for period in periods] == ["2025-02-28", "2025-03-31", "2025-04-10"]
        assert [period.notional for period in periods] == [3, 2, 1]

    @pytest.mark.parametrize(
        ("end", "notional", "message"),
        [
            ("2025-01-15", Decimal(1), "end: 2025-01-15 is not after 2025-01-15"),
            ("2199-01-15", Decimal(1), "end: 2199-01-15 is more than 1200 periods after 2025-01-15"),
            ("2025-03-15", [Decimal(1)], "notional: 1 amounts for 2 periods"),
            ("2025-03-15", Decimal(-1), "notional: -1 is not an amount of zero or more"),
            ("2025-03-15", Decimal("NaN"), "notional: NaN is not an amount of zero or more"),
        ],
    )
    def test_what_cannot_be_is_refused(self, end, notional, message):
        with pytest.raises(InvalidHedge, match=message):
            rate_periods(ON, datetime.date.fromisoformat(end), notional=notional)


class TestBadInput:
    def test_rates_and_volatilities_must_fit_the_periods(self):
        periods = months(2)
        with pytest.raises(InvalidHedge, match="forwards: 1 rates for 2 periods"):
            rate_option(OptionKind.CAP, periods, [Decimal(0)], strike=Decimal(0), volatility=NORMAL, curve=FLAT)
        with pytest.raises(InvalidHedge, match="of period 1 is not a Decimal rate"):
            rate_option(
                OptionKind.CAP,
                periods,
                [Decimal(0), Decimal("NaN")],
                strike=Decimal(0),
                volatility=NORMAL,
                curve=FLAT,
            )
        each = Volatility(model=OptionModel.BLACK, rate=(Decimal("0.2"),))
        with pytest.raises(InvalidHedge, match="volatility: 1 for 2 periods"):
            rate_option(OptionKind.CAP, periods, [Decimal(1)] * 2, strike=Decimal(1), volatility=each, curve=FLAT)
        with pytest.raises(InvalidHedge, match="strike"):
            rate_option(OptionKind.CAP, periods, [Decimal(1)] * 2, strike=Decimal("NaN"), volatility=NORMAL, curve=FLAT)

    @pytest.mark.parametrize("rate", ["-0.01", "11", "NaN"])
    def test_a_volatility_is_a_number_of_zero_or_more(self, rate):
        with pytest.raises(InvalidHedge, match="volatility: each is a number from 0 to 10"):
            Volatility(model=OptionModel.BLACK, rate=Decimal(rate))

    def test_bachelier_has_no_displacement(self):
        with pytest.raises(InvalidHedge, match="displacement"):
            Volatility(model=OptionModel.BACHELIER, rate=Decimal("0.01"), displacement=Decimal("0.01"))

    def test_black_needs_rates_above_zero_or_a_displacement(self):
        periods, forwards = months(3), [Decimal("-0.001")] * 3
        volatility = Volatility(model=OptionModel.BLACK, rate=Decimal("0.3"))
        with pytest.raises(BlackNeedsPositiveRates, match=r"forward: -0\.001"):
            rate_option(OptionKind.CAP, periods, forwards, strike=Decimal("0.01"), volatility=volatility, curve=FLAT)
        displaced = Volatility(model=OptionModel.BLACK, rate=Decimal("0.3"), displacement=Decimal("0.02"))
        found = rate_option(OptionKind.CAP, periods, forwards, strike=Decimal("0.01"), volatility=displaced, curve=FLAT)
        assert found.value > 0

    def test_a_floor_above_the_cap_is_no_collar(self):
        with pytest.raises(InvalidHedge, match="floor_strike"):
            collar(
                months(1),
                [Decimal("0.04")],
                cap_strike=Decimal("0.03"),
                floor_strike=Decimal("0.05"),
                volatility=NORMAL,
                curve=FLAT,
            )

    def test_a_curve_that_ends_too_early_is_refused(self):
        curve = DiscountCurve.zero(ON, {ON + datetime.timedelta(days=40): Decimal("0.04")})
        with pytest.raises(CurveEndsEarly):
            rate_option(
                OptionKind.CAP, months(3), [Decimal("0.04")] * 3, strike=Decimal(0), volatility=NORMAL, curve=curve
            )


def test_the_value_says_how_it_came_about():
    explained = explain(
        rate_option,
        OptionKind.FLOOR,
        months(2),
        [Decimal("0.04")] * 2,
        strike=Decimal("0.05"),
        volatility=NORMAL,
        curve=FLAT,
    )
    assert "bachelier floor" in explained.formula
    assert [part.name for part in explained.steps] == ["intrinsic value", "value"]
    both = explain(
        collar,
        months(2),
        [Decimal("0.04")] * 2,
        cap_strike=Decimal("0.05"),
        floor_strike=Decimal("0.03"),
        volatility=NORMAL,
        curve=FLAT,
    )
    assert both.formula == "value = cap - floor"
    assert [part.value for part in both.steps if part.name == "value"] == [
        str(both.value.cap.value),
        str(both.value.floor.value),
    ]
