"""The scheduler: what is due is done once, by one process, whatever fails beside it."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator, Sequence

import msgspec
import pytest
from prometheus_client import CollectorRegistry

from realinsights_platform.cache.memory import MemoryCache
from realinsights_platform.documents.journal_port import Mark, Storage
from realinsights_platform.documents.opening import open_documents
from realinsights_platform.documents.port import Document, Kind, Unit
from realinsights_platform.scheduling.jobs import LOOK, DueWork, Job
from realinsights_platform.scheduling.scheduler import COLLECTORS, Scheduler, SchedulerMetrics

TODAY = datetime.date(2026, 1, 31)
NOON = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)
PATIENCE = 30


class Reminder(Document, frozen=True, kw_only=True):
    remind_at: datetime.datetime | None
    said: int = 0


REMINDER = Kind("notes", "reminder", Reminder, due="remind_at")


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime.datetime:
        return self.now


class Saying:
    """Says what is due, once; some of it cannot be said."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[str, ...]]] = []
        self.broken: set[str] = set()

    async def __call__(self, unit: Unit, ids: Sequence[str]) -> None:
        self.calls.append((unit.org, tuple(ids)))
        for one in (await unit.get_many(REMINDER, ids)).values():
            if one.id in self.broken:
                raise ValueError("some fault of ours")
            unit.put(REMINDER, msgspec.structs.replace(one, remind_at=None, said=one.said + 1))


@pytest.fixture
async def documents(address: str) -> AsyncIterator[Storage]:
    opened = await open_documents(address, "notes", [REMINDER])
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def put(documents: Storage, *ids: str, org: str = "acme", at: datetime.datetime = NOON) -> None:
    async with documents.unit(org=org, actor="ann", business_date=TODAY) as unit:
        for one in ids:
            unit.put(REMINDER, Reminder(id=one, org=org, remind_at=at))


async def said(documents: Storage, org: str = "acme") -> dict[str, int]:
    return {one.id: one.said for one in (await documents.find(REMINDER, org, limit=1000)).items}


def work(documents: Storage, saying: Saying, clock: Clock) -> DueWork:
    return DueWork(documents, Job(kind=REMINDER, work=saying), now=clock)


