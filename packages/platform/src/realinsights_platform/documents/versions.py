"""Expected versions: a change says which version of a document it rests on."""

from __future__ import annotations

from typing import Any, Final, cast

import msgspec

from realinsights_platform.documents.port import AnyDocument, D, Kind, Unit
from realinsights_platform.errors import NotFound, Stale

ANY_VERSION: Final = -1
"""Expects whichever version is stored."""


async def current(unit: Unit, kind: Kind[D], document_id: str, *, expected_version: int, noun: str = "") -> D:
    """Return the stored document as the unit sees it.

    Raises `NotFound`, and `Stale` where it is not of the version expected. `noun` is what users call such a document,
    by default the kind's name.
    """
    document = await unit.get(kind, document_id)
    if document is None:
        raise NotFound(f"There is no such {noun or spoken(kind)}.")
    require(document, expected_version, noun=noun or spoken(kind))
    return document


def require(document: AnyDocument, expected_version: int, *, noun: str) -> None:
    """Raise `Stale` where a document is not of the version expected."""
    if expected_version not in {ANY_VERSION, document.version}:
        raise Stale(
            f"This {noun} is at version {document.version} by now, you changed version {expected_version}. "
            "Read it again."
        )


def spoken(kind: Kind[D]) -> str:
    """Return a kind's name in words."""
    return kind.name.replace("_", " ")


def with_version(document: D, version: int) -> D:
    """Return the document in another version."""
    return cast("D", msgspec.structs.replace(cast("Any", document), version=version))
