"""Telling other services: who the members of an organization are, and what it is called."""

from __future__ import annotations

import datetime
from typing import Final

import structlog

from realinsights.auth import store
from realinsights.auth.model.people import Organization, User
from realinsights.contracts.auth import MemberRecorded, OrganizationRecorded
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.documents.walking import every

ACTOR: Final = "system:telling"

log = structlog.get_logger(__name__)


def put_member(unit: Unit, user: User) -> User:
    """Store a member and tell the other services."""
    stored = unit.put(store.USER, user)
    unit.emit(member_recorded(stored))
    return stored


def put_organization(unit: Unit, organization: Organization) -> Organization:
    """Store an organization and tell the other services."""
    stored = unit.put(store.ORGANIZATION, organization)
    unit.emit(organization_recorded(stored))
    return stored


async def tell_again(*, documents: Storage, org: str, business_date: datetime.date) -> None:
    """Tell an organization and all its members again; nothing about them changes."""

    async def tell(unit: Unit) -> int:
        organization = await unit.get(store.ORGANIZATION, org)
        if organization is None:
            return 0
        unit.expect(store.ORGANIZATION, organization)
        unit.emit(organization_recorded(organization))
        members = await every(documents, store.USER, org)
        for member in members:
            unit.expect(store.USER, member)
            unit.emit(member_recorded(member))
        return len(members)

    members, sequence = await committed(lambda: documents.unit(org=org, actor=ACTOR, business_date=business_date), tell)
    log.info("people.told_again", org=org, sequence=sequence, members=members)


def member_recorded(user: User) -> MemberRecorded:
    """Return what other services are told of a member."""
    return MemberRecorded(
        user_id=user.id,
        email=user.email,
        first_name=user.first_name,
        last_name=user.last_name,
        role=user.role,
        active=user.active,
        email_verified=user.email_verified,
        limited=user.scope is not None,
    )


def organization_recorded(organization: Organization) -> OrganizationRecorded:
    """Return what other services are told of an organization."""
    return OrganizationRecorded(name=organization.name, time_zone=organization.settings.timezone)
