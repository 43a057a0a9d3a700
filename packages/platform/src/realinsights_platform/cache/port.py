"""The cache port: values that may be lost, counters, one-way announcements between processes, and leases.

`tests/adapters/test_cache.py` is the specification.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class CacheAway(Exception):
    """The cache's engine does not answer, so that nobody knows whether it has a value."""


class Cache(Protocol):
    """Expiring values and counters by key, and channels that tell every process something changed.

    An engine that is away costs speed and never an error: a value is a miss, what is stored, deleted or announced is
    lost, and each process counts by itself.
    """

    async def get(self, key: str) -> bytes | None:
        """Return the value unless it is absent or expired."""

    async def get_surely(self, key: str) -> bytes | None:
        """Return the value unless it is absent or expired; raises `CacheAway` where that cannot be known."""

    async def set(self, key: str, value: bytes, *, seconds: float) -> bool:
        """Store a value that expires; return whether it is stored."""

    async def delete(self, key: str) -> None:
        """Forget a key; an absent one is no error."""

    async def increment(self, key: str, *, seconds: float) -> int:
        """Add one and return the count; a new counter expires after `seconds`."""

    async def announce(self, channel: str, message: bytes) -> bool:
        """Tell every process that listens to the channel; return whether the engine took it in."""

    def listen(
        self, channel: str, receive: Callable[[bytes], None], *, begun: Callable[[], None] | None = None
    ) -> Callable[[], None]:
        """Call `receive` for every announcement, until what is returned is called.

        Announcements may be lost while an engine is away; those that arrive are in the order in which one sender made
        them. In one process they arrive at once, elsewhere within moments. `begun` is called whenever they begin to
        arrive: at first, and again after some may have been lost.
        """

    async def close(self) -> None:
        """Let go of the engine."""


class Leases(Protocol):
    """Rights that one owner holds at a time, each for so long, proved by a fencing token.

    Tokens of a key only grow, also over the loss of everything the engine held: who is asked to write compares them.
    """

    async def acquire(self, key: str, *, seconds: float) -> int | None:
        """Take the lease if it is free and return its token, else None."""

    async def extend(self, key: str, token: int, *, seconds: float) -> bool:
        """Hold the lease for `seconds` from now; False where it is not this token's any more."""

    async def release(self, key: str, token: int) -> None:
        """Give the lease back; one that is not this token's stays as it is."""
