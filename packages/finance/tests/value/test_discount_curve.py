"""The discount curve beside QuantLib's, between its days, beyond them, and what makes no curve."""

from __future__ import annotations

import datetime
import math
from decimal import Decimal

import pytest
import QuantLib as ql  # noqa: N813 -- its own documentation's name

from realinsights_finance import DayCount
from realinsights_finance.value import (
    BeforeCurve,
    Beyond,
    Compounding,
    CurveEndsEarly,
    DiscountCurve,
    Interpolation,
    InvalidCurve,
    InvalidRate,
)

ON = datetime.date(2025, 6, 30)
THEIRS = {
    Compounding.SIMPLE: (ql.Simple, ql.Annual),
    Compounding.ANNUAL: (ql.Compounded, ql.Annual),
    Compounding.SEMI_ANNUAL: (ql.Compounded, ql.Semiannual),
    Compounding.MONTHLY: (ql.Compounded, ql.Monthly),
    Compounding.CONTINUOUS: (ql.Continuous, ql.Annual),
}


def after(days: int) -> datetime.date:
    return ON + datetime.timedelta(days=days)


def a_date(day: datetime.date) -> ql.Date:
    return ql.Date(day.day, day.month, day.year)


def random_rates(source) -> dict[datetime.date, Decimal]:
    days = sorted(source.sample(range(1, 11_000), source.randint(2, 12)))
    return {after(day): Decimal(source.randint(-50, 900)) / 10_000 for day in days}


class TestBesideQuantLib:
    def test_zero_rates_are_linear_in_days(self, seeded):
        # Continuous ones alone: QuantLib makes other rates continuous first and interpolates those.
        source = seeded(1)
        for _ in range(500):
            rates = random_rates(source)
            ours = DiscountCurve.zero(ON, rates)
            theirs = ql.ZeroCurve(
                [a_date(ON), *map(a_date, rates)],
                [float(next(iter(rates.values()))), *map(float, rates.values())],
                ql.Actual365Fixed(),
                ql.NullCalendar(),
                ql.Linear(),
            )
            last = (ours.days[-1] - ON).days
            for day in (source.randint(1, last) for _ in range(6)):
                assert math.isclose(ours.factor(after(day)), theirs.discount(a_date(after(day))), rel_tol=1e-12)
                zero = theirs.zeroRate(a_date(after(day)), ql.Actual365Fixed(), ql.Continuous).rate()
                assert math.isclose(ours.zero_rate(after(day)), zero, rel_tol=1e-8, abs_tol=1e-10)

    def test_logarithms_of_factors_are_linear_in_days(self, seeded):
        source = seeded(2)
        for number in range(500):
            compounding = list(THEIRS)[number % len(THEIRS)]
            rates = random_rates(source)
            ours = DiscountCurve.zero(ON, rates, compounding=compounding, interpolation=Interpolation.LOG_FACTOR)
            factors = [1.0, *(float(ours.factor(day)) for day in rates)]
            theirs = ql.DiscountCurve([a_date(ON), *map(a_date, rates)], factors, ql.Actual365Fixed())
            first, last = ((day - ON).days for day in (ours.days[0], ours.days[-1]))
            for day in (source.randint(first, last) for _ in range(6)):
                assert math.isclose(ours.factor(after(day)), theirs.discount(a_date(after(day))), rel_tol=1e-12)
                zero = theirs.zeroRate(a_date(after(day)), ql.Actual365Fixed(), *THEIRS[compounding]).rate()
                assert math.isclose(ours.zero_rate(after(day)), zero, rel_tol=1e-8, abs_tol=1e-10)

    def test_forward_rates(self, seeded):
        source = seeded(3)
        for _ in range(500):
            rate = Decimal(source.randint(-50, 900)) / 10_000
            ours = DiscountCurve.flat(ON, rate, compounding=Compounding.SEMI_ANNUAL)
            theirs = ql.FlatForward(a_date(ON), float(rate), ql.Actual365Fixed(), ql.Compounded, ql.Semiannual)
            start = source.randint(0, 5000)
            end = start + source.randint(1, 400)
            forward = theirs.forwardRate(a_date(after(start)), a_date(after(end)), ql.Actual360(), ql.Simple).rate()
            assert math.isclose(ours.forward_rate(after(start), after(end)), forward, rel_tol=1e-8, abs_tol=1e-10)


