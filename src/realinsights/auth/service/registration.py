"""Beginnings of organizations: with a first administrator, as a demonstration, or for the command line."""

from __future__ import annotations

import msgspec
import structlog

from realinsights.auth import store
from realinsights.auth.model import emails, passwords
from realinsights.auth.model.directory import SYSTEM, Claim, Purpose
from realinsights.auth.model.people import (
    Credential,
    Organization,
    OrganizationDraft,
    OrganizationKind,
    ProfileDraft,
    SubscriptionStatus,
    SubscriptionTier,
    User,
    with_details,
    with_profile,
)
from realinsights.auth.queries import people
from realinsights.auth.service import directory
from realinsights.auth.service.identity import Identity, settled
from realinsights.auth.service.links import request_verification
from realinsights.auth.service.telling import put_member, put_organization
from realinsights.auth.service.tokens import AccessToken
from realinsights.contracts.auth import MemberJoined, OrganizationRegistered, RegistrationRefused
from realinsights.contracts.permissions import Role
from realinsights_platform.documents.port import Unit
from realinsights_platform.errors import Conflict, Faults

COMMAND_LINE = "system:command-line"
"""Who acts when the command line works on a data folder: whoever may read the folder may do anything in it."""

log = structlog.get_logger(__name__)


async def register(
    *,
    identity: Identity,
    organization: OrganizationDraft,
    administrator: ProfileDraft,
    email: str,
    password: str,
    address: str,
) -> None:
    """Begin an organization with its first administrator, unless the e-mail address has an account already.

    The caller learns nothing about which of the two happened, neither by the answer nor by the time it takes, and an
    existing account stays exactly as it was. Raises `Invalid` for values that cannot be.
    """
    faults = Faults()
    user = _new_user(administrator, email=email, role=Role.ADMINISTRATOR, identity=identity, faults=faults)
    started = _new_organization(organization, identity=identity, faults=faults.under("organization"))
    own_words = (user.first_name, user.last_name, user.email.partition("@")[0], started.name)
    passwords.check(password, faults, own_words=own_words)
    faults.refuse("registration")
    await identity.guesses.begin_registration(address=address, now=identity.now())
    password_hash = await identity.hasher.hash(password)
    claim = await directory.claim(
        identity=identity,
        key=emails.email_key(user.email),
        purpose=Purpose.REGISTRATION,
        address=address,
        name=started.name,
    )
    if claim is None or not await _begin(identity, claim, started, user, password_hash):
        await _tell_owner(identity, emails.email_key(user.email), address)


async def ensure_demonstration(*, identity: Identity, organization_name: str, email: str, password: str) -> str:
    """Return the organization of this e-mail address; where it has none, begin one with it as administrator.

    An existing account keeps its password and its organization.
    """
    faults = Faults()
    person = ProfileDraft(first_name="Demonstration", last_name="Administrator")
    user = _new_user(person, email=email, role=Role.ADMINISTRATOR, identity=identity, faults=faults)
    details = OrganizationDraft(name=organization_name, kind=OrganizationKind.OWNER)
    started = _new_organization(details, identity=identity, faults=faults)
    passwords.check(password, faults)
    faults.refuse("demonstration")
    key = emails.email_key(user.email)
    known = await identity.documents.get(store.CLAIM, SYSTEM, key)
    if known is None or await identity.documents.get(store.USER, known.owner_org, known.owner_user) is None:
        password_hash = await identity.hasher.hash(password)
        claim = await directory.claim(
            identity=identity, key=key, purpose=Purpose.REGISTRATION, address="", name=started.name
        )
        if claim is not None:
            # Nobody reads the mail of an invented address: there is nothing to wait for.
            invented = msgspec.structs.replace(user, email_verified=True)
            await _begin(identity, claim, started, invented, password_hash)
        known = await identity.documents.get(store.CLAIM, SYSTEM, key)
    if known is None or await identity.documents.get(store.USER, known.owner_org, known.owner_user) is None:
        raise Conflict("Somebody is joining with the demonstration's e-mail address. Try again in 15 minutes.")
    return known.owner_org


