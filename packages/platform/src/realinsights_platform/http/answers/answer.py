"""Answers: finished ones as bytes, and what a handler may return besides plain content."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from http.cookies import SimpleCookie
from typing import Final, Generic, TypeVar

import msgspec
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from realinsights_platform.documents.port import D
from realinsights_platform.http.preconditions import known_tag

T = TypeVar("T")

_OF_A_BODY: Final = frozenset({b"content-type", b"content-length", b"content-encoding", b"etag"})

ENCODER = msgspec.json.Encoder(decimal_format="string")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookie:
    """A cookie that no script can read and no other site can send; after `max_age` seconds the client forgets it."""

    key: str
    value: str
    path: str
    max_age: int
    secure: bool

    def header(self) -> tuple[bytes, bytes]:
        """Return the header that sets it."""
        cookie = SimpleCookie({self.key: self.value})[self.key]
        cookie["path"] = self.path
        cookie["max-age"] = self.max_age
        cookie["httponly"] = True
        cookie["samesite"] = "strict"
        cookie["secure"] = self.secure
        return b"set-cookie", cookie.OutputString().encode("latin-1")


class Stream(StreamingResponse):
    """An answer that is sent as it is made: `content` yields bytes or text, and is closed where its client leaves."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            if isinstance(self.body_iterator, AsyncGenerator):
                await self.body_iterator.aclose()


@dataclass(slots=True)
class Json(Generic[T]):
    """A JSON answer with more than its content to say; `status_code` is the route's own unless given.

    `sequence` is the journal's, where a public route's use case has committed by itself: there is no caller to open a
    unit for.
    """

    content: T
    _: KW_ONLY
    status_code: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Sequence[Cookie] = ()
    sequence: int | None = None


def created(content: D, path: str) -> Json[D]:
    """Return a new document, which is read under its id at a path below `/api/v1`."""
    return Json(content, headers={"Location": f"/api/v1{path}/{content.id}"})


@dataclass(slots=True)
class Answer:
    """A finished answer, as an ASGI application; `etag` is empty where it has none."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes = b""
    _: KW_ONLY
    etag: str = ""
    sets_cookies: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})

    def unless_known(self, if_none_match: str | None) -> Answer:
        """Return it, or the 304 that stands for it where the caller says that they have it already."""
        known = known_tag(if_none_match, self.etag)
        return Answer(304, headers_of_304(self.headers, known), etag=known) if known else self


def headers_of_304(headers: Sequence[tuple[bytes, bytes]], known: str) -> list[tuple[bytes, bytes]]:
    """Return the headers of a 200 as a 304 has them."""
    return [*(header for header in headers if header[0] not in _OF_A_BODY), (b"etag", known.encode("latin-1"))]


def encoded_head(headers: list[tuple[bytes, bytes]]) -> bytes | None:
    """Return headers as they go over the wire; None where one is not fit to, which the server then refuses."""
    head = b"\r\n".join([b": ".join(header) for header in headers]) + b"\r\n"
    lines = len(headers)
    return head if head.count(b"\n") == head.count(b"\r") == lines and b"\0" not in head else None
