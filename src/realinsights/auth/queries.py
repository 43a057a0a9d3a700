"""Reads: people, sessions, invitations and the journal, as they are shown; never a hash or a secret."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from enum import StrEnum
from types import MappingProxyType

import msgspec

from realinsights.auth import store
from realinsights.auth.model import emails
from realinsights.auth.model.certificates import Certificate, Statement
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
from realinsights.auth.model.programs import PREFIX, Program, ProgramUse
from realinsights.auth.model.second_factors import SecondFactors
from realinsights.auth.model.sessions import Session
from realinsights.auth.model.undertakings import StepState, Undertaking, UndertakingKind, UndertakingState
from realinsights.contracts.demonstration import KEPT, DemonstrationFacts
from realinsights.contracts.permissions import Permission, Role, permissions_of
from realinsights_platform.attributes import made_from
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.journal_reading import JournalReader
from realinsights_platform.documents.port import Documents, Equal, Order, Page, Position, Where, Words
from realinsights_platform.documents.walking import every
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


class OwnOrganization(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An organization where the caller has an account; `refused` says why it cannot be switched to, and what to do."""

    id: str
    name: str
    kind: OrganizationKind
    role: Role
    current: bool
    refused: str | None


class SecondFactorsView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A member's second factors as they see them: `since` when they have had an authenticator app, None without one.

    `required` says whether the organization requires one.
    """

    since: datetime.datetime | None
    recovery_codes_left: int
    required: bool


class ProgramTokenView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A token of a program without its secret; `prefix` is what its text begins with."""

    id: str
    prefix: str
    created_at: datetime.datetime
    expires_at: datetime.datetime
    last_used_at: datetime.datetime | None
    last_used_from: str | None


class ProgramView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A program; `version` is what a change names in `If-Match`."""

    id: str
    version: int
    name: str
    permissions: tuple[Permission, ...]
    active: bool
    made_by: str
    created_at: datetime.datetime
    tokens: tuple[ProgramTokenView, ...]


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


class StepView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A service's part; `late` where it has not answered by a deadline and was asked again.

    `counts` say how much was done, by what it was done to, `objections` why it was not, or what it left.
    """

    service: str
    state: StepState
    attempts: int
    asked_at: datetime.datetime | None
    deadline: datetime.datetime | None
    answered_at: datetime.datetime | None
    late: bool
    objections: tuple[str, ...]
    counts: dict[str, int]


class Presence(StrEnum):
    """Presence of the demonstration in an organization; `partly_here` where a part of it had to stay."""

    ABSENT = "absent"
    ARRIVING = "arriving"
    HERE = "here"
    LEAVING = "leaving"
    PARTLY_HERE = "partly_here"


class DemonstrationView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The demonstration in the organization, and how far each service is with what was asked for last.

    `refused` says why it was not put in; what was put in of it by then is taken out again.
    """

    presence: Presence
    asked_by: str | None = None
    asked_at: datetime.datetime | None = None
    ended_at: datetime.datetime | None = None
    refused: tuple[str, ...] = ()
    steps: tuple[StepView, ...] = ()


class RemovalView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A removal of a member."""

    id: str
    member_id: str
    state: UndertakingState
    asked_by: str
    asked_at: datetime.datetime
    begins_at: datetime.datetime
    ended_at: datetime.datetime | None
    steps: tuple[StepView, ...]


class DeletionView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A deletion of the organization. `token` is for the link to its certificate, which who asked for it is shown."""

    id: str
    state: UndertakingState
    asked_by: str
    asked_at: datetime.datetime
    begins_at: datetime.datetime
    ended_at: datetime.datetime | None
    objections: tuple[str, ...]
    steps: tuple[StepView, ...]
    token: str | None


class CertificateView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A certificate of deletion: what it states, and `text`, which is it, signed."""

    statement: Statement
    text: str


