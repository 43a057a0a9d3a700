"""A person's inbox over HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
from collections.abc import AsyncGenerator

import msgspec

from realinsights.notifications.model.notifications import Notification, NotificationState, Thing
from realinsights.notifications.model.rules import RuleName
from realinsights.notifications.model.topics import Topic
from realinsights.notifications.queries import inbox as queries
from realinsights.notifications.queries.inbox import InboxFilter
from realinsights.notifications.service import inbox as service
from realinsights.notifications.service.badges import Badges
from realinsights.notifications.service.clock import Clock
from realinsights_platform.attributes import made_from
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.http.answers.sse import EventStream, ServerEvent
from realinsights_platform.http.routes.declaring import SIGNED_IN, get, post
from realinsights_platform.http.routes.pages import Cursor, Limit
from realinsights_platform.principal import Principal

_WATCH_SECONDS = 600.0


class NotificationView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A notification as its person sees it."""

    id: str
    version: int
    topic: Topic
    title: str
    body: str
    thing: Thing | None
    urgent: bool
    at: datetime.datetime
    state: NotificationState
    snoozed_until: datetime.datetime | None
    assigned_to: str | None
    rule: RuleName | None


class Inbox(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One page of an inbox, the latest first; `unread` is of the whole inbox."""

    items: tuple[NotificationView, ...]
    next: str | None
    unread: int


class Snooze(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The time at which a notification comes back into sight."""

    until: datetime.datetime


class TaskAssignment(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The member whose task it becomes."""

    user_id: str


class MarkedRead(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The number that was marked read; `more` says that there are more: ask again."""

    read: int
    more: bool


class Badge(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The number of a person's unread notifications."""

    unread: int


@get("/inbox", permission=SIGNED_IN)
async def list_inbox(
    *, documents: Documents, principal: Principal, clock: Clock, cursor: Cursor, filters: InboxFilter, limit: Limit = 50
) -> Inbox:
    """List one's notifications, the latest first; those that are snoozed only where they are asked for."""
    now = clock()
    page = await queries.inbox(
        documents,
        org=principal.org,
        user=principal.user,
        wanted=filters,
        now=now,
        after=cursor.position,
        limit=limit,
    )
    return Inbox(
        items=tuple(_view(item) for item in page.items),
        next=cursor.after(page.next),
        unread=await queries.unread(documents, org=principal.org, user=principal.user, now=now),
    )


@get("/inbox/events", permission=SIGNED_IN, media_type="text/event-stream")
async def watch_inbox(*, badges: Badges, principal: Principal) -> EventStream:
    """Send `badge` with the number of unread notifications, now and whenever it changes; ends after ten minutes."""

    async def told() -> AsyncGenerator[ServerEvent, None]:
        async with contextlib.aclosing(badges.watch(org=principal.org, user=principal.user)) as counts:
            loop = asyncio.get_running_loop()
            until = loop.time() + _WATCH_SECONDS
            while (left := until - loop.time()) > 0:
                try:
                    async with asyncio.timeout(left):
                        count = await anext(counts)
                except TimeoutError:
                    return
                yield ServerEvent(event="badge", data=Badge(unread=count))

    return EventStream(told())


@post("/inbox/read-all", permission=SIGNED_IN, status=200)
async def mark_all_read(unit: Unit, documents: Documents, principal: Principal, clock: Clock) -> MarkedRead:
    """Mark all that is unread in one's inbox read, a thousand at a time."""
    read, more = await service.mark_all_read(unit=unit, documents=documents, user=principal.user, now=clock())
    return MarkedRead(read=read, more=more)


@post("/inbox/{notification_id}/read", permission=SIGNED_IN, status=200)
async def mark_read(unit: Unit, principal: Principal, notification_id: str) -> NotificationView:
    """Mark one's notification read."""
    return await _marked(unit, principal, notification_id, NotificationState.READ)


@post("/inbox/{notification_id}/unread", permission=SIGNED_IN, status=200)
async def mark_unread(unit: Unit, principal: Principal, notification_id: str) -> NotificationView:
    """Mark one's notification unread again."""
    return await _marked(unit, principal, notification_id, NotificationState.UNREAD)


@post("/inbox/{notification_id}/acknowledge", permission=SIGNED_IN, status=200)
async def acknowledge(unit: Unit, principal: Principal, notification_id: str) -> NotificationView:
    """Say that one has taken note of it, and that nothing is left to be done."""
    return await _marked(unit, principal, notification_id, NotificationState.ACKNOWLEDGED)


@post("/inbox/{notification_id}/snooze", permission=SIGNED_IN, status=200)
async def snooze(
    *, unit: Unit, principal: Principal, clock: Clock, notification_id: str, data: Snooze
) -> NotificationView:
    """Put one's notification out of sight until a time; it is unread from then on."""
    changed = await service.snooze(
        unit=unit, user=principal.user, notification_id=notification_id, until=data.until, now=clock()
    )
    return _view(changed)


@post("/inbox/{notification_id}/assign", permission=SIGNED_IN, status=200)
async def assign(
    *, unit: Unit, principal: Principal, clock: Clock, notification_id: str, data: TaskAssignment
) -> NotificationView:
    """Make one's notification another member's task: it comes into their inbox, once."""
    changed = await service.assign(
        unit=unit, user=principal.user, notification_id=notification_id, to=data.user_id, now=clock()
    )
    return _view(changed)


async def _marked(unit: Unit, principal: Principal, notification_id: str, state: NotificationState) -> NotificationView:
    return _view(await service.mark(unit=unit, user=principal.user, notification_id=notification_id, state=state))


def _view(item: Notification) -> NotificationView:
    return made_from(item, NotificationView)
