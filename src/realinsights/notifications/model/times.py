"""Times of telling: quiet hours and digests, in a person's own time zone.

Pure functions over instants. A day on which the clocks change has every one of its digests exactly once: a time of day
that comes twice is taken the first time, and one that is left out is taken when the clocks have jumped over it.
"""

from __future__ import annotations

import datetime
from enum import StrEnum

import msgspec


class Digest(StrEnum):
    """The times at which a person gets mail of what may wait."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"


class QuietHours(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The hours of each day in which nothing is sent; they may go past midnight. `since` and `until` differ."""

    since: datetime.time
    until: datetime.time

    def cover(self, local: datetime.time) -> bool:
        """Tell whether a time of day is within them: from `since` on and before `until`."""
        if self.since <= self.until:
            return self.since <= local < self.until
        return local >= self.since or local < self.until


def after_quiet(at: datetime.datetime, *, quiet: QuietHours | None, zone: datetime.tzinfo) -> datetime.datetime:
    """Return when something that is due at an instant may be sent: then, or when the quiet hours it is in are over."""
    if quiet is None:
        return at
    local = at.astimezone(zone)
    if not quiet.cover(local.time().replace(tzinfo=None)):
        return at
    day = local.date()
    for ahead in range(3):
        end = instant(day + datetime.timedelta(days=ahead), quiet.until, zone)
        if end > at:
            return end
    raise AssertionError("quiet hours end every day")


def next_digest(
    after: datetime.datetime, *, digest: Digest, hour: int, weekday: int, zone: datetime.tzinfo
) -> datetime.datetime:
    """Return the first digest after an instant: at an hour of every day, or of one weekday (0 is Monday).

    `AT_ONCE` has none: it is the instant itself.
    """
    if digest is Digest.AT_ONCE:
        return after
    day = after.astimezone(zone).date() - datetime.timedelta(days=1)
    while True:
        if digest is Digest.DAILY or day.weekday() == weekday:
            at = instant(day, datetime.time(hour), zone)
            if at > after:
                return at
        day += datetime.timedelta(days=1)


def instant(day: datetime.date, time: datetime.time, zone: datetime.tzinfo) -> datetime.datetime:
    """Return when it is a time of day on a day somewhere, in UTC; the first time, where the clocks are set back.

    Of a time that the clocks leave out, it is as long after the change as it would have been after the hour before.
    """
    return datetime.datetime.combine(day, time, tzinfo=zone).astimezone(datetime.UTC)
