"""Signatures, verified by the libraries of Standard Webhooks in Python and JavaScript, and by another of Ed25519."""

from __future__ import annotations

import base64
import datetime
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook, WebhookVerificationError

from realinsights_platform.webhooks.signing import SigningKeys, signed_headers

ROOT = Path(__file__).parents[3]
BODY = json.dumps({"type": "loans.loan.recorded.v2", "data": {"name": "Größe, 100 %"}}).encode()


def keys(generation: int = 1) -> SigningKeys:
    return SigningKeys.derived(b"k" * 32, f"acme/e1/{generation}")


def headers(*generations: int) -> dict[str, str]:
    now = datetime.datetime.now(datetime.UTC)
    return signed_headers([keys(one) for one in generations], message_id="loans.41.0", at=now, body=BODY)


def verified_v1a(public_key: str, told: dict[str, str], body: bytes) -> bool:
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key.removeprefix("whpk_")))
    signed = f"{told['webhook-id']}.{told['webhook-timestamp']}.".encode() + body
    for one in told["webhook-signature"].split(" "):
        version, signature = one.split(",")
        if version == "v1a":
            try:
                key.verify(base64.b64decode(signature), signed)
            except Exception:  # noqa: S112 - another key's
                continue
            return True
    return False


def test_python_s_library_takes_what_is_signed_and_nothing_else() -> None:
    told = headers(1)
    assert Webhook(keys().secret).verify(BODY, told) == json.loads(BODY)
    for body, secret in ((BODY + b" ", keys().secret), (BODY, keys(2).secret)):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, told)


def test_while_rotating_old_and_new_keys_both_verify() -> None:
    told = headers(2, 1)
    for generation in (1, 2):
        assert Webhook(keys(generation).secret).verify(BODY, told)
        assert verified_v1a(keys(generation).public_key, told, BODY)
    assert not verified_v1a(keys(3).public_key, told, BODY)
    assert not verified_v1a(keys().public_key, told, BODY + b" ")


def test_javascript_s_library_takes_them_too(javascript_packages: Path) -> None:
    given: dict[str, Any] = {
        "secret": keys().secret,
        "publicKey": keys().public_key,
        "headers": headers(2, 1),
        "body": BODY.decode(),
    }
    script = javascript_packages.parent / "verify.mjs"
    told = subprocess.run(
        [ROOT / "web" / "scripts" / "web.sh", "run", "node", script, json.dumps(given)],
        capture_output=True,
        check=False,
        text=True,
    )
    assert (told.returncode, told.stdout.strip()) == (0, "true"), told.stderr
    forged = subprocess.run(
        [ROOT / "web" / "scripts" / "web.sh", "run", "node", script, json.dumps({**given, "body": "{}"})],
        capture_output=True,
        check=False,
        text=True,
    )
    assert forged.returncode != 0


def test_keys_show_themselves_to_nobody() -> None:
    assert keys().secret not in repr(keys())
    assert keys().secret == keys().secret
    assert keys().secret != keys(2).secret
