"""Traces: W3C trace context in and out, and spans to a collector where one is named."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Final, Protocol

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, TraceFlags

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


class OpenTelemetry:
    """Sends a span of every request that the edge cache did not answer."""

    def __init__(self, exporter: SpanExporter, *, service: str, release: str) -> None:
        self._provider = TracerProvider(
            resource=Resource.create({"service.name": service, "service.version": release}), shutdown_on_exit=False
        )
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("realinsights")

    def trace_of(self, traceparent: bytes | None) -> str:
        """Return the request's trace id, or a new one."""
        return parent_of(traceparent)[0]

    @contextmanager
    def span(self, exchange: Exchange, method: str) -> Iterator[None]:
        """Follow a request; what is called on the way can see the span as the current one."""
        trace_id, parent, flags = parent_of(exchange.headers.get(b"traceparent"), trace_id=exchange.trace)
        context = trace.set_span_in_context(
            NonRecordingSpan(SpanContext(int(trace_id, 16), parent, is_remote=True, trace_flags=TraceFlags(flags)))
        )
        with self._tracer.start_as_current_span(f"{method}", context=context, kind=SpanKind.SERVER) as span:
            try:
                yield
            finally:
                span.update_name(f"{method} {exchange.route}")
                span.set_attribute("http.request.method", method)
                span.set_attribute("http.route", exchange.route)
                span.set_attribute("url.path", exchange.path)
                span.set_attribute("realinsights.request", exchange.request_id)
                if exchange.principal is not None:
                    span.set_attribute("realinsights.org", exchange.principal.org)

    def close(self) -> None:
        """Send what has not been sent."""
        self._provider.shutdown()


def open_tracing(endpoint: str | None, *, service: str, release: str) -> Tracing:
    """Return what follows requests: to an OTLP collector over HTTP where an endpoint is named."""
    if endpoint is None:
        return NullTracing()
    return OpenTelemetry(
        OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces"), service=service, release=release
    )


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
