"""Heads: known after own commits and announcements, trusted for a second at most, never guessed."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import msgspec
import pytest

from realinsights_platform.cache.memory import MemoryCache
from realinsights_platform.cache.redis import RedisCache
from realinsights_platform.documents.heads import CHANNEL, LEASE_SECONDS, Announcement, Announcements, Heads
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.sqlite import SqliteDocuments
from realinsights_platform.events import Event
from realinsights_platform.ids import new_id
from realinsights_platform.redis.urls import read_url

PATIENCE = 20
TODAY = datetime.date(2026, 1, 31)


class Noticed(Event, frozen=True, tag="loans.noticed.v1"):
    pass


class Clock:
    """Time that passes when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += seconds


class Wire(MemoryCache):
    """A cache whose announcements can be cut, or lost one by one."""

    def __init__(self) -> None:
        super().__init__()
        self.cut = False

    async def announce(self, channel: str, message: bytes) -> bool:
        if not self.cut:
            return await super().announce(channel, message)
        return False


class Process:
    """One of the processes that share a service's documents and a cache."""

    def __init__(self, opened: SqliteDocuments, cache: MemoryCache, clock: Clock) -> None:
        self.announcements = Announcements(cache, clock=clock)
        self.heads = Heads(opened, self.announcements, clock=clock)
        self.documents: Storage = opened.telling(self.heads.committed)
        self.leave = cache.listen(CHANNEL, self.announcements.hear)

    async def commit(self, org: str = "acme", *, told: bool = True) -> int:
        async with self.documents.unit(org=org, actor="ann", business_date=TODAY) as unit:
            unit.emit(Noticed())
        if told:
            await self.announcements.send()
        assert unit.sequence is not None
        return unit.sequence

    async def beats(self) -> None:
        await self.announcements.send()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[SqliteDocuments]:
    documents = SqliteDocuments(tmp_path / "loans.sqlite", service="loans", kinds=[])
    yield documents
    await documents.close()


@pytest.fixture
def process(opened: SqliteDocuments, wire: Wire, clock: Clock) -> Callable[[], Process]:
    return lambda: Process(opened, wire, clock)


class TestAlone:
    async def test_knows_its_own_commits_for_good(self, opened: SqliteDocuments, clock: Clock) -> None:
        heads = Heads(opened, None, clock=clock)
        assert heads.head("acme") is None, "nothing was read yet"
        async with opened.telling(heads.committed).unit(org="acme", actor="ann", business_date=TODAY) as unit:
            unit.emit(Noticed())
        clock.passes(10_000)
        assert heads.head("acme") == 1

    async def test_reads_what_it_does_not_know_once(self, opened: SqliteDocuments, clock: Clock) -> None:
        async with opened.unit(org="acme", actor="ann", business_date=TODAY) as unit:
            unit.emit(Noticed())
        heads = Heads(opened, None, clock=clock)
        assert await heads.current("acme") == 1
        clock.passes(10_000)
        assert heads.head("acme") == 1

    async def test_keeps_so_many_organizations(self, opened: SqliteDocuments) -> None:
        heads = Heads(opened, None, kept=2)
        for org in ("first", "second", "third"):
            assert await heads.current(org) == 0
        assert [heads.head(org) for org in ("first", "second", "third")] == [None, 0, 0]


