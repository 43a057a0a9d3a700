"""Index values: what indexes hold of a document by its kind, the same for every engine."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Any

import msgspec

from realinsights_platform.attributes import values_of
from realinsights_platform.documents.ordered_values import ABSENT, Ordered, ordered
from realinsights_platform.documents.port import AnyDocument, Indexed, Kind
from realinsights_platform.documents.words import folded_words

WORDS = ""
"""The field under which terms are words; members have their field's name."""


class Indexer:
    """The index values of one kind's documents; `fields` are those with a column of their own."""

    def __init__(self, kind: Kind[Any]) -> None:
        self.fields = tuple(dict.fromkeys((*kind.indexes, *(field for group in kind.unique for field in group))))
        self._kind = kind
        self._values = values_of(self.fields)
        self._words = values_of(kind.words)
        self._members = values_of(kind.members)

    def index(self, document: AnyDocument) -> Indexed:
        """Return what the indexes hold of a document; raises `Invalid` naming the field they cannot hold."""
        columns: list[Ordered] = []
        for field, value in zip(self.fields, self._values(document), strict=True):
            # Most values are plain text or absent: they need no call.
            if value is None:
                columns.append(ABSENT)
            elif type(value) is str and value.isascii():
                columns.append(value)
            elif isinstance(value, StrEnum):
                columns.append(str(value))
            else:
                columns.append(ordered(field, value))
        terms: list[tuple[str, str]] = []
        if self._kind.words:
            words = sorted(folded_words("\n".join([text or "" for text in self._words(document)])))
            # Every word follows a space, so that a search for a space and a prefix finds where words start.
            columns.append(f" {' '.join(words)}" if words else "")
            terms += [(WORDS, word) for word in words]
        for field, members in zip(self._kind.members, self._members(document), strict=True):
            columns.append(msgspec.json.encode(members).decode() if members else "[]")
            if members:
                terms += [(field, str(ordered(field, member))) for member in dict.fromkeys(members)]
        return Indexed(tuple(columns), tuple(terms))

    def terms_of(self, columns: tuple[Any, ...]) -> set[tuple[str, str]]:
        """Return the terms that a document's columns speak of."""
        terms: set[tuple[str, str]] = set()
        place = len(self.fields)
        if self._kind.words:
            terms.update((WORDS, word) for word in str(columns[place]).split())
            place += 1
        for field, members in zip(self._kind.members, columns[place:], strict=True):
            terms.update((field, value) for value in msgspec.json.decode(members, type=tuple[str, ...]))
        return terms


@cache
def indexer_of(kind: Kind[Any]) -> Indexer:
    """Return the kind's indexer."""
    return Indexer(kind)
