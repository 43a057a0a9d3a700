"""Layout: what MongoDB holds of a kind, and the indexes that find it.

A document is stored as the exact JSON that the journal has (`body`), as values that a person can query (`document`:
money as decimals, dates as dates), and as what the kind's indexes hold. `_id` is the organization and the id, so that
one index finds a document and walks an organization in order of ids.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final, Generic

import bson
import msgspec
from bson.errors import BSONError
from pymongo import ASCENDING, IndexModel
from pymongo.asynchronous.database import AsyncDatabase

from realinsights_platform.documents.indexing import WORDS, indexer_of
from realinsights_platform.documents.mongo.client import CODEC, Fields
from realinsights_platform.documents.ordered_values import ABSENT, Ordered
from realinsights_platform.documents.port import AnyDocument, D, Indexed, Kind
from realinsights_platform.errors import Invalid

LARGEST: Final = 4_000_000
"""The most bytes of JSON that one stored thing holds; what is larger goes into parts. MongoDB's bound is 16 MiB."""

BY_ID: Final = "_id_"
BY_WORD: Final = "words"
BY_DUE: Final = "due"

_READABLE: Final = (Decimal, datetime.date, datetime.datetime)


def key_of(org: str, document_id: str) -> str:
    """Return `_id` of a document; raises `ValueError` for an organization that cannot be told from its documents."""
    if "/" in org:
        raise ValueError(f"an organization's id holds no slash: {org!r}")
    return f"{org}/{document_id}"


def within(org: str, after: str = "") -> Fields:
    """Return the range of `_id` of an organization, after an id."""
    return {"$gt": key_of(org, after), "$lt": f"{org}0"}  # 0 comes after the slash


def indexed_value(value: Ordered) -> Ordered | None:
    """Return an index value as MongoDB holds it: null sorts before everything."""
    return None if value == ABSENT else value


def parts_of(body: bytes) -> list[bytes]:
    """Return a text in pieces that MongoDB can hold; a small one is one piece."""
    return [body[start : start + LARGEST] for start in range(0, len(body), LARGEST)] or [b""]


class KindCollection(Generic[D]):
    """The collection of one kind."""

    def __init__(self, kind: Kind[D], database: AsyncDatabase[Fields]) -> None:
        for name in (kind.service, kind.name):
            if not name.isidentifier():
                raise ValueError(f"{name!r} cannot name a collection")
        self.kind = kind
        self.name = f"{kind.service}_{kind.name}"
        self.stored = database[self.name]
        self.indexer = indexer_of(kind)
        self.decode = msgspec.json.Decoder(kind.type).decode
        self._places = {field: place for place, field in enumerate(self.indexer.fields)}

    def path(self, field: str) -> str:
        """Return where a field's index value is; raises `ValueError` for a field without an index."""
        if field not in self.kind.indexes:
            raise ValueError(f"{self.name} has no index on {field!r}")
        return f"index.{field}"

    def member_path(self, field: str) -> str:
        """Return where the members of a field are; raises `ValueError` for a field without."""
        if field not in self.kind.members:
            raise ValueError(f"{self.name} has no members {field!r}")
        return f"members.{field}"

    @property
    def due_path(self) -> str:
        """Where it is said when a document is due; raises `ValueError` for a kind of which none ever is."""
        if self.kind.due is None:
            raise ValueError(f"{self.name} is never due")
        return f"index.{self.kind.due}"

    def fields_of(self, document: AnyDocument, body: bytes, index: Indexed, write: str) -> Fields:
        """Return what is stored of a document; `write` is `_id` of the journal's write that holds its parts."""
        large = len(body) > LARGEST
        return {
            "_id": key_of(document.org, document.id),
            "org": document.org,
            "version": document.version,
            "write": write,
            **self.indexed(index),
            "document": None if large else readable(document),
            "body": None if large else body,
        }

    def indexed(self, index: Indexed) -> Fields:
        """Return what the indexes hold, by their paths."""
        values = {field: indexed_value(index.columns[place]) for field, place in self._places.items()}
        members: dict[str, list[str]] = {field: [] for field in self.kind.members}
        words: list[str] = []
        for field, term in index.terms:
            (words if field == WORDS else members[field]).append(term)
        unique = {}
        for group in self.kind.unique:
            key = [values[field] for field in group]
            if None not in key:
                unique[_name(group)] = msgspec.json.encode(key).decode()
        return {"index": values, "words": words, "members": members, "unique": unique}

    def group_of(self, path: str) -> tuple[str, ...]:
        """Return the fields that a unique index compares, by its path."""
        return next(group for group in self.kind.unique if f"unique.{_name(group)}" == path)

    def sound(self, stored: Fields, body: bytes) -> bool:
        """Whether what is stored beside a document's JSON is what it says."""
        try:
            document = self.decode(body)
            expected = self.fields_of(document, body, self.indexer.index(document), stored.get("write", ""))
            return bson.encode(expected, codec_options=CODEC) == bson.encode(stored, codec_options=CODEC)
        except (ValueError, Invalid, BSONError, OverflowError):
            return False

    def indexes(self) -> Iterator[IndexModel]:
        """Yield the indexes of the collection."""
        for field in self.kind.indexes:
            yield _index((f"index.{field}", "_id"), name=field)
        for field in self.kind.members:
            yield _index((f"members.{field}", "_id"), name=f"members_{field}")
        if self.kind.words:
            yield _index(("words", "_id"), name=BY_WORD)
        if self.kind.due is not None:
            # Of all organizations together.
            yield IndexModel([(self.due_path, ASCENDING), ("_id", ASCENDING)], name=BY_DUE)
        for group in self.kind.unique:
            path = f"unique.{_name(group)}"
            yield _index(
                (path,), name=f"unique_{_name(group)}", unique=True, partialFilterExpression={path: {"$exists": True}}
            )


def readable(document: AnyDocument) -> Fields:
    """Return a document as values that a person can query."""
    values: Fields = msgspec.to_builtins(document, builtin_types=_READABLE)
    return values


def _name(group: Sequence[str]) -> str:
    return "__".join(group)


def _index(paths: Sequence[str], **how: Any) -> IndexModel:
    return IndexModel([(path, ASCENDING) for path in ("org", *paths)], **how)
