"""The composition root: opens what a topology names and hands each service its collaborators."""

from __future__ import annotations

import contextlib
import datetime
import functools
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any

from realinsights import demonstration
from realinsights.auth.model.directory import SYSTEM
from realinsights.auth.model.keys import ACCESS_TOKEN_LASTS, CLOCKS_DIFFER
from realinsights.auth.routes import ROUTES as AUTH_ROUTES
from realinsights.auth.routes import WELL_KNOWN_ROUTES
from realinsights.auth.service import directory
from realinsights.auth.service.identity import Identity
from realinsights.auth.service.opening import AUDIENCE, ISSUER, open_identity
from realinsights.auth.service.registration import ensure_demonstration, mint_local_token
from realinsights.auth.store import KINDS as AUTH_KINDS
from realinsights.auth.store import ORGANIZATION
from realinsights.contracts.loans import LOANS_EVENTS
from realinsights.contracts.permissions import permissions_of
from realinsights.dashboard.routes import ROUTES as DASHBOARD_ROUTES
from realinsights.dashboard.service.engine import Engine
from realinsights.dashboard.service.journal import EventJournal
from realinsights.dashboard.store import KINDS as DASHBOARD_KINDS
from realinsights.dashboard.store import Snapshots
from realinsights.dashboard.subscribers import GROUP, SERVICES, SUBSCRIPTIONS
from realinsights.loans.routes import ROUTES as LOANS_ROUTES
from realinsights.loans.service.demonstration import Founded
from realinsights.loans.service.imports.jobs import ImportJobs
from realinsights.loans.store import KINDS as LOANS_KINDS
from realinsights.topology import Process, Topology
from realinsights_platform.blobs import Blobs, open_blobs
from realinsights_platform.cache.memory import MemoryCache
from realinsights_platform.documents.data_folder import DataFolder
from realinsights_platform.documents.heads import Heads
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.opening import open_documents
from realinsights_platform.documents.port import Kind, Unit
from realinsights_platform.errors import NotFound, Refusal
from realinsights_platform.http.application import application
from realinsights_platform.http.edge.edge import Edge
from realinsights_platform.http.edge.tracing import open_tracing
from realinsights_platform.http.routes.declaring import ServiceRoutes
from realinsights_platform.http.routes.idempotency import answers_kind
from realinsights_platform.http.settings import HttpSettings
from realinsights_platform.http.site import Site, open_site
from realinsights_platform.limits import Limits, open_limits
from realinsights_platform.secret import Secret, read_or_create_secret
from realinsights_platform.stream.memory import MemoryStream
from realinsights_platform.stream.port import Stream
from realinsights_platform.stream.relay import Relay
from realinsights_platform.tokens import Revocations, Verifier

RELEASE = version("realinsights")

