"""Adapters: opens the engines that a topology's URLs name, for one of its processes."""

from __future__ import annotations

import contextlib
import functools
import importlib
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx

from realinsights.contracts.catalog import CODECS
from realinsights.contracts.tokens import KEYS_PATH
from realinsights.topology import BadTopology, Process, Topology, services
from realinsights_platform.blobs import open_blobs
from realinsights_platform.cache.opening import open_cache
from realinsights_platform.documents.data_folder import DataFolder
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.opening import collectors_of, open_documents
from realinsights_platform.errors import Unavailable
from realinsights_platform.feeds.http import HttpFeed
from realinsights_platform.feeds.metrics import FeedMetrics
from realinsights_platform.feeds.tokens import ServiceTokens
from realinsights_platform.http.site import open_site
from realinsights_platform.limits.opening import open_limits
from realinsights_platform.process import Adapters
from realinsights_platform.redis.metrics import RedisMetrics
from realinsights_platform.secret import Secret, open_secret
from realinsights_platform.stream.opening import open_stream


def assembly_of(service: str) -> Any:
    """Import and return what a service brings to a process: its module `assembly`."""
    return importlib.import_module(f"realinsights.{service}.assembly")


def followed_by(services: Sequence[str]) -> dict[str, str]:
    """Return the services that these follow and are not among them, each with one that follows it."""
    return {
        followed: service
        for service in services
        for followed in assembly_of(service).FOLLOWS
        if followed not in services
    }


@contextlib.asynccontextmanager
async def open_adapters(
    topology: Topology, process: Process, *, environment: Mapping[str, str] = MappingProxyType({})
) -> AsyncGenerator[Adapters, None]:
    """Open what a process needs and close it in the opposite order; `environment` may hold the secret.

    Raises `FolderInUse` where another process holds the data folder, `BadTopology` where something is not named, and
    `NoSecret` where no secret is given.
    """
    feeds = followed_by(process.services)
    for service in sorted({"auth", *feeds} - {*process.services, *topology.addresses}):
        raise BadTopology(f"A process without {service} has to reach it; say where under [addresses] in the topology.")
    async with contextlib.AsyncExitStack() as stack:
        for folder in _folders(topology, process.services):
            stack.enter_context(DataFolder(folder))

        async def opened(service: str, kinds: tuple[Any, ...]) -> Storage:
            storage = await open_documents(topology.documents[service], service, kinds)
            stack.push_async_callback(storage.close)
            return storage

        secret = open_secret(topology.secret, environment=environment, create=topology.alone)
        cache = open_cache(topology.engines.cache)
        limits = open_limits(topology.engines.limits)
        stream = open_stream(topology.engines.stream, CODECS)
        adapters = Adapters(
            documents=MappingProxyType(
                {service: await opened(service, assembly_of(service).KINDS) for service in process.services}
            ),
            feeds=MappingProxyType(
                {service: _feed(stack, topology, service, asking, secret) for service, asking in feeds.items()}
            ),
            stream=stream,
            cache=cache,
            leases=cache,
            limits=limits,
            blobs=open_blobs(topology.engines.blobs),
            secret=secret,
            site=open_site(topology.web),
            shared=not topology.alone,
            apart=len(topology.answering) > 1,
            published_keys=functools.partial(_keys, _addresses(topology, "auth")),
            collectors=(
                *collectors_of([topology.documents[service] for service in process.services]),
                RedisMetrics([engine.calls for engine in (cache, limits, stream) if hasattr(engine, "calls")]),
                *([FeedMetrics()] if feeds else ()),
            ),
        )
        for engine in (adapters.stream, adapters.cache, adapters.limits):
            stack.push_async_callback(engine.close)
        yield adapters


async def prepare_documents(topology: Topology) -> None:
    """Open the documents of every service once: what indexes miss for this release is made before a process starts.

    Raises what `open_adapters` raises of documents; where nothing is missing it is one read per service.
    """
    with contextlib.ExitStack() as stack:
        for folder in _folders(topology, services()):
            stack.enter_context(DataFolder(folder))
        for service in services():
            storage = await open_documents(topology.documents[service], service, assembly_of(service).KINDS)
            await storage.close()


def _folders(topology: Topology, services: Iterable[str]) -> list[Path]:
    urls = [topology.documents[service] for service in services]
    return sorted({Path(url.removeprefix("sqlite:///")).parent for url in urls if url.startswith("sqlite:")})


def _addresses(topology: Topology, service: str) -> list[str]:
    stated = topology.addresses.get(service, "").split(",")
    return [address.strip().rstrip("/") for address in stated if address.strip()]


def _feed(stack: contextlib.AsyncExitStack, topology: Topology, service: str, asking: str, secret: Secret) -> HttpFeed:
    feed = HttpFeed(service, asking=asking, addresses=_addresses(topology, service), tokens=ServiceTokens(secret))
    stack.push_async_callback(feed.close)
    return feed


async def _keys(addresses: Sequence[str]) -> bytes:
    """Return the key set that auth publishes, from the first of its processes that answers."""
    failed: Exception | None = None
    async with httpx.AsyncClient(timeout=5.0) as client:
        for address in addresses:
            try:
                return (await client.get(address + KEYS_PATH)).raise_for_status().content
            except httpx.HTTPError as error:
                failed = error
    raise Unavailable("The keys of sign-ins cannot be read just now. Try again in a few seconds.") from failed
