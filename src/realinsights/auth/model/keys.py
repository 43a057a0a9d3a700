"""Signing keys: each is published before it signs, and stays so until the last token it signed has expired."""

from __future__ import annotations

import datetime

import msgspec

from realinsights.contracts.tokens import ACCESS_TOKEN_LASTS, CLOCKS_DIFFER
from realinsights_platform import token_register
from realinsights_platform.documents.port import Document

KEY_SIGNS = datetime.timedelta(days=30)
KEY_SET_LASTS = datetime.timedelta(seconds=token_register.KEY_SET_LASTS)
PUBLISHED_BEFORE = 2 * KEY_SET_LASTS
"""How long a key is published before it signs: every verifier has read it by then, even if one reading failed."""

KEYRING_ID = "signing"


class SigningKey(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An Ed25519 key pair: `public` is its JWK as JSON, `private` the same with the private part, encrypted.

    `signs_from` is when it begins to sign (None: at once), `retired_at` when another one does.
    """

    kid: str
    public: str
    private: str
    created_at: datetime.datetime
    signs_from: datetime.datetime | None = None
    retired_at: datetime.datetime | None = None

    def signs(self, now: datetime.datetime) -> bool:
        """Tell whether it may sign by now."""
        return self.signs_from is None or now >= self.signs_from


class Keyring(Document, frozen=True, kw_only=True, rename="camel"):
    """Every key that signs, will sign, or whose tokens may still be in use, newest first, in one document."""

    keys: tuple[SigningKey, ...]


def signing(keyring: Keyring, now: datetime.datetime) -> SigningKey:
    """Return the key that signs now."""
    return next((key for key in keyring.keys if key.signs(now)), keyring.keys[-1])


def is_due(keyring: Keyring, now: datetime.datetime) -> bool:
    """Tell whether the newest key has signed for long enough, so that another one should be published."""
    newest = keyring.keys[0]
    return now - (newest.signs_from or newest.created_at) >= KEY_SIGNS


def succeeded(keyring: Keyring, successor: SigningKey, now: datetime.datetime) -> Keyring:
    """Return the keyring with another key that signs in its turn, without those whose last token has expired."""
    begins = successor.signs_from or now
    earlier = (
        key if key.retired_at is not None else msgspec.structs.replace(key, retired_at=begins) for key in keyring.keys
    )
    return msgspec.structs.replace(keyring, keys=(successor, *(key for key in earlier if is_published(key, now))))


def is_published(key: SigningKey, now: datetime.datetime) -> bool:
    """Tell whether a token the key signed, or will sign, may be valid somewhere."""
    return key.retired_at is None or now < key.retired_at + ACCESS_TOKEN_LASTS + CLOCKS_DIFFER


def published(keyring: Keyring, now: datetime.datetime) -> tuple[SigningKey, ...]:
    """Return the keys to verify with."""
    return tuple(key for key in keyring.keys if is_published(key, now))
