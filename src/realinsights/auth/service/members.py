"""Members: their role, what part of the organization they may see, and whether they may do anything at all."""

from __future__ import annotations

import msgspec
import structlog

from realinsights.auth import store
from realinsights.auth.model import emails
from realinsights.auth.model.people import User, keep_somebody_in_charge, refuse_removed
from realinsights.auth.model.scopes import checked_scope, refuse_scope_in_charge, refuse_scoped_administrator
from realinsights.auth.model.sessions import EndReason
from realinsights.auth.service.identity import Identity
from realinsights.auth.service.invitations import withdraw_those_of
from realinsights.auth.service.revocation import revoke_user
from realinsights.auth.service.sessions import end_in
from realinsights.auth.service.telling import put_member
from realinsights.contracts.auth import (
    MemberDeactivated,
    MemberReactivated,
    MemberRoleChanged,
    MemberScopeChanged,
    MemberUnlocked,
)
from realinsights.contracts.permissions import Permission, Role, permissions_of
from realinsights_platform.documents import versions
from realinsights_platform.documents.port import Unit
from realinsights_platform.documents.versions import ANY_VERSION
from realinsights_platform.errors import Faults
from realinsights_platform.principal import Scope

log = structlog.get_logger(__name__)


async def change_role(*, unit: Unit, identity: Identity, user: str, expected_version: int, role: Role) -> User:
    """Give a member another role, which holds from the next request on.

    Raises `Stale`, and `Conflict` where it would leave the organization without an active administrator, or would
    make one of a member who is limited to a part of it.
    """
    member = await versions.current(unit, store.USER, user, expected_version=expected_version, noun="member")
    refuse_removed(member)
    if member.role is role:
        return member
    if role is Role.ADMINISTRATOR:
        refuse_scope_in_charge(member)
    else:
        await _leave_somebody_in_charge(unit, member)
    if Permission.MEMBER_MANAGE not in permissions_of(role):
        await withdraw_those_of(unit, identity, user)
    unit.emit(MemberRoleChanged(user_id=user, previous=member.role, role=role))
    unit.afterwards(lambda: revoke_user(identity, user))
    log.info("member.role_changed", org=unit.org, user=user, role=role.value)
    return put_member(unit, msgspec.structs.replace(member, role=role, access_changed_at=identity.now()))


async def change_scope(
    *, unit: Unit, identity: Identity, user: str, expected_version: int, scope: Scope | None
) -> User:
    """Limit a member to a part of the organization, or to none; it holds from the next request on.

    Raises `Stale`, `Invalid`, and `Conflict` for an administrator, who always sees the whole organization.
    """
    faults = Faults()
    scope = checked_scope(scope, faults)
    faults.refuse("scope")
    member = await versions.current(unit, store.USER, user, expected_version=expected_version, noun="member")
    refuse_removed(member)
    if member.scope == scope:
        return member
    refuse_scoped_administrator(member)
    unit.emit(MemberScopeChanged(user_id=user, previous=member.scope, scope=scope))
    unit.afterwards(lambda: revoke_user(identity, user))
    log.info("member.scope_changed", org=unit.org, user=user, limited=scope is not None)
    return put_member(unit, msgspec.structs.replace(member, scope=scope, access_changed_at=identity.now()))


async def deactivate(*, unit: Unit, identity: Identity, user: str) -> User:
    """Let a member do nothing any more: sessions end, and the links they made let nobody in.

    Raises `Conflict` for the last active administrator.
    """
    member = await _member(unit, user)
    if not member.active:
        return member
    await _leave_somebody_in_charge(unit, member)
    await withdraw_those_of(unit, identity, user)
    unit.emit(MemberDeactivated(user_id=user))
    await end_in(unit, identity, user=user, reason=EndReason.DEACTIVATED, which=lambda _: True)
    unit.afterwards(lambda: revoke_user(identity, user))
    log.info("member.deactivated", org=unit.org, user=user)
    return put_member(unit, msgspec.structs.replace(member, active=False, access_changed_at=identity.now()))


async def reactivate(*, unit: Unit, user: str) -> User:
    """Let a member sign in again, in the role they had; raises `Conflict` for one who is removed."""
    member = await _member(unit, user)
    refuse_removed(member)
    if member.active:
        return member
    unit.emit(MemberReactivated(user_id=user))
    log.info("member.reactivated", org=unit.org, user=user)
    return put_member(unit, msgspec.structs.replace(member, active=True))


async def unlock(*, unit: Unit, identity: Identity, user: str) -> None:
    """Let a member try to sign in again at once, from wherever attempts were used up; raises `NotFound`."""
    member = await _member(unit, user)
    refuse_removed(member)
    key = emails.email_key(member.email)
    unit.emit(MemberUnlocked(user_id=user))
    unit.afterwards(lambda: identity.guesses.forget(key, now=identity.now()))
    log.info("member.unlocked", org=unit.org, user=user)


async def _member(unit: Unit, user: str) -> User:
    return await versions.current(unit, store.USER, user, expected_version=ANY_VERSION, noun="member")


async def _leave_somebody_in_charge(unit: Unit, member: User) -> None:
    others = await store.administrators(unit, but=member.id)
    keep_somebody_in_charge(member, others)
    if others:
        # Two administrators who demote each other at once: one of the two units finds the other's changed.
        unit.expect(store.USER, others[0])
