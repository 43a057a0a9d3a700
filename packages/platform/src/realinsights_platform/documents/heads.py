"""Heads: what a process knows of the last sequence of each organization of a service, and for how long it may trust it.

The journal is the truth. A process learns of its own commits at once and of those of others by announcements on a
channel of the cache, and it trusts what it knows for at most `LEASE_SECONDS` after the last sign of life of every
process on that channel: announcements are numbered, a gap or a silence makes all unknown. Without a channel, a head
that was read is trusted for as long. What is unknown is read from the journal.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

import msgspec
import structlog

from realinsights_platform.cache.port import Cache
from realinsights_platform.documents.journal_port import Feed
from realinsights_platform.errors import Unavailable
from realinsights_platform.ids import new_id
from realinsights_platform.tasks import end

LEASE_SECONDS: Final = 1.0
CHANNEL: Final = "heads"

_BEAT_SECONDS: Final = 0.25
_KEPT: Final = 65_536

log = structlog.get_logger(__name__)

Watch = Callable[[str, int], None]
"""Called with an organization and its last sequence as far as it is known."""


class Heads:
    """The heads of one service as one process knows them; at most `kept` organizations.

    `announcements` are None where no other process commits to the service: then what is known stays known.
    """

    def __init__(
        self,
        feed: Feed,
        announcements: Announcements | None,
        *,
        kept: int = _KEPT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.service = feed.service
        self._feed = feed
        self._announcements = announcements
        self._kept = kept
        self._clock = clock
        self._known: dict[str, tuple[int, float]] = {}
        self._watching: list[Watch] = []
        if announcements is not None:
            announcements.heads[self.service] = self

    def head(self, org: str) -> int | None:
        """Return the organization's last sequence, None where it is not known just now. For the hot path."""
        known = self._known.get(org)
        if known is None:
            return None
        announcements = self._announcements
        if announcements is None:
            return known[0]
        return known[0] if announcements.trusts(known[1], self._clock()) else None

    async def current(self, org: str, *, at_least: int = 0) -> int:
        """Return the organization's last sequence, read from the journal where it is not known or below `at_least`."""
        known = self.head(org)
        if known is not None and known >= at_least:
            return known
        before = self._clock()
        sequence = await self._feed.sequence(org)
        self._learn(org, sequence, before)
        return self._known[org][0]

    async def latest(self, org: str, *, at_least: int = 0) -> int:
        """Return what `current` does; where the service cannot be asked, the last sequence that this process knew.

        What is answered by that may be older than what was committed since. Raises `Unavailable` where none is known
        that is `at_least` so far.
        """
        try:
            return await self.current(org, at_least=at_least)
        except Unavailable:
            known = self._known.get(org)
            if known is None or known[0] < at_least:
                raise
            return known[0]

    def committed(self, org: str, sequence: int) -> None:
        """Take in a commit of this process, and tell the others."""
        self._learn(org, sequence, self._clock())
        if self._announcements is not None:
            self._announcements.tell(self.service, org, sequence)

    def announced(self, org: str, sequence: int) -> None:
        """Take in a commit of another process."""
        self._learn(org, sequence, self._clock())

    def watch(self, callback: Watch) -> Callable[[], None]:
        """Call back whenever a head moves as far as this process hears, until what is returned is called."""
        self._watching.append(callback)
        return lambda: self._watching.remove(callback)

    def _learn(self, org: str, sequence: int, at: float) -> None:
        known = self._known.pop(org, None)
        if known is None and len(self._known) >= self._kept:
            del self._known[next(iter(self._known))]
        if known is not None and known[0] > sequence:
            self._known[org] = known  # an older answer came later
            return
        self._known[org] = (sequence, at)
        if known is None or known[0] < sequence:
            for callback in tuple(self._watching):
                callback(org, sequence)


