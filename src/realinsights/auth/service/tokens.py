"""Access tokens and the keys that sign them."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog
from joserfc import jwe, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey, OKPKey

from realinsights.auth import store
from realinsights.auth.model import keys
from realinsights.auth.model.directory import SYSTEM
from realinsights.contracts.permissions import Role
from realinsights.contracts.tokens import ACCESS_TOKEN_LASTS
from realinsights_platform.cache.port import Cache
from realinsights_platform.documents.port import Documents
from realinsights_platform.errors import Conflict, Stale
from realinsights_platform.ids import new_id
from realinsights_platform.secret import Secret

ALGORITHM = "Ed25519"
"""EdDSA over Curve25519, by the name that RFC 9864 gives it (`EdDSA` alone is deprecated there: it names no curve)."""

KEYRING_CHANGED = "auth.keyring"
"""The channel that tells every process to read the keys again."""

_KEY_SET_KEPT = datetime.timedelta(seconds=30)
_ACTOR = "system:keys"
_SEALED = {"alg": "dir", "enc": "A256GCM"}

log = structlog.get_logger(__name__)


class JwkSet(msgspec.Struct, frozen=True):
    """The keys to verify with (RFC 7517)."""

    keys: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A signed token and how long it is good for, in seconds."""

    text: str
    expires_in: int


@dataclass(frozen=True, slots=True)
class _Opened:
    ring: keys.Keyring
    private: OKPKey


class Keys:
    """The signing keys as this process knows them. Made by `open_keys`."""

    def __init__(
        self,
        *,
        documents: Documents,
        cache: Cache,
        secret: Secret,
        issuer: str,
        audience: str,
        now: Callable[[], datetime.datetime],
        opened: _Opened,
    ) -> None:
        self._documents = documents
        self._cache = cache
        self._sealing_key = _sealing_key(secret)
        self._issuer = issuer
        self._audience = audience
        self._now = now
        self._opened = opened
        self._verifying: tuple[_Opened, datetime.datetime, KeySet] | None = None
        self._changed_elsewhere = False
        cache.listen(KEYRING_CHANGED, self._notice)

    async def mint(
        self, *, user: str, org: str, role: Role, session: str, zone: str, issued_at: datetime.datetime
    ) -> AccessToken:
        """Sign an access token; a key that has signed for long enough is replaced first.

        `issued_at` is the moment at which the caller looked at the account, so that a change since then covers it.
        """
        await self._reload()
        if keys.is_due(self._opened.ring, self._now()):
            await self.rotate()
        issued = issued_at.timestamp()
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": user,
            "org": org,
            "role": role.value,
            "sid": session,
            "zoneinfo": zone,
            "iat": issued,
            "exp": int(issued) + int(ACCESS_TOKEN_LASTS.total_seconds()),
            "jti": new_id(),
        }
        header = {"alg": ALGORITHM, "kid": keys.signing(self._opened.ring).kid, "typ": "at+jwt"}
        text = jwt.encode(header, claims, self._opened.private, algorithms=[ALGORITHM])
        return AccessToken(text, int(ACCESS_TOKEN_LASTS.total_seconds()))

    async def published(self) -> JwkSet:
        """Return the keys whose tokens may be valid: the one that signs and those before it that still matter."""
        await self._reload()
        return JwkSet(tuple(json.loads(key.public) for key in keys.published(self._opened.ring, self._now())))

    def to_verify_with(self) -> KeySet:
        """Return the same keys as far as this process knows them, for its own verifier: without a look at the store."""
        now = self._now()
        if self._verifying is None or self._verifying[0] is not self._opened or now >= self._verifying[1]:
            published = keys.published(self._opened.ring, now)
            key_set = KeySet([OKPKey.import_key(json.loads(key.public)) for key in published])
            self._verifying = (self._opened, now + _KEY_SET_KEPT, key_set)
        return self._verifying[2]

    async def rotate(self) -> str:
        """Let a new key sign from now on; return its name. Whatever the old one signed stays valid until it expires."""
        before = keys.signing(self._opened.ring).kid
        try:
            opened = _Opened(*await _rotated(self._documents, self._sealing_key, self._opened.ring, self._now()))
        except (Stale, Conflict):
            await self._load()  # another process rotated at this very moment, which is just as good
        else:
            self._opened = opened
            await self._cache.announce(KEYRING_CHANGED, b"")
        signing = keys.signing(self._opened.ring).kid
        log.info("signing_key.rotated", before=before, signing=signing)
        return signing

    def _notice(self, _: bytes) -> None:
        self._changed_elsewhere = True

    async def _reload(self) -> None:
        if self._changed_elsewhere:
            self._changed_elsewhere = False
            await self._load()

    async def _load(self) -> None:
        ring = await store.keyring(self._documents)
        private = None if ring is None else _unsealed(self._sealing_key, keys.signing(ring))
        if ring is not None and private is not None:
            self._opened = _Opened(ring, private)


async def open_keys(
    *,
    documents: Documents,
    cache: Cache,
    secret: Secret,
    issuer: str,
    audience: str,
    now: Callable[[], datetime.datetime],
) -> Keys:
    """Return the stored keys, opened, making the first one where there is none.

    A signing key that the secret does not open (the secret was lost or replaced) is retired and another one signs.
    """
    sealing_key = _sealing_key(secret)
    while True:
        ring = await store.keyring(documents)
        private = None if ring is None else _unsealed(sealing_key, keys.signing(ring))
        if ring is not None and private is not None:
            break
        if ring is not None:
            log.warning("signing_key.not_opened", key=keys.signing(ring).kid, action="another one signs from now on")
        try:
            ring, private = await _rotated(documents, sealing_key, ring, now())
        except (Stale, Conflict):
            continue  # another process made one at this very moment
        break
    return Keys(
        documents=documents,
        cache=cache,
        secret=secret,
        issuer=issuer,
        audience=audience,
        now=now,
        opened=_Opened(ring, private),
    )


async def _rotated(
    documents: Documents, sealing_key: OctKey, ring: keys.Keyring | None, now: datetime.datetime
) -> tuple[keys.Keyring, OKPKey]:
    key, private = _generated(sealing_key, now)
    if ring is None:
        changed = keys.Keyring(id=keys.KEYRING_ID, org=SYSTEM, keys=(key,))
    else:
        changed = keys.rotated(ring, key, now)
    unit = documents.unit(org=SYSTEM, actor=_ACTOR, business_date=now.date())
    changed = unit.put(store.KEYRING, changed)
    await unit.commit()
    return changed, private


def _generated(sealing_key: OctKey, now: datetime.datetime) -> tuple[keys.SigningKey, OKPKey]:
    kid = new_id()
    private = OKPKey.generate_key("Ed25519", {"kid": kid, "use": "sig", "alg": ALGORITHM}, private=True)
    sealed = jwe.encrypt_compact({**_SEALED, "kid": kid}, json.dumps(private.as_dict(private=True)), sealing_key)
    public = json.dumps(private.as_dict(private=False))
    return keys.SigningKey(kid=kid, public=public, private=sealed, created_at=now), private


def _unsealed(sealing_key: OctKey, key: keys.SigningKey) -> OKPKey | None:
    try:
        opened = jwe.decrypt_compact(key.private, sealing_key, algorithms=[*_SEALED.values()])
    except JoseError:
        return None
    return OKPKey.import_key(json.loads(opened.plaintext or b""))


def _sealing_key(secret: Secret) -> OctKey:
    return OctKey.import_key(secret.key("signing keys"))
