"""Progress of imports: who runs one tells it, who watches one hears of it, in whichever processes they are."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Final

from realinsights.loans.model.imports import UNDER_WAY, Import
from realinsights.loans.store import IMPORTS
from realinsights_platform.cache.port import Cache
from realinsights_platform.documents.port import Documents

CHANNEL: Final = "loans.imports"
LOOK_AGAIN: Final = 2.0  # seconds after which a watcher reads the import anyway


class ImportProgress:
    """The progress of imports, told as they come further and watched by whoever asks."""

    def __init__(self, *, documents: Documents, cache: Cache) -> None:
        self._documents = documents
        self._cache = cache
        self._telling: set[asyncio.Task[bool]] = set()
        self._watchers: dict[str, set[asyncio.Event]] = {}
        self._stop_listening = cache.listen(CHANNEL, self._heard)

    def tell(self, work: Import) -> None:
        """Tell who watches the import that it is stored anew."""
        message = json.dumps({"import": work.id}).encode()
        task = asyncio.ensure_future(self._cache.announce(CHANNEL, message))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def watch(self, *, org: str, import_id: str) -> AsyncIterator[Import]:
        """Yield the import now and whenever it has come further, until it is at rest."""
        heard = asyncio.Event()
        self._watchers.setdefault(import_id, set()).add(heard)
        version = -1
        try:
            while True:
                work = await self._documents.get(IMPORTS, org, import_id)
                if work is None:
                    return
                if work.version != version:
                    version = work.version
                    yield work
                if work.state not in UNDER_WAY:
                    return
                try:
                    async with asyncio.timeout(LOOK_AGAIN):
                        await heard.wait()
                except TimeoutError:
                    continue
                heard.clear()
        finally:
            watchers = self._watchers[import_id]
            watchers.discard(heard)
            if not watchers:
                del self._watchers[import_id]

    async def aclose(self) -> None:
        """Tell and hear no more."""
        self._stop_listening()
        await asyncio.gather(*self._telling, return_exceptions=True)

    def _heard(self, message: bytes) -> None:
        for heard in self._watchers.get(json.loads(message)["import"], ()):
            heard.set()
