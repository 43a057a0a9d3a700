"""What a handler returned, as an answer over HTTP."""

from __future__ import annotations

from typing import Any

from litestar.types import Receive, Scope, Send

from realinsights_platform.documents.port import Document
from realinsights_platform.http.preconditions import body_tag, version_tag
from realinsights_platform.http.responses import ENCODER, Json, version_of
from realinsights_platform.http.routing import Route


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


def answer_of(result: Any, route: Route) -> Answer:
    """Return what a route's handler returned as an answer."""
    status = route.status
    headers: list[tuple[bytes, bytes]] = []
    sets_cookies = False
    if isinstance(result, Json):
        status = result.status_code or status
        headers += [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in result.headers.items()]
        headers += [cookie.to_encoded_header() for cookie in result.cookies]
        sets_cookies = bool(result.cookies)
        result = result.content
    if status == 204:
        return Answer(status, headers, sets_cookies=sets_cookies)
    body = _encoded(result)
    etag = _etag(result, body, route)
    headers += ((b"content-type", route.media_type.encode()), (b"content-length", b"%d" % len(body)))
    if etag:
        headers.append((b"etag", etag.encode()))
    return Answer(status, headers, body, etag=etag, sets_cookies=sets_cookies)


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


def _encoded(result: Any) -> bytes:
    if isinstance(result, bytes):
        return result
    return result.encode() if isinstance(result, str) else ENCODER.encode(result)


def _etag(result: Any, body: bytes, route: Route) -> str:
    version = version_of(result)
    if version is not None:
        # A document is what its version says; anything derived may change without it, with the day for one.
        return version_tag(version) if isinstance(result, Document) else version_tag(version, body)
    return body_tag(body) if route.method == "GET" else ""
