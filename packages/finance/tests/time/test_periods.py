"""Periods: stubs at either end, the end of the month, moved ends; regular ones as QuantLib cuts them."""

from __future__ import annotations

import datetime
from itertools import pairwise

import pytest
import QuantLib as ql  # noqa: N813 -- its own documentation's name
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import BusinessDayRule, HolidayCalendar
from realinsights_finance.time import (
    AnchorOutside,
    EmptyPeriod,
    Interval,
    MaturityBeforeStart,
    PeriodRule,
    Stub,
    accrual_periods,
)

TENORS = {
    Interval.WEEKLY: ql.Period(1, ql.Weeks),
    Interval.BI_WEEKLY: ql.Period(2, ql.Weeks),
    Interval.MONTHLY: ql.Period(1, ql.Months),
    Interval.QUARTERLY: ql.Period(3, ql.Months),
    Interval.SEMI_ANNUAL: ql.Period(6, ql.Months),
    Interval.ANNUAL: ql.Period(12, ql.Months),
}
RULES = {
    BusinessDayRule.UNADJUSTED: ql.Unadjusted,
    BusinessDayRule.FOLLOWING: ql.Following,
    BusinessDayRule.MODIFIED_FOLLOWING: ql.ModifiedFollowing,
    BusinessDayRule.PRECEDING: ql.Preceding,
    BusinessDayRule.MODIFIED_PRECEDING: ql.ModifiedPreceding,
}
BONDS = HolidayCalendar.US_GOVERNMENT_BOND
FOLLOWING = {"business_day_rule": BusinessDayRule.FOLLOWING, "calendar": BONDS}
STARTS = st.dates(datetime.date(2000, 1, 1), datetime.date(2040, 12, 31))


def day(text):
    return datetime.date.fromisoformat(text)


def quantlib(date):
    return ql.Date(date.day, date.month, date.year)


def cut(start, end, **rule):
    rule.setdefault("interval", Interval.MONTHLY)
    if isinstance(rule.get("anchor"), str):
        rule["anchor"] = day(rule["anchor"])
    return accrual_periods(day(start), day(end), PeriodRule(**rule))


def bounds(periods):
    return [period.start.isoformat() for period in periods] + [periods[-1].end.isoformat()]


class TestStubs:
    def test_comes_first_where_dates_are_counted_from_the_end(self):
        periods = cut("2025-03-18", "2025-06-01")
        assert bounds(periods) == ["2025-03-18", "2025-04-01", "2025-05-01", "2025-06-01"]
        assert [period.regular for period in periods] == [False, True, True]
        assert [period.number for period in periods] == [1, 2, 3]

    def test_comes_last_where_dates_are_counted_from_the_start(self):
        periods = cut("2025-03-18", "2025-06-01", anchor="2025-03-18")
        assert bounds(periods) == ["2025-03-18", "2025-04-18", "2025-05-18", "2025-06-01"]
        assert [period.regular for period in periods] == [True, True, False]

    def test_comes_at_both_ends_where_a_date_between_is_regular(self):
        periods = cut("2025-03-18", "2025-06-20", anchor="2025-05-01")
        assert bounds(periods) == ["2025-03-18", "2025-04-01", "2025-05-01", "2025-06-01", "2025-06-20"]
        assert [period.regular for period in periods] == [False, True, True, False]

    def test_makes_its_neighbor_longer_where_it_is_long(self):
        long = {"first_stub": Stub.LONG, "last_stub": Stub.LONG}
        periods = cut("2025-03-18", "2025-07-20", anchor="2025-05-01", **long)
        assert bounds(periods) == ["2025-03-18", "2025-05-01", "2025-06-01", "2025-07-20"]
        assert [period.regular for period in periods] == [False, True, False]
        assert bounds(cut("2025-03-18", "2025-04-20", anchor="2025-04-01", **long)) == ["2025-03-18", "2025-04-20"]

    def test_is_long_only_where_there_is_one(self):
        periods = cut("2025-03-01", "2025-06-01", first_stub=Stub.LONG, last_stub=Stub.LONG)
        assert bounds(periods) == ["2025-03-01", "2025-04-01", "2025-05-01", "2025-06-01"]
        assert all(period.regular for period in periods)

    def test_is_all_there_is_of_a_short_time(self):
        (period,) = cut("2025-03-18", "2025-03-20", first_stub=Stub.LONG)
        assert (period.regular, period.start, period.end) == (False, day("2025-03-18"), day("2025-03-20"))


