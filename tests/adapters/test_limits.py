"""What the limits port promises, asked of every adapter."""

from __future__ import annotations

import pytest
from limits.aio.storage import MemoryStorage

from realinsights_platform.limits import (
    Allowance,
    LeanMemoryStorage,
    LibraryLimits,
    Limits,
    NullLimits,
    Rate,
    open_limits,
)

HOURLY = Rate(amount=3, seconds=3600)


@pytest.fixture(params=["memory", "library-memory"])
def limits(request: pytest.FixtureRequest) -> Limits:
    return open_limits("memory://") if request.param == "memory" else LibraryLimits(MemoryStorage())


class TestHit:
    async def test_allows_as_often_as_the_rate_says_and_then_no_more(self, limits: Limits) -> None:
        answers = [await limits.hit("ana", HOURLY) for _ in range(5)]
        assert [answer.allowed for answer in answers] == [True, True, True, False, False]
        assert [answer.remaining for answer in answers] == [2, 1, 0, 0, 0]

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

    async def test_starts_again_when_cleared(self, limits: Limits) -> None:
        for _ in range(4):
            await limits.hit("ana", HOURLY)
        await limits.clear("ana", HOURLY)
        assert (await limits.hit("ana", HOURLY)).remaining == 2


class TestMemory:
    async def test_starts_again_in_the_next_window(self) -> None:
        now = 1000.0
        limits = LibraryLimits(LeanMemoryStorage(clock=lambda: now), clock=lambda: now)
        for _ in range(4):
            await limits.hit("ana", HOURLY)
        now += 3599.5
        assert await limits.hit("ana", HOURLY) == Allowance(allowed=False, limit=3, remaining=0, reset=1)
        now += 0.5
        assert await limits.hit("ana", HOURLY) == Allowance(allowed=True, limit=3, remaining=2, reset=3600)

    async def test_does_not_keep_windows_that_ended(self) -> None:
        now = 1000.0
        storage = LeanMemoryStorage(clock=lambda: now)
        for number in range(999):
            await storage.incr(f"address-{number}", 60)
        now += 60
        await storage.incr("address-last", 60)
        assert await storage.reset() == 1


class TestNullLimits:
    async def test_allows_everything(self) -> None:
        limits = open_limits("none://")
        assert isinstance(limits, NullLimits)
        assert await limits.hit("ana", HOURLY) == Allowance(allowed=True, limit=3, remaining=3, reset=3600)