class TestSeveral:
    async def test_a_commit_is_known_where_it_was_made_at_once_and_elsewhere_once_announced(
        self, process: Callable[[], Process]
    ) -> None:
        here, there = process(), process()
        await here.beats()
        await there.beats()
        assert await there.heads.current("acme") == 0
        await here.commit(told=False)
        assert (here.heads.head("acme"), there.heads.head("acme")) == (1, 0)
        await here.announcements.send()
        assert there.heads.head("acme") == 1

    async def test_is_trusted_for_as_long_as_everybody_shows_signs_of_life(
        self, process: Callable[[], Process], clock: Clock
    ) -> None:
        here, there = process(), process()
        await here.beats()
        await there.beats()
        await here.commit()
        for _ in range(20):
            clock.passes(LEASE_SECONDS / 4)
            await here.beats()
            await there.beats()
            assert there.heads.head("acme") == 1
        clock.passes(LEASE_SECONDS)
        assert there.heads.head("acme") is None

    async def test_with_announcements_cut_nothing_is_trusted_for_longer_than_a_second(
        self, process: Callable[[], Process], wire: Wire, clock: Clock
    ) -> None:
        here, there = process(), process()
        await here.beats()
        await there.beats()
        assert await there.heads.current("acme") == 0
        wire.cut = True
        await here.commit()
        clock.passes(LEASE_SECONDS)
        assert there.heads.head("acme") is None
        assert await there.heads.current("acme") == 1
        clock.passes(LEASE_SECONDS * 0.9)
        assert there.heads.head("acme") == 1, "what was read is good for a second"

    async def test_what_was_known_before_a_cut_is_not_trusted_after_it(
        self, process: Callable[[], Process], wire: Wire, clock: Clock
    ) -> None:
        here, there = process(), process()
        await here.beats()
        await there.beats()
        assert await there.heads.current("acme") == 0
        wire.cut = True
        await here.commit()
        wire.cut = False
        clock.passes(LEASE_SECONDS / 2)
        await there.beats()
        await here.beats()
        clock.passes(LEASE_SECONDS / 2)
        await here.beats()
        await there.beats()
        assert there.heads.head("acme") is None, "one announcement of a number is missing"

    async def test_who_dies_between_a_commit_and_its_announcement_misleads_nobody(
        self, process: Callable[[], Process], clock: Clock
    ) -> None:
        dies, lives = process(), process()
        await dies.beats()
        await lives.beats()
        assert await lives.heads.current("acme") == 0
        await dies.commit(told=False)
        dies.leave()
        for _ in range(4):
            clock.passes(LEASE_SECONDS / 4)
            await lives.beats()
        assert lives.heads.head("acme") is None
        assert await lives.heads.current("acme") == 1
        clock.passes(LEASE_SECONDS / 2)
        await lives.beats()
        clock.passes(LEASE_SECONDS / 2)
        assert lives.heads.head("acme") == 1, "the others do not wait for the dead"

    async def test_who_leaves_in_good_order_costs_nobody_anything(
        self, process: Callable[[], Process], clock: Clock
    ) -> None:
        leaves, stays = process(), process()
        await leaves.beats()
        await stays.beats()
        await leaves.commit()
        await leaves.announcements.send(leaving=True)
        leaves.leave()
        for _ in range(8):
            clock.passes(LEASE_SECONDS / 4)
            await stays.beats()
        assert stays.heads.head("acme") == 1

    async def test_what_a_client_has_written_is_looked_for_and_not_believed(
        self, process: Callable[[], Process]
    ) -> None:
        here, there = process(), process()
        await here.beats()
        await there.beats()
        assert await there.heads.current("acme") == 0
        await here.commit(told=False)
        assert await there.heads.current("acme", at_least=1) == 1
        assert await there.heads.current("acme", at_least=999) == 1
        assert there.heads.head("acme") == 1

    async def test_watchers_hear_of_own_commits_and_those_of_others_until_they_stop(
        self, process: Callable[[], Process]
    ) -> None:
        here, there = process(), process()
        moved: list[tuple[str, int]] = []
        stop = there.heads.watch(lambda org, sequence: moved.append((org, sequence)))
        await here.commit()
        await there.commit("other")
        stop()
        await here.commit()
        assert moved == [("acme", 1), ("other", 1)]

    async def test_an_announcement_of_an_older_sequence_changes_nothing(
        self, process: Callable[[], Process], wire: Wire
    ) -> None:
        here = process()
        await here.commit()
        await here.commit()
        late = Announcement("another", 1, {"loans": {"acme": 1}, "unheard-of": {"acme": 7}})
        await wire.announce(CHANNEL, msgspec.json.encode(late))
        assert here.heads.head("acme") == 2


class TestOverRedis:
    @pytest.mark.parametrize("fixture", ["redis_url", "redis_cluster_url"])
    async def test_a_commit_is_heard_of_in_another_process_and_believed(
        self, opened: SqliteDocuments, fixture: str, request: pytest.FixtureRequest
    ) -> None:
        url = read_url(f"{request.getfixturevalue(fixture)}?prefix=test-{new_id()}&timeout={PATIENCE}")
        caches = [RedisCache(url) for _ in range(2)]
        announcements = [Announcements(cache) for cache in caches]
        here, there = (Heads(opened, told) for told in announcements)
        moved = asyncio.Event()
        there.watch(lambda org, sequence: moved.set())
        async with announcements[0].running(), announcements[1].running():
            for cache in caches:
                await asyncio.wait_for(cache.listening(), PATIENCE)
            async with opened.telling(here.committed).unit(org="acme", actor="ann", business_date=TODAY) as unit:
                unit.emit(Noticed())
            await asyncio.wait_for(moved.wait(), PATIENCE)
            assert there.head("acme") == 1
        for cache in caches:
            await cache.close()


class TestRunning:
    async def test_the_last_one_to_leave_hears_its_own_goodbye(self, wire: Wire, clock: Clock) -> None:
        last = Announcements(wire, clock=clock)
        wire.listen(CHANNEL, last.hear)
        await last.send()
        await last.send(leaving=True)
        assert last.until == clock.now + LEASE_SECONDS

    async def test_announces_by_itself_and_says_goodbye(
        self, opened: SqliteDocuments, wire: Wire, clock: Clock
    ) -> None:
        heard: list[Announcement] = []
        wire.listen(CHANNEL, lambda message: heard.append(msgspec.json.decode(message, type=Announcement)))
        announcements = Announcements(wire, clock=clock)
        async with announcements.running():
            announcements.tell("loans", "acme", 1)
            announcements.tell("loans", "acme", 2)
        assert [one.number for one in heard] == list(range(1, len(heard) + 1))
        assert {"loans": {"acme": 2}} in [one.moved for one in heard]
        assert heard[-1].leaving
