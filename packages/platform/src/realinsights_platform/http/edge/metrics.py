"""Metrics of the edge: plain integers on the way, Prometheus families only when somebody scrapes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from realinsights_platform.http.edge.cache import EdgeCache

BUCKETS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds in seconds."""

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class EdgeMetrics(Collector):
    """Requests by route, method and status, how long they took, and what the edge cache did."""

    def __init__(self, cache: EdgeCache) -> None:
        self._cache = cache
        self._requests: dict[tuple[str, str, int], int] = {}
        self._durations: dict[str, list[float]] = {}
        self.in_progress = 0
        self.failures = 0

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count an answered request that did not come from the edge cache."""
        key = (route, method if method in _METHODS else "OTHER", status)
        self._requests[key] = self._requests.get(key, 0) + 1
        durations = self._durations.get(route)
        if durations is None:
            durations = self._durations[route] = [0.0] * (len(BUCKETS) + 2)
        durations[bisect_left(BUCKETS, seconds)] += 1
        durations[-1] += seconds

    def collect(self) -> Iterator[Metric]:
        """Yield everything as it is now."""
        requests = CounterMetricFamily(
            "realinsights_http_requests", "Requests answered.", labels=("route", "method", "status")
        )
        for (route, method, status), count in sorted(self._requests.items()):
            requests.add_metric((route, method, str(status)), count)
        yield requests
        durations = HistogramMetricFamily(
            "realinsights_http_request_duration_seconds",
            "Seconds from a request's arrival to its answer's end, of what the edge cache did not answer.",
            labels=("route",),
        )
        for route, numbers in sorted(self._durations.items()):
            buckets = list(zip((*map(str, BUCKETS), "+Inf"), accumulate(numbers[:-1]), strict=True))
            durations.add_metric((route,), buckets, numbers[-1])
        yield durations
        answers = CounterMetricFamily(
            "realinsights_edge_cache_answers",
            "What the edge cache did for reads it may answer.",
            labels=("route", "outcome"),
        )
        for counter in self._cache.counters.values():
            answers.add_metric((counter.route, "hit"), counter.hits)
            answers.add_metric((counter.route, "not_modified"), counter.not_modified)
            answers.add_metric((counter.route, "miss"), counter.misses)
        yield answers
        yield GaugeMetricFamily("realinsights_edge_cache_bytes", "Bytes in the edge cache.", self._cache.bytes)
        yield GaugeMetricFamily("realinsights_edge_cache_entries", "Answers in it.", len(self._cache.entries))
        yield GaugeMetricFamily("realinsights_http_requests_in_progress", "Requests being answered.", self.in_progress)
        yield CounterMetricFamily("realinsights_http_failures", "Requests that met an error of ours.", self.failures)
