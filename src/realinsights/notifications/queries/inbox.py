"""A person's inbox: what is in it, and how much of it is unread."""

from __future__ import annotations

import datetime

import msgspec

from realinsights.notifications.model.notifications import Notification, NotificationState
from realinsights.notifications.store import NOTIFICATIONS
from realinsights_platform.documents.port import (
    AnyOf,
    Between,
    Documents,
    Either,
    Equal,
    Order,
    Page,
    Position,
    Where,
)


class InboxFilter(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What to list of an inbox; without `state`, all but what is out of sight until later."""

    state: NotificationState | None = None


async def inbox(
    documents: Documents,
    *,
    org: str,
    user: str,
    wanted: InboxFilter,
    now: datetime.datetime,
    after: Position | None,
    limit: int,
) -> Page[Notification]:
    """Return a page of a person's notifications, the latest first."""
    order = Order("at", descending=True)
    where = (Equal("user", user), _in_sight(wanted.state, now))
    return await documents.find(NOTIFICATIONS, org, *where, order=order, after=after, limit=limit)


async def unread(documents: Documents, *, org: str, user: str, now: datetime.datetime) -> int:
    """Return how many of a person's notifications are unread, those whose snooze is over among them."""
    return await documents.count(NOTIFICATIONS, org, Equal("user", user), _in_sight(NotificationState.UNREAD, now))


async def snooze_ends(documents: Documents, *, org: str, user: str, now: datetime.datetime) -> datetime.datetime | None:
    """Return when the next snooze of a person's is over, None where nothing is snoozed."""
    where = (Equal("user", user), Between("snoozed_until", at_least=now))
    found = await documents.find(NOTIFICATIONS, org, *where, order=Order("snoozed_until"), limit=1)
    return found.items[0].snoozed_until if found.items else None


def _in_sight(state: NotificationState | None, now: datetime.datetime) -> Where:
    over = (Equal("state", NotificationState.SNOOZED), Between("snoozed_until", at_most=now))
    if state is NotificationState.UNREAD:
        return Either(((Equal("state", state),), over))
    if state is not None:
        return Equal("state", state)
    rest = (NotificationState.UNREAD, NotificationState.READ, NotificationState.ACKNOWLEDGED)
    return Either(((AnyOf("state", rest),), over))
