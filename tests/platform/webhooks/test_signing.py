"""Signatures, verified by the libraries of Standard Webhooks in Python and JavaScript, and by another of Ed25519."""

from __future__ import annotations

import datetime
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from realinsights_platform.webhooks.signing import SigningKeys, signed_headers

from .receivers import verified_in_javascript, verified_v1a

BODY = json.dumps({"type": "loans.loan.recorded.v2", "data": {"name": "Größe, 100 %"}}).encode()


def keys(generation: int = 1) -> SigningKeys:
    return SigningKeys.derived(b"k" * 32, f"acme/e1/{generation}")


def headers(*generations: int) -> dict[str, str]:
    now = datetime.datetime.now(datetime.UTC)
    return signed_headers([keys(one) for one in generations], message_id="loans.41.0", at=now, body=BODY)


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
    now = int(datetime.datetime.now(datetime.UTC).timestamp())
    message = {"at": now, "headers": headers(2, 1), "body": BODY.decode()}
    given: dict[str, Any] = {"secret": keys().secret, "publicKey": keys().public_key}
    assert verified_in_javascript({**given, "messages": [message, message]}, javascript_packages) == "2"
    later = {**message, "at": now + 3600}
    other_key = {**given, "publicKey": keys(3).public_key, "messages": [message]}
    for refused in (
        {**given, "messages": [message, {**message, "body": "{}"}]},
        {**given, "messages": [later]},
        other_key,
    ):
        with pytest.raises(subprocess.CalledProcessError):
            verified_in_javascript(refused, javascript_packages)


def test_keys_show_themselves_to_nobody() -> None:
    assert keys().secret not in repr(keys())
    assert keys().secret == keys().secret
    assert keys().secret != keys(2).secret
