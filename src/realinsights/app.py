"""The composition root: hands the services of a process what they rest on, and puts what they bring together."""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from types import MappingProxyType
from typing import Any

from realinsights import demonstration
from realinsights.adapters import assembly_of
from realinsights.contracts.catalog import FOLLOWERS, PUBLISHED
from realinsights.contracts.permissions import permissions_of
from realinsights.contracts.plans import PLANS
from realinsights.contracts.tokens import AUDIENCE, ISSUER
from realinsights.settings import DEFAULTS, Settings
from realinsights.topology import Process
from realinsights_platform.documents.heads import Announcements, Heads
from realinsights_platform.documents.journal_port import Feed, Storage
from realinsights_platform.events import Message
from realinsights_platform.feeds.tokens import ServiceTokens
from realinsights_platform.http.application import application
from realinsights_platform.http.edge.edge import Edge
from realinsights_platform.http.edge.tracing import open_tracing
from realinsights_platform.http.journals import Journals
from realinsights_platform.http.routes.idempotency import answers_job
from realinsights_platform.http.settings import HttpSettings
from realinsights_platform.mail.opening import open_mail
from realinsights_platform.process import Adapters, Host, Outside, Running, Service
from realinsights_platform.scanning import open_scanner
from realinsights_platform.scheduling.journals import journal_check
from realinsights_platform.scheduling.scheduler import COLLECTORS, Scheduler, SchedulerMetrics, utc_now
from realinsights_platform.steps import StepAnswered, StepRequested
from realinsights_platform.stream.metrics import RelayMetrics
from realinsights_platform.stream.relay import Relay
from realinsights_platform.token_register import SharedRegister, TokenRegister
from realinsights_platform.tokens import Revocations, Verifier

