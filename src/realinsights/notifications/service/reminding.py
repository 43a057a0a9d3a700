"""Reminding: people are told of dates that come near, each lead once; many of a kind together."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence

from realinsights.contracts.permissions import Permission
from realinsights.notifications.model.dates import CriticalDate
from realinsights.notifications.model.notifications import SINGLY, Notice, Thing, ThingKind, listed
from realinsights.notifications.model.topics import Topic
from realinsights.notifications.service.telling import ActivePeople, tell
from realinsights_platform.documents.port import Documents, Unit

Near = tuple[CriticalDate, int]
"""A date, and how many days before its last day people are reminded of it."""


async def remind(unit: Unit, documents: Documents, near: Sequence[Near], *, at: datetime.datetime) -> None:
    """Tell who sees to dates that they come near; of one that no active member has, everybody who may change loans."""
    if not near:
        return
    people = ActivePeople(documents, unit.org)
    active = {person.id for person in await people.all()}
    everybody = await people.who_may(Permission.PORTFOLIO_WRITE)
    groups: dict[tuple[str | None, str, int], list[CriticalDate]] = {}
    for date, lead in near:
        assignee = date.assignee if date.assignee in active else None
        groups.setdefault((assignee, date.kind.value, lead), []).append(date)
    for (assignee, kind, lead), dates in groups.items():
        told = everybody if assignee is None else (assignee,)
        for notice in _notices(kind.replace("_", " "), lead, sorted(dates, key=lambda date: (date.on, date.id))):
            await tell(unit, people=told, notice=notice, at=at)


def _notices(kind: str, lead: int, dates: Sequence[CriticalDate]) -> list[Notice]:
    if len(dates) <= SINGLY:
        return [
            Notice(
                key=f"date:{date.id}:{date.last_day}:{lead}",
                topic=Topic.CRITICAL_DATE,
                title=f"{date.loan_name} ({date.loan_number}): {kind} on {date.on}",
                body=_body(date),
                thing=Thing(kind=ThingKind.LOAN, id=date.loan_id),
            )
            for date in dates
        ]
    ids = "\n".join(f"{date.id}:{date.last_day}" for date in dates)
    return [
        Notice(
            key=f"dates:{lead}:{hashlib.sha256(ids.encode()).hexdigest()}",
            topic=Topic.CRITICAL_DATE,
            title=f"{len(dates):,} loans: {kind} by {dates[-1].on}",
            body=listed([f"{date.loan_number} on {date.on}" for date in dates]),
        )
    ]


def _body(date: CriticalDate) -> str:
    if date.window_from is None or date.window_to is None:
        return ""
    return f"Its window is from {date.window_from} to {date.window_to}."
