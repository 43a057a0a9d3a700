"""The unit of work that every adapter shares: it buffers what is to be written and commits it at once."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self, cast

import msgspec

from realinsights_platform.documents.port import D, Document, Documents, Kind, Order, Where
from realinsights_platform.errors import Conflict, Stale
from realinsights_platform.events import Event


@dataclass(slots=True)
class PendingWrite:
    """One document to be written: the stored version it rests on (0: none) and what it becomes (None: deleted).

    `index` is what the adapter made of it for its indexes.
    """

    kind: Kind[Any]
    id: str
    base: int
    document: Document | None
    index: Any = None

    @property
    def version(self) -> int:
        """The version that the write makes."""
        return self.base + 1


@dataclass(frozen=True, slots=True)
class PendingUnit:
    """All that a unit wants committed."""

    org: str
    actor: str
    business_date: datetime.date
    writes: tuple[PendingWrite, ...]
    expectations: tuple[tuple[Kind[Any], str, int], ...]
    events: tuple[Event, ...]


class Committer(Documents, Protocol):
    """What an adapter offers to its units."""

    def index(self, kind: Kind[Any], document: Document) -> Any:
        """Return what the engine's indexes hold of a document; raises `Invalid` for what they cannot."""

    def submit(self, unit: PendingUnit) -> asyncio.Future[int | None]:
        """Start to commit; the future gives the sequence or the refusal."""


def another_exists(kind: Kind[Any], what: str) -> str:
    """Say that a document like this is there already."""
    return f"another {kind.name.replace('_', ' ')} with {what} exists already"


class BufferedUnit:
    """Implements `documents.port.Unit` over an adapter's reads and its `submit`."""

    def __init__(self, documents: Committer, *, org: str, actor: str, business_date: datetime.date) -> None:
        self.org = org
        self.actor = actor
        self.business_date = business_date
        self._documents = documents
        self._writes: dict[tuple[Kind[Any], str], PendingWrite] = {}
        self._expectations: dict[tuple[Kind[Any], str], int] = {}
        self._events: list[Event] = []
        self._outcome: asyncio.Future[int | None] | None = None

    @property
    def sequence(self) -> int | None:
        """The journal sequence it made, once committed."""
        outcome = self._outcome
        if outcome is None or not outcome.done() or outcome.cancelled() or outcome.exception() is not None:
            return None
        return outcome.result()

    async def get(self, kind: Kind[D], document_id: str) -> D | None:
        """Return the document as this unit sees it, or None."""
        write = self._writes.get((kind, document_id))
        if write is not None:
            return cast("D | None", write.document)
        return await self._documents.get(kind, self.org, document_id)

    async def get_many(self, kind: Kind[D], ids: Sequence[str]) -> dict[str, D]:
        """Return those of the documents that exist, by id, as this unit sees them."""
        wanted = dict.fromkeys(ids)
        own = {key: self._writes[kind, key].document for key in wanted if (kind, key) in self._writes}
        stored = await self._documents.get_many(kind, self.org, [key for key in wanted if key not in own])
        seen: dict[str, Any] = {**stored, **own}
        return {key: seen[key] for key in wanted if seen.get(key) is not None}

    async def find(self, kind: Kind[D], *where: Where, order: Order | None = None, limit: int = 100) -> tuple[D, ...]:
        """Return committed documents that match, with this unit's own writes to them applied."""
        page = await self._documents.find(kind, self.org, *where, order=order, limit=limit)
        seen = []
        for stored in page.items:
            write = self._writes.get((kind, stored.id))
            document = stored if write is None else cast("D | None", write.document)
            if document is not None:
                seen.append(document)
        return tuple(seen)

    def put(self, kind: Kind[D], document: D) -> D:
        """Store a new document (version 0) or the next version of the one read; return it with its new version."""
        write = self._rebased(kind, document)
        stored = document if document.version == write.version else _with_version(document, write.version)
        write.index = self._documents.index(kind, stored)
        write.document = stored
        self._writes[kind, document.id] = write
        return stored

    def delete(self, kind: Kind[D], document: Document) -> None:
        """Delete the document in the version given."""
        if document.version == 0:
            raise ValueError(f"a {kind.name} that was never stored cannot be deleted")
        write = self._rebased(kind, document)
        if write.base == 0:
            del self._writes[kind, document.id]
        else:
            write.document = None
            self._writes[kind, document.id] = write

    def expect(self, kind: Kind[D], document: Document) -> None:
        """Let the commit fail with `Stale` if this document has changed meanwhile."""
        self._open_for(document)
        if (kind, document.id) not in self._writes:
            self._expectations[kind, document.id] = document.version

    def emit(self, event: Event) -> None:
        """Add a fact to the entry."""
        self._events.append(event)

    async def commit(self) -> int | None:
        """Commit; return the sequence, or None where there was nothing to commit. Raises `Stale` and `Conflict`.

        A caller that is cancelled while it waits does not undo the commit.
        """
        if self._outcome is None and not (self._writes or self._events or self._expectations):
            self._outcome = asyncio.get_running_loop().create_future()
            self._outcome.set_result(None)
        if self._outcome is None:
            self._outcome = self._documents.submit(
                PendingUnit(
                    self.org,
                    self.actor,
                    self.business_date,
                    tuple(self._writes.values()),
                    tuple((kind, key, version) for (kind, key), version in self._expectations.items()),
                    tuple(self._events),
                )
            )
        return await asyncio.shield(self._outcome)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Commit, unless the block raised."""
        if error is None:
            await self.commit()

    def _open_for(self, document: Document) -> None:
        if self._outcome is not None:
            raise RuntimeError("the unit of work is already committed")
        if document.org != self.org:
            raise ValueError(f"a document of organization {document.org!r} in a unit of work of {self.org!r}")

    def _rebased(self, kind: Kind[Any], document: Document) -> PendingWrite:
        self._open_for(document)
        earlier = self._writes.get((kind, document.id))
        if earlier is None:
            return PendingWrite(kind, document.id, document.version, None)
        if earlier.document is None:
            # Deleted in this unit: what is put in its place is its next version.
            if document.version == 0:
                return PendingWrite(kind, document.id, earlier.base, None)
        elif document.version == earlier.version:
            return PendingWrite(kind, document.id, earlier.base, None)
        elif document.version == 0:
            raise Conflict(another_exists(kind, "this id"))
        raise Stale(f"this {kind.name} was already changed in this unit of work")


def _with_version(document: D, version: int) -> D:
    return msgspec.structs.replace(document, version=version)
