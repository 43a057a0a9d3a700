"""Makes what was decided about sessions and members hold at once for the access tokens that are already out."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from realinsights.auth import store
from realinsights.auth.model.directory import SYSTEM
from realinsights.auth.service.identity import Identity
from realinsights.contracts.tokens import ACCESS_TOKEN_LASTS, CLOCKS_DIFFER
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Between
from realinsights_platform.documents.walking import every, organizations
from realinsights_platform.tokens import Revocation, Revocations


async def revoke_sessions(identity: Identity, session_ids: Iterable[str]) -> None:
    """Void the access tokens of sessions that have just ended; call it once that is committed."""
    at = identity.now().timestamp()
    for session in session_ids:
        await Revocations.announce(identity.cache, Revocation(at=at, session=session))


async def revoke_user(identity: Identity, user: str) -> None:
    """Void a user's access tokens up to now; a session that goes on gets one of the new kind by refreshing."""
    await Revocations.announce(identity.cache, Revocation(at=identity.now().timestamp(), user=user))


async def seed_revocations(*, documents: Storage, revocations: Revocations, now: datetime.datetime) -> int:
    """Revoke again, in this process that has just started, what may still matter; return how many that were.

    Only organizations whose journal moved within the life of a token are looked into.
    """
    horizon = now - ACCESS_TOKEN_LASTS - CLOCKS_DIFFER
    seeded = 0
    async for org in organizations(documents):
        last = await documents.outbox(org, after=await documents.sequence(org) - 1, limit=1)
        if org == SYSTEM or (last and last[-1].at < horizon):
            continue
        for session in await every(documents, store.SESSION, org, Between("ended_at", at_least=horizon)):
            revocations.add(Revocation(at=now.timestamp(), session=session.id))
            seeded += 1
        for user in await every(documents, store.USER, org, Between("access_changed_at", at_least=horizon)):
            revocations.add(Revocation(at=now.timestamp(), user=user.id))
            seeded += 1
    return seeded
