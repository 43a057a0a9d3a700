"""Assembly: what the loans service brings to a process."""

from __future__ import annotations

import contextlib
import functools

from realinsights.contracts.loans import LOANS_EVENTS, ReportRequested
from realinsights.contracts.undertakings import (
    DELETE_ORGANIZATION,
    LET_GO_OF_MEMBER,
    PUT_DEMONSTRATION,
    REMOVE_DEMONSTRATION,
)
from realinsights.loans import store, subscribers
from realinsights.loans.routes import ROUTES
from realinsights.loans.service import demonstration
from realinsights.loans.service.imports.jobs import ImportJobs
from realinsights.loans.service.imports.reading_process import Readers
from realinsights.loans.service.imports.resources import now
from realinsights.loans.service.imports.uploads import remove_uploads
from realinsights.loans.service.leaving import let_go
from realinsights.loans.service.progress import Progress
from realinsights.loans.service.reports.forgetting import forget_runs
from realinsights.loans.service.reports.running import GROUP, ReportJobs
from realinsights.loans.service.reports.schedules import make_due
from realinsights.loans.service.retelling import tell_daily
from realinsights_platform import stepping
from realinsights_platform.documents.closing import Kept
from realinsights_platform.http.routes.idempotency import answers_kind
from realinsights_platform.process import Host, Running, Service
from realinsights_platform.scheduling.jobs import Job
from realinsights_platform.stream.handling import handling

KINDS = (*store.KINDS, answers_kind("loans"))

KEPT_FILES: tuple[str, ...] = ("tapes", "reports")
"""The folders of the store of files that a backup has; what can be made anew is not among them."""

FOLLOWS: tuple[str, ...] = ()


async def assemble(host: Host) -> Service:
    """Return the service. The composition root gives `demonstrating`, which puts the demonstration in."""
    progress = Progress(store.IMPORTS, documents=host.documents, cache=host.cache)
    report_progress = Progress(store.REPORT_RUNS, documents=host.documents, cache=host.cache)
    kept = Kept(storage=host.documents, kinds=KINDS, blobs=host.blobs, folders=KEPT_FILES)
    tasks: list[Running] = [functools.partial(contextlib.aclosing, each) for each in (progress, report_progress)]
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
        named = host.stream.subscribe(subscribers.NAMES_GROUP, subscribers.NAMES_SERVICES, subscribers.NAMES_EVENTS)
        tasks.append(functools.partial(subscribers.naming, host.documents, named))
        fixings = host.stream.subscribe(
            subscribers.FIXINGS_GROUP, subscribers.FIXINGS_SERVICES, subscribers.FIXINGS_EVENTS
        )
        tasks.append(functools.partial(subscribers.following_fixings, host.documents, fixings, now=now))
        reports = ReportJobs(
            documents=host.documents, blobs=host.blobs, quota=host.quota, progress=report_progress.tell, clock=now
        )
        runs = host.stream.subscribe(GROUP, ("loans",), (ReportRequested,))
        tasks.append(functools.partial(handling, runs, reports.answer))
        steps = stepping.asked(host.stream, host.documents.service)
        does: dict[str, stepping.Task] = {
            DELETE_ORGANIZATION: stepping.deleting(kept),
            LET_GO_OF_MEMBER: stepping.in_parts(host.documents, let_go),
            PUT_DEMONSTRATION: functools.partial(host.given["demonstrating"]("loans"), documents=host.documents),
            REMOVE_DEMONSTRATION: demonstration.removing(host.documents),
        }
        tasks.append(functools.partial(stepping.stepping, host.documents, steps, does))
    return Service(
        name="loans",
        routes=ROUTES,
        documents=host.documents,
        versions=host.heads["loans"],
        given={
            "blobs": host.blobs,
            "progress": progress,
            "report_progress": report_progress,
            "readers": Readers(),
            "quota": host.quota,
        },
        relay=host.relay(LOANS_EVENTS),
        tasks=tasks,
        jobs=(
            Job(kind=store.UPLOADS, work=functools.partial(remove_uploads, blobs=host.blobs)),
            Job(kind=store.REPORT_RUNS, work=functools.partial(forget_runs, blobs=host.blobs, now=now)),
            Job(kind=store.REPORT_SCHEDULES, work=functools.partial(make_due, now=now)),
            Job(kind=store.RATE_TELLINGS, work=functools.partial(tell_daily, now=now)),
        ),
        checks=(stepping.late_leftovers(kept),),
    )
