"""Badges: how many notifications of a person are unread, told to whoever watches, whenever that changes."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
from collections.abc import AsyncGenerator, Callable
from typing import Final

from realinsights.notifications.queries.inbox import snooze_ends, unread
from realinsights_platform.documents.heads import Heads
from realinsights_platform.documents.port import Documents

_LOOK_SECONDS: Final = 1.0
_SETTLE_SECONDS: Final = 0.1


class Badges:
    """The badges of one process, which hears by `heads` that something of an organization has changed."""

    def __init__(self, documents: Documents, heads: Heads, *, now: Callable[[], datetime.datetime]) -> None:
        self._documents = documents
        self._heads = heads
        self._now = now
        self._waiting: dict[str, set[asyncio.Event]] = {}

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncGenerator[None, None]:
        """Hear of changes until the context is left."""
        forget = self._heads.watch(self._moved)
        try:
            yield
        finally:
            forget()

    async def watch(self, *, org: str, user: str) -> AsyncGenerator[int, None]:
        """Yield how many are unread: now, and whenever that has changed."""
        changed = asyncio.Event()
        waiting = self._waiting.setdefault(org, set())
        waiting.add(changed)
        shown: int | None = None
        try:
            while True:
                changed.clear()
                sequence = await self._heads.current(org)
                now = self._now()
                count = await unread(self._documents, org=org, user=user, now=now)
                if count != shown:
                    shown = count
                    yield count
                ends = await snooze_ends(self._documents, org=org, user=user, now=now)
                await asyncio.sleep(_SETTLE_SECONDS)  # much may come at once: count ten times a second at most
                await self._wait(org, changed, sequence, ends)
        finally:
            waiting.discard(changed)
            if not waiting and self._waiting.get(org) is waiting:
                del self._waiting[org]

    async def _wait(self, org: str, changed: asyncio.Event, sequence: int, ends: datetime.datetime | None) -> None:
        """Wait until the organization has a later sequence, or a snooze is over.

        Without a sign the journal is looked at every second, where its head is not known.
        """
        while await self._heads.current(org) <= sequence:
            left = _LOOK_SECONDS if ends is None else (ends - self._now()).total_seconds()
            if left <= 0:
                return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(left, _LOOK_SECONDS)):
                    await changed.wait()
                    return

    def _moved(self, org: str, _: int) -> None:
        for changed in self._waiting.get(org, ()):
            changed.set()
