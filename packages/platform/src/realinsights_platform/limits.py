"""Limits: how often somebody may do something. The port, one in memory, and the `limits` library for the others."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Protocol

import msgspec
from limits import RateLimitItemPerSecond
from limits.aio.storage import Storage
from limits.storage import storage_from_string


class Rate(msgspec.Struct, frozen=True):
    """A number of times in each window of so many seconds."""

    amount: int
    seconds: int


class Allowance(msgspec.Struct, frozen=True):
    """What is left of a rate: `reset` is in whole seconds from now, at least 1."""

    allowed: bool
    limit: int
    remaining: int
    reset: int


class Limits(Protocol):
    """The counts of how often keys come."""

    async def hit(self, key: str, rate: Rate, *, cost: int = 1) -> Allowance:
        """Count one, or what it costs; say whether the rate allows it and what is left."""

    async def close(self) -> None:
        """Let go of the engine."""


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


def open_limits(url: str) -> Limits:
    """Return the limits that a URL names: `memory://`, `none://`, or any storage of the `limits` library by its URL."""
    scheme = url.partition("://")[0]
    if scheme == "none":
        return NullLimits()
    if scheme == "memory":
        return MemoryLimits()
    storage = storage_from_string(f"async+{url}")
    if not isinstance(storage, Storage):
        raise ValueError(f"No limits adapter for {scheme}://")
    return LibraryLimits(storage)