class Announcement(msgspec.Struct, frozen=True, array_like=True):
    """What a process tells the others: which heads moved, by service and organization. `leaving` is its last one."""

    sender: str
    number: int
    moved: dict[str, dict[str, int]]
    leaving: bool = False


class Announcements:
    """One process's part in the channel of heads: it tells, hears, and knows how far what it heard can be trusted.

    What was learned at or after `since` may be trusted before `until`, in the clock's seconds.
    """

    def __init__(self, cache: Cache, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.heads: dict[str, Heads] = {}
        self.since = float("inf")
        self.until = float("-inf")
        self._cache = cache
        self._clock = clock
        self._name = new_id()
        self._number = 0
        self._sent: dict[int, float] = {}
        self._heard: dict[str, tuple[int, float]] = {}
        self._moved: dict[str, dict[str, int]] = {}
        self._work = asyncio.Event()

    def now(self) -> float:
        """Return the clock's seconds."""
        return self._clock()

    def trusts(self, learned: float, now: float) -> bool:
        """Tell whether what was learned at a moment may be believed now: the channel would have said otherwise."""
        return now < learned + LEASE_SECONDS or (now < self.until and learned >= self.since)

    def tell(self, service: str, org: str, sequence: int) -> None:
        """Let the others know of a commit, together with what else is to be told by then."""
        moved = self._moved.setdefault(service, {})
        moved[org] = max(sequence, moved.get(org, 0))
        self._work.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Listen, and show signs of life, until the context is left."""
        stop = self._cache.listen(CHANNEL, self.hear, begun=self._begin)
        telling = asyncio.create_task(self._tell(), name="announcements of heads")
        try:
            yield
            await end(telling)
            await self.send(leaving=True)
        finally:
            telling.cancel()
            stop()

    async def send(self, *, leaving: bool = False) -> None:
        """Announce what has moved; nothing is a sign of life too."""
        self._number += 1
        moved, self._moved = self._moved, {}
        now = self._clock()
        self._sent[self._number] = now
        for number in [number for number, at in self._sent.items() if at + LEASE_SECONDS <= now]:
            del self._sent[number]
        try:
            await self._cache.announce(
                CHANNEL, msgspec.json.encode(Announcement(self._name, self._number, moved, leaving))
            )
        except Exception:
            # Nobody trusts for long what is not announced; the others see the gap once the channel is back.
            log.exception("heads.not_announced")

    def hear(self, message: bytes) -> None:
        """Take in an announcement, one's own too: it shows that the channel works."""
        told = msgspec.json.decode(message, type=Announcement)
        now = self._clock()
        last = self._heard.get(told.sender, (0, now))[0]
        if told.number != last + 1:
            self.since = now  # some announcement was lost: what was known before it may be old
        if told.leaving:
            self._heard.pop(told.sender, None)
        else:
            self._heard[told.sender] = (told.number, now)
        if told.sender == self._name:
            self._came_back(told.number, now)
            return
        for service, moved in told.moved.items():
            heads = self.heads.get(service)
            if heads is not None:
                for org, sequence in moved.items():
                    heads.announced(org, sequence)

    def _begin(self) -> None:
        """Trust nothing from before: until now this process may have missed what was said, on any channel."""
        self.since = self._clock()

    def _came_back(self, number: int, now: float) -> None:
        sent = self._sent.pop(number, None)
        if sent is None:
            return
        for sender, (_, at) in [*self._heard.items()]:
            if at + LEASE_SECONDS <= now:
                del self._heard[sender]  # it may have ended between a commit and its announcement
                self.since = now
        if self.until <= now:
            self.since = now  # for a while nothing was heard
        self.until = min([sent, *(at for _, at in self._heard.values())]) + LEASE_SECONDS

    async def _tell(self) -> None:
        while True:
            self._work.clear()
            await self.send()
            with suppress(TimeoutError):
                # Not wait_for: before Python 3.12 it can swallow a cancellation that comes with what it waits for.
                async with asyncio.timeout(_BEAT_SECONDS):
                    await self._work.wait()
