"""The journal's rules, the same for every adapter: an entry's canonical bytes, its hash, and how to verify a chain."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import msgspec

from realinsights_platform.attributes import made_from
from realinsights_platform.documents.anchors import Anchored, cut_off, sealed_anew
from realinsights_platform.documents.closed import closes
from realinsights_platform.documents.journal_port import Journal, JournalEntry, Stored, Write

GENESIS = "0" * 64
"""The hash before the first entry."""

_ENTRIES_AT_ONCE = 100
_NOTHING: Mapping[int, Anchored] = MappingProxyType({})


class Header(msgspec.Struct, frozen=True, rename="camel"):
    """An entry but for its writes, its events and its own hash."""

    service: str
    org: str
    sequence: int
    id: str
    at: datetime.datetime
    actor: str
    business_date: datetime.date
    previous_hash: str


def entry_hash(header: Header, writes: Iterable[Write], events: bytes) -> str:
    """Return the SHA-256 (hex) over the canonical bytes: header, each write and the events, each one line of JSON.

    Documents and events count as the very bytes that are stored; compact JSON holds no line feed, so that no two
    entries have the same canonical bytes.
    """
    encode = msgspec.json.encode
    digest = hashlib.sha256(encode(header))
    for write in writes:
        digest.update(b"\n")
        digest.update(encode(write))
    digest.update(b"\n")
    digest.update(events)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Verification:
    """What a look at a whole journal found; `reason` is None where all is as it was written.

    `first_bad_sequence` is the first entry that is not what was committed, or whose document is stored differently.
    `closed` is the sequence of the entry that closed the journal, of an organization that was deleted: then what was
    before that entry is gone, and `entries` counts all the same.
    """

    entries: int
    last_hash: str
    first_bad_sequence: int | None = None
    reason: str | None = None
    closed: int | None = None

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return self.reason is None


@dataclass(slots=True)
class _Chain:
    journal: Journal
    org: str
    anchored: Mapping[int, Anchored]
    sequence: int = 0
    hash: str = GENESIS
    flawed: str | None = None
    closed: int | None = None

    async def begin(self) -> None:
        """Begin at the entry that closed the journal, where one did: it says what came before it."""
        self.closed = await self.journal.closed(self.org)
        if self.closed is None:
            return
        self.sequence = self.closed - 1
        page = await self._page()
        if not page or page[0].sequence != self.closed or not closes(page[0]):
            self.flawed = "the entry does not say that the journal was closed"
            return
        self.hash = page[0].previous_hash
        last = self.anchored.get(self.sequence)
        if last is not None and last.hash != self.hash:
            self.flawed = sealed_anew(last)

    async def written(self) -> AsyncIterator[tuple[str, str, _Written]]:
        """Yield (kind, id, what was written) of the entries after the chain's end, as they prove sound.

        What is wrong with the first entry that is not sound goes to `flawed`.
        """
        while self.flawed is None:
            page = await self._page()
            if page is None:
                self.flawed = "the entry cannot be read"
                return
            if not page:
                return
            # Hashing thousands of documents takes longer than others should wait.
            writes, self.flawed = await asyncio.to_thread(self._proved, page)
            for write in writes:
                yield write

    async def _page(self) -> tuple[JournalEntry, ...] | None:
        for limit in (_ENTRIES_AT_ONCE, 1):
            # Where some entry of a page is beyond reading, going on one by one tells which.
            with contextlib.suppress(ValueError):
                return await self.journal.entries(self.org, after=self.sequence, limit=limit)
        return None

    def _proved(self, page: tuple[JournalEntry, ...]) -> tuple[list[tuple[str, str, _Written]], str | None]:
        """Return what the sound entries of a page wrote, and what is wrong with the next one."""
        writes: list[tuple[str, str, _Written]] = []
        for entry in page:
            flaw = self.flaw(entry)
            if flaw is not None:
                return writes, flaw
            writes += [
                (write.kind, write.id, _Written(entry.sequence, write.version, _digest(write.document)))
                for write in entry.writes
            ]
        return writes, None

    def flaw(self, entry: JournalEntry) -> str | None:
        """Say what is wrong with the next entry, or take it as the chain's end."""
        if entry.sequence != self.sequence + 1:
            return f"the entry is missing; the next one is {entry.sequence}"
        if entry.service != self.journal.service or entry.org != self.org:
            return "the entry belongs to another journal"
        if entry.previous_hash != self.hash:
            return "the entry does not continue the one before it"
        if entry_hash(made_from(entry, Header), entry.writes, bytes(entry.events)) != entry.hash:
            return "the entry was changed after it was written"
        anchored = self.anchored.get(entry.sequence)
        if anchored is not None and anchored.hash != entry.hash:
            return sealed_anew(anchored)
        self.sequence = entry.sequence
        self.hash = entry.hash
        return None

    def verification(self, sequence: int | None = None, reason: str | None = None) -> Verification:
        return Verification(self.sequence, self.hash, sequence, reason, self.closed)


