"""Checks of journals beside the work: one organization after the other, with an alarm for what is unsound.

One process checks a service's journals at a time, by a lease. The place it has reached is a mark, so that another one
goes on there. Nothing walks all organizations at once: a check is of one, and the next one comes after a pause.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import structlog
from prometheus_client import Counter, Gauge

from realinsights_platform.cache.leading import LEASE_SECONDS, lead
from realinsights_platform.cache.port import Leases
from realinsights_platform.documents.journal import verify
from realinsights_platform.documents.journal_port import Mark, Storage
from realinsights_platform.tasks import end

PAUSE_SECONDS: Final = 60.0
LARGEST: Final = 256 * 1024 * 1024
"""Bytes of the largest journal that is checked beside the work; a larger one is for `realinsights journal verify`."""

CHECKED: Final = Counter(
    "realinsights_journals_checked", "Journals that were checked beside the work.", ("service",), registry=None
)
UNSOUND: Final = Gauge(
    "realinsights_journals_unsound",
    "Organizations whose journal was found unsound when it was last checked by this process.",
    ("service",),
    registry=None,
)
COLLECTORS: Final = (CHECKED, UNSOUND)

_MARK: Final = "checks"
_PAUSES_PER_CHECK: Final = 100

log = structlog.get_logger(__name__)


class JournalChecks:
    """The checks of one service's journals, in whichever process holds the lease."""

    def __init__(
        self,
        storage: Storage,
        leases: Leases,
        *,
        pause_seconds: float = PAUSE_SECONDS,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        self._storage = storage
        self._leases = leases
        self._pause = pause_seconds
        self._lease_seconds = lease_seconds
        self._unsound: set[str] = set()
        UNSOUND.labels(storage.service).set(0)
        CHECKED.labels(storage.service)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Check whenever the lease can be had, until the context is left."""
        service = self._storage.service
        leading = asyncio.create_task(
            lead(self._leases, f"{service}.checks", self._lead, seconds=self._lease_seconds), name=f"{service} checks"
        )
        try:
            yield
        finally:
            await end(leading)

    async def _lead(self, token: int) -> None:
        pause = self._pause
        while True:
            await asyncio.sleep(pause)
            began = time.monotonic()
            if not await self.check_next(token):
                return
            # Large journals come less often, so that checks take a hundredth of the time at most.
            pause = max(self._pause, (time.monotonic() - began) * _PAUSES_PER_CHECK)

    async def check_next(self, token: int) -> bool:
        """Check the journal after the mark, the first one after the last; False where another process has the lease."""
        mark = await self._storage.mark(_MARK)
        after = await self._storage.organizations(after=mark.place, limit=1)
        for org in after or await self._storage.organizations(limit=1):
            if await self._storage.stored_bytes(org) <= LARGEST:
                await self._check(org)
            return await self._storage.move(_MARK, Mark(org, token))
        return True

    async def _check(self, org: str) -> None:
        service = self._storage.service
        verification = await verify(self._storage, org)
        CHECKED.labels(service).inc()
        if verification.sound:
            self._unsound.discard(org)
        else:
            self._unsound.add(org)
            log.error(
                "journal.unsound",
                service=service,
                org=org,
                sequence=verification.first_bad_sequence,
                reason=verification.reason,
            )
        UNSOUND.labels(service).set(len(self._unsound))
