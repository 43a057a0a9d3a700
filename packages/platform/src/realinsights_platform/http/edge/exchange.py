"""One request on its way through the edge: what is known of it, for whoever answers, counts or logs it."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from realinsights_platform.errors import Refusal
from realinsights_platform.http.answers.answer import Answer
from realinsights_platform.principal import Principal


@dataclass(slots=True, kw_only=True)
class Exchange:
    """One request; fields are filled as it becomes known what they hold."""

    path: str
    query: bytes
    headers: dict[bytes, bytes]
    address: str
    request_id: str
    trace: str
    """The trace id, 32 hexadecimal digits."""
    principal: Principal | None = None
    audience: str = ""
    """Whose answers these are: organization and scope, as a part of a cache key."""
    refused: Refusal | None = None
    """Why the credential the caller sent is none."""
    route: str = "unmatched"
    """The path as it is declared: what metrics and logs count by."""
    answer: Answer | None = None
    """The finished answer, where it is one; the edge sends it."""
    path_parameters: dict[str, str] = field(default_factory=dict)
    response_headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    """Headers that go out with whatever is answered, a problem too."""

    def header(self, name: bytes) -> str | None:
        """Return a request header's value; of several of the same name the last."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1")


CURRENT: ContextVar[Exchange | None] = ContextVar("realinsights_exchange", default=None)
"""The request that this task answers; None outside of one."""


def exchange_of(scope: Any) -> Exchange:
    """Return the exchange of an ASGI scope that came through the edge."""
    exchange: Exchange = scope["realinsights.exchange"]
    return exchange
