"""Reads of people: members, invitations, sessions and the organization, as they are shown; never a hash or a secret."""

from __future__ import annotations

import datetime
from types import MappingProxyType

import msgspec

from realinsights.auth import store
from realinsights.auth.model.invitations import Invitation, InvitationState
from realinsights.auth.model.people import (
    Credential,
    Organization,
    OrganizationKind,
    OrganizationSettings,
    SecondFactorPolicy,
    ToldInTokens,
    User,
)
from realinsights.auth.model.second_factors import SecondFactors
from realinsights.auth.model.sessions import Session
from realinsights.contracts.permissions import Role, permissions_of
from realinsights_platform.attributes import made_from
from realinsights_platform.documents.port import Documents, Equal, Order, Page, Position, Where, Words
from realinsights_platform.errors import NotFound
from realinsights_platform.principal import Principal, Scope


class MemberRemoval(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A member's removal: until `begins_at` it can be undone; `removed_at` is when every service had done its part."""

    begins_at: datetime.datetime
    removed_at: datetime.datetime | None


class MemberView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A member as the others see them; `version` is what a change of role or scope names in `If-Match`.

    `limited` members see only a part of the organization. Which one is told to administrators and themselves.
    """

    id: str
    version: int
    email: str
    first_name: str
    last_name: str
    phone: str | None
    job_title: str | None
    department: str | None
    role: Role
    permissions: tuple[str, ...]
    active: bool
    email_verified: bool
    created_at: datetime.datetime
    last_sign_in_at: datetime.datetime | None
    second_factor: bool
    limited: bool
    removal: MemberRemoval | None = None


class MemberScope(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The part of the organization that a member is limited to, None for all of it; `version` is the member's."""

    version: int
    scope: Scope | None


class OrganizationSummary(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What every member needs to know of the organization."""

    id: str
    name: str
    kind: OrganizationKind
    settings: OrganizationSettings


class AccountView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The caller: the member, their organization and the session; `version` is the member's own.

    One who `enrolls` has to add a second factor before they may do anything else.
    `scope` is the part of the organization that they are limited to, None for all of it.
    """

    version: int
    member: MemberView
    organization: OrganizationSummary
    session_id: str
    enrolls: bool
    scope: Scope | None


class SessionView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A session that goes on; `current` is the one that asks."""

    id: str
    created_at: datetime.datetime
    used_at: datetime.datetime
    expires_at: datetime.datetime
    address: str
    client: str
    current: bool


class InvitationView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An invitation without its secret."""

    id: str
    email: str
    role: Role
    state: InvitationState
    invited_by: str
    created_at: datetime.datetime
    expires_at: datetime.datetime


_PERMISSIONS = MappingProxyType({role: tuple(sorted(permissions_of(role))) for role in Role})


async def account(documents: Documents, principal: Principal) -> AccountView:
    """Return who is asking; raises `NotFound` where nobody in particular is (the command line)."""
    org = principal.org
    member = await documents.get(store.USER, org, principal.user)
    organization = await documents.get(store.ORGANIZATION, org, org)
    if member is None or organization is None:
        raise NotFound("This caller is no member of the organization.")
    return AccountView(
        version=member.version,
        member=await member_of(documents, member),
        organization=made_from(organization, OrganizationSummary),
        session_id=principal.session,
        enrolls=principal.enrolls,
        scope=member.scope,
    )


async def organization(documents: Documents, *, org: str) -> Organization:
    """Return the organization."""
    found = await documents.get(store.ORGANIZATION, org, org)
    if found is None:
        raise NotFound("There is no such organization.")
    return found


async def told_in_tokens(documents: Documents, *, org: str, user: str | None) -> ToldInTokens:
    """Return what a user's tokens say of the organization: UTC, no name and no plan where there is none.

    `user` is None where it is nobody in particular, as on the command line.
    """
    found = await documents.get(store.ORGANIZATION, org, org)
    if found is None:
        return ToldInTokens()
    enroll = False
    if user is not None and found.second_factor is SecondFactorPolicy.REQUIRED:
        factors = await documents.get(store.SECOND_FACTORS, org, user)
        enroll = factors is None or not factors.active
    return ToldInTokens(found.settings.timezone, found.name, found.subscription_tier, enroll)


async def member(documents: Documents, *, org: str, user: str) -> MemberView:
    """Return a member."""
    found = await documents.get(store.USER, org, user)
    if found is None:
        raise NotFound("There is no such member.")
    return await member_of(documents, found)


async def member_scope(documents: Documents, *, org: str, user: str) -> MemberScope:
    """Return the part of the organization that a member is limited to; raises `NotFound`."""
    found = await documents.get(store.USER, org, user)
    if found is None:
        raise NotFound("There is no such member.")
    return made_from(found, MemberScope)


async def member_of(documents: Documents, user: User) -> MemberView:
    """Return a member who was just read, or changed."""
    credential = await documents.get(store.CREDENTIAL, user.org, user.id)
    return member_view(user, credential, await documents.get(store.SECOND_FACTORS, user.org, user.id))


async def members(
    documents: Documents,
    *,
    org: str,
    role: Role | None = None,
    active: bool | None = None,
    search: str | None = None,
    after: Position | None = None,
    limit: int,
) -> Page[MemberView]:
    """Return a page of members by last name."""
    where: list[Where] = []
    if role is not None:
        where.append(Equal("role", role))
    if active is not None:
        where.append(Equal("active", active))
    if search and search.strip():
        where.append(Words(search, within=True))
    page = await documents.find(store.USER, org, *where, order=Order("last_name"), after=after, limit=limit)
    ids = [user.id for user in page.items]
    credentials = await documents.get_many(store.CREDENTIAL, org, ids)
    factors = await documents.get_many(store.SECOND_FACTORS, org, ids)
    views = tuple(member_view(user, credentials.get(user.id), factors.get(user.id)) for user in page.items)
    return Page(views, page.next)


async def sessions(
    documents: Documents, *, org: str, user: str, current: str, now: datetime.datetime
) -> tuple[SessionView, ...]:
    """Return a user's sessions that go on, the one used last first."""
    living = [session for session in await store.sessions_of(documents, org, user) if session.lives(now)]
    living.sort(key=lambda session: session.used_at, reverse=True)
    return tuple(_session_view(session, current) for session in living)


async def invitations(
    documents: Documents, *, org: str, after: Position | None, limit: int, now: datetime.datetime
) -> Page[InvitationView]:
    """Return a page of invitations, newest first."""
    order = Order("created_at", descending=True)
    page = await documents.find(store.INVITATION, org, order=order, after=after, limit=limit)
    return Page(tuple(invitation_view(invitation, now) for invitation in page.items), page.next)


def member_view(user: User, credential: Credential | None, factors: SecondFactors | None) -> MemberView:
    """Return a member as shown."""
    return made_from(
        user,
        MemberView,
        permissions=_PERMISSIONS[user.role],
        limited=user.scope is not None,
        removal=None if user.removal is None else made_from(user.removal, MemberRemoval),
        last_sign_in_at=credential.last_sign_in_at if credential is not None else None,
        second_factor=factors is not None and factors.active,
    )


def invitation_view(invitation: Invitation, now: datetime.datetime) -> InvitationView:
    """Return an invitation as shown."""
    return made_from(invitation, InvitationView, state=invitation.state(now))


def _session_view(session: Session, current: str) -> SessionView:
    return made_from(session, SessionView, current=session.id == current)
