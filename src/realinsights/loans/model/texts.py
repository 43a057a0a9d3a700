"""Texts as fields: how long they may be, and what references, tags and custom fields look like."""

from __future__ import annotations

from typing import Annotated

import msgspec

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"\S")]
Number = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"\S")]
Line = Annotated[str, msgspec.Meta(max_length=300)]
Text = Annotated[str, msgspec.Meta(max_length=5000)]
Code = Annotated[str, msgspec.Meta(max_length=32)]
Reference = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Tags = Annotated[
    tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=50, pattern=r"\S")], ...], msgspec.Meta(max_length=50)
]

CustomValue = str | bool | int | None
CustomFields = dict[str, CustomValue]

# Provenance: a field's path on the wire → "<import id>#<row>"; the import's mapping names the element of the field.
Sources = dict[str, str]
