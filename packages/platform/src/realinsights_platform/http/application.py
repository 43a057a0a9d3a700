"""Services' routes, put together to one ASGI application."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from types import MappingProxyType
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Receive, Scope, Send

from realinsights_platform.events import Event
from realinsights_platform.health import Check, readiness
from realinsights_platform.http.answers.answer import ENCODER, Answer
from realinsights_platform.http.answers.security_headers import API_HEADERS, HTTPS_ONLY, REVALIDATE
from realinsights_platform.http.edge.access_log import StructuredAccessLog
from realinsights_platform.http.edge.cache import EdgeCache
from realinsights_platform.http.edge.edge import Edge
from realinsights_platform.http.edge.exchange import exchange_of
from realinsights_platform.http.edge.lifespan import Lifespan
from realinsights_platform.http.edge.metrics import EdgeMetrics
from realinsights_platform.http.edge.operators import guarded
from realinsights_platform.http.edge.tracing import NullTracing, Tracing
from realinsights_platform.http.journals import Journals, feed_paths
from realinsights_platform.http.openapi.asyncapi import asyncapi_document
from realinsights_platform.http.openapi.document import openapi_document
from realinsights_platform.http.openapi.page import documentation
from realinsights_platform.http.routes.binding import bind, refuse_clashes
from realinsights_platform.http.routes.declaring import ServiceRoutes
from realinsights_platform.http.routes.handling import Handling
from realinsights_platform.http.routes.idempotency import Repeats
from realinsights_platform.http.routes.paths import Paths
from realinsights_platform.http.routes.streams import OpenStreams
from realinsights_platform.http.settings import HttpSettings
from realinsights_platform.http.site import NoSite, Site
from realinsights_platform.limits.port import Limits
from realinsights_platform.tasks import end
from realinsights_platform.tokens import Verifier

PREFIX: Final = "/api/v1"
WELL_KNOWN: Final = "/.well-known/"
"""What others look for at the root of a site (RFC 8615) has no prefix."""

LIVE: Final = "/health/live"
READY: Final = "/health/ready"
METRICS: Final = "/metrics"

_SUMMARY_SECONDS = 10.0


def application(
    *,
    services: Sequence[ServiceRoutes],
    verifier: Verifier,
    limits: Limits,
    settings: HttpSettings,
    lifespan: Sequence[Lifespan] = (),
    checks: Mapping[str, Check] = MappingProxyType({}),
    collectors: Sequence[Collector] = (),
    tracing: Tracing | None = None,
    site: Site | None = None,
    events: Mapping[str, Sequence[type[Event]]] = MappingProxyType({}),
    journals: Journals | None = None,
    clock: Callable[[], float] = time.time,
) -> Edge:
    """Return the ASGI application; `lifespan` is entered in order when it starts and left in reverse when it ends.

    `site` answers what is under none of the API's own paths; `events` are those that programs may read, by service;
    `journals` are those that other services may read here.
    Raises `Declaration` where a route cannot work as it is declared.
    """
    headers = [*API_HEADERS, *REVALIDATE, *([HTTPS_ONLY] if settings.https_only else ())]
    cache = EdgeCache(capacity=settings.cache_bytes, headers=headers)
    metrics = EdgeMetrics(cache)
    told = {} if journals is None else feed_paths(journals)
    log = StructuredAccessLog(quiet=frozenset({LIVE, READY, METRICS, *told}))
    tracing = tracing or NullTracing()
    paths = Paths(otherwise=site or NoSite("The API is documented at /docs."))
    streams = OpenStreams(verifier)
    handlings: list[tuple[ServiceRoutes, Handling]] = []
    for service in services:
        refuse_clashes(service.given)
        # A read model has documents of its own, and what is known is of the service that it follows.
        reads = service.documents if service.follows else service.documents.relaxed(service.versions.head)
        repeats = Repeats(service.documents, seconds=settings.answers_kept_seconds)
        for route in service.routes:
            handling = Handling(
                bind(route, service.given),
                service=service,
                reads=reads,
                path=route.path if route.path.startswith(WELL_KNOWN) else PREFIX + route.path,
                repeats=repeats,
                limits=limits,
                cache=cache,
                settings=settings,
                streams=streams,
                clock=clock,
            )
            handlings.append((service, handling))
            paths.add(handling.path, route.method, handling)

    def document() -> bytes:
        return ENCODER.encode(openapi_document(handlings, title=settings.title, release=settings.release))

    def event_document() -> bytes:
        return ENCODER.encode(asyncapi_document(events, title=settings.title, release=settings.release))

    probes, metered = _probes((metrics, *collectors), checks)
    pages = metered | documentation(document, title=settings.title, events=event_document if events else None)
    for path, answer in (probes | told | guarded(pages, settings.operator_token, limits=limits)).items():
        paths.add(path, "GET", answer)

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        summaries = asyncio.create_task(_summarize(log, cache))
        try:
            async with AsyncExitStack() as stack:
                for enter in lifespan:
                    await stack.enter_async_context(enter())
                yield
        finally:
            await end(summaries)
            log.summarize(cache)
            tracing.close()

    return Edge(
        paths,
        running=running,
        verifier=verifier,
        cache=cache,
        metrics=metrics,
        log=log,
        tracing=tracing,
        https_only=settings.https_only,
        clock=clock,
    )


def _probes(
    collectors: Iterable[Collector], checks: Mapping[str, Check]
) -> tuple[dict[str, ASGIApp], dict[str, ASGIApp]]:
    """Return what answers whether the process lives and is ready, and what answers its metrics, by path."""
    registry = CollectorRegistry()
    for collector in collectors:
        registry.register(collector)
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)

    async def live() -> Answer:
        return _plain(b'{"status":"ok"}')

    async def ready() -> Answer:
        outcome = await readiness(checks)
        return _plain(ENCODER.encode(outcome), status=200 if outcome.status == "ok" else 503)

    async def scrape() -> Answer:
        return _plain(generate_latest(registry), content_type=b"text/plain; version=0.0.4; charset=utf-8")

    def answering(path: str, answer: Callable[[], Awaitable[Answer]]) -> ASGIApp:
        async def answered(scope: Scope, _: Receive, __: Send) -> None:
            exchange = exchange_of(scope)
            exchange.route = path
            exchange.answer = await answer()

        return answered

    probes = {path: answering(path, answer) for path, answer in {LIVE: live, READY: ready}.items()}
    return probes, {METRICS: answering(METRICS, scrape)}


def _plain(body: bytes, *, content_type: bytes = b"application/json", status: int = 200) -> Answer:
    return Answer(status, [(b"content-type", content_type), (b"content-length", b"%d" % len(body))], body)


async def _summarize(log: StructuredAccessLog, cache: EdgeCache) -> None:
    while True:
        await asyncio.sleep(_SUMMARY_SECONDS)
        log.summarize(cache)
