"""Limits in a Redis or Valkey, which many processes share: one round trip a check."""

from __future__ import annotations

import math
from typing import Final

from realinsights_platform.limits.port import Allowance, Rate
from realinsights_platform.redis.calls import Away, Calls, Script
from realinsights_platform.redis.urls import RedisUrl

_HIT: Final = Script("""
local count = redis.call('INCRBY', KEYS[1], ARGV[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  left = tonumber(ARGV[2])
end
return {count, left}
""")


class RedisLimits:
    """Fixed windows that all processes share; while Redis is away everything is allowed, and counted as unanswered."""

    def __init__(self, url: RedisUrl) -> None:
        self.calls = Calls("limits", url)
        self._prefix = url.prefix

    async def hit(self, key: str, rate: Rate, *, cost: int = 1) -> Allowance:
        """Count one, or what it costs; say whether the rate allows it and what is left."""
        window = f"{self._prefix}:limit:{rate.amount}:{rate.seconds}:{key}"
        try:
            count, left = await self.calls.run(_HIT, window, cost, rate.seconds * 1000)
        except Away:
            return Allowance(allowed=True, limit=rate.amount, remaining=rate.amount, reset=rate.seconds)
        return Allowance(
            allowed=count <= rate.amount,
            limit=rate.amount,
            remaining=max(0, rate.amount - count),
            reset=max(1, math.ceil(left / 1000)),
        )

    async def close(self) -> None:
        """Let go of the connections; the counters are everybody's."""
        await self.calls.close()
