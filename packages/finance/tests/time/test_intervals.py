"""Intervals: the dates that follow each other by each of them."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import Frequency
from realinsights_finance.time import Interval

DATES = st.dates(datetime.date(1950, 1, 1), datetime.date(2150, 12, 31))


def day(text):
    return datetime.date.fromisoformat(text)


def dates(interval, anchor, count=5, **options):
    return [interval.date(day(anchor), number, **options).isoformat() for number in range(count)]


@pytest.mark.parametrize(
    ("interval", "anchor", "options", "expected"),
    [
        (Interval.WEEKLY, "2024-02-23", {}, ["2024-02-23", "2024-03-01", "2024-03-08"]),
        (Interval.BI_WEEKLY, "2024-02-23", {}, ["2024-02-23", "2024-03-08", "2024-03-22"]),
        (Interval.SEMI_MONTHLY, "2025-01-01", {}, ["2025-01-01", "2025-01-16", "2025-02-01"]),
        (Interval.SEMI_MONTHLY, "2025-01-16", {}, ["2025-01-16", "2025-02-01", "2025-02-16"]),
        (Interval.SEMI_MONTHLY, "2025-01-15", {}, ["2025-01-15", "2025-01-30", "2025-02-15", "2025-02-28"]),
        (Interval.SEMI_MONTHLY, "2025-01-20", {}, ["2025-01-20", "2025-02-05", "2025-02-20"]),
        (Interval.SEMI_MONTHLY, "2025-01-29", {}, ["2025-01-29", "2025-02-14", "2025-02-28", "2025-03-14"]),
        (Interval.SEMI_MONTHLY, "2025-01-15", {"day": 31}, ["2025-01-15", "2025-01-31", "2025-02-15", "2025-02-28"]),
        (Interval.SEMI_MONTHLY, "2025-02-28", {"day": 31}, ["2025-02-28", "2025-03-15", "2025-03-31"]),
        (
            Interval.SEMI_MONTHLY,
            "2025-01-30",
            {},
            ["2025-01-30", "2025-02-15", "2025-02-28", "2025-03-15", "2025-03-30"],
        ),
        (Interval.MONTHLY, "2025-01-31", {}, ["2025-01-31", "2025-02-28", "2025-03-31"]),
        (Interval.QUARTERLY, "2025-01-31", {}, ["2025-01-31", "2025-04-30", "2025-07-31"]),
        (Interval.SEMI_ANNUAL, "2025-02-28", {"day": 30}, ["2025-02-28", "2025-08-30", "2026-02-28"]),
        (Interval.ANNUAL, "2024-02-29", {}, ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]),
    ],
)
def test_dates_follow_each_other(interval, anchor, options, expected):
    assert dates(interval, anchor, len(expected), **options) == expected


@pytest.mark.parametrize("frequency", Frequency)
def test_every_frequency_is_an_interval(frequency):
    interval = Interval(frequency.value)
    assert (interval.months, interval.periods_per_year) == (frequency.months, frequency.periods_per_year)
    assert interval.days is None


@pytest.mark.parametrize(
    ("interval", "count"), [(Interval.WEEKLY, 52), (Interval.BI_WEEKLY, 26), (Interval.SEMI_MONTHLY, 24)]
)
def test_the_others_have_as_many_periods_a_year_as_rates_are_divided_by(interval, count):
    assert interval.periods_per_year == count
    first = day("2025-01-01")
    assert interval.date(first, count) <= day("2026-01-01") < interval.date(first, count + 1)


@given(interval=st.sampled_from(Interval), anchor=DATES, count=st.integers(-60, 60))
def test_dates_strictly_increase_from_the_anchor_both_ways(interval, anchor, count):
    assert interval.date(anchor, 0) == anchor
    assert interval.date(anchor, count) < interval.date(anchor, count + 1)


@given(interval=st.sampled_from(Interval), anchor=DATES, on=DATES)
def test_a_search_begins_shortly_before_its_day(interval, anchor, on):
    begun = interval.date(anchor, interval.count_before(anchor, on))
    assert begun < on <= begun + datetime.timedelta(days=1200)
