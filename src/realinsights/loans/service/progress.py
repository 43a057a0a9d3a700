"""Progress of background jobs: who runs one tells it, who watches one hears of it, in whichever processes they are."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Final, Generic, Protocol, TypeVar

from realinsights_platform.cache.port import Cache
from realinsights_platform.documents.port import AnyDocument, Documents, Kind

LOOK_AGAIN: Final = 2.0  # seconds after which a watcher reads the job anyway


class Job(AnyDocument, Protocol):
    """A stored job."""

    @property
    def at_rest(self) -> bool:
        """Whether it comes no further by itself."""


J = TypeVar("J", bound=Job)


class Progress(Generic[J]):
    """The progress of one kind of job, told as they come further and watched by whoever asks."""

    def __init__(self, kind: Kind[J], *, documents: Documents, cache: Cache) -> None:
        self._kind = kind
        self._channel = f"{kind.service}.{kind.name}.progress"
        self._documents = documents
        self._cache = cache
        self._telling: set[asyncio.Task[bool]] = set()
        self._watchers: dict[str, set[asyncio.Event]] = {}
        self._stop_listening = cache.listen(self._channel, self._heard)

    def tell(self, work: J) -> None:
        """Tell who watches the job that it is stored anew."""
        message = json.dumps({"job": work.id}).encode()
        task = asyncio.ensure_future(self._cache.announce(self._channel, message))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def watch(self, *, org: str, job_id: str) -> AsyncIterator[J]:
        """Yield the job now and whenever it has come further, until it is at rest."""
        heard = asyncio.Event()
        self._watchers.setdefault(job_id, set()).add(heard)
        version = -1
        try:
            while True:
                work = await self._documents.get(self._kind, org, job_id)
                if work is None:
                    return
                if work.version != version:
                    version = work.version
                    yield work
                if work.at_rest:
                    return
                try:
                    async with asyncio.timeout(LOOK_AGAIN):
                        await heard.wait()
                except TimeoutError:
                    continue
                heard.clear()
        finally:
            watchers = self._watchers[job_id]
            watchers.discard(heard)
            if not watchers:
                del self._watchers[job_id]

    async def aclose(self) -> None:
        """Tell and hear no more."""
        self._stop_listening()
        await asyncio.gather(*self._telling, return_exceptions=True)

    def _heard(self, message: bytes) -> None:
        for heard in self._watchers.get(json.loads(message)["job"], ()):
            heard.set()