async def ensure_organization(*, identity: Identity, name: str) -> str:
    """Return the organization of this name (or of this id); where there is none, begin one without members.

    Raises `Conflict` where several have the name: then only an id says which.
    """
    faults = Faults()
    details = OrganizationDraft(name=name, kind=OrganizationKind.OTHER)
    started = _new_organization(details, identity=identity, faults=faults)
    faults.refuse("organization")
    by_id = await identity.documents.get(store.ORGANIZATION, name, name)
    if by_id is not None:
        return by_id.id
    named = await directory.organizations_named(identity=identity, name=name)
    if len(named) > 1:
        ids = ", ".join(sorted(organization.id for organization in named))
        raise Conflict(f"Several organizations are named {started.name}. Give the id of one instead: {ids}.")
    if named:
        return named[0].id
    claim = await directory.claim_name(identity=identity, name=started.name)

    async def work(unit: Unit) -> None:
        if await unit.get(store.ORGANIZATION, claim.owner_org) is None:
            put_organization(unit, msgspec.structs.replace(started, id=claim.owner_org, org=claim.owner_org))
            unit.emit(OrganizationRegistered(name=started.name, user_id=None))

    await settled(identity, org=claim.owner_org, actor=COMMAND_LINE, work=work)
    return claim.owner_org


async def mint_local_token(*, identity: Identity, organization_name: str) -> AccessToken:
    """Return an access token of `system:command-line`, as administrator of an organization that begins if need be.

    For the composition root alone, when the command line works on a data folder that it holds; like every access
    token it is good for ten minutes, and another one is had for the asking.
    """
    org = await ensure_organization(identity=identity, name=organization_name)
    return await identity.keys.mint(
        user=COMMAND_LINE,
        org=org,
        role=Role.ADMINISTRATOR,
        session=COMMAND_LINE,
        organization=await people.told_in_tokens(identity.documents, org=org, user=None),
        issued_at=identity.now(),
    )


def _new_user(person: ProfileDraft, *, email: str, role: Role, identity: Identity, faults: Faults) -> User:
    address = emails.checked(email, faults)
    unnamed = User(id="", org="", email=address, first_name="", last_name="", role=role, created_at=identity.now())
    return with_profile(unnamed, person, faults)


def _new_organization(details: OrganizationDraft, *, identity: Identity, faults: Faults) -> Organization:
    unnamed = Organization(
        id="",
        org="",
        name="",
        kind=details.kind,
        subscription_status=SubscriptionStatus.TRIAL,
        subscription_tier=SubscriptionTier.BASIC,
        created_at=identity.now(),
    )
    return with_details(unnamed, details, faults)


async def _begin(identity: Identity, claim: Claim, started: Organization, user: User, password_hash: str) -> bool:
    """Store the organization and its administrator under the ids claimed; False where another writer was first."""
    now = identity.now()
    org = claim.owner_org

    async def work(unit: Unit) -> bool:
        if await unit.get(store.ORGANIZATION, org) is not None:
            return False
        joined = msgspec.structs.replace(user, id=claim.owner_user, org=org)
        put_organization(unit, msgspec.structs.replace(started, id=org, org=org))
        put_member(unit, joined)
        unit.put(
            store.CREDENTIAL,
            Credential(id=joined.id, org=org, password_hash=password_hash, password_changed_at=now),
        )
        unit.emit(OrganizationRegistered(name=started.name, user_id=joined.id))
        unit.emit(MemberJoined(user_id=joined.id, email=joined.email, role=joined.role, invitation_id=None))
        if not joined.email_verified:
            request_verification(unit, joined, now=now)
        return True

    begun, _ = await settled(identity, org=org, actor=claim.owner_user, work=work)
    if begun:
        log.info("organization.registered", org=org, user=claim.owner_user)
    return begun


async def _tell_owner(identity: Identity, key: str, address: str) -> None:
    """Let an account's owner see in their journal that somebody tried to register with their e-mail address."""
    claim = await identity.documents.get(store.CLAIM, SYSTEM, key)
    owner = None if claim is None else await identity.documents.get(store.USER, claim.owner_org, claim.owner_user)
    org = SYSTEM if owner is None else owner.org

    async def work(unit: Unit) -> None:
        unit.emit(RegistrationRefused(user_id=None if owner is None else owner.id, address=address))

    await settled(identity, org=org, actor="system:registration", work=work)
