"""The references: bare ASGI apps under the same uvicorn.

One returns fixed bytes, one what was answered to a mix of requests, one reads from SQLite, one writes to it.
"""

from __future__ import annotations

import json
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


class Recorded:
    """Answers the requests of the mix with the bytes that one organization was answered, in memory.

    The file is JSON: by request, headers and body (latin-1). A loan's id counts without its organization's digits.
    """

    def __init__(self, file: Path) -> None:
        self._answers = {
            asked: ([(name.encode(), value.encode()) for name, value in headers], body.encode("latin-1"))
            for asked, headers, body in json.loads(file.read_bytes())
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read what was sent, answer."""
        path, query = scope["path"], scope["query_string"]
        # All organizations' ids of a thing differ in their last twelve digits only.
        asked = path[:-12] if "-" in path else f"{path}?{query.decode()}" if query else path
        if scope["method"] == "PUT":
            asked = f"PUT {asked}"
            await _body(receive)
        headers, body = self._answers[asked]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


class OneWrite:
    """Stores what was sent in one SQLite transaction, on disk before it answers with the same bytes."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("CREATE TABLE written (path TEXT PRIMARY KEY, version INTEGER NOT NULL, body BLOB)")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Store and answer."""
        body = await _body(receive)
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(
            "INSERT INTO written (path, version, body) VALUES (?, 1, ?) "
            "ON CONFLICT (path) DO UPDATE SET version = version + 1, body = excluded.body",
            (scope["path"], body),
        )
        connection.execute("COMMIT")
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"etag", b'"1"'),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


async def _body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


APPS: dict[str, Any] = {
    "bytes": lambda file: FixedBytes(Path(file).read_bytes()),
    "recorded": lambda file: Recorded(Path(file)),
    "read": lambda file, query, org: OneRead(Path(file), query, org),
    "write": lambda file: OneWrite(Path(file)),
}


def run() -> None:
    """Serve `bare.py PORT APP` with what the app needs: a file, and for a read its query and organization."""
    port, what, *rest = sys.argv[1:]
    app = APPS[what](*rest)
    config = uvicorn.Config(
        app, host="127.0.0.1", port=int(port), loop="uvloop", http="httptools", lifespan="off", log_level="warning",
        access_log=False, date_header=False, server_header=False,
    )  # fmt: skip
    uvicorn.Server(config).run()


if __name__ == "__main__":
    run()
