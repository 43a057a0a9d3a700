"""Routes of share links for those who make them."""

from __future__ import annotations

import msgspec

from realinsights.contracts.permissions import Permission
from realinsights.files.model.shares import ShareAccess, ShareDraft
from realinsights.files.queries import shares as queries
from realinsights.files.queries.shares import ShareView, share_view
from realinsights.files.routes.documents import confidential
from realinsights.files.service import shares as service
from realinsights.files.service.shares import Opening
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.http.routes.declaring import delete, get, post
from realinsights_platform.http.routes.pages import Cursor, Limit, PageOf
from realinsights_platform.principal import Principal


class MadeShare(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A link that was just made; `token` belongs into its address and is told this once."""

    share: ShareView
    token: str


@post("/documents/{document_id}/versions/{number}/shares", permission=Permission.FILE_SHARE, idempotent=False)
async def make_share(
    *, unit: Unit, opening: Opening, principal: Principal, document_id: str, number: str, data: ShareDraft
) -> MadeShare:
    """Make a link to one version, for somebody without an account."""
    share, token = await service.make_share(
        unit=unit,
        opening=opening,
        document_id=document_id,
        number=number,
        draft=data,
        confidential=confidential(principal),
    )
    return MadeShare(share=share_view(share), token=token)


@get("/documents/{document_id}/shares", permission=Permission.FILE_SHARE)
async def list_shares(
    *, documents: Documents, principal: Principal, cursor: Cursor, document_id: str, limit: Limit = 50
) -> PageOf[ShareView]:
    """List the links to a document's versions, the latest first."""
    found = await queries.list_shares(
        documents,
        org=principal.org,
        document_id=document_id,
        confidential=confidential(principal),
        after=cursor.position,
        limit=limit,
    )
    return cursor.page(found)


@get("/shares/{share_id}/accesses", permission=Permission.FILE_SHARE)
async def list_accesses(
    *, documents: Documents, principal: Principal, cursor: Cursor, share_id: str, limit: Limit = 50
) -> PageOf[ShareAccess]:
    """List who tried to open a link, the latest first."""
    found = await queries.list_accesses(
        documents,
        org=principal.org,
        share_id=share_id,
        confidential=confidential(principal),
        after=cursor.position,
        limit=limit,
    )
    return cursor.page(found)


@delete("/shares/{share_id}", permission=Permission.FILE_SHARE, status=200)
async def revoke_share(unit: Unit, principal: Principal, share_id: str) -> ShareView:
    """Revoke a link: nobody fetches anything by it from now on."""
    return share_view(await service.revoke_share(unit=unit, share_id=share_id, confidential=confidential(principal)))
