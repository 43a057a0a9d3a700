"""Use cases of documents: file one, add a version, change what is said of it, hold it, delete it."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterable
from dataclasses import dataclass

import msgspec

from realinsights.contracts.files import (
    DocumentDeleted,
    DocumentHeld,
    DocumentRecorded,
    DocumentReleased,
    VersionReceived,
)
from realinsights.files.model.documents import (
    MOST_VERSIONS,
    DocumentDraft,
    FiledDocument,
    FileVersion,
    LegalHold,
    refuse_deletion,
    refuse_shorter_retention,
    valid_draft,
    version_id,
)
from realinsights.files.queries.documents import DocumentView, document_with
from realinsights.files.service.contents import Received, receive, settle
from realinsights.files.service.staleness import document_deleted
from realinsights.files.store import DOCUMENTS, VERSIONS
from realinsights_platform.blobs import Blobs
from realinsights_platform.documents import versions
from realinsights_platform.documents.port import Unit
from realinsights_platform.documents.text_port import TextIndex
from realinsights_platform.errors import Conflict, Faults, Forbidden, NotFound
from realinsights_platform.ids import new_id
from realinsights_platform.quota import Quota
from realinsights_platform.scanning import Scanner
from realinsights_platform.texts import required_line
from realinsights_platform.verdicts import Scan


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """What files rest on besides their documents."""

    blobs: Blobs
    quota: Quota
    scanner: Scanner
    texts: TextIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A file as a caller sends it."""

    name: str
    declared_type: str | None
    content: AsyncIterable[bytes]


async def file_document(
    *, unit: Unit, resources: Resources, draft: DocumentDraft, incoming: Incoming, confidential: bool
) -> FiledDocument:
    """File a new document with its first version. `confidential`: who files it may see confidential documents."""
    draft = valid_draft(draft)
    require_confidential(draft.confidential, confidential)
    received = await _received(unit, resources, incoming)
    return await first_version(unit=unit, resources=resources, draft=draft, received=received)


async def first_version(*, unit: Unit, resources: Resources, draft: DocumentDraft, received: Received) -> FiledDocument:
    """Store a document whose file came whole."""
    document = FiledDocument(
        **{field: getattr(draft, field) for field in DocumentDraft.__struct_fields__},
        id=new_id(),
        org=unit.org,
        filed_at=now(),
        filed_by=unit.actor,
        contents=(received.sha256,),
    )
    await settle(unit=unit, blobs=resources.blobs, received=received, document_id=document.id)
    _put_version(unit, resources, document, received)
    tell(unit, document)
    return unit.put(DOCUMENTS, document)


async def add_version(
    *, unit: Unit, resources: Resources, document_id: str, incoming: Incoming, confidential: bool
) -> tuple[FiledDocument, bool]:
    """Add a version to a document, and tell whether there is one more.

    The same bytes are the version that is there already, and change nothing.
    """
    before = await visible(unit, document_id, confidential=confidential)
    received = await _received(unit, resources, incoming)
    document = await next_version(unit=unit, resources=resources, document=before, received=received)
    return document, document is not before


async def next_version(
    *, unit: Unit, resources: Resources, document: FiledDocument, received: Received
) -> FiledDocument:
    """Store another version of a document, whose file came whole; raises `Conflict` beyond 500 versions."""
    if received.sha256 in document.contents:
        await resources.blobs.delete(received.path)
        return document
    if document.latest >= MOST_VERSIONS:
        await resources.blobs.delete(received.path)
        raise Conflict(f"A document has at most {MOST_VERSIONS} versions. File a new one.")
    await settle(unit=unit, blobs=resources.blobs, received=received, document_id=document.id)
    document = msgspec.structs.replace(document, contents=(*document.contents, received.sha256))
    _put_version(unit, resources, document, received)
    return unit.put(DOCUMENTS, document)


async def change_document(
    *, unit: Unit, document_id: str, draft: DocumentDraft, expected_version: int, confidential: bool
) -> FiledDocument:
    """Replace what a person may say of a document. Raises `NotFound`, `Stale`, `Invalid`, `Conflict`."""
    before = await visible(unit, document_id, confidential=confidential)
    versions.require(before, expected_version, noun="document")
    draft = valid_draft(draft)
    require_confidential(draft.confidential, confidential)
    refuse_shorter_retention(before, draft)
    said = {field: getattr(draft, field) for field in DocumentDraft.__struct_fields__}
    document = msgspec.structs.replace(before, **said)
    if document == before:
        return before
    tell(unit, document)
    return unit.put(DOCUMENTS, document)