class TestEndOfMonth:
    def test_keeps_to_the_last_day_where_the_anchor_is_one(self):
        bound = ["2024-11-30", "2024-12-31", "2025-01-31", "2025-02-28"]
        assert bounds(cut("2024-11-30", "2025-02-28", end_of_month=True)) == bound
        assert all(period.regular for period in cut("2024-11-30", "2025-02-28", end_of_month=True))
        assert bounds(cut("2024-11-30", "2025-02-28"))[1:] == ["2024-12-28", "2025-01-28", "2025-02-28"]

    def test_changes_nothing_for_another_anchor(self):
        assert cut("2025-01-30", "2025-04-30", anchor="2025-01-30", end_of_month=True) == cut(
            "2025-01-30", "2025-04-30", anchor="2025-01-30"
        )

    def test_and_a_stated_day_come_back_after_february(self):
        assert bounds(cut("2025-02-28", "2025-05-30", anchor="2025-02-28", day=30)) == [
            "2025-02-28",
            "2025-03-30",
            "2025-04-30",
            "2025-05-30",
        ]

    @pytest.mark.parametrize(
        ("stated", "expected"),
        [
            (1, ["2025-02-01", "2025-03-01", "2025-04-01", "2025-05-01"]),
            (31, ["2025-02-28", "2025-03-31", "2025-04-30", "2025-05-31"]),
        ],
    )
    def test_and_the_first_or_last_day_there_is(self, stated, expected):
        assert bounds(cut(expected[0], expected[-1], anchor=expected[0], day=stated)) == expected

    def test_is_the_fifteenth_and_the_last_twice_a_month(self):
        periods = cut(
            "2025-01-31", "2025-03-15", interval=Interval.SEMI_MONTHLY, anchor="2025-01-31", end_of_month=True
        )
        assert bounds(periods) == ["2025-01-31", "2025-02-15", "2025-02-28", "2025-03-15"]
        assert all(period.regular for period in periods)


class TestBusinessDays:
    def test_move_the_payment_alone(self):
        periods = cut("2025-02-01", "2025-04-01", **FOLLOWING)
        assert bounds(periods) == ["2025-02-01", "2025-03-01", "2025-04-01"]
        assert [period.payment_date.isoformat() for period in periods] == ["2025-03-03", "2025-04-01"]

    def test_move_the_accrual_too_where_the_note_says_so_but_never_its_start(self):
        periods = cut("2025-02-01", "2025-06-01", accrual_adjusted=True, **FOLLOWING)
        assert bounds(periods) == ["2025-02-01", "2025-03-03", "2025-04-01", "2025-05-01", "2025-06-02"]
        assert [period.payment_date for period in periods] == [period.end for period in periods]

    def test_are_refused_where_they_leave_a_period_without_a_day(self):
        rule = {"business_day_rule": BusinessDayRule.PRECEDING, "calendar": BONDS, "accrual_adjusted": True}
        with pytest.raises(EmptyPeriod, match="from 2025-02-28 would end on 2025-02-28"):
            cut("2025-02-28", "2025-04-01", **rule)
        # Saturday to Sunday: the end would even come before the start.
        with pytest.raises(EmptyPeriod, match="from 2025-03-01 would end on 2025-02-28"):
            cut("2025-03-01", "2025-04-02", anchor="2025-03-02", **rule)