async def verify(journal: Journal, org: str, *, anchored: Mapping[int, Anchored] = _NOTHING) -> Verification:
    """Check every entry's hash, the chain, its end, and that each document is stored as the journal last wrote it.

    The entries that are `anchored`, by sequence, must be there as they were anchored. Of a closed journal it is checked
    from the entry that closed it on, and that no document is left once it has told that all are gone.
    Units may be committed meanwhile: a document that differs is judged again by the entries that have come since.
    """
    chain = _Chain(journal, org, anchored)
    committed = await journal.sequence(org)
    await chain.begin()
    written: dict[tuple[str, str], _Written] = {}
    async for kind, document_id, one in chain.written():
        written[kind, document_id] = one
    if chain.flawed is None and chain.sequence < committed:
        chain.flawed = f"the journal ends at {chain.sequence}, yet {committed} was committed"
    last = anchored.get(max(anchored, default=0))
    if chain.flawed is None and last is not None and chain.sequence < last.sequence:
        chain.flawed = cut_off(last, end=chain.sequence)
    # While documents of a closed journal are being removed, each may be there or gone.
    being_removed = chain.closed is not None and chain.sequence == chain.closed
    suspects = await _suspects(journal, org, written) if chain.flawed is None and not being_removed else {}
    async for kind, document_id, one in chain.written():
        suspect = suspects.get((kind, document_id))
        if suspect is not None and suspect.digest == one.digest:
            del suspects[kind, document_id]
    if chain.flawed is not None:
        return chain.verification(chain.sequence + 1, chain.flawed)
    for (kind, document_id), suspect in suspects.items():
        return chain.verification(suspect.sequence, f"{kind} {document_id} {suspect.flaw}")
    return chain.verification()


async def _suspects(
    journal: Journal, org: str, written: dict[tuple[str, str], _Written]
) -> dict[tuple[str, str], _Suspect]:
    """Return the documents that are not stored as last written."""
    suspects = {}
    async for stored in journal.stored(org):
        key = (stored.write.kind, stored.write.id)
        known = written.pop(key, None)
        flaw = _difference(stored, known)
        if flaw is not None:
            digest = _digest(stored.write.document) if stored.indexed else b"indexed otherwise"
            suspects[key] = _Suspect(None if known is None else known.sequence, digest, flaw)
    for key, known in written.items():
        if known.digest is not None:
            suspects[key] = _Suspect(known.sequence, None, "is missing, but the journal wrote it")
    return suspects


@dataclass(frozen=True, slots=True)
class _Suspect:
    """A document found otherwise than the journal had it; `digest` is of what was found, None where it was missing."""

    sequence: int | None
    digest: bytes | None
    flaw: str


@dataclass(frozen=True, slots=True)
class _Written:
    sequence: int
    version: int
    digest: bytes | None


def _difference(stored: Stored, known: _Written | None) -> str | None:
    if known is None:
        return "is stored, but the journal does not know it"
    if known.digest is None:
        return "is stored, but the journal says that it was deleted"
    if known.version != stored.write.version or known.digest != _digest(stored.write.document):
        return "is not stored as the journal last wrote it"
    if not stored.indexed:
        return "is not indexed as its document says"
    return None


def _digest(document: msgspec.Raw | None) -> bytes | None:
    return None if document is None else hashlib.sha256(document).digest()
