"""Answering: turn what a handler returned into an answer over HTTP."""

from __future__ import annotations

from typing import Any

import msgspec

from realinsights_platform.http.answers.answer import ENCODER, Answer, Json
from realinsights_platform.http.answers.compression import SMALLEST, gzipped
from realinsights_platform.http.preconditions import body_tag, coded_tag, version_tag
from realinsights_platform.http.routes.declaring import Route


def answer_of(result: Any, route: Route, coding: bytes = b"") -> Answer:
    """Return what a route's handler returned as an answer; in a content coding where that is worth it.

    Only what signed-in callers read is compressed. Nothing else can be asked for often enough to be worth it, and an
    answer that carries a secret must not be: its length would tell of it (BREACH).
    """
    status = route.status
    headers: list[tuple[bytes, bytes]] = []
    sets_cookies = False
    if isinstance(result, Json):
        status = result.status_code or status
        headers += [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in result.headers.items()]
        headers += [cookie.header() for cookie in result.cookies]
        sets_cookies = bool(result.cookies)
        result = result.content
    if status == 204:
        return Answer(status, headers, sets_cookies=sets_cookies)
    body = _encoded(result)
    etag = _etag(result, body, route)
    if coding and len(body) >= SMALLEST:
        body = gzipped(body)
        etag = coded_tag(etag)
        headers.append((b"content-encoding", coding))
    headers += ((b"content-type", route.media_type.encode()), (b"content-length", b"%d" % len(body)))
    if etag:
        headers.append((b"etag", etag.encode()))
    return Answer(status, headers, body, etag=etag, sets_cookies=sets_cookies)


def _encoded(result: Any) -> bytes:
    if isinstance(result, bytes):
        return result
    return result.encode() if isinstance(result, str) else ENCODER.encode(result)


def _etag(result: Any, body: bytes, route: Route) -> str:
    version = _version_of(result)
    if version is not None:
        # A document, which alone has an `org`, is what its version says; anything derived may change without it.
        return version_tag(version) if hasattr(result, "org") else version_tag(version, body)
    return body_tag(body) if route.method == "GET" else ""


def _version_of(content: Any) -> int | None:
    """Return the version a struct states as its own, if it does."""
    if not isinstance(content, msgspec.Struct):
        return None
    version = getattr(content, "version", None)
    return version if type(version) is int else None
