"""Sessions end: here, elsewhere, everywhere."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from realinsights.auth import store
from realinsights.auth.model import sessions
from realinsights.auth.model.sessions import EndReason, Session
from realinsights.auth.service.identity import Identity, settled
from realinsights.auth.service.revocation import revoke_sessions
from realinsights.contracts.auth import SessionsEnded
from realinsights_platform.documents.port import Unit
from realinsights_platform.errors import NotFound

log = structlog.get_logger(__name__)


async def sign_out(*, identity: Identity, token_text: str) -> None:
    """End the session that a refresh token belongs to; a token that is none, or of a session that is over, is fine."""
    token = sessions.parse(token_text)
    session = None if token is None else await identity.documents.get(store.SESSION, token.org, token.session)
    if token is None or session is None or not sessions.is_of(session, token, key=identity.refresh_key):
        return
    await _end(identity, session.org, session.user, EndReason.SIGNED_OUT, lambda other: other.id == session.id)


async def end_session(*, identity: Identity, org: str, user: str, session_id: str) -> None:
    """End one of the caller's own sessions."""
    session = await identity.documents.get(store.SESSION, org, session_id)
    if session is None or session.user != user or not session.lives(identity.now()):
        raise NotFound("There is no such session.")
    await _end(identity, org, user, EndReason.ENDED_BY_MEMBER, lambda other: other.id == session_id)


async def sign_out_everywhere(*, identity: Identity, org: str, user: str) -> None:
    """End all of the caller's sessions, this one too."""
    await _end(identity, org, user, EndReason.SIGNED_OUT, lambda _: True)


async def end_sessions_of_member(*, identity: Identity, org: str, actor: str, user: str) -> None:
    """End all sessions of another member."""
    if await identity.documents.get(store.USER, org, user) is None:
        raise NotFound("There is no such member.")
    await _end(identity, org, user, EndReason.ENDED_BY_ADMINISTRATOR, lambda _: True, actor=actor)


async def end_in(
    unit: Unit, identity: Identity, *, user: str, reason: EndReason, which: Callable[[Session], bool]
) -> tuple[str, ...]:
    """End those of a user's sessions in a unit; return their ids, to be revoked once the unit is committed."""
    now = identity.now()
    ending = [
        session
        for session in await store.sessions_of(identity.documents, unit.org, user)
        if session.lives(now) and which(session)
    ]
    for session in ending:
        unit.put(store.SESSION, sessions.ended(session, reason=reason, now=now))
    ids = tuple(session.id for session in ending)
    if ids:
        unit.emit(SessionsEnded(user_id=user, session_ids=ids, reason=reason.value))
    return ids


async def _end(
    identity: Identity,
    org: str,
    user: str,
    reason: EndReason,
    which: Callable[[Session], bool],
    *,
    actor: str | None = None,
) -> None:
    async def work(unit: Unit) -> tuple[str, ...]:
        owner = await unit.get(store.USER, user)
        if owner is not None:
            unit.expect(store.USER, owner)
        return await end_in(unit, identity, user=user, reason=reason, which=which)

    ids = await settled(identity, org=org, actor=actor or user, work=work)
    await revoke_sessions(identity, ids)
    log.info("sessions.ended", org=org, user=user, sessions=len(ids), reason=reason.value)
