"""What the cache port promises, asked of every adapter."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from realinsights_platform.cache.memory import MemoryCache
from realinsights_platform.cache.opening import open_cache
from realinsights_platform.cache.redis import RedisCache
from realinsights_platform.ids import new_id

PATIENCE = 20
"""Seconds after which a test that waits for something that never comes fails."""


class Clock:
    """Time that passes when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += seconds


class Time:
    """The time of a cache under test.

    Memory has a clock that can be set. A server has its own: there, what time passes is taken from the rest of life of
    every key of the test, so that nobody has to wait for it.
    """

    def __init__(self, cache: MemoryCache | RedisCache, clock: Clock, prefix: str) -> None:
        self._cache = cache
        self._clock = clock
        self._prefix = prefix

    async def passes(self, seconds: float) -> None:
        self._clock.passes(seconds)
        if isinstance(self._cache, RedisCache):
            client: Any = self._cache.calls.client
            async for key in client.scan_iter(match=f"{self._prefix}:*"):
                left = await client.pttl(key)
                await client.pexpire(key, left - round(seconds * 1000))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def prefix() -> str:
    return f"test-{new_id()}"


@pytest.fixture(params=["memory", "redis", "redis-cluster"])
async def cache(request: pytest.FixtureRequest, clock: Clock, prefix: str) -> AsyncIterator[MemoryCache | RedisCache]:
    if request.param == "memory":
        yield MemoryCache(clock=clock)
        return
    opened = another(request, prefix)
    yield opened
    await opened.close()


def another(request: pytest.FixtureRequest, prefix: str) -> RedisCache:
    """Return what another process of the installation opens."""
    fixture = "redis_cluster_url" if request.node.callspec.params["cache"] == "redis-cluster" else "redis_url"
    opened = open_cache(f"{request.getfixturevalue(fixture)}?prefix={prefix}&timeout={PATIENCE}")
    assert isinstance(opened, RedisCache)
    return opened


@pytest.fixture
def time(cache: MemoryCache | RedisCache, clock: Clock, prefix: str) -> Time:
    return Time(cache, clock, prefix)


class Heard(list[Any]):
    """What was announced to a listener, which on a server arrives within moments."""

    def __init__(self, cache: MemoryCache | RedisCache) -> None:
        super().__init__()
        self._cache = cache
        self._more = asyncio.Event()

    def take(self, message: Any) -> None:
        self.append(message)
        self._more.set()

    async def begun(self) -> Heard:
        """Wait until the server knows who listens."""
        if isinstance(self._cache, RedisCache):
            await asyncio.wait_for(self._cache.listening(), PATIENCE)
        return self

    async def so_many(self, count: int) -> list[Any]:
        async with asyncio.timeout(PATIENCE):
            while len(self) < count:
                self._more.clear()
                await self._more.wait()
        return [*self]


class TestValues:
    async def test_are_absent_until_set(self, cache: MemoryCache | RedisCache) -> None:
        assert await cache.get("rate") is None

    async def test_are_what_was_set_last(self, cache: MemoryCache | RedisCache) -> None:
        await cache.set("rate", b"5.25", seconds=10)
        await cache.set("rate", b"5.50", seconds=10)
        assert await cache.get("rate") == b"5.50"

    async def test_are_gone_once_their_time_is_over(self, cache: MemoryCache | RedisCache, time: Time) -> None:
        await cache.set("rate", b"5.25", seconds=10)
        await time.passes(9)
        assert await cache.get("rate") == b"5.25"
        await time.passes(1)
        assert await cache.get("rate") is None

    async def test_are_gone_once_deleted_and_deleting_twice_is_no_error(self, cache: MemoryCache | RedisCache) -> None:
        await cache.set("rate", b"5.25", seconds=10)
        await cache.delete("rate")
        await cache.delete("rate")
        assert await cache.get("rate") is None

    async def test_may_be_empty(self, cache: MemoryCache | RedisCache) -> None:
        await cache.set("nothing", b"", seconds=10)
        assert await cache.get("nothing") == b""