class TestAPass:
    async def test_does_what_is_due_in_one_unit_for_each_organization(self, documents: Storage, clock: Clock) -> None:
        saying = Saying()
        await put(documents, "1", "2")
        await put(documents, "3", at=NOON + MINUTE)
        await put(documents, "1", org="bay")
        assert await work(documents, saying, clock).pass_through(1) == NOON + LOOK
        assert await said(documents) == {"1": 1, "2": 1, "3": 0}
        assert await said(documents, "bay") == {"1": 1}
        assert saying.calls == [("acme", ("1", "2")), ("bay", ("1",))]
        (entry,) = await documents.entries("acme", after=2)
        assert (entry.actor, len(entry.writes)) == ("system:scheduler", 2)

    async def test_again_does_nothing_more(self, documents: Storage, clock: Clock) -> None:
        saying = Saying()
        await put(documents, "1")
        job = work(documents, saying, clock)
        await job.pass_through(1)
        await job.pass_through(1)
        assert saying.calls == [("acme", ("1",))]

    async def test_writes_nothing_where_nothing_is_due(
        self, documents: Storage, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        job, moved = work(documents, Saying(), clock), documents.move
        moves: list[str] = []

        async def counted(name: str, mark: Mark) -> bool:
            moves.append(name)
            return await moved(name, mark)

        monkeypatch.setattr(documents, "move", counted)
        for _ in range(3):
            assert await job.pass_through(1) is not None
        assert moves == ["due.reminder"]
        assert await documents.organizations() == ()

    async def test_wakes_when_the_next_is_due(self, documents: Storage, clock: Clock) -> None:
        await put(documents, "1", at=NOON + LOOK / 2)
        assert await work(documents, Saying(), clock).pass_through(1) == NOON + LOOK / 2

    async def test_takes_many_in_batches_and_rests_between_them(self, documents: Storage, clock: Clock) -> None:
        saying = Saying()
        for start in range(0, 1200, 400):
            await put(documents, *(f"{number:05}" for number in range(start, start + 400)))
        others = 0

        async def other() -> None:
            nonlocal others
            while True:
                await asyncio.sleep(0)
                others += 1

        beside = asyncio.create_task(other())
        await work(documents, saying, clock).pass_through(1)
        beside.cancel()
        assert [len(ids) for _, ids in saying.calls] == [50] * 24
        assert others > 24, "whoever else works has its turn"
        assert set((await said(documents)).values()) == {1}


class TestWhatFails:
    async def test_keeps_nothing_else_from_being_done(self, documents: Storage, clock: Clock) -> None:
        saying = Saying()
        saying.broken = {"2"}
        await put(documents, "1", "2", "3")
        await put(documents, "4", org="bay")
        await work(documents, saying, clock).pass_through(1)
        assert await said(documents) == {"1": 1, "2": 0, "3": 1}
        assert await said(documents, "bay") == {"4": 1}

    async def test_is_tried_again_later_and_then_less_often(self, documents: Storage, clock: Clock) -> None:
        saying = Saying()
        saying.broken = {"1"}
        await put(documents, "1")
        job = work(documents, saying, clock)
        tried = []
        for minute in range(8):
            clock.now = NOON + minute * MINUTE
            saying.calls.clear()
            await job.pass_through(1)
            if saying.calls:
                tried.append(minute)
        assert tried == [0, 1, 3, 7]
        saying.broken = set()
        clock.now = NOON + 60 * MINUTE
        await job.pass_through(1)
        assert await said(documents) == {"1": 1}

    async def test_is_counted_and_its_age_is_told(self, documents: Storage, clock: Clock) -> None:
        registry = CollectorRegistry()
        saying = Saying()
        saying.broken = {"1"}
        scheduler = Scheduler(documents, MemoryCache(), jobs=[Job(kind=REMINDER, work=saying)], now=clock)
        for collector in (*COLLECTORS, SchedulerMetrics([scheduler])):
            registry.register(collector)
        labels = {"service": "notes", "kind": "reminder"}

        def value(name: str) -> float:
            return registry.get_sample_value(name, labels) or 0.0

        failed, done = value("realinsights_due_failed_total"), value("realinsights_due_done_total")
        await put(documents, "1", at=NOON - MINUTE)
        await put(documents, "2")
        await scheduler.jobs[0].pass_through(1)
        assert value("realinsights_due_failed_total") - failed == 1
        assert value("realinsights_due_done_total") - done == 1
        assert value("realinsights_due_waiting") == 1
        assert value("realinsights_due_lag_seconds") == 60
        clock.now += 30 * MINUTE
        assert value("realinsights_due_lag_seconds") == 31 * 60
        saying.broken = set()
        await scheduler.jobs[0].pass_through(1)
        assert (value("realinsights_due_waiting"), value("realinsights_due_lag_seconds")) == (0, 0)


class TestLeading:
    async def test_of_two_one_works(self, documents: Storage, clock: Clock) -> None:
        leases, sayings = MemoryCache(), (Saying(), Saying())
        await put(documents, *(str(number) for number in range(20)))
        schedulers = [
            Scheduler(documents, leases, jobs=[Job(kind=REMINDER, work=saying)], lease_seconds=1, now=clock)
            for saying in sayings
        ]
        async with schedulers[0].running(), schedulers[1].running():
            await until_said(documents, 20)
            assert [one.leading for one in schedulers].count(True) == 1
        assert set((await said(documents)).values()) == {1}
        assert [bool(saying.calls) for saying in sayings].count(True) == 1

    async def test_another_goes_on_once_the_first_ends(self, documents: Storage, clock: Clock) -> None:
        leases, saying = MemoryCache(), Saying()
        job = Job(kind=REMINDER, work=saying)
        await put(documents, "1")
        async with Scheduler(documents, leases, jobs=[job], lease_seconds=1, now=clock).running():
            await until_said(documents, 1)
        await put(documents, "2")
        async with Scheduler(documents, leases, jobs=[job], lease_seconds=1, now=clock).running():
            await until_said(documents, 2)

    async def test_who_has_lost_the_lease_stores_nothing(self, documents: Storage, clock: Clock) -> None:
        await put(documents, "1", "2")
        inside, go_on = asyncio.Event(), asyncio.Event()

        async def standing_still(unit: Unit, ids: Sequence[str]) -> None:
            inside.set()
            await go_on.wait()
            await saying(unit, ids)

        saying, other = Saying(), Saying()
        stopped = DueWork(documents, Job(kind=REMINDER, work=standing_still), now=clock)
        at_work = asyncio.create_task(stopped.pass_through(7))
        async with asyncio.timeout(PATIENCE):
            await inside.wait()
        # The other one leads by now, and has not come to these documents yet.
        later = Clock()
        later.now = NOON - MINUTE
        assert await work(documents, other, later).pass_through(8) is not None
        go_on.set()
        assert await at_work is None
        assert await said(documents) == {"1": 0, "2": 0}
        assert await documents.sequence("acme") == 1
        assert await stopped.pass_through(7) is None
        await work(documents, other, clock).pass_through(8)
        assert await said(documents) == {"1": 1, "2": 1}


async def until_said(documents: Storage, count: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while list((await said(documents)).values()).count(1) < count:  # noqa: ASYNC110 - the port tells nobody
            await asyncio.sleep(0.01)
