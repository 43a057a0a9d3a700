"""Preferences: what an organization, and a person in it, choose to be told, by which way and when."""

from __future__ import annotations

import datetime
import zoneinfo
from dataclasses import dataclass
from typing import Annotated

import msgspec

from realinsights.notifications.model.times import Digest, QuietHours, after_quiet, next_digest
from realinsights.notifications.model.topics import DEFAULT_CHANNELS, MANDATORY, Channel, Topic
from realinsights_platform.documents.port import Document
from realinsights_platform.errors import Faults

ORGANIZATION = "organization"
"""The id of the preferences that hold for all who have chosen nothing else."""

Hour = Annotated[int, msgspec.Meta(ge=0, le=23)]
Weekday = Annotated[int, msgspec.Meta(ge=0, le=6)]


class PreferencesDraft(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What one chooses. What is not said is the organization's choice, or the default where that says nothing either.

    `channels` are by topic; none means not at all. A digest comes at `digest_hour`, weekly on `digest_weekday` (0 is
    Monday). Quiet hours and digests are in `time_zone`, the organization's where none is said.
    """

    channels: dict[Topic, tuple[Channel, ...]] = {}
    digest: Digest | None = None
    digest_hour: Hour | None = None
    digest_weekday: Weekday | None = None
    quiet_hours: QuietHours | None = None
    time_zone: Annotated[str, msgspec.Meta(max_length=64)] | None = None


class Preferences(Document, frozen=True, kw_only=True, rename="camel"):
    """What a person, or the organization, has chosen; the id is the person's or `ORGANIZATION`."""

    chosen: PreferencesDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What holds for a person in the end: their own choice, then the organization's, then the default."""

    channels: dict[Topic, frozenset[Channel]]
    digest: Digest
    digest_hour: int
    digest_weekday: int
    quiet_hours: QuietHours | None
    zone: datetime.tzinfo

    def wants(self, topic: Topic, channel: Channel) -> bool:
        """Tell whether the person is told of a topic by a channel."""
        return channel in self.channels[topic]

    def mail_due(self, topic: Topic, at: datetime.datetime) -> datetime.datetime:
        """Return when mail of a topic that came at an instant is to be sent: mandatory ones at once."""
        if topic in MANDATORY:
            return at
        due = next_digest(at, digest=self.digest, hour=self.digest_hour, weekday=self.digest_weekday, zone=self.zone)
        return after_quiet(due, quiet=self.quiet_hours, zone=self.zone)

    def gathers(self, topic: Topic) -> bool:
        """Tell whether mail of a topic waits for a digest."""
        return self.digest is not Digest.AT_ONCE and topic not in MANDATORY


def wishes(person: PreferencesDraft | None, organization: PreferencesDraft | None, *, time_zone: str) -> Wishes:
    """Return what holds for a person; `time_zone` is the organization's."""
    own, shared = person or PreferencesDraft(), organization or PreferencesDraft()
    channels = {}
    for topic in Topic:
        chosen = own.channels.get(topic, shared.channels.get(topic))
        channels[topic] = DEFAULT_CHANNELS[topic] if chosen is None or topic in MANDATORY else frozenset(chosen)
    return Wishes(
        channels=channels,
        digest=own.digest or shared.digest or Digest.AT_ONCE,
        digest_hour=_first(own.digest_hour, shared.digest_hour, 8),
        digest_weekday=_first(own.digest_weekday, shared.digest_weekday, 0),
        quiet_hours=own.quiet_hours or shared.quiet_hours,
        zone=zone_named(own.time_zone or shared.time_zone or time_zone),
    )


def checked(draft: PreferencesDraft) -> PreferencesDraft:
    """Return preferences that can be kept; raises `Invalid`. A mandatory topic keeps its channels."""
    faults = Faults()
    for topic, channels in draft.channels.items():
        missing = DEFAULT_CHANNELS[topic] - set(channels)
        if topic in MANDATORY and missing:
            faults.add(f"channels.{topic.value}", f"cannot be without {', '.join(sorted(missing))}: it is mandatory")
    if draft.quiet_hours is not None and draft.quiet_hours.since == draft.quiet_hours.until:
        faults.add("quietHours.until", "is the same as since: there would be no other hours")
    if draft.quiet_hours is not None and (draft.quiet_hours.since.tzinfo or draft.quiet_hours.until.tzinfo):
        faults.add("quietHours.since", "is a time of day without a zone, such as 22:00:00")
    if draft.time_zone is not None and _zone(draft.time_zone) is None:
        faults.add("timeZone", "is not a time zone such as America/New_York")
    faults.refuse("preferences")
    return draft


def without(draft: PreferencesDraft, topic: Topic, channel: Channel, *, before: frozenset[Channel]) -> PreferencesDraft:
    """Return preferences by which a topic does not come by a channel any more; `before` are those it came by."""
    left = tuple(sorted(before - {channel}))
    return msgspec.structs.replace(draft, channels={**draft.channels, topic: left})


def zone_named(name: str) -> datetime.tzinfo:
    """Return a time zone by its name; UTC where there is none of this name."""
    return _zone(name) or datetime.UTC


def _zone(name: str) -> datetime.tzinfo | None:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _first(own: int | None, shared: int | None, default: int) -> int:
    return own if own is not None else shared if shared is not None else default
