"""The references: bare ASGI apps under the same uvicorn; one returns fixed bytes, one reads them from SQLite."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import uvicorn

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class FixedBytes:
    """Answers every request with the same bytes."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        await send({"type": "http.response.start", "status": 200, "headers": self._headers})
        await send({"type": "http.response.body", "body": self._body})


class OneRead:
    """Answers with the JSON body that one SQLite read by key finds."""

    def __init__(self, file: Path, query: str, org: str) -> None:
        self._connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, check_same_thread=False)
        self._query = query
        self._org = org

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        loan_id = scope["path"].rsplit("/", 1)[1]
        key = bytes.fromhex(loan_id.replace("-", ""))
        (body,) = self._connection.execute(self._query, (self._org, key)).fetchone()
        if isinstance(body, str):
            body = body.encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def run() -> None:
    """Serve: `bare.py PORT bytes FILE` or `bare.py PORT read SQLITE QUERY ORG`."""
    port, what, *rest = sys.argv[1:]
    app: Any = FixedBytes(Path(rest[0]).read_bytes()) if what == "bytes" else OneRead(Path(rest[0]), rest[1], rest[2])
    config = uvicorn.Config(
        app, host="127.0.0.1", port=int(port), loop="uvloop", http="httptools", lifespan="off", log_level="warning",
        access_log=False, date_header=False, server_header=False,
    )  # fmt: skip
    uvicorn.Server(config).run()


if __name__ == "__main__":
    run()
