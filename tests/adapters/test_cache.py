"""What the cache port promises, asked of every adapter."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from realinsights_platform.cache.memory import MemoryCache


class Clock:
    """Time that passes when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory"])
def cache(request: pytest.FixtureRequest, clock: Clock) -> MemoryCache:
    adapters: dict[str, Callable[[], MemoryCache]] = {"memory": lambda: MemoryCache(clock=clock)}
    return adapters[request.param]()


class TestValues:
    async def test_are_absent_until_set(self, cache: MemoryCache) -> None:
        assert await cache.get("rate") is None

    async def test_are_what_was_set_last(self, cache: MemoryCache) -> None:
        await cache.set("rate", b"5.25", seconds=10)
        await cache.set("rate", b"5.50", seconds=10)
        assert await cache.get("rate") == b"5.50"

    async def test_are_gone_once_their_time_is_over(self, cache: MemoryCache, clock: Clock) -> None:
        await cache.set("rate", b"5.25", seconds=10)
        clock.passes(9.9)
        assert await cache.get("rate") == b"5.25"
        clock.passes(0.1)
        assert await cache.get("rate") is None

    async def test_are_gone_once_deleted_and_deleting_twice_is_no_error(self, cache: MemoryCache) -> None:
        await cache.set("rate", b"5.25", seconds=10)
        await cache.delete("rate")
        await cache.delete("rate")
        assert await cache.get("rate") is None

    async def test_may_be_empty(self, cache: MemoryCache) -> None:
        await cache.set("nothing", b"", seconds=10)
        assert await cache.get("nothing") == b""


class TestIncrement:
    async def test_counts_from_one(self, cache: MemoryCache) -> None:
        assert [await cache.increment("visits", seconds=10) for _ in range(3)] == [1, 2, 3]

    async def test_starts_again_a_fixed_time_after_its_first(self, cache: MemoryCache, clock: Clock) -> None:
        await cache.increment("visits", seconds=10)
        clock.passes(6)
        assert await cache.increment("visits", seconds=10) == 2
        clock.passes(4)
        assert await cache.increment("visits", seconds=10) == 1


class TestAnnouncements:
    async def test_reach_everyone_who_listens_to_the_channel_and_nobody_else(self, cache: MemoryCache) -> None:
        heard: list[tuple[str, bytes]] = []
        cache.listen("sessions", lambda message: heard.append(("first", message)))
        cache.listen("sessions", lambda message: heard.append(("second", message)))
        cache.listen("prices", lambda message: heard.append(("other", message)))
        await cache.announce("sessions", b"revoked")
        assert heard == [("first", b"revoked"), ("second", b"revoked")]

    async def test_without_a_listener_are_lost(self, cache: MemoryCache) -> None:
        heard: list[bytes] = []
        await cache.announce("sessions", b"early")
        cache.listen("sessions", heard.append)
        assert heard == []

    async def test_reach_nobody_who_has_stopped_listening(self, cache: MemoryCache) -> None:
        heard: list[bytes] = []
        stop = cache.listen("sessions", heard.append)
        await cache.announce("sessions", b"first")
        stop()
        stop()
        await cache.announce("sessions", b"second")
        assert heard == [b"first"]


class TestLeases:
    async def test_have_one_owner_at_a_time(self, cache: MemoryCache) -> None:
        assert await cache.acquire("relay", seconds=10) is not None
        assert await cache.acquire("relay", seconds=10) is None
        assert await cache.acquire("scheduler", seconds=10) is not None

    async def test_are_free_once_their_time_is_over_and_tokens_only_grow(
        self, cache: MemoryCache, clock: Clock
    ) -> None:
        first = await cache.acquire("relay", seconds=10)
        clock.passes(10)
        second = await cache.acquire("relay", seconds=10)
        assert first is not None
        assert second is not None
        assert second > first

    async def test_tokens_grow_over_the_loss_of_all_that_was_kept(self, cache: MemoryCache) -> None:
        first = await cache.acquire("relay", seconds=10)
        await cache.close()
        second = await cache.acquire("relay", seconds=10)
        anew = await MemoryCache().acquire("relay", seconds=10)
        assert first is not None
        assert second is not None
        assert anew is not None
        assert first < second
        assert first < anew

    async def test_are_held_for_as_long_as_they_are_extended(self, cache: MemoryCache, clock: Clock) -> None:
        token = await cache.acquire("relay", seconds=10)
        assert token is not None
        for _ in range(3):
            clock.passes(9)
            assert await cache.extend("relay", token, seconds=10)
        assert await cache.acquire("relay", seconds=10) is None

    async def test_that_ran_out_cannot_be_extended_nor_released_by_who_had_them(
        self, cache: MemoryCache, clock: Clock
    ) -> None:
        lost = await cache.acquire("relay", seconds=10)
        assert lost is not None
        clock.passes(10)
        assert not await cache.extend("relay", lost, seconds=10)
        held = await cache.acquire("relay", seconds=10)
        assert held is not None
        assert not await cache.extend("relay", lost, seconds=10)
        await cache.release("relay", lost)
        assert await cache.acquire("relay", seconds=10) is None
        assert await cache.extend("relay", held, seconds=10)

    async def test_that_are_given_back_are_free_at_once(self, cache: MemoryCache) -> None:
        token = await cache.acquire("relay", seconds=10)
        assert token is not None
        await cache.release("relay", token)
        await cache.release("relay", token)
        assert await cache.acquire("relay", seconds=10) is not None


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
