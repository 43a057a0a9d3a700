"""Reads of one service's documents and journal, from whichever members of a replica set its collections name."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Final

from realinsights_platform.documents.journal_port import Outgoing
from realinsights_platform.documents.mongo.client import Fields
from realinsights_platform.documents.mongo.journal import JournalCollections, time_of
from realinsights_platform.documents.mongo.layout import KindCollection, key_of
from realinsights_platform.documents.mongo.queries import conditions, count, page, sums
from realinsights_platform.documents.ordered_values import decimal_of, summed
from realinsights_platform.documents.port import D, Group, Kind, Order, Page, Position, Revision, Where

MOST: Final = 1_000
"""The most documents that one page or one `get_many` returns."""

_BODY: Final[Fields] = {"body": 1, "write": 1}


class Reads:
    """What the port answers without a transaction."""

    def __init__(self, kinds: Mapping[Kind[Any], KindCollection[Any]], journal: JournalCollections) -> None:
        self._kinds = kinds
        self.journal = journal

    async def get(self, kind: Kind[D], org: str, document_id: str) -> D | None:
        """Return the document or None."""
        collection = self.collection(kind)
        found = await collection.stored.find_one({"_id": key_of(org, document_id)}, _BODY)
        return None if found is None else await self.read(collection, found)

    async def get_many(self, kind: Kind[D], org: str, ids: Sequence[str]) -> dict[str, D]:
        """Return those of the documents that exist, by id; at most 1,000 ids."""
        if len(ids) > MOST:
            raise ValueError(f"at most {MOST} ids at a time")
        if not ids:
            return {}
        collection = self.collection(kind)
        keys = [key_of(org, document_id) for document_id in dict.fromkeys(ids)]
        found = await collection.stored.find({"_id": {"$in": keys}}, _BODY).to_list()
        documents = [await self.read(collection, one) for one in found]
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
        collection = self.collection(kind)
        clauses = conditions(collection, where)
        if clauses is None:
            return Page((), None)
        wanted = _BODY if order is None else {**_BODY, collection.path(order.field): 1}
        found = await page(collection, org, clauses, order=order, after=after, limit=limit + 1, wanted=wanted)
        items = tuple([await self.read(collection, one) for one in found[:limit]])
        following = None
        if len(found) > limit:
            value = None if order is None else found[limit - 1]["index"][order.field]
            # What BSON kept in 64 bits comes back as a type of its own.
            following = Position(int(value) if isinstance(value, int) else value, items[-1].id)
        return Page(items, following)

    async def count(self, kind: Kind[D], org: str, *where: Where) -> int:
        """Return how many match."""
        collection = self.collection(kind)
        clauses = conditions(collection, where)
        if clauses is None:
            return 0
        return await count(collection, org, clauses)

    async def sums(self, kind: Kind[D], org: str, *where: Where, of: str, by: str) -> tuple[Group, ...]:
        """Return the exact sums of an indexed decimal field, one for each value of another, of all that match."""
        collection = self.collection(kind)
        clauses = conditions(collection, where)
        if clauses is None:
            return ()
        found = await sums(collection, org, clauses, of=of, by=by)
        return tuple(
            Group(None if value is None else decimal_of(value), count, summed(total, 0))
            for value, count, total in found
        )

    async def history(self, kind: Kind[D], org: str, document_id: str, *, limit: int = 100) -> tuple[Revision[D], ...]:
        """Return the document's versions, newest first."""
        collection = self.collection(kind)
        found = await self.journal.revisions(org, kind.name, document_id, limit=limit)
        return tuple(
            Revision(
                None if body is None else collection.decode(body),
                write["version"],
                write["sequence"],
                time_of(entry),
                entry["actor"],
                entry["businessDate"].date(),
            )
            for write, body, entry in found
        )

    async def as_known_at(self, kind: Kind[D], org: str, document_id: str, at: datetime.datetime) -> D | None:
        """Return the document as it was stored at that time; None where it did not exist."""
        collection = self.collection(kind)
        body = await self.journal.body_at(org, kind.name, document_id, at)
        return None if body is None else collection.decode(body)

    async def outbox(self, org: str, *, after: int, limit: int) -> tuple[Outgoing, ...]:
        """Return the events of entries in sequence, without their documents."""
        return await self.journal.outbox(org, after=after, limit=limit)

    async def read(self, collection: KindCollection[D], found: Fields) -> D:
        """Return a document that was found, with the text that the journal holds of a large one."""
        body = found["body"]
        if body is None:
            body = await self.journal.written(found["write"])
        return collection.decode(body)

    def collection(self, kind: Kind[D]) -> KindCollection[D]:
        """Return where documents of a kind are; raises `LookupError` for one that was not declared."""
        try:
            return self._kinds[kind]
        except KeyError:
            raise LookupError(
                f"{kind.service}.{kind.name} is not among the kinds that the database was opened with"
            ) from None
