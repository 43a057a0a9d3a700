"""Forgetting: every process lets go of the columns of an organization that is deleted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from realinsights.dashboard.service.engine import Engine
from realinsights_platform.cache.port import Cache

CHANNEL: Final = "dashboard.deleted"


async def tell_deleted(cache: Cache, org: str) -> None:
    """Let every process forget an organization; one that misses it holds no more than columns nobody can ask for."""
    await cache.announce(CHANNEL, org.encode())


@asynccontextmanager
async def forgetting(engine: Engine, cache: Cache) -> AsyncIterator[None]:
    """Forget the organizations that are deleted until the context is left."""
    stop = cache.listen(CHANNEL, lambda org: engine.forget(org.decode()))
    try:
        yield
    finally:
        stop()
