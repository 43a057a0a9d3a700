"""Webhook endpoints over HTTP: Standard Webhooks, sent to an organization's own programs."""

from __future__ import annotations

import datetime
from typing import Annotated

import msgspec

from realinsights.contracts.permissions import Permission
from realinsights.notifications.model.deliveries import Attempt, Delivery, DeliveryState
from realinsights.notifications.model.endpoints import Endpoint, EndpointDraft
from realinsights.notifications.queries import webhooks as queries
from realinsights.notifications.queries.webhooks import DeliveryFilter
from realinsights.notifications.service import endpoints as service
from realinsights.notifications.service.endpoints import Webhooks
from realinsights_platform.attributes import made_from
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.http.answers.answer import Json, created
from realinsights_platform.http.routes.declaring import delete, get, post, put
from realinsights_platform.http.routes.pages import Cursor, Limit, PageOf
from realinsights_platform.principal import Principal


class EndpointView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An endpoint. `publicKeys` verify what is signed now (`v1a`), the latest first."""

    id: str
    version: int
    url: str
    description: str
    types: tuple[str, ...]
    per_minute: int
    enabled: bool
    public_keys: tuple[str, ...]
    previous_until: datetime.datetime | None
    failing_since: datetime.datetime | None
    disabled_at: datetime.datetime | None
    disabled_because: str | None
    created_by: str
    created_at: datetime.datetime


class EndpointSecret(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An endpoint with the secret that its messages are signed with (`v1`), which is shown this once."""

    endpoint: EndpointView
    secret: str


