"""Preparation of documents to be written away from where they are kept: in a thread, or in another process."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from realinsights_platform.documents.indexing import indexer_of
from realinsights_platform.documents.port import AnyDocument, Kind, PreparedUnit, PreparedWrite
from realinsights_platform.events import Event

ENCODE: Final = msgspec.json.Encoder(decimal_format="string").encode
"""Encodes documents and events as they are stored."""


def prepare(
    org: str,
    writes: Iterable[tuple[Kind[Any], AnyDocument]],
    *,
    expectations: Iterable[tuple[Kind[Any], AnyDocument]] = (),
    events: Iterable[Event] = (),
) -> PreparedUnit:
    """Return what a unit of work can adopt: documents to be written in the version they will have, others expected.

    Raises `Invalid` for what indexes cannot hold.
    """
    return PreparedUnit(
        org,
        tuple([_prepared(org, kind, document) for kind, document in writes]),
        tuple([(kind.name, document.id, document.version) for kind, document in expectations]),
        tuple(map(ENCODE, events)),
    )


def _prepared(org: str, kind: Kind[Any], document: AnyDocument) -> PreparedWrite:
    if document.org != org:
        raise ValueError(f"a document of organization {document.org!r} in a unit of work of {org!r}")
    index = indexer_of(kind).index(document)
    return PreparedWrite(kind.name, document.id, document.version - 1, ENCODE(document), index)
