"""Index values: what indexes hold of a document by its kind, the same for every engine."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum, StrEnum
from functools import cache
from typing import Any, get_args, get_type_hints

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
        due = () if kind.due is None else (kind.due,)
        self.fields = tuple(dict.fromkeys((*kind.indexes, *(field for group in kind.unique for field in group), *due)))
        self._kind = kind
        self._types = {field: _types(kind.type, field) for field in kind.indexes}
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

    def compared(self, field: str, value: Any) -> Ordered:
        """Return what stands for a value that a clause names; raises `TypeError` for one that the field never has."""
        allowed = self._types[field]
        if type(value) is int and Decimal in allowed:
            value = Decimal(value)
        elif value is not None and allowed and type(value) not in allowed:
            names = " or ".join(sorted(one.__name__ for one in allowed))
            kind = self._kind
            raise TypeError(
                f"{kind.service}_{kind.name}.{field} is compared with {names}, not with {type(value).__name__}"
            )
        return ordered(field, value)

    def holds(self, field: str, kind: type) -> bool:
        """Tell whether an indexed field may hold values of a type."""
        return kind in self._types[field]

    def declared(self) -> str:
        """Return what the kind declares, as text; where another text is stored, indexes are to be made anew."""
        kind = self._kind
        annotations: dict[str, str] = {}
        for owner in reversed(kind.type.__mro__):
            annotations.update({key: str(value) for key, value in getattr(owner, "__annotations__", {}).items()})
        fields = {field: annotations.get(field, "") for field in (*self.fields, *kind.members, *kind.words)}
        due = () if kind.due is None else (kind.due,)
        return msgspec.json.encode([kind.indexes, kind.members, kind.words, kind.unique, fields, *due]).decode()

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


def _types(document: type[AnyDocument], field: str) -> frozenset[type]:
    declared = getattr(document, field, None)
    getter = declared.fget if isinstance(declared, property) else None
    hint = get_type_hints(document).get(field) if getter is None else get_type_hints(getter).get("return")
    types: set[type] = set()
    for one in get_args(hint) or (hint,):
        if not isinstance(one, type):
            return frozenset()
        types.add(one)
        if issubclass(one, Enum):
            types |= {type(member.value) for member in one}
    return frozenset(types)