class TestIncrement:
    async def test_counts_from_one(self, cache: MemoryCache | RedisCache) -> None:
        assert [await cache.increment("visits", seconds=10) for _ in range(3)] == [1, 2, 3]

    async def test_starts_again_a_fixed_time_after_its_first(self, cache: MemoryCache | RedisCache, time: Time) -> None:
        await cache.increment("visits", seconds=10)
        await time.passes(6)
        assert await cache.increment("visits", seconds=10) == 2
        await time.passes(4)
        assert await cache.increment("visits", seconds=10) == 1


class TestAnnouncements:
    async def test_reach_everyone_who_listens_to_the_channel_and_nobody_else(
        self, cache: MemoryCache | RedisCache
    ) -> None:
        heard = Heard(cache)
        cache.listen("sessions", lambda message: heard.take(("first", message)))
        cache.listen("sessions", lambda message: heard.take(("second", message)))
        cache.listen("prices", lambda message: heard.take(("other", message)))
        await heard.begun()
        assert await cache.announce("sessions", b"revoked")
        assert await heard.so_many(2) == [("first", b"revoked"), ("second", b"revoked")]
        await cache.announce("prices", b"up")
        assert await heard.so_many(3) == [("first", b"revoked"), ("second", b"revoked"), ("other", b"up")]

    async def test_arrive_in_the_order_in_which_they_were_made(self, cache: MemoryCache | RedisCache) -> None:
        heard = Heard(cache)
        cache.listen("prices", heard.take)
        await heard.begun()
        await asyncio.gather(*(cache.announce("prices", b"%d" % number) for number in range(100)))
        assert await heard.so_many(100) == [b"%d" % number for number in range(100)]

    async def test_without_a_listener_are_lost(self, cache: MemoryCache | RedisCache) -> None:
        heard = Heard(cache)
        await cache.announce("sessions", b"early")
        cache.listen("sessions", heard.take)
        await heard.begun()
        await cache.announce("sessions", b"late")
        assert await heard.so_many(1) == [b"late"]

    async def test_reach_nobody_who_has_stopped_listening(self, cache: MemoryCache | RedisCache) -> None:
        heard, others = Heard(cache), Heard(cache)
        stop = cache.listen("sessions", heard.take)
        cache.listen("sessions", others.take)
        await heard.begun()
        await cache.announce("sessions", b"first")
        await heard.so_many(1)
        stop()
        stop()
        await cache.announce("sessions", b"second")
        assert await others.so_many(2) == [b"first", b"second"]
        assert heard == [b"first"]


class TestLeases:
    async def test_have_one_owner_at_a_time(self, cache: MemoryCache | RedisCache) -> None:
        assert await cache.acquire("relay", seconds=10) is not None
        assert await cache.acquire("relay", seconds=10) is None
        assert await cache.acquire("scheduler", seconds=10) is not None

    async def test_are_free_once_their_time_is_over_and_tokens_only_grow(
        self, cache: MemoryCache | RedisCache, time: Time
    ) -> None:
        first = await cache.acquire("relay", seconds=10)
        await time.passes(10)
        second = await cache.acquire("relay", seconds=10)
        assert first is not None
        assert second is not None
        assert second > first

    async def test_tokens_grow_over_the_loss_of_all_that_was_kept(
        self, cache: MemoryCache | RedisCache, prefix: str
    ) -> None:
        first = await cache.acquire("relay", seconds=10)
        if isinstance(cache, RedisCache):
            client: Any = cache.calls.client
            async for key in client.scan_iter(match=f"{prefix}:*"):
                await client.delete(key)
        else:
            await cache.close()
        second = await cache.acquire("relay", seconds=10)
        anew = await MemoryCache().acquire("relay", seconds=10)
        assert first is not None
        assert second is not None
        assert anew is not None
        assert first < second
        assert first < anew

    async def test_are_held_for_as_long_as_they_are_extended(self, cache: MemoryCache | RedisCache, time: Time) -> None:
        token = await cache.acquire("relay", seconds=10)
        assert token is not None
        for _ in range(3):
            await time.passes(9)
            assert await cache.extend("relay", token, seconds=10)
        assert await cache.acquire("relay", seconds=10) is None

    async def test_that_ran_out_cannot_be_extended_nor_released_by_who_had_them(
        self, cache: MemoryCache | RedisCache, time: Time
    ) -> None:
        lost = await cache.acquire("relay", seconds=10)
        assert lost is not None
        await time.passes(10)
        assert not await cache.extend("relay", lost, seconds=10)
        held = await cache.acquire("relay", seconds=10)
        assert held is not None
        assert not await cache.extend("relay", lost, seconds=10)
        await cache.release("relay", lost)
        assert await cache.acquire("relay", seconds=10) is None
        assert await cache.extend("relay", held, seconds=10)

    async def test_that_are_given_back_are_free_at_once(self, cache: MemoryCache | RedisCache) -> None:
        token = await cache.acquire("relay", seconds=10)
        assert token is not None
        await cache.release("relay", token)
        await cache.release("relay", token)
        assert await cache.acquire("relay", seconds=10) is not None


