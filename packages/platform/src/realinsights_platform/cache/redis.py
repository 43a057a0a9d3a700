"""The cache and its leases in a Redis or Valkey: one server, several behind Sentinel, or a cluster."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

from realinsights_platform.cache.memory import MemoryCache
from realinsights_platform.cache.port import CacheAway
from realinsights_platform.ids import new_id
from realinsights_platform.redis.calls import Away, Calls, Script
from realinsights_platform.redis.listening import Listener
from realinsights_platform.redis.urls import RedisUrl

_INCREMENT: Final = Script("""
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return count
""")

_LAST_TOKEN_MILLISECONDS: Final = 24 * 3600 * 1000

# The clocks of the server and of who asks, so that tokens grow also after the server has lost all it had; the last
# token for a day, so that they grow also where a clock was set back. Asked twice for one call, it is one lease.
_ACQUIRE: Final = Script("""
local held = redis.call('GET', KEYS[1])
if held then
  local token, owner = string.match(held, '^(%d+):(.*)$')
  if owner == ARGV[1] then return tonumber(token) end
  return false
end
local now = redis.call('TIME')
local token = math.max(now[1] * 1000000 + now[2], tonumber(ARGV[3]), tonumber(redis.call('GET', KEYS[2]) or '0') + 1)
local text = string.format('%.0f', token)
redis.call('SET', KEYS[1], text .. ':' .. ARGV[1], 'PX', ARGV[2])
redis.call('SET', KEYS[2], text, 'PX', ARGV[4])
return token
""")

_EXTEND: Final = Script("""
local held = redis.call('GET', KEYS[1])
if not held or string.match(held, '^(%d+):') ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
""")

_RELEASE: Final = Script("""
local held = redis.call('GET', KEYS[1])
if held and string.match(held, '^(%d+):') == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 0
""")


class RedisCache:
    """A `cache.port.Cache` and `Leases` that all processes share.

    While Redis is away a value is a miss, and what is stored or deleted is lost. Counters count on in this process's
    memory, so that who guesses passwords is held back by each process. Announcements are lost. Nobody gets a lease,
    and who has one is told that it is lost. All is as before once Redis is back.
    """

    def __init__(self, url: RedisUrl, *, clock: Callable[[], int] = time.time_ns) -> None:
        self.calls = Calls("cache", url)
        self._prefix = url.prefix
        self._clock = clock
        self._listener = Listener(self.calls.client, url)
        self._announcing: dict[str, asyncio.Lock] = {}
        self._meanwhile = MemoryCache()

    async def get(self, key: str) -> bytes | None:
        """Return the value unless it is absent or expired, or Redis is away."""
        try:
            return await self.get_surely(key)
        except CacheAway:
            return await self._meanwhile.get(key)

    async def get_surely(self, key: str) -> bytes | None:
        """Return the value unless it is absent or expired; raises `CacheAway` where that cannot be known."""
        name = self._value(key)
        try:
            value: bytes | None = await self.calls.command(name, "GET", name)
        except Away as away:
            raise CacheAway("The cache does not answer.") from away
        return value

    async def set(self, key: str, value: bytes, *, seconds: float) -> bool:
        """Store a value that expires; return whether it is stored."""
        name = self._value(key)
        try:
            await self.calls.command(name, "SET", name, value, "PX", _milliseconds(seconds))
        except Away:
            return False
        return True

    async def delete(self, key: str) -> None:
        """Forget a key; an absent one is no error."""
        name = self._value(key)
        await self._meanwhile.delete(key)
        try:
            await self.calls.command(name, "DEL", name)
        except Away:
            return

    async def increment(self, key: str, *, seconds: float) -> int:
        """Add one and return the count; a new counter expires after `seconds`, counted from its first increment."""
        try:
            count: int = await self.calls.run(_INCREMENT, self._value(key), _milliseconds(seconds))
        except Away:
            return await self._meanwhile.increment(key, seconds=seconds)
        return count

    async def announce(self, channel: str, message: bytes) -> bool:
        """Tell every process that listens to the channel; return whether Redis took it in."""
        async with self._announcing.setdefault(channel, asyncio.Lock()):  # what one process sends stays in order
            try:
                await self.calls.publish(f"{self._prefix}:{channel}", message)
            except Away:
                return False
        return True

    def listen(
        self, channel: str, receive: Callable[[bytes], None], *, begun: Callable[[], None] | None = None
    ) -> Callable[[], None]:
        """Call `receive` for every announcement, until what is returned is called."""
        return self._listener.listen(f"{self._prefix}:{channel}", receive, begun=begun)

    async def listening(self) -> None:
        """Wait until announcements on all channels that somebody listens to arrive."""
        await self._listener.listening()

    async def acquire(self, key: str, *, seconds: float) -> int | None:
        """Take the lease if it is free and return its token, else None."""
        name = self._lease(key)
        now = self._clock() // 1_000
        try:
            token: int | None = await self.calls.run(
                _ACQUIRE,
                name,
                new_id(),
                _milliseconds(seconds),
                now,
                _LAST_TOKEN_MILLISECONDS,
                others=(f"{name}:last",),
            )
        except Away:
            return None
        return token

    async def extend(self, key: str, token: int, *, seconds: float) -> bool:
        """Hold the lease for `seconds` from now; False where it is not this token's any more."""
        try:
            return bool(await self.calls.run(_EXTEND, self._lease(key), token, _milliseconds(seconds)))
        except Away:
            return False

    async def release(self, key: str, token: int) -> None:
        """Give the lease back; one that is not this token's stays as it is."""
        try:
            await self.calls.run(_RELEASE, self._lease(key), token)
        except Away:
            return

    async def close(self) -> None:
        """Let go of the connections; values, counters and leases are everybody's."""
        await self._listener.close()
        await self.calls.close()

    def _value(self, key: str) -> str:
        return f"{self._prefix}:v:{key}"

    def _lease(self, key: str) -> str:
        return f"{self._prefix}:lease:{{{key}}}"


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))
