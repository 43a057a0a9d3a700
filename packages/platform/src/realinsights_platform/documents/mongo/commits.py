"""Commits: a unit of work as one transaction of MongoDB, with its journal entry.

Units of an organization follow each other: each moves the organization's head from where it read it, so that of two
at once one begins again. In one process they wait for their turn.
"""

from __future__ import annotations

import asyncio
import datetime
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal

import msgspec
import pymongo
from pymongo import AsyncMongoClient, DeleteOne, InsertOne, ReplaceOne, UpdateOne
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import ClientBulkWriteException, PyMongoError
from pymongo.write_concern import WriteConcern

from realinsights_platform.attributes import made_from
from realinsights_platform.documents.journal import Header, entry_hash
from realinsights_platform.documents.journal_port import JournalEntry, Write
from realinsights_platform.documents.mongo.client import Fields
from realinsights_platform.documents.mongo.head import Head
from realinsights_platform.documents.mongo.journal import STRIPES, JournalCollections, write_key
from realinsights_platform.documents.mongo.layout import KindCollection, key_of
from realinsights_platform.documents.moving import refused
from realinsights_platform.documents.port import Kind
from realinsights_platform.documents.stages import REFUSING
from realinsights_platform.documents.unit import (
    NO_EVENTS,
    PendingUnit,
    PendingWrite,
    admit,
    changed_meanwhile,
    led_elsewhere,
    taken,
)
from realinsights_platform.errors import Unavailable
from realinsights_platform.ids import new_id

_DUPLICATE: Final = 11000
_ATTEMPTS: Final = 100
_HEADS_KEPT: Final = 16_384

Numbered = tuple[int, PendingWrite]
"""A write and its number in its entry."""

Model = InsertOne[Fields] | UpdateOne | ReplaceOne[Fields] | DeleteOne
What = Literal["fence", "head", "expectation", "deletion", "update", "insertion", "entry"]


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
        self._stripes: asyncio.LifoQueue[int] = asyncio.LifoQueue()
        for stripe in range(STRIPES):
            self._stripes.put_nowait(stripe)

    async def commit(self, unit: PendingUnit) -> int | None:
        """Commit a unit; return its sequence. Raises `Stale` and `Conflict`, with nothing stored."""
        entry_id = new_id()
        apart = False
        async with self._turn(unit.org), self._stripe(unit) as stripe:
            for _ in range(_ATTEMPTS):
                head = self._heads.pop(unit.org, None) or await self._journal.head(unit.org)
                if head.stage in REFUSING:
                    raise refused(head.stage)
                closed = admit(unit, sequence=head.sequence, closed=head.closed)
                entry = self._entry(unit, head, entry_id)
                try:
                    await self._transaction(unit, head, entry, stripe, apart=apart, closed=closed)
                except _HeadMoved:
                    continue
                except _Traded:
                    apart = True
                    continue
                if entry is None:
                    return None
                self._keep(unit.org, Head(entry.sequence, entry.hash, entry.at, head.bytes + _size(unit), closed))
                return entry.sequence
        raise Unavailable("Too much is written to this organization at once. Try again in a few seconds.")

    def head(self, org: str) -> Head | None:
        """Return an organization's head after the last commit of this process, None where it is not kept."""
        return self._heads.get(org)

    def forget(self, org: str) -> None:
        """Read an organization's head anew when it is next asked for."""
        self._heads.pop(org, None)

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

    @asynccontextmanager
    async def _stripe(self, unit: PendingUnit) -> AsyncIterator[int]:
        """Lend a unit with a fence a stripe that no other of this process has, once one is free."""
        if unit.fence is None:
            yield 0
            return
        stripe = await self._stripes.get()
        try:
            yield stripe
        finally:
            self._stripes.put_nowait(stripe)

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

    async def _transaction(
        self,
        unit: PendingUnit,
        head: Head,
        entry: JournalEntry | None,
        stripe: int,
        *,
        apart: bool,
        closed: int | None,
    ) -> None:
        async def work(session: AsyncClientSession) -> None:
            rests_on = _RestsOn(self._client, self._journal, self._kinds, session)
            await _Writes(rests_on, unit, head, entry, stripe, closed=closed).apply(apart=apart)

        async with self._client.start_session(causal_consistency=False) as session:
            try:
                # Without a deadline of its own the driver tries a transaction for two minutes.
                with pymongo.timeout(self._client.options.timeout):
                    # What a transaction reads is of one moment. A majority has it once a majority has the commit.
                    await session.with_transaction(work, write_concern=WriteConcern("majority", j=True))
            except PyMongoError as error:
                # Whether it was committed is not known where the answer was lost: the journal knows.
                lost = error.has_error_label("UnknownTransactionCommitResult")
                if not (lost and entry and await self._journal.is_there(unit.org, entry.sequence, entry.id)):
                    raise


