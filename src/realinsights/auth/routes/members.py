"""The members of one's organization."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from realinsights.auth.queries import people, undertakings
from realinsights.auth.queries.people import MemberScope, MemberView, SessionView
from realinsights.auth.queries.undertakings import RemovalView
from realinsights.auth.service import members, removals, sessions
from realinsights.auth.service.identity import Identity
from realinsights.contracts.permissions import Permission, Role
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.http.routes.declaring import delete, get, post, put
from realinsights_platform.http.routes.pages import Cursor, Limit, PageOf
from realinsights_platform.principal import Principal, Scope


class RoleChange(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Another role."""

    role: Role


class ScopeChange(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Another part of the organization, at most 40 ids in all; null is the whole organization."""

    scope: Scope | None


@get("/members", permission=Permission.MEMBER_READ, scoped="unaffected", cached=True)
async def list_members(
    documents: Documents,
    principal: Principal,
    cursor: Cursor,
    *,
    role: Role | None = None,
    active: bool | None = None,
    search: Annotated[str, Meta(max_length=200)] | None = None,
    limit: Limit = 50,
) -> PageOf[MemberView]:
    """List members by last name; `search` finds words of names, e-mail addresses, job titles and departments."""
    found = await people.members(
        documents,
        org=principal.org,
        role=role,
        active=active,
        search=search,
        after=cursor.position,
        limit=limit,
    )
    return cursor.page(found)


@get("/members/{member_id}", permission=Permission.MEMBER_READ, scoped="unaffected", cached=True)
async def read_member(documents: Documents, principal: Principal, member_id: str) -> MemberView:
    """Return one member."""
    return await people.member(documents, org=principal.org, user=member_id)


@put("/members/{member_id}/role", permission=Permission.MEMBER_MANAGE)
async def change_role(
    *, documents: Documents, unit: Unit, identity: Identity, if_match: int, member_id: str, data: RoleChange
) -> MemberView:
    """Give a member another role; it holds from their next request on."""
    user = await members.change_role(
        unit=unit, identity=identity, user=member_id, expected_version=if_match, role=data.role
    )
    return await people.member_of(documents, user)


@get("/members/{member_id}/scope", permission=Permission.MEMBER_MANAGE, cached=True)
async def read_scope(documents: Documents, principal: Principal, member_id: str) -> MemberScope:
    """Return the part of the organization that a member is limited to; null is all of it."""
    return await people.member_scope(documents, org=principal.org, user=member_id)


@put("/members/{member_id}/scope", permission=Permission.MEMBER_MANAGE)
async def change_scope(
    *, unit: Unit, identity: Identity, if_match: int, member_id: str, data: ScopeChange
) -> MemberScope:
    """Limit a member to a part of the organization, or to none (null); it holds from their next request on."""
    user = await members.change_scope(
        unit=unit, identity=identity, user=member_id, expected_version=if_match, scope=data.scope
    )
    return MemberScope(version=user.version, scope=user.scope)


@post("/members/{member_id}/deactivate", permission=Permission.MEMBER_MANAGE, status=200)
async def deactivate_member(documents: Documents, unit: Unit, identity: Identity, member_id: str) -> MemberView:
    """Let a member do nothing any more, from this moment on. Doing it again changes nothing."""
    return await people.member_of(documents, await members.deactivate(unit=unit, identity=identity, user=member_id))


@post("/members/{member_id}/reactivate", permission=Permission.MEMBER_MANAGE, status=200)
async def reactivate_member(documents: Documents, unit: Unit, member_id: str) -> MemberView:
    """Let a member sign in again. Doing it again changes nothing."""
    return await people.member_of(documents, await members.reactivate(unit=unit, user=member_id))


@post("/members/{member_id}/sign-out", permission=Permission.MEMBER_MANAGE, status=204)
async def sign_member_out(unit: Unit, identity: Identity, member_id: str) -> None:
    """End all sessions of a member."""
    await sessions.end_sessions_of_member(unit=unit, identity=identity, user=member_id)


@post("/members/{member_id}/unlock", permission=Permission.MEMBER_MANAGE, status=204)
async def unlock_member(unit: Unit, identity: Identity, member_id: str) -> None:
    """Let a member whose attempts to sign in were used up try again at once, from anywhere."""
    await members.unlock(unit=unit, identity=identity, user=member_id)


@get("/members/{member_id}/sessions", permission=Permission.MEMBER_MANAGE)
async def list_sessions_of_member(identity: Identity, principal: Principal, member_id: str) -> PageOf[SessionView]:
    """List a member's sessions that go on, the one used last first; there are never more than a page of them."""
    await people.member(identity.documents, org=principal.org, user=member_id)
    found = await people.sessions(
        identity.documents, org=principal.org, user=member_id, current=principal.session, now=identity.now()
    )
    return PageOf(items=found, next=None, total=len(found))


@post("/members/{member_id}/removal", permission=Permission.MEMBER_MANAGE)
async def ask_for_removal(unit: Unit, identity: Identity, member_id: str) -> RemovalView:
    """Have a member removed: they may do nothing from now on; in a week every service lets go of them.

    Who did what stays in the journal, with the member's name.
    """
    return undertakings.removal_view(await removals.ask_for_removal(unit=unit, identity=identity, user=member_id))


@get("/members/{member_id}/removal", permission=Permission.MEMBER_MANAGE)
async def read_removal(documents: Documents, principal: Principal, member_id: str) -> RemovalView:
    """Return how far a member's removal is: which service has done its part, and what of."""
    return undertakings.removal_view(await undertakings.removal(documents, org=principal.org, user=member_id))


@delete("/members/{member_id}/removal", permission=Permission.MEMBER_MANAGE)
async def undo_removal(unit: Unit, identity: Identity, member_id: str) -> None:
    """Take a member's removal back, so that they sign in as before; 409 once it has begun."""
    await removals.undo_removal(unit=unit, identity=identity, user=member_id)
