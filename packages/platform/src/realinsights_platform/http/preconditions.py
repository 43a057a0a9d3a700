"""Preconditions: entity tags (RFC 9110, 8.8.3, 13.1) and the sequences that a client has written."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from realinsights_platform.documents.versions import ANY_VERSION
from realinsights_platform.errors import Refusal

AFTER: Final = b"realinsights-after"
"""The header in which a client names what it has written."""

_CODED = "-gzip"
_TAG = re.compile(r'\s*(W/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*(?:,|$)')


class PreconditionRequired(Refusal):
    """A change without saying which version it changes."""


class MalformedHeader(Refusal):
    """A header whose value is not what the header may hold."""


def version_tag(version: int, body: bytes | None = None) -> str:
    """Return the tag of a version; with a body, of this very representation of it."""
    return f'"{version}"' if body is None else f'"{version}-{_digest(body)}"'


def body_tag(body: bytes) -> str:
    """Return the tag of a representation that has no version."""
    return f'"b-{_digest(body)}"'


def expected_version(if_match: str | None) -> int:
    """Return the version that `If-Match` names, `ANY_VERSION` for `*`.

    Raises `PreconditionRequired` without one and `MalformedHeader` where it holds no tag. A tag that is weak, or not
    one of ours, can never match: it gives a version that no document has.
    """
    if if_match is None:
        raise PreconditionRequired(
            "Say which version you change: send the ETag of what you read in the If-Match header."
        )
    if if_match.strip() == "*":
        return ANY_VERSION
    tags = _tags(if_match)
    if not tags:
        raise MalformedHeader('The If-Match header must hold an ETag, such as "3".')
    for weak, tag in tags:
        number = tag.partition("-")[0]
        if not weak and number.isascii() and number.isdecimal() and len(number) < 16:
            return int(number)
    return 0


def coded_tag(etag: str) -> str:
    """Return the tag of a representation in a content coding: it is not the same bytes (RFC 9110, 8.8.3.3)."""
    return f'{etag[:-1]}{_CODED}"'


def known_tag(if_none_match: str | None, etag: str) -> str:
    """Return the tag that makes 304 the answer to an `If-None-Match` (weak comparison); empty where none does.

    Whoever has the same version in another content coding has it too: then it is the tag of what they have.
    """
    if if_none_match is None or not etag:
        return ""
    if if_none_match == etag or if_none_match.strip() == "*":
        return etag
    known = _opaque(etag)
    for _, tag in _tags(if_none_match):
        if tag.removesuffix(_CODED) == known:
            return f'"{tag}"'
    return ""


@lru_cache(maxsize=4096)
def written_sequences(text: str) -> Mapping[str, int]:
    """Return what `Realinsights-After` says: `loans=41, auth=3`; raises `MalformedHeader`."""
    found: dict[str, int] = {}
    for part in text.split(","):
        name, _, number = part.strip().partition("=")
        if not name or not number.isascii() or not number.isdecimal() or len(number) > 15:
            raise MalformedHeader("The Realinsights-After header must hold sequences, such as loans=41.")
        found[name] = max(int(number), found.get(name, 0))
    return MappingProxyType(found)


def _opaque(etag: str) -> str:
    return etag.removeprefix("W/").strip('"').removesuffix(_CODED)


def _tags(text: str) -> list[tuple[bool, str]]:
    found: list[tuple[bool, str]] = []
    at = 0
    while at < len(text):
        match = _TAG.match(text, at)
        if match is None:
            return []
        found.append((match[1] is not None, match[2]))
        at = match.end()
    return found


def _digest(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=8).hexdigest()
