"""Use cases of notes: write, change, delete and restore one; who is mentioned is told, once."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

import msgspec

from realinsights.contracts.demonstration import ACTOR
from realinsights.contracts.permissions import Permission
from realinsights.notifications.model.notes import NewNote, Note, NoteDraft, NotePriority, checked, excerpt
from realinsights.notifications.model.notifications import Notice, Thing, ThingKind
from realinsights.notifications.model.topics import Topic
from realinsights.notifications.service.telling import tell
from realinsights.notifications.store import NOTES, PEOPLE
from realinsights_platform.documents import versions
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.errors import Faults, Forbidden, NotFound
from realinsights_platform.ids import new_id
from realinsights_platform.principal import Principal

_PROGRAMS: Final = MappingProxyType({ACTOR: "The sample data"})
"""Authors who are no people, as they are told of."""


async def write_note(*, unit: Unit, principal: Principal, draft: NewNote, now: datetime.datetime) -> Note:
    """Keep a note and tell whom it mentions. Raises `Invalid`, also for a mention of nobody.

    Whether there is the thing that it is on is not asked: that is another service's to know.
    """
    said = checked(draft)
    note = Note(
        id=new_id(),
        org=unit.org,
        thing_kind=draft.thing_kind,
        thing_id=draft.thing_id,
        author=principal.user,
        created_at=now,
        text=said.text,
        kind=said.kind,
        priority=said.priority,
        private=said.private,
        pinned=said.pinned,
        mentions=said.mentions,
        tags=said.tags,
    )
    await _tell_mentioned(unit, note, note.mentions, by=principal.user, at=now)
    return unit.put(NOTES, note)


async def change_note(
    *,
    unit: Unit,
    principal: Principal,
    note_id: str,
    draft: NoteDraft,
    expected_version: int,
    now: datetime.datetime,
) -> Note:
    """Change what a note says; its author may, and for a pin whoever may delete from the portfolio.

    Who was mentioned before is not told again. Raises `NotFound`, `Forbidden`, `Stale` and `Invalid`.
    """
    before = await _seen(unit, principal, note_id)
    said = checked(draft)
    changed = msgspec.structs.replace(
        before,
        text=said.text,
        kind=said.kind,
        priority=said.priority,
        private=said.private,
        pinned=said.pinned,
        mentions=said.mentions,
        tags=said.tags,
    )
    if before.author != principal.user:
        pinned = msgspec.structs.replace(before, pinned=changed.pinned)
        if changed != pinned or Permission.PORTFOLIO_DELETE not in principal.permissions:
            raise Forbidden("Only its author may change a note. Managers may pin it.")
    versions.require(before, expected_version, noun="note")
    if changed == before:
        return before
    new = [user for user in changed.mentions if user not in before.mentions]
    await _tell_mentioned(unit, changed, new, by=principal.user, at=now)
    return unit.put(NOTES, msgspec.structs.replace(changed, edited_at=now))


async def delete_note(*, unit: Unit, principal: Principal, note_id: str, expected_version: int) -> None:
    """Delete a note; its author may, and whoever may delete from the portfolio.

    Raises `NotFound`, `Forbidden` and `Stale`.
    """
    note = await _seen(unit, principal, note_id)
    _require_deleter(principal, note)
    versions.require(note, expected_version, noun="note")
    unit.delete(NOTES, note)


async def restore_note(*, unit: Unit, documents: Documents, principal: Principal, note_id: str) -> Note:
    """Bring back a note that was deleted, as it was; whoever may delete it may. Nobody is told of it again.

    One that is there stays as it is. Raises `NotFound` and `Forbidden`.
    """
    if await unit.get(NOTES, note_id) is not None:
        return await _seen(unit, principal, note_id)
    versions_of_it = await documents.history(NOTES, unit.org, note_id, limit=2)
    before = next((one.document for one in versions_of_it if one.document is not None), None)
    if before is None or not before.seen_by(principal.user):
        raise NotFound("There is no such note.")
    _require_deleter(principal, before)
    return unit.put(NOTES, msgspec.structs.replace(before, version=versions_of_it[0].version))


def _require_deleter(principal: Principal, note: Note) -> None:
    if note.author != principal.user and Permission.PORTFOLIO_DELETE not in principal.permissions:
        raise Forbidden("Only its author or a manager may delete a note, or bring it back.")


async def _seen(unit: Unit, principal: Principal, note_id: str) -> Note:
    found = await unit.get(NOTES, note_id)
    if found is None or not found.seen_by(principal.user):
        raise NotFound("There is no such note.")
    return found


async def _tell_mentioned(unit: Unit, note: Note, mentioned: Sequence[str], *, by: str, at: datetime.datetime) -> None:
    people = await unit.get_many(PEOPLE, [*mentioned, by])
    faults = Faults()
    for user in mentioned:
        if user not in people or not people[user].active:
            faults.add(f"mentions[{note.mentions.index(user)}]", "is no active member of your organization")
    faults.refuse("note")
    author = people[by].name if by in people else _PROGRAMS.get(by, "The command line")
    for user in mentioned:
        notice = Notice(
            key=f"mention:{note.id}:{user}",
            topic=Topic.MENTIONED,
            title=f"{author} mentioned you in a note on a {note.thing_kind.value}",
            body=excerpt(note.text),
            thing=Thing(kind=ThingKind(note.thing_kind.value), id=note.thing_id, note=note.id),
            urgent=note.priority is NotePriority.HIGH,
        )
        await tell(unit, people=() if user == by else (user,), notice=notice, at=at)
