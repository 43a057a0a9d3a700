"""What the service stores, and how it is found again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from realinsights.auth.model.directory import SYSTEM, Claim, Tenant
from realinsights.auth.model.invitations import Invitation
from realinsights.auth.model.keys import KEYRING_ID, Keyring
from realinsights.auth.model.people import Credential, Organization, User
from realinsights.auth.model.sessions import Session
from realinsights.contracts.permissions import Role
from realinsights_platform.documents.port import (
    Contains,
    D,
    Documents,
    Equal,
    Kind,
    Order,
    Page,
    Position,
    Unit,
    Where,
)

SERVICE = "auth"

ORGANIZATION = Kind(SERVICE, "organization", Organization)
USER = Kind(
    SERVICE,
    "user",
    User,
    indexes=("email", "last_name", "role", "active", "created_at", "access_changed_at"),
    words=("first_name", "last_name", "email", "job_title", "department"),
    unique=(("email",),),
)
CREDENTIAL = Kind(SERVICE, "credential", Credential)
SESSION = Kind(SERVICE, "session", Session, indexes=("user", "used_at", "ended_at"))
INVITATION = Kind(SERVICE, "invitation", Invitation, indexes=("email", "invited_by", "created_at"))
CLAIM = Kind(SERVICE, "claim", Claim)
TENANT = Kind(SERVICE, "tenant", Tenant, members=("name_keys",))
KEYRING = Kind(SERVICE, "keyring", Keyring)

KINDS: tuple[Kind[Any], ...] = (ORGANIZATION, USER, CREDENTIAL, SESSION, INVITATION, CLAIM, TENANT, KEYRING)

_AT_ONCE = 1000

T = TypeVar("T")


async def every(documents: Documents, kind: Kind[D], org: str, *where: Where) -> tuple[D, ...]:
    """Return all documents that match, however many pages they take."""
    found: list[D] = []
    after: Position | None = None
    while True:
        page: Page[D] = await documents.find(kind, org, *where, after=after, limit=_AT_ONCE)
        found.extend(page.items)
        if page.next is None:
            return tuple(found)
        after = page.next


async def keyring(documents: Documents) -> Keyring | None:
    """Return the signing keys, None before the first."""
    return await documents.get(KEYRING, SYSTEM, KEYRING_ID)


async def organizations_named(documents: Documents, name_key: str) -> tuple[Tenant, ...]:
    """Return the organizations that may have a name; each must be asked whether it has."""
    return await every(documents, TENANT, SYSTEM, Contains("name_keys", name_key))


async def sessions_of(documents: Documents, org: str, user: str) -> tuple[Session, ...]:
    """Return a user's sessions that are stored, over or not."""
    return await every(documents, SESSION, org, Equal("user", user))


async def administrators(unit: Unit, *, but: str) -> tuple[User, ...]:
    """Return some active administrators, as far as a decision about another one needs them."""
    found: Sequence[User] = await unit.find(
        USER, Equal("role", Role.ADMINISTRATOR), Equal("active", value=True), order=Order("created_at"), limit=5
    )
    return tuple(user for user in found if user.id != but)
