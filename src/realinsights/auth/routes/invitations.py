"""Links that let people join."""

from __future__ import annotations

import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from realinsights.auth.model.people import ProfileDraft
from realinsights.auth.queries import people
from realinsights.auth.queries.people import InvitationView
from realinsights.auth.routes import browsers
from realinsights.auth.routes.signing_in import WELCOME, Email, Message, Password
from realinsights.auth.service import invitations
from realinsights.auth.service.identity import Identity
from realinsights.contracts.permissions import Permission, Role
from realinsights_platform.documents.port import Unit
from realinsights_platform.http.routes.declaring import delete, get, post
from realinsights_platform.http.routes.pages import Cursor, Limit, PageOf
from realinsights_platform.http.routes.requests import Request
from realinsights_platform.principal import Principal

Token = Annotated[str, Meta(max_length=512)]


class NewInvitation(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A person to let in, and their role."""

    email: Email
    role: Role


class Invited(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An invitation just made; `token` is to be had only now, and `link` carries it where no server logs it."""

    invitation: InvitationView
    token: str
    link: str


class InvitationLookUp(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A link's token."""

    token: Token


class OfferView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a link leads to, for whoever holds it."""

    organization_name: str
    email: str
    role: Role
    expires_at: datetime.datetime


class Acceptance(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A link's token, and who joins by it."""

    token: Token
    first_name: str
    last_name: str
    password: Password


@post("/members/invitations", permission=Permission.MEMBER_MANAGE, idempotent=False)
async def invite(unit: Unit, identity: Identity, data: NewInvitation) -> Invited:
    """Make a link that lets one person join within seven days; an earlier one for the same address is withdrawn.

    The answer is the same whether or not the address has an account.
    """
    invitation, token = await invitations.invite(unit=unit, identity=identity, email=data.email, role=data.role)
    return Invited(
        invitation=people.invitation_view(invitation, identity.now()),
        token=token.text(),
        link=f"/invitation/#{token.text()}",
    )


@get("/members/invitations", permission=Permission.MEMBER_MANAGE)
async def list_invitations(
    identity: Identity, principal: Principal, cursor: Cursor, limit: Limit = 50
) -> PageOf[InvitationView]:
    """List invitations, newest first."""
    found = await people.invitations(
        identity.documents, org=principal.org, after=cursor.position, limit=limit, now=identity.now()
    )
    return cursor.page(found)


@delete("/members/invitations/{invitation_id}", permission=Permission.MEMBER_MANAGE)
async def withdraw_invitation(unit: Unit, identity: Identity, invitation_id: str) -> None:
    """Let an open link lead nowhere any more."""
    await invitations.withdraw(unit=unit, identity=identity, invitation_id=invitation_id)


@post("/auth/invitations/look-up", public=True, status=200, limit="sign-in")
async def look_up_invitation(identity: Identity, request: Request, data: InvitationLookUp) -> OfferView:
    """Return what a link leads to."""
    browsers.refuse_other_sites(request)
    offer = await invitations.look_up(identity=identity, token_text=data.token)
    return OfferView(
        organization_name=offer.organization.name,
        email=offer.invitation.email,
        role=offer.invitation.role,
        expires_at=offer.invitation.expires_at,
    )


@post("/auth/invitations/accept", public=True, status=202, limit="sign-in")
async def accept_invitation(identity: Identity, request: Request, data: Acceptance) -> Message:
    """Join by a link, once. The answer is the same whether or not the e-mail address has an account already."""
    browsers.refuse_other_sites(request)
    await invitations.accept(
        identity=identity,
        token_text=data.token,
        profile=ProfileDraft(first_name=data.first_name, last_name=data.last_name),
        password=data.password,
        address=browsers.caller_of(request, identity=identity).address,
    )
    return Message(message=WELCOME)
