"""A member's own account."""

from __future__ import annotations

import msgspec
import structlog

from realinsights.auth import store
from realinsights.auth.model import passwords
from realinsights.auth.model.people import ProfileDraft, User, with_profile
from realinsights.auth.model.sessions import EndReason
from realinsights.auth.service.confirming import require_password
from realinsights.auth.service.identity import Identity
from realinsights.auth.service.sessions import end_in
from realinsights.auth.service.telling import put_member
from realinsights.contracts.auth import PasswordChanged
from realinsights_platform.documents import versions
from realinsights_platform.documents.port import Unit
from realinsights_platform.errors import Faults, NotFound

log = structlog.get_logger(__name__)


async def change_profile(*, unit: Unit, user: str, expected_version: int, profile: ProfileDraft) -> User:
    """Store what members say of themselves. Raises `NotFound`, `Stale` and `Invalid`."""
    known = await versions.current(unit, store.USER, user, expected_version=expected_version, noun="member")
    faults = Faults()
    changed = with_profile(known, profile, faults)
    faults.refuse("profile")
    return put_member(unit, changed) if changed != known else known


async def change_password(
    *, unit: Unit, identity: Identity, user: str, session_id: str, current: str, new: str
) -> None:
    """Replace the password of a member who knows the current one, and end their other sessions.

    Guesses at the current password are counted per session, by the rule of guessing: whoever got hold of an access
    token has not many. Raises `Invalid` for a wrong current password or a new one that is not good enough.
    """
    owner = await unit.get(store.USER, user)
    credential = await unit.get(store.CREDENTIAL, user)
    if owner is None or credential is None:
        raise NotFound("There is no such member.")
    faults = Faults()
    own_words = (owner.first_name, owner.last_name, owner.email.partition("@")[0])
    passwords.check(new, faults, own_words=own_words, field="newPassword")
    faults.refuse("password change")
    await require_password(
        identity=identity, owner=owner, credential=credential, session_id=session_id, password=current
    )
    password_hash = await identity.hasher.hash(new)
    unit.put(
        store.CREDENTIAL,
        msgspec.structs.replace(credential, password_hash=password_hash, password_changed_at=identity.now()),
    )
    unit.emit(PasswordChanged(user_id=user))
    ended = await end_in(
        unit, identity, user=user, reason=EndReason.PASSWORD_CHANGED, which=lambda other: other.id != session_id
    )
    log.info("password.changed", org=unit.org, user=user, sessions_ended=len(ended))
