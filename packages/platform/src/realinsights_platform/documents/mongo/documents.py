"""The mongo adapter of the documents port."""

from __future__ import annotations

import asyncio
import copy
import datetime
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, Final, Self, TypeVar

import msgspec
from pymongo import ASCENDING, AsyncMongoClient, ReadPreference
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.monitoring import CommandListener

from realinsights_platform.documents.journal_port import (
    DueDocument,
    JournalEntry,
    Mark,
    Outgoing,
    Stored,
    Write,
    are_all,
)
from realinsights_platform.documents.mongo.client import Fields, answering, open_database
from realinsights_platform.documents.mongo.commits import Commits
from realinsights_platform.documents.mongo.journal import JournalCollections, erase_some
from realinsights_platform.documents.mongo.layout import KindCollection, within
from realinsights_platform.documents.mongo.moving import Arrivals
from realinsights_platform.documents.mongo.preparing import prepare_kinds
from realinsights_platform.documents.mongo.queries import due
from realinsights_platform.documents.mongo.reads import Reads
from realinsights_platform.documents.mongo.secondaries import Secondaries
from realinsights_platform.documents.mongo.texts import MongoTexts
from realinsights_platform.documents.moving import arrival_of, in_parts, require_sealed
from realinsights_platform.documents.port import (
    AnyDocument,
    D,
    Group,
    Indexed,
    Kind,
    Order,
    Page,
    Position,
    Revision,
    Where,
)
from realinsights_platform.documents.stages import Stage, Standing
from realinsights_platform.documents.unit import BufferedUnit, PendingUnit

_STORED_AT_ONCE: Final = 500
_WRITES_AT_ONCE: Final = 1_000
_LOST: Final = msgspec.Raw(b"null")

T = TypeVar("T")


