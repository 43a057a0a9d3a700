"""Sending: documents of a kind are taken to the outside once they are due, many at once, by one process.

Unlike the scheduler's jobs, which work in units of work one after the other, this waits for others: a server that is
slow holds up what goes to it, and nothing else.
"""

from __future__ import annotations

import asyncio
import datetime
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

import structlog

from realinsights.notifications.service.clock import Clock
from realinsights_platform.cache.leading import LEASE_SECONDS, lead
from realinsights_platform.cache.port import Leases
from realinsights_platform.documents.heads import Heads
from realinsights_platform.documents.journal_port import DueDocument, Mark, Storage
from realinsights_platform.documents.port import Kind, Unit
from realinsights_platform.tasks import end

ACTOR: Final = "system:sending"

_LOOK_SECONDS: Final = 1.0
_TOGETHER_SECONDS: Final = 0.02
_PAGE: Final = 500
_BROKEN_PAUSE: Final = datetime.timedelta(minutes=1)
_KEPT: Final = 10_000

log = structlog.get_logger(__name__)

OpenUnit = Callable[[str], Unit]
"""Opens a unit of work of an organization that is refused once another process has taken over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one sending, for those that go the same way.

    `pace` is the time from one's start to the next one's, `pause` how long nothing goes that way from now on, `failed`
    whether it did not get through. Where nothing was `sent` there was nothing to be sent: it does not count.
    """

    sent: bool = True
    pace: datetime.timedelta = datetime.timedelta()
    pause: datetime.timedelta = datetime.timedelta()
    failed: bool = False


NOTHING: Final = Outcome(sent=False)
"""The outcome where there was nothing to be sent any more, or yet."""


Send = Callable[[OpenUnit, DueDocument], Awaitable[Outcome]]
"""Sends one document and stores what came of it; it is not due any more then, or later."""


class Sender:
    """The sending of one kind. `lane` names the way a document goes: of one way at most `lane_width` go at once.

    A way on which the last one failed, or on which none has gone yet, is one document wide until one gets through.
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
        self._going: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._lanes: Counter[str] = Counter()
        self._wide: set[str] = set()
        self._paces: dict[str, datetime.timedelta] = {}
        self._rests: OrderedDict[str, datetime.datetime] = OrderedDict()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Send, whenever the lease can be had, until the context is left."""
        forget = self._heads.watch(lambda org, sequence: self._wake.set())
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
            while True:
                self._wake.clear()
                wait = await self._start_due(token)
                with suppress(TimeoutError):
                    # Not wait_for: before Python 3.12 it can swallow a cancellation that comes with what it waits for.
                    async with asyncio.timeout(wait):
                        await self._wake.wait()
                await asyncio.sleep(_TOGETHER_SECONDS)  # what is committed meanwhile is looked for together
        finally:
            going = [*self._going.values()]
            for task in going:
                task.cancel()
            await asyncio.gather(*going, return_exceptions=True)

    async def _start_due(self, token: int) -> float:
        """Start what is due and has room on its way; return for how many seconds nothing more will have any."""
        now = self._now()
        after: DueDocument | None = None
        wait = _LOOK_SECONDS
        while len(self._going) < self._width:
            page = await self._storage.due(self._kind, until=now, after=after, limit=_PAGE)
            for one in page:
                if len(self._going) >= self._width:
                    break
                if (one.org, one.id) in self._going:
                    continue
                lane = self._lane(one)
                rests = max(self._rests.get(lane, now), self._rests.get(_own(one), now))
                if rests > now:
                    wait = min(wait, (rests - now).total_seconds())
                elif self._lanes[lane] < (self._lane_width if lane in self._wide else 1):
                    self._start(one, token)
            if len(page) < _PAGE:
                break
            after = page[-1]
        return wait

    def _start(self, one: DueDocument, token: int) -> None:
        lane = self._lane(one)
        self._lanes[lane] += 1
        began = self._now()
        if pace := self._paces.get(lane):
            self._rest(lane, began + pace)
        self._going[one.org, one.id] = asyncio.create_task(self._go(one, lane, began, token), name=f"sending {one.id}")

    async def _go(self, one: DueDocument, lane: str, began: datetime.datetime, token: int) -> None:
        def open_unit(org: str) -> Unit:
            unit = self._storage.unit(org=org, actor=ACTOR, business_date=self._now().date())
            unit.fence(self._mark, token)
            return unit

        try:
            outcome = await self._send(open_unit, one)
        except Exception:
            # It is still due. What broke is logged, and keeps nothing else from being sent.
            log.exception("sending.broke", kind=self._kind.name, org=one.org, id=one.id)
            self._rest(_own(one), self._now() + _BROKEN_PAUSE)
        else:
            self._heed(lane, outcome, began)
        finally:
            del self._going[one.org, one.id]
            self._lanes[lane] -= 1
            if not self._lanes[lane]:
                del self._lanes[lane]
            self._wake.set()

    def _heed(self, lane: str, outcome: Outcome, began: datetime.datetime) -> None:
        if not outcome.sent:
            if self._rests.get(lane) == began + self._paces.get(lane, datetime.timedelta()):
                del self._rests[lane]
            return
        self._paces[lane] = outcome.pace
        (self._wide.discard if outcome.failed else self._wide.add)(lane)
        until = max(began + outcome.pace, self._now() + outcome.pause)
        if until > self._rests.get(lane, began):
            self._rest(lane, until)

    def _rest(self, key: str, until: datetime.datetime) -> None:
        self._rests[key] = until
        self._rests.move_to_end(key)
        if len(self._rests) > _KEPT:
            self._rests.popitem(last=False)


def _own(one: DueDocument) -> str:
    return f"{one.org}/{one.id}"
