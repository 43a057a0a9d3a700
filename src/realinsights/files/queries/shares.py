"""Reads of share links: those of a document, and who tried to open one."""

from __future__ import annotations

import datetime

import msgspec

from realinsights.files.model.shares import Share, ShareAccess
from realinsights.files.queries.documents import read
from realinsights.files.store import ACCESSES, SHARES
from realinsights_platform.attributes import made_from
from realinsights_platform.documents.port import Documents, Equal, Order, Page, Position
from realinsights_platform.errors import NotFound


class ShareView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A link as it is answered; its secret is answered once, when it is made.

    `confidential` says that its document was confidential then; otherwise it opens nothing while the document is.
    """

    id: str
    document_id: str
    number: int
    note: str
    has_password: bool
    expires_at: datetime.datetime
    most_downloads: int | None
    downloads: int
    failures: int
    created_at: datetime.datetime
    created_by: str
    confidential: bool
    revoked_at: datetime.datetime | None
    revoked_by: str | None


def share_view(share: Share) -> ShareView:
    """Return a link as it is answered."""
    return made_from(share, ShareView, has_password=share.password_hash is not None)


async def list_shares(
    documents: Documents, *, org: str, document_id: str, confidential: bool, after: Position | None, limit: int
) -> Page[ShareView]:
    """Return a page of a document's links, the latest first; raises `NotFound`."""
    await read(documents, org=org, document_id=document_id, confidential=confidential)
    order = Order("created_at", descending=True)
    page = await documents.find(SHARES, org, Equal("document_id", document_id), order=order, after=after, limit=limit)
    return Page(tuple(share_view(share) for share in page.items), page.next)


async def list_accesses(
    documents: Documents, *, org: str, share_id: str, confidential: bool, after: Position | None, limit: int
) -> Page[ShareAccess]:
    """Return a page of the tries to open a link, the latest first; raises `NotFound`."""
    share = await documents.get(SHARES, org, share_id)
    if share is None:
        raise NotFound("There is no such link.")
    await read(documents, org=org, document_id=share.document_id, confidential=confidential)
    order = Order("at", descending=True)
    return await documents.find(ACCESSES, org, Equal("share_id", share_id), order=order, after=after, limit=limit)
