"""Connections of a server: how many there may be, and how long each may keep it waiting."""

from __future__ import annotations

import asyncio
import resource
from collections import Counter
from collections.abc import Container
from dataclasses import dataclass
from typing import Final, Protocol

from realinsights_platform.addresses import network_of

_SWEEP_SECONDS: Final = 1.0
_DESCRIPTORS: Final = 16_384
_RESERVED_DESCRIPTORS: Final = 256
"""Kept free of connections: for databases, uploads and the processes that read files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a client may ask of the server's patience. Seconds are accurate to one.

    A body may be silent for `silent_seconds`, and must come at `slowest` bytes a second once it has been coming for as
    long; an answer that is not taken for `silent_seconds` is given up.
    """

    most: int = 4_096
    per_address: int = 512
    head_seconds: float = 15.0
    idle_seconds: int = 75
    silent_seconds: float = 30.0
    slowest: int = 512


DEFAULT_BOUNDS: Final = Bounds()


class Connection(Protocol):
    """A connection as it is looked at once a second."""

    address: str

    def look(self, now: float) -> None:
        """Give the connection up where its client has kept it waiting for too long."""


class Connections:
    """The open connections of one server. Those of trusted proxies, which speak for many, are counted in all only."""

    def __init__(self, bounds: Bounds, *, descriptors: int, trusted: Container[str] = ()) -> None:
        self.bounds = bounds
        self.now = 0.0
        self.leaving = False
        """Whether each connection is closed after its next answer."""
        self._trusted = trusted
        self._most = min(bounds.most, max(descriptors - _RESERVED_DESCRIPTORS, descriptors // 4))
        self._open: set[Connection] = set()
        self._by_network: Counter[str] = Counter()

    def admit(self, connection: Connection) -> bool:
        """Take a connection in, unless there are too many of them."""
        network = network_of(connection.address)
        if len(self._open) >= self._most:
            return False
        if connection.address not in self._trusted:
            if self._by_network[network] >= self.bounds.per_address:
                return False
            self._by_network[network] += 1
        self._open.add(connection)
        return True

    def leave(self, connection: Connection) -> None:
        """Forget a connection; one that was not admitted changes nothing."""
        if connection in self._open:
            self._open.discard(connection)
            if connection.address not in self._trusted:
                network = network_of(connection.address)
                self._by_network[network] -= 1
                if not self._by_network[network]:
                    del self._by_network[network]

    async def sweep(self) -> None:
        """Look at every connection once a second, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            self.now = loop.time()
            for connection in tuple(self._open):
                connection.look(self.now)
            await asyncio.sleep(_SWEEP_SECONDS)


def open_more_files() -> int:
    """Let the process open as many files as the system lets it; return how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, _DESCRIPTORS)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return wanted
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted
