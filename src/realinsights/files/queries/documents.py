"""Reads of documents: one with its versions, lists, contents, text and previews; each shows what its caller may see."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

import msgspec

from realinsights.contracts.files import DocumentKind, Link, LinkedKind, VersionState
from realinsights.files.model.documents import (
    FiledDocument,
    FileVersion,
    LegalHold,
    current_version,
    number_of,
    thing_key,
    version_id,
)
from realinsights.files.model.previews import Preview
from realinsights.files.store import DOCUMENTS, VERSIONS
from realinsights_platform.attributes import made_from
from realinsights_platform.blobs import Blobs
from realinsights_platform.documents.port import (
    AnyOf,
    Between,
    Contains,
    Documents,
    Equal,
    Order,
    Page,
    Position,
    Where,
)
from realinsights_platform.documents.text_port import TextIndex
from realinsights_platform.documents.walking import every
from realinsights_platform.errors import Conflict, Invalid, NotFound
from realinsights_platform.verdicts import Scan

_ORDERS = {"title": "title", "kind": "kind", "filedAt": "filed_at", "expiresOn": "expires_on"}


class VersionView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One version of a document as it is answered."""

    number: int
    sha256: str
    size: int
    file_name: str
    media_type: str
    uploaded_at: datetime.datetime
    uploaded_by: str
    state: VersionState
    scan: Scan
    finding: str | None
    pages: int | None
    note: str | None
    previewed: bool
    text_by: str | None


