"""Published keys: the key set that another service publishes, kept fresh, to verify access tokens with."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

import structlog
from joserfc.jwk import KeySet

REFRESH_SECONDS: Final = 30.0
_AGAIN_SECONDS: Final = 1.0

log = structlog.get_logger(__name__)


class PublishedKeys:
    """The keys of a set (RFC 7517) that `read` returns, read again every half minute while it runs.

    A key is published long before it signs, so nobody waits for this. Until the set was read once, there is no key.
    """

    def __init__(self, read: Callable[[], Awaitable[bytes]], *, refresh_seconds: float = REFRESH_SECONDS) -> None:
        self._read = read
        self._refresh_seconds = refresh_seconds
        self._keys = KeySet([])

    def to_verify_with(self) -> KeySet:
        """Return the keys as they were last read."""
        return self._keys

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Read the keys now, and again while the context is not left."""
        await self._refresh()
        refreshing = asyncio.create_task(self._keep_fresh(), name="published keys")
        try:
            yield
        finally:
            refreshing.cancel()
            with suppress(asyncio.CancelledError):
                await refreshing

    async def _keep_fresh(self) -> None:
        while True:
            await asyncio.sleep(self._refresh_seconds if self._keys.keys else _AGAIN_SECONDS)
            await self._refresh()

    async def _refresh(self) -> None:
        try:
            self._keys = KeySet.import_key_set(json.loads(await self._read()))
        except Exception:
            # What is known stays good; who has no key yet refuses every token until then.
            log.exception("published_keys.not_read")
