"""Texts as fields: how long they may be, which characters they hold, and what references, tags and so on look like."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Final

import msgspec

from realinsights.loans.model.quantities import Faults

# Marks that turn the direction of whatever follows; letters written from right to left need none of them.
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BREAKING: Final = frozenset({"Cc", "Zl", "Zp"})


def tidy_line(text: str) -> str:
    """Return a text without the space around it, and one space where there are several: what looks alike is alike."""
    return " ".join(text.split())


def breaks_line(text: str) -> bool:
    """Return whether a text holds control characters, or marks that turn the direction of writing."""
    return not text.isprintable() and any(map(_breaks, text))


def checked_number(value: str, path: str, faults: Faults) -> str:
    """Return a tidy number; noted is a character that nobody sees, since the number would look like another."""
    number = checked_line(value, path, faults)
    if not number.isprintable() and any(unicodedata.category(character) == "Cf" for character in number):
        faults.add(path, "must not hold invisible characters: type it anew")
    return number


def checked_line(value: str, path: str, faults: Faults) -> str:
    """Return a tidy text of one line; noted is what would break it, or turn its direction."""
    if breaks_line(value.strip()):
        faults.add(path, "must be one line without control characters and marks that turn the direction of writing")
    tidy = tidy_line(value)
    return value if tidy == value else tidy


def checked_text(value: str, path: str, faults: Faults) -> str:
    """Return a text of several lines as it is; noted are other control characters, and marks that turn it."""
    if not value.isprintable() and any(_breaks(character) for character in value if character not in "\t\n\r"):
        faults.add(path, "must not hold control characters or marks that turn the direction of writing")
    return value


def _breaks(character: str) -> bool:
    return character in _TURNING or unicodedata.category(character) in _BREAKING


LINE: Final = {"check": checked_line}
TEXT: Final = {"check": checked_text}

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"\S", extra=LINE)]
Number = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"\S", extra={"check": checked_number})]
Line = Annotated[str, msgspec.Meta(max_length=300, extra=LINE)]
Text = Annotated[str, msgspec.Meta(max_length=5000, extra=TEXT)]
Code = Annotated[str, msgspec.Meta(max_length=32, extra=LINE)]
Reference = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Tag = Annotated[str, msgspec.Meta(min_length=1, max_length=50, pattern=r"\S", extra=LINE)]
Tags = Annotated[tuple[Tag, ...], msgspec.Meta(max_length=50)]

CustomValue = str | bool | int | None
CustomFields = dict[str, CustomValue]

# Provenance: a field's path on the wire → "<import id>#<row>"; the import's mapping names the element of the field.
Sources = dict[str, str]
