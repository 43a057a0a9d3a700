"""The unit of work that every adapter shares: it buffers what is to be written and commits it at once."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self, cast

import msgspec

from realinsights_platform.documents.port import (
    AnyDocument,
    D,
    Documents,
    Indexed,
    Kind,
    Order,
    PreparedUnit,
    Where,
)
from realinsights_platform.documents.preparing import ENCODE
from realinsights_platform.documents.versions import spoken, with_version
from realinsights_platform.documents.walking import every
from realinsights_platform.errors import Closed, Conflict, DiskFull, FieldError, Moved, Stale
from realinsights_platform.events import Event

NO_EVENTS = b"[]"
_NOT_INDEXED = Indexed((), ())


@dataclass(slots=True)
class PendingWrite:
    """One document to be written: the stored version it rests on (0: none), and what is stored (None: it is deleted).

    `index` is what indexes hold of it; `document` is it itself, unless it was prepared elsewhere.
    """

    kind: Kind[Any]
    id: str
    base: int
    document: AnyDocument | None = None
    body: bytes | None = None
    index: Indexed = _NOT_INDEXED

    @property
    def version(self) -> int:
        """The version that the write makes."""
        return self.base + 1

    def read(self) -> AnyDocument | None:
        """Return the document, None where it is deleted."""
        if self.document is None and self.body is not None:
            self.document = msgspec.json.decode(self.body, type=self.kind.type)
        return self.document


@dataclass(frozen=True, slots=True)
class PendingUnit:
    """All that a unit wants committed; `events` are their JSON array.

    `closing` is of one that closes the journal, or adds to a closed one: the sequence that it must follow.
    """

    org: str
    actor: str
    business_date: datetime.date
    writes: tuple[PendingWrite, ...]
    expectations: tuple[tuple[Kind[Any], str, int], ...]
    events: bytes
    fence: tuple[str, int] | None = None
    closing: int | None = None


class Committer(Documents, Protocol):
    """What an adapter offers to its units."""

    def kind(self, name: str) -> Kind[Any]:
        """Return the kind of this name."""

    def index(self, kind: Kind[Any], document: AnyDocument) -> Indexed:
        """Return what indexes hold of a document; raises `Invalid` for what they cannot."""

    def submit(self, unit: PendingUnit) -> asyncio.Future[int | None]:
        """Start to commit; the future gives the sequence or the refusal."""


def another_exists(kind: Kind[Any], what: str) -> str:
    """Say that a document like this is there already."""
    return f"another {spoken(kind)} with {what} exists already"


def changed_meanwhile(kind: Kind[Any]) -> Stale:
    """Return the refusal of a unit that rests on a version that is stored no more."""
    return Stale(f"This {spoken(kind)} has changed meanwhile.")


def led_elsewhere() -> Stale:
    """Return the refusal of a unit of a process that another one has taken over from."""
    return Stale("Another process has taken this over.")


def admit(unit: PendingUnit, *, sequence: int, closed: int | None) -> int | None:
    """Return which entry closes the journal once a unit follows its last `sequence`, None where none does.

    Raises `Closed` for a unit that comes after the journal was closed, and `Stale` for one that would close it after
    another entry than it looked at.
    """
    if unit.closing is None:
        if closed is not None:
            raise Closed("This organization was deleted. Nothing is stored for it any more.")
        return None
    if unit.closing != sequence:
        raise Stale("This organization has changed meanwhile.")
    return closed if closed is not None else sequence + 1


def taken(kind: Kind[Any], group: tuple[str, ...]) -> Conflict:
    """Return the refusal of a document whose id or unique key another has; its fields are named as on the wire."""
    on_the_wire = {field.name: field.encode_name for field in msgspec.structs.fields(kind.type)}
    names = [on_the_wire.get(field, field) for field in group]
    message = another_exists(kind, "this " + " and ".join(names))
    return Conflict(message, tuple(FieldError(name, message) for name in names))


class BufferedUnit:
    """The `documents.port.Unit` over an adapter's reads and its `submit`."""

    def __init__(self, documents: Committer, *, org: str, actor: str, business_date: datetime.date) -> None:
        self.org = org
        self.actor = actor
        self.business_date = business_date
        self._documents = documents
        self._writes: dict[tuple[Kind[Any], str], PendingWrite] = {}
        self._expectations: dict[tuple[Kind[Any], str], int] = {}
        self._events: list[bytes] = []
        self._fence: tuple[str, int] | None = None
        self._closing: int | None = None
        self._afterwards: list[Callable[[], Awaitable[None]]] = []
        self._if_refused: list[Callable[[], Awaitable[None]]] = []
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
            return cast("D | None", write.read())
        return await self._documents.get(kind, self.org, document_id)

    async def get_many(self, kind: Kind[D], ids: Sequence[str]) -> dict[str, D]:
        """Return those of the documents that exist, by id, as this unit sees them."""
        wanted = dict.fromkeys(ids)
        own = {key: self._writes[kind, key].read() for key in wanted if (kind, key) in self._writes}
        stored = await self._documents.get_many(kind, self.org, [key for key in wanted if key not in own])
        seen: dict[str, Any] = {**stored, **own}
        return {key: seen[key] for key in wanted if seen.get(key) is not None}

    async def get_together(self, wanted: Mapping[Kind[Any], Sequence[str]]) -> dict[Kind[Any], dict[str, Any]]:
        """Return documents of several kinds as `get_many` does of one, in the time of one read."""
        own = {
            kind: {key: self._writes[kind, key].read() for key in ids if (kind, key) in self._writes}
            for kind, ids in wanted.items()
        }
        stored = await self._documents.get_together(
            self.org, {kind: [key for key in ids if key not in own[kind]] for kind, ids in wanted.items()}
        )
        return {
            kind: {key: found for key, found in (stored[kind] | own[kind]).items() if found is not None}
            for kind in wanted
        }

    async def find(self, kind: Kind[D], *where: Where, order: Order | None = None, limit: int = 100) -> tuple[D, ...]:
        """Return committed documents that match, with this unit's own writes to them applied."""
        page = await self._documents.find(kind, self.org, *where, order=order, limit=limit)
        return self._as_written(kind, page.items)

    async def every(self, kind: Kind[D], *where: Where) -> tuple[D, ...]:
        """Return as `find` does all that match, however many, by id."""
        return self._as_written(kind, await every(self._documents, kind, self.org, *where))

    def put(self, kind: Kind[D], document: D) -> D:
        """Store a new document, or the next version of the one read or deleted; return it with its new version."""
        write = self._rebased(kind, document)
        stored = document if document.version == write.version else with_version(document, write.version)
        write.index = self._documents.index(kind, stored)
        write.body = ENCODE(stored)
        write.document = stored
        self._writes[kind, document.id] = write
        return stored

    def delete(self, kind: Kind[D], document: AnyDocument) -> None:
        """Delete the document in the version given."""
        if document.version == 0:
            raise ValueError(f"a {kind.name} that was never stored cannot be deleted")
        write = self._rebased(kind, document)
        if write.base == 0:
            del self._writes[kind, document.id]
        else:
            self._writes[kind, document.id] = write

    def expect(self, kind: Kind[D], document: AnyDocument) -> None:
        """Let the commit fail with `Stale` if this document has changed meanwhile."""
        self._open_for(document)
        if (kind, document.id) not in self._writes:
            self._expectations[kind, document.id] = document.version

    def fence(self, name: str, token: int) -> None:
        """Let the commit fail with `Stale` if a higher token has moved this mark."""
        self._fence = (name, token)

    def close_journal(self, *, after: int) -> None:
        """Let the commit close the journal, or add to a closed one, if its last sequence is still `after`."""
        self._closing = after

    def emit(self, event: Event) -> None:
        """Add a fact to the entry."""
        self._events.append(ENCODE(event))

    def afterwards(self, act: Callable[[], Awaitable[None]]) -> None:
        """Do this once the unit is committed, before `commit` returns; never where it is refused."""
        self._afterwards.append(act)

    def if_refused(self, act: Callable[[], Awaitable[None]]) -> None:
        """Do this where the commit is refused and nothing was stored, before `commit` raises."""
        self._if_refused.append(act)

    def adopt(self, prepared: PreparedUnit) -> None:
        """Take over what was prepared elsewhere; nothing of it may be in this unit yet."""
        self._open_for(prepared)
        kinds = {name: self._documents.kind(name) for name in {write.kind for write in prepared.writes}}
        for write in prepared.writes:
            kind = kinds[write.kind]
            self._writes[kind, write.id] = PendingWrite(kind, write.id, write.base, None, write.body, write.index)
        for name, document_id, version in prepared.expectations:
            kind = self._documents.kind(name)
            if (kind, document_id) not in self._writes:
                self._expectations[kind, document_id] = version
        self._events += prepared.events

    async def commit(self) -> int | None:
        """Commit; return the sequence, or None where there was nothing to commit. Raises `Stale` and `Conflict`.

        A caller that is cancelled while it waits does not undo the commit.
        """
        if self._outcome is None:
            self._outcome = self._submitted()
            if self._afterwards or self._if_refused:
                self._outcome = asyncio.ensure_future(self._with_what_follows(self._outcome))
        return await asyncio.shield(self._outcome)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Commit, unless the block raised."""
        if error is None:
            await self.commit()

    def _as_written(self, kind: Kind[D], found: Sequence[D]) -> tuple[D, ...]:
        seen = []
        for stored in found:
            write = self._writes.get((kind, stored.id))
            document = stored if write is None else cast("D | None", write.read())
            if document is not None:
                seen.append(document)
        return tuple(seen)

    def _submitted(self) -> asyncio.Future[int | None]:
        if not (self._writes or self._events or self._expectations):
            nothing: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
            nothing.set_result(None)
            return nothing
        return self._documents.submit(
            PendingUnit(
                self.org,
                self.actor,
                self.business_date,
                tuple(self._writes.values()),
                tuple((kind, key, version) for (kind, key), version in self._expectations.items()),
                b"[" + b",".join(self._events) + b"]",
                self._fence,
                self._closing,
            )
        )

    async def _with_what_follows(self, submitted: asyncio.Future[int | None]) -> int | None:
        try:
            sequence = await submitted
        except (Closed, Stale, Conflict, DiskFull, Moved):
            for act in self._if_refused:
                await act()
            raise
        for act in self._afterwards:
            await act()
        return sequence

    def _open_for(self, content: AnyDocument | PreparedUnit) -> None:
        if self._outcome is not None:
            raise RuntimeError("the unit of work is already committed")
        if content.org != self.org:
            raise ValueError(f"a document of organization {content.org!r} in a unit of work of {self.org!r}")

    def _rebased(self, kind: Kind[Any], document: AnyDocument) -> PendingWrite:
        self._open_for(document)
        earlier = self._writes.get((kind, document.id))
        if earlier is None:
            return PendingWrite(kind, document.id, document.version)
        if earlier.body is None:
            # Deleted in this unit: what is put in its place is its next version.
            if document.version == 0:
                return PendingWrite(kind, document.id, earlier.base)
        elif document.version == earlier.version:
            return PendingWrite(kind, document.id, earlier.base)
        elif document.version == 0:
            raise Conflict(another_exists(kind, "this id"))
        raise Stale(f"This {kind.name} was already changed in this unit of work.")
