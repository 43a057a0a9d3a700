"""Preparation of a database for what a release declares: indexes made, and filled where a kind declares more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pymongo import ASCENDING, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError, OperationFailure

from realinsights_platform.documents.mongo.client import Fields
from realinsights_platform.documents.mongo.journal import JournalCollections
from realinsights_platform.documents.mongo.layout import BY_ID, KindCollection, readable
from realinsights_platform.errors import Conflict

_BACKFILL: Final = 500
_JOURNAL: Final = "the journal"
_JOURNAL_DECLARED: Final = "2"


async def prepare_kinds(
    database: AsyncDatabase[Fields], service: str, journal: JournalCollections, kinds: Sequence[KindCollection[Any]]
) -> None:
    """Create what is missing. Where nothing changed, it is one read: a start costs the same however much is stored."""
    schema = database[f"{service}_schema"]
    known = {one["_id"]: one["declared"] async for one in schema.find({})}
    if known.get(_JOURNAL) != _JOURNAL_DECLARED:
        await journal.create()
        await _declare(schema, _JOURNAL, _JOURNAL_DECLARED)
    for kind in kinds:
        declared = kind.indexer.declared()
        if known.get(kind.kind.name) != declared:
            await _rebuild(kind, journal, filled=kind.kind.name in known)
            await _declare(schema, kind.kind.name, declared)


async def _declare(schema: Any, name: str, declared: str) -> None:
    await schema.update_one({"_id": name}, {"$set": {"declared": declared}}, upsert=True)


async def _rebuild(kind: KindCollection[Any], journal: JournalCollections, *, filled: bool) -> None:
    """Make the indexes of a kind, and what they hold of documents that were stored under another declaration."""
    if filled:
        await _fill(kind, journal)
    wanted = {index.document["name"]: index for index in kind.indexes()}
    existing = {name async for name in _names(kind)}
    for name in existing - {BY_ID, *wanted}:
        await kind.stored.drop_index(name)
    missing = [index for name, index in wanted.items() if name not in existing]
    if not missing:
        return
    try:
        await kind.stored.create_indexes(missing)
    except (DuplicateKeyError, OperationFailure) as error:
        if error.code != 11000:
            raise
        groups = " or ".join(" and ".join(group) for group in kind.kind.unique)
        raise Conflict(f"{kind.name} holds documents that share {groups}, which this version does not allow.") from None


async def _names(kind: KindCollection[Any]) -> Any:
    async for index in await kind.stored.list_indexes():
        yield index["name"]


async def _fill(kind: KindCollection[Any], journal: JournalCollections) -> None:
    last = ""
    while True:
        found = await kind.stored.find(
            {"_id": {"$gt": last}}, {"body": 1, "write": 1, "version": 1},
            sort=[("_id", ASCENDING)], limit=_BACKFILL,
        ).to_list()  # fmt: skip
        if not found:
            return
        requests = []
        for one in found:
            body = one["body"] or await journal.written(one["write"])
            if body is None:
                raise ValueError(f"{kind.name} {one['_id']} says nothing")
            document = kind.decode(body)
            index = kind.indexed(kind.indexer.index(document))
            shown = {"document": None if one["body"] is None else readable(document)}
            # A document that has changed meanwhile was indexed by who changed it.
            requests.append(UpdateOne({"_id": one["_id"], "version": one["version"]}, {"$set": {**index, **shown}}))
        await kind.stored.bulk_write(requests, ordered=False)
        last = found[-1]["_id"]
