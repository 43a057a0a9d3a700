"""Assembly: what the loans service brings to a process."""

from __future__ import annotations

import contextlib
import functools

from realinsights.contracts.loans import LOANS_EVENTS
from realinsights.loans import store, subscribers
from realinsights.loans.routes import ROUTES
from realinsights.loans.service.imports.jobs import ImportJobs
from realinsights.loans.service.imports.progress import ImportProgress
from realinsights.loans.service.imports.reading_process import Readers
from realinsights_platform.http.routes.idempotency import answers_kind
from realinsights_platform.process import Host, Running, Service

KINDS = (*store.KINDS, answers_kind("loans"))

FOLLOWS: tuple[str, ...] = ()


async def assemble(host: Host) -> Service:
    """Return the service. The composition root gives `founding`, which invents the demonstration portfolio."""
    progress = ImportProgress(documents=host.documents, cache=host.cache)
    tasks: list[Running] = [functools.partial(contextlib.aclosing, progress)]
    if host.works:
        jobs = ImportJobs(
            documents=host.documents,
            blobs=host.blobs,
            leases=host.leases,
            progress=progress.tell,
            lease_seconds=host.lease_seconds,
            quota=host.quota,
        )
        tasks.append(functools.partial(jobs.running, jobs.subscribe(host.stream)))
        asked = host.stream.subscribe(subscribers.GROUP, subscribers.SERVICES, subscribers.EVENTS)
        tasks.append(functools.partial(subscribers.telling, host.documents, asked))
    return Service(
        name="loans",
        routes=ROUTES,
        documents=host.documents,
        versions=host.heads["loans"],
        given={
            "blobs": host.blobs,
            "progress": progress,
            "readers": Readers(),
            "quota": host.quota,
            "founding": host.given["founding"],
        },
        relay=host.relay(LOANS_EVENTS),
        tasks=tasks,
    )
