"""How often somebody may do something: the port, and the `limits` library behind it."""

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
    """So many times in each window of so many seconds."""

    amount: int
    seconds: int


class Allowance(msgspec.Struct, frozen=True):
    """What is left of a rate: `reset` is in whole seconds from now, at least 1."""

    allowed: bool
    limit: int
    remaining: int
    reset: int


class Limits(Protocol):
    """Counts how often keys come."""

    async def hit(self, key: str, rate: Rate) -> Allowance:
        """Count one; say whether the rate allows it and what is left."""

    async def clear(self, key: str, rate: Rate) -> None:
        """Forget what was counted for a key at a rate."""

    async def close(self) -> None:
        """Let go of the engine."""


class NullLimits:
    """No limits."""

    async def hit(self, key: str, rate: Rate) -> Allowance:
        """Allow it."""
        return Allowance(allowed=True, limit=rate.amount, remaining=rate.amount, reset=rate.seconds)

    async def clear(self, key: str, rate: Rate) -> None:
        """Do nothing: nothing is counted."""

    async def close(self) -> None:
        """Do nothing: there is no engine."""


class LibraryLimits:
    """Fixed windows by the `limits` library, over one of its storages."""

    def __init__(self, storage: Storage, *, clock: Callable[[], float] = time.time) -> None:
        self._storage = storage
        self._clock = clock
        self._prefixes: dict[Rate, str] = {}

    async def hit(self, key: str, rate: Rate) -> Allowance:
        """Count one; say whether the rate allows it and what is left."""
        window = self._window(rate, key)
        # What the library's FixedWindowRateLimiter does, without making the key three times and counting twice.
        count = await self._storage.incr(window, rate.seconds)
        reset = math.ceil(await self._storage.get_expiry(window) - self._clock())
        return Allowance(
            allowed=count <= rate.amount,
            limit=rate.amount,
            remaining=max(0, rate.amount - count),
            reset=max(1, reset),
        )

    async def clear(self, key: str, rate: Rate) -> None:
        """Forget what was counted for a key at a rate."""
        await self._storage.clear(self._window(rate, key))

    async def close(self) -> None:
        """Forget what was counted, where that is in this process."""
        await self._storage.reset()

    def _window(self, rate: Rate, key: str) -> str:
        prefix = self._prefixes.get(rate)
        if prefix is None:
            prefix = self._prefixes[rate] = RateLimitItemPerSecond(rate.amount, rate.seconds).key_for()
        return f"{prefix}/{key}"


class LeanMemoryStorage(Storage):
    """A storage of the `limits` library in this process's memory.

    The library's own starts a task that walks every key at every hit; this one sweeps once in a thousand.
    """

    STORAGE_SCHEME = ["realinsights+memory"]  # noqa: RUF012 - the library declares it as a plain list

    def __init__(self, uri: str | None = None, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__(uri)
        self._clock = clock
        self._windows: dict[str, tuple[int, float]] = {}
        self._hits = 0

    @property
    def base_exceptions(self) -> type[Exception]:
        """No failure is expected of memory."""
        return ValueError

    async def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count and return the count of the key's window."""
        now = self._clock()
        self._hits += 1
        if self._hits % 1000 == 0:
            for expired in [name for name, window in self._windows.items() if window[1] <= now]:
                del self._windows[expired]
        count, until = self._windows.get(key, (0, 0.0))
        if until <= now:
            count, until = 0, now + expiry
        self._windows[key] = (count + amount, until)
        return count + amount

    async def decr(self, key: str, amount: int = 1) -> int:
        """Count back, to 0 at most."""
        count, until = self._windows.get(key, (0, 0.0))
        self._windows[key] = (max(0, count - amount), until)
        return max(0, count - amount)

    async def get(self, key: str) -> int:
        """Return the count of the key's window."""
        count, until = self._windows.get(key, (0, 0.0))
        return count if until > self._clock() else 0

    async def get_expiry(self, key: str) -> float:
        """Return when the key's window ends, in seconds since the epoch."""
        window = self._windows.get(key)
        return self._clock() if window is None else window[1]

    async def check(self) -> bool:
        """Memory is always there."""
        return True

    async def reset(self) -> int | None:
        """Forget every window; return how many there were."""
        count = len(self._windows)
        self._windows.clear()
        return count

    async def clear(self, key: str) -> None:
        """Forget one key."""
        self._windows.pop(key, None)


def open_limits(url: str) -> Limits:
    """Return the limits that a URL names: `memory://`, `none://`, or any storage of the `limits` library by its URL."""
    scheme = url.partition("://")[0]
    if scheme == "none":
        return NullLimits()
    if scheme == "memory":
        return LibraryLimits(LeanMemoryStorage())
    storage = storage_from_string(f"async+{url}")
    if not isinstance(storage, Storage):
        raise ValueError(f"No limits adapter for {scheme}://")
    return LibraryLimits(storage)
