"""Routes of signing in: register, sign in, carry a session on, sign out."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from realinsights.auth.model.people import OrganizationDraft, ProfileDraft
from realinsights.auth.routes import browsers
from realinsights.auth.service import registration, sessions, signing_in, switching
from realinsights.auth.service.identity import Identity
from realinsights.auth.service.signing_in import SignedIn
from realinsights_platform.documents.port import Unit
from realinsights_platform.http.answers.answer import Json
from realinsights_platform.http.routes.declaring import SIGNED_IN, post
from realinsights_platform.http.routes.requests import Request
from realinsights_platform.principal import Principal

Email = Annotated[str, Meta(max_length=320)]
Password = Annotated[str, Meta(max_length=1024)]

WELCOME = (
    "Sign in with your e-mail address. If it had an account before, that account is as it was: "
    "its password and its organization have not changed."
)


class Registration(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """An organization and its first administrator."""

    organization: OrganizationDraft
    first_name: str
    last_name: str
    email: Email
    password: Password


class Credentials(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """An e-mail address and its password."""

    email: Email
    password: Password


class Switch(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The organization to go on in."""

    organization_id: str


class AccessTokenView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An access token, sent as `Authorization: Bearer <accessToken>` for `expiresIn` seconds."""

    access_token: str
    token_type: str
    expires_in: int


class Message(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A message to the user."""

    message: str


@post("/auth/register", public=True, status=202, limit="sign-in")
async def register(identity: Identity, request: Request, data: Registration) -> Message:
    """Begin an organization with its first administrator.

    The answer is the same whether or not the e-mail address has an account already.
    """
    browsers.refuse_other_sites(request)
    await registration.register(
        identity=identity,
        organization=data.organization,
        administrator=ProfileDraft(first_name=data.first_name, last_name=data.last_name),
        email=data.email,
        password=data.password,
        address=browsers.caller_of(request, identity=identity).address,
    )
    return Message(message=WELCOME)


@post("/auth/sign-in", public=True, status=200, limit="sign-in")
async def sign_in(identity: Identity, request: Request, data: Credentials) -> Json[AccessTokenView]:
    """Begin a session: an access token, and a cookie to carry the session on with.

    Where a second factor is needed the answer is 401 with a `challenge`, which goes to `/auth/second-factor`.
    """
    browsers.refuse_other_sites(request)
    signed_in = await signing_in.sign_in(
        identity=identity,
        email=data.email,
        password=data.password,
        caller=browsers.caller_of(request, identity=identity),
    )
    return access(signed_in, identity, request)


@post("/auth/refresh", public=True, status=200)
async def refresh(identity: Identity, request: Request) -> Json[AccessTokenView]:
    """Exchange the refresh token in the cookie for another one and an access token.

    Needs the header `Realinsights-Client`.
    """
    browsers.require_own_header(request)
    signed_in = await signing_in.refresh(
        identity=identity,
        token_text=browsers.refresh_token_of(request, identity=identity),
        caller=browsers.caller_of(request, identity=identity),
    )
    return access(signed_in, identity, request)


@post("/auth/switch", permission=SIGNED_IN, scoped="unaffected", status=200, idempotent=False, enrolling=True)
async def switch(identity: Identity, principal: Principal, request: Request, data: Switch) -> Json[AccessTokenView]:
    """Go on in another organization of the same person: a session begins there, and this one ends."""
    signed_in = await switching.switch(
        identity=identity,
        principal=principal,
        organization=data.organization_id,
        caller=browsers.caller_of(request, identity=identity),
    )
    return access(signed_in, identity, request)


@post("/auth/sign-out", public=True, status=204)
async def sign_out(identity: Identity, request: Request) -> Json[None]:
    """End the session that the cookie carries on; without one, nothing is to be done.

    Needs the header `Realinsights-Client`.
    """
    browsers.require_own_header(request)
    sequence = await sessions.sign_out(
        identity=identity, token_text=browsers.refresh_token_of(request, identity=identity)
    )
    return Json(None, cookies=[browsers.forgotten_cookie(request=request, identity=identity)], sequence=sequence)


@post(
    "/auth/sign-out-everywhere", permission=SIGNED_IN, scoped="unaffected", status=204, idempotent=False, enrolling=True
)
async def sign_out_everywhere(unit: Unit, identity: Identity, principal: Principal, request: Request) -> Json[None]:
    """End all of the caller's sessions, this one too."""
    await sessions.sign_out_everywhere(unit=unit, identity=identity, user=principal.user)
    return Json(None, cookies=[browsers.forgotten_cookie(request=request, identity=identity)])


def access(signed_in: SignedIn, identity: Identity, request: Request) -> Json[AccessTokenView]:
    """Return the answer to whoever has signed in, with the cookies that carry the session on."""
    token = signed_in.access_token
    return Json(
        AccessTokenView(access_token=token.text, token_type="Bearer", expires_in=token.expires_in),  # noqa: S106 - a scheme
        cookies=browsers.cookies_of(signed_in, request=request, identity=identity),
        sequence=signed_in.sequence,
    )
