"""The kinds of document that this service keeps, with what one may filter and order by."""

from __future__ import annotations

from typing import Any

from realinsights.files.model.citations import Citation
from realinsights.files.model.documents import FiledDocument, FileVersion
from realinsights.files.model.shares import Share, ShareAccess
from realinsights.files.model.uploads import Upload
from realinsights_platform.documents.port import Kind
from realinsights_platform.steps import LastStep

SERVICE = "files"

DOCUMENTS = Kind(
    SERVICE,
    "document",
    FiledDocument,
    indexes=("title", "kind", "expires_on", "retention_until", "confidential", "filed_at", "filed_by"),
    members=("things", "marks"),
)
VERSIONS = Kind(SERVICE, "version", FileVersion, indexes=("document_id", "state"))
UPLOADS = Kind(SERVICE, "upload", Upload, indexes=("number",), due="expires_at")
SHARES = Kind(SERVICE, "share", Share, indexes=("document_id", "created_at"))
ACCESSES = Kind(SERVICE, "share_access", ShareAccess, indexes=("share_id", "at"))
LAST_STEPS = Kind(SERVICE, "last_step", LastStep)
CITATIONS = Kind(SERVICE, "citation", Citation, indexes=("loan_id", "document_id", "field"))

JOURNALED: tuple[Kind[Any], ...] = (DOCUMENTS, VERSIONS, SHARES, CITATIONS)
"""The kinds that the journal shows."""

KINDS: tuple[Kind[Any], ...] = (DOCUMENTS, VERSIONS, UPLOADS, SHARES, ACCESSES, CITATIONS, LAST_STEPS)