class Tested(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The delivery of a test message: ask for it to see what came of it."""

    delivery_id: str


class Stretch(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A stretch of time: `since` is in it, `until` is not; and the position `after` which to go on, at first none."""

    since: datetime.datetime
    until: datetime.datetime
    after: Annotated[str, msgspec.Meta(max_length=400)] | None = None


class Replayed(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The number of messages that are sent again; `next` is the position to go on after, null at the end."""

    messages: int
    next: str | None


class DeliverySummary(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A message to an endpoint and its attempts; `dueAt` is when a waiting one is tried next."""

    id: str
    message_id: str
    type: str
    created_at: datetime.datetime
    due_at: datetime.datetime
    state: DeliveryState
    attempts: tuple[Attempt, ...]


class DeliveryView(DeliverySummary, frozen=True, kw_only=True, rename="camel"):
    """A message to an endpoint, with its body."""

    payload: str


@get("/webhooks", permission=Permission.WEBHOOK_MANAGE)
async def list_endpoints(documents: Documents, principal: Principal, webhooks: Webhooks) -> PageOf[EndpointView]:
    """List the endpoints, the oldest first; there is never more than one page."""
    found = await queries.endpoints(documents, org=principal.org)
    return PageOf(items=tuple(_view(webhooks, endpoint) for endpoint in found), next=None)


@post("/webhooks", permission=Permission.WEBHOOK_MANAGE, idempotent=False)
async def create_endpoint(unit: Unit, webhooks: Webhooks, data: EndpointDraft) -> Json[EndpointSecret]:
    """Add an endpoint; the answer holds its secret, which is shown this once."""
    endpoint = await service.create_endpoint(unit=unit, webhooks=webhooks, draft=data)
    answer = created(endpoint, "/webhooks")
    return Json(_with_secret(webhooks, endpoint), status_code=201, headers=answer.headers)


@get("/webhooks/{endpoint_id}", permission=Permission.WEBHOOK_MANAGE)
async def read_endpoint(
    documents: Documents, principal: Principal, webhooks: Webhooks, endpoint_id: str
) -> EndpointView:
    """Return an endpoint."""
    return _view(webhooks, await queries.endpoint(documents, org=principal.org, endpoint_id=endpoint_id))


@put("/webhooks/{endpoint_id}", permission=Permission.WEBHOOK_MANAGE)
async def change_endpoint(
    *, unit: Unit, webhooks: Webhooks, if_match: int, endpoint_id: str, data: EndpointDraft
) -> EndpointView:
    """Change an endpoint."""
    changed = await service.change_endpoint(
        unit=unit, webhooks=webhooks, endpoint_id=endpoint_id, draft=data, expected_version=if_match
    )
    return _view(webhooks, changed)


@delete("/webhooks/{endpoint_id}", permission=Permission.WEBHOOK_MANAGE)
async def delete_endpoint(unit: Unit, if_match: int, endpoint_id: str) -> None:
    """Delete an endpoint; what was on its way to it is dropped."""
    await service.delete_endpoint(unit=unit, endpoint_id=endpoint_id, expected_version=if_match)


@post("/webhooks/{endpoint_id}/rotate", permission=Permission.WEBHOOK_MANAGE, status=200, idempotent=False)
async def rotate_keys(unit: Unit, webhooks: Webhooks, endpoint_id: str) -> EndpointSecret:
    """Give an endpoint new keys; for a day messages are signed with both, old and new."""
    return _with_secret(webhooks, await service.rotate_keys(unit=unit, webhooks=webhooks, endpoint_id=endpoint_id))


@post("/webhooks/{endpoint_id}/disable", permission=Permission.WEBHOOK_MANAGE, status=200)
async def disable_endpoint(unit: Unit, webhooks: Webhooks, endpoint_id: str) -> EndpointView:
    """Send an endpoint nothing any more, until it is enabled."""
    return _view(webhooks, await service.disable_endpoint(unit=unit, webhooks=webhooks, endpoint_id=endpoint_id))


@post("/webhooks/{endpoint_id}/enable", permission=Permission.WEBHOOK_MANAGE, status=200)
async def enable_endpoint(unit: Unit, webhooks: Webhooks, endpoint_id: str) -> EndpointView:
    """Let an endpoint that was disabled be sent what happens from now on."""
    return _view(webhooks, await service.enable_endpoint(unit=unit, endpoint_id=endpoint_id))


@post("/webhooks/{endpoint_id}/test", permission=Permission.WEBHOOK_MANAGE, status=202)
async def test_endpoint(unit: Unit, webhooks: Webhooks, endpoint_id: str) -> Tested:
    """Send an endpoint a message of the type `notifications.endpoint.tested.v1`."""
    return Tested(delivery_id=await service.test_endpoint(unit=unit, webhooks=webhooks, endpoint_id=endpoint_id))


@post("/webhooks/{endpoint_id}/replay", permission=Permission.WEBHOOK_MANAGE, status=202, cost=100)
async def replay_events(unit: Unit, webhooks: Webhooks, endpoint_id: str, data: Stretch) -> Replayed:
    """Send an endpoint again what happened in a stretch of time, with its own ids, part by part.

    One request looks at 500 units of work at most, and sends a thousand messages. Ask again with `next` as `after`.
    """
    messages, following = await service.replay(
        unit=unit, webhooks=webhooks, endpoint_id=endpoint_id, since=data.since, until=data.until, after=data.after
    )
    return Replayed(messages=messages, next=following)


@get("/webhooks/{endpoint_id}/deliveries", permission=Permission.WEBHOOK_MANAGE)
async def list_deliveries(
    *,
    documents: Documents,
    principal: Principal,
    cursor: Cursor,
    endpoint_id: str,
    filters: DeliveryFilter,
    limit: Limit = 50,
) -> PageOf[DeliverySummary]:
    """List what was sent to an endpoint in the last thirty days with each attempt, the latest first."""
    page = await queries.deliveries(
        documents,
        org=principal.org,
        endpoint_id=endpoint_id,
        wanted=filters,
        after=cursor.position,
        limit=limit,
    )
    return PageOf(items=tuple(made_from(one, DeliverySummary) for one in page.items), next=cursor.after(page.next))


@get("/webhooks/{endpoint_id}/deliveries/{delivery_id}", permission=Permission.WEBHOOK_MANAGE)
async def read_delivery(documents: Documents, principal: Principal, endpoint_id: str, delivery_id: str) -> DeliveryView:
    """Return one message to an endpoint, with its body."""
    found: Delivery = await queries.delivery(
        documents, org=principal.org, endpoint_id=endpoint_id, delivery_id=delivery_id
    )
    return made_from(found, DeliveryView)


def _view(webhooks: Webhooks, endpoint: Endpoint) -> EndpointView:
    generations = endpoint.generations(webhooks.now())
    keys = tuple(webhooks.keys(endpoint, generation).public_key for generation in generations)
    return made_from(endpoint, EndpointView, public_keys=keys)


def _with_secret(webhooks: Webhooks, endpoint: Endpoint) -> EndpointSecret:
    secret = webhooks.keys(endpoint, endpoint.generation).secret
    return EndpointSecret(endpoint=_view(webhooks, endpoint), secret=secret)
