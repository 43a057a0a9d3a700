"""Access tokens: EdDSA-signed JWTs, verified here with the published keys; revocations take effect at once."""

from __future__ import annotations

import base64
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Protocol

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError

from realinsights_platform.business_day import zone_named
from realinsights_platform.cache.port import Cache
from realinsights_platform.errors import Unauthenticated
from realinsights_platform.key_sets import KeySet
from realinsights_platform.principal import Principal
from realinsights_platform.token_register import REVOCATIONS_CHANNEL, TOKENS_LAST, Claims, Revocation, TokenRegister

ALGORITHMS: Final = ("Ed25519",)

_LONGEST_TOKEN = 8192  # bytes: ours are under 600, with the largest scope under 3,000
_NOT_OURS = "The access token is not one of ours. Sign in again."


class Verified(msgspec.Struct, frozen=True):
    """A token that held, until when, and whose answers its bearer may be given.

    `checked` is a moment by the trust's clock. `written` is how far its bearer had written by then, in the journal of
    the service that revokes: whoever has written more since may have ended their own session at another process.
    """

    principal: Principal
    issued: float
    expires: float
    audience: str
    checked: float = 0.0
    written: int = 0


class Trust(Protocol):
    """The belief that nothing was revoked since, where other processes revoke too."""

    def now(self) -> float:
        """Return the clock's seconds."""

    def trusts(self, learned: float, now: float) -> bool:
        """Tell whether what was learned at a moment may be believed now."""


