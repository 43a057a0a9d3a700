"""Notifications of a person: one for each thing to be told, however often its event comes."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import msgspec

from realinsights.contracts.loans import StoredFile
from realinsights.notifications.model.rules import RuleName
from realinsights.notifications.model.topics import Topic
from realinsights_platform.documents.port import Document
from realinsights_platform.errors import Invalid

SINGLY: Final = 5
"""Of so many things at once people are told one by one, of more together."""

_NAMED: Final = 10

LONGEST_SNOOZE = datetime.timedelta(days=366)


class ThingKind(StrEnum):
    """The kinds of thing that a notification or a note can be about."""

    LOAN = "loan"
    PROPERTY = "property"
    LENDER = "lender"
    FUND = "fund"
    PORTFOLIO = "portfolio"
    IMPORT = "import"
    MEMBER = "member"
    ENDPOINT = "endpoint"
    REPORT = "report"
    DOCUMENT = "document"


class Thing(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A thing, by its kind and id; `note` is the id of the note on it that is meant, where one is."""

    kind: ThingKind
    id: str
    note: str | None = None


class NotificationState(StrEnum):
    """What its person did with a notification."""

    UNREAD = "unread"
    READ = "read"
    SNOOZED = "snoozed"
    ACKNOWLEDGED = "acknowledged"


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Something to tell people. `key` says what it is: of one key, a person is told once.

    A mail of it carries `file`.
    """

    key: str
    topic: Topic
    title: str
    body: str = ""
    thing: Thing | None = None
    urgent: bool = False
    file: StoredFile | None = None
    rule: RuleName | None = None


class Notification(Document, frozen=True, kw_only=True, rename="camel"):
    """A notice in a person's inbox. `at` is when it happened.

    A snoozed one is out of sight until `snoozed_until`, and unread from then on. `assigned_to` is the member whose task
    it became.
    """

    user: str
    key: str
    topic: Topic
    title: str
    body: str
    thing: Thing | None
    urgent: bool
    at: datetime.datetime
    state: NotificationState = NotificationState.UNREAD
    snoozed_until: datetime.datetime | None = None
    assigned_to: str | None = None
    rule: RuleName | None = None


def notification_id(user: str, key: str) -> str:
    """Return the id of a person's notification: the same key makes the same one."""
    return hashlib.sha256(f"{user}\n{key}".encode()).hexdigest()[:32]


def notification(notice: Notice, *, org: str, user: str, at: datetime.datetime) -> Notification:
    """Return a notice as it comes into a person's inbox."""
    return Notification(
        id=notification_id(user, notice.key),
        org=org,
        user=user,
        key=notice.key,
        topic=notice.topic,
        title=notice.title,
        body=notice.body,
        thing=notice.thing,
        urgent=notice.urgent,
        at=at,
        rule=notice.rule,
    )


def listed(things: Sequence[str], *, separator: str = ", ") -> str:
    """Return what is told of many things together: ten are named, the others counted."""
    more = [f"and {len(things) - _NAMED:,} more"] if len(things) > _NAMED else []
    return f"{separator.join([*things[:_NAMED], *more])}."


def marked(known: Notification, state: NotificationState) -> Notification:
    """Return a notification read, unread or acknowledged."""
    return msgspec.structs.replace(known, state=state, snoozed_until=None)


def snoozed(known: Notification, *, until: datetime.datetime, now: datetime.datetime) -> Notification:
    """Return a notification out of sight until a time; raises `Invalid` for one that is past or too far ahead."""
    if until.tzinfo is None:
        raise Invalid.field("until", "needs a time zone, such as Z")
    if not now < until <= now + LONGEST_SNOOZE:
        raise Invalid.field("until", "is not within the next year")
    return msgspec.structs.replace(known, state=NotificationState.SNOOZED, snoozed_until=until.astimezone(datetime.UTC))
