"""The journal in MongoDB: entries, their writes, heads and marks.

`_id` of an entry is organization and sequence, that of a write also its number, so that both are walked by one index.
What is too large for one MongoDB document goes on in parts.
"""

from __future__ import annotations

import datetime
from typing import Final

import msgspec
from pymongo import ASCENDING, DESCENDING, IndexModel, InsertOne, UpdateOne
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError, DuplicateKeyError

from realinsights_platform.documents.journal_port import EVENT_BYTES_AT_ONCE, JournalEntry, Mark, Outgoing, Write
from realinsights_platform.documents.mongo.client import Fields
from realinsights_platform.documents.mongo.head import TICK, Head, head_in
from realinsights_platform.documents.mongo.layout import parts_of
from realinsights_platform.documents.stages import Stage
from realinsights_platform.documents.unit import PendingWrite

STRIPES: Final = 32
"""So many units of work with a fence a process commits at once."""

_DUPLICATE: Final = 11000
_WRITES_AT_ONCE: Final = 2_000
_ENTRIES_AT_ONCE: Final = 25
_PLACES: Final = "places"


def entry_key(org: str, sequence: int) -> str:
    """Return `_id` of an entry; they sort as sequences do."""
    return f"{org}/{sequence:015d}"


def write_key(org: str, sequence: int, number: int) -> str:
    """Return `_id` of a write, `number` within its entry from 0 on."""
    return f"{entry_key(org, sequence)}/{number:09d}"


