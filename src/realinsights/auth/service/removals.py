"""Use cases of a member's removal: ask for it, and take it back."""

from __future__ import annotations

import msgspec
import structlog

from realinsights.auth import store
from realinsights.auth.model import undertakings
from realinsights.auth.model.people import Removal, User, refuse_removed
from realinsights.auth.model.undertakings import Asker, Undertaking
from realinsights.auth.service import members
from realinsights.auth.service.identity import Identity
from realinsights.auth.service.registration import COMMAND_LINE
from realinsights.auth.service.telling import put_member
from realinsights.contracts.auth import MemberReactivated, MemberRemovalRequested, MemberRemovalUndone
from realinsights_platform.documents import versions
from realinsights_platform.documents.port import Unit
from realinsights_platform.documents.versions import ANY_VERSION
from realinsights_platform.errors import NotFound
from realinsights_platform.ids import new_id

_COMMAND_LINE_NAME = "Command line"

log = structlog.get_logger(__name__)


async def ask_for_removal(*, unit: Unit, identity: Identity, user: str) -> Undertaking:
    """Have a member removed: they may do nothing from now on, and in a week every service lets go of them.

    Raises `NotFound`, and `Conflict` for the last active administrator and for one who is being removed already.
    """
    before = await _member(unit, user)
    refuse_removed(before)
    deactivated = await members.deactivate(unit=unit, identity=identity, user=user)
    asked = undertakings.removal(
        undertaking_id=new_id(), org=unit.org, member=user, asked_by=await asker(unit), now=identity.now()
    )
    removal = Removal(undertaking_id=asked.id, begins_at=asked.begins_at, was_active=before.active)
    put_member(unit, msgspec.structs.replace(deactivated, removal=removal))
    unit.emit(MemberRemovalRequested(undertaking_id=asked.id, user_id=user, begins_at=asked.begins_at))
    log.info("member.removal.requested", org=unit.org, user=user, begins_at=str(asked.begins_at))
    return unit.put(store.UNDERTAKING, asked)


async def undo_removal(*, unit: Unit, identity: Identity, user: str) -> Undertaking:
    """Take a member's removal back: who could sign in before can again, by the same password.

    Raises `NotFound` where there is none, and `Conflict` once it has begun.
    """
    member = await _member(unit, user)
    known = None if member.removal is None else await unit.get(store.UNDERTAKING, member.removal.undertaking_id)
    if member.removal is None or known is None:
        raise NotFound("This member's removal was not asked for.")
    undone = undertakings.undone(known, by=unit.actor, now=identity.now())
    unit.emit(MemberRemovalUndone(undertaking_id=known.id, user_id=user))
    if member.removal.was_active:
        unit.emit(MemberReactivated(user_id=user))
    put_member(unit, msgspec.structs.replace(member, active=member.removal.was_active, removal=None))
    log.info("member.removal.undone", org=unit.org, user=user)
    return unit.put(store.UNDERTAKING, undone)


async def _member(unit: Unit, user: str) -> User:
    return await versions.current(unit, store.USER, user, expected_version=ANY_VERSION, noun="member")


async def asker(unit: Unit) -> Asker:
    """Return who asks, without an address: nothing is mailed, and a copy of it would outlive its member's removal."""
    asker = None if unit.actor == COMMAND_LINE else await unit.get(store.USER, unit.actor)
    if asker is None:
        return Asker(id=unit.actor, name=_COMMAND_LINE_NAME, email=None)
    return Asker(id=asker.id, name=f"{asker.first_name} {asker.last_name}".strip(), email=None)
