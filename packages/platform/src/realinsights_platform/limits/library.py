"""Limits by the `limits` library, over the storages that it knows."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from limits import RateLimitItemPerSecond
from limits.aio.storage import Storage

from realinsights_platform.limits.port import Allowance, Rate


class LibraryLimits:
    """Fixed windows by the `limits` library, over one of its storages, which many processes may share."""

    def __init__(self, storage: Storage, *, clock: Callable[[], float] = time.time) -> None:
        self._storage = storage
        self._clock = clock

    async def hit(self, key: str, rate: Rate, *, cost: int = 1) -> Allowance:
        """Count one, or what it costs; say whether the rate allows it and what is left."""
        window = RateLimitItemPerSecond(rate.amount, rate.seconds).key_for(key)
        # What the library's FixedWindowRateLimiter does, without counting twice.
        count = await self._storage.incr(window, rate.seconds, amount=cost)
        reset = math.ceil(await self._storage.get_expiry(window) - self._clock())
        return Allowance(
            allowed=count <= rate.amount,
            limit=rate.amount,
            remaining=max(0, rate.amount - count),
            reset=max(1, reset),
        )

    async def close(self) -> None:
        """Do nothing: the counters are everybody's, and the library's storages let go of their engine by themselves."""