class JournalCollections:
    """The collections of one service's journal."""

    def __init__(self, service: str, database: AsyncDatabase[Fields]) -> None:
        self.service = service
        self.entries = database[f"{service}_journal"]
        self.writes = database[f"{service}_journal_write"]
        self.parts = database[f"{service}_journal_part"]
        self.heads = database[f"{service}_head"]
        self.marks = database[f"{service}_mark"]
        self._fences: dict[str, int] = {}

    async def create(self) -> None:
        """Create the indexes that are missing."""
        await self.entries.create_indexes(
            [
                IndexModel([("org", ASCENDING), ("at", ASCENDING)], name="time"),
                # Those without a place come first, the oldest before the others.
                IndexModel([("place", ASCENDING), ("at", ASCENDING), ("_id", ASCENDING)], name="place"),
            ]
        )
        by_document = [(name, ASCENDING) for name in ("org", "kind", "id", "sequence")]
        await self.writes.create_indexes([IndexModel(by_document, name="document")])

    async def head(self, org: str) -> Head:
        """Return the end of an organization's journal."""
        found = await self.heads.find_one({"_id": org})
        return Head() if found is None else head_in(found)

    def advancing(
        self, org: str, head: Head, entry: JournalEntry, size: int, closed: int | None = None
    ) -> InsertOne[Fields] | UpdateOne:
        """Return the write that moves a head to the entry that follows it.

        It matches none where the head is elsewhere, or the organization is not written to here.
        """
        moved: Fields = {"sequence": entry.sequence, "hash": entry.hash, "at": entry.at}
        if closed is not None:
            moved["closed"] = closed
        namespace = self.heads.full_name
        if not head.is_there:
            return InsertOne({"_id": org, **moved, "bytes": size}, namespace=namespace)
        where = {"_id": org, "sequence": head.sequence, "hash": head.hash, "stage": {"$in": _PRESENT}}
        return UpdateOne(where, {"$set": moved, "$inc": {"bytes": size}}, namespace=namespace)

    def appending(self, entry: JournalEntry) -> list[InsertOne[Fields]]:
        """Return the writes that add an entry, its own writes and what goes on in parts."""
        return [
            InsertOne(one, namespace=collection.full_name)
            for collection, documents in self.held(entry)
            for one in documents
        ]

    def held(
        self, entry: JournalEntry, place: int | None = None
    ) -> tuple[tuple[AsyncCollection[Fields], list[Fields]], ...]:
        """Return what is stored of an entry, by collection: it, its writes, and what goes on in parts."""
        key = entry_key(entry.org, entry.sequence)
        parts: list[Fields] = []
        held: Fields = {
            "_id": key,
            "org": entry.org,
            "sequence": entry.sequence,
            "id": entry.id,
            "at": entry.at,
            "actor": entry.actor,
            "businessDate": entry.business_date,
            "writes": len(entry.writes),
            "previousHash": entry.previous_hash,
            "hash": entry.hash,
            "size": len(bytes(entry.events)),
            "place": place,
            **_held(key, bytes(entry.events), parts),
        }
        # BSON keeps milliseconds; entries of another store may have been made in between.
        if entry.at.microsecond % 1000:
            held["microseconds"] = entry.at.microsecond % 1000
        writes: list[Fields] = []
        for number, write in enumerate(entry.writes):
            own = write_key(entry.org, entry.sequence, number)
            body = None if write.document is None else bytes(write.document)
            writes.append(
                {
                    "_id": own,
                    "org": entry.org,
                    "sequence": entry.sequence,
                    "kind": write.kind,
                    "id": write.id,
                    "version": write.version,
                    **({"body": None} if body is None else _held(own, body, parts)),
                }
            )
        return ((self.entries, [held]), (self.writes, writes), (self.parts, parts))

    async def erase(self, org: str, head: Head, most: int) -> int:
        """Remove some of what a closed journal has before the entry that closed it; return how much."""
        before = {"$gt": f"{org}/", "$lt": entry_key(org, head.closed or 0)}
        gone = 0
        for collection in (self.parts, self.writes, self.entries):
            gone += await erase_some(collection, {"_id": before}, most)
        if not gone:
            rest = await self.entries.find({"_id": {"$gt": f"{org}/", "$lt": f"{org}0"}}, {"size": 1}).to_list()
            await self.heads.update_one({"_id": org}, {"$set": {"bytes": sum(one["size"] for one in rest)}})
        return gone

    async def body(self, held: Fields) -> bytes | None:
        """Return the text of an entry's events or of a write, with the parts that it goes on in."""
        body = held["body"]
        more = held.get("parts", 0)
        if not more:
            return body  # type: ignore[no-any-return]
        keys = [f"{held['_id']}#{number:06d}" for number in range(1, more + 1)]
        found = {one["_id"]: one["body"] async for one in self.parts.find({"_id": {"$in": keys}})}
        return b"".join([body, *(found[key] for key in keys)])

    async def written(self, key: str) -> bytes | None:
        """Return what a write says, by its `_id`."""
        held = await self.writes.find_one({"_id": key})
        return None if held is None else await self.body(held)

    async def deleted_before(
        self, org: str, sequence: int, write: PendingWrite, session: AsyncClientSession
    ) -> int | None:
        """Return the version in which a document was deleted up to a sequence, None where it is not deleted then."""
        last = await self.writes.find_one(
            {"org": org, "kind": write.kind.name, "id": write.id, "sequence": {"$lt": sequence + 1}},
            {"version": 1, "body": 1},
            sort=[("sequence", DESCENDING)],
            session=session,
        )
        return last["version"] if last is not None and last["body"] is None else None

    async def is_there(self, org: str, sequence: int, entry_id: str) -> bool:
        """Whether an entry was committed: asked where the answer to its commit was lost."""
        found = await self.entries.find_one({"_id": entry_key(org, sequence)}, {"id": 1})
        return found is not None and found["id"] == entry_id

    async def read(self, org: str, *, after: int, limit: int) -> tuple[JournalEntry, ...]:
        """Return entries in sequence, of about two thousand writes together, but at least one."""
        count, most = 0, after
        for one in await self._following(org, after, limit, {"sequence": 1, "writes": 1}):
            count += one["writes"]
            if most > after and count > _WRITES_AT_ONCE:
                break
            most = one["sequence"]
        taken = await self._following(org, after, max(1, most - after), {"place": 0})
        if not taken:
            return ()
        first, last = taken[0]["_id"], taken[-1]["_id"]
        writes: dict[int, list[Write]] = {}
        parts = self.writes.find({"org": org, "_id": {"$gt": f"{first}/", "$lt": f"{last}0"}}, sort=[("_id", 1)])
        async for held in parts:
            if not held["_id"].startswith(f"{entry_key(org, held['sequence'])}/"):
                raise ValueError(f"a write of entry {held['sequence']} belongs to another entry")
            body = await self.body(held)
            document = None if body is None else msgspec.Raw(body)
            writes.setdefault(held["sequence"], []).append(Write(held["kind"], held["id"], held["version"], document))
        return tuple([await self._entry(one, tuple(writes.get(one["sequence"], ()))) for one in taken])

    async def _entry(self, held: Fields, writes: tuple[Write, ...]) -> JournalEntry:
        return JournalEntry(
            service=self.service,
            org=held["org"],
            sequence=held["sequence"],
            id=held["id"],
            at=time_of(held),
            actor=held["actor"],
            business_date=held["businessDate"].date(),
            writes=writes,
            events=msgspec.Raw(await self.body(held) or b""),
            previous_hash=held["previousHash"],
            hash=held["hash"],
        )

    async def outbox(self, org: str, *, after: int, limit: int) -> tuple[Outgoing, ...]:
        """Return the events of an organization's entries in sequence, as many as the port says."""
        keys = [entry_key(org, sequence) for sequence in range(after + 1, after + limit + 1)]
        # By their keys: a follower asks for what comes next after each commit, and no engine walks anything for that.
        found = await self._outgoing({"_id": {"$in": keys}}, "_id", limit)
        if not found and await self.heads.find_one({"_id": org, "sequence": {"$gt": after}}, {"_id": 1}) is not None:
            # The organization's journal was closed: the entries that came next are gone.
            found = await self._outgoing({"_id": {"$gt": entry_key(org, after), "$lt": f"{org}0"}}, "_id", limit)
        return found

    async def outgoing(self, *, after: str, limit: int) -> tuple[Outgoing, ...]:
        """Return the events of entries after a place, as `outbox`."""
        return await self._outgoing({"place": {"$gt": int(after or 0)}}, "place", limit)

    async def give_places(self, session: AsyncClientSession, limit: int) -> int:
        """Give entries without a place the next ones, and return how many: each organization's in sequence.

        Commits of several processes become visible in no order that all agree on, but an organization's one after the
        other. So the place among all is given afterwards, in a transaction that moves one counter, by as
        many as there may be: places grow, and need not follow one on the other.
        """
        counter = await self.marks.find_one_and_update(
            {"_id": _PLACES}, {"$inc": {"last": limit}}, upsert=True, session=session
        )
        first = 1 if counter is None else counter.get("last", 0) + 1
        waiting = await self.entries.find(
            {"place": None}, {"_id": 1}, sort=[("at", ASCENDING), ("_id", ASCENDING)],
            limit=limit, session=session,
        ).to_list()  # fmt: skip
        if waiting:
            await self.entries.bulk_write(
                [
                    UpdateOne({"_id": one["_id"]}, {"$set": {"place": place}})
                    for place, one in enumerate(waiting, first)
                ],
                session=session,
            )
        return len(waiting)

    async def has_without_place(self) -> bool:
        """Whether an entry waits for its place."""
        return await self.entries.find_one({"place": None}, {"_id": 1}) is not None

    async def _following(self, org: str, after: int, limit: int, wanted: Fields) -> list[Fields]:
        keys = {"$gt": entry_key(org, after), "$lt": f"{org}0"}
        return await self.entries.find({"_id": keys}, wanted, sort=[("_id", ASCENDING)], limit=limit).to_list()

    async def _outgoing(self, which: Fields, order: str, limit: int) -> tuple[Outgoing, ...]:
        """Return entries with their events, as many as are small enough to come at once."""
        taken: list[Outgoing] = []
        size = 0
        found = self.entries.find(which, _OUTGOING, sort=[(order, ASCENDING)], limit=limit, batch_size=_ENTRIES_AT_ONCE)
        async with found:
            async for one in found:
                taken.append(await self._told(one))
                size += one["size"]
                if size >= EVENT_BYTES_AT_ONCE:
                    break
        return tuple(taken)

    async def _told(self, one: Fields) -> Outgoing:
        events = await self.body(one) or b""
        place, day = str(one["place"] or ""), one["businessDate"].date()
        return Outgoing(one["org"], one["sequence"], place, time_of(one), day, events)

    async def organizations(self, *, after: str, limit: int) -> tuple[str, ...]:
        """Return the organizations that have a journal, in order of id, after one."""
        found = self.heads.find(
            {"_id": {"$gt": after}, "sequence": {"$gt": 0}}, {"_id": 1}, sort=[("_id", ASCENDING)], limit=limit
        )
        return tuple([one["_id"] async for one in found])

    async def revisions(
        self, org: str, kind: str, document_id: str, *, limit: int
    ) -> list[tuple[Fields, bytes | None, Fields]]:
        """Return (write, what it says, entry) of a document's versions, newest first."""
        writes = await self.writes.find(
            {"org": org, "kind": kind, "id": document_id},
            sort=[("sequence", DESCENDING)],
            limit=limit,
        ).to_list()
        keys = [entry_key(org, write["sequence"]) for write in writes]
        found = self.entries.find({"_id": {"$in": keys}}, {"at": 1, "microseconds": 1, "actor": 1, "businessDate": 1})
        entries = {one["_id"]: one async for one in found}
        return [(write, await self.body(write), entries[key]) for write, key in zip(writes, keys, strict=True)]

    async def body_at(self, org: str, kind: str, document_id: str, at: datetime.datetime) -> bytes | None:
        """Return what was stored of a document at that time."""
        sequence = await self._sequence_at(org, at)
        if not sequence:
            return None
        held = await self.writes.find_one(
            {"org": org, "kind": kind, "id": document_id, "sequence": {"$lt": sequence + 1}},
            sort=[("sequence", DESCENDING)],
        )
        return None if held is None else await self.body(held)

    async def _sequence_at(self, org: str, at: datetime.datetime) -> int:
        """Return the last sequence of an organization at that time, 0 for none.

        Entries of another store may share a millisecond, which is what the index knows.
        """
        until = self.entries.find(
            {"org": org, "at": {"$lt": at + TICK}},
            {"sequence": 1, "at": 1, "microseconds": 1},
            sort=[("at", DESCENDING)],
            batch_size=10,
        )
        last, moment = 0, None
        async with until:
            async for one in until:
                if last and one["at"] != moment:
                    break
                if time_of(one) <= at:
                    last, moment = max(last, one["sequence"]), one["at"]
        return last

    def fencing(self, name: str, token: int, stripe: int) -> UpdateOne:
        """Return the write that meets a stripe of a mark's fence unless a higher token has moved the mark.

        It changes the stripe, so that of a transaction with it and a move at the same time one gives way. Of two
        transactions with the same stripe one would, too: those of one process take different ones.
        """
        where = {"_id": _stripe(name, stripe), "token": {"$lte": token}}
        return UpdateOne(where, {"$set": {"token": token}, "$inc": {"fenced": 1}}, namespace=self.marks.full_name)

    async def mark(self, name: str) -> Mark:
        """Return where `name` stands."""
        found = await self.marks.find_one({"_id": f"mark/{name}"})
        return Mark() if found is None else Mark(found["place"], int(found["token"]))

    async def move(self, name: str, mark: Mark) -> bool:
        """Move a mark unless a higher token has moved it; tell whether it moved."""
        if mark.token:
            await self._move_fence(name, mark.token)
        key = f"mark/{name}"
        moved = {"$set": {"place": mark.place, "token": mark.token}}
        try:
            done = await self.marks.update_one({"_id": key, "token": {"$lte": mark.token}}, moved, upsert=True)
        except DuplicateKeyError:
            # It is there with a higher token, or somebody made it in this moment.
            done = await self.marks.update_one({"_id": key, "token": {"$lte": mark.token}}, moved)
        return bool(done.matched_count or done.upserted_id)

    async def _move_fence(self, name: str, token: int) -> None:
        """Move all stripes of a mark's fence that no higher token has moved: first of all, and once by a process."""
        if self._fences.get(name) == token:
            return
        moves = [
            UpdateOne({"_id": _stripe(name, stripe), "token": {"$lte": token}}, {"$set": {"token": token}}, upsert=True)
            for stripe in range(STRIPES)
        ]
        try:
            await self.marks.bulk_write(moves, ordered=False)
        except BulkWriteError as error:
            # A stripe that is there with a higher token cannot be inserted: it stays.
            if any(one["code"] != _DUPLICATE for one in error.details["writeErrors"]):
                raise
        self._fences[name] = token


