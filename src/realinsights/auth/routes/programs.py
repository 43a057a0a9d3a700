"""Routes of programs: an administrator makes them and their tokens; a program exchanges one for an access token."""

from __future__ import annotations

import base64
import binascii
import datetime
from typing import Annotated
from urllib.parse import parse_qs

import msgspec
from msgspec import Meta

from realinsights.auth.model import programs as model
from realinsights.auth.model.programs import ProgramDraft
from realinsights.auth.queries.programs import ProgramView, program_view, programs_by_name
from realinsights.auth.routes import browsers
from realinsights.auth.service import programs
from realinsights.auth.service.identity import Identity
from realinsights.contracts.permissions import Permission
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.errors import Unauthenticated
from realinsights_platform.http.answers.answer import Json
from realinsights_platform.http.routes.declaring import delete, get, post, put
from realinsights_platform.http.routes.pages import PageOf
from realinsights_platform.http.routes.requests import Request
from realinsights_platform.principal import Principal

_LARGEST_FORM = 4096


class NewToken(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """For how many days a token is good."""

    days: Annotated[int, Meta(ge=1, le=model.MOST_DAYS)] = model.USUAL_DAYS


class MadeToken(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A token that was just made; it is to be had only now."""

    id: str
    token: str
    expires_at: datetime.datetime


class TokenAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An access token, or why there is none, in the words of OAuth 2 (RFC 6749, sections 5.1 and 5.2)."""

    access_token: str = ""
    token_type: str = ""
    expires_in: int = 0
    error: str = ""
    error_description: str = ""


@get("/programs", permission=Permission.MEMBER_MANAGE)
async def list_programs(documents: Documents, principal: Principal) -> PageOf[ProgramView]:
    """List the programs by name; there are never more than a page of them."""
    found = await programs_by_name(documents, org=principal.org)
    return PageOf(items=found, next=None, total=len(found))


@post("/programs", permission=Permission.MEMBER_MANAGE)
async def make_program(unit: Unit, identity: Identity, principal: Principal, data: ProgramDraft) -> ProgramView:
    """Make a program that may do what is said, and no more than its maker."""
    return program_view(await programs.make(unit=unit, identity=identity, principal=principal, draft=data))


@put("/programs/{program_id}", permission=Permission.MEMBER_MANAGE)
async def change_program(
    *, unit: Unit, identity: Identity, principal: Principal, if_match: int, program_id: str, data: ProgramDraft
) -> ProgramView:
    """Change what a program is called and may do, or let it do nothing; it holds from its next request on."""
    changed = await programs.change(
        unit=unit,
        identity=identity,
        principal=principal,
        program_id=program_id,
        expected_version=if_match,
        draft=data,
    )
    return program_view(changed)


@delete("/programs/{program_id}", permission=Permission.MEMBER_MANAGE)
async def delete_program(unit: Unit, identity: Identity, program_id: str) -> None:
    """Delete a program with its tokens."""
    await programs.delete(unit=unit, identity=identity, program_id=program_id)


@post("/programs/{program_id}/tokens", permission=Permission.MEMBER_MANAGE, idempotent=False)
async def make_token(unit: Unit, identity: Identity, program_id: str, data: NewToken) -> MadeToken:
    """Give a program a token, which is shown once. It may have two: the next one before the first goes."""
    made, text = await programs.make_token(
        unit=unit, identity=identity, program_id=program_id, lasts=datetime.timedelta(days=data.days)
    )
    return MadeToken(id=made.id, token=text.text(), expires_at=made.expires_at)


@delete("/programs/{program_id}/tokens/{token_id}", permission=Permission.MEMBER_MANAGE)
async def revoke_token(unit: Unit, identity: Identity, program_id: str, token_id: str) -> None:
    """Take a token away: nothing is done with it any more, from this moment on."""
    await programs.revoke_token(unit=unit, identity=identity, program_id=program_id, token_id=token_id)


@post("/auth/token", public=True, status=200, limit="sign-in", max_body=_LARGEST_FORM)
async def exchange_token(identity: Identity, request: Request) -> Json[TokenAnswer]:
    """Exchange a program's token for an access token (OAuth 2, client credentials).

    A form with `grant_type=client_credentials` and the token as `client_secret`, or as the password of HTTP Basic.
    """
    browsers.refuse_other_sites(request)
    form = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
    if "grant_type" not in form or any(len(values) > 1 for values in form.values()):
        return _error(400, "invalid_request", "Send grant_type=client_credentials, and everything once.")
    if form["grant_type"] != ["client_credentials"]:
        return _error(400, "unsupported_grant_type", "Send grant_type=client_credentials.")
    secret = _basic(request.headers.get("authorization", "")) or (form.get("client_secret") or [""])[0]
    address = browsers.caller_of(request, identity=identity).address
    try:
        token = await programs.exchange(identity=identity, text=secret, address=address)
    except Unauthenticated as refused:
        return _error(401, "invalid_client", refused.message)
    return Json(TokenAnswer(access_token=token.text, token_type="Bearer", expires_in=token.expires_in))  # noqa: S106


def _error(status: int, error: str, description: str) -> Json[TokenAnswer]:
    headers = {"WWW-Authenticate": 'Basic realm="Real Insights"'} if status == 401 else {}
    return Json(TokenAnswer(error=error, error_description=description), status_code=status, headers=headers)


def _basic(header: str) -> str:
    """Return the password of HTTP Basic; empty where there is none."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
