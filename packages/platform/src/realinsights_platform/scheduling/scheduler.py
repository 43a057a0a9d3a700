"""The scheduler: a service's jobs and checks, in whichever process holds the service's lease."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from realinsights_platform.cache.leading import LEASE_SECONDS, lead
from realinsights_platform.cache.port import Leases
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.scheduling.checks import CHECKED, PAUSE_SECONDS, UNSOUND, Check, Turns
from realinsights_platform.scheduling.jobs import DONE, FAILED, DueWork, Job
from realinsights_platform.tasks import end

COLLECTORS: Final = (DONE, FAILED, CHECKED, UNSOUND)


def utc_now() -> datetime.datetime:
    """Return the time."""
    return datetime.datetime.now(datetime.UTC)


class Scheduler:
    """The periodic work of one service; each job and check goes on by itself, so that none waits for another."""

    def __init__(
        self,
        storage: Storage,
        leases: Leases,
        *,
        jobs: Sequence[Job] = (),
        checks: Sequence[Check] = (),
        lease_seconds: float = LEASE_SECONDS,
        pause_seconds: float = PAUSE_SECONDS,
        now: Callable[[], datetime.datetime] = utc_now,
    ) -> None:
        self.service = storage.service
        self._leases = leases
        self._lease_seconds = lease_seconds
        self._now = now
        self.jobs = tuple(DueWork(storage, job, now=now) for job in jobs)
        self._turns = tuple(Turns(storage, check, pause_seconds=pause_seconds) for check in checks)
        self.leading = False
        """Whether it works just now."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work whenever the lease can be had, until the context is left."""
        key = f"{self.service}.scheduler"
        leading = asyncio.create_task(lead(self._leases, key, self._lead, seconds=self._lease_seconds), name=key)
        try:
            yield
        finally:
            await end(leading)

    def lag(self, job: DueWork) -> float:
        """Return for how many seconds the document has waited that has been due for longest; 0 where none waits."""
        return 0.0 if job.oldest is None else max((self._now() - job.oldest).total_seconds(), 0.0)

    async def _lead(self, token: int) -> None:
        self.leading = True
        try:
            working = [one.lead for one in self.jobs] + [one.lead for one in self._turns]
            async with asyncio.TaskGroup() as together:
                for work in working:
                    together.create_task(work(token))
        finally:
            self.leading = False


class SchedulerMetrics(Collector):
    """Schedulers by service. Of all processes exactly one leads a service; with the others nothing waits."""

    def __init__(self, schedulers: Sequence[Scheduler]) -> None:
        self._schedulers = schedulers

    def collect(self) -> Iterator[Metric]:
        """Yield everything as it is now."""
        leading = GaugeMetricFamily(
            "realinsights_scheduler_leading",
            "Whether this process does the service's periodic work.",
            labels=("service",),
        )
        waiting = GaugeMetricFamily(
            "realinsights_due_waiting",
            "Documents that are due and not done, as far as known: up to 1,000; 0 where another process leads.",
            labels=("service", "kind"),
        )
        lag = GaugeMetricFamily(
            "realinsights_due_lag_seconds",
            "For how long the document has waited that has been due for longest; 0 where another process leads.",
            labels=("service", "kind"),
        )
        for scheduler in self._schedulers:
            leading.add_metric((scheduler.service,), 1.0 if scheduler.leading else 0.0)
            for job in scheduler.jobs:
                waiting.add_metric(job.labels, job.waiting)
                lag.add_metric(job.labels, scheduler.lag(job))
        yield from (leading, waiting, lag)
