"""Assembly: what the files service brings to a process."""

from __future__ import annotations

import contextlib
import functools

from realinsights.contracts.files import FILES_EVENTS
from realinsights.files import store, subscribers
from realinsights.files.routes import ROUTES
from realinsights.files.service import steps
from realinsights.files.service.citations import hear_of_loans
from realinsights.files.service.documents import Resources, now
from realinsights.files.service.leftovers import remove_leftovers
from realinsights.files.service.processing import Processing
from realinsights.files.service.shares import Opening
from realinsights.files.service.uploads import forget_uploads
from realinsights_platform import stepping
from realinsights_platform.documents.closing import Kept
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.events import Message
from realinsights_platform.http.routes.idempotency import answers_kind
from realinsights_platform.password_hashing import Hasher
from realinsights_platform.process import Host, Running, Service
from realinsights_platform.scheduling.checks import Check
from realinsights_platform.scheduling.jobs import Job
from realinsights_platform.stream.handling import handling

KINDS = (*store.KINDS, answers_kind("files"))

KEPT_FILES: tuple[str, ...] = ("files", "uploads")
"""The folders of the store of files that a backup has; what can be made anew is not among them."""

FOLLOWS: tuple[str, ...] = ()


async def assemble(host: Host) -> Service:
    """Return the service. The composition root gives `scanner`, which looks for malware, and `demonstrating`."""
    texts = host.documents.texts()
    resources = Resources(blobs=host.blobs, quota=host.quota, scanner=host.given["scanner"], texts=texts)
    kept = Kept(storage=host.documents, kinds=KINDS, blobs=host.blobs, folders=KEPT_FILES, texts=texts)
    tasks: list[Running] = [functools.partial(contextlib.aclosing, texts)]
    if host.works:
        processing = Processing(documents=host.documents, resources=resources)
        received = host.stream.subscribe(
            subscribers.PROCESSING, subscribers.PROCESSING_SERVICES, subscribers.PROCESSING_EVENTS
        )
        tasks.append(functools.partial(handling, received, processing.handle))
        told = host.stream.subscribe(
            subscribers.CITATIONS, subscribers.CITATIONS_SERVICES, subscribers.CITATIONS_EVENTS
        )
        hear = functools.partial(_hear, host.documents)
        tasks.append(functools.partial(handling, told, hear))
        asked = stepping.asked(host.stream, host.documents.service)
        tasks.append(
            functools.partial(
                stepping.stepping,
                host.documents,
                asked,
                steps.tasks(kept, resources, host.given["demonstrating"]("files")),
            )
        )
    return Service(
        name="files",
        routes=ROUTES,
        documents=host.documents,
        versions=host.heads["files"],
        given={"resources": resources, "opening": Opening(key=host.secret.key("shares"), hasher=Hasher())},
        relay=host.relay(FILES_EVENTS),
        tasks=tasks,
        jobs=(Job(kind=store.UPLOADS, work=functools.partial(forget_uploads, blobs=host.blobs)),),
        checks=(
            Check(
                name="leftovers",
                of=host.documents,
                find=functools.partial(remove_leftovers, documents=host.documents, blobs=host.blobs, now=now),
            ),
            stepping.late_leftovers(kept),
        ),
    )


async def _hear(documents: Storage, message: Message) -> None:
    await hear_of_loans(documents=documents, message=message)
