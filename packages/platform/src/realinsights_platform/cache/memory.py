"""The cache and its leases in this process's memory."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

_SWEEP_EVERY = 1024  # writes: expired keys are found by readers at once, and by writers once in a while


class MemoryCache:
    """A cache whose values expire, or go as the least recently used where there are more than `capacity`."""

    def __init__(self, *, capacity: int = 100_000, clock: Callable[[], float] = time.monotonic) -> None:
        self._capacity = capacity
        self._clock = clock
        self._values: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self._listeners: dict[str, list[Callable[[bytes], None]]] = {}
        self._leases: dict[str, tuple[int, float]] = {}
        self._last_token = 0
        self._writes = 0

    async def get(self, key: str) -> bytes | None:
        """Return the value unless it is absent or expired."""
        return self._live(key)

    async def get_surely(self, key: str) -> bytes | None:
        """Return the value unless it is absent or expired: memory is never away."""
        return self._live(key)

    async def set(self, key: str, value: bytes, *, seconds: float) -> bool:
        """Store a value that expires; return that it is stored."""
        self._store(key, self._clock() + seconds, value)
        return True

    async def delete(self, key: str) -> None:
        """Forget a key; an absent one is no error."""
        self._values.pop(key, None)

    async def increment(self, key: str, *, seconds: float) -> int:
        """Add one and return the count; a new counter expires after `seconds`, counted from its first increment."""
        current = self._live(key)
        if current is None:
            self._store(key, self._clock() + seconds, b"1")
            return 1
        count = int(current) + 1
        self._store(key, self._values[key][0], b"%d" % count)
        return count

    async def announce(self, channel: str, message: bytes) -> bool:
        """Tell everyone in this process who listens to the channel, before returning."""
        for receive in tuple(self._listeners.get(channel, ())):
            receive(message)
        return True

    def listen(
        self, channel: str, receive: Callable[[bytes], None], *, begun: Callable[[], None] | None = None
    ) -> Callable[[], None]:
        """Call `receive` for every announcement, until what is returned is called."""
        if begun is not None:
            begun()
        listeners = self._listeners.setdefault(channel, [])
        listeners.append(receive)

        def stop() -> None:
            if receive in listeners:
                listeners.remove(receive)

        return stop

    async def acquire(self, key: str, *, seconds: float) -> int | None:
        """Take the lease if it is free and return its token, else None."""
        now = self._clock()
        _, until = self._leases.get(key, (0, now))
        if now < until:
            return None
        # The wall clock makes tokens grow over a restart; counting on, over a clock that stands still or steps back.
        self._last_token = max(self._last_token + 1, time.time_ns() // 1_000)
        self._leases[key] = (self._last_token, now + seconds)
        return self._last_token

    async def extend(self, key: str, token: int, *, seconds: float) -> bool:
        """Hold the lease for `seconds` from now; False where it is not this token's any more."""
        now = self._clock()
        holder, until = self._leases.get(key, (0, now))
        if holder != token or until <= now:
            return False
        self._leases[key] = (token, now + seconds)
        return True

    async def release(self, key: str, token: int) -> None:
        """Give the lease back; one that is not this token's stays as it is."""
        if self._leases.get(key, (0, 0.0))[0] == token:
            del self._leases[key]

    async def close(self) -> None:
        """Forget everything."""
        self._values.clear()
        self._listeners.clear()
        self._leases.clear()

    def _live(self, key: str) -> bytes | None:
        entry = self._values.get(key)
        if entry is None:
            return None
        if entry[0] <= self._clock():
            del self._values[key]
            return None
        self._values.move_to_end(key)
        return entry[1]

    def _store(self, key: str, expires: float, value: bytes) -> None:
        self._values[key] = (expires, value)
        self._values.move_to_end(key)
        self._writes += 1
        if self._writes % _SWEEP_EVERY == 0:
            now = self._clock()
            for expired in [name for name, entry in self._values.items() if entry[0] <= now]:
                del self._values[expired]
        while len(self._values) > self._capacity:
            self._values.popitem(last=False)
