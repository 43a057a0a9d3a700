"""A journal feed over HTTP: what another service's processes answer about their journal."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from typing import Any, Final, Self, TypeVar

import httpx
import msgspec
import structlog

from realinsights_platform.documents.journal_port import Outgoing
from realinsights_platform.errors import Unavailable
from realinsights_platform.feeds.metrics import AWAY, PASSED_OVER, SECONDS
from realinsights_platform.feeds.tokens import LASTS, ServiceTokens
from realinsights_platform.feeds.wire import ENTRIES, ORGANIZATIONS, SEQUENCE, Entry

T = TypeVar("T")

_SECONDS: Final = 5.0
"""So long one process has for an answer."""

_CONNECTIONS: Final = httpx.Limits(max_connections=32, max_keepalive_connections=8, keepalive_expiry=5.0)

log = structlog.get_logger(__name__)


class HttpFeed:
    """The events of a service, asked of its processes at `addresses`; `asking` is the service that wants to know.

    A process that does not answer is passed over. Where none answers what can be understood, `Unavailable` is raised.
    """

    def __init__(
        self,
        service: str,
        *,
        asking: str,
        addresses: Sequence[str],
        tokens: ServiceTokens,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.service = service
        self._asking = asking
        self._addresses = [address.rstrip("/") for address in addresses]
        self._turn = itertools.count()
        self._tokens = tokens
        self._clock = clock
        self._token = ("", float("-inf"))
        self._client = httpx.AsyncClient(timeout=_SECONDS, limits=_CONNECTIONS, transport=transport)

    async def sequence(self, org: str) -> int:
        """Return the organization's last sequence, 0 before the first, as the journal has it now."""
        return await self._asked(SEQUENCE, {"org": org}, int)

    async def organizations(self, *, after: str = "", limit: int = 100) -> tuple[str, ...]:
        """Return the organizations that have a journal, in order of id, after one: for walks that may take long."""
        return await self._asked(ORGANIZATIONS, {"after": after, "limit": limit}, tuple[str, ...])

    async def outbox(self, org: str, *, after: int, limit: int = 100) -> tuple[Outgoing, ...]:
        """Return the events of entries in sequence, without their documents."""
        entries = await self._asked(ENTRIES, {"org": org, "after": after, "limit": limit}, tuple[Entry, ...])
        return tuple(entry.outgoing for entry in entries)

    def relaxed(self, known: Callable[[str], int | None]) -> Self:
        """Return the same feed: which copy answers is for the service to decide whose journal it is."""
        return self

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def _asked(self, path: str, asked: dict[str, Any], of: type[T]) -> T:
        with SECONDS.labels(self.service).time():
            return await self._answered(path.format(service=self.service), asked, of)

    async def _answered(self, path: str, asked: dict[str, Any], of: type[T]) -> T:
        headers = {"Authorization": f"Bearer {self._shown()}"}
        first = next(self._turn)
        reason = "nobody is there to be asked"
        for place in range(len(self._addresses)):
            address = self._addresses[(first + place) % len(self._addresses)]
            try:
                answer = await self._client.get(address + path, params=asked, headers=headers)
                return msgspec.json.decode(answer.raise_for_status().content, type=of)
            except httpx.HTTPStatusError as error:
                reason = f"{error.response.status_code} at {address}"
            except httpx.HTTPError as error:
                reason = f"{type(error).__name__} at {address}"
            except msgspec.DecodeError as error:
                reason = f"an answer at {address} that cannot be read ({error})"
            PASSED_OVER.labels(self.service).inc()
        AWAY.labels(self.service).inc()
        log.warning("feed.away", service=self.service, path=path, reason=reason)
        raise Unavailable(f"The {self.service} service does not answer just now. Try again in a few seconds.")

    def _shown(self) -> str:
        """Return a token that is good for half of its time at least."""
        token, until = self._token
        now = self._clock()
        if now >= until:
            token = self._tokens.token(self._asking, asked=self.service)
            self._token = (token, now + LASTS / 2)
        return token
