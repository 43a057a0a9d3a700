"""Reminding: people are told of dates that come near, each lead once; many of a kind together."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence

from realinsights.contracts.permissions import Permission
from realinsights.notifications.model.dates import CriticalDate, DateKind, ShownTo
from realinsights.notifications.model.notifications import SINGLY, Notice, Thing, ThingKind, listed
from realinsights.notifications.model.topics import Topic
from realinsights.notifications.service.telling import ActivePeople, tell
from realinsights_platform.documents.port import Documents, Unit

Near = tuple[CriticalDate, int]
"""A date, and how many days before its last day people are reminded of it."""


async def remind(unit: Unit, documents: Documents, near: Sequence[Near], *, at: datetime.datetime) -> None:
    """Tell who sees to dates that they come near; of one that no active member has, everybody who may change loans.

    Of confidential documents, who may see them is told. A document is told of once, however many loans it is linked to.
    """
    if not near:
        return
    people = ActivePeople(documents, unit.org)
    active = {
        ShownTo.EVERYBODY: frozenset(person.id for person in await people.all()),
        ShownTo.CONFIDENTIAL: frozenset(await people.who_may(Permission.FILE_CONFIDENTIAL)),
        ShownTo.NOBODY: frozenset[str](),
    }
    everybody = frozenset(await people.who_may(Permission.PORTFOLIO_WRITE))
    groups: dict[tuple[str | None, ShownTo, DateKind, int], dict[str, CriticalDate]] = {}
    for date, lead in near:
        assignee = date.assignee if date.assignee in active[date.shown_to] else None
        alike = groups.setdefault((assignee, date.shown_to, date.kind, lead), {})
        alike.setdefault(date_key(date), date)
    for (assignee, shown_to, kind, lead), dates in groups.items():
        told = everybody & active[shown_to] if assignee is None else {assignee}
        for notice in _notices(kind, lead, sorted(dates.values(), key=lambda date: (date.on, date.id))):
            await tell(unit, people=told, notice=notice, at=at)


def date_key(date: CriticalDate) -> str:
    """Return the key of what people are told of a date: that of a document is the same for each of its loans."""
    return date.id if date.document is None else f"{date.document.id}:{date.on}"


def date_words(date: CriticalDate) -> tuple[str, str, Thing]:
    """Return what a date is of, what is on its day, and the thing that it belongs to, for people."""
    kind = date.kind.value.replace("_", " ")
    if date.document is not None:
        return date.document.words, f"expires on {date.on}", Thing(kind=ThingKind.DOCUMENT, id=date.document.id)
    loan = Thing(kind=ThingKind.LOAN, id=date.loan_id or "")
    return f"{date.loan_name} ({date.loan_number})", f"{kind} on {date.on}", loan


def _notices(kind: DateKind, lead: int, dates: Sequence[CriticalDate]) -> list[Notice]:
    if len(dates) <= SINGLY:
        return [_notice(date, lead) for date in dates]
    ids = "\n".join(f"{date_key(date)}:{date.last_day}" for date in dates)
    what = "documents expire" if kind is DateKind.DOCUMENT_EXPIRY else f"loans: {kind.value.replace('_', ' ')}"
    return [
        Notice(
            key=f"dates:{lead}:{hashlib.sha256(ids.encode()).hexdigest()}",
            topic=Topic.CRITICAL_DATE,
            title=f"{len(dates):,} {what} by {dates[-1].on}",
            body=listed([f"{_short(date)} on {date.on}" for date in dates]),
        )
    ]


def _notice(date: CriticalDate, lead: int) -> Notice:
    name, words, thing = date_words(date)
    return Notice(
        key=f"date:{date_key(date)}:{date.last_day}:{lead}",
        topic=Topic.CRITICAL_DATE,
        title=f"{name}: {words}",
        body=_body(date),
        thing=thing,
    )


def _short(date: CriticalDate) -> str:
    return date.loan_number or "" if date.document is None else date.document.words


def _body(date: CriticalDate) -> str:
    if date.document is not None:
        return "" if date.loan_id is None else f"Of {date.loan_name} ({date.loan_number})."
    if date.window_from is None or date.window_to is None:
        return ""
    return f"Its window is from {date.window_from} to {date.window_to}."