class TestRedis:
    @pytest.fixture(params=["redis", "redis-cluster"])
    async def cache(self, request: pytest.FixtureRequest, prefix: str) -> AsyncIterator[RedisCache]:
        opened = another(request, prefix)
        yield opened
        await opened.close()

    async def test_is_one_for_all_processes(
        self, cache: RedisCache, request: pytest.FixtureRequest, prefix: str
    ) -> None:
        there = another(request, prefix)
        heard = Heard(there)
        there.listen("prices", heard.take)
        await heard.begun()
        await cache.set("rate", b"5.25", seconds=60)
        await cache.announce("prices", b"up")
        assert await heard.so_many(1) == [b"up"]
        assert await there.get("rate") == b"5.25"
        assert [await cache.increment("visits", seconds=60), await there.increment("visits", seconds=60)] == [1, 2]
        token = await cache.acquire("relay", seconds=60)
        assert token is not None
        assert await there.acquire("relay", seconds=60) is None
        await there.close()
        assert await cache.get("rate") == b"5.25", "who leaves takes nothing along"
        assert await cache.extend("relay", token, seconds=60)

    async def test_values_and_leases_end_by_the_servers_own_clock(self, cache: RedisCache) -> None:
        await cache.set("rate", b"5.25", seconds=0.05)
        assert await cache.acquire("relay", seconds=0.05) is not None
        async with asyncio.timeout(PATIENCE):
            while await cache.get("rate") is not None:
                pass
            while await cache.acquire("relay", seconds=10) is None:
                pass

    async def test_tokens_grow_where_a_clock_was_set_back(
        self, cache: RedisCache, request: pytest.FixtureRequest, prefix: str
    ) -> None:
        ahead = RedisCache(cache.calls.url, clock=lambda: 2**61)
        first = await ahead.acquire("relay", seconds=10)
        assert first == 2**61 // 1000
        await ahead.release("relay", first)
        await ahead.close()
        assert await cache.acquire("relay", seconds=10) == first + 1

    async def test_counters_take_one_round_trip(self, cache: RedisCache) -> None:
        await cache.increment("visits", seconds=10)
        client: Any = cache.calls.client
        asked: list[Any] = []
        execute = client.execute_command

        async def counted(*arguments: Any, **options: Any) -> Any:
            asked.append(arguments[0])
            return await execute(*arguments, **options)

        client.__dict__["execute_command"] = counted
        await cache.increment("visits", seconds=10)
        assert asked == ["EVALSHA"]


class TestMemory:
    async def test_forgets_the_least_recently_used_beyond_its_capacity(self) -> None:
        cache = MemoryCache(capacity=2)
        await cache.set("a", b"1", seconds=10)
        await cache.set("b", b"2", seconds=10)
        await cache.get("a")
        await cache.set("c", b"3", seconds=10)
        assert [await cache.get(key) for key in "abc"] == [b"1", None, b"3"]

    async def test_does_not_keep_what_expired(self, clock: Clock) -> None:
        cache = MemoryCache(clock=clock)
        for number in range(1023):
            await cache.set(f"short-{number}", b"", seconds=1)
        clock.passes(2)
        await cache.set("long", b"", seconds=10)
        assert len(cache._values) == 1
