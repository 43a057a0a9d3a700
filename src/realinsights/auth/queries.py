"""Reads: people, sessions, invitations and the journal, as they are shown; never a hash or a secret."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, TypeVar

import msgspec

from realinsights.auth import store
from realinsights.auth.model.invitations import Invitation, InvitationState
from realinsights.auth.model.people import Credential, Organization, OrganizationKind, OrganizationSettings, User
from realinsights.auth.model.sessions import Session
from realinsights.contracts.permissions import Role, permissions_of
from realinsights_platform.documents.journal import verify
from realinsights_platform.documents.journal_port import JournalEntry, Storage, Write
from realinsights_platform.documents.journal_search import EVERYTHING, Sought, search
from realinsights_platform.documents.port import Documents, Equal, Order, Position, Where, Words
from realinsights_platform.errors import NotFound

V = TypeVar("V")


class MemberView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A member as the others see them; `version` is what a change of the role names in `If-Match`."""

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


class OrganizationSummary(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What every member needs to know of the organization."""

    id: str
    name: str
    kind: OrganizationKind
    settings: OrganizationSettings


class AccountView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Who is asking: the member, their organization and the session; `version` is the member's own."""

    version: int
    member: MemberView
    organization: OrganizationSummary
    session_id: str


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


class WriteView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One change of an entry; `document` is what became of it (null: deleted, or not to be shown)."""

    kind: str
    id: str
    version: int
    deleted: bool
    document: dict[str, Any] | None


class EntryView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One entry of the journal: who changed what, when, and the facts that followed.

    `actor_name` is what the member is called by now; null where nobody in particular acted.
    """

    sequence: int
    id: str
    at: datetime.datetime
    actor: str
    actor_name: str | None
    business_date: datetime.date
    writes: tuple[WriteView, ...]
    events: tuple[dict[str, Any], ...]
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class EntriesFound:
    """A page of what a search in the journal found, newest first; as `JournalPage`."""

    items: tuple[EntryView, ...]
    next: int | None
    ended_early: bool
    looked_back_to: datetime.datetime | None


class VerificationView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a look at the whole journal found; `reason` is null where every entry and document is as it was written."""

    sound: bool
    entries: int
    last_hash: str
    first_bad_sequence: int | None
    reason: str | None


class ListOf(msgspec.Struct, Generic[V], frozen=True):
    """What a page of a list holds and where it ends."""

    items: tuple[V, ...]
    next: Position | None


_SECRETS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        store.ORGANIZATION.name: frozenset(),
        store.USER.name: frozenset(),
        store.SESSION.name: frozenset({"secretHash"}),
        store.INVITATION.name: frozenset({"secretHash"}),
        store.CREDENTIAL.name: frozenset({"passwordHash"}),
    }
)
"""The kinds that the journal shows, and which of their fields it never does. Any other kind stays closed."""


async def account(documents: Documents, *, org: str, user: str, session: str) -> AccountView:
    """Return who is asking; raises `NotFound` where nobody in particular is (the command line)."""
    found = await _member(documents, org, user)
    organization = await documents.get(store.ORGANIZATION, org, org)
    if found is None or organization is None:
        raise NotFound("This caller is no member of the organization.")
    member, credential = found
    return AccountView(
        version=member.version,
        member=member_view(member, credential),
        organization=OrganizationSummary(
            id=organization.id, name=organization.name, kind=organization.kind, settings=organization.settings
        ),
        session_id=session,
    )


async def organization(documents: Documents, *, org: str) -> Organization:
    """Return the organization."""
    found = await documents.get(store.ORGANIZATION, org, org)
    if found is None:
        raise NotFound("There is no such organization.")
    return found


async def zone_of(documents: Documents, *, org: str) -> str:
    """Return the organization's time zone, UTC where there is no such organization."""
    found = await documents.get(store.ORGANIZATION, org, org)
    return found.settings.timezone if found is not None else "UTC"


async def member(documents: Documents, *, org: str, user: str) -> MemberView:
    """Return a member."""
    found = await _member(documents, org, user)
    if found is None:
        raise NotFound("There is no such member.")
    return member_view(*found)


async def member_of(documents: Documents, user: User) -> MemberView:
    """Return a member who was just changed."""
    return member_view(user, await documents.get(store.CREDENTIAL, user.org, user.id))


async def members(
    documents: Documents,
    *,
    org: str,
    role: Role | None = None,
    active: bool | None = None,
    search: str | None = None,
    after: Position | None = None,
    limit: int,
) -> ListOf[MemberView]:
    """Return a page of members by last name."""
    where: list[Where] = []
    if role is not None:
        where.append(Equal("role", role))
    if active is not None:
        where.append(Equal("active", active))
    if search and search.strip():
        where.append(Words(search))
    page = await documents.find(store.USER, org, *where, order=Order("last_name"), after=after, limit=limit)
    credentials = await documents.get_many(store.CREDENTIAL, org, [user.id for user in page.items])
    return ListOf(tuple(member_view(user, credentials.get(user.id)) for user in page.items), page.next)


async def sessions(
    documents: Documents, *, org: str, user: str, current: str, now: datetime.datetime
) -> tuple[SessionView, ...]:
    """Return a user's sessions that go on, the one used last first."""
    living = [session for session in await store.sessions_of(documents, org, user) if session.lives(now)]
    living.sort(key=lambda session: session.used_at, reverse=True)
    return tuple(_session_view(session, current) for session in living)


async def invitations(
    documents: Documents, *, org: str, after: Position | None, limit: int, now: datetime.datetime
) -> ListOf[InvitationView]:
    """Return a page of invitations, newest first."""
    order = Order("created_at", descending=True)
    page = await documents.find(store.INVITATION, org, order=order, after=after, limit=limit)
    return ListOf(tuple(invitation_view(invitation, now) for invitation in page.items), page.next)


async def journal(
    documents: Storage, *, org: str, before: int | None, limit: int, sought: Sought = EVERYTHING
) -> EntriesFound:
    """Return a page of the sought entries of the journal, newest first."""
    page = await search(documents, org, sought, before=before, limit=limit)
    people = await documents.get_many(store.USER, org, list({entry.actor for entry in page.entries}))
    entries = tuple(_entry_view(entry, people.get(entry.actor)) for entry in page.entries)
    return EntriesFound(entries, page.next, page.ended_early, page.looked_back_to)


async def verification(documents: Storage, *, org: str) -> VerificationView:
    """Check the organization's journal and return what was found."""
    found = await verify(documents, org)
    return VerificationView(
        sound=found.sound,
        entries=found.entries,
        last_hash=found.last_hash,
        first_bad_sequence=found.first_bad_sequence,
        reason=found.reason,
    )


def member_view(user: User, credential: Credential | None) -> MemberView:
    """Return a member as shown."""
    return MemberView(
        id=user.id,
        version=user.version,
        email=user.email,
        first_name=user.first_name,
        last_name=user.last_name,
        phone=user.phone,
        job_title=user.job_title,
        department=user.department,
        role=user.role,
        permissions=tuple(sorted(permissions_of(user.role))),
        active=user.active,
        email_verified=user.email_verified,
        created_at=user.created_at,
        last_sign_in_at=credential.last_sign_in_at if credential is not None else None,
    )


def invitation_view(invitation: Invitation, now: datetime.datetime) -> InvitationView:
    """Return an invitation as shown."""
    return InvitationView(
        id=invitation.id,
        email=invitation.email,
        role=invitation.role,
        state=invitation.state(now),
        invited_by=invitation.invited_by,
        created_at=invitation.created_at,
        expires_at=invitation.expires_at,
    )


async def _member(documents: Documents, org: str, user: str) -> tuple[User, Credential | None] | None:
    found = await documents.get(store.USER, org, user)
    if found is None:
        return None
    return found, await documents.get(store.CREDENTIAL, org, user)


def _session_view(session: Session, current: str) -> SessionView:
    return SessionView(
        id=session.id,
        created_at=session.created_at,
        used_at=session.used_at,
        expires_at=session.expires_at,
        address=session.address,
        client=session.client,
        current=session.id == current,
    )


def _entry_view(entry: JournalEntry, person: User | None) -> EntryView:
    return EntryView(
        sequence=entry.sequence,
        id=entry.id,
        at=entry.at,
        actor=entry.actor,
        actor_name=None if person is None else f"{person.first_name} {person.last_name}".strip(),
        business_date=entry.business_date,
        writes=tuple(_write_view(write) for write in entry.writes),
        events=tuple(msgspec.json.decode(entry.events)),
        previous_hash=entry.previous_hash,
        hash=entry.hash,
    )


def _write_view(write: Write) -> WriteView:
    document: dict[str, Any] | None = None
    secret = _SECRETS.get(write.kind)
    if write.document is not None and secret is not None:
        fields: dict[str, Any] = msgspec.json.decode(write.document)
        document = {name: value for name, value in fields.items() if name not in secret}
    return WriteView(
        kind=write.kind, id=write.id, version=write.version, deleted=write.document is None, document=document
    )
