"""A process: the engines it opened, what it offers to the services it holds, and what each service brings to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from prometheus_client.registry import Collector

from realinsights_platform.blobs import Blobs
from realinsights_platform.cache.leading import LEASE_SECONDS
from realinsights_platform.cache.port import Cache, Leases
from realinsights_platform.documents.heads import Heads
from realinsights_platform.documents.journal_port import Feed, Storage
from realinsights_platform.events import EventCodec
from realinsights_platform.http.routes.declaring import ServiceRoutes
from realinsights_platform.http.site import Site
from realinsights_platform.limits.port import Limits
from realinsights_platform.mail.port import Mailer
from realinsights_platform.quota import Quota
from realinsights_platform.roles import Role
from realinsights_platform.scheduling.checks import Check
from realinsights_platform.scheduling.jobs import Job
from realinsights_platform.secret import Secret
from realinsights_platform.stream.port import Stream
from realinsights_platform.stream.relay import Relay
from realinsights_platform.token_register import TokenRegister

Running = Callable[[], AbstractAsyncContextManager[Any]]
"""What runs from when it is entered until it is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapters:
    """The engines that a topology's URLs name, opened: `documents` of the services held, `feeds` of those followed.

    `shared` says whether other processes work on them too, `apart` whether services of other processes read their
    journals over HTTP; the work of one that is silent for `lease_seconds` goes to another. `published_keys` reads the
    key set (RFC 7517) that tokens are verified with, for a process that does not hold the service that publishes it.
    """

    documents: Mapping[str, Storage]
    feeds: Mapping[str, Feed]
    stream: Stream
    cache: Cache
    leases: Leases
    limits: Limits
    blobs: Blobs
    secret: Secret
    site: Site
    shared: bool = False
    apart: bool = False
    lease_seconds: float = LEASE_SECONDS
    published_keys: Callable[[], Awaitable[bytes]] | None = None
    collectors: Sequence[Collector] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """The ways to people and programs outside: mail from `sender`, and links to `site`, where it is known.

    `webhooks_to_loopback` lets endpoints be on this machine: for development and tests.
    """

    mailer: Mailer
    sender: str
    site: str | None = None
    webhooks_to_loopback: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """What a process offers to one of its services.

    `documents` are the service's own; `heads` and `feeds` are by service: its own and those it follows. `given` is
    what the composition root has for services, by name.
    """

    role: Role
    documents: Storage
    feeds: Mapping[str, Feed]
    heads: Mapping[str, Heads]
    stream: Stream
    cache: Cache
    leases: Leases
    lease_seconds: float
    blobs: Blobs
    secret: Secret
    https_only: bool
    quota: Quota
    given: Mapping[str, Any]

    def relay(self, codec: EventCodec[Any]) -> Relay:
        """Return the relay of the service's own events."""
        return Relay(
            self.documents,
            self.stream,
            codec,
            heads=self.heads[self.documents.service],
            leases=self.leases,
            lease_seconds=self.lease_seconds,
        )

    @property
    def works(self) -> bool:
        """Whether this process does background work."""
        return self.role in {"all", "worker"}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Service(ServiceRoutes):
    """What a service brings to a process: its routes and what they rest on, and what runs besides.

    A service that subscribes does so while it is assembled; then the `relay` runs, and then `tasks` do, which are left
    before it. `jobs` and `checks` are the scheduler's, which works in one process at a time. `register` is what access
    tokens are verified with, of the service that mints them.
    """

    relay: Relay | None = None
    tasks: Sequence[Running] = ()
    jobs: Sequence[Job] = ()
    checks: Sequence[Check] = ()
    register: TokenRegister | None = None
