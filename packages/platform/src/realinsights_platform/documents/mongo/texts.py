"""Full text in MongoDB: each page is a document with its words as an array, indexed word by word. No text index."""

from __future__ import annotations

import asyncio
import datetime
import hashlib
from collections.abc import Sequence
from typing import Any, Final

from pymongo import ASCENDING, DESCENDING, IndexModel, ReplaceOne
from pymongo.asynchronous.database import AsyncDatabase

from realinsights_platform.documents.mongo.client import Fields, answering
from realinsights_platform.documents.text_port import (
    SHORTEST_BEGINNING,
    Place,
    TextPage,
    milliseconds,
    time_of,
)
from realinsights_platform.documents.text_words import words_of

_AT_ONCE: Final = 100
_LAST: Final = "\U0010ffff"
_ORDER: Final = (("at", DESCENDING), ("key", DESCENDING), ("page", ASCENDING))
_PLACE: Final = {"_id": 0, "at": 1, "key": 1, "page": 1}


class MongoTexts:
    """The text index of one service, in the database of its documents; its client is closed by who opened it.

    The index of words has the order of a search too, so that the first pages that hold a word are read and no others.
    Only of a word that is begun every page is looked at, in the index alone.
    """

    def __init__(self, database: AsyncDatabase[Fields], service: str) -> None:
        self._pages = database[f"{service}_text"]
        self._indexed = False

    async def put(self, org: str, key: str, at: datetime.datetime, pages: Sequence[TextPage]) -> None:
        """Replace all pages of a thing."""
        with answering():
            if not self._indexed:
                await self._pages.create_indexes(
                    [
                        IndexModel([("org", ASCENDING), ("words", ASCENDING), *_ORDER]),
                        IndexModel([("org", ASCENDING), ("key", ASCENDING), ("page", ASCENDING)]),
                    ]
                )
                self._indexed = True
            await self._pages.delete_many({"org": org, "key": key})
            for start in range(0, len(pages), _AT_ONCE):
                # The words of a hundred pages take longer than others can wait.
                writes = await asyncio.to_thread(_writes, org, key, at, pages[start : start + _AT_ONCE])
                await self._pages.bulk_write(writes, ordered=False)

    async def remove(self, org: str, key: str) -> None:
        """Remove all pages of a thing; none there is no error."""
        with answering():
            await self._pages.delete_many({"org": org, "key": key})

    async def remove_all(self, org: str) -> None:
        """Remove all pages of the organization, a hundred at a time."""
        with answering():
            while found := await self._pages.find({"org": org}, {"_id": 1}, limit=_AT_ONCE).to_list():
                await self._pages.delete_many({"_id": {"$in": [one["_id"] for one in found]}})

    async def text(self, org: str, key: str, page: int) -> str | None:
        """Return the text of one page, None where there is none."""
        return (await self.texts(org, [(key, page)])).get((key, page))

    async def texts(self, org: str, pages: Sequence[tuple[str, int]]) -> dict[tuple[str, int], str]:
        """Return the texts of those of the pages that there are, by key and page."""
        ids = [_id(org, key, page) for key, page in pages]
        with answering():
            rows = await self._pages.find({"_id": {"$in": ids}}, {"key": 1, "page": 1, "text": 1}).to_list()
        return {(row["key"], row["page"]): row["text"] for row in rows}

    async def search(
        self, org: str, words: Sequence[str], *, after: Place | None = None, limit: int = 50
    ) -> tuple[Place, ...]:
        """Return pages that hold at least one of the words, in the order of the port."""
        if not words:
            return ()
        begins = len(words[-1]) >= SHORTEST_BEGINNING
        found: list[Place] = []
        most = len(words) if after is None else after.matched
        # Pages with all words are first; where they are too few, those with one less are looked for, and so on.
        for matched in range(most, 0, -1):
            place = after if after is not None and after.matched == matched else None
            found += await self._matching(org, words, matched, begins=begins, after=place, limit=limit - len(found))
            if len(found) >= limit:
                break
        return tuple(found)

    async def _matching(
        self, org: str, words: Sequence[str], matched: int, *, begins: bool, after: Place | None, limit: int
    ) -> list[Place]:
        clauses: list[Fields] = [{"org": org}]
        begun = {"words": {"$elemMatch": {"$gte": words[-1], "$lt": words[-1] + _LAST}}}
        if matched == len(words):
            clauses += [{"words": word} for word in words[: -1 if begins else None]]
            clauses += [begun] if begins else []
        else:
            whole = {"words": {"$in": [*words[: -1 if begins else None]]}}
            clauses.append({"$or": [whole, begun]} if begins else whole)
            clauses.append({"$expr": {"$eq": [_count(words, begins=begins), matched]}})
        if after is not None:
            at, key = milliseconds(after.at), after.key
            later = [
                {"at": {"$lt": at}},
                {"at": at, "key": {"$lt": key}},
                {"at": at, "key": key, "page": {"$gt": after.page}},
            ]
            clauses += [{"at": {"$lte": at}}, {"$or": later}]
        with answering():
            rows = await self._pages.find({"$and": clauses}, _PLACE, sort=[*_ORDER], limit=limit).to_list()
        return [Place(matched, time_of(row["at"]), row["key"], row["page"]) for row in rows]

    async def aclose(self) -> None:
        """Nothing is open that the documents do not close."""


def _writes(org: str, key: str, at: datetime.datetime, pages: Sequence[TextPage]) -> list[ReplaceOne[Fields]]:
    # Under ids of their own: who puts the same thing at the same time writes the same pages.
    return [
        ReplaceOne(
            {"_id": _id(org, key, page.number)},
            {
                "org": org,
                "key": key,
                "page": page.number,
                "at": milliseconds(at),
                "words": sorted(words_of(page.text)),
                "text": page.text,
            },
            upsert=True,
        )
        for page in pages
    ]


def _id(org: str, key: str, page: int) -> str:
    return hashlib.sha256(f"{org}\n{key}\n{page}".encode()).hexdigest()


def _count(words: Sequence[str], *, begins: bool) -> Any:
    """Return how many of the words a page holds, as the engine counts it."""
    held: list[Any] = [{"$in": [word, "$words"]} for word in words]
    if begins:
        last = words[-1]
        begun = {"$and": [{"$gte": ["$$this", last]}, {"$lt": ["$$this", last + _LAST]}]}
        held[-1] = {"$anyElementTrue": [{"$map": {"input": "$words", "in": begun}}]}
    return {"$add": [{"$cond": [one, 1, 0]} for one in held]}
