"""Answers: finished ones as bytes, and what a handler may return besides plain content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

import msgspec
from litestar.datastructures import Cookie
from litestar.types import Receive, Scope, Send

T = TypeVar("T")

ENCODER = msgspec.json.Encoder(decimal_format="string")


class Json(Generic[T]):
    """A JSON answer with more than its content to say; `status_code` is the route's own unless given."""

    __slots__ = ("content", "cookies", "headers", "status_code")

    def __init__(
        self,
        content: T,
        *,
        status_code: int | None = None,
        headers: Mapping[str, str] | None = None,
        cookies: Sequence[Cookie] = (),
    ) -> None:
        self.content = content
        self.status_code = status_code
        self.headers = headers or {}
        self.cookies = cookies


class Answer:
    """A finished answer, as an ASGI application; `etag` is empty where it has none."""

    __slots__ = ("body", "etag", "headers", "sets_cookies", "status")

    def __init__(
        self,
        status: int,
        headers: list[tuple[bytes, bytes]],
        body: bytes = b"",
        *,
        etag: str = "",
        sets_cookies: bool = False,
    ) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.etag = etag
        self.sets_cookies = sets_cookies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})


def not_modified(answer: Answer) -> Answer:
    """Return the 304 that stands for an answer the caller has already."""
    return Answer(304, without_body_headers(answer.headers), etag=answer.etag)


def without_body_headers(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return the headers of a 200 as a 304 has them."""
    return [(name, value) for name, value in headers if name not in {b"content-type", b"content-length"}]


def encoded_head(headers: list[tuple[bytes, bytes]]) -> bytes | None:
    """Return headers as they go over the wire; None where one is not fit to, which the server then refuses."""
    head = b"".join([b"%b: %b\r\n" % header for header in headers])
    lines = len(headers)
    return head if head.count(b"\n") == head.count(b"\r") == lines and b"\0" not in head else None
