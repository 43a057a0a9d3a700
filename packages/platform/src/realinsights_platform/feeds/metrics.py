"""Metrics of journal feeds: how long other services' processes took to answer, and who did not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from prometheus_client import Counter, Histogram
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

SECONDS: Final = Histogram(
    "realinsights_feed_seconds",
    "Seconds until another service had answered what its journal holds, with the processes that were passed over.",
    ("service",),
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=None,
)
PASSED_OVER: Final = Counter(
    "realinsights_feed_passed_over",
    "Processes of another service that did not answer, or not what can be read: the next one was asked.",
    ("service",),
    registry=None,
)
AWAY: Final = Counter(
    "realinsights_feed_away",
    "Questions to another service's journal that none of its processes answered.",
    ("service",),
    registry=None,
)


class FeedMetrics(Collector):
    """All feeds of the process, by the service that is asked."""

    def collect(self) -> Iterator[Metric]:
        """Yield everything as it is now."""
        for metric in (SECONDS, PASSED_OVER, AWAY):
            yield from metric.collect()
