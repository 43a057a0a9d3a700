"""Kinds of document of the service, and the queries over them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from realinsights.auth.model.address_changes import AddressChange
from realinsights.auth.model.certificates import Certificate
from realinsights.auth.model.directory import SYSTEM, Claim, Tenant
from realinsights.auth.model.holds import Hold
from realinsights.auth.model.invitations import Invitation
from realinsights.auth.model.keys import KEYRING_ID, Keyring
from realinsights.auth.model.people import Credential, Organization, User
from realinsights.auth.model.programs import Program, ProgramUse
from realinsights.auth.model.second_factors import SecondFactors
from realinsights.auth.model.sessions import Session
from realinsights.auth.model.undertakings import DEMONSTRATIONS, Undertaking, UndertakingKind
from realinsights.contracts.permissions import Role
from realinsights_platform.documents.port import (
    AnyOf,
    Contains,
    Documents,
    Equal,
    Kind,
    Order,
    Unit,
)
from realinsights_platform.documents.walking import every

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
PROGRAM = Kind(SERVICE, "program", Program)
PROGRAM_USE = Kind(SERVICE, "program_use", ProgramUse)
SECOND_FACTORS = Kind(SERVICE, "second_factors", SecondFactors)
SESSION = Kind(SERVICE, "session", Session, indexes=("user", "used_at", "ended_at"), due="forgotten_at")
INVITATION = Kind(SERVICE, "invitation", Invitation, indexes=("email", "invited_by", "created_at"), due="forgotten_at")
ADDRESS_CHANGE = Kind(SERVICE, "address_change", AddressChange, indexes=("user",), due="forgotten_at")
CLAIM = Kind(SERVICE, "claim", Claim)
TENANT = Kind(SERVICE, "tenant", Tenant, members=("name_keys",))
KEYRING = Kind(SERVICE, "keyring", Keyring)
UNDERTAKING = Kind(
    SERVICE, "undertaking", Undertaking, indexes=("kind", "asked_at"), unique=(("open_as",),), due="due_at"
)
HOLD = Kind(SERVICE, "hold", Hold, indexes=("lifted",))
CERTIFICATE = Kind(SERVICE, "certificate", Certificate, indexes=("email_key",), due="due_at")

KINDS: tuple[Kind[Any], ...] = (
    ORGANIZATION,
    USER,
    CREDENTIAL,
    PROGRAM,
    PROGRAM_USE,
    SECOND_FACTORS,
    SESSION,
    INVITATION,
    ADDRESS_CHANGE,
    CLAIM,
    TENANT,
    KEYRING,
    UNDERTAKING,
    HOLD,
    CERTIFICATE,
)


async def keyring(documents: Documents) -> Keyring | None:
    """Return the signing keys, None before the first."""
    return await documents.get(KEYRING, SYSTEM, KEYRING_ID)


async def organizations_named(documents: Documents, name_key: str) -> tuple[Tenant, ...]:
    """Return the organizations that may have a name; each must be asked whether it has."""
    return await every(documents, TENANT, SYSTEM, Contains("name_keys", name_key))


async def sessions_of(documents: Documents, org: str, user: str) -> tuple[Session, ...]:
    """Return a user's sessions that are stored, over or not."""
    return await every(documents, SESSION, org, Equal("user", user))


async def changes_of(documents: Documents, org: str, user: str) -> tuple[AddressChange, ...]:
    """Return a user's changes of address that are stored."""
    return await every(documents, ADDRESS_CHANGE, org, Equal("user", user))


async def deletion_of(documents: Documents, org: str) -> Undertaking | None:
    """Return the organization's deletion that was asked for last, None where none ever was."""
    order = Order("asked_at", descending=True)
    page = await documents.find(
        UNDERTAKING, org, Equal("kind", UndertakingKind.ORGANIZATION_DELETION), order=order, limit=1
    )
    return page.items[0] if page.items else None


async def demonstration_of(documents: Documents, org: str) -> Undertaking | None:
    """Return what was asked for last of an organization's demonstration, in or out; None where nothing ever was."""
    order = Order("asked_at", descending=True)
    page = await documents.find(UNDERTAKING, org, AnyOf("kind", DEMONSTRATIONS), order=order, limit=1)
    return page.items[0] if page.items else None


async def held_documents(documents: Documents, org: str) -> tuple[Hold, ...]:
    """Return documents under a legal hold, up to a hundred."""
    return (await documents.find(HOLD, org, Equal("lifted", value=False), limit=100)).items


async def certificates_of(documents: Documents, email_key: str) -> tuple[Certificate, ...]:
    """Return the certificates of the deletions that an address asked for."""
    return await every(documents, CERTIFICATE, SYSTEM, Equal("email_key", email_key))


async def administrators(unit: Unit, *, but: str) -> tuple[User, ...]:
    """Return some active administrators, as far as a decision about another one needs them."""
    found: Sequence[User] = await unit.find(
        USER, Equal("role", Role.ADMINISTRATOR), Equal("active", value=True), order=Order("created_at"), limit=5
    )
    return tuple(user for user in found if user.id != but)