class DeletionLinkView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a link to a deletion shows: how far it is, or the certificate."""

    organization_name: str
    deletion: DeletionView | None
    certificate: CertificateView | None


_NEVER: Mapping[str, ProgramUse] = MappingProxyType({})
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


async def own_organization(documents: Documents, account: User, *, by: User) -> OwnOrganization | None:
    """Return the organization of one of a person's accounts as they are shown it; None where it is gone."""
    organization = await documents.get(store.ORGANIZATION, account.org, account.org)
    if organization is None:
        return None
    factors = await documents.get(store.SECOND_FACTORS, account.org, account.id)
    return OwnOrganization(
        id=organization.id,
        name=organization.name,
        kind=organization.kind,
        role=account.role,
        current=account.org == by.org,
        refused=None if account.org == by.org else switching_refused(account, factors, by=by),
    )


def switching_refused(account: User, factors: SecondFactors | None, *, by: User) -> str | None:
    """Return why a person may not go on by this account of theirs, and what to do; None where they may."""
    if not by.email_verified:
        return "Confirm your e-mail address first."
    if not account.active:
        return "This account is deactivated. Ask an administrator of that organization."
    if not account.email_verified:
        return "Your e-mail address is not confirmed there. Sign out, sign in there and confirm it."
    if factors is not None and factors.active:
        return "Your account there has a second factor. Sign out, and sign in there."
    return None


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


async def second_factors(documents: Documents, *, org: str, user: str) -> SecondFactorsView:
    """Return a member's second factors."""
    factors = await documents.get(store.SECOND_FACTORS, org, user)
    organization = await documents.get(store.ORGANIZATION, org, org)
    authenticator = None if factors is None else factors.authenticator
    return SecondFactorsView(
        since=None if authenticator is None else authenticator.since,
        recovery_codes_left=0 if factors is None else len(factors.recovery_hashes),
        required=organization is not None and organization.second_factor is SecondFactorPolicy.REQUIRED,
    )


async def programs(documents: Documents, *, org: str) -> tuple[ProgramView, ...]:
    """Return an organization's programs by name."""
    found = [one for one in await every(documents, store.PROGRAM, org) if not one.deleted]
    uses = await documents.get_many(store.PROGRAM_USE, org, [token.id for one in found for token in one.tokens])
    return tuple(program_view(one, uses) for one in sorted(found, key=lambda one: (one.name.casefold(), one.id)))


def program_view(program: Program, uses: Mapping[str, ProgramUse] = _NEVER) -> ProgramView:
    """Return a program as shown, with the last uses of its tokens, by id."""
    tokens = tuple(
        made_from(
            one,
            ProgramTokenView,
            prefix=f"{PREFIX}{program.org}.{program.id}.{one.id}",
            last_used_at=None if one.id not in uses else uses[one.id].used_at,
            last_used_from=None if one.id not in uses else uses[one.id].used_from,
        )
        for one in program.tokens
    )
    return made_from(program, ProgramView, tokens=tokens)


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


async def deletion(documents: Documents, *, org: str) -> Undertaking:
    """Return the deletion that was asked for last; raises `NotFound` where none was."""
    found = await store.deletion_of(documents, org)
    if found is None:
        raise NotFound("The organization's deletion was not asked for.")
    return found


async def certificates(documents: Documents, *, org: str, user: str) -> tuple[CertificateView, ...]:
    """Return the certificates of what a member's address has asked for, signed ones alone, once it is confirmed."""
    member = await documents.get(store.USER, org, user)
    if member is None or not member.email_verified:
        return ()
    found = await store.certificates_of(documents, emails.email_key(member.email))
    return tuple(view for one in found if (view := certificate_view(one)) is not None)


def deletion_view(undertaking: Undertaking, *, token: str | None) -> DeletionView:
    """Return a deletion as shown."""
    return DeletionView(
        id=undertaking.id,
        state=undertaking.state,
        asked_by=undertaking.asked_by.name,
        asked_at=undertaking.asked_at,
        begins_at=undertaking.begins_at,
        ended_at=undertaking.ended_at,
        objections=undertaking.objections,
        steps=tuple(made_from(step, StepView) for step in undertaking.steps if step.wave > 0),
        token=token,
    )


