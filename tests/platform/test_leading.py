"""Leading: work is done by whoever holds the lease, and by nobody else."""

from __future__ import annotations

import asyncio

import structlog

from realinsights_platform.cache.leading import lead
from realinsights_platform.cache.memory import MemoryCache

PATIENCE = 20
SECONDS = 0.3


class Work:
    """Tells when it begins and ends, and with which token."""

    def __init__(self) -> None:
        self.begun: asyncio.Queue[int] = asyncio.Queue()
        self.ended: asyncio.Queue[int] = asyncio.Queue()

    async def __call__(self, token: int) -> None:
        self.begun.put_nowait(token)
        try:
            await asyncio.Event().wait()
        finally:
            self.ended.put_nowait(token)


async def soon(told: asyncio.Queue[int]) -> int:
    return await asyncio.wait_for(told.get(), PATIENCE)


async def stopped(*leading: asyncio.Task[None]) -> None:
    for task in leading:
        task.cancel()
    await asyncio.wait(leading)


async def test_one_works_and_another_goes_on_once_it_ends() -> None:
    leases, work = MemoryCache(), Work()
    first = asyncio.create_task(lead(leases, "relay", work, seconds=SECONDS))
    token = await soon(work.begun)
    second = asyncio.create_task(lead(leases, "relay", work, seconds=SECONDS))
    await stopped(first)
    assert await soon(work.ended) == token
    assert await soon(work.begun) > token
    await stopped(second)


async def test_whose_lease_is_lost_ends_and_may_work_again() -> None:
    leases, work = MemoryCache(), Work()
    leading = asyncio.create_task(lead(leases, "relay", work, seconds=SECONDS))
    token = await soon(work.begun)
    await leases.release("relay", token)
    assert await soon(work.ended) == token
    assert await soon(work.begun) > token
    await stopped(leading)


async def test_work_that_finds_out_by_its_token_that_another_leads_is_told_as_a_lease_that_is_lost() -> None:
    leases, begun = MemoryCache(), asyncio.Queue[int]()

    async def refused(token: int) -> None:
        begun.put_nowait(token)

    with structlog.testing.capture_logs() as logs:
        leading = asyncio.create_task(lead(leases, "relay", refused, seconds=SECONDS))
        token = await soon(begun)
        await soon(begun)
        await stopped(leading)
    assert {"lease": "relay", "fence": token, "event": "lease.lost", "log_level": "warning"} in logs


async def test_work_that_fails_is_begun_again() -> None:
    leases, begun = MemoryCache(), asyncio.Queue[int]()

    async def failing(token: int) -> None:
        begun.put_nowait(token)
        raise ValueError("some fault of ours")

    leading = asyncio.create_task(lead(leases, "relay", failing, seconds=SECONDS))
    assert await soon(begun) < await soon(begun)
    await stopped(leading)


async def test_who_is_cancelled_while_lost_work_ends_does_not_begin_again() -> None:
    leases, begun, ending, may_end = MemoryCache(), asyncio.Queue[int](), asyncio.Event(), asyncio.Event()

    async def slow(token: int) -> None:
        begun.put_nowait(token)
        try:
            await asyncio.Event().wait()
        finally:
            ending.set()
            await may_end.wait()

    leading = asyncio.create_task(lead(leases, "relay", slow, seconds=SECONDS))
    await leases.release("relay", await soon(begun))
    async with asyncio.timeout(PATIENCE):
        await ending.wait()
        leading.cancel()
        await asyncio.sleep(0)
        may_end.set()
        await asyncio.wait((leading,))
    assert leading.cancelled()
    assert begun.empty()
