"""Rates in arrears: which day counts for how many, and the rate of a period as QuantLib makes it."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
import QuantLib as ql  # noqa: N813 -- its own documentation's name
from hypothesis import given, settings
from hypothesis import strategies as st

from realinsights_finance import HolidayCalendar
from realinsights_finance.business_days import business_days_after, is_business_day
from realinsights_finance.explain import explain
from realinsights_finance.rates import Averaging, InArrears, Index, observations, rate_in_arrears
from realinsights_finance.time import MaturityBeforeStart

RATES = {"2020-01-10": "0.0155", "2020-01-13": "0.0154", "2020-01-14": "0.0158"}


def day(text):
    return datetime.date.fromisoformat(text)


def observed(start, end, **convention):
    found = observations(day(start), day(end), InArrears(**convention))
    return [(each.on.isoformat()[5:], each.days) for each in found]


class TestObservations:
    """The week from Wednesday 8 to Wednesday 15 January 2020, with a weekend in it; Monday 20 January is closed."""

    def test_each_business_day_counts_until_the_next(self):
        plain = [("01-08", 1), ("01-09", 1), ("01-10", 3), ("01-13", 1), ("01-14", 1)]
        assert observed("2020-01-08", "2020-01-15") == plain

    def test_a_lookback_takes_earlier_rates_for_the_same_days(self):
        assert observed("2020-01-08", "2020-01-15", lookback=2) == [
            ("01-06", 1),
            ("01-07", 1),
            ("01-08", 3),
            ("01-09", 1),
            ("01-10", 1),
        ]

    def test_an_observation_shift_takes_earlier_days_too(self):
        assert observed("2020-01-08", "2020-01-15", lookback=2, observation_shift=True) == [
            ("01-06", 1),
            ("01-07", 1),
            ("01-08", 1),
            ("01-09", 1),
            ("01-10", 3),
        ]

    def test_a_shift_over_a_holiday_observes_another_number_of_days(self):
        shifted = observed("2020-01-15", "2020-01-22", lookback=1, observation_shift=True)
        assert shifted == [("01-14", 1), ("01-15", 1), ("01-16", 1), ("01-17", 4)]
        longer = observed("2020-01-16", "2020-01-21", lookback=1, observation_shift=True)
        assert sum(days for _, days in longer) == 2

    @pytest.mark.parametrize("until", ["2026-08-02", "2026-08-03"])
    def test_shifted_days_that_fall_together_observe_one_day(self, until):
        # 1 August 2026 is a Saturday: what comes two business days before it and before the Monday is Thursday 30 July.
        convention = InArrears(lookback=2, observation_shift=True)
        found = observations(day("2026-08-01"), day("2026-09-01"), convention, until=day(until))
        assert found == ((day("2026-07-30"), 1),)
        for averaging in Averaging:
            shifted = InArrears(averaging=averaging, lookback=2, observation_shift=True)
            rate = rate_in_arrears(
                day("2026-08-01"), day("2026-09-01"), shifted, lambda _: Decimal("0.0432"), until=day(until)
            )
            assert rate == Decimal("0.0432")

    def test_a_lockout_freezes_the_rate_before_the_last_days(self):
        assert observed("2020-01-08", "2020-01-15", lockout=2) == [
            ("01-08", 1),
            ("01-09", 1),
            ("01-10", 3),
            ("01-10", 1),
            ("01-10", 1),
        ]

    def test_a_lockout_longer_than_the_period_takes_the_rate_before_it(self):
        assert observed("2020-01-13", "2020-01-15", lockout=5) == [("01-10", 1), ("01-10", 1)]
        assert observed("2020-01-13", "2020-01-15", lockout=2, lookback=1) == [("01-09", 1), ("01-09", 1)]

    def test_a_part_of_a_period_is_locked_out_only_before_the_periods_end(self):
        def part(until, **convention):
            found = observations(day("2020-01-08"), day("2020-01-15"), InArrears(**convention), until=day(until))
            return [(each.on.isoformat()[5:], each.days) for each in found]

        assert part("2020-01-11", lockout=2) == [("01-08", 1), ("01-09", 1), ("01-10", 1)]
        assert part("2020-01-14", lockout=2)[-1] == ("01-10", 1)
        assert part("2020-01-11", lookback=2, observation_shift=True) == [("01-06", 1), ("01-07", 1), ("01-08", 1)]
        assert part("2020-02-01") == observed("2020-01-08", "2020-01-15")
        with pytest.raises(MaturityBeforeStart):
            part("2020-01-08")

    def test_a_period_that_starts_on_a_closed_day_begins_with_the_rate_before(self):
        assert observed("2020-01-11", "2020-01-14") == [("01-10", 2), ("01-13", 1)]
        assert observed("2020-01-11", "2020-01-12") == [("01-10", 1)]


class TestRate:
    def rate(self, start, end, **convention):
        def rate_of(on):
            return Decimal(RATES[on.isoformat()])

        return rate_in_arrears(day(start), day(end), InArrears(**convention), rate_of)

    def test_simple_is_the_mean_by_days(self):
        assert self.rate("2020-01-10", "2020-01-15", averaging=Averaging.SIMPLE) == Decimal("0.01554")

    def test_compounded_earns_interest_on_interest(self):
        expected = (1 + 0.0155 * 3 / 360) * (1 + 0.0154 / 360) * (1 + 0.0158 / 360) - 1
        assert float(self.rate("2020-01-10", "2020-01-15")) == pytest.approx(expected * 360 / 5, abs=1e-13)

    def test_counts_no_day_below_the_daily_floor(self):
        floored = self.rate("2020-01-10", "2020-01-15", averaging=Averaging.SIMPLE, daily_floor=Decimal("0.0156"))
        assert floored == Decimal("0.01564")

    def test_says_how_it_came_about(self):
        convention = InArrears(averaging=Averaging.SIMPLE, lookback=1, observation_shift=True)
        explained = explain(
            rate_in_arrears,
            day("2020-01-13"),
            day("2020-01-16"),
            convention,
            lambda on: Decimal(RATES[on.isoformat()]),
            until=day("2020-01-15"),
        )
        assert explained.formula == "sum of (daily rate x days) / days"
        assert explained.convention == "simple in arrears, lookback 1, lockout 0, with observation shift"
        assert [(part.name, part.value) for part in explained.inputs] == [
            ("start", "2020-01-13"),
            ("end", "2020-01-16"),
            ("until", "2020-01-15"),
        ]
        assert [(part.name, part.value) for part in explained.steps] == [
            ("rate of 2020-01-10 for 3 days", "0.0155"),
            ("rate of 2020-01-13 for 1 days", "0.0154"),
            ("days", "4"),
        ]
        whole = explain(
            rate_in_arrears,
            day("2020-01-13"),
            day("2020-01-15"),
            InArrears(),
            lambda on: Decimal(RATES[on.isoformat()]),
        )
        assert whole.convention == "compounded in arrears, lookback 0, lockout 0, no observation shift"
        assert [part.name for part in whole.inputs] == ["start", "end"]

    def test_of_no_time_is_an_error(self):
        with pytest.raises(MaturityBeforeStart):
            self.rate("2020-01-10", "2020-01-10")
        for until in ("2020-01-10", "2020-01-09"):
            with pytest.raises(MaturityBeforeStart):
                observations(day("2020-01-10"), day("2020-01-15"), InArrears(), until=day(until))

    @pytest.mark.parametrize(
        ("convention", "message"),
        [
            ({"lookback": -1}, "lookback: must be 0 to 30"),
            ({"lockout": 31}, "lockout: must be 0 to 30"),
            ({"observation_shift": True}, "observation_shift: needs a lookback"),
        ],
    )
    def test_refuses_a_convention_that_cannot_be(self, convention, message):
        with pytest.raises(ValueError, match=message):
            InArrears(**convention)

    def test_may_look_back_and_lock_out_as_far_as_thirty_days(self):
        furthest = InArrears(lookback=30, lockout=30)
        assert (furthest.lookback, furthest.lockout) == (30, 30)
        for refused in ({"lookback": 31}, {"lockout": -1}):
            with pytest.raises(ValueError, match="must be 0 to 30"):
                InArrears(**refused)


@pytest.fixture(scope="session")
def quantlib_sofr(sofr):
    """Return QuantLib's SOFR with the same fixings, on a day after them all."""
    ql.Settings.instance().evaluationDate = ql.Date(4, 5, 2020)
    index = ql.Sofr(ql.YieldTermStructureHandle(ql.FlatForward(ql.Date(4, 5, 2020), 0.01, ql.Actual360())))
    dates = sofr.dates(Index.SOFR)
    index.addFixings(
        [ql.Date(on.day, on.month, on.year) for on in dates], [float(sofr.value(Index.SOFR, on)) for on in dates], True
    )
    return index


