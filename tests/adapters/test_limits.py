"""What the limits port promises, asked of every adapter."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from limits.aio.storage import MemoryStorage

from realinsights_platform.ids import new_id
from realinsights_platform.limits.library import LibraryLimits
from realinsights_platform.limits.memory import MemoryLimits, NullLimits
from realinsights_platform.limits.opening import open_limits
from realinsights_platform.limits.port import Allowance, Limits, Rate
from realinsights_platform.limits.redis import RedisLimits

HOURLY = Rate(amount=3, seconds=3600)
PATIENCE = 20
REDIS = {"redis": "redis_url", "redis-cluster": "redis_cluster_url"}
"""Fixtures with the URL of an engine, by adapter."""


@pytest.fixture
def prefix() -> str:
    return f"test-{new_id()}"


def opened(name: str, prefix: str, request: pytest.FixtureRequest) -> Limits:
    """Return what another process of the installation opens."""
    return open_limits(f"{request.getfixturevalue(REDIS[name])}?prefix={prefix}&timeout={PATIENCE}")


@pytest.fixture(params=["memory", "library-memory", *REDIS])
async def limits(request: pytest.FixtureRequest, prefix: str) -> AsyncIterator[Limits]:
    if request.param in REDIS:
        limits = opened(request.param, prefix, request)
    else:
        limits = open_limits("memory://") if request.param == "memory" else LibraryLimits(MemoryStorage())
    yield limits
    await limits.close()


class TestHit:
    async def test_allows_as_often_as_the_rate_says_and_then_no_more(self, limits: Limits) -> None:
        answers = [await limits.hit("ana", HOURLY) for _ in range(5)]
        assert [answer.allowed for answer in answers] == [True, True, True, False, False]
        assert [answer.remaining for answer in answers] == [2, 1, 0, 0, 0]

    async def test_counts_what_something_costs(self, limits: Limits) -> None:
        answers = [await limits.hit("ana", HOURLY, cost=2) for _ in range(2)]
        assert [(answer.allowed, answer.remaining) for answer in answers] == [(True, 1), (False, 0)]

    async def test_says_in_how_many_seconds_the_window_ends(self, limits: Limits) -> None:
        answer = await limits.hit("ana", HOURLY)
        assert answer.limit == 3
        assert 3590 <= answer.reset <= 3600

    async def test_counts_each_key_by_itself(self, limits: Limits) -> None:
        for _ in range(3):
            await limits.hit("ana", HOURLY)
        assert (await limits.hit("ben", HOURLY)).remaining == 2

    async def test_counts_each_rate_by_itself(self, limits: Limits) -> None:
        for _ in range(3):
            await limits.hit("ana", HOURLY)
        assert (await limits.hit("ana", Rate(amount=10, seconds=86400))).allowed


class TestClosing:
    @pytest.mark.parametrize("shared", [MemoryLimits(), LibraryLimits(MemoryStorage())])
    async def test_forgets_nothing_that_others_count(self, shared: Limits) -> None:
        for _ in range(3):
            await shared.hit("ana", HOURLY)
        await shared.close()
        assert not (await shared.hit("ana", HOURLY)).allowed

    async def test_of_one_process_leaves_what_others_share(self) -> None:
        storage = MemoryStorage()
        one, other = LibraryLimits(storage), LibraryLimits(storage)
        for _ in range(3):
            await one.hit("ana", HOURLY)
        await one.close()
        assert not (await other.hit("ana", HOURLY)).allowed


class TestRedis:
    @pytest.mark.parametrize("name", REDIS)
    async def test_counts_for_all_processes_also_once_one_has_ended(
        self, name: str, prefix: str, request: pytest.FixtureRequest
    ) -> None:
        one, other = opened(name, prefix, request), opened(name, prefix, request)
        for _ in range(3):
            await one.hit("ana", HOURLY)
        await one.close()
        assert not (await other.hit("ana", HOURLY)).allowed
        await other.close()

    @pytest.mark.parametrize("name", REDIS)
    async def test_starts_again_in_the_next_window(
        self, name: str, prefix: str, request: pytest.FixtureRequest
    ) -> None:
        limits = opened(name, prefix, request)
        assert isinstance(limits, RedisLimits)
        for _ in range(4):
            await limits.hit("ana", HOURLY)
        client: Any = limits.calls.client
        # Time passes for it: less than a second is left of the hour, and then none.
        async for key in client.scan_iter(match=f"{prefix}:*"):
            await client.pexpire(key, await client.pttl(key) - 3_599_000)
        assert await limits.hit("ana", HOURLY) == Allowance(allowed=False, limit=3, remaining=0, reset=1)
        async for key in client.scan_iter(match=f"{prefix}:*"):
            await client.pexpire(key, await client.pttl(key) - 1000)
        assert await limits.hit("ana", HOURLY) == Allowance(allowed=True, limit=3, remaining=2, reset=3600)
        await limits.close()

    @pytest.mark.parametrize("name", REDIS)
    async def test_checks_in_one_round_trip(self, name: str, prefix: str, request: pytest.FixtureRequest) -> None:
        limits = opened(name, prefix, request)
        assert isinstance(limits, RedisLimits)
        await limits.hit("ana", HOURLY)
        client: Any = limits.calls.client
        asked: list[Any] = []
        execute = client.execute_command

        async def counted(*arguments: Any, **options: Any) -> Any:
            asked.append(arguments[0])
            return await execute(*arguments, **options)

        client.__dict__["execute_command"] = counted
        await limits.hit("ana", HOURLY)
        assert asked == ["EVALSHA"]
        await limits.close()


class TestMemory:
    async def test_starts_again_in_the_next_window(self) -> None:
        now = 1000.0
        limits = MemoryLimits(clock=lambda: now)
        for _ in range(4):
            await limits.hit("ana", HOURLY)
        now += 3599.5
        assert await limits.hit("ana", HOURLY) == Allowance(allowed=False, limit=3, remaining=0, reset=1)
        now += 0.5
        assert await limits.hit("ana", HOURLY) == Allowance(allowed=True, limit=3, remaining=2, reset=3600)

    async def test_does_not_keep_windows_that_ended(self) -> None:
        now = 1000.0
        limits = MemoryLimits(clock=lambda: now)
        rate = Rate(amount=3, seconds=60)
        for number in range(999):
            await limits.hit(f"address-{number}", rate)
        assert len(limits._windows) == 999
        now += 60
        await limits.hit("address-last", rate)
        assert len(limits._windows) == 1


class TestNullLimits:
    async def test_allows_everything(self) -> None:
        limits = open_limits("none://")
        assert isinstance(limits, NullLimits)
        assert await limits.hit("ana", HOURLY) == Allowance(allowed=True, limit=3, remaining=3, reset=3600)
