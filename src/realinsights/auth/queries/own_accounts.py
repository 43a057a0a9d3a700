"""Reads of one's own accounts: second factors, and the organizations that one may go on in."""

from __future__ import annotations

import datetime

import msgspec

from realinsights.auth import store
from realinsights.auth.model.people import OrganizationKind, SecondFactorPolicy, User
from realinsights.auth.model.second_factors import SecondFactors
from realinsights.contracts.permissions import Role
from realinsights_platform.documents.port import Documents


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
