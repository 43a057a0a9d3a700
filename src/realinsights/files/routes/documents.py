"""Routes of documents; PUT replaces all that a person may write."""

from __future__ import annotations

import datetime
from typing import Annotated

import msgspec

from realinsights.contracts.files import DocumentKind, Link, LinkedKind
from realinsights.contracts.permissions import Permission
from realinsights.files.model.documents import DocumentDraft
from realinsights.files.model.names import clean_name
from realinsights.files.model.previews import Preview
from realinsights.files.model.uploads import LARGEST
from realinsights.files.queries import documents as queries
from realinsights.files.queries.documents import DocumentView
from realinsights.files.queries.searching import DocumentFound, DocumentSearch, found_documents
from realinsights.files.service import documents as service
from realinsights.files.service.documents import Incoming, Resources
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.errors import Invalid
from realinsights_platform.http.answers.answer import Json, Stream
from realinsights_platform.http.answers.files import elsewhere, file_answer
from realinsights_platform.http.routes.declaring import delete, get, post, put
from realinsights_platform.http.routes.pages import Cursor, PageOf
from realinsights_platform.http.routes.requests import Request
from realinsights_platform.principal import Principal

FileName = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
Title = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
LinkTexts = Annotated[tuple[Annotated[str, msgspec.Meta(max_length=100)], ...], msgspec.Meta(max_length=50)]


