"""Use cases of webhook endpoints."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from realinsights.notifications.model.deliveries import delivery
from realinsights.notifications.model.endpoints import (
    MOST_ENDPOINTS,
    Endpoint,
    EndpointDraft,
    checked_draft,
    disabled,
    enabled,
    rotated,
)
from realinsights.notifications.model.positions import position_text, read_position
from realinsights.notifications.queries.happened import happened
from realinsights.notifications.service.clock import Clock
from realinsights.notifications.store import DELIVERIES, ENDPOINTS
from realinsights_platform.documents import versions
from realinsights_platform.documents.journal_port import Feed
from realinsights_platform.documents.port import Documents, Equal, Unit
from realinsights_platform.documents.versions import ANY_VERSION
from realinsights_platform.errors import Conflict, Invalid
from realinsights_platform.events import PublishedEvent
from realinsights_platform.ids import new_id
from realinsights_platform.webhooks.destinations import Destinations, Unreachable
from realinsights_platform.webhooks.signing import SigningKeys

MOST_REPLAYED: Final = 1_000
"""So many messages one request sends again."""

TEST_TYPE: Final = "notifications.endpoint.tested.v1"

_EVENTS_AT_ONCE: Final = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhooks:
    """What endpoints rest on: where messages may go, and the key that signing keys are derived from."""

    documents: Documents
    feeds: Mapping[str, Feed]
    destinations: Destinations
    key: bytes
    now: Clock

    def keys(self, endpoint: Endpoint, generation: int) -> SigningKeys:
        """Return an endpoint's signing keys of a generation."""
        return SigningKeys.derived(self.key, f"{endpoint.org}\n{endpoint.id}\n{generation}")


async def create_endpoint(*, unit: Unit, webhooks: Webhooks, draft: EndpointDraft) -> Endpoint:
    """Keep an endpoint. Raises `Invalid` for an address that may not be sent to, and `Conflict` for one too many."""
    checked = checked_draft(draft)
    await _check_address(webhooks, checked.url)
    if await webhooks.documents.count(ENDPOINTS, unit.org) >= MOST_ENDPOINTS:
        raise Conflict(f"There are {MOST_ENDPOINTS} endpoints, which is as many as there may be. Delete one first.")
    endpoint = Endpoint(
        id=new_id(),
        org=unit.org,
        url=checked.url,
        description=checked.description,
        types=checked.types,
        per_minute=checked.per_minute,
        created_by=unit.actor,
        created_at=webhooks.now(),
    )
    return unit.put(ENDPOINTS, endpoint)


async def change_endpoint(
    *, unit: Unit, webhooks: Webhooks, endpoint_id: str, draft: EndpointDraft, expected_version: int
) -> Endpoint:
    """Change what one says of an endpoint. Raises `NotFound`, `Stale` and `Invalid`."""
    known = await versions.current(unit, ENDPOINTS, endpoint_id, expected_version=expected_version)
    checked = checked_draft(draft)
    await _check_address(webhooks, checked.url)
    changed = msgspec.structs.replace(
        known,
        url=checked.url,
        description=checked.description,
        types=checked.types,
        per_minute=checked.per_minute,
    )
    return unit.put(ENDPOINTS, changed) if changed != known else known


async def delete_endpoint(*, unit: Unit, endpoint_id: str, expected_version: int) -> None:
    """Forget an endpoint; what was on its way to it is dropped when it is due. Raises `NotFound` and `Stale`."""
    known = await versions.current(unit, ENDPOINTS, endpoint_id, expected_version=expected_version)
    unit.delete(ENDPOINTS, known)


async def rotate_keys(*, unit: Unit, webhooks: Webhooks, endpoint_id: str) -> Endpoint:
    """Give an endpoint new keys; for a day messages are signed with those it had, too. Raises `NotFound`."""
    known = await versions.current(unit, ENDPOINTS, endpoint_id, expected_version=ANY_VERSION)
    return unit.put(ENDPOINTS, rotated(known, webhooks.now()))


async def disable_endpoint(*, unit: Unit, webhooks: Webhooks, endpoint_id: str) -> Endpoint:
    """Send an endpoint nothing any more, until it is enabled. Raises `NotFound`."""
    known = await versions.current(unit, ENDPOINTS, endpoint_id, expected_version=ANY_VERSION)
    if not known.enabled:
        return known
    return unit.put(ENDPOINTS, disabled(known, because="An administrator disabled it.", now=webhooks.now()))


