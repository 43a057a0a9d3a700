"""The built web front end, answered from memory: what is exported as files, as a browser wants it.

A build leaves `x.js.br` and `x.js.gz` beside `x.js`. The folder is read once, as a whole, when it is first needed: a
rebuild under a running process changes nothing in it, and no request ever names a file.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, Final, Protocol
from urllib.parse import quote

from starlette.types import Receive, Send

from realinsights_platform.errors import Refusal
from realinsights_platform.http.answers.answer import Answer
from realinsights_platform.http.answers.compression import preferred_encodings
from realinsights_platform.http.answers.problems import MethodNotAllowed, NoSuchAddress
from realinsights_platform.http.answers.security_headers import SITE_HEADERS, SITE_PAGE_HEADERS
from realinsights_platform.http.edge.exchange import exchange_of
from realinsights_platform.http.preconditions import body_tag

LARGEST_SITE: Final = 64 * 1024 * 1024
"""Bytes of a folder with everything in it; what is larger belongs behind a server made for files."""

IMMUTABLE: Final = "/_next/static/"
"""Under this path a file's name changes with its content, so that nobody needs to ask again."""

_FOREVER: Final = (b"cache-control", b"public, max-age=31536000, immutable")
_REVALIDATED: Final = (b"cache-control", b"no-cache")
_BY_ENCODING: Final = (b"vary", b"accept-encoding")
_TEXT: Final = b"text/plain; charset=utf-8"

_INDEX: Final = "index.html"
_NOT_FOUND: Final = "/404.html"

ENCODINGS: Final[Mapping[str, str]] = MappingProxyType({"br": ".br", "gzip": ".gz"})
"""Content codings, and how the names of their files end."""

CONTENT_TYPES: Final[Mapping[str, bytes]] = MappingProxyType(
    {
        ".css": b"text/css; charset=utf-8", ".html": b"text/html; charset=utf-8", ".txt": _TEXT,
        ".js": b"text/javascript; charset=utf-8", ".mjs": b"text/javascript; charset=utf-8",
        ".json": b"application/json", ".map": b"application/json", ".webmanifest": b"application/manifest+json",
        ".avif": b"image/avif", ".gif": b"image/gif", ".ico": b"image/x-icon", ".jpg": b"image/jpeg",
        ".png": b"image/png", ".svg": b"image/svg+xml", ".webp": b"image/webp",
        ".woff": b"font/woff", ".woff2": b"font/woff2",
        ".pdf": b"application/pdf", ".wasm": b"application/wasm", ".xml": b"application/xml",
    }
)  # fmt: skip
"""By the end of the name; not from the machine's own table, which differs from one to the next."""


class SiteTooLarge(Refusal):
    """The folder holds more than one process should keep in memory."""


class Site(Protocol):
    """An ASGI application for every path that is not the API's, and what a person should know of it."""

    notice: str
    """What is missing and what to do about it; empty where nothing is."""

    def ready(self) -> AbstractAsyncContextManager[None]:
        """Be ready to answer at once, or refuse before anybody asks."""

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request, or raise what the edge renders."""


class NoSite:
    """A stand-in where there is no site: it says so at `/`, and knows no other path."""

    def __init__(self, notice: str) -> None:
        self.notice = notice

    @asynccontextmanager
    async def ready(self) -> AsyncIterator[None]:
        """Need nothing."""
        yield

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer `/` with the notice."""
        if scope["path"] != "/":
            raise NoSuchAddress
        if scope["method"] != "GET":
            raise MethodNotAllowed("GET, HEAD")
        body = f"{self.notice}\n".encode()
        exchange = exchange_of(scope)
        exchange.route = "/"
        exchange.answer = Answer(404, [(b"content-type", _TEXT), (b"content-length", b"%d" % len(body))], body)


