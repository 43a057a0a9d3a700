"""Tracing by OpenTelemetry: spans to an OTLP collector over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, TraceFlags

from realinsights_platform.http.edge.exchange import Exchange
from realinsights_platform.http.edge.traceparent import parent_of


class OpenTelemetry:
    """A span of every request that the edge cache did not answer, sent to a collector."""

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


def open_otlp(endpoint: str, *, service: str, release: str) -> OpenTelemetry:
    """Return what sends spans to the collector at an address."""
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    return OpenTelemetry(exporter, service=service, release=release)
