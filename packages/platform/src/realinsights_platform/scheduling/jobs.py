"""Jobs: what a service does with documents once they are due, found by an index over all organizations."""

from __future__ import annotations

import asyncio
import datetime
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog
from prometheus_client import Counter

from realinsights_platform.documents.journal_port import DueDocument, Mark, Storage
from realinsights_platform.documents.port import Kind, Unit
from realinsights_platform.errors import Closed, Stale

ACTOR: Final = "system:scheduler"
LOOK: Final = datetime.timedelta(seconds=5)
"""After so long a job looks again at what is due, sooner where it knows of something."""

DONE: Final = Counter(
    "realinsights_due_done", "Documents that were due and are done.", ("service", "kind"), registry=None
)
FAILED: Final = Counter(
    "realinsights_due_failed",
    "Times that work on a document that was due has failed; it is tried again later.",
    ("service", "kind"),
    registry=None,
)

_PAGE: Final = 1_000
_AT_ONCE: Final = 50
_FIRST_DELAY: Final = datetime.timedelta(minutes=1)
_LONGEST_DELAY: Final = datetime.timedelta(hours=1)
_DELAYED_KEPT: Final = 10_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work on documents of a kind that are due.

    `work(unit, ids)` gets documents of one organization in a unit of work, which is committed when it returns. It
    deletes them or moves when they are due. It may get a document that is not there or not due any more, and the same
    one twice.
    """

    kind: Kind[Any]
    work: Callable[[Unit, Sequence[str]], Awaitable[None]]


class DueWork:
    """A job at work in the process that leads; `now` tells the time.

    At most half of the time is worked, in batches, so that a hundred thousand documents that are due at once leave
    room for everything else. What fails is tried again after a minute, then after twice as long each time, up to an
    hour; nothing waits for it. Units carry the lease's token: who has lost the lease stores nothing.
    """

    def __init__(self, storage: Storage, job: Job, *, now: Callable[[], datetime.datetime]) -> None:
        self._storage = storage
        self._job = job
        self._now = now
        self._mark = f"due.{job.kind.name}"
        self._delayed: OrderedDict[tuple[str, str], tuple[int, datetime.datetime]] = OrderedDict()
        self._labels = (storage.service, job.kind.name)
        self._done, self._failed = DONE.labels(*self._labels), FAILED.labels(*self._labels)
        self._led_with: int | None = None
        self.waiting = 0
        """How many documents are known to be due, up to a thousand."""
        self.oldest: datetime.datetime | None = None
        """Since when the one has been due that has waited for longest; None where nothing waits."""

    @property
    def labels(self) -> tuple[str, str]:
        """The service and the kind of document."""
        return self._labels

    async def lead(self, token: int) -> None:
        """Work until cancelled, or until another process has taken over."""
        try:
            while True:
                again = await self.pass_through(token)
                if again is None:
                    return
                await asyncio.sleep(max((again - self._now()).total_seconds(), 0))
        finally:
            self.waiting, self.oldest = 0, None

    async def pass_through(self, token: int) -> datetime.datetime | None:
        """Take all that is due by now once; return when to look again, None where another process has taken over."""
        # Said once, so that a process with nothing to do writes nothing.
        if token != self._led_with and not await self._still_leads(token):
            return None
        self._led_with = token
        now = self._now()
        first: datetime.datetime | None = None
        after: DueDocument | None = None
        while True:
            page = await self._storage.due(self._job.kind, until=now + LOOK, after=after, limit=_PAGE)
            due = [one for one in page if one.at <= now]
            ready = [one for one in due if self._may_be_tried(one, now)]
            undone = len(due) - len(ready)
            for start in range(0, len(ready), _AT_ONCE):
                batch = ready[start : start + _AT_ONCE]
                self.waiting = len(due) - start
                self.oldest = first or due[0].at
                began = asyncio.get_running_loop().time()
                failed = await self._work(batch, token)
                if failed is None:
                    return None
                undone += failed
                await asyncio.sleep(asyncio.get_running_loop().time() - began)
            if undone and first is None:
                first = due[0].at
            if len(page) < _PAGE or len(due) < len(page):
                self.waiting, self.oldest = undone, first
                # What comes next is known, unless it comes after the next look.
                return page[len(due)].at if len(due) < len(page) else now + LOOK
            after = page[-1]

    async def _work(self, batch: Sequence[DueDocument], token: int) -> int | None:
        """Work on documents by organization; return how many failed, None where another process has taken over."""
        by_org: dict[str, list[DueDocument]] = {}
        for one in batch:
            by_org.setdefault(one.org, []).append(one)
        failed = 0
        for some in by_org.values():
            if await self._in_unit(some, token):
                continue
            # One of them may have kept the others from being stored.
            for one in some:
                if len(some) > 1 and await self._in_unit([one], token):
                    continue
                if not await self._still_leads(token):
                    return None
                self._delay(one)
                failed += 1
        return failed

    async def _still_leads(self, token: int) -> bool:
        return await self._storage.move(self._mark, Mark("", token))

    async def _in_unit(self, some: Sequence[DueDocument], token: int) -> bool:
        org, ids = some[0].org, [one.id for one in some]
        try:
            async with self._storage.unit(org=org, actor=ACTOR, business_date=self._now().date()) as unit:
                unit.fence(self._mark, token)
                await self._job.work(unit, ids)
        except Closed:
            # The organization was deleted meanwhile, and what was due goes with it.
            log.info("due.organization_deleted", service=self._labels[0], kind=self._labels[1], org=org, ids=ids)
        except Stale:
            log.info("due.crossed", service=self._labels[0], kind=self._labels[1], org=org, ids=ids)
            return False
        except Exception:
            log.exception("due.failed", service=self._labels[0], kind=self._labels[1], org=org, ids=ids)
            return False
        self._done.inc(len(some))
        for one in some:
            self._delayed.pop((one.org, one.id), None)
        return True

    def _may_be_tried(self, one: DueDocument, now: datetime.datetime) -> bool:
        delayed = self._delayed.get((one.org, one.id))
        return delayed is None or delayed[1] <= now

    def _delay(self, one: DueDocument) -> None:
        self._failed.inc()
        before, _ = self._delayed.pop((one.org, one.id), (0, None))
        delay = min(_FIRST_DELAY * 2 ** min(before, 10), _LONGEST_DELAY)
        self._delayed[one.org, one.id] = (before + 1, self._now() + delay)
        if len(self._delayed) > _DELAYED_KEPT:
            self._delayed.popitem(last=False)
