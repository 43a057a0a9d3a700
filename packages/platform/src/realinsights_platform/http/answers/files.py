"""Files from strangers as answers: in parts where a client asks for one (RFC 9110), and never run by a browser."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from typing import Final

from realinsights_platform.handed_out import HandedOut, disposition
from realinsights_platform.http.answers.answer import Stream

_RANGE: Final = re.compile(r"\s*bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*")
_SANDBOX: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'"
"""What a browser may do with a file that it shows by itself: nothing but show it, inside our own pages."""

SHOWN: Final = frozenset({"application/pdf", "image/gif", "image/jpeg", "image/png", "image/webp", "text/plain"})
"""The media types that a browser may show by itself; whatever else there is, it has to keep."""


def file_answer(
    read: Callable[[int, int], AsyncIterator[bytes]],
    *,
    name: str,
    media_type: str,
    size: int,
    tag: str,
    wanted: str | None = None,
    only_if: str | None = None,
    inline: bool = False,
) -> Stream:
    """Return a file of `size` bytes, or the part of it that a `Range` header wants; `read` yields from start to end.

    `tag` names its bytes; `only_if` is an `If-Range` header. Several ranges at once are answered with the whole.
    Shown in a browser is only what is asked for `inline` and among `SHOWN`.
    """
    shown = inline and media_type in SHOWN
    headers = {
        "accept-ranges": "bytes",
        "etag": f'"{tag}"',
        "cache-control": "private, no-cache",
        "vary": "authorization",
        "content-disposition": disposition(name, inline=shown),
        "content-security-policy": _SANDBOX,
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
    }
    part = None if only_if is not None and only_if.strip() != f'"{tag}"' else _part(wanted, size)
    if part is not None and part[0] >= part[1]:
        return Stream(
            iter(()), status_code=416, headers={**headers, "content-range": f"bytes */{size}", "content-length": "0"}
        )
    start, end = part or (0, size)
    headers["content-length"] = str(end - start)
    if part is not None:
        headers["content-range"] = f"bytes {start}-{end - 1}/{size}"
    return Stream(
        read(start, end),
        status_code=200 if part is None else 206,
        media_type=HandedOut(name=name, media_type=media_type).content_type,
        headers=headers,
    )


def elsewhere(address: str) -> Stream:
    """Return the answer that a file is at another address, which only this one client has, and for a moment."""
    return Stream(
        iter(()),
        status_code=307,
        headers={
            "location": address,
            "cache-control": "no-store",
            "referrer-policy": "no-referrer",
            "content-length": "0",
        },
    )


def _part(wanted: str | None, size: int) -> tuple[int, int] | None:
    """Return where a range begins and ends; None where the whole is to be sent, an empty one where it has none."""
    match = _RANGE.fullmatch(wanted) if wanted is not None else None
    if match is None or match[1] == match[2] == "":
        return None
    if not match[1]:
        length = int(match[2])
        return (max(0, size - length), size) if length else (size, size)
    start = int(match[1])
    if match[2] and int(match[2]) < start:
        return None  # no range at all, which is to be ignored
    return start, min(size, int(match[2]) + 1) if match[2] else size
