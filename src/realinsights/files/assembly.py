"""Assembly: what the files service brings to a process."""

from __future__ import annotations

import contextlib
import functools

from realinsights.contracts.files import FILES_EVENTS
from realinsights.files import store, subscribers
from realinsights.files.routes import ROUTES
from realinsights.files.service.documents import Resources
from realinsights.files.service.processing import Processing
from realinsights_platform.http.routes.idempotency import answers_kind
from realinsights_platform.process import Host, Running, Service
from realinsights_platform.stream.handling import handling

KINDS = (*store.KINDS, answers_kind("files"))

FOLLOWS: tuple[str, ...] = ()


async def assemble(host: Host) -> Service:
    """Return the service. The composition root gives `scanner`, which looks for malware."""
    texts = host.documents.texts()
    resources = Resources(blobs=host.blobs, quota=host.quota, scanner=host.given["scanner"], texts=texts)
    tasks: list[Running] = [functools.partial(contextlib.aclosing, texts)]
    if host.works:
        processing = Processing(documents=host.documents, resources=resources)
        received = host.stream.subscribe(subscribers.PROCESSING, subscribers.SERVICES, subscribers.EVENTS)
        tasks.append(functools.partial(handling, received, processing.handle))
    return Service(
        name="files",
        routes=ROUTES,
        documents=host.documents,
        versions=host.heads["files"],
        given={"resources": resources},
        relay=host.relay(FILES_EVENTS),
        tasks=tasks,
    )