KINDS: Mapping[str, tuple[Kind[Any], ...]] = MappingProxyType(
    {
        "auth": (*AUTH_KINDS, answers_kind("auth")),
        "loans": (*LOANS_KINDS, answers_kind("loans")),
        "dashboard": (*DASHBOARD_KINDS, answers_kind("dashboard")),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a process behaves that no topology says.

    `https_only` where it is reached by https alone; `trusted_proxies` (addresses, with commas) are in front of it.
    """

    https_only: bool = False
    log_level: str = "info"
    tracing_endpoint: str | None = None
    trusted_proxies: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapters:
    """What a topology's URLs name, opened for one process."""

    documents: Mapping[str, Storage]
    stream: Stream
    cache: MemoryCache
    limits: Limits
    blobs: Blobs
    secret: Secret
    site: Site


DEFAULTS = Settings()


@contextlib.asynccontextmanager
async def open_adapters(topology: Topology, process: Process) -> AsyncGenerator[Adapters, None]:
    """Open what a process needs and close it in the opposite order.

    Raises `FolderInUse` where another process holds the data folder.
    """
    async with contextlib.AsyncExitStack() as stack:
        for folder in _folders(topology, process):
            stack.enter_context(DataFolder(folder))
        documents = {}
        for service in process.services:
            documents[service] = await open_documents(topology.documents[service], service, KINDS[service])
            stack.push_async_callback(documents[service].close)
        adapters = Adapters(
            documents=MappingProxyType(documents),
            stream=_open_stream(topology.engines.stream),
            cache=_open_cache(topology.engines.cache),
            limits=open_limits(topology.engines.limits),
            blobs=open_blobs(topology.engines.blobs),
            secret=read_or_create_secret(Path(topology.secret)),
            site=open_site(topology.web),
        )
        for engine in (adapters.stream, adapters.cache, adapters.limits):
            stack.push_async_callback(engine.close)
        yield adapters


class NotBegun(NotFound):
    """An organization, or the data folder it would be in, has not begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One running process of the product: `app` answers HTTP; `identity` is for what begins organizations in it."""

    app: Edge
    identity: Identity
    documents: Mapping[str, Storage]
    adapters: Adapters

    def local_token(self, organization: str, *, create: bool) -> Callable[[], Awaitable[str]]:
        """Return a source of administrator's tokens for an organization, for the command line on its own data folder.

        With `create` the organization begins if it is not there; else asking raises `NotBegun`.
        """
        text, renew_at = "", 0.0

        async def token() -> str:
            nonlocal text, renew_at
            if time.monotonic() >= renew_at:
                if not create:
                    await self._require(organization)
                minted = await mint_local_token(identity=self.identity, organization_name=organization)
                text, renew_at = minted.text, time.monotonic() + minted.expires_in / 2
            return text

        return token

    async def _require(self, organization: str) -> None:
        documents = self.identity.documents
        known = await documents.get(ORGANIZATION, organization, organization)
        if known is None and not await directory.organizations_named(identity=self.identity, name=organization):
            raise NotBegun(f"There is no organization {organization} here; import a tape to begin it.")


@contextlib.asynccontextmanager
async def build(process: Process, adapters: Adapters, settings: Settings = DEFAULTS) -> AsyncGenerator[Product, None]:
    """Put the services of a process together and run what they do besides answering, until the context is left."""
    heads = {name: Heads(storage, None) for name, storage in adapters.documents.items()}
    documents = {name: storage.telling(heads[name].committed) for name, storage in adapters.documents.items()}
    revocations = Revocations(seconds=(ACCESS_TOKEN_LASTS + CLOCKS_DIFFER).total_seconds())
    revocations.listen(adapters.cache)
    identity = await open_identity(
        documents=documents["auth"],
        cache=adapters.cache,
        secret=adapters.secret,
        revocations=revocations,
        secure_cookies=settings.https_only,
    )
    verifier = Verifier(
        keys=identity.keys.to_verify_with,
        issuer=ISSUER,
        audience=AUDIENCE,
        permissions=permissions_of,
        revocations=revocations,
    )
    jobs = ImportJobs(documents=documents["loans"], blobs=adapters.blobs, cache=adapters.cache)
    engine = Engine(
        snapshots=Snapshots(documents["dashboard"], adapters.blobs),
        journal=EventJournal(documents["loans"], LOANS_EVENTS),
        subscriptions=SUBSCRIPTIONS,
    )
    services = {
        "auth": ServiceRoutes(
            name="auth",
            routes=(*AUTH_ROUTES, *WELL_KNOWN_ROUTES),
            documents=documents["auth"],
            versions=heads["auth"],
            given={"identity": identity},
        ),
        "loans": ServiceRoutes(
            name="loans",
            routes=LOANS_ROUTES,
            documents=documents["loans"],
            versions=heads["loans"],
            given={"blobs": adapters.blobs, "jobs": jobs, "founding": _invented},
        ),
        "dashboard": ServiceRoutes(
            name="dashboard",
            routes=DASHBOARD_ROUTES,
            documents=documents["dashboard"],
            versions=engine,
            follows="loans",
            given={"engine": engine},
        ),
    }
    app = application(
        services=[services[service] for service in process.services],
        verifier=verifier,
        limits=adapters.limits,
        settings=HttpSettings(secret=adapters.secret.key("cursors"), release=RELEASE, https_only=settings.https_only),
        checks={service: functools.partial(_readable, documents[service]) for service in process.services},
        tracing=open_tracing(settings.tracing_endpoint, service="realinsights", release=RELEASE),
        site=adapters.site,
    )
    relay = Relay(documents["loans"], adapters.stream, LOANS_EVENTS, heads=heads["loans"], leases=adapters.cache)
    async with contextlib.AsyncExitStack() as stack:
        # Left in the opposite order: no more imports, then the last snapshots, then what they acknowledge is kept.
        subscription = adapters.stream.subscribe(GROUP, SERVICES)
        await stack.enter_async_context(relay.running())
        await engine.start(subscription)
        stack.push_async_callback(engine.stop)
        await jobs.start()
        stack.push_async_callback(jobs.close)
        yield Product(app=app, identity=identity, documents=MappingProxyType(documents), adapters=adapters)


async def _readable(documents: Storage) -> None:
    await documents.sequence(SYSTEM)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings that an environment states; raises `Refusal` for a value that cannot be."""
    level = environment.get("REALINSIGHTS_LOG_LEVEL", "info").lower()
    if level not in {"debug", "info", "warning", "error"}:
        raise Refusal(f"REALINSIGHTS_LOG_LEVEL is {level!r}; it can be debug, info, warning or error.")
    https_only = environment.get("REALINSIGHTS_HTTPS_ONLY", "no").lower()
    if https_only not in {"yes", "no"}:
        raise Refusal(f"REALINSIGHTS_HTTPS_ONLY is {https_only!r}; it can be yes or no.")
    return Settings(
        https_only=https_only == "yes",
        log_level=level,
        tracing_endpoint=environment.get("OTEL_EXPORTER_OTLP_ENDPOINT") or None,
        trusted_proxies=environment.get("REALINSIGHTS_TRUSTED_PROXIES", ""),
    )


async def found_demonstration(product: Product) -> bool:
    """Found the demonstration organization where there is no organization yet; tell whether there is one now.

    Whatever a kill left undone is done at the next start.
    """
    identity, loans = product.identity, product.documents["loans"]
    begun = await identity.documents.organizations(limit=2)
    if set(begun) - {SYSTEM} and not await directory.organizations_named(identity=identity, name=demonstration.NAME):
        return False
    org = await ensure_demonstration(
        identity=identity,
        organization_name=demonstration.NAME,
        email=demonstration.EMAIL,
        password=demonstration.PASSWORD,
    )
    if not await loans.sequence(org):
        # Imported here: what invents a portfolio is needed once in a data folder's life, not at every start.
        from realinsights.demonstration.founding import found  # noqa: PLC0415

        await found(documents=loans, org=org, business_date=datetime.datetime.now(datetime.UTC).date())
    return True


async def _invented(unit: Unit) -> Founded:
    # Imported here, as above: seldom needed.
    from realinsights.demonstration.founding import invented  # noqa: PLC0415

    return await invented(unit)


def _folders(topology: Topology, process: Process) -> list[Path]:
    urls = [topology.documents[service] for service in process.services]
    paths = {Path(url.removeprefix("sqlite:///")).parent for url in urls if url.startswith("sqlite:")}
    return sorted(paths)


def _open_stream(url: str) -> Stream:
    if url == "memory://":
        return MemoryStream()
    raise ValueError(f"a stream at {url} is not supported; use memory://")


def _open_cache(url: str) -> MemoryCache:
    if url == "memory://":
        return MemoryCache()
    raise ValueError(f"a cache at {url} is not supported; use memory://")
