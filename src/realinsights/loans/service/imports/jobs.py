"""Background jobs of imports: run what was requested, one import at a time per organization, in one process."""

from __future__ import annotations

import asyncio
import dataclasses
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

import structlog

from realinsights.contracts.loans import ImportRequested
from realinsights.loans.model.imports import UNDER_WAY, Import, ImportState
from realinsights.loans.service.imports.resources import Resources, save
from realinsights.loans.service.imports.running import run_import
from realinsights.loans.service.imports.undoing import run_undo
from realinsights.loans.store import IMPORTS
from realinsights_platform.blobs import Blobs
from realinsights_platform.cache.leading import LEASE_SECONDS
from realinsights_platform.cache.port import Leases
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.errors import Closed, Refusal, Stale, used_up
from realinsights_platform.events import Message
from realinsights_platform.quota import UNLIMITED, Quota
from realinsights_platform.stream.port import Stream, Subscription

log = structlog.get_logger()

GROUP: Final = "loans.imports"


class ImportJobs:
    """The imports that run as `ImportRequested` asks; a request is acknowledged once its import is at rest.

    A request that comes again finds its import at rest, or goes on where it stopped. An organization's lease keeps two
    processes from running its imports at once. One that stood still and has lost the lease stores nothing more: each
    unit of work rests on the import as the one before left it.
    """

    def __init__(
        self,
        *,
        documents: Storage,
        blobs: Blobs,
        leases: Leases,
        progress: Callable[[Import], None],
        lease_seconds: float = LEASE_SECONDS,
        quota: Quota = UNLIMITED,
    ) -> None:
        self._documents = documents
        self._leases = leases
        self._lease_seconds = lease_seconds
        self._resources = Resources(documents=documents, blobs=blobs, progress=progress, quota=quota)
        self._waiting: dict[str, deque[Message]] = {}
        self._working: set[asyncio.Task[None]] = set()

    def subscribe(self, stream: Stream) -> Subscription:
        """Join the group that shares the requests among its members; before the first of them is published."""
        return stream.subscribe(GROUP, (self._documents.service,), (ImportRequested,))

    @asynccontextmanager
    async def running(self, subscription: Subscription) -> AsyncIterator[None]:
        """Run imports until the context is left; then stop between two units of work: another member goes on."""
        receiving = asyncio.create_task(self._receive(subscription), name="imports")
        try:
            yield
        finally:
            tasks = (receiving, *self._working)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await subscription.close()

    async def _receive(self, subscription: Subscription) -> None:
        """Take requests without waiting for what runs, which also shows that this member is alive."""
        while messages := await subscription.receive():
            for message in messages:
                waiting = self._waiting.setdefault(message.org, deque())
                waiting.append(message)
                if len(waiting) == 1:
                    task = asyncio.create_task(
                        self._work(subscription, message.org, waiting), name=f"imports of {message.org}"
                    )
                    self._working.add(task)
                    task.add_done_callback(self._working.discard)

    async def _work(self, subscription: Subscription, org: str, waiting: deque[Message]) -> None:
        """Answer an organization's requests one after the other."""
        while waiting:
            message = waiting[0]
            for event in message.events:
                if isinstance(event, ImportRequested):
                    await self._bring_to_rest(org, event.import_id)
            try:
                await subscription.acknowledge(message.service, org, message.sequence)
            except Exception:
                # It comes again, and finds its import at rest.
                log.exception("import.not_acknowledged", org=org, sequence=message.sequence)
            waiting.popleft()
        del self._waiting[org]

    async def _bring_to_rest(self, org: str, import_id: str) -> None:
        while True:
            try:
                if await self._is_at_rest(org, import_id):
                    return
                if await self._run_with_lease(org, import_id):
                    continue
            except Closed:
                log.info("import.organization_deleted", org=org, import_id=import_id)
                return
            except Exception:
                # What it rests on is away: the request stays, and so does what the import has stored.
                log.exception("import.interrupted", org=org, import_id=import_id)
            await asyncio.sleep(self._lease_seconds / 3)

    async def _is_at_rest(self, org: str, import_id: str) -> bool:
        work = await self._documents.get(IMPORTS, org, import_id)
        return work is None or work.state not in UNDER_WAY

    async def _run_with_lease(self, org: str, import_id: str) -> bool:
        """Run an import for as long as the organization's lease is held; return whether it ended by itself."""
        key = f"{GROUP}.{org}"
        token = await self._leases.acquire(key, seconds=self._lease_seconds)
        if token is None:
            return False
        running = asyncio.create_task(self._run(org, import_id), name=f"import {import_id}")
        try:
            while not running.done() and await self._leases.extend(key, token, seconds=self._lease_seconds):
                await asyncio.wait((running,), timeout=self._lease_seconds / 3)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await self._leases.release(key, token)
        if running.cancelled():
            log.warning("import.lease.lost", org=org, import_id=import_id)
            return False
        running.result()
        return True

    async def _run(self, org: str, import_id: str) -> None:
        work = await self._documents.get(IMPORTS, org, import_id)
        if work is None or work.state not in UNDER_WAY:
            return
        latest = work

        def progress(stored: Import) -> None:
            nonlocal latest
            latest = stored
            self._resources.progress(stored)

        resources = dataclasses.replace(self._resources, progress=progress)
        run = run_undo if work.state is ImportState.UNDOING else run_import
        try:
            work = await run(resources=resources, work=work)
            log.info("import.ended", org=org, import_id=import_id, state=work.state.value, done=work.done)
        except Closed:
            raise  # what it had stored goes with its organization
        except Exception as error:
            if used_up(error) is not None:
                raise  # of the disk or of descriptors: it goes on where it stopped once there is some again
            stored = await self._documents.get(IMPORTS, org, import_id)
            if stored is None or stored.version != latest.version:
                # Another process took over while this one stood still: it goes on from what is stored.
                log.warning("import.taken_over", org=org, import_id=import_id)
                return
            # The import must not look as if it were still running, nor take the others with it.
            if isinstance(error, Refusal):
                log.warning("import.refused", org=org, import_id=import_id, reason=error.message)
            else:
                log.exception("import.broke", org=org, import_id=import_id)
            await self._give_up(stored, error)

    async def _give_up(self, work: Import, error: Exception) -> None:
        what = error.message.rstrip(".") if isinstance(error, Refusal) else "the import stopped on an internal error"
        with suppress(Stale):  # another process has taken over by now
            reason = f"{what}; what it had stored stays, and can be undone"
            await save(self._resources, work, state=ImportState.FAILED, error=reason)