def _size(unit: PendingUnit) -> int:
    """Return how many bytes of documents and events a unit adds to the journal."""
    return len(unit.events) + sum(len(write.body or b"") for write in unit.writes)


@dataclass(frozen=True, slots=True)
class _RestsOn:
    client: AsyncMongoClient[Fields]
    journal: JournalCollections
    kinds: Mapping[Kind[Any], KindCollection[Any]]
    session: AsyncClientSession


class _Writes:
    """All writes of one unit, sent at once; what each of them met tells whether the unit may be committed."""

    def __init__(
        self,
        rests_on: _RestsOn,
        unit: PendingUnit,
        head: Head,
        entry: JournalEntry | None,
        stripe: int,
        *,
        closed: int | None,
    ) -> None:
        self._client = rests_on.client
        self._journal = rests_on.journal
        self._kinds = rests_on.kinds
        self._session = rests_on.session
        self._unit = unit
        self._head = head
        self._entry = entry
        self._stripe = stripe
        self._closed = closed
        self._models: list[Model] = []
        self._meant: list[_Meant] = []

    async def apply(self, *, apart: bool) -> None:
        """Write everything; raises `Stale` and `Conflict`, and what tells to begin again.

        `apart`: take away all that change, then put all back, so that they may trade a unique key among themselves.
        """
        unit, entry = self._unit, self._entry
        numbered = [*enumerate(unit.writes)]
        updated = [one for one in numbered if one[1].body is not None and one[1].base]
        if unit.fence is not None:
            self._add(self._journal.fencing(*unit.fence, self._stripe), "fence")
        if entry is not None:
            self._add(self._journal.advancing(unit.org, self._head, entry, _size(unit), self._closed), "head")
        await self._expect()
        self._each(self._delete, [one for one in numbered if one[1].body is None])
        if apart:
            absent = await self._absent(updated)
            self._each(self._delete, [one for one in updated if one not in absent])
            self._each(self._insert, updated)
        else:
            self._each(self._update, updated)
        self._each(self._insert, [one for one in numbered if one[1].body is not None and not one[1].base])
        if entry is not None:
            for model in self._journal.appending(entry):
                self._add(model, "entry")
        unmatched = await self._send(apart=apart)
        self._each(self._insert, await self._returning(unmatched))
        await self._send(apart=apart)

    def _each(self, add: Callable[[Numbered], None], writes: Sequence[Numbered]) -> None:
        for one in writes:
            add(one)

    def _add(self, model: Model, what: What, one: Numbered | None = None, kind: Kind[Any] | None = None) -> None:
        self._models.append(model)
        self._meant.append(_Meant(what, one, kind if one is None else one[1].kind))

    async def _expect(self) -> None:
        for kind, document_id, version in self._unit.expectations:
            stored = self._kinds[kind].stored
            key = key_of(self._unit.org, document_id)
            if version:
                same = {"$set": {"version": version}}
                model = UpdateOne({"_id": key, "version": version}, same, namespace=stored.full_name)
                self._add(model, "expectation", kind=kind)
            elif await stored.find_one({"_id": key}, {"_id": 1}, session=self._session) is not None:
                raise changed_meanwhile(kind)

    def _delete(self, one: Numbered) -> None:
        stored = self._kinds[one[1].kind].stored
        self._add(DeleteOne(self._where(one[1]), namespace=stored.full_name), "deletion", one)

    def _update(self, one: Numbered) -> None:
        stored = self._kinds[one[1].kind].stored
        self._add(ReplaceOne(self._where(one[1]), self._fields(one), namespace=stored.full_name), "update", one)

    def _insert(self, one: Numbered) -> None:
        stored = self._kinds[one[1].kind].stored
        self._add(InsertOne(self._fields(one), namespace=stored.full_name), "insertion", one)

    async def _send(self, *, apart: bool) -> list[Numbered]:
        """Send what was added, and return the updates that met no document; raises where something else did not."""
        models, meant = self._models, self._meant
        self._models, self._meant = [], []
        if not models:
            return []
        try:
            done = await self._client.bulk_write(models, session=self._session, ordered=True, verbose_results=True)
        except ClientBulkWriteException as error:
            raise self._refusal(error, meant, apart=apart) from error
        unmatched: list[Numbered] = []
        for place, one in enumerate(meant):
            if one.what in {"insertion", "entry"} or (one.what == "head" and not self._head.is_there):
                continue
            if one.what == "deletion":
                met = done.delete_results[place].deleted_count
            else:
                met = done.update_results[place].matched_count
            if met:
                continue
            if one.what == "fence":
                raise led_elsewhere()
            if one.what == "head":
                raise _HeadMoved
            if one.what != "update" or one.numbered is None:
                raise changed_meanwhile(one.known_kind)
            unmatched.append(one.numbered)
        return unmatched

    def _refusal(self, error: ClientBulkWriteException, meant: list[_Meant], *, apart: bool) -> Exception:
        """Return what to raise for a write that failed: of duplicates what is taken, otherwise what the driver says."""
        failed: Any = next(iter(error.write_errors or ()), None)  # typed as a class of no use, it is a dictionary
        if failed is None or failed["code"] != _DUPLICATE:
            return error.error if isinstance(error.error, PyMongoError) else error
        one = meant[failed["idx"]]
        if one.what in {"head", "entry"}:
            return _HeadMoved()
        if one.what == "update" and not apart:
            return _Traded()
        path = next(path for path in failed["keyPattern"] if path != "org")
        kind = self._kinds[one.known_kind]
        return taken(kind.kind, ("id",) if path == "_id" else kind.group_of(path))

    async def _absent(self, updated: Sequence[Numbered]) -> list[Numbered]:
        """Return the writes whose document is not stored; raises `Stale` where one does not follow its deletion."""
        there: set[tuple[str, str]] = set()
        for kind in {write.kind for _, write in updated}:
            keys = [key_of(self._unit.org, write.id) for _, write in updated if write.kind is kind]
            found = self._kinds[kind].stored.find({"_id": {"$in": keys}}, {"_id": 1}, session=self._session)
            there |= {(kind.name, one["_id"]) async for one in found}
        absent = [one for one in updated if (one[1].kind.name, key_of(self._unit.org, one[1].id)) not in there]
        return await self._returning(absent)

    async def _returning(self, absent: Sequence[Numbered]) -> list[Numbered]:
        """Return the writes, whose document is not stored in the version they rest on; raises `Stale` for others.

        They may be inserted because what they rest on is a deletion.
        """
        for _, write in absent:
            gone = await self._journal.deleted_before(self._unit.org, self._head.sequence, write, self._session)
            if gone != write.base:
                raise changed_meanwhile(write.kind)
        return [*absent]

    def _where(self, write: PendingWrite) -> Fields:
        return {"_id": key_of(self._unit.org, write.id), "version": write.base}

    def _fields(self, one: Numbered) -> Fields:
        number, write = one
        document = write.read()
        if document is None or write.body is None:
            raise ValueError("a deletion stores nothing")
        own = write_key(self._unit.org, self._head.sequence + 1, number)
        return self._kinds[write.kind].fields_of(document, write.body, write.index, own)


@dataclass(frozen=True, slots=True)
class _Meant:
    """The meaning of one of the writes that are sent."""

    what: What
    numbered: Numbered | None
    kind: Kind[Any] | None

    @property
    def known_kind(self) -> Kind[Any]:
        if self.kind is None:
            raise ValueError(f"a write of the journal: {self.what}")
        return self.kind
