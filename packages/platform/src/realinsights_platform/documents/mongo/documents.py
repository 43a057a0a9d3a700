"""The mongo adapter of the documents port."""

from __future__ import annotations

import asyncio
import copy
import datetime
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Final, Self

import msgspec
from pymongo import ASCENDING, AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.monitoring import CommandListener

from realinsights_platform.documents.journal_port import DueDocument, JournalEntry, Mark, Outgoing, Stored, Write
from realinsights_platform.documents.mongo.client import Fields, answering, open_database
from realinsights_platform.documents.mongo.commits import Commits
from realinsights_platform.documents.mongo.journal import JournalCollections
from realinsights_platform.documents.mongo.layout import KindCollection, key_of, within
from realinsights_platform.documents.mongo.preparing import prepare_kinds
from realinsights_platform.documents.mongo.queries import conditions, count, due, page, sums
from realinsights_platform.documents.ordered_values import decimal_of, summed
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
from realinsights_platform.documents.unit import BufferedUnit, PendingUnit

MOST: Final = 1_000
"""The most documents that one page or one `get_many` returns."""

_STORED_AT_ONCE: Final = 500
_BODY: Final[Fields] = {"body": 1, "write": 1}
_LOST: Final = msgspec.Raw(b"null")


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
        self._kinds: dict[Kind[Any], KindCollection[Any]] = {}
        for kind in kinds:
            if kind.service != service:
                raise ValueError(f"{kind.name} belongs to {kind.service}, not to {service}")
            self._kinds[kind] = KindCollection(kind, database)
        self._journal = JournalCollections(service, database)
        self._commits = Commits(client, self._journal, self._kinds)
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
        collection = self._collection(kind)
        with answering():
            found = await collection.stored.find_one({"_id": key_of(org, document_id)}, _BODY)
        return None if found is None else await self._read(collection, found)

    async def get_many(self, kind: Kind[D], org: str, ids: Sequence[str]) -> dict[str, D]:
        """Return those of the documents that exist, by id; at most 1,000 ids."""
        if len(ids) > MOST:
            raise ValueError(f"at most {MOST} ids at a time")
        if not ids:
            return {}
        collection = self._collection(kind)
        keys = [key_of(org, document_id) for document_id in dict.fromkeys(ids)]
        with answering():
            found = await collection.stored.find({"_id": {"$in": keys}}, _BODY).to_list()
        documents = [await self._read(collection, one) for one in found]
        return {document.id: document for document in documents}

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
        if not 1 <= limit <= MOST:
            raise ValueError(f"a page holds 1 to {MOST} documents")
        collection = self._collection(kind)
        clauses = conditions(collection, where)
        if clauses is None:
            return Page((), None)
        wanted = _BODY if order is None else {**_BODY, collection.path(order.field): 1}
        with answering():
            found = await page(collection, org, clauses, order=order, after=after, limit=limit + 1, wanted=wanted)
        items = tuple([await self._read(collection, one) for one in found[:limit]])
        following = None
        if len(found) > limit:
            value = None if order is None else found[limit - 1]["index"][order.field]
            # What BSON kept in 64 bits comes back as a type of its own.
            following = Position(int(value) if isinstance(value, int) else value, items[-1].id)
        return Page(items, following)

    async def count(self, kind: Kind[D], org: str, *where: Where) -> int:
        """Return how many match."""
        collection = self._collection(kind)
        clauses = conditions(collection, where)
        if clauses is None:
            return 0
        with answering():
            return await count(collection, org, clauses)

    async def sums(self, kind: Kind[D], org: str, *where: Where, of: str, by: str) -> tuple[Group, ...]:
        """Return the exact sums of an indexed decimal field, one for each value of another, of all that match."""
        collection = self._collection(kind)
        clauses = conditions(collection, where)
        if clauses is None:
            return ()
        with answering():
            found = await sums(collection, org, clauses, of=of, by=by)
        return tuple(
            Group(None if value is None else decimal_of(value), count, summed(total, 0))
            for value, count, total in found
        )

    async def history(self, kind: Kind[D], org: str, document_id: str, *, limit: int = 100) -> tuple[Revision[D], ...]:
        """Return the document's versions, newest first."""
        collection = self._collection(kind)
        with answering():
            found = await self._journal.revisions(org, kind.name, document_id, limit=limit)
        return tuple(
            Revision(
                None if body is None else collection.decode(body),
                write["version"],
                write["sequence"],
                entry["at"],
                entry["actor"],
                entry["businessDate"].date(),
            )
            for write, body, entry in found
        )

    async def as_known_at(self, kind: Kind[D], org: str, document_id: str, at: datetime.datetime) -> D | None:
        """Return the document as it was stored at that time; None where it did not exist."""
        collection = self._collection(kind)
        with answering():
            body = await self._journal.body_at(org, kind.name, document_id, at)
        return None if body is None else collection.decode(body)

    def unit(self, *, org: str, actor: str, business_date: datetime.date) -> BufferedUnit:
        """Open a unit of work; `actor` is a user id or `system:<what>`."""
        return BufferedUnit(self, org=org, actor=actor, business_date=business_date)

    def kind(self, name: str) -> Kind[Any]:
        """Return the kind of this name."""
        return next(kind for kind in self._kinds if kind.name == name)

    def index(self, kind: Kind[Any], document: AnyDocument) -> Indexed:
        """Return what the indexes hold of a document; raises `Invalid` for what they cannot."""
        return self._collection(kind).indexer.index(document)

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
        with answering():
            found = await self._journal.heads.find_one({"_id": org}, {"bytes": 1})
        return 0 if found is None else int(found["bytes"])

    async def organizations(self, *, after: str = "", limit: int = 100) -> tuple[str, ...]:
        """Return the organizations that have a journal, in order of id, after one."""
        with answering():
            return await self._journal.organizations(after=after, limit=limit)

    async def entries(self, org: str, *, after: int = 0, limit: int = 100) -> tuple[JournalEntry, ...]:
        """Return entries in sequence, fewer than `limit` where they are big; none only at the journal's end."""
        with answering():
            return await self._journal.read(org, after=after, limit=limit)

    async def outbox(self, org: str, *, after: int, limit: int = 100) -> tuple[Outgoing, ...]:
        """Return the events of entries in sequence, without their documents; fewer where they are big."""
        with answering():
            return await self._journal.outbox(org, after=after, limit=limit)

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
        collection = self._collection(kind)
        with answering():
            found = await due(collection, until=until, after=after, limit=limit)
        return tuple(found)

    async def mark(self, name: str) -> Mark:
        """Return where `name` stands."""
        with answering():
            return await self._journal.mark(name)

    async def move(self, name: str, mark: Mark) -> bool:
        """Move a mark, unless a higher token has moved it: then nothing changes. Tell whether it moved."""
        with answering():
            return await self._journal.move(name, mark)

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

    async def _read(self, collection: KindCollection[D], found: Fields) -> D:
        body = found["body"]
        if body is None:
            with answering():
                body = await self._journal.written(found["write"])
        return collection.decode(body)

    async def _body(self, found: Fields) -> bytes | None:
        if found["body"] is not None:
            return found["body"]  # type: ignore[no-any-return]
        with answering():
            return await self._journal.written(found["write"])

    def _collection(self, kind: Kind[D]) -> KindCollection[D]:
        try:
            return self._kinds[kind]
        except KeyError:
            raise LookupError(
                f"{kind.service}.{kind.name} is not among the kinds that the database was opened with"
            ) from None
