"""Webhook endpoints and what was sent to them."""

from __future__ import annotations

import msgspec

from realinsights.notifications.model.deliveries import Delivery, DeliveryState
from realinsights.notifications.model.endpoints import MOST_ENDPOINTS, Endpoint
from realinsights.notifications.store import DELIVERIES, ENDPOINTS
from realinsights_platform.documents.port import Documents, Equal, Order, Page, Position, Where
from realinsights_platform.errors import NotFound


class DeliveryFilter(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The deliveries to list."""

    state: DeliveryState | None = None


async def endpoints(documents: Documents, *, org: str) -> tuple[Endpoint, ...]:
    """Return an organization's endpoints, the oldest first."""
    page = await documents.find(ENDPOINTS, org, order=Order("created_at"), limit=2 * MOST_ENDPOINTS)
    return page.items


async def endpoint(documents: Documents, *, org: str, endpoint_id: str) -> Endpoint:
    """Return an endpoint; raises `NotFound`."""
    found = await documents.get(ENDPOINTS, org, endpoint_id)
    if found is None:
        raise NotFound("There is no such endpoint.")
    return found


async def deliveries(
    documents: Documents,
    *,
    org: str,
    endpoint_id: str,
    wanted: DeliveryFilter,
    after: Position | None,
    limit: int,
) -> Page[Delivery]:
    """Return a page of what was sent to an endpoint, the latest first; raises `NotFound`."""
    await endpoint(documents, org=org, endpoint_id=endpoint_id)
    where: list[Where] = [Equal("endpoint", endpoint_id)]
    if wanted.state is not None:
        where.append(Equal("state", wanted.state))
    order = Order("created_at", descending=True)
    return await documents.find(DELIVERIES, org, *where, order=order, after=after, limit=limit)


async def delivery(documents: Documents, *, org: str, endpoint_id: str, delivery_id: str) -> Delivery:
    """Return what was sent to an endpoint, once; raises `NotFound`."""
    found = await documents.get(DELIVERIES, org, delivery_id)
    if found is None or found.endpoint != endpoint_id:
        raise NotFound("There is no such delivery.")
    return found
