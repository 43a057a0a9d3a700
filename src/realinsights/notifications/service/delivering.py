"""Delivering: a message that is due goes to its endpoint, at least once, over days if it has to."""

from __future__ import annotations

import asyncio
import datetime
import random
from dataclasses import dataclass
from typing import Final

import msgspec
import structlog

from realinsights.contracts.permissions import Permission
from realinsights.notifications.model.deliveries import Attempt, Delivery, DeliveryState, next_due, retry_after
from realinsights.notifications.model.endpoints import FAILING_ENDS_AFTER, Endpoint, disabled
from realinsights.notifications.model.notifications import Notice, Thing, ThingKind
from realinsights.notifications.model.topics import Topic
from realinsights.notifications.service.endpoints import Webhooks
from realinsights.notifications.service.lanes import NOTHING, Outcome
from realinsights.notifications.service.sending import OpenUnit, stored
from realinsights.notifications.service.telling import ActivePeople, tell
from realinsights.notifications.store import DELIVERIES, ENDPOINTS
from realinsights_platform.documents.journal_port import DueDocument, Storage
from realinsights_platform.documents.port import Unit
from realinsights_platform.webhooks.destinations import Unreachable
from realinsights_platform.webhooks.posting import Posted, Poster
from realinsights_platform.webhooks.signing import signed_headers

_GONE: Final = 410
_SHOWN: Final = 200

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivering:
    """What messages are sent with."""

    documents: Storage
    webhooks: Webhooks
    poster: Poster
    release: str

    async def send(self, open_unit: OpenUnit, due: DueDocument) -> Outcome:
        """Send a message and store what came of it; one that is over is forgotten."""
        found = await self.documents.get(DELIVERIES, due.org, due.id)
        now = self.webhooks.now()
        if found is None or found.due > now:
            return NOTHING
        endpoint = await self.documents.get(ENDPOINTS, due.org, found.endpoint)
        if found.state is not DeliveryState.WAITING or endpoint is None or not endpoint.enabled:
            await self._end(open_unit, found)
            return NOTHING
        attempt, posted = await self._attempt(endpoint, found, now)

        async def store(unit: Unit) -> None:
            await self._store(unit, found, attempt, posted)

        await stored(lambda: open_unit(due.org), store)
        wish = retry_after(posted.retry_after, now) if posted is not None else None
        failed = not _taken(posted)
        return Outcome(
            pace=datetime.timedelta(minutes=1) / endpoint.per_minute,
            pause=(wish if failed else None) or datetime.timedelta(),
            failed=failed,
        )

    async def _end(self, open_unit: OpenUnit, found: Delivery) -> None:
        async with open_unit(found.org) as unit:
            if found.state is DeliveryState.WAITING:
                unit.put(DELIVERIES, msgspec.structs.replace(found, state=DeliveryState.DROPPED))
            else:
                unit.delete(DELIVERIES, found)

    async def _attempt(
        self, endpoint: Endpoint, found: Delivery, now: datetime.datetime
    ) -> tuple[Attempt, Posted | None]:
        body = found.payload.encode()
        keys = [self.webhooks.keys(endpoint, generation) for generation in endpoint.generations(now)]
        headers = {
            "content-type": "application/json",
            "user-agent": f"RealInsights/{self.release}",
            **signed_headers(keys, message_id=found.message_id, at=now, body=body),
        }
        clock = asyncio.get_running_loop().time
        began = clock()
        posted, error = None, None
        try:
            posted = await self.poster.post(endpoint.url, headers=headers, body=body)
        except Unreachable as unreachable:
            error = str(unreachable)
        attempt = Attempt(
            at=now,
            milliseconds=round((clock() - began) * 1000),
            status=posted.status if posted is not None else None,
            error=error or _error_of(posted),
            answer=posted.text[:_SHOWN] if posted is not None else "",
        )
        return attempt, posted

    async def _store(self, unit: Unit, found: Delivery, attempt: Attempt, posted: Posted | None) -> None:
        endpoint = await unit.get(ENDPOINTS, found.endpoint)
        now = attempt.at
        attempts = (*found.attempts, attempt)
        if _taken(posted):
            unit.put(DELIVERIES, msgspec.structs.replace(found, state=DeliveryState.DELIVERED, attempts=attempts))
            if endpoint is not None and endpoint.failing_since is not None:
                unit.put(ENDPOINTS, msgspec.structs.replace(endpoint, failing_since=None))
            return
        wish = retry_after(posted.retry_after, now) if posted is not None else None
        chance = random.random()  # noqa: S311 - it spreads attempts, and keeps no secret
        due_at = next_due(len(attempts), now=now, wish=wish, chance=chance)
        gone = posted is not None and posted.status == _GONE
        log.info("webhook.failed", org=found.org, endpoint=found.endpoint, status=attempt.status, gone=gone)
        if due_at is None or gone:
            tried = msgspec.structs.replace(found, state=DeliveryState.FAILED, attempts=attempts)
        else:
            tried = msgspec.structs.replace(found, due_at=due_at, attempts=attempts)
        unit.put(DELIVERIES, tried)
        if endpoint is None or not endpoint.enabled:
            return
        failing_since = endpoint.failing_since or now
        if gone:
            await self._disable(unit, endpoint, "It answered 410 Gone.", now)
        elif now - failing_since >= FAILING_ENDS_AFTER or (due_at is None and failing_since <= found.created_at):
            await self._disable(unit, endpoint, f"It took no message since {failing_since:%Y-%m-%d %H:%M} UTC.", now)
        elif endpoint.failing_since is None:
            unit.put(ENDPOINTS, msgspec.structs.replace(endpoint, failing_since=now))

    async def _disable(self, unit: Unit, endpoint: Endpoint, because: str, now: datetime.datetime) -> None:
        stored = unit.put(ENDPOINTS, disabled(endpoint, because=because, now=now))
        people = await ActivePeople(self.documents, unit.org).who_may(Permission.WEBHOOK_MANAGE)
        notice = Notice(
            key=f"endpoint-disabled:{endpoint.id}:{stored.version}",
            topic=Topic.ENDPOINT_DISABLED,
            title=f"A webhook endpoint was disabled: {endpoint.description or endpoint.url}"[:200],
            body=f"{because} Nothing is sent to {endpoint.url} any more. Enable it, and replay what it missed.",
            thing=Thing(kind=ThingKind.ENDPOINT, id=endpoint.id),
            urgent=True,
        )
        await tell(unit, people=people, notice=notice, at=now)


def _taken(posted: Posted | None) -> bool:
    return posted is not None and 200 <= posted.status < 300


def _error_of(posted: Posted | None) -> str | None:
    if posted is None or _taken(posted):
        return None
    if 300 <= posted.status < 400:
        return "it redirects, which is not followed"
    return f"it answered {posted.status}"