class TestAgainstQuantLib:
    """Periods between business days: of one that starts on a closed day QuantLib leaves the days before out."""

    @settings(max_examples=400)
    @given(
        offset=st.integers(20, 600),
        length=st.integers(8, 100),
        lookback=st.integers(0, 5),
        lockout=st.integers(0, 4),
        shift=st.booleans(),
    )
    def test_compounds_alike(self, sofr, quantlib_sofr, *, offset, length, lookback, lockout, shift):
        start = business_days_after(day("2018-04-02") + datetime.timedelta(days=offset), 1, HolidayCalendar.SOFR)
        end = business_days_after(start + datetime.timedelta(days=length), 1, HolidayCalendar.SOFR)
        shift = shift and lookback > 0
        convention = InArrears(lookback=lookback, lockout=lockout, observation_shift=shift)
        ours = rate_in_arrears(start, end, convention, lambda on: sofr.value(Index.SOFR, on))
        assert is_business_day(start, HolidayCalendar.SOFR)
        coupon = ql.OvernightIndexedCoupon(
            ql.Date(end.day, end.month, end.year),
            1.0,
            ql.Date(start.day, start.month, start.year),
            ql.Date(end.day, end.month, end.year),
            quantlib_sofr,
            1.0,
            0.0,
            ql.Date(),
            ql.Date(),
            ql.Actual360(),
            False,
            ql.RateAveraging.Compound,
            lookback,
            lockout,
            shift,
        )
        assert float(ours) == pytest.approx(coupon.rate(), abs=1e-13)

    @settings(max_examples=200)
    @given(offset=st.integers(20, 600), length=st.integers(8, 100))
    def test_averages_alike(self, sofr, quantlib_sofr, offset, length):
        start = business_days_after(day("2018-04-02") + datetime.timedelta(days=offset), 1, HolidayCalendar.SOFR)
        end = business_days_after(start + datetime.timedelta(days=length), 1, HolidayCalendar.SOFR)
        ours = rate_in_arrears(start, end, InArrears(averaging=Averaging.SIMPLE), lambda on: sofr.value(Index.SOFR, on))
        coupon = ql.OvernightIndexedCoupon(
            ql.Date(end.day, end.month, end.year),
            1.0,
            ql.Date(start.day, start.month, start.year),
            ql.Date(end.day, end.month, end.year),
            quantlib_sofr,
            1.0,
            0.0,
            ql.Date(),
            ql.Date(),
            ql.Actual360(),
            False,
            ql.RateAveraging.Simple,
        )
        coupon.setPricer(ql.ArithmeticAveragedOvernightIndexedCouponPricer(0.0, 0.0, False))
        assert float(ours) == pytest.approx(coupon.rate(), abs=1e-13)


@given(
    start=st.dates(day("2018-05-01"), day("2019-12-31")),
    length=st.integers(1, 100),
    lookback=st.integers(0, 5),
    lockout=st.integers(0, 5),
)
def test_every_day_of_a_period_is_counted_once(start, length, lookback, lockout):
    end = start + datetime.timedelta(days=length)
    found = observations(start, end, InArrears(lookback=lookback, lockout=lockout))
    assert sum(each.days for each in found) == length
    assert all(is_business_day(each.on, HolidayCalendar.SOFR) for each in found)
    assert all(each.on < end for each in found)


@given(rate=st.decimals("0", "0.2", places=6), start=st.dates(day("2018-05-01"), day("2019-12-31")))
def test_compounding_never_earns_less_than_the_mean(rate, start):
    end = start + datetime.timedelta(days=31)
    simple, compounded = (
        rate_in_arrears(start, end, InArrears(averaging=averaging), lambda _: rate) for averaging in Averaging
    )
    assert simple == rate
    assert compounded >= simple
