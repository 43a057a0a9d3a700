"""The API's documentation: the OpenAPI document, and Swagger UI from our own address, with no script but its files."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from realinsights_platform.http.answers.answer import Answer, not_modified
from realinsights_platform.http.answers.security_headers import PAGE_HEADERS
from realinsights_platform.http.edge.exchange import exchange_of
from realinsights_platform.http.preconditions import known_tag

DOCS_PATH: Final = "/docs"
OPENAPI_PATH: Final = "/openapi.json"

_ASSETS_PACKAGE: Final = "mkdocs_swagger_ui_tag"  # carries the unchanged distribution of Swagger UI (Apache-2.0)
_SCRIPT: Final = b"text/javascript; charset=utf-8"
_ASSETS: Final = {
    "swagger-ui.css": ("stylesheets/swagger-ui.css", b"text/css; charset=utf-8"),
    "swagger-ui-bundle.js": ("javascripts/swagger-ui-bundle.js", _SCRIPT),
}

_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}: API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""

_START: Final = b"""window.addEventListener("load", () => {
  SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#swagger-ui",
    deepLinking: true,
    validatorUrl: null,
    presets: [SwaggerUIBundle.presets.apis],
  });
});
"""


def documentation(document: Callable[[], bytes], *, title: str) -> dict[str, ASGIApp]:
    """Return what answers at which path; `document` returns the OpenAPI document."""
    page = _PAGE.format(title=escape(title)).encode()
    pages: dict[str, ASGIApp] = {
        OPENAPI_PATH: _fixed(OPENAPI_PATH, document, b"application/json", page=False),
        DOCS_PATH: _fixed(DOCS_PATH, lambda: page, b"text/html; charset=utf-8", page=True),
        f"{DOCS_PATH}/start.js": _fixed(f"{DOCS_PATH}/start.js", lambda: _START, _SCRIPT, page=True),
    }
    spec = find_spec(_ASSETS_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{_ASSETS_PACKAGE}, which carries Swagger UI, is not installed")
    folder = Path(spec.origin).parent / "swagger-ui"
    for name, (file, content_type) in _ASSETS.items():
        pages[f"{DOCS_PATH}/{name}"] = _asset(f"{DOCS_PATH}/{name}", folder / file, content_type)
    return pages


def _fixed(path: str, body: Callable[[], bytes], content_type: bytes, *, page: bool) -> ASGIApp:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        await _answered(scope, path, body(), content_type, page=page)(scope, receive, send)

    return serve


def _asset(path: str, source: Path, content_type: bytes) -> ASGIApp:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        body = await asyncio.to_thread(source.read_bytes)
        await _answered(scope, path, body, content_type, page=True)(scope, receive, send)

    return serve


def _answered(scope: Scope, path: str, body: bytes, content_type: bytes, *, page: bool) -> Answer:
    exchange = exchange_of(scope)
    exchange.route = path
    etag = f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
    headers = [
        (b"content-type", content_type),
        (b"content-length", b"%d" % len(body)),
        (b"etag", etag.encode()),
        (b"cache-control", b"public, max-age=300"),
        *(PAGE_HEADERS if page else ()),
    ]
    answer = Answer(200, headers, body, etag=etag)
    known = known_tag(exchange.header(b"if-none-match"), etag)
    return not_modified(answer, known) if known else answer
