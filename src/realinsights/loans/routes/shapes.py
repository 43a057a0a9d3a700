"""Shapes that several routes share."""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec

from realinsights_platform.documents.port import Document
from realinsights_platform.http.answers.answer import Json

Versions = Annotated[int, msgspec.Meta(ge=1, le=500)]

D = TypeVar("D", bound=Document)


class Restore(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Which version to bring back: a `sequence` of the thing's history."""

    sequence: Annotated[int, msgspec.Meta(ge=1, le=2**53)]


def created(collection: str, document: D) -> Json[D]:
    """Return a new document with where it is."""
    return Json(document, headers={"Location": f"/api/v1/{collection}/{document.id}"})
