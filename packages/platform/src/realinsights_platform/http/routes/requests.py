"""Requests whose body has an end: a route says how many bytes it takes."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator

from starlette import requests
from starlette.types import Receive, Scope

from realinsights_platform.errors import Refusal, TooLarge
from realinsights_platform.http.preconditions import MalformedHeader


class Disconnected(Refusal):
    """The caller went away before it had said all."""


def too_large(most: str) -> TooLarge:
    """Return the refusal of a body that has more bytes than this."""
    return TooLarge(f"The body is larger than the {most} bytes that this address accepts.")


class Request(requests.Request):
    """A request, which stops reading where its body gets larger than its route accepts; `hashed`: it has a `digest`."""

    def __init__(self, scope: Scope, receive: Receive, *, max_body: int, hashed: bool) -> None:
        super().__init__(scope, receive)
        self._max_body = max_body
        self._received = 0
        self._ended = False
        self._digest = hashlib.sha256()
        self._hashed = hashed

    @property
    def secure(self) -> bool:
        """Whether it came over TLS."""
        return bool(self.scope["scheme"] == "https")

    async def digest(self) -> bytes:
        """Return the SHA-256 of the whole body, and read what nobody has read of it; raises as `stream` does."""
        if not self._ended:
            async for _ in self.stream():
                pass
        return self._digest.digest()

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """Yield the body in parts.

        Raises `TooLarge`, before the first part where the caller says how long it is, and `Disconnected`.
        """
        if hasattr(self, "_body"):  # read already, by `body`
            yield self._body
            return
        declared = self.headers.get("content-length")
        if declared is not None:
            if not (declared.isascii() and declared.isdecimal()):
                raise MalformedHeader("The Content-Length header must hold a number.")
            if len(declared) > 18 or int(declared) > self._max_body:
                raise too_large(f"{self._max_body:,}")
        while not self._ended:
            message = await self.receive()
            if message["type"] != "http.request":
                raise Disconnected("The connection ended in the middle of the body.")
            part = message.get("body", b"")
            self._received += len(part)
            if self._received > self._max_body:
                raise too_large(f"{self._max_body:,}")
            self._ended = not message.get("more_body", False)
            if part:
                if self._hashed:
                    self._digest.update(part)
                yield part