RELEASE = version("realinsights")


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One running process of the product: `app` answers HTTP.

    `documents` are those of its services, as this process writes them: what others open does not move its heads.
    """

    app: Edge
    services: Mapping[str, Service]
    documents: Mapping[str, Storage]
    adapters: Adapters


@contextlib.asynccontextmanager
async def build(process: Process, adapters: Adapters, settings: Settings = DEFAULTS) -> AsyncGenerator[Product, None]:
    """Put the services of a process together and run what they do besides answering, until the context is left."""
    async with contextlib.AsyncExitStack() as stack:
        announcements = None
        if adapters.shared:
            announcements = Announcements(adapters.cache)
            await stack.enter_async_context(announcements.running())
        revocations = Revocations()
        stack.callback(revocations.listen(adapters.cache))
        feeds: dict[str, Feed] = {**adapters.feeds, **adapters.documents}
        heads = {name: Heads(feed, announcements) for name, feed in feeds.items()}
        readers = {name: feed.relaxed(heads[name].head) for name, feed in feeds.items()}
        documents = {name: adapters.documents[name].telling(heads[name].committed) for name in process.services}
        given = MappingProxyType(
            {
                "demonstrating": demonstrating,
                "barred": _barred(settings),
                "outside": _outside(settings),
                "release": RELEASE,
                "scanner": open_scanner(settings.scanner),
            }
        )
        services: dict[str, Service] = {}
        for name in process.services:
            host = Host(
                role=process.role,
                documents=documents[name],
                feeds=MappingProxyType(readers),
                heads=MappingProxyType(heads),
                stream=adapters.stream,
                cache=adapters.cache,
                leases=adapters.leases,
                lease_seconds=adapters.lease_seconds,
                blobs=adapters.blobs if settings.direct_downloads else adapters.blobs.without_addresses(),
                secret=adapters.secret,
                https_only=settings.https_only,
                quota=settings.quota,
                given=given,
            )
            services[name] = await assembly_of(name).assemble(host)
        schedulers = _schedulers(process, services, documents, adapters)
        app = application(
            services=[*services.values()] if process.role != "worker" else [],
            verifier=Verifier(
                register=_register(services, adapters),
                issuer=ISSUER,
                audience=AUDIENCE,
                permissions=permissions_of,
                revocations=revocations,
                trust=announcements,
            ),
            limits=adapters.limits,
            settings=HttpSettings(
                secret=adapters.secret.key("cursors"),
                release=RELEASE,
                https_only=settings.https_only,
                quota=settings.quota,
                plans=PLANS,
                operator_token=settings.operator_token,
            ),
            checks={
                "descriptors": _files_can_be_opened,
                **{name: storage.ready for name, storage in documents.items()},
            },
            collectors=(
                *adapters.collectors,
                *COLLECTORS,
                RelayMetrics(_relays(process, services)),
                SchedulerMetrics(schedulers),
            ),
            tracing=open_tracing(settings.tracing_endpoint, service="realinsights", release=RELEASE),
            site=adapters.site,
            events=PUBLISHED,
            journals=_journals(process, documents, adapters),
        )
        for run in _in_order(process, services):
            await stack.enter_async_context(run())
        for scheduler in schedulers:
            await stack.enter_async_context(scheduler.running())
        yield Product(
            app=app, services=MappingProxyType(services), documents=MappingProxyType(documents), adapters=adapters
        )


def _in_order(process: Process, services: Mapping[str, Service]) -> list[Running]:
    """Return what runs: relays once all have subscribed, and left last, to keep what is acknowledged meanwhile."""
    tasks = [run for service in services.values() for run in service.tasks]
    return [*(relay.running for relay in _relays(process, services)), *tasks]


def _relays(process: Process, services: Mapping[str, Service]) -> list[Relay]:
    if process.role == "api":
        return []
    return [service.relay for service in services.values() if service.relay is not None]


def _schedulers(
    process: Process, services: Mapping[str, Service], documents: Mapping[str, Storage], adapters: Adapters
) -> list[Scheduler]:
    if process.role == "api":
        return []
    return [
        Scheduler(
            storage,
            adapters.leases,
            jobs=(answers_job(name, now=utc_now), *services[name].jobs),
            checks=(journal_check(storage), *services[name].checks),
            lease_seconds=adapters.lease_seconds,
        )
        for name, storage in documents.items()
    ]


def _journals(process: Process, documents: Mapping[str, Storage], adapters: Adapters) -> Journals | None:
    """Return the journals that services of other processes may read here."""
    if process.role == "worker" or not adapters.apart:
        return None
    return Journals(feeds=documents, readers=FOLLOWERS, tokens=ServiceTokens(adapters.secret))


def _register(services: Mapping[str, Service], adapters: Adapters) -> TokenRegister:
    for service in services.values():
        if service.register is not None:
            return service.register
    if adapters.published_keys is None:
        raise ValueError("No service of this process has the keys of tokens, and nothing says where they are.")
    return SharedRegister(adapters.cache, adapters.published_keys)


def _barred(settings: Settings) -> tuple[str, str] | None:
    """Return the address and the password that everybody knows, unless they may be used here."""
    return None if settings.published_password_works else (demonstration.EMAIL, demonstration.PASSWORD)


def _outside(settings: Settings) -> Outside:
    return Outside(
        mailer=open_mail(settings.mail_url),
        sender=settings.mail_from,
        site=settings.site,
        webhooks_to_loopback=settings.webhooks_to_loopback,
    )


async def _files_can_be_opened() -> None:
    os.close(os.open(os.devnull, os.O_RDONLY))


def demonstrating(service: str) -> Callable[..., Awaitable[StepAnswered]]:
    """Return what puts a service's part of the demonstration in, loaded when it is first asked for."""

    async def put(message: Message, event: StepRequested, **collaborators: Any) -> StepAnswered:
        # It knows its service, which not every process holds.
        part = importlib.import_module(f"{demonstration.__name__}.{service}")
        answer: StepAnswered = await part.put(message, event, **collaborators)
        return answer

    return put
