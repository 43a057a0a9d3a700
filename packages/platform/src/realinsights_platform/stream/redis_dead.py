"""Dead letters of a Redis stream: messages that could not be handled, with the error, until somebody decides."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator, Collection
from typing import Any, Final

import msgspec

from realinsights_platform.redis.calls import Calls
from realinsights_platform.redis.urls import RedisUrl
from realinsights_platform.stream.redis_partitions import Partition, partitions_of
from realinsights_platform.stream.redis_scripts import RANGE, REPLAY

_AT_ONCE: Final = 100


class DeadLetter(msgspec.Struct, frozen=True, rename="camel"):
    """A message that a group could not handle; `id` names it, `times` says how often it was delivered."""

    id: str
    group: str
    service: str
    org: str
    sequence: int
    events: tuple[str, ...]
    at: datetime.datetime
    times: int
    error: str
    message: msgspec.Raw


class DeadLetters:
    """The dead letters of some services. What raises `redis.calls.Away` does so because Redis does not answer."""

    def __init__(self, url: RedisUrl, services: Collection[str]) -> None:
        self._calls = Calls("dead letters", url)
        self._partitions = {
            f"{one.service}.{one.number}": one for service in services for one in partitions_of(url, service)
        }

    async def all(self) -> AsyncIterator[DeadLetter]:
        """Yield every dead letter, one partition after the other, oldest first."""
        for name, partition in self._partitions.items():
            begin = "-"
            while True:
                entries = await self._range(partition, begin, "+", _AT_ONCE)
                for entry in entries:
                    yield _read(name, partition, entry)
                if len(entries) < _AT_ONCE:
                    break
                begin = f"({entries[-1][0].decode()}"

    async def one(self, name: str) -> DeadLetter | None:
        """Return a dead letter, None where there is none of this name."""
        where, partition, place = self._place(name)
        if partition is None:
            return None
        entries = await self._range(partition, place, place, 1)
        return _read(where, partition, entries[0]) if entries else None

    async def replay(self, name: str) -> bool:
        """Deliver it once more, to the group that could not handle it; return whether it was there."""
        _, partition, place = self._place(name)
        if partition is None:
            return False
        told = await self._calls.run(
            REPLAY,
            partition.stream,
            partition.channel,
            partition.number,
            place,
            others=partition.keys,
        )
        return bool(told)

    async def drop(self, name: str) -> bool:
        """Forget it; return whether it was there."""
        _, partition, place = self._place(name)
        if partition is None:
            return False
        return bool(await self._calls.command(partition.dead, "XDEL", partition.dead, place))

    async def close(self) -> None:
        """Close the connections."""
        await self._calls.close()

    def _place(self, name: str) -> tuple[str, Partition | None, str]:
        where, _, place = name.rpartition(":")
        milliseconds, dash, number = place.partition("-")
        known = milliseconds.isascii() and milliseconds.isdigit() and dash and number.isascii() and number.isdigit()
        return where, self._partitions.get(where) if known else None, place

    async def _range(self, partition: Partition, begin: str, end: str, count: int) -> list[Any]:
        found: list[Any] = await self._calls.run(RANGE, partition.dead, begin, end, count)
        return found


def _read(where: str, partition: Partition, entry: Any) -> DeadLetter:
    name, told = entry[0].decode(), dict(zip(entry[1][::2], entry[1][1::2], strict=True))
    return DeadLetter(
        id=f"{where}:{name}",
        group=told[b"g"].decode(),
        service=partition.service,
        org=told[b"o"].decode(),
        sequence=int(told[b"n"]),
        events=tuple(told[b"t"].decode().split()),
        at=datetime.datetime.fromtimestamp(int(name.partition("-")[0]) / 1000, datetime.UTC),
        times=int(told[b"k"]),
        error=told[b"e"].decode(errors="replace"),
        message=msgspec.Raw(told[b"d"]),
    )
