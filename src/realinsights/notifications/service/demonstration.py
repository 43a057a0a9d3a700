"""The demonstration in notifications: its notes are taken out, and what was told of its things; people's notes stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from realinsights.contracts.demonstration import ACTOR, TAG, DemonstrationFacts
from realinsights.notifications.model.mails import MailState
from realinsights.notifications.service.clock import Clock
from realinsights.notifications.service.following import Follower
from realinsights.notifications.service.hearing import Hearing
from realinsights.notifications.store import (
    DATES,
    ESCALATIONS,
    LAST_STEPS,
    MAILS,
    NOTES,
    NOTIFICATIONS,
)
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import AnyOf, Contains, Documents, Kind, Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.documents.walking import every, every_with, walk
from realinsights_platform.events import Message
from realinsights_platform.stepping import Task, answered, superseded
from realinsights_platform.steps import StepAnswered, StepRequested

_AT_ONCE: Final = 500
_WORDS: Final = MappingProxyType(
    {"note": "notes", "notification": "inbox", "mail": "mails", "escalation": "escalations", "date": "dates"}
)

Going = Mapping[Kind[Any], Sequence[str]]
"""What is to be deleted, by kind and id."""


def removing(documents: Storage, *, hearing: Hearing, follower: Follower, now: Clock) -> Task:
    """Return the task that takes the demonstration's notes out, and what was told of its things.

    That its loans are gone is read from the journals first: nothing is told of them afterwards.
    """

    async def remove(message: Message, event: StepRequested) -> StepAnswered:
        facts = DemonstrationFacts.of(event.told)

        async def begin(unit: Unit) -> bool:
            return await superseded(unit, LAST_STEPS, TAG, message)

        if (await committed(lambda: _unit(documents, message), begin))[0]:
            return answered(event)
        await hearing.catch_up(message, "loans", "files")
        await follower.catch_up(message.org)
        going = await _told_of(documents, message.org, facts)
        counts: Counter[str] = Counter()
        for kind, ids in going.items():
            for start in range(0, len(ids), _AT_ONCE):
                part = ids[start : start + _AT_ONCE]

                async def work(unit: Unit, kind: Kind[Any] = kind, part: Sequence[str] = part) -> int:
                    return await _delete(unit, kind, part, now=now)

                done, _ = await committed(lambda: _unit(documents, message), work)
                counts[_WORDS[kind.name]] += done
        notes = await every_with(documents, NOTES, message.org, "thing_id", facts.things)
        return answered(event, objections=_of_people(len(notes)), counts=counts)

    return remove


async def _told_of(documents: Documents, org: str, facts: DemonstrationFacts) -> Going:
    """Return the demonstration's own notes, and what was told of its things and documents.

    What was told of many loans together stays, since it names other ones too, and so do mentions in notes of people.
    """
    authors = (ACTOR,) if facts.colleague is None else (ACTOR, facts.colleague)
    own = await every(documents, NOTES, org, Contains("tags", TAG), AnyOf("author", authors))
    gone = {*facts.things, *facts.documents}
    notes = {note.id for note in own}
    theirs = {
        note.id for note in await every_with(documents, NOTES, org, "thing_id", facts.things) if note.id not in notes
    }

    def of_it(thing: Any) -> bool:
        return thing is not None and (thing.note in notes or (thing.id in gone and thing.note not in theirs))

    told = [item.id async for item in walk(documents, NOTIFICATIONS, org) if of_it(item.thing)]
    waiting = [one.id async for one in walk(documents, ESCALATIONS, org) if of_it(one.thing)]
    dates = await every_with(documents, DATES, org, "loan_id", facts.things)
    return {
        NOTES: [note.id for note in own],
        MAILS: told,
        NOTIFICATIONS: told,
        ESCALATIONS: waiting,
        DATES: [date.id for date in dates],
    }


async def _delete(unit: Unit, kind: Kind[Any], ids: Sequence[str], *, now: Clock) -> int:
    found = await unit.get_many(kind, ids)
    if kind is MAILS:
        # One that may be being sent at this moment is sent.
        found = {key: mail for key, mail in found.items() if mail.state is not MailState.WAITING or mail.due_at > now()}
    for document in found.values():
        unit.delete(kind, document)
    return len(found)


def _unit(documents: Storage, message: Message) -> Unit:
    return documents.unit(org=message.org, actor=ACTOR, business_date=message.business_date)


def _of_people(count: int) -> tuple[str, ...]:
    if count == 0:
        return ()
    if count == 1:
        return ("1 note stays: a member has written it about the sample data.",)
    return (f"{count:,} notes stay: members have written them about the sample data.",)
