"""Links by which members choose a new password."""

from __future__ import annotations

import datetime

import msgspec

from realinsights.auth.routes import browsers
from realinsights.auth.routes.invitations import Token
from realinsights.auth.routes.signing_in import Email, Message, Password
from realinsights.auth.service import password_links
from realinsights.auth.service.identity import Identity
from realinsights.contracts.permissions import Permission
from realinsights_platform.documents.port import Unit
from realinsights_platform.http.routes.declaring import post
from realinsights_platform.http.routes.requests import Request

FORGOTTEN = (
    "If this address has an account, a link to choose a new password is on its way to it. It is good for one hour. "
    "If none comes, ask an administrator of your organization for one."
)
CHANGED = "The password is changed, and every session has ended. Sign in with the new one."


class MadePasswordLink(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A link just made; `token` is to be had only now, and `link` carries it where no server logs it."""

    email: str
    expires_at: datetime.datetime
    token: str
    link: str


class ForgottenPassword(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The address of an account whose password was forgotten."""

    email: Email


class PasswordLinkLookUp(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A link's token."""

    token: Token


class PasswordLinkView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a link leads to, for whoever holds it."""

    organization_name: str
    email: str
    first_name: str
    last_name: str


class ChosenPassword(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A link's token, and the password chosen by it."""

    token: Token
    password: Password


@post("/members/{member_id}/password-link", permission=Permission.MEMBER_MANAGE, idempotent=False)
async def make_password_link(unit: Unit, identity: Identity, member_id: str) -> MadePasswordLink:
    """Make a link by which another member can choose a new password, once, within a day."""
    member, token = await password_links.make(unit=unit, identity=identity, user=member_id)
    return MadePasswordLink(
        email=member.email,
        expires_at=token.expires_at,
        token=token.text(),
        link=f"/new-password/#{token.text()}",
    )


@post("/auth/password/forgotten", public=True, status=202, limit="sign-in")
async def forget_password(identity: Identity, request: Request, data: ForgottenPassword) -> Message:
    """Have a link mailed by which the password can be chosen anew.

    Answer and time are the same whether or not the address has an account.
    """
    browsers.refuse_other_sites(request)
    caller = browsers.caller_of(request, identity=identity)
    await password_links.forget(identity=identity, email=data.email, address=caller.address)
    return Message(message=FORGOTTEN)


@post("/auth/password-links/look-up", public=True, status=200, limit="sign-in")
async def look_up_password_link(identity: Identity, request: Request, data: PasswordLinkLookUp) -> PasswordLinkView:
    """Return what a link leads to."""
    browsers.refuse_other_sites(request)
    found = await password_links.look_up(identity=identity, token_text=data.token)
    return PasswordLinkView(
        organization_name=found.organization.name,
        email=found.user.email,
        first_name=found.user.first_name,
        last_name=found.user.last_name,
    )


@post("/auth/password-links/use", public=True, status=200, limit="sign-in")
async def use_password_link(identity: Identity, request: Request, data: ChosenPassword) -> Message:
    """Choose a new password by a link, once; every session of the account ends."""
    browsers.refuse_other_sites(request)
    await password_links.use(identity=identity, token_text=data.token, password=data.password)
    return Message(message=CHANGED)
