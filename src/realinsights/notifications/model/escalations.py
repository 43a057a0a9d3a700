"""Escalations: what a rule told, and to whom it goes when nobody has seen to it in time."""

from __future__ import annotations

import datetime
import hashlib

from realinsights.notifications.model.notifications import Notice, Notification, NotificationState, Thing
from realinsights.notifications.model.rules import RuleName
from realinsights_platform.documents.port import Document


class Escalation(Document, frozen=True, kw_only=True, rename="camel"):
    """A notice that waits to be seen to: `notifications` are those that tell of it, by id."""

    key: str
    due_at: datetime.datetime
    to: str
    notifications: tuple[str, ...]
    title: str
    body: str
    thing: Thing | None
    rule: RuleName


def escalation_id(key: str) -> str:
    """Return the id of a notice's escalation: the same key makes the same one."""
    return hashlib.sha256(f"escalation\n{key}".encode()).hexdigest()[:32]


def escalation(
    notice: Notice, rule: RuleName, *, org: str, to: str, due_at: datetime.datetime, notifications: tuple[str, ...]
) -> Escalation:
    """Return the escalation of a notice that was told."""
    return Escalation(
        id=escalation_id(notice.key),
        org=org,
        key=notice.key,
        due_at=due_at,
        to=to,
        notifications=notifications,
        title=notice.title,
        body=notice.body,
        thing=notice.thing,
        rule=rule,
    )


def is_seen_to(notification: Notification) -> bool:
    """Tell whether its person has seen to a notification: acknowledged it, or given it to somebody."""
    return notification.state is NotificationState.ACKNOWLEDGED or notification.assigned_to is not None
