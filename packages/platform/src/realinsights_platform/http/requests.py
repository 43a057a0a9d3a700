"""Requests whose body has an end: a route says how many bytes it takes."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from litestar import Request
from litestar.types import Empty

from realinsights_platform.errors import Refusal, TooLarge
from realinsights_platform.http.preconditions import MalformedHeader


class Disconnected(Refusal):
    """The caller went away before it had said all."""


class BoundedRequest(Request[Any, Any, Any]):
    """The framework's request, which stops reading where a body gets larger than its route accepts."""

    max_body: int = 0

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """Yield the body in parts.

        Raises `TooLarge`, before the first part where the caller says how long it is, and `Disconnected`.
        """
        if self._body is not Empty:
            yield self._body
            return
        declared = self.headers.get("content-length")
        if declared is not None:
            if not (declared.isascii() and declared.isdecimal()):
                raise MalformedHeader("The Content-Length header must hold a number")
            if len(declared) > 18 or int(declared) > self.max_body:
                raise self._too_large()
        size = 0
        while True:
            message = await self.receive()
            if message["type"] != "http.request":
                raise Disconnected("The connection ended in the middle of the body")
            part = message.get("body", b"")
            size += len(part)
            if size > self.max_body:
                raise self._too_large()
            if part:
                yield part
            if not message.get("more_body", False):
                return

    def _too_large(self) -> TooLarge:
        return TooLarge(f"The body is larger than the {self.max_body:,} bytes that this address accepts")
