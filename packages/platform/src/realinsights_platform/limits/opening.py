"""The limits adapter that a URL names."""

from __future__ import annotations

from limits.aio.storage import Storage
from limits.storage import storage_from_string

from realinsights_platform.limits.library import LibraryLimits
from realinsights_platform.limits.memory import MemoryLimits, NullLimits
from realinsights_platform.limits.port import Limits
from realinsights_platform.redis.urls import SCHEMES, read_url


def open_limits(url: str) -> Limits:
    """Return the limits that a URL names: `memory://`, `none://`, a Redis, or a storage of the `limits` library."""
    scheme = url.partition("://")[0]
    if scheme == "none":
        return NullLimits()
    if scheme == "memory":
        return MemoryLimits()
    if scheme in SCHEMES:
        from realinsights_platform.limits.redis import RedisLimits  # noqa: PLC0415 - slow to import

        return RedisLimits(read_url(url))
    storage = storage_from_string(f"async+{url}")
    if not isinstance(storage, Storage):
        raise ValueError(f"No limits adapter for {scheme}://")
    return LibraryLimits(storage)
