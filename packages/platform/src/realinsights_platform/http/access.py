"""The access log: one line for every request that reached the application, one for all the cache answered lately."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from realinsights_platform.http.edge_cache import EdgeCache
from realinsights_platform.http.exchange import CURRENT, Exchange


class StructuredAccessLog:
    """Writes to structlog; probes and scrapes that succeed are not worth a line."""

    def __init__(self, *, quiet: frozenset[str]) -> None:
        self._quiet = quiet
        self._log: Any = structlog.get_logger("http")

    def answered(self, exchange: Exchange, *, method: str, status: int, seconds: float) -> None:
        """Write one line about a request."""
        if exchange.route in self._quiet and status < 400:
            return
        self._log.info(
            "http.request",
            method=method,
            route=exchange.route,
            path=exchange.path,
            status=status,
            milliseconds=round(seconds * 1000, 3),
            address=exchange.address,
        )

    def failed(self, exchange: Exchange, error: BaseException) -> None:
        """Write one line about an error of ours, with where it came from."""
        self._log.error("http.failure", route=exchange.route, path=exchange.path, exc_info=error)

    def summarize(self, cache: EdgeCache) -> None:
        """Write one line for each route whose answers came from the cache since the last time."""
        for counter in cache.counters.values():
            hits = counter.hits - counter.logged_hits
            not_modified = counter.not_modified - counter.logged_not_modified
            if hits or not_modified:
                counter.logged_hits += hits
                counter.logged_not_modified += not_modified
                self._log.info("http.cached", route=counter.route, hits=hits, not_modified=not_modified)


def request_context() -> Mapping[str, str]:
    """Return who and which request a log line of this task is about."""
    exchange = CURRENT.get()
    if exchange is None:
        return {}
    context = {"request": exchange.request_id, "trace": exchange.trace}
    if exchange.principal is not None:
        context["org"] = exchange.principal.org
        context["user"] = exchange.principal.user
    return context
