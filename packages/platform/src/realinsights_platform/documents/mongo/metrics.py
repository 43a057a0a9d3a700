"""Metrics of what a process asks of MongoDB: how long each command took, and its pools of connections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
    ConnectionCheckedInEvent,
    ConnectionCheckedOutEvent,
    ConnectionCheckOutFailedEvent,
    ConnectionCheckOutStartedEvent,
    ConnectionClosedEvent,
    ConnectionCreatedEvent,
    ConnectionPoolListener,
    ConnectionReadyEvent,
    PoolClearedEvent,
    PoolClosedEvent,
    PoolCreatedEvent,
    PoolReadyEvent,
)

_KNOWN_AT_ONCE: Final = 10_000
_DRIVERS_OWN_SIZE: Final = 100

_SECONDS: Final = Histogram(
    "realinsights_documents_seconds",
    "Seconds that MongoDB took for a command.",
    ("collection", "command"),
    buckets=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=None,
)
_CONNECTIONS: Final = Gauge(
    "realinsights_documents_connections",
    "Connections to MongoDB: open, in use, and how many there may be (most).",
    ("server", "state"),
    registry=None,
)
_FAILED: Final = Counter(
    "realinsights_documents_checkouts_failed",
    "Times that no connection could be had: none was free in time, or the server was away.",
    ("server", "reason"),
    registry=None,
)

SECONDARY_READS: Final = Counter(
    "realinsights_documents_secondary_reads",
    "Reads that a secondary could answer: it has (answered), it lags (behind), or it did not answer in time (failed).",
    ("outcome",),
    registry=None,
)


class MongoMetrics(Collector):
    """All clients of the process: a pool is per client and server, its numbers are summed by server."""

    def collect(self) -> Iterator[Metric]:
        """Yield everything as it is now."""
        for metric in (_SECONDS, _CONNECTIONS, _FAILED, SECONDARY_READS):
            yield from metric.collect()


class Timing(CommandListener):
    """A listener that measures how long each command took, by collection."""

    def __init__(self) -> None:
        self._collections: dict[int, str] = {}

    def started(self, event: CommandStartedEvent) -> None:
        """Note which collection the command is about."""
        if len(self._collections) >= _KNOWN_AT_ONCE:
            self._collections.clear()
        named = event.command.get(event.command_name)
        if not isinstance(named, str):
            named = event.command.get("collection", "")
        self._collections[event.request_id] = named if isinstance(named, str) else ""

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Measure it."""
        self._observe(event)

    def failed(self, event: CommandFailedEvent) -> None:
        """Measure it."""
        self._observe(event)

    def _observe(self, event: CommandSucceededEvent | CommandFailedEvent) -> None:
        collection = self._collections.pop(event.request_id, "")
        _SECONDS.labels(collection, event.command_name).observe(event.duration_micros / 1e6)


class Pools(ConnectionPoolListener):
    """A listener that counts the connections of one client."""

    def __init__(self) -> None:
        self._sizes: dict[str, int] = {}

    def pool_created(self, event: PoolCreatedEvent) -> None:
        """Count what the pool may hold."""
        server = _server(event.address)
        self._sizes[server] = int(event.options.get("maxPoolSize", _DRIVERS_OWN_SIZE))
        _CONNECTIONS.labels(server, "most").inc(self._sizes[server])

    def pool_closed(self, event: PoolClosedEvent) -> None:
        """Take back what the pool could hold."""
        server = _server(event.address)
        _CONNECTIONS.labels(server, "most").dec(self._sizes.pop(server, 0))

    def connection_created(self, event: ConnectionCreatedEvent) -> None:
        """Count an open connection."""
        _CONNECTIONS.labels(_server(event.address), "open").inc()

    def connection_closed(self, event: ConnectionClosedEvent) -> None:
        """Count it no more."""
        _CONNECTIONS.labels(_server(event.address), "open").dec()

    def connection_checked_out(self, event: ConnectionCheckedOutEvent) -> None:
        """Count a connection in use."""
        _CONNECTIONS.labels(_server(event.address), "in_use").inc()

    def connection_checked_in(self, event: ConnectionCheckedInEvent) -> None:
        """Count it no more."""
        _CONNECTIONS.labels(_server(event.address), "in_use").dec()

    def connection_check_out_failed(self, event: ConnectionCheckOutFailedEvent) -> None:
        """Count that there was none."""
        _FAILED.labels(_server(event.address), event.reason).inc()

    def pool_ready(self, event: PoolReadyEvent) -> None:
        """Count nothing."""

    def pool_cleared(self, event: PoolClearedEvent) -> None:
        """Count nothing: each connection that is closed says so."""

    def connection_ready(self, event: ConnectionReadyEvent) -> None:
        """Count nothing."""

    def connection_check_out_started(self, event: ConnectionCheckOutStartedEvent) -> None:
        """Count nothing."""


def _server(address: tuple[str, int | None]) -> str:
    host, port = address
    return host if port is None else f"{host}:{port}"
