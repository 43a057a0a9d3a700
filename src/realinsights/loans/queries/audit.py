"""The loans journal: who changed what, in sequence, and whether it is as it was written."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass
from typing import Any

import msgspec

from realinsights.loans.store import KINDS
from realinsights_platform.documents.journal import verify
from realinsights_platform.documents.journal_port import JournalEntry, Storage
from realinsights_platform.documents.journal_search import EVERYTHING, Sought, search
from realinsights_platform.errors import Invalid, NotFound


class JournalWrite(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A document that an entry changed, in the version it made."""

    kind: str
    id: str
    version: int
    deleted: bool


class JournalLine(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One entry of the journal without the documents it holds: the first 100 of its `write_count` writes.

    `events` counts what it told, by type.
    """

    sequence: int
    id: str
    at: datetime.datetime
    actor: str
    business_date: datetime.date
    writes: tuple[JournalWrite, ...]
    write_count: int
    events: dict[str, int]
    previous_hash: str
    hash: str


class JournalDocument(JournalWrite, frozen=True, kw_only=True, rename="camel"):
    """A document that an entry changed, as it wrote it; null where it deleted it."""

    document: dict[str, Any] | None


class JournalDetail(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One entry of the journal with all it holds."""

    sequence: int
    id: str
    at: datetime.datetime
    actor: str
    business_date: datetime.date
    writes: tuple[JournalDocument, ...]
    events: tuple[dict[str, Any], ...]
    previous_hash: str
    hash: str


class JournalVerification(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a look at the whole journal found; where it is not sound, at which entry and why."""

    sound: bool
    entries: int
    last_hash: str
    first_bad_sequence: int | None
    reason: str | None


class _Tagged(msgspec.Struct):
    type: str


_MOST_WRITES = 100
_TAGS = msgspec.json.Decoder(tuple[_Tagged, ...])


@dataclass(frozen=True, slots=True)
class JournalLines:
    """A page of what a search in the journal found, newest first; as `JournalPage`."""

    items: tuple[JournalLine, ...]
    next: int | None
    ended_early: bool
    looked_back_to: datetime.datetime | None


async def journal_before(
    documents: Storage, *, org: str, before: int | None, limit: int, sought: Sought = EVERYTHING
) -> JournalLines:
    """Return the latest sought entries before a sequence (None: the last ones); raises `Invalid` for no such kind."""
    if sought.kind is not None and sought.kind not in {kind.name for kind in KINDS}:
        raise Invalid.field("kind", f"must be one of {', '.join(sorted(kind.name for kind in KINDS))}")
    page = await search(documents, org, sought, before=before, limit=limit, kinds=KINDS)
    lines = tuple(_line(entry) for entry in page.entries)
    return JournalLines(lines, page.next, page.ended_early, page.looked_back_to)


async def journal_entry(documents: Storage, *, org: str, sequence: str) -> JournalDetail:
    """Return one entry with all it holds; raises `NotFound`."""
    if sequence.isascii() and sequence.isdecimal() and len(sequence) < 16 and int(sequence) >= 1:
        for entry in await documents.entries(org, after=int(sequence) - 1, limit=1):
            return _detail(entry)
    raise NotFound(f"the journal has no entry {sequence}")


async def verification(documents: Storage, *, org: str) -> JournalVerification:
    """Return whether every entry and every document is as it was written."""
    found = await verify(documents, org)
    return JournalVerification(
        sound=found.sound,
        entries=found.entries,
        last_hash=found.last_hash,
        first_bad_sequence=found.first_bad_sequence,
        reason=found.reason,
    )


def _detail(entry: JournalEntry) -> JournalDetail:
    return JournalDetail(
        sequence=entry.sequence,
        id=entry.id,
        at=entry.at,
        actor=entry.actor,
        business_date=entry.business_date,
        writes=tuple(
            JournalDocument(
                kind=write.kind,
                id=write.id,
                version=write.version,
                deleted=write.document is None,
                document=msgspec.json.decode(write.document) if write.document is not None else None,
            )
            for write in entry.writes
        ),
        events=msgspec.json.decode(entry.events, type=tuple[dict[str, Any], ...]),
        previous_hash=entry.previous_hash,
        hash=entry.hash,
    )


def _line(entry: JournalEntry) -> JournalLine:
    tags: tuple[Any, ...] = _TAGS.decode(entry.events)
    return JournalLine(
        sequence=entry.sequence,
        id=entry.id,
        at=entry.at,
        actor=entry.actor,
        business_date=entry.business_date,
        writes=tuple(
            JournalWrite(kind=write.kind, id=write.id, version=write.version, deleted=write.document is None)
            for write in entry.writes[:_MOST_WRITES]
        ),
        write_count=len(entry.writes),
        events=dict(Counter(tag.type for tag in tags)),
        previous_hash=entry.previous_hash,
        hash=entry.hash,
    )
