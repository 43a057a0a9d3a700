"""Routes of second factors: one's own, those of another member, and the step of a sign-in that needs one."""

from __future__ import annotations

import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from realinsights.auth.queries import own_accounts
from realinsights.auth.queries.own_accounts import SecondFactorsView
from realinsights.auth.routes import browsers
from realinsights.auth.routes.signing_in import AccessTokenView, Password, access
from realinsights.auth.service import second_factors, signing_in
from realinsights.auth.service.identity import Identity
from realinsights.contracts.permissions import Permission
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.http.answers.answer import Json
from realinsights_platform.http.routes.declaring import SIGNED_IN, get, post
from realinsights_platform.http.routes.requests import Request
from realinsights_platform.principal import Principal

Code = Annotated[str, Meta(max_length=64)]


class CodeShown(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The challenge that the password was answered with, and a code of the authenticator app or a recovery code."""

    challenge: Annotated[str, Meta(max_length=2048)]
    code: Code


class Confirmation(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The password, once more."""

    current_password: Password


class FirstCode(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The first code that the app shows."""

    code: Code


class AuthenticatorView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What an authenticator app is given, until `expires_at`: `address` as a picture to scan, `secret` to type in.

    `picture` is an SVG as a data address.
    """

    secret: str
    address: str
    picture: str
    expires_at: datetime.datetime


class RecoveryCodesView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Recovery codes, each good once in place of an app's code; they are shown this once."""

    codes: tuple[str, ...]


@post("/auth/second-factor", public=True, status=200, limit="sign-in")
async def show_code(identity: Identity, request: Request, data: CodeShown) -> Json[AccessTokenView]:
    """Begin a session by the second step: a code, with the challenge that the password was answered with."""
    browsers.refuse_other_sites(request)
    signed_in = await signing_in.sign_in_with_code(
        identity=identity,
        challenge=data.challenge,
        code=data.code,
        caller=browsers.caller_of(request, identity=identity),
    )
    return access(signed_in, identity, request)


@get("/auth/me/second-factor", permission=SIGNED_IN, scoped="unaffected", enrolling=True)
async def read_second_factors(documents: Documents, principal: Principal) -> SecondFactorsView:
    """Return whether the caller has a second factor, how many recovery codes are left, and whether one is required."""
    return await own_accounts.second_factors(documents, org=principal.org, user=principal.user)


@post("/auth/me/authenticator", permission=SIGNED_IN, scoped="unaffected", idempotent=False, enrolling=True)
async def begin_authenticator(
    unit: Unit, identity: Identity, principal: Principal, data: Confirmation
) -> AuthenticatorView:
    """Begin to add an authenticator app. It is added once its first code is shown, within a quarter of an hour."""
    begun = await second_factors.begin(
        unit=unit,
        identity=identity,
        user=principal.user,
        session_id=principal.session,
        password=data.current_password,
    )
    return AuthenticatorView(
        secret=begun.secret, address=begun.address, picture=begun.picture, expires_at=begun.expires_at
    )


@post(
    "/auth/me/authenticator/confirmation",
    permission=SIGNED_IN,
    scoped="unaffected",
    status=200,
    idempotent=False,
    enrolling=True,
)
async def confirm_authenticator(
    unit: Unit, identity: Identity, principal: Principal, data: FirstCode
) -> RecoveryCodesView:
    """Add the authenticator app that was begun; from now on signing in needs its code."""
    return RecoveryCodesView(
        codes=await second_factors.confirm(
            unit=unit, identity=identity, user=principal.user, session_id=principal.session, code=data.code
        )
    )


@post("/auth/me/recovery-codes", permission=SIGNED_IN, scoped="unaffected", status=200, idempotent=False)
async def make_recovery_codes(
    unit: Unit, identity: Identity, principal: Principal, data: Confirmation
) -> RecoveryCodesView:
    """Make recovery codes anew; those before are good no more."""
    return RecoveryCodesView(
        codes=await second_factors.make_recovery_codes(
            unit=unit,
            identity=identity,
            user=principal.user,
            session_id=principal.session,
            password=data.current_password,
        )
    )


@post("/auth/me/authenticator/removal", permission=SIGNED_IN, scoped="unaffected", status=204, idempotent=False)
async def remove_authenticator(unit: Unit, identity: Identity, principal: Principal, data: Confirmation) -> None:
    """Take the authenticator app and the recovery codes away; 409 where the organization requires them."""
    await second_factors.remove(
        unit=unit,
        identity=identity,
        user=principal.user,
        session_id=principal.session,
        password=data.current_password,
    )


@post("/members/{member_id}/second-factor/reset", permission=Permission.MEMBER_MANAGE, status=204)
async def reset_second_factors(unit: Unit, member_id: str) -> None:
    """Take a member's second factors away, who has lost them: they sign in by their password, and add others."""
    await second_factors.reset(unit=unit, user=member_id)
