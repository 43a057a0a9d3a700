"""Anchors: heads of journals, signed and kept where whoever writes the journals cannot change them.

An anchor is lines of JWS (RFC 7515, Ed25519). Each names one journal's head and the SHA-256 of the line before it, so
that a line that was changed, left out or moved is found by whoever has the public key. Lines between them may be time
stamps (`time_stamps.py`).
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

STAMP: Final = "rfc3161:"
"""What a line that is a time stamp begins with."""


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


def read_lines(lines: Sequence[str], key: OKPKey) -> list[Anchored | None]:
    """Return what each line of an anchor says, None for a time stamp.

    Raises `BadAnchor` naming the line that is not signed or does not continue.
    """
    found: list[Anchored | None] = []
    previous = _BEGINNING
    for number, line in enumerate(lines, 1):
        if line.startswith(STAMP):
            found.append(None)
            previous = _digest(line)
            continue
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
        found.append(anchored)
    return found


def anchors_in(read: Iterable[Anchored | None]) -> Anchors:
    """Return what was anchored of each journal."""
    found: dict[tuple[str, str], dict[int, Anchored]] = {}
    for anchored in read:
        if anchored is not None:
            found.setdefault((anchored.service, anchored.org), {})[anchored.sequence] = anchored
    return found


def sealed_anew(anchored: Anchored) -> str:
    """Say that a journal has another entry than the one that was anchored."""
    return f"the entry is not the one that was anchored {_when(anchored)}: the journal was sealed anew"


def cut_off(anchored: Anchored, *, end: int) -> str:
    """Say that a journal ends before what was anchored."""
    return (
        f"the journal ends at {end}, yet entry {anchored.sequence} was anchored {_when(anchored)}: its end was cut off"
    )


def _when(anchored: Anchored) -> str:
    return f"at {anchored.at:%Y-%m-%d %H:%M} UTC"


def _digest(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()
