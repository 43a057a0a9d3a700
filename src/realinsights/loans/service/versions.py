"""Which version a caller changes."""

from __future__ import annotations

from typing import TypeVar

from realinsights_platform.documents.port import Document, Kind, Unit
from realinsights_platform.errors import NotFound, Stale

ANY_VERSION = -1

D = TypeVar("D", bound=Document)


async def current(unit: Unit, kind: Kind[D], document_id: str, *, expected_version: int) -> D:
    """Return the stored document; raises `NotFound`, and `Stale` where it is not of the version the caller has seen."""
    document = await unit.get(kind, document_id)
    if document is None:
        raise NotFound(f"there is no {kind.name} {document_id}")
    if expected_version not in {ANY_VERSION, document.version}:
        raise Stale(
            f"this {kind.name} is at version {document.version} by now, you changed version {expected_version}: "
            "read it again, its history says what changed"
        )
    return document
