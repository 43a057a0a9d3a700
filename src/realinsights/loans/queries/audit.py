"""The loans journal: who changed what, in sequence, and whether it is as it was written."""

from __future__ import annotations

import datetime
from collections import Counter
from typing import Any

import msgspec

from realinsights_platform.documents.journal import verify
from realinsights_platform.documents.port import Documents, JournalEntry
from realinsights_platform.errors import NotFound


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


async def journal_before(
    documents: Documents, *, org: str, before: int | None, limit: int
) -> tuple[tuple[JournalLine, ...], int | None]:
    """Return the latest entries before a sequence (None: the last ones), newest first, and where to go on."""
    end = before if before is not None else await documents.sequence(org) + 1
    start = max(0, end - 1 - limit)
    entries: list[JournalEntry] = []
    last = start
    while last < end - 1:
        page = await documents.journal(org, after=last, limit=end - 1 - last)
        if not page:
            break
        entries += page
        last = page[-1].sequence
    return tuple(_line(entry) for entry in reversed(entries)), start + 1 if start > 0 else None


async def journal_entry(documents: Documents, *, org: str, sequence: str) -> JournalDetail:
    """Return one entry with all it holds; raises `NotFound`."""
    if sequence.isascii() and sequence.isdecimal() and len(sequence) < 16 and int(sequence) >= 1:
        for entry in await documents.journal(org, after=int(sequence) - 1, limit=1):
            return _detail(entry)
    raise NotFound(f"the journal has no entry {sequence}")


async def verification(documents: Documents, *, org: str) -> JournalVerification:
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
