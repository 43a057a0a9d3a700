"""Notes as members may see them."""

from __future__ import annotations

import msgspec

from realinsights.notifications.model.notes import Note, NotedKind, NotePriority
from realinsights.notifications.store import NOTES
from realinsights_platform.documents.port import (
    Contains,
    Documents,
    Either,
    Equal,
    Order,
    Page,
    Position,
    Where,
    Words,
)
from realinsights_platform.errors import NotFound


class NoteFilter(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The notes to list: on a thing, pinned ones, by an author, with a tag, mentioning a member, with words."""

    thing_kind: NotedKind | None = None
    thing_id: str | None = None
    author: str | None = None
    pinned: bool | None = None
    priority: NotePriority | None = None
    tag: str | None = None
    mentions: str | None = None
    search: str | None = None


async def notes(
    documents: Documents, *, org: str, user: str, wanted: NoteFilter, after: Position | None, limit: int
) -> Page[Note]:
    """Return a page of notes that a member may read, the latest first."""
    where: list[Where] = [Either(((Equal("private", value=False),), (Equal("author", user),)))]
    for field in ("thing_kind", "thing_id", "author", "pinned", "priority"):
        value = getattr(wanted, field)
        if value is not None:
            where.append(Equal(field, value))
    if wanted.tag is not None:
        where.append(Contains("tags", wanted.tag))
    if wanted.mentions is not None:
        where.append(Contains("mentions", wanted.mentions))
    if wanted.search and wanted.search.strip():
        where.append(Words(wanted.search))
    order = Order("created_at", descending=True)
    return await documents.find(NOTES, org, *where, order=order, after=after, limit=limit)


async def note(documents: Documents, *, org: str, user: str, note_id: str) -> Note:
    """Return a note; raises `NotFound`, also for what is somebody else's alone."""
    found = await documents.get(NOTES, org, note_id)
    if found is None or not found.seen_by(user):
        raise NotFound("There is no such note.")
    return found
