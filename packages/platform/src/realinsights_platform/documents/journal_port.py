"""The journal port: one entry per unit of work, in sequence per organization; and what an opened adapter offers.

`tests/adapters/test_documents.py` and `test_journal.py` are the specification.
"""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, Self

import msgspec

from realinsights_platform.documents.port import Documents, Kind
from realinsights_platform.documents.stages import Stage, Standing
from realinsights_platform.documents.text_port import TextIndex

EVENT_BYTES_AT_ONCE: Final = 1_000_000
"""So many bytes of events are read at once, and what is left of the last entry."""


class Write(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """One changed document in a journal entry; `document` is its stored JSON, None where it was deleted."""

    kind: str
    id: str
    version: int
    document: msgspec.Raw | None


class JournalEntry(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One unit of work: `sequence` is 1, 2, 3 … without gaps per service and organization.

    `hash` is the SHA-256 (hex) over the entry's canonical bytes, `previous_hash` included, which makes the journal a
    chain: changing or removing any entry breaks every later one.
    """

    service: str
    org: str
    sequence: int
    id: str
    at: datetime.datetime
    actor: str
    business_date: datetime.date
    writes: tuple[Write, ...]
    events: msgspec.Raw
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A document as the engine holds it; `indexed` says whether its index entries are those of its JSON."""

    write: Write
    indexed: bool


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The events of one journal entry as they are stored; `place` is where it stands among all of its service."""

    org: str
    sequence: int
    place: str
    at: datetime.datetime
    business_date: datetime.date
    events: bytes


def are_all(entries: Sequence[Outgoing], limit: int) -> bool:
    """Return whether there was nothing after these entries when they were read, `limit` of them at most."""
    return len(entries) < limit and sum(len(one.events) for one in entries) < EVENT_BYTES_AT_ONCE


class Feed(Protocol):
    """A service's events as others may read them: all that a read model of another service needs."""

    service: str

    async def sequence(self, org: str) -> int:
        """Return the organization's last sequence, 0 before the first, as the journal has it now."""

    async def organizations(self, *, after: str = "", limit: int = 100) -> tuple[str, ...]:
        """Return the organizations that have a journal, in order of id, after one: for walks that may take long."""

    async def outbox(self, org: str, *, after: int, limit: int = 100) -> tuple[Outgoing, ...]:
        """Return the events of entries in sequence, without their documents.

        Fewer than `limit` come only where there are no more, or once they are `EVENT_BYTES_AT_ONCE` together.
        """

    def relaxed(self, known: Callable[[str], int | None]) -> Self:
        """Return the same feed for readers who lack much, so that a copy may answer them; its end is the last entry."""


class Journal(Feed, Protocol):
    """One service's journal."""

    async def entries(self, org: str, *, after: int = 0, limit: int = 100) -> tuple[JournalEntry, ...]:
        """Return entries in sequence, fewer than `limit` where they are big; none only at the journal's end."""

    async def outgoing(self, *, after: str, limit: int = 100) -> tuple[Outgoing, ...]:
        """Return the events of all organizations' entries after a place (empty: the beginning), as committed.

        Each organization's are in sequence; as many come as in `outbox`. For the relay, which works for all of them and
        shows nobody anything.
        """

    async def closed(self, org: str) -> int | None:
        """Return which entry closed the organization's journal (`closing`), by sequence; None while it is open."""

    def stored(self, org: str) -> AsyncIterator[Stored]:
        """Walk through all documents as they are stored, by kind and id; for verification and moving house."""


@dataclass(frozen=True, slots=True)
class DueDocument:
    """A document with which something is to be done, and when."""

    at: datetime.datetime
    org: str
    id: str


class Due(Protocol):
    """What is to be done at its time, in all organizations; for the scheduler, which shows nobody anything."""

    async def due(
        self, kind: Kind[Any], *, until: datetime.datetime, after: DueDocument | None = None, limit: int = 100
    ) -> tuple[DueDocument, ...]:
        """Return the documents of a kind that are due by then, the longest due first, after one of them.

        An index finds them: it costs as much as is found, however many organizations and documents there are.
        """


@dataclass(frozen=True, slots=True)
class Mark:
    """The place something has reached in a journal, and the fencing token of who said so."""

    place: str = ""
    token: int = 0


class Marks(Protocol):
    """The places of those who work through a journal; kept beside it, not in it."""

    async def mark(self, name: str) -> Mark:
        """Return where `name` stands."""

    async def move(self, name: str, mark: Mark) -> bool:
        """Move a mark, unless a higher token has moved it: then nothing changes. Tell whether it moved."""


class Moving(Protocol):
    """What a move from one store to another asks of both; `tests/adapters/test_moving.py` is the specification.

    Of an organization that never moved nothing is kept.
    """

    async def standing(self, org: str) -> Standing | None:
        """Return where an organization is, None where it never moved."""

    async def end(self, org: str) -> tuple[int, str]:
        """Return the last sequence of an organization and the hash of that entry, as the head has them."""

    async def stand(self, org: str, standing: Standing, *, instead_of: Collection[Stage | None]) -> bool:
        """Say where an organization is, where it is now at one of these stages (None: it never moved); tell whether so.

        A stage other than `HERE` is changed by the same move alone. In one that refuses, every unit of work that is
        committed later raises `Moved`; what was committed before is in the journal when this returns. It can be said
        of documents that are opened to be read.
        """

    async def replay(self, org: str, entries: Sequence[JournalEntry]) -> None:
        """Write entries and what they say of documents as they are, of an organization that is arriving.

        They follow the journal's end. Raises `BrokenChain` where they do not or where a hash is not that of its entry,
        and `Conflict` where a unique key is taken or the organization is not arriving. What was written is whole
        entries, the first ones, and after each as many documents as the journal says. None is published.
        """

    async def arrive(self, org: str, move: str, *, told: int) -> bool:
        """Let an arriving organization be written to, and entries after a sequence be published.

        Tell whether it was arriving by this move.
        """

    async def told(self, org: str, place: str) -> int:
        """Return an organization's last sequence up to a place of the journal (see `outgoing`), 0 for none."""


class Storage(Documents, Journal, Marks, Due, Moving, Protocol):
    """One service's documents and journal, as an adapter opens them."""

    def telling(self, committed: Callable[[str, int], None]) -> Self:
        """Return the same storage for one of the processes that share it.

        `committed(org, sequence)` is called on the event loop after each commit of a unit that was opened by what is
        returned, before the unit's caller goes on.
        """

    async def erase(self, org: str, *, most: int) -> bool:
        """Remove at most so many of each thing that a closed journal still has; return whether anything was there.

        All documents go, and every entry before the one that closed the journal. Raises `ValueError` for an open one.
        """

    def texts(self) -> TextIndex:
        """Return the full text index beside the documents; whoever asks for it closes it before the documents."""

    async def ready(self) -> None:
        """Return where documents can be read and written; raises where not."""

    async def close(self) -> None:
        """Finish what is being committed and let go of the engine."""
