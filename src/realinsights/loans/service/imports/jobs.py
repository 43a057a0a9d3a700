"""Background jobs of imports: run them one at a time per organization, tell who watches how far they are."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import structlog

from realinsights.loans.model.imports import UNDER_WAY, Import, ImportState
from realinsights.loans.service.imports.resources import Resources, save
from realinsights.loans.service.imports.running import run_import
from realinsights.loans.service.imports.undoing import run_undo
from realinsights.loans.store import IMPORTS
from realinsights_platform.blobs import Blobs
from realinsights_platform.cache.port import Cache
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import AnyOf, Order, Position
from realinsights_platform.documents.walking import organizations

log = structlog.get_logger()

CHANNEL: Final = "loans.imports"
LOOK_AGAIN: Final = 2.0  # seconds after which a watcher reads the import anyway


class ImportJobs:
    """The background jobs of imports: whatever was under way when the process ended goes on when it starts again."""

    def __init__(self, *, documents: Storage, blobs: Blobs, cache: Cache) -> None:
        self._documents = documents
        self._cache = cache
        self._resources = Resources(documents=documents, blobs=blobs, progress=self._announce)
        self._waiting: dict[str, deque[str]] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._announcing: set[asyncio.Task[None]] = set()
        self._watchers: dict[str, set[asyncio.Event]] = {}
        self._closing = False

    @property
    def documents(self) -> Storage:
        """The service's documents."""
        return self._documents

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run imports until the context is left."""
        try:
            await self.start()
            yield
        finally:
            await self.close()

    async def start(self) -> None:
        """Go on with every import that a process before this one did not finish."""
        self._cache.listen(CHANNEL, self._heard)
        async for org in organizations(self._documents):
            after: Position | None = None
            where = AnyOf("state", tuple(state.value for state in UNDER_WAY))
            while True:
                page = await self._documents.find(
                    IMPORTS, org, where, order=Order("requested_at"), after=after, limit=100
                )
                for work in page.items:
                    self.enqueue(org=org, import_id=work.id)
                if page.next is None:
                    break
                after = page.next

    def enqueue(self, *, org: str, import_id: str) -> None:
        """Run an import, or its undo, once those of its organization before it are done."""
        waiting = self._waiting.setdefault(org, deque())
        if import_id not in waiting:
            waiting.append(import_id)
        if org not in self._running and not self._closing:
            self._running[org] = asyncio.create_task(self._work(org), name=f"imports of {org}")

    async def watch(self, *, org: str, import_id: str) -> AsyncIterator[Import]:
        """Yield the import now and whenever it has come further, until it is at rest."""
        heard = asyncio.Event()
        self._watchers.setdefault(import_id, set()).add(heard)
        version = -1
        try:
            while True:
                work = await self._documents.get(IMPORTS, org, import_id)
                if work is None:
                    return
                if work.version != version:
                    version = work.version
                    yield work
                if work.state not in UNDER_WAY:
                    return
                try:
                    await asyncio.wait_for(heard.wait(), LOOK_AGAIN)
                except TimeoutError:
                    continue
                heard.clear()
        finally:
            watchers = self._watchers[import_id]
            watchers.discard(heard)
            if not watchers:
                del self._watchers[import_id]

    async def idle(self) -> None:
        """Wait until nothing is under way."""
        while self._running:
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def close(self) -> None:
        """Stop between two units of work; what is left goes on at the next start."""
        self._closing = True
        tasks = [*self._running.values(), *self._announcing]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self, org: str) -> None:
        waiting = self._waiting[org]
        try:
            while waiting:
                await self._run(org, waiting[0])
                waiting.popleft()
        finally:
            del self._running[org]

    async def _run(self, org: str, import_id: str) -> None:
        work = await self._documents.get(IMPORTS, org, import_id)
        if work is None or work.state not in UNDER_WAY:
            return
        try:
            if work.state is ImportState.UNDOING:
                work = await run_undo(resources=self._resources, work=work)
            else:
                work = await run_import(resources=self._resources, work=work)
            log.info("import.ended", org=org, import_id=import_id, state=work.state.value, done=work.done)
        except Exception:
            # A fault of ours: the import must not look as if it were still running, nor take the others with it.
            log.exception("import.broke", org=org, import_id=import_id)
            await self._give_up(org, import_id)

    async def _give_up(self, org: str, import_id: str) -> None:
        work = await self._documents.get(IMPORTS, org, import_id)
        if work is not None and work.state in UNDER_WAY:
            error = "the import stopped on an internal error; what it had stored stays, and can be undone"
            await save(self._resources, work, state=ImportState.FAILED, error=error)

    def _announce(self, work: Import) -> None:
        message = json.dumps({"import": work.id}).encode()
        task = asyncio.ensure_future(self._cache.announce(CHANNEL, message))
        self._announcing.add(task)
        task.add_done_callback(self._announcing.discard)

    def _heard(self, message: bytes) -> None:
        for heard in self._watchers.get(json.loads(message)["import"], ()):
            heard.set()
