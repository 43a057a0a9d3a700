"""The stream in a Redis or Valkey: partitions of Redis Streams, which keep messages until every group has them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import structlog

from realinsights_platform.events import Event, EventCodec, Message
from realinsights_platform.redis.calls import Away, Calls
from realinsights_platform.redis.listening import Listener
from realinsights_platform.redis.urls import RedisUrl
from realinsights_platform.stream.carrying import Carrier, tag_of, weight_of
from realinsights_platform.stream.redis_members import RedisSubscription
from realinsights_platform.stream.redis_partitions import Partition, channel_of, partition_of, partitions_of
from realinsights_platform.stream.redis_scripts import PUBLISH

_CAPACITY: Final = 5_000
_MOST: Final = 1_000_000
_KEPT_FOR_NOBODY: Final = 1_000
_SILENT_SECONDS: Final = 10.0
_LOOK_SECONDS: Final = 0.5
_AT_ONCE: Final = 100
_WEIGHT_AT_ONCE: Final = 1_000

log = structlog.get_logger(__name__)


class RedisStream:
    """A `stream.port.Stream` for many processes; `codecs` are those of each service's events.

    `publish` waits while a group with members has not taken `capacity` messages and events of a partition, while a
    partition holds `most` messages that some group has not acknowledged, and while Redis is away: what is to be
    published stays in the journal. A member that has not asked for messages for `silent_seconds` is taken for dead.
    """

    def __init__(
        self,
        url: RedisUrl,
        codecs: Mapping[str, EventCodec[Any]],
        *,
        capacity: int = _CAPACITY,
        most: int = _MOST,
        silent_seconds: float = _SILENT_SECONDS,
    ) -> None:
        self.calls = Calls("stream", url)
        self._url = url
        self._carrier = Carrier(codecs)
        self._capacity = capacity
        self._most = most
        self._silent = silent_seconds
        self._listener = Listener(self.calls.client, url)
        self._room: dict[str, asyncio.Event] = {}
        self._members: list[RedisSubscription] = []
        self._locks: dict[Partition, asyncio.Lock] = {}

    async def publish(self, messages: Sequence[Message]) -> Awaitable[object]:
        """Hand messages over, each organization's in sequence; what is returned is done once they are kept."""
        for member in self._members:
            await member.joined()
        by_partition: dict[Partition, list[Message]] = {}
        for message in messages:
            by_partition.setdefault(partition_of(self._url, message.service, message.org), []).append(message)
        await asyncio.gather(*(self._publish(partition, told) for partition, told in by_partition.items()))
        kept: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        kept.set_result(None)
        return kept

    def subscribe(
        self, group: str, services: Collection[str], events: Collection[type[Event]] | None = None
    ) -> RedisSubscription:
        """Join a group as one more member."""
        member = RedisSubscription(
            self.calls,
            self._carrier,
            group=group,
            partitions=[one for service in sorted(services) for one in partitions_of(self._url, service)],
            tags=None if events is None else [tag_of(event) for event in events],
            capacity=self._capacity,
            silent_seconds=self._silent,
            left=self._left,
        )
        self._members.append(member)
        for service in services:
            channel = channel_of(self._url.prefix, service)
            member.stops.append(self._listener.listen(channel, member.noticing(service), begun=member.look_again))
        return member

    async def close(self) -> None:
        """Let every subscriber of this process go, and the connections."""
        for member in [*self._members]:
            await member.close()
        await self._listener.close()
        await self.calls.close()

    def _left(self, member: RedisSubscription) -> None:
        with suppress(ValueError):
            self._members.remove(member)

    async def _publish(self, partition: Partition, messages: Sequence[Message]) -> None:
        async with self._locks.setdefault(partition, asyncio.Lock()):  # what is published first comes first
            waiting = [*messages]
            full = False
            while waiting:
                room = self._room_of(partition.service)
                room.clear()
                try:
                    added, crowded = await self.calls.run(
                        PUBLISH,
                        partition.stream,
                        partition.channel,
                        partition.number,
                        self._capacity,
                        self._most,
                        round(self._silent * 1000),
                        _KEPT_FOR_NOBODY,
                        *self._packed(waiting[: _fitting(waiting)]),
                        others=partition.keys,
                    )
                except Away:
                    await asyncio.sleep(_LOOK_SECONDS * random.uniform(0.5, 1.0))  # noqa: S311 - it keeps no secret
                    continue
                del waiting[:added]
                if crowded and not full:
                    full = True
                    log.error("stream.full", service=partition.service, partition=partition.number, most=self._most)
                if not added:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(_LOOK_SECONDS):
                            await room.wait()

    def _packed(self, messages: Iterable[Message]) -> Iterable[Any]:
        for message in messages:
            tags = "".join(f" {tag}" for tag in sorted({tag_of(event) for event in message.events}))
            yield from (
                message.org,
                message.sequence,
                weight_of(message),
                f"{tags} ",
                self._carrier.pack(message),
                "",
            )

    def _room_of(self, service: str) -> asyncio.Event:
        room = self._room.get(service)
        if room is None:
            room = self._room[service] = asyncio.Event()
            self._listener.listen(channel_of(self._url.prefix, service), _setting(room))
        return room


def _fitting(messages: Sequence[Message]) -> int:
    """Return how many messages go in one call, which must not keep the server busy for long; one at least."""
    weight = 0
    for number, message in enumerate(messages[:_AT_ONCE]):
        weight += weight_of(message)
        if weight > _WEIGHT_AT_ONCE:
            return max(1, number)
    return min(len(messages), _AT_ONCE)


def _setting(room: asyncio.Event) -> Callable[[bytes], None]:
    def receive(message: bytes) -> None:
        if message == b"room":
            room.set()

    return receive
