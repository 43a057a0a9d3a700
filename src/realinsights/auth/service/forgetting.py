"""Use cases of what was over long ago: only the journal still knows of it."""

from __future__ import annotations

from collections.abc import Sequence

from realinsights.auth import store
from realinsights.auth.service.identity import Identity
from realinsights_platform.documents.port import Unit


async def forget_sessions(unit: Unit, ids: Sequence[str], *, identity: Identity) -> None:
    """Delete those of the sessions that are to be forgotten by now."""
    for session in (await unit.get_many(store.SESSION, ids)).values():
        if session.forgotten_at <= identity.now():
            unit.delete(store.SESSION, session)


async def forget_invitations(unit: Unit, ids: Sequence[str], *, identity: Identity) -> None:
    """Delete those of the invitations that are to be forgotten by now."""
    for invitation in (await unit.get_many(store.INVITATION, ids)).values():
        if invitation.forgotten_at <= identity.now():
            unit.delete(store.INVITATION, invitation)
