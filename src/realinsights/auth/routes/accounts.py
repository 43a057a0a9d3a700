"""Routes of one's own account: profile, password, sessions."""

from __future__ import annotations

import msgspec

from realinsights.auth.model.people import ProfileDraft
from realinsights.auth.queries import people
from realinsights.auth.queries.own_accounts import OwnOrganization
from realinsights.auth.queries.people import AccountView, MemberView, SessionView
from realinsights.auth.routes.signing_in import Password
from realinsights.auth.service import accounts, sessions, switching
from realinsights.auth.service.identity import Identity
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.http.routes.declaring import SIGNED_IN, delete, get, post, put
from realinsights_platform.http.routes.pages import PageOf
from realinsights_platform.principal import Principal


class PasswordChange(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The password there is, and the one there shall be."""

    current_password: Password
    new_password: Password


@get("/auth/me", permission=SIGNED_IN, scoped="unaffected", enrolling=True)
async def read_account(documents: Documents, principal: Principal) -> AccountView:
    """Return who is asking: the member, what they may do, their organization and this session."""
    return await people.account(documents, principal)


@get("/auth/me/organizations", permission=SIGNED_IN, scoped="unaffected", enrolling=True)
async def list_own_organizations(identity: Identity, principal: Principal) -> PageOf[OwnOrganization]:
    """List the organizations that the caller's confirmed e-mail address has an account in, by name."""
    found = await switching.organizations(identity, principal)
    return PageOf(items=found, next=None, total=len(found))


@put("/auth/me", permission=SIGNED_IN, scoped="unaffected")
async def change_profile(
    documents: Documents, unit: Unit, principal: Principal, if_match: int, data: ProfileDraft
) -> MemberView:
    """Change one's own name, phone, job title and department. The role is for administrators to change."""
    user = await accounts.change_profile(unit=unit, user=principal.user, expected_version=if_match, profile=data)
    return await people.member_of(documents, user)


@post("/auth/password", permission=SIGNED_IN, scoped="unaffected", status=204, idempotent=False)
async def change_password(unit: Unit, identity: Identity, principal: Principal, data: PasswordChange) -> None:
    """Change one's own password; every other session ends."""
    await accounts.change_password(
        unit=unit,
        identity=identity,
        user=principal.user,
        session_id=principal.session,
        current=data.current_password,
        new=data.new_password,
    )


@get("/auth/sessions", permission=SIGNED_IN, scoped="unaffected")
async def list_sessions(identity: Identity, principal: Principal) -> PageOf[SessionView]:
    """List one's own sessions, the one used last first; there are never more than a page of them."""
    found = await people.sessions(
        identity.documents,
        org=principal.org,
        user=principal.user,
        current=principal.session,
        now=identity.now(),
    )
    return PageOf(items=found, next=None, total=len(found))


@delete("/auth/sessions/{session_id}", permission=SIGNED_IN, scoped="unaffected")
async def end_session(unit: Unit, identity: Identity, principal: Principal, session_id: str) -> None:
    """End one of one's own sessions."""
    await sessions.end_session(unit=unit, identity=identity, user=principal.user, session_id=session_id)
