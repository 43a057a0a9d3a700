"""Traces: W3C trace context in and out, and spans to a collector where one is named."""

from __future__ import annotations

import random
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from realinsights_platform.http.edge.exchange import Exchange
from realinsights_platform.http.edge.traceparent import parent_of

_NOTHING: AbstractContextManager[None] = nullcontext()


class Tracing(Protocol):
    """The traces of requests from process to process."""

    def trace_of(self, traceparent: bytes | None) -> str:
        """Return the trace id (32 hexadecimal digits) that a request belongs to; a new one where it states none."""

    def span(self, exchange: Exchange, method: str) -> AbstractContextManager[None]:
        """Follow a request while it is answered."""

    def close(self) -> None:
        """Send what has not been sent."""


class NullTracing:
    """No tracing: trace ids are kept for the logs, and nothing is sent."""

    def trace_of(self, traceparent: bytes | None) -> str:
        """Return the request's trace id, or a new one."""
        return f"{random.getrandbits(128):032x}" if traceparent is None else parent_of(traceparent)[0]

    def span(self, exchange: Exchange, method: str) -> AbstractContextManager[None]:
        """Do nothing."""
        return _NOTHING

    def close(self) -> None:
        """Do nothing."""


def open_tracing(endpoint: str | None, *, service: str, release: str) -> Tracing:
    """Return what follows requests: to an OTLP collector over HTTP where an endpoint is named."""
    if endpoint is None:
        return NullTracing()
    # Imported here: the exporter takes half a second to load, which a process without a collector need not wait for.
    from realinsights_platform.http.edge.tracing_otlp import open_otlp  # noqa: PLC0415

    return open_otlp(endpoint, service=service, release=release)