async def erase_some(collection: AsyncCollection[Fields], where: Fields, most: int) -> int:
    """Remove at most so many documents of a collection that match; return how many."""
    found = await collection.find(where, {"_id": 1}, sort=[("_id", ASCENDING)], limit=most).to_list()
    if not found:
        return 0
    return (await collection.delete_many({"_id": {"$in": [one["_id"] for one in found]}})).deleted_count


def _stripe(name: str, number: int) -> str:
    return f"fence/{name}/{number}"


_OUTGOING: Final[Fields] = {
    "org": 1,
    "sequence": 1,
    "size": 1,
    "place": 1,
    "at": 1,
    "microseconds": 1,
    "businessDate": 1,
    "body": 1,
    "parts": 1,
}
_PRESENT: Final[list[str | None]] = [None, Stage.HERE.value]


def time_of(held: Fields) -> datetime.datetime:
    """Return when an entry was made, to the microsecond."""
    at: datetime.datetime = held["at"]
    return at + datetime.timedelta(microseconds=held.get("microseconds", 0))


def _held(key: str, body: bytes, parts: list[Fields]) -> Fields:
    """Return how a text is held, and add to `parts` those that it goes on in."""
    first, *more = parts_of(body)
    parts += [{"_id": f"{key}#{number:06d}", "body": part} for number, part in enumerate(more, 1)]
    return {"body": first, "parts": len(more)} if more else {"body": first}
