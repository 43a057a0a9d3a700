"""One request on its way through the edge: what is known of it, for whoever answers, counts or logs it."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from realinsights_platform.errors import Refusal
from realinsights_platform.http.answers.answer import Answer
from realinsights_platform.principal import Principal


class Exchange:
    """One request; slots are filled as it becomes known what they hold."""

    __slots__ = (
        "address",
        "answer",
        "audience",
        "headers",
        "path",
        "path_parameters",
        "principal",
        "query",
        "refused",
        "request_id",
        "response_headers",
        "route",
        "trace",
    )

    def __init__(
        self, *, path: str, query: bytes, headers: dict[bytes, bytes], address: str, request_id: str, trace: str
    ) -> None:
        self.path = path
        self.query = query
        self.headers = headers
        self.address = address
        self.request_id = request_id
        self.trace = trace
        """The trace id, 32 hexadecimal digits."""
        self.principal: Principal | None = None
        self.audience = ""
        """Whose answers these are: organization and scope, as a part of a cache key."""
        self.refused: Refusal | None = None
        """Why the credential the caller sent is none."""
        self.route = "unmatched"
        """The path as it is declared: what metrics and logs count by."""
        self.answer: Answer | None = None
        """The finished answer, where it is one; the edge sends it."""
        self.path_parameters: dict[str, str] = {}
        self.response_headers: list[tuple[bytes, bytes]] = []
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
