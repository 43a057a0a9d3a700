"""What happened, for programs that would rather ask than be sent it."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Annotated

import msgspec

from realinsights.contracts.catalog import PUBLISHED, READ_BY, SERVICE_OF
from realinsights.contracts.permissions import Permission
from realinsights.notifications.model.positions import position_text, read_position
from realinsights.notifications.queries import happened as queries
from realinsights.notifications.queries.happened import Happened
from realinsights_platform.documents.journal_port import Feed
from realinsights_platform.errors import Invalid
from realinsights_platform.events import tag_of
from realinsights_platform.http.routes.declaring import get
from realinsights_platform.http.routes.pages import PageOf
from realinsights_platform.principal import Principal

AfterPosition = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Most = Annotated[int, msgspec.Meta(ge=1, le=1000)]
EventTypeName = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class EventType(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A type of event: what it tells, in a sentence or two."""

    type: str
    service: str
    description: str


@get("/events/types", permission=Permission.EVENT_READ, scoped="unaffected")
async def list_event_types(principal: Principal) -> PageOf[EventType]:
    """List the types of event that one may read, those of a service together; there is never more than one page."""
    types = tuple(
        EventType(type=tag_of(event), service=service, description=inspect.cleandoc(event.__doc__ or ""))
        for service, events in PUBLISHED.items()
        if READ_BY[service] in principal.permissions
        for event in events
    )
    return PageOf(items=types, next=None)


@get("/events", permission=Permission.EVENT_READ, cost=5)
async def list_events(
    *,
    feeds: Mapping[str, Feed],
    principal: Principal,
    after: AfterPosition | None = None,
    types: tuple[EventTypeName, ...] = (),
    limit: Most = 100,
) -> Happened:
    """List what happened in the organization after a position: each event once, in order within its service.

    Keep `next` and ask with it as `after`; without one the list begins at the beginning. The schemas of `data` are in
    /asyncapi.json.
    """
    unknown = [name for name in types if name not in SERVICE_OF]
    if unknown:
        raise Invalid.field("types", f"There is no event {unknown[0]}; /asyncapi.json lists them")
    readable = {name: feed for name, feed in feeds.items() if READ_BY[name] in principal.permissions}
    places = read_position(after)
    if not places.keys() <= feeds.keys():
        raise Invalid.field("after", "names a service that there is not; start again without it")
    items, following, more = await queries.happened(
        readable, org=principal.org, after=places, types=frozenset(types), limit=limit
    )
    return Happened(items=items, next=position_text(following), more=more)
