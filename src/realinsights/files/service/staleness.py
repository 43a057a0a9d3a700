"""Staleness: citations whose document or whose field has changed since they were made."""

from __future__ import annotations

import msgspec

from realinsights.contracts.files import CitationWentStale
from realinsights.files.model.citations import Citation, StaleReason
from realinsights.files.model.documents import FiledDocument, FileVersion
from realinsights.files.store import CITATIONS
from realinsights_platform.documents.port import Equal, Unit


async def version_became_current(unit: Unit, version: FileVersion) -> None:
    """Mark what cites an earlier version of the same document as stale."""
    for citation in await unit.every(CITATIONS, Equal("document_id", version.document_id)):
        if citation.number < version.number:
            mark_stale(unit, citation, StaleReason.NEW_VERSION)


async def document_deleted(unit: Unit, document: FiledDocument) -> None:
    """Mark what cites a document as stale, and keep with each citation who may see it."""
    for citation in await unit.every(CITATIONS, Equal("document_id", document.id)):
        kept = msgspec.structs.replace(citation, confidential=document.confidential)
        if kept.stale is None:
            mark_stale(unit, kept, StaleReason.DOCUMENT_DELETED)
        elif kept != citation:
            unit.put(CITATIONS, kept)


def mark_stale(unit: Unit, citation: Citation, reason: StaleReason) -> None:
    """Mark a citation as stale with what has changed, and tell others; one that is stale stays as it is."""
    if citation.stale is not None:
        return
    unit.put(CITATIONS, msgspec.structs.replace(citation, stale=reason))
    unit.emit(
        CitationWentStale(
            citation_id=citation.id,
            loan_id=citation.loan_id,
            field=citation.field,
            document_id=citation.document_id,
        )
    )
