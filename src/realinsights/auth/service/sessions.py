"""Ends of sessions: here, elsewhere, everywhere."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from realinsights.auth import store
from realinsights.auth.model import sessions
from realinsights.auth.model.sessions import EndReason, Session
from realinsights.auth.service.identity import Identity, settled
from realinsights.auth.service.revocation import revoke_sessions
from realinsights.contracts.auth import SessionsEnded
from realinsights_platform.documents import versions
from realinsights_platform.documents.port import Unit
from realinsights_platform.documents.versions import ANY_VERSION
from realinsights_platform.errors import NotFound

log = structlog.get_logger(__name__)


async def sign_out(*, identity: Identity, token_text: str) -> int | None:
    """End the session that a refresh token belongs to; return the sequence that this made.

    A token that is none, or of a session that is over, is fine: there is nothing to end.
    """
    token = sessions.parse(token_text)
    session = None if token is None else await identity.documents.get(store.SESSION, token.org, token.session)
    if token is None or session is None or not sessions.is_of(session, token, key=identity.refresh_key):
        return None

    async def work(unit: Unit) -> None:
        await _end(unit, identity, session.user, EndReason.SIGNED_OUT, lambda other: other.id == session.id)

    _, sequence = await settled(identity, org=session.org, actor=session.user, work=work)
    return sequence


async def end_session(*, unit: Unit, identity: Identity, user: str, session_id: str) -> None:
    """End one of the caller's own sessions."""
    session = await unit.get(store.SESSION, session_id)
    if session is None or session.user != user or not session.lives(identity.now()):
        raise NotFound("There is no such session.")
    await _end(unit, identity, user, EndReason.ENDED_BY_MEMBER, lambda other: other.id == session_id)


async def sign_out_everywhere(*, unit: Unit, identity: Identity, user: str) -> None:
    """End all of the caller's sessions, this one too."""
    await _end(unit, identity, user, EndReason.SIGNED_OUT, lambda _: True)


async def end_sessions_of_member(*, unit: Unit, identity: Identity, user: str) -> None:
    """End all sessions of another member."""
    await versions.current(unit, store.USER, user, expected_version=ANY_VERSION, noun="member")
    await _end(unit, identity, user, EndReason.ENDED_BY_ADMINISTRATOR, lambda _: True)


async def end_in(
    unit: Unit, identity: Identity, *, user: str, reason: EndReason, which: Callable[[Session], bool]
) -> tuple[str, ...]:
    """End those of a user's sessions in a unit; return their ids. Their access tokens are void once it is committed."""
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
        unit.afterwards(lambda: revoke_sessions(identity, user, ids))
    return ids


async def _end(unit: Unit, identity: Identity, user: str, reason: EndReason, which: Callable[[Session], bool]) -> None:
    owner = await unit.get(store.USER, user)
    if owner is not None:
        unit.expect(store.USER, owner)
    ids = await end_in(unit, identity, user=user, reason=reason, which=which)
    log.info("sessions.ended", org=unit.org, user=user, sessions=len(ids), reason=reason.value)