class DocumentHead(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What is said of a document wherever it is answered."""

    id: str
    version: int
    title: str
    kind: DocumentKind
    confidential: bool
    expires_on: datetime.date | None
    retention_until: datetime.date | None
    links: tuple[Link, ...]
    filed_at: datetime.datetime
    filed_by: str
    hold: LegalHold | None


class DocumentSummary(DocumentHead, frozen=True, kw_only=True):
    """A document as a list shows it, with its latest version."""

    latest: VersionView


class DocumentView(DocumentHead, frozen=True, kw_only=True):
    """A document with its versions, the latest first; `current` is the number of the latest one that may be read."""

    current: int | None
    versions: tuple[VersionView, ...]


class DocumentFilter(msgspec.Struct, frozen=True, kw_only=True):
    """A filter of documents: every condition that is not None must hold; ranges are closed."""

    kind: tuple[DocumentKind, ...] | None = None
    loan_id: str | None = None
    property_id: str | None = None
    lender_id: str | None = None
    fund_id: str | None = None
    portfolio_id: str | None = None
    confidential: bool | None = None
    expires_from: datetime.date | None = None
    expires_to: datetime.date | None = None

    @property
    def things(self) -> tuple[str, ...]:
        """The things that a document has to be linked to."""
        named = {
            LinkedKind.LOAN: self.loan_id,
            LinkedKind.PROPERTY: self.property_id,
            LinkedKind.LENDER: self.lender_id,
            LinkedKind.FUND: self.fund_id,
            LinkedKind.PORTFOLIO: self.portfolio_id,
        }
        return tuple(thing_key(kind, thing_id) for kind, thing_id in named.items() if thing_id is not None)

    def where(self) -> tuple[Where, ...]:
        """Return the conditions as the documents port takes them."""
        return (
            *(Contains("things", thing) for thing in self.things),
            *((AnyOf("kind", self.kind),) if self.kind else ()),
            *((Equal("confidential", self.confidential),) if self.confidential is not None else ()),
            *((Between("expires_on", self.expires_from, self.expires_to),) if self._expires else ()),
        )

    def holds(self, document: FiledDocument) -> bool:
        """Tell whether a document fulfills all conditions."""
        expires = document.expires_on
        return (
            set(self.things) <= set(document.things)
            and (not self.kind or document.kind in self.kind)
            and self.confidential in {None, document.confidential}
            and not (self._expires and expires is None)
            and not (expires is not None and self.expires_from is not None and expires < self.expires_from)
            and not (expires is not None and self.expires_to is not None and expires > self.expires_to)
        )

    @property
    def _expires(self) -> bool:
        return self.expires_from is not None or self.expires_to is not None


async def list_documents(
    documents: Documents,
    *,
    org: str,
    filters: DocumentFilter,
    confidential: bool,
    order: str,
    after: Position | None,
    limit: int,
) -> Page[DocumentSummary]:
    """Return a page of the documents that a filter finds and the caller may see."""
    where = filters.where() if confidential else (*filters.where(), Equal("confidential", False))
    page = await documents.find(DOCUMENTS, org, *where, order=_order(order), after=after, limit=limit)
    return Page(await summaries(documents, org=org, found=page.items), page.next)


async def summaries(documents: Documents, *, org: str, found: Sequence[FiledDocument]) -> tuple[DocumentSummary, ...]:
    """Return documents as a list shows them."""
    ids = [version_id(document.id, document.latest) for document in found]
    latest = await documents.get_many(VERSIONS, org, ids)
    return tuple(
        made_from(document, DocumentSummary, latest=version_view(latest[key]))
        for document, key in zip(found, ids, strict=True)
        if key in latest  # it was deleted between two reads
    )


async def document_view(documents: Documents, *, org: str, document_id: str, confidential: bool) -> DocumentView:
    """Return a document with its versions; raises `NotFound`."""
    document = await read(documents, org=org, document_id=document_id, confidential=confidential)
    found = await every(documents, VERSIONS, org, Equal("document_id", document.id))
    return document_with(document, found)


def document_with(document: FiledDocument, found: Iterable[FileVersion]) -> DocumentView:
    """Return a document with its versions, the latest first."""
    versions = sorted(found, key=lambda one: one.number, reverse=True)
    current = current_version(versions)
    return made_from(
        document,
        DocumentView,
        current=current.number if current is not None else None,
        versions=tuple(version_view(version) for version in versions),
    )


async def read(documents: Documents, *, org: str, document_id: str, confidential: bool) -> FiledDocument:
    """Return a document that the caller may see; raises `NotFound`."""
    document = await documents.get(DOCUMENTS, org, document_id)
    if document is None or (document.confidential and not confidential):
        raise NotFound("There is no such document.")
    return document


async def readable_version(
    documents: Documents, *, org: str, document_id: str, number: str, confidential: bool
) -> FileVersion:
    """Return a version that the caller may read.

    Raises `NotFound`, and `Conflict` for one that is still being checked or was found infected.
    """
    await read(documents, org=org, document_id=document_id, confidential=confidential)
    named = number_of(number)
    version = None if named is None else await documents.get(VERSIONS, org, version_id(document_id, named))
    if version is None:
        raise NotFound("This document has no such version.")
    require_readable(version)
    return version


def require_readable(version: FileVersion) -> None:
    """Raise `Conflict` for a version that nobody may read, or not yet."""
    if version.scan is Scan.INFECTED:
        raise Conflict(f"This version was found infected ({version.finding}) and is not given to anybody.")
    if not version.readable:
        raise Conflict("This version is still being checked for malware. Try again in a moment.")


async def page_text(
    documents: Documents, texts: TextIndex, *, org: str, document_id: str, page: str, confidential: bool
) -> str:
    """Return the text of a page of the current version; raises `NotFound`."""
    await read(documents, org=org, document_id=document_id, confidential=confidential)
    named = number_of(page)
    text = None if named is None else await texts.text(org, document_id, named)
    if text is None:
        raise NotFound("This document has no such page, or no text on it, or it is not read yet.")
    return text


async def address_of(blobs: Blobs, version: FileVersion) -> str | None:
    """Return an address at which the store hands out a version for a minute, to whoever may read it; None: it has none.

    Bytes that were stored without their name and type are handed out by this server alone.
    """
    return await blobs.address(version.path) if version.addressable else None


async def preview(blobs: Blobs, version: FileVersion) -> Preview:
    """Return a version's rows or its mail; raises `NotFound` where it has neither."""
    stored = await blobs.get(version.preview_path) if version.previewed else None
    if stored is None:
        raise NotFound("This version has no rows and no mail to show. Its file can be shown or kept.")
    return msgspec.json.decode(stored, type=Preview)


def version_view(version: FileVersion) -> VersionView:
    """Return a version as it is answered."""
    return made_from(version, VersionView)


def _order(text: str) -> Order:
    name = text.removeprefix("-")
    if name not in _ORDERS:
        raise Invalid.field("order", f"is one of {', '.join(sorted(_ORDERS))}, with a - before it for descending")
    return Order(_ORDERS[name], descending=text.startswith("-"))
