"""A member's own account."""

from __future__ import annotations

import msgspec
import structlog

from realinsights.auth import store
from realinsights.auth.model import emails, passwords
from realinsights.auth.model.people import ProfileInput, User, with_profile
from realinsights.auth.model.sessions import EndReason
from realinsights.auth.service.identity import Identity, settled
from realinsights.auth.service.revocation import revoke_sessions
from realinsights.auth.service.sessions import end_in
from realinsights.contracts.auth import PasswordChanged
from realinsights_platform.documents import versions
from realinsights_platform.documents.port import Unit
from realinsights_platform.errors import Faults, Invalid, NotFound, Stale

log = structlog.get_logger(__name__)


async def change_profile(*, unit: Unit, user: str, expected_version: int, profile: ProfileInput) -> User:
    """Store what members say of themselves. Raises `NotFound`, `Stale` and `Invalid`."""
    known = await versions.current(unit, store.USER, user, expected_version=expected_version, noun="member")
    faults = Faults()
    changed = with_profile(known, profile, faults)
    faults.refuse("profile")
    return unit.put(store.USER, changed) if changed != known else known


async def change_password(*, identity: Identity, org: str, user: str, session_id: str, current: str, new: str) -> None:
    """Replace the password of a member who knows the current one, and end their other sessions.

    Guesses at the current password are counted per session, by the rule of guessing: whoever got hold of an access
    token has not many. Raises `Invalid` for a wrong current password or a new one that is not good enough.
    """
    owner = await identity.documents.get(store.USER, org, user)
    credential = await identity.documents.get(store.CREDENTIAL, org, user)
    if owner is None or credential is None:
        raise NotFound("There is no such member.")
    faults = Faults()
    own_words = (owner.first_name, owner.last_name, owner.email.partition("@")[0])
    passwords.check(new, faults, own_words=own_words, field="newPassword")
    faults.refuse("password change")
    account_key = emails.email_key(owner.email)
    attempt = await identity.guesses.begin_in_session(account=account_key, session=session_id, now=identity.now())
    if not await identity.hasher.verify(current, credential.password_hash):
        await identity.guesses.wrong(attempt, now=identity.now())
        raise Invalid.field("currentPassword", "is wrong")
    await identity.guesses.right(attempt)
    password_hash = await identity.hasher.hash(new)

    async def work(unit: Unit) -> tuple[str, ...]:
        stored = await unit.get(store.CREDENTIAL, user)
        if stored is None or stored.password_hash != credential.password_hash:
            raise Stale("The password was changed meanwhile. Sign in with the new one.")
        now = identity.now()
        unit.put(
            store.CREDENTIAL,
            msgspec.structs.replace(stored, password_hash=password_hash, password_changed_at=now),
        )
        unit.emit(PasswordChanged(user_id=user))
        return await end_in(
            unit, identity, user=user, reason=EndReason.PASSWORD_CHANGED, which=lambda other: other.id != session_id
        )

    ended = await settled(identity, org=org, actor=user, work=work)
    await revoke_sessions(identity, ended)
    log.info("password.changed", org=org, user=user, sessions_ended=len(ended))
