"""Access tokens and the keys that sign them."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog
from joserfc import jwe, jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey, OKPKey

from realinsights.auth import store
from realinsights.auth.model import keys
from realinsights.auth.model.directory import SYSTEM
from realinsights.auth.model.people import ToldInTokens
from realinsights.contracts.permissions import Permission
from realinsights.contracts.tokens import ACCESS_TOKEN_LASTS
from realinsights_platform.cache.port import Cache
from realinsights_platform.documents.port import Documents
from realinsights_platform.errors import Conflict, Stale
from realinsights_platform.ids import new_id
from realinsights_platform.principal import Scope
from realinsights_platform.secret import Secret
from realinsights_platform.token_register import JwkSet

ALGORITHM = "Ed25519"
"""EdDSA over Curve25519, by the name that RFC 9864 gives it (`EdDSA` alone is deprecated there: it names no curve)."""

KEYRING_CHANGED = "auth.keyring"
"""The channel that tells every process to read the keys again."""

_ACTOR = "system:keys"
_SEALED = {"alg": "dir", "enc": "A256GCM"}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A signed token and how long it is good for, in seconds."""

    text: str
    expires_in: int


class Keys:
    """The signing keys as this process knows them; `open` them first."""

    def __init__(
        self,
        *,
        documents: Documents,
        cache: Cache,
        secret: Secret,
        issuer: str,
        audience: str,
        now: Callable[[], datetime.datetime],
    ) -> None:
        self._documents = documents
        self._cache = cache
        self._sealing_key = OctKey.import_key(secret.key("signing keys"))
        self._issuer = issuer
        self._audience = audience
        self._now = now
        self._ring: keys.Keyring | None = None
        self._read_at = now()
        self._private: tuple[str, OKPKey] | None = None
        cache.listen(KEYRING_CHANGED, self._notice)

    async def open(self) -> None:
        """Make sure that there is a key to sign with, making the first one where there is none.

        One that the secret does not open (the secret was lost or replaced) is retired and another one signs.
        """
        await self._signer()

    async def mint(
        self,
        *,
        user: str,
        org: str,
        role: str,
        session: str,
        organization: ToldInTokens,
        issued_at: datetime.datetime,
        scope: Scope | None = None,
        permissions: Sequence[Permission] | None = None,
    ) -> AccessToken:
        """Sign an access token; once a key has signed for long enough, its successor is published.

        `issued_at` is the moment at which the caller looked at the account, so that a change since then covers it.
        `scope` is the part of the organization that the bearer may see, None for all of it; `permissions` are what a
        program may do, None where the role says it.
        """
        kid, private = await self._signer()
        issued = issued_at.timestamp()
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": user,
            "org": org,
            "role": str(role),
            "sid": session,
            "zoneinfo": organization.zone,
            "org_name": organization.name,
            "plan": organization.plan,
            "iat": issued,
            "exp": int(issued) + int(ACCESS_TOKEN_LASTS.total_seconds()),
            "jti": new_id(),
        }
        if organization.enroll:
            claims["enroll"] = True
        if scope is not None:
            claims["limited_to"] = msgspec.to_builtins(scope)
        if permissions is not None:
            claims["permissions"] = [str(one) for one in permissions]
        header = {"alg": ALGORITHM, "kid": kid, "typ": "at+jwt"}
        text = jwt.encode(header, claims, private, algorithms=[ALGORITHM])
        return AccessToken(text, int(ACCESS_TOKEN_LASTS.total_seconds()))

    async def published(self) -> JwkSet:
        """Return the keys whose tokens may be valid: the one that signs, the next, and those before that matter."""
        return _jwk_set(await self._current(), self._now())

    async def rotate(self) -> str:
        """Publish a key that will sign once every verifier knows it; return its name.

        Whatever an earlier key signed stays valid until it expires.
        """
        return (await self._succeed(await self._current(), after=keys.PUBLISHED_BEFORE)).keys[0].kid

    def _notice(self, _: bytes) -> None:
        self._ring = None

    async def _current(self) -> keys.Keyring:
        """Return the keyring, at most `KEY_SET_LASTS` old, made where there is none."""
        now = self._now()
        ring = self._ring
        if ring is None or now - self._read_at >= keys.KEY_SET_LASTS:
            self._read_at = now
            ring = await store.keyring(self._documents)
            self._ring = ring = ring if ring is not None else await self._succeed(None)
        return ring

    async def _signer(self) -> tuple[str, OKPKey]:
        ring = await self._current()
        if keys.is_due(ring, self._now()):
            ring = await self._succeed(ring, after=keys.PUBLISHED_BEFORE)
        while True:
            key = keys.signing(ring, self._now())
            if self._private is None or self._private[0] != key.kid:
                private = self._unsealed(key)
                if private is None:
                    log.warning("signing_key.not_opened", key=key.kid, action="another one signs from now on")
                    ring = await self._succeed(ring)
                    continue
                self._private = key.kid, private
            return self._private

    async def _succeed(self, ring: keys.Keyring | None, *, after: datetime.timedelta | None = None) -> keys.Keyring:
        """Store another key, which signs after some time or at once; of two processes that do, one does."""
        now = self._now()
        successor = self._generated(now, None if after is None else now + after)
        if ring is None:
            changed = keys.Keyring(id=keys.KEYRING_ID, org=SYSTEM, keys=(successor,))
        else:
            changed = keys.succeeded(ring, successor, now)
        unit = self._documents.unit(org=SYSTEM, actor=_ACTOR, business_date=now.date())
        changed = unit.put(store.KEYRING, changed)
        try:
            await unit.commit()
        except (Stale, Conflict):
            self._ring = None
            return await self._current()
        self._ring, self._read_at = changed, now
        await self._cache.announce(KEYRING_CHANGED, b"")
        self._ring = changed
        log.info("signing_key.published", key=successor.kid, signs_from=successor.signs_from)
        return changed

    def _generated(self, now: datetime.datetime, signs_from: datetime.datetime | None) -> keys.SigningKey:
        kid = new_id()
        private = OKPKey.generate_key("Ed25519", {"kid": kid, "use": "sig", "alg": ALGORITHM}, private=True)
        text = json.dumps(private.as_dict(private=True))
        return keys.SigningKey(
            kid=kid,
            public=json.dumps(private.as_dict(private=False)),
            private=jwe.encrypt_compact({**_SEALED, "kid": kid}, text, self._sealing_key),
            created_at=now,
            signs_from=signs_from,
        )

    def _unsealed(self, key: keys.SigningKey) -> OKPKey | None:
        try:
            opened = jwe.decrypt_compact(key.private, self._sealing_key, algorithms=[*_SEALED.values()])
        except JoseError:
            return None
        return OKPKey.import_key(json.loads(opened.plaintext or b""))


def _jwk_set(ring: keys.Keyring, now: datetime.datetime) -> JwkSet:
    return JwkSet(tuple(json.loads(key.public) for key in keys.published(ring, now)))
