"""Revocations: what was decided about sessions and members holds at once for access tokens that are already out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from realinsights.auth import store
from realinsights.auth.service.identity import Identity
from realinsights.auth.service.tokens import Keys
from realinsights_platform.documents.port import Documents
from realinsights_platform.principal import PROGRAM
from realinsights_platform.revoking import revoke
from realinsights_platform.token_register import Claims, Jwk, Revocation

_SYSTEM: Final = "system:"
"""What the names of callers begin with that are no members."""


class StoredRegister:
    """The register of tokens in the service's own documents, for processes that hold it."""

    def __init__(self, documents: Documents, keys: Keys) -> None:
        self._documents = documents
        self._keys = keys

    async def keys(self) -> Sequence[Jwk]:
        """Return the keys that are published now."""
        return (await self._keys.published()).keys

    async def is_revoked(self, claims: Claims) -> bool:
        """Tell whether the session has ended, or the user's access changed since the token was issued."""
        if claims.role == PROGRAM:
            return await self._is_of_revoked_program(claims)
        session = await self._documents.get(store.SESSION, claims.org, claims.sid)
        if session is not None and session.ended_at is not None:
            return True
        user = await self._documents.get(store.USER, claims.org, claims.sub)
        if user is None and not claims.sub.startswith(_SYSTEM):
            return True  # of an organization that was deleted
        changed_at = None if user is None else user.access_changed_at
        return changed_at is not None and claims.iat <= changed_at.timestamp()

    async def _is_of_revoked_program(self, claims: Claims) -> bool:
        program = await self._documents.get(store.PROGRAM, claims.org, claims.sub)
        if program is None or not program.active or program.token(claims.sid) is None:
            return True
        changed_at = program.access_changed_at
        return changed_at is not None and claims.iat <= changed_at.timestamp()


async def revoke_sessions(identity: Identity, user: str, session_ids: Iterable[str]) -> None:
    """Void the access tokens of a user's sessions that have just ended; call it once that is committed."""
    for session in session_ids:
        await _revoke(identity, user, session)


async def revoke_user(identity: Identity, user: str) -> None:
    """Void a user's access tokens up to now; a session that goes on gets one of the new kind by refreshing."""
    await _revoke(identity, user, None)


async def _revoke(identity: Identity, user: str, session: str | None) -> None:
    revocation = Revocation(at=identity.now().timestamp(), user=user, session=session)
    await revoke(identity.cache, revocation)
