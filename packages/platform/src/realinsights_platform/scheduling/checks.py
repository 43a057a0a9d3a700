"""Checks of organizations beside the work, one after the other, with an alarm for what is unsound."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import structlog
from prometheus_client import Counter, Gauge

from realinsights_platform.documents.journal_port import Feed, Mark, Storage

PAUSE_SECONDS: Final = 60.0

CHECKED: Final = Counter(
    "realinsights_checks", "Organizations that were checked beside the work.", ("service", "check"), registry=None
)
UNSOUND: Final = Gauge(
    "realinsights_checks_unsound",
    "Organizations that were found unsound when they were last checked by this process.",
    ("service", "check"),
    registry=None,
)

_PAUSES_PER_CHECK: Final = 100

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A check of organizations, in turn: of those that have a journal at `of`.

    `find(org)` returns what is unsound, as a sentence; None where all is well.
    """

    name: str
    of: Feed
    find: Callable[[str], Awaitable[str | None]]


class Turns:
    """A check at work in the process that leads. The place it has reached is a mark, from which another one goes on.

    Nothing walks all organizations at once: a check is of one, and the next one comes after a pause. One that is found
    unsound is looked at once more before the next: it may have been repaired.
    """

    def __init__(self, storage: Storage, check: Check, *, pause_seconds: float = PAUSE_SECONDS) -> None:
        self._storage = storage
        self._check = check
        self._mark = f"checks.{check.name}"
        self._pause = pause_seconds
        self._unsound: set[str] = set()
        self._labels = (storage.service, check.name)
        self._checked, self._counted = CHECKED.labels(*self._labels), UNSOUND.labels(*self._labels)
        self._counted.set(0)

    async def lead(self, token: int) -> None:
        """Check until cancelled, or until another process has taken over."""
        pause = self._pause
        while True:
            await asyncio.sleep(pause)
            began = time.monotonic()
            if not await self.check_next(token):
                return
            # What takes long comes less often, so that checks take a hundredth of the time at most.
            pause = max(self._pause, (time.monotonic() - began) * _PAUSES_PER_CHECK)

    async def check_next(self, token: int) -> bool:
        """Check the organization after the mark, the first one after the last; False where another process leads."""
        mark = await self._storage.mark(self._mark)
        following = await self._check.of.organizations(after=mark.place, limit=1)
        for org in following or await self._check.of.organizations(limit=1):
            again = await self._found_now(org)
            return await self._storage.move(self._mark, Mark(mark.place if again else org, token))
        return True

    async def _found_now(self, org: str) -> bool:
        """Check an organization; return whether it has become unsound."""
        service, name = self._labels
        try:
            reason = await self._check.find(org)
        except Exception:
            # Its turn comes again; the others must not wait for it.
            log.exception("check.failed", service=service, check=name, org=org)
            return False
        self._checked.inc()
        new = reason is not None and org not in self._unsound
        if reason is None:
            self._unsound.discard(org)
        else:
            self._unsound.add(org)
            log.error("check.unsound", service=service, check=name, org=org, reason=reason)
        self._counted.set(len(self._unsound))
        return new