class FolderSite:
    """A folder as `next build` exports it with `trailingSlash`: `/loans/` is `loans/index.html`."""

    notice = ""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pages: _Pages | None = None
        self._reading = asyncio.Lock()

    @asynccontextmanager
    async def ready(self) -> AsyncIterator[None]:
        """Read the folder. Raises `SiteTooLarge`."""
        await self._read()
        yield

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer a file, the page of a folder, the way there, or the page for what is not there."""
        pages = self._pages or await self._read()
        exchange = exchange_of(scope)
        path = scope["path"]
        file = pages.files.get(path)
        redirect = pages.redirects.get(path)
        if scope["method"] != "GET":
            if file is None and redirect is None:
                raise NoSuchAddress
            raise MethodNotAllowed("GET, HEAD")
        if file is not None:
            exchange.route = file.route
            found = file.variant(exchange.header(b"accept-encoding"))
            exchange.answer = found.unless_known(exchange.header(b"if-none-match"))
        elif redirect is not None:
            query = scope["query_string"]
            location = redirect + b"?" + query if query else redirect
            exchange.route = "/{page}"
            exchange.answer = Answer(308, [(b"location", location), _REVALIDATED, (b"content-length", b"0")])
        elif pages.missing is not None:
            exchange.answer = pages.missing.variant(exchange.header(b"accept-encoding"))
        else:
            raise NoSuchAddress

    async def _read(self) -> _Pages:
        async with self._reading:
            if self._pages is None:
                self._pages = await asyncio.to_thread(_read_folder, self._folder)
            return self._pages


def open_site(url: str) -> Site:
    """Return the site at a URL: `file:///srv/web` is a folder, `none://` says that this process has none.

    Raises `ValueError` for anything else.
    """
    if url == "none://":
        return NoSite("This process has no web front end. The API is documented at /docs.")
    if not url.startswith("file:///"):
        raise ValueError(f"a site at {url} is not supported; use file:///folder or none://")
    folder = Path(url.removeprefix("file://"))
    if not (folder / _INDEX).is_file():
        return NoSite(
            f"The web front end is not built: {folder} has no {_INDEX}. Build it with: make web, then start again. "
            "The API works without it, and is documented at /docs."
        )
    return FolderSite(folder)


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it is and as it was compressed, by content coding (`identity` is always there)."""

    route: str
    variants: Mapping[str, Answer]

    def variant(self, accept_encoding: str | None) -> Answer:
        """Return what the client wants most."""
        for encoding in preferred_encodings(accept_encoding or ""):
            if encoding in self.variants:
                return self.variants[encoding]
        return self.variants["identity"]


@dataclass(frozen=True, slots=True)
class _Pages:
    """A folder in memory, by path; `missing` is the page for what is not there."""

    files: Mapping[str, _File]
    redirects: Mapping[str, bytes]
    missing: _File | None


def _read_folder(folder: Path) -> _Pages:
    contents = _contents(folder)
    files = {
        path: _file(path, contents)
        for path in contents
        if not any(path.endswith(end) and path.removesuffix(end) in contents for end in ENCODINGS.values())
    }
    redirects: dict[str, bytes] = {}
    for path in [path for path in files if path.endswith(f"/{_INDEX}")]:
        page = path.removesuffix(_INDEX)
        files[page] = files.pop(path)
        location = quote(page).encode()
        redirects[path] = location
        if page != "/":
            redirects[page.removesuffix("/")] = location
    missing = _file(_NOT_FOUND, contents, status=404) if _NOT_FOUND in contents else None
    return _Pages(files=files, redirects=redirects, missing=missing)


def _contents(folder: Path) -> dict[str, bytes]:
    """Return every regular file by its path from the root. Links are left out: they can lead anywhere."""
    root = folder.resolve()
    contents: dict[str, bytes] = {}
    size = 0
    for parent, _, names in os.walk(root):  # does not go into linked folders
        for name in names:
            file = Path(parent, name)
            if file.is_symlink() or not file.is_file():
                continue
            size += file.stat().st_size
            if size > LARGEST_SITE:
                raise SiteTooLarge(
                    f"{folder} holds more than {LARGEST_SITE // 1024**2} MiB, which is too much to keep in memory. "
                    "Serve it with a server made for files, and write none:// in the topology."
                )
            contents["/" + file.relative_to(root).as_posix()] = file.read_bytes()
    return contents


def _file(path: str, contents: Mapping[str, bytes], status: int = 200) -> _File:
    suffix = PurePosixPath(path).suffix.lower()
    route, freshness = ("/_next/static/{file}", _FOREVER) if path.startswith(IMMUTABLE) else ("/{page}", _REVALIDATED)
    headers = [
        (b"content-type", CONTENT_TYPES.get(suffix, b"application/octet-stream")),
        freshness,
        *(SITE_PAGE_HEADERS if suffix == ".html" else SITE_HEADERS),
    ]
    compressed = {encoding: contents[path + end] for encoding, end in ENCODINGS.items() if path + end in contents}
    if compressed:
        headers.append(_BY_ENCODING)
    variants = {"identity": _variant(status, headers, contents[path])}
    for encoding, body in compressed.items():
        variants[encoding] = _variant(status, headers, body, encoding=encoding.encode())
    return _File(route=route if status == 200 else "unmatched", variants=variants)


def _variant(status: int, headers: list[tuple[bytes, bytes]], body: bytes, encoding: bytes | None = None) -> Answer:
    # Each representation has a tag of its own: two of them are never the same bytes (RFC 9110, 8.8.3.3).
    etag = body_tag(body) if status == 200 else ""
    same = [*headers, (b"etag", etag.encode())] if status == 200 else headers
    coded = [] if encoding is None else [(b"content-encoding", encoding)]
    return Answer(status, [*same, *coded, (b"content-length", b"%d" % len(body))], body, etag=etag)
