"""Signing keys: one signs, and those before it stay published until the last token they signed has expired."""

from __future__ import annotations

import datetime

import msgspec

from realinsights.contracts.tokens import ACCESS_TOKEN_LASTS, CLOCKS_DIFFER
from realinsights_platform.documents.port import Document

KEY_SIGNS = datetime.timedelta(days=30)
KEYRING_ID = "signing"


class SigningKey(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An Ed25519 key pair: `public` is its JWK as JSON, `private` the same with the private part, encrypted.

    `retired_at` is when another one began to sign; None for the one that does.
    """

    kid: str
    public: str
    private: str
    created_at: datetime.datetime
    retired_at: datetime.datetime | None = None


class Keyring(Document, frozen=True, kw_only=True, rename="camel"):
    """Every key that signs or whose tokens may still be in use, newest first, in one document of the system."""

    keys: tuple[SigningKey, ...]


def signing(keyring: Keyring) -> SigningKey:
    """Return the key that signs."""
    return keyring.keys[0]


def is_due(keyring: Keyring, now: datetime.datetime) -> bool:
    """Tell whether the signing key has signed for long enough."""
    return now - signing(keyring).created_at >= KEY_SIGNS


def rotated(keyring: Keyring, successor: SigningKey, now: datetime.datetime) -> Keyring:
    """Return the keyring with another key signing, without those whose last token has expired."""
    retired = msgspec.structs.replace(signing(keyring), retired_at=now)
    return msgspec.structs.replace(
        keyring, keys=(successor, *(key for key in (retired, *keyring.keys[1:]) if is_published(key, now)))
    )


def is_published(key: SigningKey, now: datetime.datetime) -> bool:
    """Tell whether a token the key signed may still be valid somewhere."""
    return key.retired_at is None or now < key.retired_at + ACCESS_TOKEN_LASTS + CLOCKS_DIFFER


def published(keyring: Keyring, now: datetime.datetime) -> tuple[SigningKey, ...]:
    """Return the keys to verify with."""
    return tuple(key for key in keyring.keys if is_published(key, now))
