"""Leaving: what notifications let go of when a member is removed, and whom the member's tasks are handed back to."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from realinsights.contracts.permissions import Permission
from realinsights.notifications.model.dates import AWAITED, CriticalDate
from realinsights.notifications.model.mails import MailState
from realinsights.notifications.model.notifications import Notice, Notification, NotificationState, listed, marked
from realinsights.notifications.model.topics import Topic
from realinsights.notifications.service.clock import Clock
from realinsights.notifications.service.feeds import revoke_feeds_of
from realinsights.notifications.service.inbox import given_as
from realinsights.notifications.service.reminding import date_words
from realinsights.notifications.service.telling import ActivePeople, tell
from realinsights.notifications.store import (
    DATES,
    ESCALATIONS,
    FEEDS,
    MAILS,
    NOTES,
    NOTIFICATIONS,
    PEOPLE,
    PREFERENCES,
    RULES,
)
from realinsights_platform.documents.port import Documents, Equal, Unit
from realinsights_platform.documents.walking import many_in

_AT_ONCE: Final = 500


async def let_go(unit: Unit, user: str, *, documents: Documents, now: Clock) -> Mapping[str, int]:
    """Let go of a member: inbox, mails, calendar addresses, preferences and private notes are deleted.

    Their tasks are handed back: dates to nobody, which administrators are told, notifications to whoever had given
    them, and what would have been escalated to them to an administrator. Rules name them no more. What they wrote for
    others stays, and so does their name.
    """
    people = ActivePeople(documents, unit.org)
    administrators = await people.who_may(Permission.ORGANIZATION_MANAGE, but=user)
    person = await unit.get(PEOPLE, user)
    if person is not None and person.active:
        # Auth has said so, and this service may not have heard of it yet: nobody tells them anything from now on.
        unit.put(PEOPLE, msgspec.structs.replace(person, active=False))
    name = "a member who was removed" if person is None else person.name
    feeds = await unit.every(FEEDS, Equal("owner", user))
    await revoke_feeds_of(unit=unit, user=user)
    preferences = await unit.get(PREFERENCES, user)
    if preferences is not None:
        unit.delete(PREFERENCES, preferences)
    dates = await unit.find(DATES, Equal("assignee", user), limit=_AT_ONCE)
    await _hand_back(unit, dates, name, administrators, at=now())
    notes = await unit.find(NOTES, Equal("author", user), Equal("private", value=True), limit=_AT_ONCE)
    for note in notes:
        unit.delete(NOTES, note)
    return {
        "calendarAddresses": len(feeds),
        "preferences": 0 if preferences is None else 1,
        "assignedDates": len(dates),
        "privateNotes": len(notes),
        "rules": await _leave_rules(unit, user),
        "escalations": await _redirect(unit, user, administrators),
        "mails": await _delete_mails(unit, user, now()),
        **await _empty_inbox(unit, user, name, at=now()),
    }


async def _hand_back(
    unit: Unit, dates: Sequence[CriticalDate], name: str, administrators: Sequence[str], *, at: datetime.datetime
) -> None:
    for date in dates:
        unit.put(DATES, msgspec.structs.replace(date, assignee=None, former_assignee=date.assignee))
    awaited = [
        date for date in sorted(dates, key=lambda date: (date.on, date.id)) if not date.gone and date.state in AWAITED
    ]
    if not awaited:
        return
    ids = hashlib.sha256("\n".join(date.id for date in awaited).encode()).hexdigest()
    words = [f"{of}: {what}" for of, what, _ in map(date_words, awaited)]
    count = "1 date is" if len(awaited) == 1 else f"{len(awaited):,} dates are"
    notice = Notice(
        key=f"handed-back:{ids}",
        topic=Topic.ASSIGNED,
        title=f"{count} assigned to nobody: {name} was removed",
        body=listed(words, separator="; "),
    )
    await tell(unit, people=administrators, notice=notice, at=at)


async def _leave_rules(unit: Unit, user: str) -> int:
    """Let rules name a member no more; one that names nobody tells whoever may change loans."""
    left = 0
    for rule in await unit.every(RULES):
        said = rule.said
        if user in said.recipients:
            said = msgspec.structs.replace(said, recipients=tuple(one for one in said.recipients if one != user))
        if said.escalate_to == user:
            said = msgspec.structs.replace(said, escalate_to=None, escalate_after_hours=None)
        if said != rule.said:
            unit.put(RULES, msgspec.structs.replace(rule, said=said))
            left += 1
    return left


async def _redirect(unit: Unit, user: str, administrators: Sequence[str]) -> int:
    waiting = [one for one in await unit.every(ESCALATIONS) if one.to == user][:_AT_ONCE]
    for one in waiting:
        if administrators:
            unit.put(ESCALATIONS, msgspec.structs.replace(one, to=min(administrators)))
        else:
            unit.delete(ESCALATIONS, one)
    return len(waiting)


async def _delete_mails(unit: Unit, user: str, now: datetime.datetime) -> int:
    """Delete a member's mails, but those that are being sent now, which are dropped: their member is gone."""
    found = await unit.find(MAILS, Equal("user", user), limit=_AT_ONCE)
    mails = [mail for mail in found if mail.state is not MailState.WAITING or mail.due_at > now]
    for mail in mails:
        unit.delete(MAILS, mail)
    return len(mails)


async def _empty_inbox(unit: Unit, user: str, name: str, *, at: datetime.datetime) -> Mapping[str, int]:
    """Delete a member's inbox; what was given to them goes back to whoever gave it, unread."""
    inbox = await unit.find(NOTIFICATIONS, Equal("user", user), limit=_AT_ONCE)
    originals = await many_in(unit, NOTIFICATIONS, [given_as(item) for item in inbox])
    given = [item for item in originals.values() if item.assigned_to == user and item.user != user]
    for item in given:
        unit.put(NOTIFICATIONS, msgspec.structs.replace(marked(item, NotificationState.UNREAD), assigned_to=None))
        await tell(unit, people=(item.user,), notice=_returned(item, user, name), at=at)
    for item in inbox:
        unit.delete(NOTIFICATIONS, item)
    return {"inbox": len(inbox), "givenNotifications": len(given)}


def _returned(item: Notification, user: str, name: str) -> Notice:
    return Notice(
        key=f"handed-back:{item.id}:{user}",
        topic=Topic.ASSIGNED,
        title=f"Handed back to you: {item.title}",
        body=f"{name} was removed.",
        thing=item.thing,
        urgent=item.urgent,
    )
