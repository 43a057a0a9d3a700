"""Types of text fields: names, numbers, lines, references and tags, how long they may be and how they are checked."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Final

import msgspec

from realinsights_platform.errors import Faults
from realinsights_platform.texts import checked_line, checked_text


def checked_number(value: str, path: str, faults: Faults) -> str:
    """Return a tidy number; noted is a character that nobody sees, since the number would look like another."""
    number = checked_line(value, path, faults)
    if not number.isprintable() and any(unicodedata.category(character) == "Cf" for character in number):
        faults.add(path, "must not hold invisible characters: type it anew")
    return number


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

MOST_CUSTOM_FIELDS: Final = 50


def check_custom_fields(fields: CustomFields, faults: Faults) -> None:
    """Note custom fields that are too many or too long."""
    if len(fields) > MOST_CUSTOM_FIELDS:
        faults.add("customFields", f"at most {MOST_CUSTOM_FIELDS} custom fields")
    for key, value in fields.items():
        if not key.strip() or len(key) > 64:
            faults.add("customFields", f"the name {key[:70]!r} must have 1 to 64 characters")
        checked_line(key, "customFields", faults)
        if isinstance(value, str):
            checked_text(value, f"customFields.{key[:64]}", faults)
        if isinstance(value, str) and len(value) > 1000:
            faults.add(f"customFields.{key[:64]}", "at most 1,000 characters")
        if isinstance(value, int) and abs(value) >= 2**53:
            faults.add(f"customFields.{key[:64]}", "a whole number must be below 2^53; write it as a text")
