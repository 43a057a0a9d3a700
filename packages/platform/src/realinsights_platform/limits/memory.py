"""Limits in this process's memory, and none at all."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from realinsights_platform.limits.port import Allowance, Rate


class NullLimits:
    """No limits."""

    async def hit(self, key: str, rate: Rate, *, cost: int = 1) -> Allowance:
        """Allow it."""
        return Allowance(allowed=True, limit=rate.amount, remaining=rate.amount, reset=rate.seconds)

    async def close(self) -> None:
        """Do nothing: there is no engine."""


class MemoryLimits:
    """Fixed windows in this process's memory; those that have ended are swept out once in a thousand hits."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._windows: dict[tuple[str, int, int], _Window] = {}
        self._hits = 0

    async def hit(self, key: str, rate: Rate, *, cost: int = 1) -> Allowance:
        """Count one, or what it costs; say whether the rate allows it and what is left."""
        now = self._clock()
        amount = rate.amount
        self._hits += 1
        if self._hits % 1000 == 0:
            self._windows = {name: window for name, window in self._windows.items() if window.ends > now}
        name = (key, amount, rate.seconds)
        window = self._windows.get(name)
        if window is None or window.ends <= now:
            window = self._windows[name] = _Window(now + rate.seconds)
        window.count += cost
        return Allowance(
            allowed=window.count <= amount,
            limit=amount,
            remaining=max(0, amount - window.count),
            reset=max(1, math.ceil(window.ends - now)),
        )

    async def close(self) -> None:
        """Do nothing: whoever else counts here goes on counting."""


class _Window:
    __slots__ = ("count", "ends")

    def __init__(self, ends: float) -> None:
        self.count = 0
        self.ends = ends
