"""Documents: what is said of one, and its versions."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Annotated, Final

import msgspec

from realinsights.contracts.files import DocumentKind, Link, LinkedKind, VersionState
from realinsights_platform.documents.port import Document
from realinsights_platform.errors import Conflict, Faults
from realinsights_platform.texts import required_line
from realinsights_platform.verdicts import Scan

MOST_VERSIONS: Final = 500
MOST_LINKS: Final = 50
HELD: Final = "held"
"""The mark of documents under a legal hold."""

_LONGEST_ID: Final = 64
_YEARS: Final = (1900, 2200)

Links = Annotated[tuple[Link, ...], msgspec.Meta(max_length=MOST_LINKS)]


class DocumentDraft(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The fields of a document that a person may write.

    `expires_on` is when it loses its force, as insurance does. Until `retention_until` nobody can delete it.
    """

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    kind: DocumentKind = DocumentKind.OTHER
    expires_on: datetime.date | None = None
    confidential: bool = False
    retention_until: datetime.date | None = None
    links: Links = ()


class LegalHold(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel"):
    """The reason for which a document must stay as it is; who said so, and when."""

    reason: str
    by: str
    at: datetime.datetime


class FiledDocument(DocumentDraft, frozen=True, forbid_unknown_fields=False):
    """A document as it is stored; `contents` are the SHA-256 of its versions, the first one's first."""

    id: str
    org: str
    filed_at: datetime.datetime
    filed_by: str
    contents: tuple[str, ...]
    hold: LegalHold | None = None
    version: int = 0

    @property
    def latest(self) -> int:
        """The number of the latest version."""
        return len(self.contents)

    @property
    def marks(self) -> tuple[str, ...]:
        """What it can be found by besides its fields: `HELD` while it is under a legal hold."""
        return () if self.hold is None else (HELD,)

    @property
    def things(self) -> tuple[str, ...]:
        """What it is linked to, each as one text."""
        return tuple(dict.fromkeys(thing_key(link.kind, link.id) for link in self.links))


class FileVersion(Document, frozen=True, kw_only=True, rename="camel"):
    """One version of a document: its bytes by their hash, and what was found out about them.

    `stored_as` names its bytes, which are its own; of the same bytes that are refused it is another. By default their
    hash does.
    `pages` is None until they are counted. `note` says why there is no text, or not all of it; `finding` is what a
    scanner named. `previewed` says that its rows or its mail can be asked for, `addressable` that its bytes are stored
    with its name and type, so that the store can hand them out itself.
    """

    document_id: str
    number: int
    sha256: str
    stored_as: str | None = None
    size: int
    file_name: str
    media_type: str
    uploaded_at: datetime.datetime
    uploaded_by: str
    state: VersionState = VersionState.RECEIVED
    scan: Scan = Scan.PENDING
    finding: str | None = None
    pages: int | None = None
    note: str | None = None
    previewed: bool = False
    text_by: str | None = None
    addressable: bool = False

    @property
    def path(self) -> str:
        """Where its bytes are."""
        return content_path(self.org, self.document_id, self.stored_as or self.sha256)

    @property
    def preview_path(self) -> str:
        """Where its preview is, if it has one."""
        return f"{self.path}.preview"

    @property
    def readable(self) -> bool:
        """Whether anybody may read it: it was checked, or there is nobody to check it."""
        return self.scan in {Scan.CLEAN, Scan.NOT_SCANNED}


def version_id(document_id: str, number: int) -> str:
    """Return the id of a document's version."""
    return f"{document_id}-{number}"


def number_of(text: str) -> int | None:
    """Return the number of a version or a page that stands in an address, None for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else None


def thing_key(kind: LinkedKind, thing_id: str) -> str:
    """Return a thing that documents are linked to as one text."""
    return f"{kind.value}:{thing_id}"


def content_path(org: str, document_id: str, name: str) -> str:
    """Return where a version's bytes are: under the document, so that they go when it does."""
    return f"files/{org}/{document_id}/{name}"


def valid_draft(draft: DocumentDraft) -> DocumentDraft:
    """Return a draft with its title tidy and its links each once; raises `Invalid` naming every bad field."""
    faults = Faults()
    title = required_line(draft.title, "title", faults)
    for name, date in (("expiresOn", draft.expires_on), ("retentionUntil", draft.retention_until)):
        if date is not None and not _YEARS[0] <= date.year < _YEARS[1]:
            faults.add(name, f"lies outside the years {_YEARS[0]} to {_YEARS[1] - 1}")
    for place, link in enumerate(draft.links):
        if not 1 <= len(link.id) <= _LONGEST_ID or not link.id.isascii() or not link.id.isprintable():
            faults.add(f"links[{place}].id", f"must have 1 to {_LONGEST_ID} plain characters")
        if link.page is not None and not 1 <= link.page <= 100_000:
            faults.add(f"links[{place}].page", "must lie between 1 and 100,000")
    if len(draft.links) > MOST_LINKS:
        faults.add("links", f"at most {MOST_LINKS} links")
    faults.refuse("document")
    return msgspec.structs.replace(draft, title=title, links=tuple(dict.fromkeys(draft.links)))


def refuse_deletion(document: FiledDocument, *, today: datetime.date) -> None:
    """Raise `Conflict` while a document must be kept."""
    if document.hold is not None:
        raise Conflict(f"This document is under a legal hold ({document.hold.reason}). Lift the hold first.")
    if document.retention_until is not None and today < document.retention_until:
        raise Conflict(f"This document is kept until {document.retention_until.isoformat()}.")


def refuse_shorter_retention(before: FiledDocument, after: DocumentDraft) -> None:
    """Raise `Conflict` where a change would let a document go earlier than was promised."""
    kept = before.retention_until
    if kept is not None and (after.retention_until is None or after.retention_until < kept):
        raise Conflict(f"This document is kept until {kept.isoformat()}. The date can be moved later, never earlier.")


def current_version(versions: Sequence[FileVersion]) -> FileVersion | None:
    """Return the latest of a document's versions that may be read, None where there is none yet."""
    return max((one for one in versions if one.readable), key=lambda one: one.number, default=None)
