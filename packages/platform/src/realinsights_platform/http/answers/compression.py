"""Compression: which content codings a client takes, and an answer's body in gzip.

Gzip by ISA-L: every client takes it, and at its first level it costs the least of all that was measured; see
docs/decisions/edge-cache.md.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from isal import isal_zlib

SMALLEST: Final = 1024
"""Bytes of a body that is worth it: a shorter one fits into one packet as it is."""


@lru_cache(maxsize=256)
def coding_for(accept_encoding: bytes | None) -> bytes:
    """Return `gzip` where the client takes it and likes nothing better that we have, else nothing."""
    wanted = [name for name in preferred_encodings((accept_encoding or b"").decode("latin-1")) if name != "br"]
    return b"gzip" if wanted[:1] == ["gzip"] else b""


def gzipped(body: bytes) -> bytes:
    """Return a body in gzip, the same bytes each time."""
    return isal_zlib.compress(body, 1, 31)  # the first level; the largest window, with the header of gzip


@lru_cache(maxsize=256)
def preferred_encodings(accept_encoding: str) -> tuple[str, ...]:
    """Return the codings that an `Accept-Encoding` header allows (RFC 9110, 12.5.3), the most wanted first.

    Of those wanted alike the smallest comes first. `identity` is among them only where it is named.
    """
    stated: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        coding, _, parameters = part.partition(";")
        name, _, value = parameters.partition("=")
        stated[coding.strip()] = _quality(value) if name.strip() == "q" else 1.0
    others = stated.get("*", 0.0)
    wanted = {"br": stated.get("br", others), "gzip": stated.get("gzip", others)}
    wanted["identity"] = stated.get("identity", 0.0)
    return tuple(sorted((name for name, quality in wanted.items() if quality > 0), key=lambda name: -wanted[name]))


def _quality(text: str) -> float:
    try:
        quality = float(text)
    except ValueError:
        return 0.0
    return quality if 0.0 <= quality <= 1.0 else 0.0
