"""Pages for operators: metrics and the API's documentation, behind a token where there is one."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping

from starlette.types import ASGIApp, Receive, Scope, Send

from realinsights_platform.addresses import network_of
from realinsights_platform.errors import TooMany
from realinsights_platform.http.answers.answer import Answer
from realinsights_platform.http.edge.exchange import exchange_of
from realinsights_platform.limits.port import Limits, Rate

_ATTEMPTS = Rate(amount=20, seconds=60)
_SAID = b"Send the operator's token: as Bearer, or as the password of any user."


def guarded(pages: Mapping[str, ASGIApp], token: str | None, *, limits: Limits) -> dict[str, ASGIApp]:
    """Return pages by path that answer who has the token only; without a token, as they are."""
    if token is None:
        return dict(pages)
    return {path: _guarded(page, token.encode(), limits) for path, page in pages.items()}


def _guarded(page: ASGIApp, token: bytes, limits: Limits) -> ASGIApp:
    async def answered(scope: Scope, receive: Receive, send: Send) -> None:
        exchange = exchange_of(scope)
        if hmac.compare_digest(_told(exchange.headers.get(b"authorization", b"")), token):
            await page(scope, receive, send)
            return
        exchange.route = "operators"
        allowance = await limits.hit(f"operators:{network_of(exchange.address)}", _ATTEMPTS)
        if not allowance.allowed:
            raise TooMany("Too many requests. Try again later.", retry_after=allowance.reset)
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", b"%d" % len(_SAID)),
            (b"www-authenticate", b'Basic realm="operators", charset="UTF-8"'),
        ]
        exchange.answer = Answer(401, headers, _SAID)

    return answered


def _told(authorization: bytes) -> bytes:
    """Return the token that a header holds: a browser asks for a password and sends it in base64."""
    scheme, _, rest = authorization.partition(b" ")
    if scheme.lower() == b"bearer":
        return rest.strip()
    if scheme.lower() == b"basic":
        try:
            return base64.b64decode(rest.strip(), validate=True).partition(b":")[2]
        except ValueError:
            return b""
    return b""
