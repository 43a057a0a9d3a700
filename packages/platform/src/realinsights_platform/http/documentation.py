"""The API's documentation: the OpenAPI document, and Swagger UI from our own address, with no script but its files."""

from __future__ import annotations

import asyncio
import hashlib
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from litestar import Request
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp

from realinsights_platform.http.answers import Answer, not_modified
from realinsights_platform.http.exchange import exchange_of
from realinsights_platform.http.preconditions import none_match
from realinsights_platform.http.security import PAGE_HEADERS

DOCS_PATH: Final = "/docs"
OPENAPI_PATH: Final = "/openapi.json"

_ASSETS_PACKAGE: Final = "mkdocs_swagger_ui_tag"  # carries the unchanged distribution of Swagger UI (Apache-2.0)
_ASSETS: Final = {
    "swagger-ui.css": ("stylesheets/swagger-ui.css", b"text/css; charset=utf-8"),
    "swagger-ui-bundle.js": ("javascripts/swagger-ui-bundle.js", b"text/javascript; charset=utf-8"),
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


def documentation_routes(document: bytes, *, title: str) -> list[HTTPRouteHandler]:
    """Return the handlers of the document and the page."""
    page = _PAGE.format(title=escape(title)).encode()
    fixed = [
        _fixed(OPENAPI_PATH, document, b"application/json", page=False),
        _fixed(DOCS_PATH, page, b"text/html; charset=utf-8", page=True),
        _fixed(f"{DOCS_PATH}/start.js", _START, b"text/javascript; charset=utf-8", page=True),
    ]
    return fixed + [_asset(name, *where) for name, where in _ASSETS.items()]


def _fixed(path: str, body: bytes, content_type: bytes, *, page: bool) -> HTTPRouteHandler:
    async def serve(request: Request[Any, Any, Any]) -> ASGIApp:
        return _answered(request, path, body, content_type, page=page)

    return HTTPRouteHandler(path, http_method="GET", status_code=200)(serve)


def _asset(name: str, file: str, content_type: bytes) -> HTTPRouteHandler:
    path = f"{DOCS_PATH}/{name}"
    spec = find_spec(_ASSETS_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{_ASSETS_PACKAGE}, which carries Swagger UI, is not installed")
    source = Path(spec.origin).parent / "swagger-ui" / file

    async def serve(request: Request[Any, Any, Any]) -> ASGIApp:
        body = await asyncio.to_thread(source.read_bytes)
        return _answered(request, path, body, content_type, page=True)

    return HTTPRouteHandler(path, http_method="GET", status_code=200)(serve)


def _answered(request: Request[Any, Any, Any], path: str, body: bytes, content_type: bytes, *, page: bool) -> ASGIApp:
    exchange = exchange_of(request.scope)
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
    condition = exchange.header(b"if-none-match")
    return not_modified(answer) if condition is not None and none_match(condition, etag) else answer
