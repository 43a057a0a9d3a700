"""The register of tokens: the keys to verify them with, and which of them were revoked.

A process that holds the auth service looks into its documents. Any other one reads the keys where auth publishes them,
and looks revocations up in the cache that all processes share.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, Protocol

import msgspec

from realinsights_platform.cache.port import Cache, CacheAway
from realinsights_platform.errors import Unavailable
from realinsights_platform.principal import Scope

REVOKING_SERVICE: Final = "auth"
"""The service whose journal has the revocations."""

REVOCATIONS_CHANNEL: Final = "auth.revocations"
TOKENS_LAST: Final = 660.0
"""Seconds for which a revocation matters: the life of a token, and by how much clocks may differ."""

KEY_SET_LASTS: Final = 60.0
"""Seconds for which a verifier uses the keys it has read; a new key is published for two of these before it signs."""

Jwk = dict[str, Any]
"""A public key (RFC 7517)."""


class JwkSet(msgspec.Struct, frozen=True):
    """The keys to verify tokens with (RFC 7517)."""

    keys: tuple[Jwk, ...]


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """What an access token says. Times are in seconds since the epoch; `iat` may have a fraction.

    `zoneinfo` is the organization's time zone, `org_name` its name, `plan` what it subscribed to. `limited_to` is the
    part of it that the bearer may see, None for all of it; a scope that this version cannot read makes no valid token.
    `permissions` are those of a program, whose role says nothing of them; None is what the role may do.
    `enroll` is true where the bearer has to add a second factor before they may do anything else.
    """

    iss: str
    aud: str
    sub: str
    org: str
    sid: str
    role: str
    iat: float
    exp: float
    zoneinfo: str = "UTC"
    org_name: str = ""
    plan: str = ""
    enroll: bool = False
    permissions: tuple[str, ...] | None = None
    limited_to: Scope | None = None


class Revocation(msgspec.Struct, frozen=True, kw_only=True):
    """All tokens of a user's session are void; without `session`, those of the user that were issued up to `at`."""

    at: float
    user: str
    session: str | None = None


class TokenRegister(Protocol):
    """What verifiers need to know of the service that issues tokens."""

    async def keys(self) -> Sequence[Jwk]:
        """Return the keys that are published now."""

    async def is_revoked(self, claims: Claims) -> bool:
        """Tell whether a token was revoked lately."""


class SharedRegister:
    """The register for processes that do not hold the auth service: published keys, and the shared cache.

    `published` reads the key set (RFC 7517) where auth publishes it. While the cache is away nobody can tell what was
    revoked, so that a token that has to be looked up is answered with 503.
    """

    def __init__(self, cache: Cache, published: Callable[[], Awaitable[bytes]]) -> None:
        self._cache = cache
        self._published = published

    async def keys(self) -> Sequence[Jwk]:
        """Return the keys that are published now."""
        return msgspec.json.decode(await self._published(), type=JwkSet).keys

    async def is_revoked(self, claims: Claims) -> bool:
        """Tell whether a token was revoked lately; raises `Unavailable` where that cannot be known."""
        try:
            if await self._cache.get_surely(revocation_key(claims.sub, claims.sid)) is not None:
                return True
            revoked = await self._cache.get_surely(revocation_key(claims.sub))
        except CacheAway as away:
            raise Unavailable("Sign-ins cannot be checked just now. Try again in a few seconds.") from away
        return revoked is not None and claims.iat <= float(revoked)


def revocation_key(user: str, session: str | None = None) -> str:
    """Return where the shared cache has the revocation of a user's tokens, or of one session's."""
    return f"auth.revoked:{user}" if session is None else f"auth.revoked:{user}:{session}"
