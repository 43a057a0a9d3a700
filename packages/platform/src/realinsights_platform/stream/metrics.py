"""Metrics of a process's relays: whether each leads, and how far behind it is."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from realinsights_platform.stream.relay import Relay


class RelayMetrics(Collector):
    """Relays by service. Of all processes exactly one leads a service; the others have nothing to be behind with."""

    def __init__(self, relays: Sequence[Relay]) -> None:
        self._relays = relays

    def collect(self) -> Iterator[Metric]:
        """Yield everything as it is now."""
        now = datetime.datetime.now(datetime.UTC)
        leading = GaugeMetricFamily(
            "realinsights_relay_leading", "Whether this process publishes the service's events.", labels=("service",)
        )
        lag = GaugeMetricFamily(
            "realinsights_relay_lag_seconds",
            "Age of the oldest committed event that is not published yet; 0 where all are, or another process leads.",
            labels=("service",),
        )
        for relay in self._relays:
            leading.add_metric((relay.service,), 1.0 if relay.leading else 0.0)
            lag.add_metric((relay.service,), relay.lag(now))
        yield from (leading, lag)
