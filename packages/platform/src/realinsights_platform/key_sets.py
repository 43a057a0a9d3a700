"""Key sets: the keys that a process verifies tokens with, which it keeps current by itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import structlog
from joserfc.jwk import OKPKey

from realinsights_platform.token_register import KEY_SET_LASTS, Jwk

_LOOK_AGAIN: Final = 5.0
"""Seconds between two looks for a key that is not known: whoever makes up names of keys costs us no more than that."""

_LONGEST_LOOK: Final = 2.0

log = structlog.get_logger(__name__)


class KeySet:
    """The published keys as this process knows them; `published` reads them anew.

    A set that has had its time is read again in the background, while the one there is goes on being used: also where
    nothing can be read. Only a key that is not known is waited for.
    """

    def __init__(
        self, published: Callable[[], Awaitable[Sequence[Jwk]]], *, clock: Callable[[], float] = time.time
    ) -> None:
        self._published = published
        self._clock = clock
        self._keys: dict[str, OKPKey] = {}
        self._looked_at = float("-inf")
        self._looking: asyncio.Task[None] | None = None

    async def key(self, name: str) -> OKPKey | None:
        """Return the published key of this name, None where there is none."""
        age = self._clock() - self._looked_at
        if name not in self._keys:
            if age >= _LOOK_AGAIN or self._looking is not None:
                await asyncio.shield(self._look())
        elif age >= KEY_SET_LASTS:
            self._look()
        return self._keys.get(name)

    def _look(self) -> asyncio.Task[None]:
        if self._looking is None:
            self._looking = asyncio.create_task(self._read())
        return self._looking

    async def _read(self) -> None:
        try:
            async with asyncio.timeout(_LONGEST_LOOK):
                published = await self._published()
        except Exception:
            log.warning("key_set.not_read", exc_info=True)
        else:
            if published:  # a cache that has lost them is not told from one that never had any
                known = self._keys
                self._keys = {key["kid"]: known.get(key["kid"]) or OKPKey.import_key(key) for key in published}
        finally:
            self._looked_at = self._clock()
            self._looking = None
