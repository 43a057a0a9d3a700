"""The cache adapter that a URL names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from realinsights_platform.cache.memory import MemoryCache
from realinsights_platform.redis.urls import SCHEMES, read_url

if TYPE_CHECKING:
    from realinsights_platform.cache.redis import RedisCache


def open_cache(url: str) -> MemoryCache | RedisCache:
    """Return the cache, with its leases, that a URL names; raises `ValueError` for a scheme that no adapter knows."""
    scheme = url.partition("://")[0]
    if scheme == "memory":
        return MemoryCache()
    if scheme in SCHEMES:
        from realinsights_platform.cache.redis import RedisCache  # noqa: PLC0415 - slow to import

        return RedisCache(read_url(url))
    raise ValueError(f"A cache at {scheme}:// is not supported; use memory:// or {', '.join(sorted(SCHEMES))}://.")
