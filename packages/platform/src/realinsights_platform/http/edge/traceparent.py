"""The `traceparent` header (W3C Trace Context, level 1)."""

from __future__ import annotations

import random
from typing import Final

_HEXADECIMAL: Final = frozenset(b"0123456789abcdef")


def parent_of(traceparent: bytes | None, *, trace_id: str | None = None) -> tuple[str, int, int]:
    """Return trace id, the caller's span id and flags from a `traceparent` header.

    Where it is absent or malformed the trace is new (`trace_id`, or a random one), with a random parent, sampled.
    """
    if traceparent is not None:
        parts = traceparent.split(b"-")
        if len(parts) >= 4 and [len(part) for part in parts[:4]] == [2, 32, 16, 2]:
            version, trace_part, span_part, flags = parts[:4]
            known = version != b"ff" and (len(parts) == 4 or version != b"00")
            digits = all(map(_HEXADECIMAL.issuperset, parts[:4]))
            if known and digits and trace_part.strip(b"0") and span_part.strip(b"0"):
                return trace_part.decode(), int(span_part, 16), int(flags, 16)
    identifier = trace_id or f"{random.getrandbits(128) or 1:032x}"
    return identifier, random.getrandbits(64) or 1, 1
