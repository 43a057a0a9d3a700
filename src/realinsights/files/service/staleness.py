"""Staleness: citations whose document or whose field has changed since they were made."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from realinsights.contracts.files import CitationWentStale
from realinsights.files.model.citations import Citation
from realinsights.files.store import CITATIONS
from realinsights_platform.documents.port import Equal, Unit

FIELD_CHANGED = "the loan says something else by now"
LOAN_DELETED = "the loan is not there any more"
NEW_VERSION = "the document has a later version"
DOCUMENT_DELETED = "the document is not there any more"


async def document_changed(unit: Unit, document_id: str, reason: str) -> None:
    """Mark what cites a document as stale."""
    found = await unit.find(CITATIONS, Equal("document_id", document_id), limit=1_000)
    mark_stale(unit, ((citation, reason) for citation in found))


def mark_stale(unit: Unit, stale: Iterable[tuple[Citation, str]]) -> None:
    """Mark citations as stale, each with what has changed, and tell others; one that is stale stays as it is."""
    for citation, reason in stale:
        if citation.stale is None:
            unit.put(CITATIONS, msgspec.structs.replace(citation, stale=reason))
            unit.emit(
                CitationWentStale(
                    citation_id=citation.id,
                    loan_id=citation.loan_id,
                    field=citation.field,
                    document_id=citation.document_id,
                )
            )
