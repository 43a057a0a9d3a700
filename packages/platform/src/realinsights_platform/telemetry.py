"""Traces: W3C trace context in and out, and spans to a collector where one is named."""

from __future__ import annotations

import random
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from realinsights_platform.http.exchange import Exchange

_HEXADECIMAL: Final = frozenset(b"0123456789abcdef")


class Tracing(Protocol):
    """Follows requests from process to process."""

    def trace_of(self, traceparent: bytes | None) -> str:
        """Return the trace id (32 hexadecimal digits) that a request belongs to; a new one where it states none."""

    def span(self, exchange: Exchange, method: str) -> AbstractContextManager[None]:
        """Follow a request while it is answered."""

    def close(self) -> None:
        """Send what has not been sent."""


class NullTracing:
    """Keeps trace ids for the logs; sends nothing anywhere."""

    def trace_of(self, traceparent: bytes | None) -> str:
        """Return the request's trace id, or a new one."""
        return parent_of(traceparent)[0]

    def span(self, exchange: Exchange, method: str) -> AbstractContextManager[None]:
        """Do nothing."""
        return nullcontext()

    def close(self) -> None:
        """Do nothing."""


def open_tracing(endpoint: str | None, *, service: str, release: str) -> Tracing:
    """Return what follows requests: to an OTLP collector over HTTP where an endpoint is named."""
    if endpoint is None:
        return NullTracing()
    # Imported here: the exporter takes half a second to load, which a process without a collector need not wait for.
    from realinsights_platform.telemetry_otlp import open_otlp  # noqa: PLC0415

    return open_otlp(endpoint, service=service, release=release)


def parent_of(traceparent: bytes | None, *, trace_id: str | None = None) -> tuple[str, int, int]:
    """Return trace id, the caller's span id and flags from a `traceparent` header (W3C Trace Context, level 1).

    Where it is absent or malformed the trace is new (`trace_id`, or a random one), with a random parent, sampled.
    """
    if traceparent is not None:
        parts = traceparent.split(b"-")
        if len(parts) >= 4 and [len(part) for part in parts[:4]] == [2, 32, 16, 2]:
            version, trace_part, span_part, flags = parts[:4]
            known = version != b"ff" and (len(parts) == 4 or version != b"00")
            if (
                known
                and all(map(_HEXADECIMAL.issuperset, parts[:4]))
                and trace_part.strip(b"0")
                and span_part.strip(b"0")
            ):
                return trace_part.decode(), int(span_part, 16), int(flags, 16)
    identifier = trace_id or f"{random.getrandbits(128) or 1:032x}"
    return identifier, random.getrandbits(64) or 1, 1
