"""Commits: a unit of work as one transaction of MongoDB, with its journal entry.

Units of an organization follow each other: each moves the organization's head from where it read it, so that of two
at once one begins again. In one process they wait for their turn.
"""

from __future__ import annotations

import asyncio
import datetime
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import msgspec
import pymongo
from pymongo import AsyncMongoClient, DeleteOne, InsertOne, ReplaceOne
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import BulkWriteError, DuplicateKeyError, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from realinsights_platform.attributes import made_from
from realinsights_platform.documents.journal import Header, entry_hash
from realinsights_platform.documents.journal_port import JournalEntry, Write
from realinsights_platform.documents.mongo.client import Fields
from realinsights_platform.documents.mongo.journal import Head, JournalCollections, write_key
from realinsights_platform.documents.mongo.layout import KindCollection, key_of
from realinsights_platform.documents.port import Kind
from realinsights_platform.documents.unit import NO_EVENTS, PendingUnit, PendingWrite, changed_meanwhile, taken
from realinsights_platform.errors import Unavailable
from realinsights_platform.ids import new_id

_DUPLICATE: Final = 11000
_ATTEMPTS: Final = 100
_HEADS_KEPT: Final = 16_384

Numbered = tuple[int, PendingWrite]
"""A write and its number in its entry."""


class _HeadMoved(Exception):
    """Another process has committed to the organization since its head was read."""


class _Traded(Exception):
    """An update meets a unique key that another document of the same unit may be giving up."""


class Commits:
    """The transactions of one service."""

    def __init__(
        self,
        client: AsyncMongoClient[Fields],
        journal: JournalCollections,
        kinds: Mapping[Kind[Any], KindCollection[Any]],
    ) -> None:
        self._client = client
        self._journal = journal
        self._kinds = kinds
        self._heads: OrderedDict[str, Head] = OrderedDict()
        self._turns: dict[str, list[asyncio.Future[None]]] = {}

    async def commit(self, unit: PendingUnit) -> int | None:
        """Commit a unit; return its sequence. Raises `Stale` and `Conflict`, with nothing stored."""
        entry_id = new_id()
        apart = False
        async with self._turn(unit.org):
            for _ in range(_ATTEMPTS):
                head = self._heads.pop(unit.org, None) or await self._journal.head(unit.org)
                entry = self._entry(unit, head, entry_id)
                try:
                    await self._transaction(unit, head, entry, apart=apart)
                except _HeadMoved:
                    continue
                except _Traded:
                    apart = True
                    continue
                if entry is None:
                    return None
                self._keep(unit.org, Head(entry.sequence, entry.hash, entry.at))
                return entry.sequence
        raise Unavailable("Too much is written to this organization at once. Try again in a few seconds.")

    @asynccontextmanager
    async def _turn(self, org: str) -> AsyncIterator[None]:
        """Wait until the units of the organization that came before are done."""
        waiting = self._turns.setdefault(org, [])
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting.append(mine)
        try:
            if waiting[0] is not mine:
                await mine
            yield
        finally:
            first = waiting[0] is mine
            waiting.remove(mine)
            if not waiting:
                del self._turns[org]
            elif first and not waiting[0].done():
                waiting[0].set_result(None)

    def _keep(self, org: str, head: Head) -> None:
        self._heads[org] = head
        if len(self._heads) > _HEADS_KEPT:
            self._heads.popitem(last=False)

    def _entry(self, unit: PendingUnit, head: Head, entry_id: str) -> JournalEntry | None:
        if not unit.writes and unit.events == NO_EVENTS:
            return None
        header = Header(
            service=self._journal.service,
            org=unit.org,
            sequence=head.sequence + 1,
            id=entry_id,
            at=head.next_time(datetime.datetime.now(datetime.UTC)),
            actor=unit.actor,
            business_date=unit.business_date,
            previous_hash=head.hash,
        )
        writes = tuple(
            Write(write.kind.name, write.id, write.version, None if write.body is None else msgspec.Raw(write.body))
            for write in unit.writes
        )
        own_hash = entry_hash(header, writes, unit.events)
        return made_from(header, JournalEntry, writes=writes, events=msgspec.Raw(unit.events), hash=own_hash)

    async def _transaction(self, unit: PendingUnit, head: Head, entry: JournalEntry | None, *, apart: bool) -> None:
        async def work(session: AsyncClientSession) -> None:
            if entry is not None:
                size = len(unit.events) + sum(len(write.body or b"") for write in unit.writes)
                if not await self._journal.advance(unit.org, head, entry, size, session):
                    raise _HeadMoved
            await self._apply(unit, head.sequence + 1, session, apart=apart)
            if entry is not None:
                await self._journal.append(entry, session)

        async with self._client.start_session() as session:
            try:
                # Without a deadline of its own the driver tries a transaction for two minutes.
                with pymongo.timeout(self._client.options.timeout):
                    await session.with_transaction(
                        work, read_concern=ReadConcern("snapshot"), write_concern=WriteConcern("majority", j=True)
                    )
            except PyMongoError as error:
                # Whether it was committed is not known where the answer was lost: the journal knows.
                lost = error.has_error_label("UnknownTransactionCommitResult")
                if not (lost and entry and await self._journal.is_there(unit.org, entry.sequence, entry.id)):
                    raise

    async def _apply(self, unit: PendingUnit, sequence: int, session: AsyncClientSession, *, apart: bool) -> None:
        for kind, document_id, version in unit.expectations:
            found = await self._kinds[kind].stored.find_one(
                {"_id": key_of(unit.org, document_id)}, {"version": 1}, session=session
            )
            if (found["version"] if found else 0) != version:
                raise changed_meanwhile(kind)
        by_kind: dict[Kind[Any], list[Numbered]] = {}
        for number, write in enumerate(unit.writes):
            by_kind.setdefault(write.kind, []).append((number, write))
        for kind, writes in by_kind.items():
            await _OfKind(self._journal, self._kinds[kind], unit.org, sequence, session).apply(writes, apart=apart)


