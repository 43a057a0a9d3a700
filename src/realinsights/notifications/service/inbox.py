"""Use cases of a person's inbox."""

from __future__ import annotations

import datetime

import msgspec

from realinsights.notifications.model.notifications import (
    Notice,
    Notification,
    NotificationState,
    marked,
    snoozed,
)
from realinsights.notifications.model.topics import Topic
from realinsights.notifications.queries.inbox import InboxFilter, inbox
from realinsights.notifications.service.telling import tell
from realinsights.notifications.store import NOTIFICATIONS, PEOPLE
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.errors import Invalid, NotFound

MOST_AT_ONCE = 1_000

_ASSIGNED = "assigned"


async def mark(*, unit: Unit, user: str, notification_id: str, state: NotificationState) -> Notification:
    """Mark one's own notification read, unread or acknowledged. Raises `NotFound`."""
    return _put(unit, known := await _own(unit, user, notification_id), marked(known, state))


async def snooze(
    *, unit: Unit, user: str, notification_id: str, until: datetime.datetime, now: datetime.datetime
) -> Notification:
    """Put one's own notification out of sight until a time. Raises `NotFound` and `Invalid`."""
    return _put(unit, known := await _own(unit, user, notification_id), snoozed(known, until=until, now=now))


async def assign(*, unit: Unit, user: str, notification_id: str, to: str, now: datetime.datetime) -> Notification:
    """Make one's own notification another member's task: it comes into their inbox. Raises `NotFound` and `Invalid`."""
    known = await _own(unit, user, notification_id)
    person, giver = await unit.get(PEOPLE, to), await unit.get(PEOPLE, user)
    if person is None or not person.active:
        raise Invalid.field("userId", "is no active member of your organization")
    name = giver.name if giver is not None else "The command line"
    notice = Notice(
        key=f"{_ASSIGNED}:{known.id}:{to}",
        topic=Topic.ASSIGNED,
        title=f"{name} assigned to you: {known.title}",
        body=known.body,
        thing=known.thing,
        urgent=known.urgent,
    )
    await tell(unit, people=(to,), notice=notice, at=now)
    return _put(unit, known, msgspec.structs.replace(known, assigned_to=to))


def given_as(item: Notification) -> str | None:
    """Return the id of the notification that its person gave away as this one; None where nobody gave it."""
    what, _, rest = item.key.partition(":")
    return rest.rpartition(":")[0] if what == _ASSIGNED else None


async def mark_all_read(*, unit: Unit, documents: Documents, user: str, now: datetime.datetime) -> tuple[int, bool]:
    """Mark what is unread in one's inbox read, up to `MOST_AT_ONCE`; return how many, and whether there are more."""
    wanted = InboxFilter(state=NotificationState.UNREAD)
    page = await inbox(documents, org=unit.org, user=user, wanted=wanted, now=now, after=None, limit=MOST_AT_ONCE)
    for known in page.items:
        unit.put(NOTIFICATIONS, marked(known, NotificationState.READ))
    return len(page.items), page.next is not None


def _put(unit: Unit, known: Notification, changed: Notification) -> Notification:
    return unit.put(NOTIFICATIONS, changed) if changed != known else known


async def _own(unit: Unit, user: str, notification_id: str) -> Notification:
    found = await unit.get(NOTIFICATIONS, notification_id)
    if found is None or found.user != user:
        raise NotFound("There is no such notification in your inbox.")
    return found
