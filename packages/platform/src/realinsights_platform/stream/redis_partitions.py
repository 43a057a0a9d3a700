"""Partitions: the streams of a service in Redis, to which its organizations are spread."""

from __future__ import annotations

from binascii import crc32

import msgspec

from realinsights_platform.redis.urls import RedisUrl


class Partition(msgspec.Struct, frozen=True):
    """One of the streams of a service; its keys have the same hash tag, so that a cluster keeps them together."""

    prefix: str
    service: str
    number: int

    @property
    def stream(self) -> str:
        """The key of its messages."""
        return self._key("messages")

    @property
    def state(self) -> str:
        """The key of what is known of its groups."""
        return self._key("state")

    @property
    def dead(self) -> str:
        """The key of its dead letters."""
        return self._key("dead")

    @property
    def deaths(self) -> str:
        """The key of how many members died over each message."""
        return self._key("deaths")

    @property
    def keys(self) -> tuple[str, str, str]:
        """The keys that a script gets besides that of the messages."""
        return self.state, self.dead, self.deaths

    @property
    def channel(self) -> str:
        """The channel that says that there is something new."""
        return channel_of(self.prefix, self.service)

    def _key(self, name: str) -> str:
        return f"{self.prefix}:{{{self.service}.{self.number}}}:{name}"


def channel_of(prefix: str, service: str) -> str:
    """Return the channel of a service's streams."""
    return f"{prefix}:stream:{service}"


def partitions_of(url: RedisUrl, service: str) -> list[Partition]:
    """Return all partitions of a service; how many is the same for all processes and never changes."""
    return [Partition(url.prefix, service, number) for number in range(url.partitions)]


def partition_of(url: RedisUrl, service: str, org: str) -> Partition:
    """Return the partition that has an organization's messages."""
    return Partition(url.prefix, service, crc32(org.encode()) % url.partitions)