class TestCurve:
    @pytest.mark.parametrize("interpolation", list(Interpolation))
    def test_gives_its_own_rates_on_its_days(self, interpolation):
        rates = {after(30): Decimal("0.043"), after(400): Decimal("0.039"), after(4000): Decimal("0.0415")}
        curve = DiscountCurve.zero(ON, rates, interpolation=interpolation)
        for day, rate in rates.items():
            assert abs(curve.zero_rate(day) - rate) < Decimal("1e-20")
        assert curve.factor(ON) == 1
        assert curve.zero_rate(after(1)) == curve.zero_rate(after(30))

    def test_a_dollar_in_a_year(self):
        for compounding, factor in (
            (Compounding.SIMPLE, 1 / Decimal("1.04")),
            (Compounding.ANNUAL, 1 / Decimal("1.04")),
            (Compounding.SEMI_ANNUAL, 1 / Decimal("1.02") ** 2),
            (Compounding.QUARTERLY, 1 / Decimal("1.01") ** 4),
            (Compounding.CONTINUOUS, Decimal("-0.04").exp()),
        ):
            curve = DiscountCurve.flat(ON, Decimal("0.04"), compounding=compounding)
            assert abs(curve.factor(after(365)) - factor) < Decimal("1e-26"), compounding

    def test_a_spread_raises_every_rate(self):
        curve = DiscountCurve.zero(ON, {after(100): Decimal("0.04"), after(200): Decimal("0.05")})
        assert curve.shifted(Decimal("0.0125")).rates == (Decimal("0.0525"), Decimal("0.0625"))
        assert curve.shifted(Decimal("0.0125")).zero_rate(after(150)) == Decimal("0.0575")

    def test_ends_on_its_last_day_unless_it_is_to_go_on(self):
        rates = {after(100): Decimal("0.04"), after(200): Decimal("0.05")}
        with pytest.raises(CurveEndsEarly, match="ends on 2026-01-16, and 2026-01-17 is asked for") as raised:
            DiscountCurve.zero(ON, rates).factor(after(201))
        assert (raised.value.on, raised.value.limit) == (after(201), after(200))
        assert DiscountCurve.zero(ON, rates, beyond=Beyond.LAST_RATE).zero_rate(after(9000)) == Decimal("0.05")

    def test_does_not_look_back(self):
        with pytest.raises(BeforeCurve, match="seen on 2025-06-30, after 2025-06-29"):
            DiscountCurve.flat(ON, Decimal("0.04")).factor(after(-1))

    def test_has_no_forward_rate_of_a_period_without_days(self):
        curve = DiscountCurve.flat(ON, Decimal("0.04"))
        with pytest.raises(InvalidRate, match="end: 2025-07-31 is not after 2025-07-30 by 30_360"):
            curve.forward_rate(datetime.date(2025, 7, 30), datetime.date(2025, 7, 31), DayCount.THIRTY_360)
        with pytest.raises(InvalidRate):
            curve.forward_rate(after(5), after(5))

    @pytest.mark.parametrize(
        ("days", "rates", "message"),
        [
            ((), (), "rates: 0 for 0 days"),
            ((10,), ("0.04", "0.05"), "rates: 2 for 1 days"),
            ((-1,), ("0.04",), "days: 2025-06-29 is not after the curve's own day 2025-06-30"),
            ((0, 10), ("0.04", "0.04"), "days: 2025-06-30 is not after the curve's own day 2025-06-30"),
            ((10, 10), ("0.04", "0.04"), "days: 2025-07-10 follows 2025-07-10"),
            ((10,), ("NaN",), r"rates: Decimal\('NaN'\) on 2025-07-10 is not a Decimal between -1 and 10"),
            ((10,), ("-1",), "is not a Decimal between -1 and 10"),
        ],
    )
    def test_what_makes_no_curve_is_refused(self, days, rates, message):
        with pytest.raises(InvalidCurve, match=message):
            DiscountCurve(on=ON, days=tuple(map(after, days)), rates=tuple(map(Decimal, rates)))

    def test_a_rate_that_leaves_nothing_is_refused(self):
        with pytest.raises(InvalidRate):
            DiscountCurve.zero(ON, {after(1000): Decimal("-0.5")}, compounding=Compounding.SIMPLE)
