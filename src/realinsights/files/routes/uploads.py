"""Routes of resumable uploads by the tus protocol, version 1.0: creation, termination and expiration."""

from __future__ import annotations

import base64
import binascii
import datetime
from collections.abc import Mapping
from email.utils import format_datetime
from typing import Annotated, Any, Final

import msgspec

from realinsights.contracts.files import DocumentKind
from realinsights.contracts.permissions import Permission
from realinsights.files.model.documents import DocumentDraft
from realinsights.files.model.names import clean_name
from realinsights.files.model.uploads import LARGEST, Upload
from realinsights.files.routes.documents import confidential, links_of
from realinsights.files.service import uploads as service
from realinsights.files.service.documents import Resources
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.errors import Invalid, Stale
from realinsights_platform.http.answers.answer import Json
from realinsights_platform.http.answers.problems import UnsupportedMedia
from realinsights_platform.http.routes.declaring import delete, get, patch, post
from realinsights_platform.http.routes.requests import Request
from realinsights_platform.principal import Principal
from realinsights_platform.validation import decoded

VERSION: Final = "1.0.0"
_PROTOCOL: Final = {
    "Tus-Resumable": VERSION,
    "Tus-Version": VERSION,
    "Tus-Extension": "creation,termination,expiration",
    "Tus-Max-Size": str(LARGEST),
}
_LONGEST_METADATA: Final = 8_000


class UploadStanding(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The progress of an upload; `document_id` and `number` say which version it became, once it is whole."""

    id: str
    length: int
    offset: int
    expires_at: datetime.datetime
    document_id: str | None
    number: int | None


class UploadMetadata(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `Upload-Metadata` may say: tus's own names, and those of a document. `link` holds links with commas."""

    filename: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)] = "document"
    filetype: str | None = None
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200)] | None = None
    kind: DocumentKind = DocumentKind.OTHER
    expiresOn: datetime.date | None = None  # noqa: N815 - as it is on the wire
    isConfidential: bool = False  # noqa: N815
    retentionUntil: datetime.date | None = None  # noqa: N815
    link: str = ""
    documentId: str | None = None  # noqa: N815


@post("/uploads", permission=Permission.FILE_WRITE, cost=5, idempotent=False)
async def begin_upload(
    *, request: Request, unit: Unit, resources: Resources, principal: Principal
) -> Json[UploadStanding]:
    """Begin an upload of `Upload-Length` bytes; with `documentId` in its metadata it becomes another version of it."""
    _require_version(request)
    length = _number(request, "upload-length")
    said = _metadata(request.headers.get("upload-metadata"))
    upload = await service.begin_upload(
        unit=unit,
        resources=resources,
        length=length,
        file_name=said.filename,
        declared_type=said.filetype,
        draft=DocumentDraft(
            title=said.title or clean_name(said.filename),
            kind=said.kind,
            expires_on=said.expiresOn,
            confidential=said.isConfidential,
            retention_until=said.retentionUntil,
            links=links_of(tuple(filter(None, said.link.split(",")))),
        ),
        document_id=said.documentId,
        confidential=confidential(principal),
    )
    return _standing(upload, 0, {"Location": f"/api/v1/uploads/{upload.id}"})


@get("/uploads/{upload_id}", permission=Permission.FILE_WRITE)
async def read_upload(
    *, documents: Documents, resources: Resources, principal: Principal, upload_id: str
) -> Json[UploadStanding]:
    """Say how far an upload is; HEAD says it in headers alone."""
    upload, offset = await service.standing(
        documents=documents, blobs=resources.blobs, org=principal.org, user=principal.user, upload_id=upload_id
    )
    return _standing(upload, offset, {"Cache-Control": "no-store"})


@patch("/uploads/{upload_id}", permission=Permission.FILE_WRITE, streamed=True, max_body=LARGEST, status=204, cost=20)
async def go_on(
    *, request: Request, unit: Unit, resources: Resources, principal: Principal, upload_id: str
) -> Json[None]:
    """Take more bytes of an upload from `Upload-Offset` on; the last ones make it a document's version."""
    _require_version(request)
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/offset+octet-stream":
        raise UnsupportedMedia("Send the bytes as application/offset+octet-stream.")
    upload, offset = await service.go_on(
        unit=unit,
        resources=resources,
        upload_id=upload_id,
        offset=_number(request, "upload-offset"),
        content=request.stream(),
        confidential=confidential(principal),
    )
    return Json(None, headers=_headers(upload, offset))


@delete("/uploads/{upload_id}", permission=Permission.FILE_WRITE)
async def give_up(*, request: Request, unit: Unit, resources: Resources, upload_id: str) -> Json[None]:
    """Give an upload up."""
    _require_version(request)
    await service.give_up(unit=unit, blobs=resources.blobs, upload_id=upload_id)
    return Json(None, headers=_PROTOCOL)


def _standing(upload: Upload, offset: int, headers: Mapping[str, str]) -> Json[UploadStanding]:
    standing = UploadStanding(
        id=upload.id,
        length=upload.length,
        offset=offset,
        expires_at=upload.expires_at,
        document_id=upload.document_id,
        number=upload.number,
    )
    return Json(standing, headers={**_headers(upload, offset), **headers})


def _headers(upload: Upload, offset: int) -> dict[str, str]:
    return {
        **_PROTOCOL,
        "Upload-Offset": str(offset),
        "Upload-Length": str(upload.length),
        "Upload-Expires": format_datetime(upload.expires_at, usegmt=True),
    }


def _require_version(request: Request) -> None:
    stated = request.headers.get("tus-resumable")
    if stated != VERSION:
        raise Stale(f"Say Tus-Resumable: {VERSION}, which is the one version of the protocol here.")


def _number(request: Request, name: str) -> int:
    stated = request.headers.get(name, "")
    if not (stated.isascii() and stated.isdecimal() and len(stated) < 16):
        raise Invalid.field(name.title(), "must be a number of bytes")
    return int(stated)


def _metadata(text: str | None) -> UploadMetadata:
    """Return what `Upload-Metadata` says: pairs of a name and a value in base 64, with commas; raises `Invalid`."""
    values: dict[str, Any] = {}
    if text is not None and len(text) > _LONGEST_METADATA:
        raise Invalid.field("Upload-Metadata", f"has more than {_LONGEST_METADATA:,} characters")
    for pair in filter(None, (part.strip() for part in (text or "").split(","))):
        name, _, value = pair.partition(" ")
        try:
            values[name] = base64.b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise Invalid.field("Upload-Metadata", f"{name[:40]} is not UTF-8 in base 64") from None
    said: UploadMetadata = decoded(values, UploadMetadata, what="Upload-Metadata", strict=False)
    return said
