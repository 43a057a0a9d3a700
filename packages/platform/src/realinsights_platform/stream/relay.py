"""The relay: reads a service's journal as it was committed and publishes it; one process at a time does so."""

from __future__ import annotations

import asyncio
import datetime
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import structlog

from realinsights_platform.attributes import made_from
from realinsights_platform.cache.leading import LEASE_SECONDS, lead
from realinsights_platform.cache.port import Leases
from realinsights_platform.documents.heads import Heads
from realinsights_platform.documents.journal_port import Mark, Storage, are_all
from realinsights_platform.events import EventCodec, Message
from realinsights_platform.stream.port import Missed, Stream
from realinsights_platform.tasks import end

_ENTRIES_AT_ONCE: Final = 100
_LOOK_SECONDS: Final = 1.0
_KEEP_SECONDS: Final = 1.0
_ANSWER_SECONDS: Final = 60.0
"""After so long without an answer of its journal a relay gives up its lease, so that another one, or it itself, begins
anew: a driver that waits for ever would hold everything up."""
RELAY: Final = "relay"
"""The name of the mark of what need not be published again."""

log = structlog.get_logger(__name__)


class Relay:
    """The publisher of one service's journal, from where its mark stands, while it holds the service's lease.

    It wakes at commits that `heads` hear of, and looks every second for those that were not announced. The mark moves
    to what need not be published again, with the lease's token: who has lost the lease moves it no more.
    """

    def __init__(
        self,
        storage: Storage,
        stream: Stream,
        codec: EventCodec[Any],
        *,
        heads: Heads,
        leases: Leases,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        self._storage = storage
        self._stream = stream
        self._codec = codec
        self._heads = heads
        self._leases = leases
        self._lease_seconds = lease_seconds
        self._work = asyncio.Event()
        self._oldest: datetime.datetime | None = None
        self.leading = False
        """Whether it publishes just now."""

    @property
    def service(self) -> str:
        """The service whose journal it publishes."""
        return self._storage.service

    def lag(self, now: datetime.datetime) -> float:
        """Return how many seconds old the oldest event is that it has read and not published yet, 0 for none."""
        return 0.0 if self._oldest is None else max(0.0, (now - self._oldest).total_seconds())

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Publish, whenever the lease can be had, until the context is left; then keep what was settled."""
        service = self._storage.service
        stop = self._heads.watch(lambda org, sequence: self._work.set())
        leading = asyncio.create_task(
            lead(self._leases, f"{service}.relay", self._lead, seconds=self._lease_seconds), name=f"{service} relay"
        )
        try:
            yield
        finally:
            stop()
            await end(leading)

    async def _lead(self, token: int) -> None:
        while True:
            try:
                await self._follow(token)
            except Missed:
                log.info("relay.rewound", service=self._storage.service)
                continue
            return

    async def _follow(self, token: int) -> None:
        """Publish from the mark on, until another process has moved it."""
        place = (await self._storage.mark(RELAY)).place
        # Whoever led before must not write any more once this one has begun.
        if not await self._storage.move(RELAY, Mark(place, token)):
            return
        settling = _Settling(place)
        self.leading = True
        keeping = asyncio.create_task(self._keep(settling, token), name=f"{self._storage.service} relay's mark")
        try:
            while not keeping.done():
                self._work.clear()
                place, more = await self._publish(place, settling)
                if more:
                    continue
                with suppress(TimeoutError):
                    # Not wait_for: before Python 3.12 it can swallow a cancellation that comes with what it waits for.
                    async with asyncio.timeout(_LOOK_SECONDS):
                        await self._work.wait()
        finally:
            self.leading, self._oldest = False, None
            keeping.cancel()
            await asyncio.wait((keeping,))
            with suppress(Missed):
                await self._move(settling, token)
        if not keeping.cancelled():
            keeping.result()

    async def _publish(self, after: str, settling: _Settling) -> tuple[str, bool]:
        """Publish what comes after a place; return where that ends, and whether there may have been more.

        Raises `TimeoutError` where the journal does not answer in `_ANSWER_SECONDS`.
        """
        async with asyncio.timeout(_ANSWER_SECONDS):
            entries = await self._storage.outgoing(after=after, limit=_ENTRIES_AT_ONCE)
        self._oldest = entries[0].at if entries else None
        if not entries:
            return after, False
        messages = []
        for entry in entries:
            try:
                events = self._codec.decode(entry.events)
            except ValueError:
                # What this version does not know is for a later one, which reads it in the journal; the others go on.
                log.exception("relay.unreadable", service=self._storage.service, org=entry.org, sequence=entry.sequence)
                continue
            messages.append(made_from(entry, Message, service=self._storage.service, events=events))
        settling.add(entries[-1].place, asyncio.ensure_future(await self._stream.publish(messages)))
        return entries[-1].place, not are_all(entries, _ENTRIES_AT_ONCE)

    async def _keep(self, settling: _Settling, token: int) -> None:
        """Move the mark once a second, until another process has moved it; where it cannot be moved, try again."""
        while True:
            await asyncio.sleep(_KEEP_SECONDS)
            try:
                if not await self._move(settling, token):
                    return
            except Missed:
                raise
            except Exception:
                # What it rests on is away, or its disk is full: what is published meanwhile comes again at the worst.
                log.exception("relay.mark.failed", service=self._storage.service)

    async def _move(self, settling: _Settling, token: int) -> bool:
        place = settling.settled()
        if place == settling.kept:
            return True
        moved = await self._storage.move(RELAY, Mark(place, token))
        if moved:
            settling.kept = place
        return moved


class _Settling:
    """What was published and may have to be again: places in order, each with what is done once it need not."""

    def __init__(self, place: str = "") -> None:
        self.kept = place
        self._settled = place
        self._open: deque[tuple[str, asyncio.Future[object]]] = deque()

    def add(self, place: str, done: asyncio.Future[object]) -> None:
        """Take in one more place. Neighbors that are done become one: something slow keeps nothing else in memory."""
        if len(self._open) > 1 and self._open[-1][1].done() and self._open[-2][1].done():
            self.settled()
            if len(self._open) > 1:
                last = self._open.pop()
                self._open[-1] = last
        self._open.append((place, done))

    def settled(self) -> str:
        """Return the place up to which nothing has to be published again; raises what the stream says instead."""
        for _, done in self._open:
            if done.done():
                done.result()
        while self._open and self._open[0][1].done():
            self._settled = self._open.popleft()[0]
        return self._settled
