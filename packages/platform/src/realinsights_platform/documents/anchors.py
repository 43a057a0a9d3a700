"""Anchors: heads of journals, signed and kept where whoever writes the journals cannot change them.

An anchor is lines of JWS (RFC 7515, Ed25519). Each names one journal's head and the SHA-256 of the line before it, so
that a line that was changed, left out or moved is found by whoever has the public key.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from realinsights_platform.errors import Refusal

_ALGORITHM: Final = "Ed25519"
_BEGINNING = "0" * 64


class BadAnchor(Refusal):
    """An anchor that is not what its key signed, or not whole."""


class Anchored(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The head of one journal at a time; `previous` is the SHA-256 (hex) of the line before it."""

    service: str
    org: str
    sequence: int
    hash: str
    at: datetime.datetime
    previous: str = _BEGINNING


Anchors = Mapping[tuple[str, str], Mapping[int, Anchored]]
"""What was anchored of each journal, named by service and organization, by sequence."""


def new_signing_key() -> OKPKey:
    """Return a new Ed25519 key."""
    return OKPKey.generate_key(_ALGORITHM)


def read_key(text: str, where: str, *, private: bool) -> OKPKey:
    """Return the key that a PEM text holds; raises `BadAnchor`."""
    try:
        key = OKPKey.import_key(text.strip() + "\n")
    except (ValueError, JoseError):
        raise BadAnchor(f"{where} holds no key. Make one with: realinsights journal key create FILE.") from None
    if private and not key.is_private:
        raise BadAnchor(f"{where} holds a public key, which checks. The one that signs is in the file without .pub.")
    return key


def signed(heads: Iterable[Anchored], key: OKPKey, *, after: Sequence[str]) -> list[str]:
    """Return the lines that anchor these heads, to follow those that are there."""
    lines: list[str] = []
    previous = _digest(after[-1]) if after else _BEGINNING
    for head in heads:
        payload = msgspec.json.encode(msgspec.structs.replace(head, previous=previous))
        lines.append(jws.serialize_compact({"alg": _ALGORITHM}, payload, key, algorithms=[_ALGORITHM]))
        previous = _digest(lines[-1])
    return lines


def read_anchors(lines: Sequence[str], key: OKPKey) -> Anchors:
    """Return what an anchor says; raises `BadAnchor` naming the line that is not signed or does not continue."""
    found: dict[tuple[str, str], dict[int, Anchored]] = {}
    previous = _BEGINNING
    for number, line in enumerate(lines, 1):
        try:
            signed_line = jws.deserialize_compact(line, key, algorithms=[_ALGORITHM])
            anchored = msgspec.json.decode(signed_line.payload, type=Anchored)
        except (JoseError, ValueError) as error:
            raise BadAnchor(f"Line {number} of the anchor is not signed with this key.") from error
        if anchored.previous != previous:
            raise BadAnchor(
                f"Line {number} of the anchor does not continue the line before it: lines were taken out or moved."
            )
        previous = _digest(line)
        found.setdefault((anchored.service, anchored.org), {})[anchored.sequence] = anchored
    return found


def _digest(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()
