"""Metrics of what a process asks of Redis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from realinsights_platform.redis.calls import Calls


class RedisMetrics(Collector):
    """The calls by engine (cache, limits, stream), those that were not answered, and whether a server is away.

    What is not answered is not refused: a limit allows, a value is a miss, an event waits.
    """

    def __init__(self, calls: Sequence[Calls]) -> None:
        self._calls = calls

    def collect(self) -> Iterator[Metric]:
        """Yield everything as it is now."""
        labels = ("engine",)
        asked = CounterMetricFamily("realinsights_redis_calls", "Calls to Redis.", labels=labels)
        unanswered = CounterMetricFamily(
            "realinsights_redis_calls_unanswered", "Calls while Redis was away; limits allow them.", labels=labels
        )
        away = GaugeMetricFamily("realinsights_redis_away", "Servers that are away just now.", labels=labels)
        for calls in self._calls:
            asked.add_metric((calls.engine,), calls.asked)
            unanswered.add_metric((calls.engine,), calls.unanswered)
            away.add_metric((calls.engine,), calls.away)
        yield from (asked, unanswered, away)
