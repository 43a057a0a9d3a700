"""Leading: do work for as long as a lease is held, in one process at a time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from realinsights_platform.cache.port import Leases
from realinsights_platform.tasks import end

LEASE_SECONDS: Final = 5.0
"""After so long without a sign of life another process takes over."""

log = structlog.get_logger(__name__)


async def lead(
    leases: Leases, key: str, work: Callable[[int], Awaitable[None]], *, seconds: float = LEASE_SECONDS
) -> None:
    """Run `work(token)` whenever the lease can be had, until cancelled; it is cancelled when the lease is lost.

    A process that stands still can lose its lease and go on for a moment: what it writes, it writes with its token.
    """
    while True:
        token = await _acquired(leases, key, seconds)
        if token is not None:
            await _hold(leases, key, token, work, seconds)
        await asyncio.sleep(seconds / 3)


async def _acquired(leases: Leases, key: str, seconds: float) -> int | None:
    try:
        return await leases.acquire(key, seconds=seconds)
    except Exception:
        log.exception("lease.unreachable", lease=key)
        return None


async def _hold(leases: Leases, key: str, token: int, work: Callable[[int], Awaitable[None]], seconds: float) -> None:
    log.info("lease.taken", lease=key, fence=token)
    working = asyncio.ensure_future(work(token))
    try:
        while await _still(leases, key, token, seconds):
            await asyncio.wait((working,), timeout=seconds / 3)
            if working.done():
                working.result()
                break  # it has found out by its token that another one leads
        log.warning("lease.lost", lease=key, fence=token)
    except Exception:
        log.exception("lease.work.failed", lease=key)
    finally:
        try:
            with contextlib.suppress(Exception):
                await end(working)
        finally:
            with contextlib.suppress(Exception):
                await leases.release(key, token)


async def _still(leases: Leases, key: str, token: int, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds / 3):
            return await leases.extend(key, token, seconds=seconds)
    except Exception:
        log.exception("lease.unreachable", lease=key)
        return False
