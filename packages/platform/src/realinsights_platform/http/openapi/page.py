"""The API's documentation: the OpenAPI document, and Swagger UI from our own address, with no script but its files."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from realinsights_platform.http.answers.answer import Answer
from realinsights_platform.http.answers.security_headers import PAGE_HEADERS, HeaderList
from realinsights_platform.http.edge.exchange import exchange_of
from realinsights_platform.http.openapi.asyncapi import ASYNCAPI_PATH
from realinsights_platform.http.preconditions import body_tag

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

_START: Final = b"""const page = {url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null};
window.addEventListener("load", () => SwaggerUIBundle({...page, presets: [SwaggerUIBundle.presets.apis]}));
"""


def documentation(
    document: Callable[[], bytes], *, title: str, events: Callable[[], bytes] | None = None
) -> dict[str, ASGIApp]:
    """Return what answers at which path; `document` returns the OpenAPI document, `events` the AsyncAPI document."""
    page = _PAGE.format(title=escape(title)).encode()
    spec = find_spec(_ASSETS_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{_ASSETS_PACKAGE}, which carries Swagger UI, is not installed")
    folder = Path(spec.origin).parent / "swagger-ui"
    pages = {
        OPENAPI_PATH: _answering(OPENAPI_PATH, document, b"application/json"),
        DOCS_PATH: _answering(DOCS_PATH, lambda: page, b"text/html; charset=utf-8", PAGE_HEADERS),
        f"{DOCS_PATH}/start.js": _answering(f"{DOCS_PATH}/start.js", lambda: _START, _SCRIPT, PAGE_HEADERS),
    }
    if events is not None:
        pages[ASYNCAPI_PATH] = _answering(ASYNCAPI_PATH, events, b"application/json")
    for name, (file, content_type) in _ASSETS.items():
        path = f"{DOCS_PATH}/{name}"
        pages[path] = _answering(path, (folder / file).read_bytes, content_type, PAGE_HEADERS)
    return pages


def _answering(path: str, body: Callable[[], bytes], content_type: bytes, more: HeaderList | None = None) -> ASGIApp:
    @functools.cache  # made when somebody asks, so that starting does not wait for it
    def found() -> Answer:
        content = body()
        etag = body_tag(content)
        headers = [
            (b"content-type", content_type),
            (b"content-length", b"%d" % len(content)),
            (b"etag", etag.encode()),
            (b"cache-control", b"public, max-age=300"),
            *(more or ()),
        ]
        return Answer(200, headers, content, etag=etag)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        exchange = exchange_of(scope)
        exchange.route = path
        whole = await asyncio.to_thread(found)
        exchange.answer = whole.unless_known(exchange.header(b"if-none-match"))

    return answer
