"""What happened: an organization's committed events, in order per service, for programs that read them."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from typing import Final

import msgspec

from realinsights.contracts.catalog import SERVICE_OF
from realinsights.notifications.model.positions import Place
from realinsights_platform.documents.journal_port import Feed, Outgoing
from realinsights_platform.events import PublishedEvent

MOST_ENTRIES: Final = 500
"""So many entries of the journals are looked at for one page: a filter may find little in them."""

_AT_ONCE: Final = 100


class _Tagged(msgspec.Struct):
    type: str


_EVENTS: Final = msgspec.json.Decoder(tuple[msgspec.Raw, ...])
_TAG: Final = msgspec.json.Decoder(_Tagged)


class Happened(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A part of what happened. `next` is the position after it; `more` says that there is more by now.

    A page can be empty and have more behind it, where the filter found nothing in what it looked at.
    """

    items: tuple[PublishedEvent, ...]
    next: str | None
    more: bool


async def happened(
    feeds: Mapping[str, Feed],
    *,
    org: str,
    after: Mapping[str, Place],
    types: Collection[str],
    limit: int,
    until: datetime.datetime | None = None,
) -> tuple[tuple[PublishedEvent, ...], dict[str, Place], bool]:
    """Return events of these services after a position, the position after them, and whether there is more.

    Each service's are in the order in which they were committed. `types` are those wanted, all where it is empty.
    What was committed at `until` or later is left out.
    """
    found: list[PublishedEvent] = []
    places = dict(after)
    looked_at = 0
    for service in sorted(feeds):
        sequence, given = places.get(service, (0, 0))
        while entries := await feeds[service].outbox(org, after=sequence, limit=_AT_ONCE):
            for entry in entries:
                if until is not None and entry.at >= until:
                    break
                if len(found) >= limit or looked_at >= MOST_ENTRIES:
                    return tuple(found), places, True
                looked_at += 1
                events = published_events(service, entry)
                for number, event in enumerate(events[given:], start=given + 1):
                    if types and event.type not in types:
                        continue
                    found.append(event)
                    if len(found) >= limit and number < len(events):
                        places[service] = (sequence, number)
                        return tuple(found), places, True
                sequence, given = entry.sequence, 0
                places[service] = (sequence, given)
            else:
                continue
            break
    return tuple(found), places, False


def published_events(service: str, entry: Outgoing) -> tuple[PublishedEvent, ...]:
    """Return the events of one entry that programs may read."""
    events = []
    for number, raw in enumerate(_EVENTS.decode(entry.events)):
        tag = _TAG.decode(raw).type
        if SERVICE_OF.get(tag) == service:
            events.append(
                PublishedEvent(
                    id=f"{service}.{entry.sequence}.{number}",
                    type=tag,
                    service=service,
                    sequence=entry.sequence,
                    timestamp=entry.at,
                    business_date=entry.business_date,
                    data=raw,
                )
            )
    return tuple(events)
