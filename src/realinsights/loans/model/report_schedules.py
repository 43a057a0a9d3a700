"""Schedules of reports: what is made when, and who gets it."""

from __future__ import annotations

import calendar
import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from realinsights.loans.model.reports import ReportKind, ReportParameters
from realinsights_platform.business_day import zone_named

MOST_RECIPIENTS: Final = 50

MemberId = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]

_DAY: Final = datetime.timedelta(days=1)


class Rhythm(StrEnum):
    """The rhythm of a schedule: how often a report is made."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class ReportFormat(StrEnum):
    """The file that recipients get."""

    XLSX = "xlsx"
    PDF = "pdf"


class ReportScheduleDraft(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What a person says of a schedule.

    It is made every day, on a `weekday` (1 is Monday) of each week, or on a `day` of each month (the last one of a
    shorter month), at an `hour` of the organization's day. `recipients` are members' ids. With `only_if_changed` nobody
    gets a report no cell of which differs from the one that was sent last.
    """

    kind: ReportKind
    parameters: ReportParameters = ReportParameters()
    every: Rhythm = Rhythm.MONTH
    weekday: Annotated[int, msgspec.Meta(ge=1, le=7)] = 1
    day: Annotated[int, msgspec.Meta(ge=1, le=31)] = 1
    hour: Annotated[int, msgspec.Meta(ge=0, le=23)] = 7
    format: ReportFormat = ReportFormat.XLSX
    recipients: Annotated[tuple[MemberId, ...], msgspec.Meta(max_length=MOST_RECIPIENTS)] = ()
    only_if_changed: bool = False
    paused: bool = False


class _StoredSchedule(ReportScheduleDraft, frozen=True, forbid_unknown_fields=False):
    # Fields that may be positional come before all others, on the wire too.
    id: str
    org: str
    version: int = 0


class ReportSchedule(_StoredSchedule, frozen=True, kw_only=True):
    """A schedule as it is stored.

    `next_at` is when it is made next, None while it is paused. `sent_hash` is the hash of the cells that were sent
    last, `last_run_id` the last run, `last_on` the day it was of. `zone` and `organization` are the organization's time
    zone and name.
    """

    zone: str
    created_by: str
    organization: str = ""
    next_at: datetime.datetime | None = None
    last_run_id: str | None = None
    last_on: datetime.date | None = None
    sent_hash: str | None = None

    @property
    def due(self) -> datetime.datetime | None:
        """When it is to be made; None while it is paused."""
        return self.next_at


def next_time(draft: ReportScheduleDraft, *, zone: str, after: datetime.datetime) -> datetime.datetime | None:
    """Return the first time of a schedule after a moment, in UTC; None where it is paused.

    An hour that the clocks leave out is the one after it; one that comes twice counts the first time.
    """
    if draft.paused:
        return None
    local = zone_named(zone)
    day = after.astimezone(local).date()
    while True:
        if _falls_on(draft, day):
            at = datetime.datetime.combine(day, datetime.time(draft.hour), local).astimezone(datetime.UTC)
            if at > after:
                return at
        day += _DAY


def _falls_on(draft: ReportScheduleDraft, day: datetime.date) -> bool:
    if draft.every is Rhythm.DAY:
        return True
    if draft.every is Rhythm.WEEK:
        return day.isoweekday() == draft.weekday
    return day.day == min(draft.day, calendar.monthrange(day.year, day.month)[1])
