"""A service's journal as people read it: who changed what, in sequence, and whether it is as it was written."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

import msgspec

from realinsights_platform.attributes import made_from
from realinsights_platform.documents.anchors import Anchored
from realinsights_platform.documents.journal import verify
from realinsights_platform.documents.journal_export import Period, exported, line, row
from realinsights_platform.documents.journal_port import JournalEntry, Storage, Write
from realinsights_platform.documents.journal_search import EVERYTHING, JournalFilter, JournalPage, search
from realinsights_platform.documents.port import Kind
from realinsights_platform.errors import Invalid, NotFound

Names = Callable[[Storage, str, Collection[str]], Awaitable[Mapping[str, str]]]

_MOST_WRITES: Final = 100
_MOST_SUMMARIES: Final = 3


class _Written(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    kind: str
    id: str
    version: int
    deleted: bool


class JournalWrite(_Written, frozen=True, kw_only=True, rename="camel"):
    """A document that an entry changed, in the version it made.

    `summary` holds the fields that lists tell it by, of the first such documents of a line.
    """

    summary: dict[str, str | int | bool]


class JournalCount(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Counts of the documents of one kind that an entry created, changed and deleted."""

    kind: str
    created: int
    changed: int
    deleted: int


class JournalLine(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One entry of the journal without the documents it holds: the first 100 of its `write_count` writes.

    Those that lists tell by name come first. `counts` are of all its writes, by kind.

    `actor_name` is what the member is called by now; null where the service does not know members. `events` counts what
    it told, by type; `event_details` are these events in full where the service shows them in lists.
    """

    sequence: int
    id: str
    at: datetime.datetime
    actor: str
    actor_name: str | None
    business_date: datetime.date
    writes: tuple[JournalWrite, ...]
    write_count: int
    counts: tuple[JournalCount, ...]
    events: dict[str, int]
    event_details: tuple[dict[str, Any], ...]
    previous_hash: str
    hash: str


class JournalDocument(_Written, frozen=True, kw_only=True, rename="camel"):
    """A document that an entry changed, as it wrote it; null where it deleted it or what it holds is never shown."""

    document: dict[str, Any] | None


class JournalDetail(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One entry of the journal with all it holds."""

    sequence: int
    id: str
    at: datetime.datetime
    actor: str
    actor_name: str | None
    business_date: datetime.date
    writes: tuple[JournalDocument, ...]
    events: tuple[dict[str, Any], ...]
    previous_hash: str
    hash: str


class JournalVerification(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a look at the whole journal found; where it is not sound, at which entry and why.

    `closed` is the entry that closed the journal, of an organization that was deleted; what came before it is gone.
    """

    sound: bool
    entries: int
    last_hash: str
    first_bad_sequence: int | None
    reason: str | None
    closed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JournalReader:
    """A service's journal, read the way that service shows it.

    `kinds` can be searched for. `hidden` are fields that are never shown, by kind; a kind that it does not name is not
    shown at all; None shows everything. `summaries` are the fields that lists tell a document by, by kind.
    `event_details` tells whether lines hold events in full. `names` returns the names of members, by id.
    """

    kinds: tuple[Kind[Any], ...]
    hidden: Mapping[str, Collection[str]] | None = None
    summaries: Mapping[str, Collection[str]] = field(default_factory=dict)
    event_details: bool = False
    names: Names | None = None

    async def lines(
        self, documents: Storage, *, org: str, before: int | None, limit: int, wanted: JournalFilter = EVERYTHING
    ) -> JournalPage[JournalLine]:
        """Return the latest entries before a sequence (None: the last ones); raises `Invalid` for no such kind."""
        known = sorted(kind.name for kind in self.kinds)
        if wanted.kind is not None and wanted.kind not in known:
            raise Invalid.field("kind", f"must be one of {', '.join(known)}")
        page = await search(documents, org, wanted, before=before, limit=limit, kinds=self.kinds)
        names = await self._names(documents, org, {entry.actor for entry in page.items})
        lines = tuple(self._line(entry, names.get(entry.actor)) for entry in page.items)
        return JournalPage(lines, page.next, page.ended_early, page.looked_back_to)

    async def entry(self, documents: Storage, *, org: str, sequence: str) -> JournalDetail:
        """Return one entry with all it holds; raises `NotFound`."""
        if sequence.isascii() and sequence.isdecimal() and len(sequence) < 16 and int(sequence) >= 1:
            for entry in await documents.entries(org, after=int(sequence) - 1, limit=1):
                names = await self._names(documents, org, {entry.actor})
                return self.detail(entry, names.get(entry.actor))
        raise NotFound(f"The journal has no entry {sequence}.")

    def detail(self, entry: JournalEntry, actor_name: str | None = None) -> JournalDetail:
        """Return an entry with all of it that may be shown."""
        writes = tuple(self._document(write) for write in entry.writes)
        return made_from(entry, JournalDetail, actor_name=actor_name, writes=writes, events=_events(entry))

    def shows(self, write: Write) -> bool:
        """Return whether all of a document is shown: nothing in it is a hash or a secret."""
        return self.hidden is None or self.hidden.get(write.kind) == ()

    async def exported_lines(self, documents: Storage, *, org: str, period: Period) -> AsyncIterator[bytes]:
        """Yield the entries of a period as lines of JSON, some at once."""
        async for entries in exported(documents, org, period):
            yield b"".join(line(entry, self.shows) for entry in entries)

    async def exported_rows(
        self, documents: Storage, *, org: str, period: Period
    ) -> AsyncIterator[list[Sequence[Any]]]:
        """Yield the entries of a period as rows of the table that `journal_export.HEADER` begins, some at once."""
        async for entries in exported(documents, org, period):
            names = await self._names(documents, org, {entry.actor for entry in entries})
            yield [row(entry, names) for entry in entries]

    async def _names(self, documents: Storage, org: str, ids: Collection[str]) -> Mapping[str, str]:
        return {} if self.names is None else await self.names(documents, org, ids)

    def _document(self, write: Write) -> JournalDocument:
        shown: dict[str, Any] | None = None
        hidden = () if self.hidden is None else self.hidden.get(write.kind)
        if write.document is not None and hidden is not None:
            document: dict[str, Any] = msgspec.json.decode(write.document)
            shown = {name: value for name, value in document.items() if name not in hidden}
        return JournalDocument(
            kind=write.kind, id=write.id, version=write.version, deleted=write.document is None, document=shown
        )

    def _line(self, entry: JournalEntry, actor_name: str | None) -> JournalLine:
        return made_from(
            entry,
            JournalLine,
            actor_name=actor_name,
            writes=self._writes(entry),
            write_count=len(entry.writes),
            counts=_counts(entry.writes),
            events=dict(Counter(tag.type for tag in _TAGS.decode(entry.events))),
            event_details=_events(entry) if self.event_details else (),
        )

    def _writes(self, entry: JournalEntry) -> tuple[JournalWrite, ...]:
        order = list(self.summaries)
        told = sorted((w for w in entry.writes if w.kind in self.summaries), key=lambda w: order.index(w.kind))
        told = told[:_MOST_SUMMARIES]
        keys = {(write.kind, write.id) for write in told}
        others = [write for write in entry.writes if (write.kind, write.id) not in keys]
        return tuple(
            JournalWrite(
                kind=write.kind,
                id=write.id,
                version=write.version,
                deleted=write.document is None,
                summary=self._summary(write) if place < len(told) else {},
            )
            for place, write in enumerate((told + others)[:_MOST_WRITES])
        )

    def _summary(self, write: Write) -> dict[str, str | int | bool]:
        if write.document is None:
            return {}
        document: dict[str, Any] = msgspec.json.decode(write.document)
        return {name: document[name] for name in self.summaries[write.kind] if document.get(name) is not None}


def _counts(writes: Sequence[Write]) -> tuple[JournalCount, ...]:
    done: dict[str, Counter[str]] = {}
    for write in writes:
        what = "deleted" if write.document is None else "created" if write.version == 1 else "changed"
        done.setdefault(write.kind, Counter())[what] += 1
    return tuple(
        JournalCount(kind=kind, created=of["created"], changed=of["changed"], deleted=of["deleted"])
        for kind, of in done.items()
    )


async def verification(
    documents: Storage, *, org: str, anchored: Mapping[int, Anchored] = MappingProxyType({})
) -> JournalVerification:
    """Return whether every entry and every document is as it was written, and as it was anchored."""
    return made_from(await verify(documents, org, anchored=anchored), JournalVerification)


class _Tagged(msgspec.Struct):
    type: str


_TAGS: Final = msgspec.json.Decoder(tuple[_Tagged, ...])


def _events(entry: JournalEntry) -> tuple[dict[str, Any], ...]:
    return msgspec.json.decode(entry.events, type=tuple[dict[str, Any], ...])
