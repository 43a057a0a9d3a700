"""Full text in MongoDB: each page is a document with its words as an array, indexed word by word. No text index."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from typing import Any, Final

from pymongo import ASCENDING, IndexModel
from pymongo.asynchronous.database import AsyncDatabase

from realinsights_platform.documents.mongo.client import Fields, answering
from realinsights_platform.documents.text_port import (
    SHORTEST_BEGINNING,
    Place,
    TextHit,
    TextPage,
    milliseconds,
    time_of,
)
from realinsights_platform.documents.text_words import words_of

_AT_ONCE: Final = 100
_LAST: Final = "\U0010ffff"


class MongoTexts:
    """The text index of one service, in the database of its documents; its client is closed by who opened it."""

    def __init__(self, database: AsyncDatabase[Fields], service: str) -> None:
        self._pages = database[f"{service}_text"]
        self._indexed = False

    async def put(self, org: str, key: str, at: datetime.datetime, pages: Sequence[TextPage]) -> None:
        """Replace all pages of a thing."""
        with answering():
            if not self._indexed:
                await self._pages.create_indexes(
                    [
                        IndexModel([("org", ASCENDING), ("words", ASCENDING)]),
                        IndexModel([("org", ASCENDING), ("key", ASCENDING), ("page", ASCENDING)]),
                    ]
                )
                self._indexed = True
            await self._pages.delete_many({"org": org, "key": key})
            for start in range(0, len(pages), _AT_ONCE):
                # Under ids of their own: who puts the same thing at the same time writes the same pages.
                for page in pages[start : start + _AT_ONCE]:
                    stored = {
                        "org": org,
                        "key": key,
                        "page": page.number,
                        "at": milliseconds(at),
                        "words": sorted(words_of(page.text)),
                        "text": page.text,
                    }
                    await self._pages.replace_one({"_id": _id(org, key, page.number)}, stored, upsert=True)

    async def remove(self, org: str, key: str) -> None:
        """Remove all pages of a thing; none there is no error."""
        with answering():
            await self._pages.delete_many({"org": org, "key": key})

    async def text(self, org: str, key: str, page: int) -> str | None:
        """Return the text of one page, None where there is none."""
        with answering():
            found = await self._pages.find_one({"org": org, "key": key, "page": page}, {"text": 1})
        return None if found is None else str(found["text"])

    async def search(
        self, org: str, words: Sequence[str], *, after: Place | None = None, limit: int = 50
    ) -> tuple[TextHit, ...]:
        """Return pages that hold at least one of the words, in the order of the port."""
        if not words:
            return ()
        begins = len(words[-1]) >= SHORTEST_BEGINNING
        found: list[TextHit] = []
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
    ) -> list[TextHit]:
        conditions: list[Fields] = [{"words": word} for word in words]
        if begins:
            conditions[-1] = {"words": {"$elemMatch": {"$gte": words[-1], "$lt": words[-1] + _LAST}}}
        if matched == len(words):
            clauses: Fields = {"$and": conditions}
        else:
            clauses = {"$and": [{"$or": conditions}, {"$expr": {"$eq": [_count(words, begins=begins), matched]}}]}
        clauses["org"] = org
        if after is not None:
            at, key = milliseconds(after.at), after.key
            clauses["$or"] = [
                {"at": {"$lt": at}},
                {"at": at, "key": {"$lt": key}},
                {"at": at, "key": key, "page": {"$gt": after.page}},
            ]
        with answering():
            rows = await self._pages.find(
                clauses,
                {"at": 1, "key": 1, "page": 1, "text": 1},
                sort=[("at", -1), ("key", -1), ("page", 1)],
                limit=limit,
            ).to_list()
        return [TextHit(Place(matched, time_of(row["at"]), row["key"], row["page"]), row["text"]) for row in rows]

    async def aclose(self) -> None:
        """Nothing is open that the documents do not close."""


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
