"""Signatures of Standard Webhooks: HMAC-SHA256 (`v1`) and Ed25519 (`v1a`) over id, time and body."""

from __future__ import annotations

import base64
import datetime
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


@dataclass(frozen=True, slots=True, repr=False)
class SigningKeys:
    """The keys of one endpoint at one time: a shared secret, and a key whose public half anybody may have."""

    shared: bytes
    private: Ed25519PrivateKey

    @classmethod
    def derived(cls, key: bytes, purpose: str) -> SigningKeys:
        """Return the keys of a purpose, always the same ones: they are stored nowhere."""
        shared = hmac.digest(key, f"v1\n{purpose}".encode(), "sha256")
        seed = hmac.digest(key, f"v1a\n{purpose}".encode(), "sha256")
        return cls(shared, Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def secret(self) -> str:
        """The shared secret, as a receiver is given it."""
        return f"whsec_{_text(self.shared)}"

    @property
    def public_key(self) -> str:
        """The public key, as a receiver is given it."""
        return f"whpk_{_text(self.private.public_key().public_bytes_raw())}"


def signed_headers(
    keys: Sequence[SigningKeys], *, message_id: str, at: datetime.datetime, body: bytes
) -> dict[str, str]:
    """Return the headers that sign a message, with all keys that are good just now."""
    timestamp = str(int(at.timestamp()))
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    signatures = [
        signature
        for one in keys
        for signature in (
            f"v1,{_text(hmac.digest(one.shared, signed, 'sha256'))}",
            f"v1a,{_text(one.private.sign(signed))}",
        )
    ]
    return {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": " ".join(signatures)}


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
