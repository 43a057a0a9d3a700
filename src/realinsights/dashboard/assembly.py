"""Assembly: what the dashboard service brings to a process."""

from __future__ import annotations

import functools

from realinsights.contracts.dashboard import DASHBOARD_EVENTS
from realinsights.contracts.loans import LOANS_EVENTS
from realinsights.contracts.undertakings import DELETE_ORGANIZATION, LET_GO_OF_MEMBER
from realinsights.dashboard import store
from realinsights.dashboard.routes import ROUTES
from realinsights.dashboard.service.asking import request_performance
from realinsights.dashboard.service.checking import difference
from realinsights.dashboard.service.engine import Engine
from realinsights.dashboard.service.forgetting import forgetting, tell_deleted
from realinsights.dashboard.service.journal import EventJournal
from realinsights.dashboard.service.leaving import let_go
from realinsights.dashboard.store.snapshots import Snapshots
from realinsights.dashboard.subscribers import GROUP, SERVICES, SUBSCRIPTIONS
from realinsights_platform.documents.closing import Kept
from realinsights_platform.http.routes.idempotency import answers_kind
from realinsights_platform.process import Host, Running, Service
from realinsights_platform.scheduling.checks import Check
from realinsights_platform.stepping import asked, deleting, in_parts, late_leftovers, stepping

KINDS = (*store.KINDS, answers_kind("dashboard"))

KEPT_FILES: tuple[str, ...] = ()

FOLLOWS = SERVICES
"""The services whose feeds the read model is made of."""


async def assemble(host: Host) -> Service:
    """Return the service: its answers show the loans of the service it follows."""
    (loans,) = FOLLOWS
    engine = Engine(
        snapshots=Snapshots(host.blobs),
        journal=EventJournal(host.feeds[loans], LOANS_EVENTS),
        heads=host.heads[loans],
        subscriptions=SUBSCRIPTIONS,
        ask_again=functools.partial(request_performance, host.documents),
        closed=host.documents.closed,
    )
    kept = Kept(storage=host.documents, kinds=KINDS, blobs=host.blobs, folders=("dashboard",))
    tasks: list[Running] = [
        functools.partial(forgetting, engine, host.cache),
        functools.partial(engine.running, host.stream.subscribe(GROUP, SERVICES) if host.works else None),
    ]
    if host.works:
        does = {
            DELETE_ORGANIZATION: deleting(kept, afterwards=functools.partial(tell_deleted, host.cache)),
            LET_GO_OF_MEMBER: in_parts(host.documents, let_go),
        }
        tasks.append(functools.partial(stepping, host.documents, asked(host.stream, "dashboard"), does))
    return Service(
        name="dashboard",
        routes=ROUTES,
        documents=host.documents,
        versions=host.heads[loans],
        follows=loans,
        given={"engine": engine},
        relay=host.relay(DASHBOARD_EVENTS),
        tasks=tasks,
        checks=(
            Check(name="read models", of=host.feeds[loans], find=functools.partial(difference, engine=engine)),
            late_leftovers(kept),
        ),
    )