async def hold_document(
    *, unit: Unit, document_id: str, reason: str, expected_version: int, confidential: bool
) -> FiledDocument:
    """Put a document under a legal hold, or change why."""
    before = await visible(unit, document_id, confidential=confidential)
    versions.require(before, expected_version, noun="document")
    faults = Faults()
    reason = required_line(reason, "reason", faults)
    faults.refuse("hold")
    unit.emit(DocumentHeld(document_id=before.id, title=before.title, reason=reason))
    return unit.put(DOCUMENTS, msgspec.structs.replace(before, hold=LegalHold(reason=reason, by=unit.actor, at=now())))


async def release_document(*, unit: Unit, document_id: str, expected_version: int, confidential: bool) -> FiledDocument:
    """Lift the legal hold of a document; one without a hold is returned as it is."""
    before = await visible(unit, document_id, confidential=confidential)
    versions.require(before, expected_version, noun="document")
    if before.hold is None:
        return before
    unit.emit(DocumentReleased(document_id=before.id))
    return unit.put(DOCUMENTS, msgspec.structs.replace(before, hold=None))


async def delete_document(
    *, unit: Unit, resources: Resources, document_id: str, expected_version: int, confidential: bool
) -> None:
    """Delete a document with all its versions, their bytes and their text. Raises `Conflict` while it must be kept.

    Retention goes by the calendar, not by the business date, which the caller states.
    """
    document = await visible(unit, document_id, confidential=confidential)
    versions.require(document, expected_version, noun="document")
    refuse_deletion(document, today=now().date())
    for version in (await versions_of(unit, document)).values():
        unit.delete(VERSIONS, version)
    await document_deleted(unit, document)
    unit.delete(DOCUMENTS, document)
    unit.emit(DocumentDeleted(document_id=document.id))

    async def forget() -> None:
        await resources.texts.remove(document.org, document.id)
        for path in await resources.blobs.list(f"files/{document.org}/{document.id}"):
            await resources.blobs.delete(path)

    unit.afterwards(forget)


async def visible(unit: Unit, document_id: str, *, confidential: bool) -> FiledDocument:
    """Return a document that the caller may see; raises `NotFound` for one that is not there or not for them."""
    document = await unit.get(DOCUMENTS, document_id)
    if document is None or (document.confidential and not confidential):
        raise NotFound("There is no such document.")
    return document


async def versions_of(unit: Unit, document: FiledDocument) -> dict[str, FileVersion]:
    """Return the versions of a document, by id."""
    ids = [version_id(document.id, number) for number in range(1, document.latest + 1)]
    return await unit.get_many(VERSIONS, ids)


async def view_of(unit: Unit, document: FiledDocument) -> DocumentView:
    """Return a document with its versions, as the unit sees them."""
    return document_with(document, (await versions_of(unit, document)).values())


def tell(unit: Unit, document: FiledDocument) -> None:
    """Tell others what a document is now."""
    unit.emit(
        DocumentRecorded(
            document_id=document.id,
            title=document.title,
            kind=document.kind,
            confidential=document.confidential,
            expires_on=document.expires_on,
            links=document.links,
        )
    )


def now() -> datetime.datetime:
    """Return the time, for what is stamped."""
    return datetime.datetime.now(tz=datetime.UTC)


async def _received(unit: Unit, resources: Resources, incoming: Incoming) -> Received:
    return await receive(
        unit=unit,
        blobs=resources.blobs,
        quota=resources.quota,
        content=incoming.content,
        file_name=incoming.name,
        declared_type=incoming.declared_type,
    )


def _put_version(unit: Unit, resources: Resources, document: FiledDocument, received: Received) -> None:
    number = document.latest
    unit.put(
        VERSIONS,
        FileVersion(
            id=version_id(document.id, number),
            org=unit.org,
            document_id=document.id,
            number=number,
            sha256=received.sha256,
            stored_as=received.stored_as,
            size=received.size,
            file_name=received.name,
            media_type=received.media_type,
            uploaded_at=now(),
            uploaded_by=unit.actor,
            addressable=True,
            scan=Scan.PENDING if resources.scanner.scans else Scan.NOT_SCANNED,
        ),
    )
    unit.emit(VersionReceived(document_id=document.id, number=number))


def require_confidential(wanted: bool, allowed: bool) -> None:
    if wanted and not allowed:
        raise Forbidden("Your role does not see confidential documents, so it cannot make one. Ask a manager.")