class Revocations:
    """What was revoked while this process runs, for as long as a token from before could still be valid."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._revoked: dict[tuple[str, str | None], tuple[float, float]] = {}
        self._watchers: list[Callable[[Revocation], None]] = []

    def listen(self, cache: Cache) -> Callable[[], None]:
        """Take in what other processes, and this one, announce, until what is returned is called."""
        return cache.listen(
            REVOCATIONS_CHANNEL, lambda message: self.add(msgspec.json.decode(message, type=Revocation))
        )

    def add(self, revocation: Revocation) -> None:
        """Let it take effect."""
        now = self._clock()
        key = (revocation.user, revocation.session)
        _, at = self._revoked.pop(key, (now, revocation.at))
        self._revoked[key] = (now, max(at, revocation.at))
        while (oldest := next(iter(self._revoked))) and self._revoked[oldest][0] < now - TOKENS_LAST:
            del self._revoked[oldest]
        for watch in self._watchers:
            watch(revocation)

    def watch(self, callback: Callable[[Revocation], None]) -> None:
        """Call back for every revocation from now on."""
        self._watchers.append(callback)

    def covers(self, claims: Claims) -> bool:
        """Tell whether a token is void."""
        revoked = self._revoked.get((claims.sub, None))
        return (claims.sub, claims.sid) in self._revoked or (revoked is not None and claims.iat <= revoked[1])


class Verifier:
    """The verifier of access tokens: it makes principals of `Authorization` headers.

    `register` knows the published keys and what was revoked, `revocations` what is revoked from now on, `permissions`
    those of a role. Verified tokens are kept until they expire, at most `capacity` of them, the newest; `leeway` is how
    far apart clocks may be, in seconds. With `trust`, the register is asked again about a token once revocations may
    have gone unheard.
    """

    def __init__(
        self,
        *,
        register: TokenRegister,
        issuer: str,
        audience: str,
        permissions: Callable[[str], frozenset[str]],
        revocations: Revocations,
        trust: Trust | None = None,
        leeway: float = 5.0,
        capacity: int = 20_000,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.trust = trust
        self._register = register
        self._keys = KeySet(register.keys, clock=clock)
        self._issuer = issuer
        self._audience = audience
        self._permissions = permissions
        self._revocations = revocations
        self._leeway = leeway
        self._capacity = capacity
        self._clock = clock
        self.verified: OrderedDict[bytes, Verified] = OrderedDict()
        """By the whole header: what the hot path looks up. Check `expires` before use."""
        self._of_user: dict[str, set[bytes]] = {}
        revocations.watch(self._forget)

    def watch(self, callback: Callable[[Revocation], None]) -> None:
        """Call back for every revocation from now on."""
        self._revocations.watch(callback)

    async def verify(self, authorization: bytes, *, written: int = 0) -> Principal:
        """Return who sends this header; raises `Unauthenticated`.

        `written` is how far they have written, as they say, in the journal of the service that revokes.
        """
        known = self.verified.get(authorization)
        now = self._clock()
        if known is not None:
            if now < known.expires and written <= known.written and self._is_trusted(known):
                return known.principal
            self._drop(authorization)
        verified = await self._verify(authorization, now, written)
        if authorization in self.verified:
            self.verified[authorization] = verified
        else:
            # Tokens last equally long: the one that came first is the first to expire.
            while len(self.verified) >= self._capacity:
                self._drop(next(iter(self.verified)))
            self.verified[authorization] = verified
            self._of_user.setdefault(verified.principal.user, set()).add(authorization)
        return verified.principal

    def _is_trusted(self, known: Verified) -> bool:
        return self.trust is None or self.trust.trusts(known.checked, self.trust.now())

    async def _verify(self, authorization: bytes, now: float, written: int) -> Verified:
        checked = 0.0 if self.trust is None else self.trust.now()
        scheme, _, token = authorization.partition(b" ")
        token = token.strip()
        if scheme.lower() != b"bearer" or not token or len(token) > _LONGEST_TOKEN:
            raise Unauthenticated("Sign in: send an access token as `Authorization: Bearer …`.")
        try:
            key = await self._keys.key(_key_name(token))
            if key is None:
                raise Unauthenticated(_NOT_OURS)
            claims = msgspec.convert(jwt.decode(token, key, algorithms=ALGORITHMS).claims, Claims)
        except (JoseError, ValueError) as error:
            raise Unauthenticated(_NOT_OURS) from error
        if claims.iss != self._issuer or claims.aud != self._audience or claims.iat > now + self._leeway:
            raise Unauthenticated("The access token is not for here. Sign in again.")
        if claims.exp + self._leeway <= now:
            raise Unauthenticated("The access token has expired. Refresh it or sign in again.")
        # The register first: what is announced while it is asked is known by the time it has answered.
        if await self._register.is_revoked(claims) or self._revocations.covers(claims):
            raise Unauthenticated("The session has ended. Sign in again.")
        principal = Principal(
            user=claims.sub,
            org=claims.org,
            session=claims.sid,
            role=claims.role,
            permissions=self._permissions_of(claims),
            scope=_scope_of(claims),
            zone=zone_named(claims.zoneinfo),
            org_name=claims.org_name,
            plan=claims.plan,
            limited_to=claims.limited_to,
            enrolls=claims.enroll,
        )
        return Verified(
            principal=principal,
            issued=claims.iat,
            expires=claims.exp + self._leeway,
            audience=f"{principal.org}\n{principal.scope}\n{claims.zoneinfo}",
            checked=checked,
            written=written,
        )

    def _permissions_of(self, claims: Claims) -> frozenset[str]:
        if claims.enroll:
            return frozenset()
        return self._permissions(claims.role) if claims.permissions is None else frozenset(claims.permissions)

    def _drop(self, authorization: bytes) -> None:
        user = self.verified.pop(authorization).principal.user
        headers = self._of_user[user]
        headers.discard(authorization)
        if not headers:
            del self._of_user[user]

    def _forget(self, revocation: Revocation) -> None:
        for header in tuple(self._of_user.get(revocation.user, ())):
            known = self.verified[header]
            if revocation.session == known.principal.session or (
                revocation.session is None and known.issued <= revocation.at
            ):
                self._drop(header)


def _scope_of(claims: Claims) -> str:
    """Return what decides which answers a caller may see: organization, role, and the part that they are limited to.

    Who has to add a second factor first shares no answer with anybody who may do more.
    """
    limited = "" if claims.limited_to is None else f":{claims.limited_to.text()}"
    own = "" if claims.permissions is None else f":{' '.join(sorted(claims.permissions))}"
    return f"{claims.org}:{claims.role}{own}{limited}{':enrolls' if claims.enroll else ''}"


def _key_name(token: bytes) -> str:
    """Return the name of the key that a token says has signed it; raises `ValueError` for what is no token."""
    encoded = token.partition(b".")[0]
    header = msgspec.json.decode(base64.urlsafe_b64decode(encoded + b"=" * (-len(encoded) % 4)), type=_Header)
    return header.kid


class _Header(msgspec.Struct):
    kid: str
