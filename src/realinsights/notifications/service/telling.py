"""Telling people: what gives a person a notification, once for each key."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from realinsights.notifications.model.mails import mail_of
from realinsights.notifications.model.notifications import (
    Notice,
    NotificationState,
    marked,
    notification,
    notification_id,
)
from realinsights.notifications.model.people import Person
from realinsights.notifications.model.topics import Channel
from realinsights.notifications.queries.wishes import wishes_of
from realinsights.notifications.store import MAILS, NOTIFICATIONS, PEOPLE
from realinsights_platform.documents.port import Documents, Equal, Unit
from realinsights_platform.documents.walking import every


async def tell(unit: Unit, *, people: Iterable[str], notice: Notice, at: datetime.datetime) -> tuple[str, ...]:
    """Tell people of a thing, in the caller's unit of work; return the members who were not told of it before.

    `people` are ids of members; who is none, not active, or limited to a part of the
    organization (but for what is of their account) is passed over. One who was told of the notice's key
    before is not told again, whatever became of it. `at` is when it happened.
    """
    told = []
    wanted = sorted(set(people))
    known = await unit.get_many(PEOPLE, wanted)
    wishes = await wishes_of(unit, wanted)
    before = await unit.get_many(NOTIFICATIONS, [notification_id(user, notice.key) for user in wanted])
    for user in wanted:
        person = known.get(user)
        if person is None or not person.may_hear(notice.topic) or notification_id(user, notice.key) in before:
            continue
        item = notification(notice, org=unit.org, user=user, at=at)
        wished = wishes[user]
        if not wished.wants(notice.topic, Channel.INBOX):
            # Kept all the same, so that it is told once: but read, and not acknowledged, which nobody has done.
            item = marked(item, NotificationState.READ)
        unit.put(NOTIFICATIONS, item)
        if wished.wants(notice.topic, Channel.MAIL):
            due = wished.mail_due(notice.topic, at)
            gathers = wished.gathers(notice.topic)
            unit.put(MAILS, mail_of(item, due_at=due, gathers=gathers, file=notice.file))
        told.append(user)
    return tuple(told)


class ActivePeople:
    """An organization's active members who may see all of it, read once, and only where somebody asks."""

    def __init__(self, documents: Documents, org: str) -> None:
        self._documents = documents
        self._org = org
        self._read: tuple[Person, ...] | None = None

    async def all(self) -> tuple[Person, ...]:
        """Return them."""
        if self._read is None:
            active = await every(self._documents, PEOPLE, self._org, Equal("active", value=True))
            self._read = tuple(person for person in active if not person.limited)
        return self._read

    async def who_may(self, permission: str, *, but: str | None = None) -> tuple[str, ...]:
        """Return the ids of those who may do something, without one."""
        return tuple(person.id for person in await self.all() if person.may(permission) and person.id != but)
