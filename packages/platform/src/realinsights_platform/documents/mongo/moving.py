"""Moving in MongoDB: where organizations are, and entries written as they are in another store.

The head of an organization says where it is, so that the write by which a unit of work moves the head meets nothing
once the organization is not written to here. Entries that were told elsewhere have the place 0, which is never
published; what was not told gets its place once its organization is here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import pymongo
from pymongo import DESCENDING, AsyncMongoClient
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure
from pymongo.write_concern import WriteConcern

from realinsights_platform.documents.journal_port import JournalEntry
from realinsights_platform.documents.mongo.client import Fields
from realinsights_platform.documents.mongo.head import Head, head_in
from realinsights_platform.documents.mongo.journal import (
    JournalCollections,
    entry_key,
    write_key,
)
from realinsights_platform.documents.mongo.layout import KindCollection, key_of
from realinsights_platform.documents.moving import Arrival, not_arriving, require_next, size_of
from realinsights_platform.documents.port import Kind
from realinsights_platform.documents.stages import REFUSING, Stage, Standing
from realinsights_platform.documents.unit import taken

_DUPLICATE: Final = 11000
_CONFLICT: Final = 112
_ATTEMPTS: Final = 100
_PATIENCE_SECONDS: Final = 30
"""How long one batch may take: more than a unit of work, which somebody waits for."""

_TOLD: Final = 0
_REFUSING: Final = sorted(stage.value for stage in REFUSING)


class Arrivals:
    """What is written of organizations that move."""

    def __init__(
        self,
        client: AsyncMongoClient[Fields],
        journal: JournalCollections,
        kinds: Mapping[Kind[Any], KindCollection[Any]],
    ) -> None:
        self._client = client
        self._journal = journal
        self._kinds = kinds

    async def standing(self, org: str) -> Standing | None:
        """Return where an organization is, None where it never moved."""
        found = await self._journal.heads.find_one({"_id": org}, {"stage": 1, "move": 1})
        return None if found is None or found.get("stage") is None else _standing(found)

    async def away(self, orgs: Collection[str]) -> set[str]:
        """Return those of the organizations that are not written to here."""
        if not orgs:
            return set()
        found = self._journal.heads.find({"_id": {"$in": sorted(orgs)}, "stage": {"$in": _REFUSING}}, {"_id": 1})
        return {one["_id"] async for one in found}

    async def stand(self, org: str, standing: Standing, instead_of: Collection[Stage | None]) -> bool:
        """Say where an organization is, where it is at one of these stages now; tell whether it was."""
        values = {"stage": standing.stage.value, "move": standing.move}
        stages = [None if stage is None else stage.value for stage in instead_of]
        where = {
            "_id": org,
            "stage": {"$in": stages},
            "$or": [{"stage": {"$in": [None, Stage.HERE.value]}}, {"move": standing.move}],
        }
        begun = Head()
        for _ in range(_ATTEMPTS):
            try:
                done = await self._journal.heads.update_one(where, {"$set": values})
                if done.matched_count:
                    return True
                if None not in instead_of:
                    return False
                if await self._journal.heads.find_one({"_id": org}, {"_id": 1}) is not None:
                    return bool((await self._journal.heads.update_one(where, {"$set": values})).matched_count)
                fields = {"sequence": begun.sequence, "hash": begun.hash, "at": begun.at, "bytes": begun.bytes}
                await self._journal.heads.insert_one({"_id": org, **fields, **values})
            except DuplicateKeyError:
                continue  # a unit of work was faster: its entry is in the journal
            except OperationFailure as error:
                if error.code != _CONFLICT:
                    raise
            else:
                return True
        return False

    async def replay(self, org: str, entries: Sequence[JournalEntry], arrival: Arrival) -> None:
        """Write entries and the documents they leave, in one transaction."""

        async def work(session: AsyncClientSession) -> None:
            await self._write(session, org, entries, arrival)

        await self._transaction(work)

    async def arrive(self, org: str, move: str, told: int) -> bool:
        """Let an organization be written to, and its entries after a sequence be published."""
        arrived = False

        async def work(session: AsyncClientSession) -> None:
            nonlocal arrived
            where = {"_id": org, "stage": Stage.ARRIVING.value, "move": move}
            here = {"$set": {"stage": Stage.HERE.value}}
            arrived = bool((await self._journal.heads.update_one(where, here, session=session)).matched_count)
            if arrived:
                untold = {"_id": {"$gt": entry_key(org, told), "$lt": f"{org}0"}, "place": _TOLD}
                await self._journal.entries.update_many(untold, {"$set": {"place": None}}, session=session)

        await self._transaction(work)
        return arrived

    async def told(self, org: str, place: str) -> int:
        """Return an organization's last sequence up to a place, 0 for none."""
        keys = {"$gt": entry_key(org, 0), "$lt": f"{org}0"}
        found = await self._journal.entries.find_one(
            {"_id": keys, "place": {"$gte": 0, "$lte": int(place or 0)}}, {"sequence": 1}, sort=[("_id", DESCENDING)]
        )
        return 0 if found is None else int(found["sequence"])

    async def _transaction(self, work: Any) -> None:
        async with self._client.start_session(causal_consistency=False) as session:
            with pymongo.timeout(_PATIENCE_SECONDS):
                await session.with_transaction(work, write_concern=WriteConcern("majority", j=True))

    async def _write(
        self, session: AsyncClientSession, org: str, entries: Sequence[JournalEntry], arrival: Arrival
    ) -> None:
        found = await self._journal.heads.find_one({"_id": org}, session=session)
        if found is None or found.get("stage") != Stage.ARRIVING.value:
            raise not_arriving(org)
        head = head_in(found)
        require_next(self._journal.service, org, head.sequence, head.hash, entries)
        last = entries[-1]
        size = sum(size_of(entry) for entry in entries)
        moved = {"sequence": last.sequence, "hash": last.hash, "at": last.at}
        await self._journal.heads.update_one({"_id": org}, {"$set": moved, "$inc": {"bytes": size}}, session=session)
        held: dict[str, list[Fields]] = {}
        collections: dict[str, AsyncCollection[Fields]] = {}
        for entry in entries:
            for collection, documents in self._journal.held(entry, _TOLD):
                collections[collection.name] = collection
                held.setdefault(collection.name, []).extend(documents)
        for name, documents in held.items():
            if documents:
                await collections[name].insert_many(documents, ordered=False, session=session)
        for kind, ids in arrival.replaced.items():
            keys = [key_of(org, document_id) for document_id in ids]
            await self._kinds[kind].stored.delete_many({"_id": {"$in": keys}}, session=session)
        for kind, arrived in arrival.stored.items():
            stored = self._kinds[kind]
            fields = [
                stored.fields_of(
                    one.document, one.body, one.index, write_key(org, entries[one.place].sequence, one.number)
                )
                for one in arrived
            ]
            try:
                await stored.stored.insert_many(fields, ordered=False, session=session)
            except BulkWriteError as error:
                raise _refusal(stored, error) from error


def _standing(found: Fields) -> Standing:
    return Standing(Stage(found["stage"]), found["move"])


def _refusal(stored: KindCollection[Any], error: BulkWriteError) -> Exception:
    """Return what to raise for documents that could not be inserted: what is taken, otherwise what the driver says."""
    failed = next(iter(error.details["writeErrors"]), None)
    if failed is None or failed["code"] != _DUPLICATE:
        return error
    path = next(path for path in failed["keyPattern"] if path != "org")
    return taken(stored.kind, ("id",) if path == "_id" else stored.group_of(path))
