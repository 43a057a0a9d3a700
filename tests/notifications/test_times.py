"""Quiet hours and digests in a person's zone: every day has its own, also those on which the clocks change."""

from __future__ import annotations

import datetime
import itertools
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights.notifications.model.times import Digest, QuietHours, after_quiet, instant, next_digest

ZONES = [
    zoneinfo.ZoneInfo(name)
    for name in (
        "America/New_York",
        "America/Santiago",  # the clocks change at midnight
        "Australia/Lord_Howe",  # by half an hour
        "Asia/Kolkata",
        "Africa/Casablanca",
        "Pacific/Apia",  # a day was left out in 2011
        "Europe/Berlin",
        "UTC",
    )
]
FIRST = datetime.datetime(2012, 1, 1, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)

zones = st.sampled_from(ZONES)
hours = st.integers(0, 23)
times = st.times().map(lambda time: time.replace(second=0, microsecond=0))
instants = st.integers(0, 24 * 366 * 24 * 60).map(lambda minutes: FIRST + minutes * MINUTE)


@st.composite
def quiet_hours(draw: st.DrawFn) -> QuietHours:
    since, until = draw(times), draw(times)
    if since == until:
        until = (datetime.datetime.combine(datetime.date(2026, 1, 1), until) + MINUTE).time()
    return QuietHours(since=since, until=until)


class TestDigests:
    @given(at=instants, hour=hours, zone=zones)
    def test_every_day_of_a_year_has_exactly_one(self, at: datetime.datetime, hour: int, zone: datetime.tzinfo) -> None:
        seen = [next_digest(at, digest=Digest.DAILY, hour=hour, weekday=0, zone=zone)]
        for _ in range(370):
            seen.append(next_digest(seen[-1], digest=Digest.DAILY, hour=hour, weekday=0, zone=zone))
        assert at < seen[0] <= at + DAY + datetime.timedelta(hours=1)
        days = [one.astimezone(zone).date() for one in seen]
        for before, after in itertools.pairwise(days):
            assert after - before == DAY

    @given(at=instants, hour=hours, zone=zones, digest=st.sampled_from([Digest.DAILY, Digest.WEEKLY]))
    def test_what_comes_before_one_is_in_it_whenever_it_came(
        self, at: datetime.datetime, hour: int, zone: datetime.tzinfo, digest: Digest
    ) -> None:
        due = next_digest(at, digest=digest, hour=hour, weekday=2, zone=zone)
        assert due > at
        assert next_digest(due - MINUTE, digest=digest, hour=hour, weekday=2, zone=zone) == due
        assert next_digest(due, digest=digest, hour=hour, weekday=2, zone=zone) > due

    @given(at=instants, hour=hours, weekday=st.integers(0, 6), zone=zones)
    def test_weekly_ones_are_on_their_day(
        self, at: datetime.datetime, hour: int, weekday: int, zone: datetime.tzinfo
    ) -> None:
        due = next_digest(at, digest=Digest.WEEKLY, hour=hour, weekday=weekday, zone=zone)
        assert due.astimezone(zone).weekday() == weekday
        assert due - at <= datetime.timedelta(days=7, hours=2)

    def test_when_the_clocks_jump_over_the_hour_it_comes_when_they_have(self) -> None:
        zone = zoneinfo.ZoneInfo("America/New_York")
        at = datetime.datetime(2026, 3, 8, 5, tzinfo=datetime.UTC)  # midnight; 2:00 is left out
        due = next_digest(at, digest=Digest.DAILY, hour=2, weekday=0, zone=zone)
        assert due.astimezone(zone).isoformat() == "2026-03-08T03:00:00-04:00"

    def test_when_the_hour_comes_twice_it_comes_the_first_time_alone(self) -> None:
        zone = zoneinfo.ZoneInfo("America/New_York")
        at = datetime.datetime(2026, 11, 1, 4, tzinfo=datetime.UTC)  # midnight; 1:00 comes twice
        due = next_digest(at, digest=Digest.DAILY, hour=1, weekday=0, zone=zone)
        assert due.astimezone(zone).isoformat() == "2026-11-01T01:00:00-04:00"
        again = next_digest(due, digest=Digest.DAILY, hour=1, weekday=0, zone=zone)
        assert again.astimezone(zone).isoformat() == "2026-11-02T01:00:00-05:00"

    @given(at=instants, zone=zones)
    def test_without_one_mail_is_due_at_once(self, at: datetime.datetime, zone: datetime.tzinfo) -> None:
        assert next_digest(at, digest=Digest.AT_ONCE, hour=8, weekday=0, zone=zone) == at


class TestQuietHours:
    @given(at=instants, quiet=quiet_hours(), zone=zones)
    def test_nothing_is_lost_and_nothing_is_early(
        self, at: datetime.datetime, quiet: QuietHours, zone: datetime.tzinfo
    ) -> None:
        due = after_quiet(at, quiet=quiet, zone=zone)
        assert at <= due <= at + DAY + datetime.timedelta(hours=2)
        assert (due == at) is not quiet.cover(at.astimezone(zone).time().replace(tzinfo=None))

    @given(at=instants, zone=zones)
    def test_without_any_it_is_due_at_once(self, at: datetime.datetime, zone: datetime.tzinfo) -> None:
        assert after_quiet(at, quiet=None, zone=zone) == at

    @pytest.mark.parametrize(
        ("at", "due"),
        [
            ("2026-01-05T21:59:00", "2026-01-05T21:59:00"),
            ("2026-01-05T22:00:00", "2026-01-06T07:00:00"),
            ("2026-01-06T06:59:00", "2026-01-06T07:00:00"),
            ("2026-01-06T07:00:00", "2026-01-06T07:00:00"),
        ],
    )
    def test_past_midnight_end_in_the_morning(self, at: str, due: str) -> None:
        zone = zoneinfo.ZoneInfo("America/New_York")
        quiet = QuietHours(since=datetime.time(22), until=datetime.time(7))
        local = datetime.datetime.fromisoformat(at).replace(tzinfo=zone)
        found = after_quiet(local.astimezone(datetime.UTC), quiet=quiet, zone=zone)
        assert found == datetime.datetime.fromisoformat(due).replace(tzinfo=zone)

    def test_an_end_that_the_clocks_jump_over_is_when_they_have(self) -> None:
        zone = zoneinfo.ZoneInfo("America/New_York")
        quiet = QuietHours(since=datetime.time(22), until=datetime.time(2, 30))
        at = instant(datetime.date(2026, 3, 8), datetime.time(0, 30), zone)
        found = after_quiet(at, quiet=quiet, zone=zone)
        assert found.astimezone(zone).isoformat() == "2026-03-08T03:30:00-04:00"
