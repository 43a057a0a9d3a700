"""Which day it is where an organization is."""

from __future__ import annotations

import datetime

import pytest

from realinsights_platform.business_day import day_at, zone_named


def at(text: str) -> float:
    return datetime.datetime.fromisoformat(text).timestamp()


class TestADay:
    @pytest.mark.parametrize(
        ("now", "zone", "date", "hours"),
        [
            ("2026-03-02T03:00Z", "UTC", "2026-03-02", 24),
            ("2026-03-02T03:00Z", "America/New_York", "2026-03-01", 24),
            ("2026-03-02T23:00Z", "Asia/Tokyo", "2026-03-03", 24),
            ("2026-03-08T12:00Z", "America/New_York", "2026-03-08", 23),
            ("2026-11-01T12:00Z", "America/New_York", "2026-11-01", 25),
            ("2024-09-08T12:00Z", "America/Santiago", "2024-09-08", 23),  # whose midnight did not exist
        ],
    )
    def test_is_that_of_a_zone_and_as_long_as_its_clocks_say(self, now: str, zone: str, date: str, hours: int) -> None:
        day = day_at(at(now), zone_named(zone))
        assert (day.date.isoformat(), (day.ends - day.begins) / 3600) == (date, hours)
        assert day.begins <= at(now) < day.ends
        assert day_at(day.ends, zone_named(zone)).date == day.date + datetime.timedelta(days=1)

    @pytest.mark.parametrize("name", ["", "Nowhere/At_All", "America", "../etc", "x" * 5000])
    def test_of_an_unknown_zone_is_utc(self, name: str) -> None:
        assert zone_named(name) is datetime.UTC