class TestAgainstQuantLib:
    @given(
        start=STARTS,
        days=st.integers(1, 3000),
        interval=st.sampled_from(list(TENORS)),
        forward=st.booleans(),
        end_of_month=st.booleans(),
        rule=st.sampled_from(list(RULES)),
    )
    def test_dates_are_the_same(self, *, quantlib_calendars, start, days, interval, forward, end_of_month, rule):
        # QuantLib takes the end of month only where it moves nothing: both are compared each by itself. It calls a
        # month's last *business* day the end of its month; ours, like notes, mean the calendar's.
        end = start + datetime.timedelta(days=days)
        moves = rule is not BusinessDayRule.UNADJUSTED
        end_of_month = end_of_month and not moves
        ours = accrual_periods(
            start,
            end,
            PeriodRule(
                interval=interval,
                anchor=start if forward else end,
                end_of_month=end_of_month,
                business_day_rule=rule,
                calendar=BONDS if moves else None,
            ),
        )
        theirs = ql.Schedule(
            quantlib(start),
            quantlib(end),
            TENORS[interval],
            ql.NullCalendar(),
            ql.Unadjusted,
            ql.Unadjusted,
            ql.DateGeneration.Forward if forward else ql.DateGeneration.Backward,
            end_of_month,
        )
        assert bounds(ours) == [date.ISO() for date in theirs]
        assert [period.regular for period in ours] == list(theirs.isRegular())
        moved = [quantlib_calendars[BONDS].adjust(date, RULES[rule]).ISO() for date in list(theirs)[1:]]
        assert [period.payment_date.isoformat() for period in ours] == moved

    @given(start=STARTS, first=st.integers(1, 25), count=st.integers(1, 60), last=st.integers(1, 25))
    def test_stubs_at_both_ends_are_the_same(self, start, first, count, last):
        anchor = start + datetime.timedelta(days=first)
        before = Interval.MONTHLY.date(anchor, count)
        end = before + datetime.timedelta(days=last)
        ours = accrual_periods(start, end, PeriodRule(interval=Interval.MONTHLY, anchor=anchor))
        theirs = ql.Schedule(
            quantlib(start),
            quantlib(end),
            TENORS[Interval.MONTHLY],
            ql.NullCalendar(),
            ql.Unadjusted,
            ql.Unadjusted,
            ql.DateGeneration.Forward,
            False,
            quantlib(anchor),
            quantlib(before),
        )
        assert bounds(ours) == [date.ISO() for date in theirs]


class TestProperties:
    @given(
        start=STARTS,
        days=st.integers(1, 3000),
        part=st.floats(0, 1),
        interval=st.sampled_from(Interval),
        stubs=st.tuples(st.sampled_from(Stub), st.sampled_from(Stub)),
        end_of_month=st.booleans(),
    )
    def test_periods_fill_the_time_without_gap(self, *, start, days, part, interval, stubs, end_of_month):
        end = start + datetime.timedelta(days=days)
        anchor = start + datetime.timedelta(days=int(days * part))
        rule = PeriodRule(
            interval=interval, anchor=anchor, first_stub=stubs[0], last_stub=stubs[1], end_of_month=end_of_month
        )
        periods = accrual_periods(start, end, rule)
        assert (periods[0].start, periods[-1].end) == (start, end)
        assert all(before.end == after.start for before, after in pairwise(periods))
        assert all(period.start < period.end for period in periods)
        assert [period.number for period in periods] == list(range(1, len(periods) + 1))
        assert all(period.regular for period in periods[1:-1])


class TestBadInput:
    @pytest.mark.parametrize("end", ["2025-01-01", "2024-12-31"])
    def test_an_end_that_is_not_after_the_start(self, end):
        with pytest.raises(MaturityBeforeStart, match=f"end: {end} must be after the start, 2025-01-01"):
            cut("2025-01-01", end)

    @pytest.mark.parametrize("anchor", ["2024-12-31", "2025-06-02"])
    def test_an_anchor_outside(self, anchor):
        with pytest.raises(AnchorOutside, match=f"anchor: {anchor}"):
            cut("2025-01-01", "2025-06-01", anchor=anchor)

    @pytest.mark.parametrize(
        ("rule", "message"),
        [
            ({"day": 0}, "day: 0 must be 1 to 31"),
            ({"day": 32}, "day: 32 must be 1 to 31"),
            ({"day": 15}, "day: 15 must be the day of the anchor, 2025-06-01"),
            ({"day": 10, "anchor": "2025-05-20"}, "day: 10 must be the day of the anchor, 2025-05-20"),
            ({"day": 15, "interval": Interval.WEEKLY}, "day: a weekly rule"),
            ({"business_day_rule": BusinessDayRule.FOLLOWING}, "calendar: must be stated"),
            ({"accrual_adjusted": True}, "accrual_adjusted: needs"),
        ],
    )
    def test_a_rule_that_contradicts_itself(self, rule, message):
        with pytest.raises(ValueError, match=message):
            cut("2025-01-01", "2025-06-01", **rule)
