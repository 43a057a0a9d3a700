"""The stream of one process: it holds what subscribers have not taken yet, and the journals hold everything else."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from realinsights_platform.events import Message

_CAPACITY = 5_000
_AT_ONCE = 1_000

_Place = tuple[str, str]
"""A service and an organisation."""


class MemoryStream:
    """Implements `stream.port.Stream` inside one event loop.

    A group's backlog is bounded: `publish` waits while a group that is there holds `capacity` messages and events.
    What a group has missed, or took and did not acknowledge before it left, comes from the journal again: the stream
    asks the relay to go back to what is settled.
    """

    def __init__(self, *, capacity: int = _CAPACITY) -> None:
        self._capacity = capacity
        self._groups: dict[str, _Group] = {}
        self._resumed: dict[str, dict[tuple[str, str], int]] = {}
        self._rewinds: dict[str, list[Callable[[str | None], None]]] = {}
        self._room = asyncio.Event()

    async def publish(self, messages: Sequence[Message]) -> None:
        """Hand messages over, each organisation's in sequence; waits while subscribers lag too far behind."""
        for message in messages:
            while any(group.connected and group.held >= self._capacity for group in self._listening(message.service)):
                self._room.clear()
                await self._room.wait()
            for group in self._listening(message.service):
                if not group.offer(message):
                    self._rewind(message.service, message.org)

    def subscribe(self, group: str, services: Sequence[str]) -> MemorySubscription:
        """Join as `group` to the messages of these services; one subscription per group at a time."""
        member = self._groups.get(group)
        if member is None:
            member = self._groups[group] = _Group(frozenset(services))
            for service, acknowledged in self._resumed.items():
                member.resume(group, service, acknowledged)
        if member.connected:
            raise ValueError(f"the group {group} is subscribed already")
        member.join(frozenset(services))
        for service in member.services:
            self._rewind(service, None)
        return MemorySubscription(member, self._room)

    async def settled(self, service: str, org: str) -> int:
        """Return what every group has acknowledged of an organisation; 0 where no group listens."""
        place = (service, org)
        return min((group.acknowledged.get(place, 0) for group in self._listening(service)), default=0)

    def acknowledged(self, service: str) -> Mapping[tuple[str, str], int]:
        """Return by (group, org) what groups have acknowledged."""
        return {
            (name, org): sequence
            for name, group in self._groups.items()
            for (of, org), sequence in group.acknowledged.items()
            if of == service
        }

    def resume(self, service: str, acknowledged: Mapping[tuple[str, str], int]) -> None:
        """Take over what the groups had acknowledged in an earlier process."""
        self._resumed[service] = dict(acknowledged)
        for name, group in self._groups.items():
            group.resume(name, service, acknowledged)

    def on_rewind(self, service: str, callback: Callable[[str | None], None]) -> None:
        """Call `callback(org)` when messages after `settled` must be published again; None stands for every org."""
        self._rewinds.setdefault(service, []).append(callback)

    async def close(self) -> None:
        """Let every subscriber and publisher go."""
        for group in self._groups.values():
            group.leave()
        self._room.set()

    def _listening(self, service: str) -> list[_Group]:
        return [group for group in self._groups.values() if service in group.services]

    def _rewind(self, service: str, org: str | None) -> None:
        for callback in self._rewinds.get(service, ()):
            callback(org)


class _Group:
    """Where a group stands: `queued` is the last sequence that its backlog has taken in, per service and org."""

    def __init__(self, services: frozenset[str]) -> None:
        self.services = services
        self.acknowledged: dict[_Place, int] = {}
        self.held = 0
        self.connected = False
        self.arrived = asyncio.Event()
        self._queued: dict[_Place, int] = {}
        self._backlog: deque[Message] = deque()

    def join(self, services: frozenset[str]) -> None:
        self.services = services
        self.connected = True
        self.arrived.clear()

    def resume(self, name: str, service: str, acknowledged: Mapping[tuple[str, str], int]) -> None:
        for (group, org), sequence in acknowledged.items():
            place = (service, org)
            if group == name and sequence > self.acknowledged.get(place, 0):
                self.acknowledged[place] = sequence
                self._queued[place] = max(sequence, self._queued.get(place, 0))

    def offer(self, message: Message) -> bool:
        """Take a message in if it is the next one; False where one before it is missing."""
        if not self.connected:
            return True
        place = (message.service, message.org)
        queued = self._queued.get(place, 0)
        if message.sequence > queued + 1:
            return False
        if message.sequence == queued + 1:
            self._queued[place] = message.sequence
            self._backlog.append(message)
            self.held += _weight(message)
            self.arrived.set()
        return True

    def take(self) -> tuple[Message, ...]:
        """Return what there is, bounded."""
        taken: list[Message] = []
        weight = 0
        while self._backlog and (not taken or weight + _weight(self._backlog[0]) <= _AT_ONCE):
            message = self._backlog.popleft()
            weight += _weight(message)
            taken.append(message)
        self.held -= weight
        if not self._backlog and self.connected:
            self.arrived.clear()
        return tuple(taken)

    def acknowledge(self, place: _Place, sequence: int) -> None:
        if sequence > self._queued.get(place, 0):
            raise ValueError(f"sequence {sequence} of {place[1]} was not delivered yet")
        self.acknowledged[place] = max(sequence, self.acknowledged.get(place, 0))

    def leave(self) -> None:
        """Forget what is not acknowledged: it comes again."""
        self.connected = False
        self.held = 0
        self._backlog.clear()
        self._queued = dict(self.acknowledged)
        self.arrived.set()


class MemorySubscription:
    """Implements `stream.port.Subscription`."""

    def __init__(self, group: _Group, room: asyncio.Event) -> None:
        self._group = group
        self._room = room
        self._closed = False

    async def receive(self) -> tuple[Message, ...]:
        """Wait for and return the next messages; none once it is closed."""
        await self._group.arrived.wait()
        if self._closed:
            return ()
        taken = self._group.take()
        self._room.set()
        return taken

    async def acknowledge(self, service: str, org: str, sequence: int) -> None:
        """Say that the group has durably applied everything up to this sequence."""
        if not self._closed:
            self._group.acknowledge((service, org), sequence)

    async def close(self) -> None:
        """Leave the stream; what was not acknowledged is delivered again next time."""
        if not self._closed:
            self._closed = True
            self._group.leave()
            self._room.set()


def _weight(message: Message) -> int:
    return 1 + len(message.events)
