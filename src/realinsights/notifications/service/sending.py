"""Sending: documents of a kind are taken to the outside once they are due, many at once, by one process.

Unlike the scheduler's jobs, which work in units of work one after the other, this waits for others: a server that is
slow holds up what goes to it, and nothing else.
"""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, cast

import structlog

from realinsights.notifications.service.clock import Clock
from realinsights.notifications.service.lanes import Lanes, Outcome
from realinsights_platform.cache.leading import LEASE_SECONDS, lead
from realinsights_platform.cache.port import Leases
from realinsights_platform.documents.heads import Heads
from realinsights_platform.documents.journal_port import DueDocument, Mark, Storage
from realinsights_platform.documents.port import Kind, Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.errors import Closed, Moved, Unavailable
from realinsights_platform.tasks import end

ACTOR: Final = "system:sending"

_LOOK_SECONDS: Final = 1.0
_TOGETHER_SECONDS: Final = 0.02
_PAGE: Final = 500
_STORING_PAUSE_SECONDS: Final = 1.0

log = structlog.get_logger(__name__)

OpenUnit = Callable[[str], Unit]
"""Opens a unit of work of an organization that is refused once another process has taken over."""


Send = Callable[[OpenUnit, DueDocument], Awaitable[Outcome]]
"""Sends one document and stores what came of it; it is not due any more then, or later."""


async def stored(open_unit: Callable[[], Unit], work: Callable[[Unit], Awaitable[None]]) -> None:
    """Store what came of a sending, however long the database is away: what was taken must not be sent again."""
    while True:
        try:
            await committed(open_unit, work)
        except Closed:
            return  # its organization was deleted meanwhile
        except Unavailable as away:
            log.warning("sending.not_stored", reason=str(away))
            await asyncio.sleep(_STORING_PAUSE_SECONDS)
        else:
            return


class Sender:
    """The sending of one kind. `lane` names the way a document goes: of one way at most `lane_width` go at once.

    What is due is read once, on from where it was read to, and waits in its lane. What was committed late, with a time
    that had been read already, is found by reading all of it again and again, a page each second.
    """

    def __init__(
        self,
        storage: Storage,
        kind: Kind[Any],
        send: Send,
        *,
        lane: Callable[[DueDocument], str],
        lane_width: int,
        width: int,
        heads: Heads,
        leases: Leases,
        now: Clock,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        self._storage = storage
        self._kind = kind
        self._send = send
        self._lane = lane
        self._lane_width = lane_width
        self._width = width
        self._heads = heads
        self._leases = leases
        self._now = now
        self._lease_seconds = lease_seconds
        self._mark = f"sending.{kind.name}"
        self._wake = asyncio.Event()
        self._moved = False
        self._going: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Send, whenever the lease can be had, until the context is left."""
        forget = self._heads.watch(self._hear)
        key = f"{self._storage.service}.{self._mark}"
        leading = asyncio.create_task(lead(self._leases, key, self._lead, seconds=self._lease_seconds), name=key)
        try:
            yield
        finally:
            forget()
            await end(leading)

    async def _lead(self, token: int) -> None:
        try:
            # Whoever led before must not store anything any more once this one has begun.
            if not await self._storage.move(self._mark, Mark("", token)):
                return
            await self._work(token)
        finally:
            going = [*self._going]
            for task in going:
                task.cancel()
            await asyncio.gather(*going, return_exceptions=True)

    def _hear(self, org: str, sequence: int) -> None:
        self._moved = True
        self._wake.set()

    async def _work(self, token: int) -> None:
        lanes = Lanes(self._lane, width=self._lane_width)
        time = asyncio.get_running_loop().time
        read_to: DueDocument | None = None
        reread_to: DueDocument | None = None
        looks_at = rereads_at = time()
        while True:
            self._wake.clear()
            if time() >= rereads_at:
                rereads_at = time() + _LOOK_SECONDS
                self._moved = True  # time has passed: something may be due now
                if lanes:
                    page = await self._read(lanes, after=reread_to)
                    reread_to = page[-1] if len(page) == _PAGE else None
            if self._moved and time() >= looks_at:
                looks_at = time() + _TOGETHER_SECONDS  # what is committed meanwhile is looked for together
                self._moved = False
                read_to = await self._read_on(lanes, read_to if lanes else None, token)
            name = lanes.empty(self._now())
            if name is not None:
                after = lanes.begin_reading(name)
                page = await self._read(lanes, after=after, only=name)
                lanes.end_reading(name, more_after=page[-1] if len(page) == _PAGE else None)
            self._start(lanes, token)
            if lanes.empty(self._now()) is not None:
                continue
            pause = lanes.pause(self._now())
            until = min(rereads_at, looks_at) if self._moved else rereads_at
            wait = until - time() if pause is None else min(until - time(), pause.total_seconds())
            with suppress(TimeoutError):
                # Not wait_for: before Python 3.12 it can swallow a cancellation that comes with what it waits for.
                async with asyncio.timeout(wait):
                    await self._wake.wait()

    async def _read_on(self, lanes: Lanes, after: DueDocument | None, token: int) -> DueDocument | None:
        """Read on to the end of what is due, and start what may start; return the last one that was read."""
        while True:
            page = await self._read(lanes, after=after)
            self._start(lanes, token)
            after = page[-1] if page else after
            if len(page) < _PAGE:
                return after

    async def _read(
        self, lanes: Lanes, *, after: DueDocument | None, only: str | None = None
    ) -> tuple[DueDocument, ...]:
        now = self._now()
        page = await self._storage.due(self._kind, until=now, after=after, limit=_PAGE)
        lanes.take(page, after=after, now=now, only=only)
        return page

    def _start(self, lanes: Lanes, token: int) -> None:
        now = self._now()
        for one in lanes.start(now, at_most=self._width - len(self._going)):
            self._going.add(asyncio.create_task(self._go(lanes, one, now, token), name=f"sending {one.id}"))

    async def _go(self, lanes: Lanes, one: DueDocument, began: datetime.datetime, token: int) -> None:
        def open_unit(org: str) -> Unit:
            unit = self._storage.unit(org=org, actor=ACTOR, business_date=self._now().date())
            unit.fence(self._mark, token)
            return unit

        outcome = None
        try:
            outcome = await self._send(open_unit, one)
        except Moved as moved:
            log.info("sending.waits", kind=self._kind.name, org=one.org, id=one.id, reason=moved.message)
        except Exception:
            # It is still due. What broke is logged, and keeps nothing else from being sent.
            log.exception("sending.broke", kind=self._kind.name, org=one.org, id=one.id)
        finally:
            lanes.end(one, outcome, began=began, now=self._now())
            self._going.discard(cast("asyncio.Task[None]", asyncio.current_task()))
            self._wake.set()