class _OfKind:
    """The writes of one unit to one collection."""

    def __init__(
        self,
        journal: JournalCollections,
        kind: KindCollection[Any],
        org: str,
        sequence: int,
        session: AsyncClientSession,
    ) -> None:
        self._journal = journal
        self._kind = kind
        self._org = org
        self._sequence = sequence
        self._session = session

    async def apply(self, writes: Sequence[Numbered], *, apart: bool) -> None:
        """Write all; raises `Stale` and `Conflict`.

        `apart`: take away all that change, then put all back, so that they may trade a unique key among themselves.
        """
        deleted = [write for _, write in writes if write.body is None]
        updated = [(number, write) for number, write in writes if write.body is not None and write.base]
        inserted = [(number, write) for number, write in writes if write.body is not None and not write.base]
        await self._delete(deleted)
        if apart:
            back = await self._absent(updated)
            gone = {number for number, _ in back}
            await self._delete([write for number, write in updated if number not in gone])
            back = updated
        else:
            back = await self._update(updated)
        await self._insert([*back, *inserted])

    async def _delete(self, writes: Sequence[PendingWrite]) -> None:
        if not writes:
            return
        done = await self._kind.stored.bulk_write(
            [DeleteOne(self._stored(write)) for write in writes], session=self._session
        )
        if done.deleted_count != len(writes):
            raise changed_meanwhile(self._kind.kind)

    async def _update(self, writes: Sequence[Numbered]) -> Sequence[Numbered]:
        """Write next versions; return those that are to be inserted, because they follow a deletion."""
        if not writes:
            return ()
        requests = [ReplaceOne(self._stored(write), self._fields(one)) for one in writes for write in one[1:]]
        try:
            done = await self._kind.stored.bulk_write(requests, session=self._session)
        except (BulkWriteError, DuplicateKeyError) as error:
            if _duplicate(error) is None:
                raise
            raise _Traded from error
        if done.matched_count == len(writes):
            return ()
        back = await self._absent(writes)
        if done.matched_count != len(writes) - len(back):
            raise changed_meanwhile(self._kind.kind)
        return back

    async def _absent(self, writes: Sequence[Numbered]) -> Sequence[Numbered]:
        """Return the writes whose document is not stored; raises `Stale` where one does not follow its deletion."""
        keys = [key_of(self._org, write.id) for _, write in writes]
        found = self._kind.stored.find({"_id": {"$in": keys}}, {"_id": 1}, session=self._session)
        there = {one["_id"] async for one in found}
        absent = [one for one, key in zip(writes, keys, strict=True) if key not in there]
        for _, write in absent:
            gone = await self._journal.deleted_in(self._org, write.kind.name, write.id, self._session)
            if gone != write.base:
                raise changed_meanwhile(self._kind.kind)
        return absent

    async def _insert(self, writes: Sequence[Numbered]) -> None:
        if not writes:
            return
        try:
            await self._kind.stored.bulk_write([InsertOne(self._fields(one)) for one in writes], session=self._session)
        except (BulkWriteError, DuplicateKeyError) as error:
            path = _duplicate(error)
            if path is None:
                raise
            group = ("id",) if path == "_id" else self._kind.group_of(path)
            raise taken(self._kind.kind, group) from None

    def _stored(self, write: PendingWrite) -> Fields:
        return {"_id": key_of(self._org, write.id), "version": write.base}

    def _fields(self, one: Numbered) -> Fields:
        number, write = one
        document = write.read()
        if document is None or write.body is None:
            raise ValueError("a deletion stores nothing")
        return self._kind.fields_of(document, write.body, write.index, write_key(self._org, self._sequence, number))


def _duplicate(error: BulkWriteError | DuplicateKeyError) -> str | None:
    """Return the path that a duplicate was found at, None where it is another error."""
    details: Any = error.details or {}
    failed = details.get("writeErrors", [details])[0]
    if failed.get("code") != _DUPLICATE:
        return None
    paths: list[str] = [path for path in failed["keyPattern"] if path != "org"]
    return paths[0]
