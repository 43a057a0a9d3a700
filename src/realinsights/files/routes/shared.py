"""Routes of share links for those who have one: no account is needed, and nothing but the one version is told."""

from __future__ import annotations

import datetime
from typing import Annotated

import msgspec

from realinsights.files.queries.documents import address_of
from realinsights.files.service import shares as service
from realinsights.files.service.documents import Resources
from realinsights.files.service.shares import Opening, Shared
from realinsights_platform.documents.port import Documents
from realinsights_platform.http.answers.answer import Json, Stream
from realinsights_platform.http.answers.files import elsewhere, file_answer
from realinsights_platform.http.routes.declaring import get, post
from realinsights_platform.http.routes.requests import Request


class SharedFile(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a link is of, before it is opened."""

    file_name: str
    media_type: str
    size: int
    needs_password: bool
    expires_at: datetime.datetime


class ShareToken(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What stands in a link's address. It comes in a body: addresses are logged."""

    token: Annotated[str, msgspec.Meta(max_length=300)]


class OpenShare(ShareToken, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A link, with its password where it has one."""

    password: Annotated[str, msgspec.Meta(max_length=256)] | None = None


class OpenedShare(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A link that was opened: its bytes can be fetched with the ticket, for an hour at most."""

    ticket: str


@post("/shared/look-up", public=True, status=200)
async def look_at_share(documents: Documents, data: ShareToken) -> SharedFile:
    """Say what a link is of while it can be opened."""
    return _told(await service.look_at(documents=documents, token=data.token))


@post("/shared/open", public=True, status=200, limit="sign-in")
async def open_share(*, request: Request, documents: Documents, opening: Opening, data: OpenShare) -> Json[OpenedShare]:
    """Open a link, with its password where it has one; it counts as one download."""
    address = request.client.host if request.client is not None else "unknown"
    _, ticket, sequence = await service.open_share(
        documents=documents, opening=opening, token=data.token, password=data.password, address=address
    )
    return Json(OpenedShare(ticket=ticket), sequence=sequence)


@get("/shared/content", public=True, media_type="*/*")
async def fetch_share(
    *,
    request: Request,
    documents: Documents,
    resources: Resources,
    opening: Opening,
    ticket: Annotated[str, msgspec.Meta(max_length=400)],
) -> Stream:
    """Return the bytes of a link that was opened, in parts where `Range` asks for one, or a redirect (307) to them."""
    shared = await service.fetch(documents=documents, opening=opening, ticket=ticket)
    version = shared.version
    address = await address_of(resources.blobs, version)
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
    )


def _told(shared: Shared) -> SharedFile:
    return SharedFile(
        file_name=shared.version.file_name,
        media_type=shared.version.media_type,
        size=shared.version.size,
        needs_password=shared.share.password_hash is not None,
        expires_at=shared.share.expires_at,
    )
