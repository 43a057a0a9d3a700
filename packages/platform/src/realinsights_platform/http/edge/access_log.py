"""The access log: one line for every request that reached the application, one for all the cache answered lately."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import structlog

from realinsights_platform.http.edge.cache import EdgeCache
from realinsights_platform.http.edge.exchange import CURRENT, Exchange
from realinsights_platform.logs import line_writer, without_secrets


class AccessLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One answered request, as it is logged; it has the names that every log line has."""

    event: str
    level: str
    timestamp: datetime.datetime
    request: str
    trace: str
    org: str | None = None
    user: str | None = None
    method: str
    route: str
    path: str
    status: int
    milliseconds: float
    address: str


_ENCODER = msgspec.json.Encoder()
_MAY_HOLD = re.compile("eyJ|secret_")
"""The beginnings of what may be a secret: of a token, and of an address that is one."""


class StructuredAccessLog:
    """The access log in structlog; probes and scrapes that succeed are not worth a line.

    A request's own line is encoded here: through structlog's processors it would cost as much as answering does.
    """

    def __init__(self, *, quiet: frozenset[str]) -> None:
        self._quiet = quiet
        self._log: Any = structlog.get_logger("http")
        self._write: Callable[[bytes], None] | None = None

    def answered(self, exchange: Exchange, *, method: str, status: int, seconds: float) -> None:
        """Write one line about a request."""
        if exchange.route in self._quiet and status < 400:
            return
        write = self._write
        if write is None:
            write = self._write = line_writer()
        principal = exchange.principal
        line = AccessLine(
            event="http.request",
            level="info",
            timestamp=datetime.datetime.now(datetime.UTC),
            request=exchange.request_id,
            trace=exchange.trace,
            org=None if principal is None else principal.org,
            user=None if principal is None else principal.user,
            method=method,
            route=exchange.route,
            path=without_secrets(exchange.path) if _MAY_HOLD.search(exchange.path) else exchange.path,
            status=status,
            milliseconds=int(seconds * 1_000_000) / 1000,  # `round` takes ten times as long
            address=exchange.address,
        )
        write(_ENCODER.encode(line))

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