async def enable_endpoint(*, unit: Unit, endpoint_id: str) -> Endpoint:
    """Let an endpoint be sent what happens from now on. Raises `NotFound`."""
    known = await versions.current(unit, ENDPOINTS, endpoint_id, expected_version=ANY_VERSION)
    return known if known.enabled else unit.put(ENDPOINTS, enabled(known))


async def test_endpoint(*, unit: Unit, webhooks: Webhooks, endpoint_id: str) -> str:
    """Send an endpoint a message that says nothing; return the delivery's id. Raises `NotFound` and `Conflict`."""
    known = await _enabled(unit, endpoint_id)
    at, message_id = webhooks.now(), f"test.{new_id()}"
    event = PublishedEvent(
        id=message_id,
        type=TEST_TYPE,
        service="notifications",
        sequence=0,
        timestamp=at,
        business_date=unit.business_date,
        data=msgspec.Raw(msgspec.json.encode({"type": TEST_TYPE})),
    )
    made = delivery(
        org=unit.org,
        endpoint=known.id,
        message_id=message_id,
        event_type=TEST_TYPE,
        payload=msgspec.json.encode(event),
        at=at,
    )
    return unit.put(DELIVERIES, made).id


async def replay(
    *,
    unit: Unit,
    webhooks: Webhooks,
    endpoint_id: str,
    since: datetime.datetime,
    until: datetime.datetime,
    after: str | None = None,
) -> tuple[int, str | None]:
    """Send an endpoint again a part of what happened in a stretch of time (`since` included, `until` not).

    Return how many messages, and the position `after` which the next part begins, None where this was the last one.
    Messages keep their ids. Raises `NotFound`, `Conflict` where it is disabled, and `Invalid`.
    """
    if since.tzinfo is None or until.tzinfo is None or since >= until:
        raise Invalid.field("until", "is not after since; both need a time zone, such as Z")
    known = await _enabled(unit, endpoint_id)
    if after is None:
        feeds = webhooks.feeds.items()
        places = {service: (await _last_before(feed, unit.org, since), 0) for service, feed in feeds}
    else:
        places = read_position(after)
    found, places, more = await happened(
        webhooks.feeds, org=unit.org, after=places, types=known.types, limit=MOST_REPLAYED, until=until
    )
    await put_deliveries(unit, [known], found, at=webhooks.now(), series=new_id())
    return len(found), position_text(places) if more else None


async def put_deliveries(
    unit: Unit,
    endpoints: Sequence[Endpoint],
    events: Sequence[PublishedEvent],
    *,
    at: datetime.datetime,
    series: str = "",
) -> None:
    """Put what happened on its way to the endpoints that want it; a replay is a series of its own."""
    for number, event in enumerate(events):
        if number % _EVENTS_AT_ONCE == _EVENTS_AT_ONCE - 1:
            await asyncio.sleep(0)  # a part of an import has hundreds: others have their turn
        wanting = [endpoint for endpoint in endpoints if endpoint.wants(event.type)]
        payload = msgspec.json.encode(event) if wanting else b""
        for endpoint in wanting:
            made = delivery(
                org=unit.org,
                endpoint=endpoint.id,
                message_id=event.id,
                event_type=event.type,
                payload=payload,
                at=at,
                series=series,
            )
            unit.put(DELIVERIES, made)


async def enabled_endpoints(documents: Documents, org: str) -> tuple[Endpoint, ...]:
    """Return the endpoints that are sent what happens."""
    page = await documents.find(ENDPOINTS, org, Equal("enabled", value=True), limit=MOST_ENDPOINTS)
    return page.items


async def _enabled(unit: Unit, endpoint_id: str) -> Endpoint:
    known = await versions.current(unit, ENDPOINTS, endpoint_id, expected_version=ANY_VERSION)
    if not known.enabled:
        raise Conflict("The endpoint is disabled. Enable it first.")
    return known


async def _check_address(webhooks: Webhooks, url: str) -> None:
    try:
        await webhooks.destinations.addresses(*webhooks.destinations.check_url(url))
    except Unreachable as unreachable:
        raise Invalid.field("url", str(unreachable)) from None


async def _last_before(feed: Feed, org: str, at: datetime.datetime) -> int:
    """Return the last sequence that was committed before a time: times ascend with sequences."""
    low, high = 0, await feed.sequence(org)
    while low < high:
        middle = (low + high + 1) // 2
        (entry,) = await feed.outbox(org, after=middle - 1, limit=1)
        if entry.at < at:
            low = middle
        else:
            high = middle - 1
    return low