async def removal(documents: Documents, *, org: str, user: str) -> Undertaking:
    """Return the removal of a member; raises `NotFound` where there is none."""
    member = await documents.get(store.USER, org, user)
    removal = None if member is None else member.removal
    found = None if removal is None else await documents.get(store.UNDERTAKING, org, removal.undertaking_id)
    if found is None:
        raise NotFound("This member's removal was not asked for.")
    return found


async def demonstration(documents: Documents, *, org: str) -> DemonstrationView:
    """Return whether the demonstration is here, or how far it is."""
    return demonstration_view(await store.demonstration_of(documents, org))


def demonstration_view(undertaking: Undertaking | None) -> DemonstrationView:
    """Return what was asked for last of the demonstration as shown."""
    if undertaking is None:
        return DemonstrationView(presence=Presence.ABSENT)
    why = DemonstrationFacts.of(undertaking.facts).because
    return made_from(
        undertaking,
        DemonstrationView,
        presence=_presence(undertaking),
        asked_by=undertaking.asked_by.name,
        refused=undertaking.objections if undertaking.state is UndertakingState.REFUSED else why,
        steps=tuple(made_from(step, StepView) for step in undertaking.steps),
    )


def _presence(undertaking: Undertaking) -> Presence:
    removed = undertaking.kind is UndertakingKind.DEMONSTRATION_REMOVAL
    if undertaking.ended_at is None:
        return Presence.LEAVING if removed else Presence.ARRIVING
    if not removed:
        return Presence.HERE if undertaking.state is UndertakingState.DONE else Presence.ABSENT
    return Presence.PARTLY_HERE if any(KEPT in step.counts for step in undertaking.steps) else Presence.ABSENT


def removal_view(undertaking: Undertaking) -> RemovalView:
    """Return a removal as shown."""
    return made_from(
        undertaking,
        RemovalView,
        member_id=undertaking.subject,
        asked_by=undertaking.asked_by.name,
        steps=tuple(made_from(step, StepView) for step in undertaking.steps),
    )


def certificate_view(certificate: Certificate) -> CertificateView | None:
    """Return a certificate as shown, None before it is signed."""
    if certificate.text is None:
        return None
    return CertificateView(statement=certificate.statement, text=certificate.text)


def deletion_link_view(name: str, undertaking: Undertaking | None, certificate: Certificate | None) -> DeletionLinkView:
    """Return what a link to a deletion shows; neither of the two while auth is deleting its own part."""
    return DeletionLinkView(
        organization_name=name,
        deletion=None if undertaking is None else deletion_view(undertaking, token=None),
        certificate=None if certificate is None else certificate_view(certificate),
    )


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


async def _names(documents: Storage, org: str, users: Collection[str]) -> dict[str, str]:
    found = await documents.get_many(store.USER, org, list(users))
    names = {user.id: f"{user.first_name} {user.last_name}".strip() for user in found.values()}
    others = [one for one in users if one not in names and not one.startswith("system:")]
    programs_ = await documents.get_many(store.PROGRAM, org, others) if others else {}
    return names | {one.id: f"{one.name} (program)" for one in programs_.values()}


# Any kind that is not named here stays closed.
JOURNAL = JournalReader(
    kinds=(store.ORGANIZATION, store.USER, store.SESSION, store.INVITATION, store.ADDRESS_CHANGE, store.CREDENTIAL),
    hidden={
        store.ORGANIZATION.name: (),
        store.USER.name: (),
        store.SESSION.name: ("secretHash",),
        store.INVITATION.name: ("secretHash",),
        store.ADDRESS_CHANGE.name: (),
        store.CREDENTIAL.name: ("passwordHash",),
    },
    event_details=True,
    names=_names,
)
"""The journal as it is shown: who by name, never a hash or a secret."""
