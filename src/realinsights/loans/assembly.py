"""Assembly: what the loans service brings to a process."""

from __future__ import annotations

from realinsights.contracts.loans import LOANS_EVENTS
from realinsights.loans import store
from realinsights.loans.routes import ROUTES
from realinsights.loans.service.imports.jobs import ImportJobs
from realinsights_platform.http.routes.idempotency import answers_kind
from realinsights_platform.process import Host, Service

KINDS = (*store.KINDS, answers_kind("loans"))

FOLLOWS: tuple[str, ...] = ()


async def assemble(host: Host) -> Service:
    """Return the service. The composition root gives `founding`, which invents the demonstration portfolio."""
    jobs = ImportJobs(documents=host.documents, blobs=host.blobs, cache=host.cache)
    return Service(
        name="loans",
        routes=ROUTES,
        documents=host.documents,
        versions=host.heads["loans"],
        given={"blobs": host.blobs, "jobs": jobs, "founding": host.given["founding"]},
        relay=host.relay(LOANS_EVENTS),
        tasks=(jobs.running,),
    )
