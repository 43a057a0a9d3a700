"""Routes of an organization's deletion: ask for it, see how far it is, take it back, read the certificate."""

from __future__ import annotations

from typing import Annotated

import msgspec

from realinsights.auth.queries import undertakings
from realinsights.auth.queries.undertakings import CertificateView, DeletionLinkView, DeletionView
from realinsights.auth.routes import browsers
from realinsights.auth.routes.invitations import Token
from realinsights.auth.service import deletions
from realinsights.auth.service.identity import Identity
from realinsights.contracts.permissions import Permission
from realinsights_platform.documents.port import Unit
from realinsights_platform.http.routes.declaring import SIGNED_IN, delete, get, post
from realinsights_platform.http.routes.pages import PageOf
from realinsights_platform.http.routes.requests import Request
from realinsights_platform.principal import Principal


class DeletionRequest(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The organization's name, and the password of who asks; the command line on a data folder sends none."""

    name: Annotated[str, msgspec.Meta(max_length=500)]
    current_password: Annotated[str, msgspec.Meta(max_length=1024)] = ""


class DeletionLink(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A link's token."""

    token: Token


@post("/organization/deletion", permission=Permission.ORGANIZATION_MANAGE, idempotent=False)
async def ask_for_deletion(unit: Unit, identity: Identity, principal: Principal, data: DeletionRequest) -> DeletionView:
    """Have one's organization deleted in two weeks, with all its data; 409 names documents under a legal hold."""
    asked = await deletions.ask_for_deletion(
        unit=unit,
        identity=identity,
        user=principal.user,
        session_id=principal.session,
        name=data.name,
        password=data.current_password,
    )
    return undertakings.deletion_view(asked, token=deletions.certificate_token(identity, asked).text())


@get("/organization/deletion", permission=Permission.ORGANIZATION_MANAGE)
async def read_deletion(identity: Identity, principal: Principal) -> DeletionView:
    """Return the deletion that was asked for last: how far each service is, or why it was refused."""
    known = await undertakings.deletion(identity.documents, org=principal.org)
    mine = known.asked_by.id == principal.user
    return undertakings.deletion_view(
        known, token=deletions.certificate_token(identity, known).text() if mine else None
    )


@delete("/organization/deletion", permission=Permission.ORGANIZATION_MANAGE)
async def undo_deletion(unit: Unit, identity: Identity, principal: Principal) -> None:
    """Take the deletion of one's organization back; 409 once it has begun."""
    await deletions.undo_deletion(unit=unit, identity=identity, user=principal.user)


@get("/auth/me/certificates", permission=SIGNED_IN, scoped="unaffected")
async def list_certificates(identity: Identity, principal: Principal) -> PageOf[CertificateView]:
    """List the certificates of deletions that one asked for, in any organization, by one's confirmed address."""
    found = await undertakings.certificates(identity.documents, org=principal.org, user=principal.user)
    return PageOf(items=found, next=None, total=len(found))


@post("/auth/deletions/look-up", public=True, status=200, limit="sign-in")
async def look_up_deletion(identity: Identity, request: Request, data: DeletionLink) -> DeletionLinkView:
    """Return how far a deletion is, and its certificate once it is done, to whoever has the link."""
    browsers.refuse_other_sites(request)
    found = await deletions.look_up(identity=identity, token_text=data.token)
    return undertakings.deletion_link_view(found.name, found.undertaking, found.certificate)
