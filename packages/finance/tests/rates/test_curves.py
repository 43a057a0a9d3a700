"""Forward curves and their scenarios."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance.rates import (
    CurveEndsEarly,
    CurveStartsLate,
    ForwardCurve,
    Interpolation,
    InvalidCurve,
    Shock,
    parallel_shocks,
)


def day(text):
    return datetime.date.fromisoformat(text)


def curve(**changes):
    points = ((day("2025-01-15"), Decimal("0.043")), (day("2025-02-15"), Decimal("0.0399")))
    return ForwardCurve(**({"index": "sofr", "as_of": day("2025-01-10"), "points": points} | changes))


class TestForwardCurve:
    @pytest.mark.parametrize(
        ("on", "step", "linear"),
        [
            ("2025-01-10", "0.043", "0.043"),
            ("2025-01-15", "0.043", "0.043"),
            ("2025-02-14", "0.043", "0.0400"),
            ("2025-02-15", "0.0399", "0.0399"),
        ],
    )
    def test_stands_or_goes_in_proportion_between_points(self, on, step, linear):
        assert curve().rate(day(on)) == Decimal(step)
        assert curve(interpolation=Interpolation.LINEAR).rate(day(on)) == Decimal(linear)

    def test_that_ends_too_early_is_an_error_with_its_end(self):
        with pytest.raises(
            CurveEndsEarly, match="that of sofr ends on 2025-02-15, and 2025-02-16 is asked for"
        ) as early:
            curve().rate(day("2025-02-16"))
        assert (early.value.index, early.value.on, early.value.limit) == ("sofr", day("2025-02-16"), day("2025-02-15"))

    def test_answers_until_the_day_it_states(self):
        longer = curve(until=day("2025-03-14"))
        assert longer.rate(day("2025-03-14")) == Decimal("0.0399")
        with pytest.raises(CurveEndsEarly):
            longer.rate(day("2025-03-15"))

    def test_knows_nothing_of_the_time_before_it(self):
        with pytest.raises(CurveStartsLate, match="is as of 2025-01-10, and 2025-01-09"):
            curve().rate(day("2025-01-09"))

    def test_may_reach_its_bounds(self):
        points = tuple((day(on), Decimal(1)) for on in ("2025-01-15", "2025-02-15", "2025-03-15"))
        longest = curve(points=points, as_of=day("2025-03-15"), until=day("2025-03-15"))
        assert longest.last == curve(points=points).last == day("2025-03-15")
        assert longest.rate(day("2025-03-15")) == 1
        with pytest.raises(InvalidCurve, match="own day, 2025-03-16, and ends on 2025-03-15"):
            curve(points=points, as_of=day("2025-03-16"))
        assert curve(points=points, as_of=day("2025-03-16"), until=day("2025-03-16")).rate(day("2025-03-16")) == 1
        with pytest.raises(InvalidCurve, match="has points after 2025-03-14"):
            curve(points=points, until=day("2025-03-14"))

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"points": ()}, "points: the curve of sofr has none"),
            ({"points": ((day("2025-01-15"), Decimal(0)), (day("2025-01-15"), Decimal(0)))}, "in the order"),
            ({"points": ((day("2025-02-15"), Decimal(0)), (day("2025-01-15"), Decimal(0)))}, "in the order"),
            ({"points": ((day("2025-01-15"), Decimal("4.3")),)}, "finite fractions"),
            ({"points": ((day("2025-01-15"), Decimal("1.01")),)}, "finite fractions"),
            ({"points": ((day("2025-01-15"), Decimal("NaN")),)}, "finite fractions"),
            ({"as_of": day("2025-02-16")}, "must reach its own day"),
            ({"until": day("2025-02-01")}, "has points after 2025-02-01"),
        ],
    )
    def test_of_points_that_make_none_is_refused(self, changes, message):
        with pytest.raises(InvalidCurve, match=message):
            curve(**changes)


class TestScenarios:
    def test_flat_has_one_rate_forever(self):
        flat = ForwardCurve.flat("sofr", Decimal("0.0433"), as_of=day("2025-01-10"))
        assert {flat.rate(day(on)) for on in ("2025-01-10", "2055-01-01", "9999-12-31")} == {Decimal("0.0433")}

    def test_shocks_move_every_day(self):
        moved = parallel_shocks(curve())
        assert list(moved) == [-200, -100, 0, 100, 200]
        assert [moved[points].rate(day("2025-01-20")) for points in moved] == [
            Decimal(rate) for rate in ("0.023", "0.033", "0.043", "0.053", "0.063")
        ]
        assert moved[0] is not None
        assert moved[0].shocks == ()

    def test_a_shock_may_begin_later_and_stop_at_a_lowest_rate(self):
        moved = curve().shocked(Shock(by=Decimal("-0.05"), since=day("2025-02-01"), lowest=Decimal(0)))
        assert moved.rate(day("2025-01-31")) == Decimal("0.043")
        assert moved.rate(day("2025-02-01")) == moved.rate(day("2025-02-15")) == 0

    def test_a_lowest_rate_raises_none_that_was_below_it(self):
        negative = ForwardCurve.flat("sofr", Decimal("-0.004"), as_of=day("2025-01-10"))
        down = negative.shocked(Shock(by=Decimal("-0.01"), lowest=Decimal(0)))
        assert down.rate(day("2025-01-10")) == Decimal("-0.004")

    def test_shocks_add_up(self):
        twice = curve().shocked(Shock(by=Decimal("0.01"))).shocked(Shock(by=Decimal("0.005")))
        assert twice.rate(day("2025-01-20")) == Decimal("0.058")

    @given(by=st.decimals("-0.03", "0.03", places=4), days=st.integers(0, 36))
    def test_shocked_differ_by_the_shock_on_every_day(self, by, days):
        on = day("2025-01-10") + datetime.timedelta(days=days)
        linear = curve(interpolation=Interpolation.LINEAR)
        difference = linear.shocked(Shock(by=by)).rate(on) - linear.rate(on)
        assert abs(difference - by) < Decimal("1e-25")