class HoldReason(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The reason for which a document must stay as it is."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class DownloadAddress(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The address at which the store of files hands out a version, for a minute; null where this server does."""

    address: str | None


class PageText(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The text of one page."""

    page: int
    text: str


def confidential(principal: Principal) -> bool:
    """Tell whether a caller sees confidential documents."""
    return Permission.FILE_CONFIDENTIAL in principal.permissions


@get("/documents", permission=Permission.FILE_READ, cost=5)
async def list_documents(
    *, documents: Documents, resources: Resources, principal: Principal, cursor: Cursor, search: DocumentSearch
) -> PageOf[DocumentFound]:
    """List documents; `q` searches what is written in them, and each then has the pages that hold its words."""
    found = await found_documents(
        documents,
        resources.texts,
        org=principal.org,
        search=search,
        confidential=confidential(principal),
        after=cursor.position,
    )
    return cursor.page(found)


@post("/documents", permission=Permission.FILE_WRITE, streamed=True, max_body=LARGEST, cost=50)
async def file_document(
    *,
    request: Request,
    unit: Unit,
    resources: Resources,
    principal: Principal,
    file_name: FileName,
    title: Title | None = None,
    kind: DocumentKind = DocumentKind.OTHER,
    expires_on: datetime.date | None = None,
    is_confidential: bool = False,
    retention_until: datetime.date | None = None,
    link: LinkTexts = (),
) -> Json[DocumentView]:
    """File the document in the request's body; `link` is a thing it is about, as `loan:ID` or `loan:ID:page`."""
    document = await service.file_document(
        unit=unit,
        resources=resources,
        draft=DocumentDraft(
            title=title or clean_name(file_name),
            kind=kind,
            expires_on=expires_on,
            confidential=is_confidential,
            retention_until=retention_until,
            links=links_of(link),
        ),
        incoming=Incoming(name=file_name, declared_type=request.headers.get("content-type"), content=request.stream()),
        confidential=confidential(principal),
    )
    return Json(await service.view_of(unit, document), headers={"Location": f"/api/v1/documents/{document.id}"})


@get("/documents/{document_id}", permission=Permission.FILE_READ)
async def read_document(documents: Documents, principal: Principal, document_id: str) -> DocumentView:
    """Return a document with its versions."""
    return await queries.document_view(
        documents, org=principal.org, document_id=document_id, confidential=confidential(principal)
    )


@put("/documents/{document_id}", permission=Permission.FILE_WRITE)
async def change_document(
    unit: Unit, principal: Principal, if_match: int, document_id: str, data: DocumentDraft
) -> DocumentView:
    """Replace what a person may say about a document; its retention can be moved later, never earlier."""
    document = await service.change_document(
        unit=unit,
        document_id=document_id,
        draft=data,
        expected_version=if_match,
        confidential=confidential(principal),
    )
    return await service.view_of(unit, document)


@delete("/documents/{document_id}", permission=Permission.FILE_DELETE)
async def delete_document(
    unit: Unit, resources: Resources, principal: Principal, if_match: int, document_id: str
) -> None:
    """Delete a document with all its versions, unless it is held or its retention lasts."""
    await service.delete_document(
        unit=unit,
        resources=resources,
        document_id=document_id,
        expected_version=if_match,
        confidential=confidential(principal),
    )


@put("/documents/{document_id}/hold", permission=Permission.FILE_HOLD)
async def hold_document(
    unit: Unit, principal: Principal, if_match: int, document_id: str, data: HoldReason
) -> DocumentView:
    """Put a document under a legal hold: nobody can delete it until the hold is lifted."""
    document = await service.hold_document(
        unit=unit,
        document_id=document_id,
        reason=data.reason,
        expected_version=if_match,
        confidential=confidential(principal),
    )
    return await service.view_of(unit, document)


@delete("/documents/{document_id}/hold", permission=Permission.FILE_HOLD, status=200)
async def release_document(unit: Unit, principal: Principal, if_match: int, document_id: str) -> DocumentView:
    """Lift the legal hold of a document."""
    document = await service.release_document(
        unit=unit, document_id=document_id, expected_version=if_match, confidential=confidential(principal)
    )
    return await service.view_of(unit, document)


@post("/documents/{document_id}/versions", permission=Permission.FILE_WRITE, streamed=True, max_body=LARGEST, cost=50)
async def add_version(
    *,
    request: Request,
    unit: Unit,
    resources: Resources,
    principal: Principal,
    document_id: str,
    file_name: FileName,
) -> Json[DocumentView]:
    """Add the version in the request's body; the same bytes are the version that is there, and answered with 200."""
    document, added = await service.add_version(
        unit=unit,
        resources=resources,
        document_id=document_id,
        incoming=Incoming(name=file_name, declared_type=request.headers.get("content-type"), content=request.stream()),
        confidential=confidential(principal),
    )
    return Json(await service.view_of(unit, document), status_code=201 if added else 200)


@get(
    "/documents/{document_id}/versions/{number}/content",
    permission=Permission.FILE_READ,
    media_type="*/*",
)
async def download_version(
    *,
    request: Request,
    documents: Documents,
    resources: Resources,
    principal: Principal,
    document_id: str,
    number: str,
    inline: bool = False,
) -> Stream:
    """Return the bytes of a version, in parts where `Range` asks for one; `inline` shows what a browser may show.

    Without `inline` the answer may be a redirect (307) to the store of files, at an address that is good for a minute.
    """
    version = await queries.readable_version(
        documents,
        org=principal.org,
        document_id=document_id,
        number=number,
        confidential=confidential(principal),
    )
    address = None if inline else await queries.address_of(resources.blobs, version)
    if address is not None:
        return elsewhere(address)
    return file_answer(
        lambda start, end: resources.blobs.stream(version.path, start=start, end=end),
        name=version.file_name,
        media_type=version.media_type,
        size=version.size,
        tag=version.sha256,
        wanted=request.headers.get("range"),
        only_if=request.headers.get("if-range"),
        inline=inline,
    )


@get("/documents/{document_id}/versions/{number}/address", permission=Permission.FILE_READ)
async def address_version(
    *, documents: Documents, resources: Resources, principal: Principal, document_id: str, number: str
) -> Json[DownloadAddress]:
    """Return the address that a download of a version is redirected to, for pages that cannot follow a redirect."""
    version = await queries.readable_version(
        documents,
        org=principal.org,
        document_id=document_id,
        number=number,
        confidential=confidential(principal),
    )
    address = await queries.address_of(resources.blobs, version)
    return Json(DownloadAddress(address=address), headers={"Cache-Control": "no-store"})


@get("/documents/{document_id}/versions/{number}/preview", permission=Permission.FILE_READ)
async def preview_version(
    *, documents: Documents, resources: Resources, principal: Principal, document_id: str, number: str
) -> Preview:
    """Return the first rows of a workbook or a table, or a mail, as data."""
    version = await queries.readable_version(
        documents,
        org=principal.org,
        document_id=document_id,
        number=number,
        confidential=confidential(principal),
    )
    return await queries.preview(resources.blobs, version)


@get("/documents/{document_id}/pages/{page}", permission=Permission.FILE_READ)
async def read_page(
    *, documents: Documents, resources: Resources, principal: Principal, document_id: str, page: str
) -> PageText:
    """Return the text of one page of the version that is read, as it was found in the file."""
    text = await queries.page_text(
        documents,
        resources.texts,
        org=principal.org,
        document_id=document_id,
        page=page,
        confidential=confidential(principal),
    )
    return PageText(page=int(page), text=text)


def links_of(texts: tuple[str, ...]) -> tuple[Link, ...]:
    """Return links as a query says them; raises `Invalid`."""
    links = []
    for text in texts:
        kind, _, rest = text.partition(":")
        thing_id, _, page = rest.partition(":")
        if kind not in set(LinkedKind) or not thing_id or not ((page.isascii() and page.isdigit()) or not page):
            raise Invalid.field("link", "is a kind of thing and its id, such as loan:ID, and perhaps a page: loan:ID:3")
        links.append(Link(kind=LinkedKind(kind), id=thing_id, page=int(page) if page else None))
    return tuple(links)
