"""The business date where nobody names one: today, where the organization is."""

from __future__ import annotations

import datetime
import zoneinfo
from dataclasses import dataclass
from functools import lru_cache

UTC = "UTC"


@dataclass(frozen=True, slots=True)
class Day:
    """A date somewhere; it begins and ends at these times, in seconds since the epoch."""

    date: datetime.date
    begins: float
    ends: float


def zone_named(name: str) -> datetime.tzinfo:
    """Return a time zone; UTC for one that this machine does not know."""
    if name == UTC:
        return datetime.UTC
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return datetime.UTC


def date_at(now: float, zone: datetime.tzinfo) -> datetime.date:
    """Return the date in a time zone."""
    return day_at(now, zone).date


def day_at(now: float, zone: datetime.tzinfo) -> Day:
    """Return the day in a time zone; it has 23 or 25 hours where clocks are changed."""
    latest = _latest(zone)
    if not latest or not latest[0].begins <= now < latest[0].ends:
        latest[:] = [_day(datetime.datetime.fromtimestamp(now, zone).date(), zone)]
    return latest[0]


@lru_cache(maxsize=1024)
def _latest(_: datetime.tzinfo) -> list[Day]:
    """Return what holds the zone's day that was asked for last: it is mostly still the same one."""
    return []


def _day(date: datetime.date, zone: datetime.tzinfo) -> Day:
    begins, ends = (
        datetime.datetime.combine(day, datetime.time(), zone).timestamp()
        for day in (date, date + datetime.timedelta(days=1))
    )
    return Day(date, begins, ends)
