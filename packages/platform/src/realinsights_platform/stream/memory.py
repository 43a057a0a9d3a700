"""The stream of one process: it holds what groups have not acknowledged yet, and the journals hold everything else."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress

import structlog

from realinsights_platform.events import Event, Message
from realinsights_platform.stream.port import Missed

_CAPACITY = 5_000
_AT_ONCE = 1_000
_MOST_HELD = 20_000
_SILENT_SECONDS = 10.0

log = structlog.get_logger(__name__)

_Place = tuple[str, str]
"""A service and an organization."""


class MemoryStream:
    """A `stream.port.Stream` inside one event loop.

    A group's backlog is bounded: `publish` waits while one holds `capacity` messages and events that no member has
    taken. A member that has not asked for messages for `silent_seconds` is taken for dead. A group without a member
    keeps nobody waiting: it misses what is beyond its capacity, and that is published again once somebody joins.
    """

    def __init__(
        self,
        *,
        capacity: int = _CAPACITY,
        silent_seconds: float = _SILENT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._capacity = capacity
        self._silent = silent_seconds
        self._clock = clock
        self._groups: dict[str, _Group] = {}
        self._room = asyncio.Event()
        self._closed = False

    async def publish(self, messages: Sequence[Message]) -> Awaitable[object]:
        """Hand messages over; what is returned is done once every group that wants them has acknowledged them."""
        receipts: list[asyncio.Future[None]] = []
        for message in messages:
            for group in [group for group in self._groups.values() if group.wants(message)]:
                await self._make_room(group)
                if group.missed is not None and group.members:
                    group.missed = None
                    raise Missed
                if group.missed is not None or group.held >= self._capacity:
                    receipts.append(group.miss())
                else:
                    receipts.append(group.offer(message))
        return asyncio.gather(*receipts)

    async def _make_room(self, group: _Group) -> None:
        while group.members and group.held >= self._capacity and not self._closed:
            group.bury(self._clock(), self._silent)
            self._room.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._silent / 3):
                    await self._room.wait()

    def subscribe(
        self, group: str, services: Collection[str], events: Collection[type[Event]] | None = None
    ) -> MemorySubscription:
        """Join a group as one more member."""
        joined = self._groups.setdefault(group, _Group())
        joined.services = frozenset(services)
        joined.events = None if events is None else tuple(events)
        return MemorySubscription(joined, self._room, self._silent, self._clock)

    async def close(self) -> None:
        """Let every subscriber and publisher go."""
        self._closed = True
        for group in self._groups.values():
            group.closed = True
            group.arrived.set()
        self._room.set()


class _Queue:
    """What a group has not acknowledged of one organization: `taken` messages are with the `holder`."""

    def __init__(self) -> None:
        self.messages: deque[Message] = deque()
        self.receipts: deque[asyncio.Future[None]] = deque()
        self.taken = 0
        self.holder: MemorySubscription | None = None


class _Group:
    """What is wanted, and what was not acknowledged, by organization; `ready` are those with something to take."""

    def __init__(self) -> None:
        self.services: frozenset[str] = frozenset()
        self.events: tuple[type[Event], ...] | None = None
        self.members: dict[MemorySubscription, float] = {}
        self.arrived = asyncio.Event()
        self.held = 0
        self.closed = False
        self.missed: asyncio.Future[None] | None = None
        self._queues: dict[_Place, _Queue] = {}
        self._ready: OrderedDict[_Place, None] = OrderedDict()

    def wants(self, message: Message) -> bool:
        if message.service not in self.services:
            return False
        events = self.events
        return events is None or any(isinstance(event, events) for event in message.events)

    def offer(self, message: Message) -> asyncio.Future[None]:
        """Take a message in, unless it waits already; the future is done once it is acknowledged."""
        place = (message.service, message.org)
        queue = self._queues.setdefault(place, _Queue())
        if queue.messages and queue.messages[-1].sequence >= message.sequence:
            # It came before; if it waits no more, all that does came after it.
            waiting = zip(queue.messages, queue.receipts, strict=True)
            return next(receipt for one, receipt in waiting if one.sequence >= message.sequence)
        receipt = asyncio.get_running_loop().create_future()
        queue.messages.append(message)
        queue.receipts.append(receipt)
        self.held += _weight(message)
        self._ready[place] = None
        self.arrived.set()
        return receipt

    def join(self, member: MemorySubscription, now: float) -> None:
        """Take a member in, or note that it is alive."""
        self.members[member] = now
        if self.missed is not None and not self.missed.done():
            self.missed.set_exception(Missed())
            self.missed.exception()  # whoever publishes nothing any more need not look

    def miss(self) -> asyncio.Future[None]:
        """Let a message go by; the future fails once somebody is there who would have wanted it."""
        if self.missed is None:
            self.missed = asyncio.get_running_loop().create_future()
        return self.missed

    def take(self, member: MemorySubscription) -> tuple[Message, ...]:
        """Return what there is for a member, bounded; nothing while it has too much that it did not acknowledge."""
        taken: list[Message] = []
        weight = 0
        if member.holding >= _MOST_HELD:
            return ()
        for place in [*self._ready]:
            queue = self._queues[place]
            if queue.holder not in {None, member}:
                continue
            while queue.taken < len(queue.messages):
                message = queue.messages[queue.taken]
                if taken and weight + _weight(message) > _AT_ONCE:
                    break
                weight += _weight(message)
                taken.append(message)
                queue.taken += 1
                queue.holder = member
            if queue.taken == len(queue.messages):
                del self._ready[place]
            if weight >= _AT_ONCE:
                break
        self.held -= weight
        member.holding += weight
        return tuple(taken)

    def acknowledge(self, member: MemorySubscription, place: _Place, sequence: int) -> None:
        """Forget what a member has taken and done."""
        queue = self._queues.get(place)
        if queue is None or queue.holder is not member:
            return  # another member has it by now, and does it again
        while queue.taken and queue.messages[0].sequence <= sequence:
            member.holding -= _weight(queue.messages.popleft())
            receipt = queue.receipts.popleft()
            if not receipt.done():
                receipt.set_result(None)
            queue.taken -= 1
        if not queue.taken:
            queue.holder = None
        self.arrived.set()
        if not queue.messages:
            del self._queues[place]

    def leave(self, member: MemorySubscription) -> None:
        """Let others have what a member has taken."""
        self.members.pop(member, None)
        member.holding = 0
        for place, queue in self._queues.items():
            if queue.holder is member:
                self.held += sum(_weight(message) for message in list(queue.messages)[: queue.taken])
                queue.taken, queue.holder = 0, None
                self._ready[place] = None
        self.arrived.set()

    def bury(self, now: float, silent: float) -> None:
        """Let go of members that were not heard of for so long."""
        for member in [member for member, heard in self.members.items() if heard + silent <= now]:
            self.leave(member)


class MemorySubscription:
    """A member of a group of a `MemoryStream`."""

    def __init__(self, group: _Group, room: asyncio.Event, silent_seconds: float, clock: Callable[[], float]) -> None:
        self._group = group
        self._room = room
        self._silent = silent_seconds
        self._clock = clock
        self._closed = False
        self.holding = 0
        """The weight of what it took and did not acknowledge."""
        group.join(self, clock())

    async def receive(self) -> tuple[Message, ...]:
        """Wait for and return the next messages; none once it is closed."""
        group = self._group
        while not (self._closed or group.closed):
            now = self._clock()
            group.join(self, now)
            group.bury(now, self._silent)
            taken = group.take(self)
            if taken:
                self._room.set()
                return taken
            group.arrived.clear()
            try:
                async with asyncio.timeout(self._silent / 3):
                    await group.arrived.wait()
            except TimeoutError:
                continue
        return ()

    async def acknowledge(self, service: str, org: str, sequence: int) -> None:
        """Say that everything up to this sequence is durably done."""
        if not self._closed:
            self._group.acknowledge(self, (service, org), sequence)

    async def bury(self, message: Message, error: str) -> None:
        """Go on without a message that cannot be handled: the log and the journal have it, and nothing else does."""
        log.error("stream.buried", service=message.service, org=message.org, sequence=message.sequence, reason=error)
        await self.acknowledge(message.service, message.org, message.sequence)

    async def close(self) -> None:
        """Leave the group; what was not acknowledged goes to another member, or to the next one that joins."""
        if not self._closed:
            self._closed = True
            self._group.leave(self)
            self._room.set()


def _weight(message: Message) -> int:
    return 1 + len(message.events)
