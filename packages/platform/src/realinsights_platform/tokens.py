"""Access tokens: EdDSA-signed JWTs, verified here with the published keys; revocations take effect at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from realinsights_platform.business_day import UTC, zone_named
from realinsights_platform.cache.port import Cache
from realinsights_platform.errors import Unauthenticated
from realinsights_platform.principal import Principal

ALGORITHMS: Final = ("Ed25519",)
REVOCATIONS_CHANNEL: Final = "auth.revocations"

_LONGEST_TOKEN = 8192  # bytes: ours are under 600


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """What an access token says. Times are in seconds since the epoch; `iat` may have a fraction.

    `zoneinfo` is the organization's time zone.
    """

    iss: str
    aud: str
    sub: str
    org: str
    sid: str
    role: str
    iat: float
    exp: float
    zoneinfo: str = UTC


class Revocation(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens of a session or a user (exactly one is given) that were issued up to `at` are void."""

    at: float
    session: str | None = None
    user: str | None = None


class Verified(msgspec.Struct, frozen=True):
    """A token that held, until when, and whose answers its bearer may be given."""

    principal: Principal
    issued: float
    expires: float
    audience: str


class Revocations:
    """What was revoked lately, for as long as a token from before could still be valid."""

    def __init__(self, *, seconds: float, clock: Callable[[], float] = time.time) -> None:
        self._seconds = seconds
        self._clock = clock
        self._revoked: dict[tuple[str, str], float] = {}
        self._watchers: list[Callable[[Revocation], None]] = []

    def listen(self, cache: Cache) -> Callable[[], None]:
        """Take in what other processes, and this one, announce, until what is returned is called."""
        return cache.listen(
            REVOCATIONS_CHANNEL, lambda message: self.add(msgspec.json.decode(message, type=Revocation))
        )

    @staticmethod
    async def announce(cache: Cache, revocation: Revocation) -> None:
        """Tell every process that verifies tokens."""
        await cache.announce(REVOCATIONS_CHANNEL, msgspec.json.encode(revocation))

    def add(self, revocation: Revocation) -> None:
        """Let it take effect."""
        # The earliest come first, so that forgetting them looks at nothing else.
        horizon = self._clock() - self._seconds
        while self._revoked and self._revoked[earliest := next(iter(self._revoked))] < horizon:
            del self._revoked[earliest]
        for key in _keys(revocation):
            self._revoked[key] = max(revocation.at, self._revoked.pop(key, 0.0))
        for watch in self._watchers:
            watch(revocation)

    def watch(self, callback: Callable[[Revocation], None]) -> None:
        """Call back for every revocation from now on."""
        self._watchers.append(callback)

    def covers(self, *, session: str, user: str, issued: float) -> bool:
        """Tell whether a token issued then is void."""
        revoked = self._revoked
        return issued <= revoked.get(("session", session), -1.0) or issued <= revoked.get(("user", user), -1.0)


class Verifier:
    """Turns `Authorization` headers into principals.

    `keys` returns the published keys as they are now, `permissions` those of a role; `scope` what decides which
    answers a caller may see, by default organization and role. Verified tokens are kept until they expire, at most
    `capacity` of them; `leeway` is how far apart clocks may be, in seconds.
    """

    def __init__(
        self,
        *,
        keys: Callable[[], KeySet],
        issuer: str,
        audience: str,
        permissions: Callable[[str], frozenset[str]],
        revocations: Revocations,
        scope: Callable[[Claims], str] = lambda claims: f"{claims.org}:{claims.role}",
        leeway: float = 5.0,
        capacity: int = 20_000,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._permissions = permissions
        self._revocations = revocations
        self._scope = scope
        self._leeway = leeway
        self._capacity = capacity
        self._clock = clock
        self.verified: dict[bytes, Verified] = {}
        """By the whole header, the first verified first: what the hot path looks up. Check `expires` before use."""
        self._headers: dict[tuple[str, str], set[bytes]] = {}
        revocations.watch(self._forget)

    def verify(self, authorization: bytes) -> Principal:
        """Return who sends this header; raises `Unauthenticated`."""
        known = self.verified.get(authorization)
        now = self._clock()
        if known is not None and now < known.expires:
            return known.principal
        verified = self._verify(authorization, now)
        self._drop(authorization)
        while len(self.verified) >= self._capacity:
            self._drop(next(iter(self.verified)))
        self.verified[authorization] = verified
        for key in _bearer(verified.principal):
            self._headers.setdefault(key, set()).add(authorization)
        return verified.principal

    def _verify(self, authorization: bytes, now: float) -> Verified:
        scheme, _, token = authorization.partition(b" ")
        if scheme.lower() != b"bearer" or not token or len(token) > _LONGEST_TOKEN:
            raise Unauthenticated("Sign in: send an access token as `Authorization: Bearer …`.")
        try:
            decoded = jwt.decode(token.strip(), self._keys(), algorithms=ALGORITHMS)
            claims = msgspec.convert(decoded.claims, Claims)
        except (JoseError, ValueError) as error:
            raise Unauthenticated("The access token is not one of ours. Sign in again.") from error
        if claims.iss != self._issuer or claims.aud != self._audience or claims.iat > now + self._leeway:
            raise Unauthenticated("The access token is not for here. Sign in again.")
        if claims.exp + self._leeway <= now:
            raise Unauthenticated("The access token has expired. Refresh it or sign in again.")
        if self._revocations.covers(session=claims.sid, user=claims.sub, issued=claims.iat):
            raise Unauthenticated("The session has ended. Sign in again.")
        principal = Principal(
            user=claims.sub,
            org=claims.org,
            session=claims.sid,
            role=claims.role,
            permissions=self._permissions(claims.role),
            scope=self._scope(claims),
            zone=zone_named(claims.zoneinfo),
        )
        return Verified(
            principal=principal,
            issued=claims.iat,
            expires=claims.exp + self._leeway,
            audience=f"{principal.org}\n{principal.scope}\n{claims.zoneinfo}",
        )

    def _forget(self, revocation: Revocation) -> None:
        for key in _keys(revocation):
            for header in tuple(self._headers.get(key, ())):
                if self.verified[header].issued <= revocation.at:
                    self._drop(header)

    def _drop(self, header: bytes) -> None:
        known = self.verified.pop(header, None)
        if known is not None:
            for key in _bearer(known.principal):
                self._headers[key].discard(header)
                if not self._headers[key]:
                    del self._headers[key]


def _keys(revocation: Revocation) -> list[tuple[str, str]]:
    keys: list[tuple[str, str]] = []
    if revocation.session is not None:
        keys.append(("session", revocation.session))
    if revocation.user is not None:
        keys.append(("user", revocation.user))
    return keys


def _bearer(principal: Principal) -> tuple[tuple[str, str], ...]:
    return ("session", principal.session), ("user", principal.user)