class MongoDocuments:
    """One service's documents and journal in one database, which other services and processes may share."""

    def __init__(
        self,
        client: AsyncMongoClient[Fields],
        database: AsyncDatabase[Fields],
        *,
        service: str,
        kinds: Sequence[Kind[Any]],
    ) -> None:
        self.service = service
        self._client = client
        self._database = database
        for kind in kinds:
            if kind.service != service:
                raise ValueError(f"{kind.name} belongs to {kind.service}, not to {service}")
        self._kinds = {kind: KindCollection(kind, database) for kind in kinds}
        self._journal = JournalCollections(service, database)
        self._reads = Reads(self._kinds, self._journal)
        near = database.with_options(read_preference=ReadPreference.SECONDARY_PREFERRED)
        self._near = Reads({kind: KindCollection(kind, near) for kind in kinds}, JournalCollections(service, near))
        self._secondaries: Secondaries | None = None
        self._units: Self | None = None
        self._commits = Commits(client, self._journal, self._kinds)
        self._arrivals = Arrivals(client, self._journal, self._kinds)
        self._committed: Callable[[str, int], None] | None = None
        self._committing: set[asyncio.Task[int | None]] = set()
        self._closed = False

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        service: str,
        kinds: Sequence[Kind[Any]],
        listeners: Sequence[CommandListener] = (),
        prepare: bool = True,
    ) -> Self:
        """Open a database and create what is missing in it, indexes of later versions of a kind included.

        Without `prepare` nothing is created and nothing asked. `listeners` hear of each command. Raises `ValueError`
        for a URL that is none, and `Unavailable` where the database does not answer.
        """
        client, database = open_database(url, listeners)
        opened = cls(client, database, service=service, kinds=kinds)
        if not prepare:
            return opened
        try:
            with answering():
                await prepare_kinds(database, service, opened._journal, [*opened._kinds.values()])
        except BaseException:
            await client.close()
            raise
        return opened

    async def get(self, kind: Kind[D], org: str, document_id: str) -> D | None:
        """Return the document or None."""
        return await self._asked(org, lambda reads: reads.get(kind, org, document_id))

    async def get_many(self, kind: Kind[D], org: str, ids: Sequence[str]) -> dict[str, D]:
        """Return those of the documents that exist, by id; at most 1,000 ids."""
        return await self._asked(org, lambda reads: reads.get_many(kind, org, ids))

    async def get_together(
        self, org: str, wanted: Mapping[Kind[Any], Sequence[str]]
    ) -> dict[Kind[Any], dict[str, Any]]:
        """Return documents of several kinds as `get_many` does of one, side by side."""
        found = await asyncio.gather(*(self.get_many(kind, org, ids) for kind, ids in wanted.items()))
        return dict(zip(wanted, found, strict=True))

    async def find(
        self,
        kind: Kind[D],
        org: str,
        *where: Where,
        order: Order | None = None,
        after: Position | None = None,
        limit: int = 50,
    ) -> Page[D]:
        """Return the page after a position; `limit` is at most 1,000."""
        return await self._asked(
            org, lambda reads: reads.find(kind, org, *where, order=order, after=after, limit=limit)
        )

    async def count(self, kind: Kind[D], org: str, *where: Where) -> int:
        """Return how many match."""
        return await self._asked(org, lambda reads: reads.count(kind, org, *where))

    async def sums(self, kind: Kind[D], org: str, *where: Where, of: str, by: str) -> tuple[Group, ...]:
        """Return the exact sums of an indexed decimal field, one for each value of another, of all that match."""
        return await self._asked(org, lambda reads: reads.sums(kind, org, *where, of=of, by=by))

    async def history(self, kind: Kind[D], org: str, document_id: str, *, limit: int = 100) -> tuple[Revision[D], ...]:
        """Return the document's versions, newest first."""
        return await self._asked(org, lambda reads: reads.history(kind, org, document_id, limit=limit))

    async def as_known_at(self, kind: Kind[D], org: str, document_id: str, at: datetime.datetime) -> D | None:
        """Return the document as it was stored at that time; None where it did not exist."""
        return await self._asked(org, lambda reads: reads.as_known_at(kind, org, document_id, at))

    async def _asked(self, org: str, ask: Callable[[Reads], Awaitable[T]]) -> T:
        """Return what a read answers: from a secondary where one may be asked and shows enough, else the primary."""
        with answering():
            if self._secondaries is not None:
                found = await self._secondaries.answer(org, ask)
                if found is not None:
                    return found[0]
            return await ask(self._reads)

    def relaxed(self, known: Callable[[str], int | None]) -> Self:
        """Return the same storage, whose reads may be of a secondary that has all that is known."""
        own = copy.copy(self)
        own._units = self._units or self
        own._secondaries = Secondaries(self._client, self._near, known)
        return own

    def unit(self, *, org: str, actor: str, business_date: datetime.date) -> BufferedUnit:
        """Open a unit of work; `actor` is a user id or `system:<what>`."""
        return BufferedUnit(self._units or self, org=org, actor=actor, business_date=business_date)

    def kind(self, name: str) -> Kind[Any]:
        """Return the kind of this name."""
        return next(kind for kind in self._kinds if kind.name == name)

    def index(self, kind: Kind[Any], document: AnyDocument) -> Indexed:
        """Return what the indexes hold of a document; raises `Invalid` for what they cannot."""
        return self._reads.collection(kind).indexer.index(document)

    def submit(self, unit: PendingUnit) -> asyncio.Future[int | None]:
        """Start to commit a unit; the future gives the sequence or the refusal."""
        if self._closed:
            raise RuntimeError("the documents are closed")
        committing = asyncio.ensure_future(self._commit(unit))
        # Also where nobody waits any more it goes on, and closing waits for it.
        self._committing.add(committing)
        committing.add_done_callback(self._committing.discard)
        return committing

    async def _commit(self, unit: PendingUnit) -> int | None:
        with answering():
            sequence = await self._commits.commit(unit)
        if sequence is not None and self._committed is not None:
            self._committed(unit.org, sequence)
        return sequence

    def telling(self, committed: Callable[[str, int], None]) -> Self:
        """Return the same storage for one of the processes that share it, which is told of its own commits."""
        own = copy.copy(self)
        own._committed = committed
        return own

    async def sequence(self, org: str) -> int:
        """Return the organization's last sequence, 0 before the first, as the journal has it now."""
        with answering():
            return (await self._journal.head(org)).sequence

    async def stored_bytes(self, org: str) -> int:
        """Return how many bytes of documents and events the organization's journal holds."""
        # What others have written since this process's last commit is known once it commits again.
        head = self._commits.head(org)
        if head is None:
            with answering():
                head = await self._journal.head(org)
        return head.bytes

    async def organizations(self, *, after: str = "", limit: int = 100) -> tuple[str, ...]:
        """Return the organizations that have a journal, in order of id, after one."""
        with answering():
            return await self._journal.organizations(after=after, limit=limit)

    async def entries(self, org: str, *, after: int = 0, limit: int = 100) -> tuple[JournalEntry, ...]:
        """Return entries in sequence, fewer than `limit` where they are big; none only at the journal's end."""
        with answering():
            return await self._journal.read(org, after=after, limit=limit)

    async def outbox(self, org: str, *, after: int, limit: int = 100) -> tuple[Outgoing, ...]:
        """Return the events of entries in sequence, without their documents."""
        with answering():
            found: tuple[Outgoing, ...] = ()
            if self._secondaries is not None:
                found = await self._secondaries.far_behind(org, after=after, limit=limit)
            if are_all(found, limit):  # as far as a copy knows
                after = found[-1].sequence if found else after
                found += await self._reads.outbox(org, after=after, limit=limit - len(found))
            return found

    async def outgoing(self, *, after: str, limit: int = 100) -> tuple[Outgoing, ...]:
        """Return the events of entries of all organizations after a place, each organization's in sequence."""
        with answering():
            if await self._journal.has_without_place():
                async with self._client.start_session(causal_consistency=False) as session:
                    await session.with_transaction(lambda own: self._journal.give_places(own, limit))
            return await self._journal.outgoing(after=after, limit=limit)

    async def stored(self, org: str) -> AsyncIterator[Stored]:
        """Walk through all documents as they are stored, by kind and id."""
        for collection in sorted(self._kinds.values(), key=lambda one: one.name):
            last = ""
            while True:
                with answering():
                    found = await collection.stored.find(
                        {"org": org, "_id": within(org, last)}, sort=[("_id", ASCENDING)], limit=_STORED_AT_ONCE
                    ).to_list()
                if not found:
                    break
                for one in found:
                    last = one["_id"].removeprefix(f"{org}/")
                    body = await self._body(one)
                    sound = body is not None and collection.sound(one, body)
                    document = _LOST if body is None else msgspec.Raw(body)
                    yield Stored(Write(collection.kind.name, last, one["version"], document), sound)

    async def due(
        self, kind: Kind[Any], *, until: datetime.datetime, after: DueDocument | None = None, limit: int = 100
    ) -> tuple[DueDocument, ...]:
        """Return the documents of a kind that are due by then, the longest due first, after one of them."""
        collection = self._reads.collection(kind)
        found: list[DueDocument] = []
        with answering():
            while len(found) < limit:
                page = await due(collection, until=until, after=after, limit=limit)
                away = await self._arrivals.away({one.org for one in page})
                found += [one for one in page if one.org not in away]
                if len(page) < limit:
                    break
                after = page[-1]
        return tuple(found[:limit])

    async def mark(self, name: str) -> Mark:
        """Return where `name` stands."""
        with answering():
            return await self._journal.mark(name)

    async def move(self, name: str, mark: Mark) -> bool:
        """Move a mark, unless a higher token has moved it: then nothing changes. Tell whether it moved."""
        with answering():
            return await self._journal.move(name, mark)

    async def closed(self, org: str) -> int | None:
        """Return the sequence of the entry that closed the organization's journal, None while it is open."""
        with answering():
            return (await self._journal.head(org)).closed

    async def erase(self, org: str, *, most: int) -> bool:
        """Remove at most so many of each thing that a closed journal still has; return whether anything was there."""
        with answering():
            head = await self._journal.head(org)
            if head.closed is None:
                raise ValueError(f"the journal of {org} is open")
            gone = 0
            for collection in self._kinds.values():
                gone += await erase_some(collection.stored, {"org": org, "_id": within(org)}, most)
            gone += await self._journal.erase(org, head, most)
        self._commits.forget(org)
        return gone > 0

    async def standing(self, org: str) -> Standing | None:
        """Return where an organization is, None where it never moved."""
        with answering():
            return await self._arrivals.standing(org)

    async def end(self, org: str) -> tuple[int, str]:
        """Return the last sequence of an organization and the hash of that entry, as the head has them."""
        with answering():
            head = await self._journal.head(org)
        return head.sequence, head.hash

    async def stand(self, org: str, standing: Standing, *, instead_of: Collection[Stage | None]) -> bool:
        """Say where an organization is, where it is at one of these stages now; tell whether it was."""
        with answering():
            return await self._arrivals.stand(org, standing, instead_of)

    async def replay(self, org: str, entries: Sequence[JournalEntry]) -> None:
        """Write entries and what they say of documents as they are, of an organization that is arriving."""
        for part in in_parts(entries, _WRITES_AT_ONCE):
            await asyncio.to_thread(require_sealed, part)
            arrival = await asyncio.to_thread(arrival_of, part, self.kind)
            with answering():
                await self._arrivals.replay(org, part, arrival)

    async def arrive(self, org: str, move: str, *, told: int) -> bool:
        """Let an arriving organization be written to, and entries after a sequence be published."""
        with answering():
            return await self._arrivals.arrive(org, move, told)

    async def told(self, org: str, place: str) -> int:
        """Return an organization's last sequence up to a place of the journal, 0 for none."""
        with answering():
            return await self._arrivals.told(org, place)

    def texts(self) -> MongoTexts:
        """Return the full text index in the same database."""
        return MongoTexts(self._database, self.service)

    async def ready(self) -> None:
        """Return where documents can be read and written; raises where not."""
        with answering():
            await self._database.command("ping")

    async def close(self) -> None:
        """Finish what is being committed and let go of the engine."""
        if not self._closed:
            self._closed = True
            if self._committing:
                await asyncio.wait(self._committing)
            await self._client.close()

    async def _body(self, found: Fields) -> bytes | None:
        if found["body"] is not None:
            return found["body"]  # type: ignore[no-any-return]
        with answering():
            return await self._journal.written(found["write"])
