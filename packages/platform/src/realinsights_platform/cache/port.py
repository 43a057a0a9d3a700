"""The cache port: values that may be lost, counters, and one-way announcements between processes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Cache(Protocol):
    """Expiring values and counters by key, and channels that tell every process something changed."""

    async def get(self, key: str) -> bytes | None:
        """Return the value unless it is absent or expired."""

    async def set(self, key: str, value: bytes, *, seconds: float) -> None:
        """Store a value that expires."""

    async def add(self, key: str, value: bytes, *, seconds: float) -> bool:
        """Store a value only if the key is free; return whether it was: a lock that expires."""

    async def delete(self, key: str) -> None:
        """Forget a key; an absent one is no error."""

    async def increment(self, key: str, *, seconds: float) -> int:
        """Add one and return the count; a new counter expires after `seconds`."""

    async def announce(self, channel: str, message: bytes) -> None:
        """Tell every process that listens to the channel."""

    def listen(self, channel: str, receive: Callable[[bytes], None]) -> None:
        """Call `receive` for every announcement from now on; in one process at once, elsewhere within moments."""

    async def close(self) -> None:
        """Let go of the engine."""
