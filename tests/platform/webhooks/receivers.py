"""A receiver of webhooks that answers as it is told: it can hang, lie, redirect and never come to an end."""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
import subprocess
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ROOT = Path(__file__).parents[3]


@dataclass
class Received:
    """A request as it came."""

    head: str
    headers: dict[str, str]
    body: bytes


Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Receiver:
    """`answers` are given one after the other; the last one again and again. `came` is set with each request."""

    port: int = 0
    requests: list[Received] = field(default_factory=list)
    answers: list[bytes | Answer] = field(default_factory=lambda: [b"HTTP/1.1 204 No Content\r\n\r\n"])
    came: asyncio.Event = field(default_factory=asyncio.Event)
    connections: int = 0

    def url(self, path: str = "/hook", host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                first, *lines = head.strip().split("\r\n")
                headers = {line.partition(":")[0].lower(): line.partition(":")[2].strip() for line in lines}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                self.requests.append(Received(first, headers, body))
                self.came.set()
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                if isinstance(answer, bytes):
                    writer.write(answer)
                else:
                    await answer(writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def status(code: int, *headers: str, body: bytes = b"") -> bytes:
    """Return an answer."""
    lines = [f"HTTP/1.1 {code} Said", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def hang(writer: asyncio.StreamWriter) -> None:
    """Say nothing, until the caller goes."""
    await asyncio.Event().wait()


async def endless(writer: asyncio.StreamWriter) -> None:
    """Send an answer of ten gigabytes, as far as the caller takes it."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
    for _ in range(10_000):
        writer.write(b"x" * 1_000_000)
        await writer.drain()


async def nonsense(writer: asyncio.StreamWriter) -> None:
    """Send what is no HTTP."""
    writer.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n\r\n")


@asynccontextmanager
async def receiving(tls: ssl.SSLContext | None = None) -> AsyncGenerator[Receiver, None]:
    """Run a receiver on this machine."""
    receiver = Receiver()
    tasks: set[asyncio.Task[None]] = set()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(receiver.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(begin, "127.0.0.1", 0, ssl=tls)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def verified_v1a(public_key: str, told: dict[str, str], body: bytes) -> bool:
    """Tell whether one of a message's signatures is that of an Ed25519 key."""
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key.removeprefix("whpk_")))
    signed = f"{told['webhook-id']}.{told['webhook-timestamp']}.".encode() + body
    for one in told["webhook-signature"].split(" "):
        version, signature = one.split(",")
        if version == "v1a":
            try:
                key.verify(base64.b64decode(signature), signed)
            except Exception:  # noqa: S112 - another key's
                continue
            return True
    return False


def verified_in_javascript(given: dict[str, Any], packages: Path) -> str:
    """Return how many messages the library in JavaScript has verified; raises where one of them does not hold.

    `given` has `secret`, `publicKey` and `messages`: the seconds `at` which each came, its `headers` and `body`.
    """
    command = [ROOT / "web" / "scripts" / "web.sh", "run", "node", packages.parent / "verify.mjs"]
    return subprocess.run(command, input=json.dumps(given), capture_output=True, check=True, text=True).stdout.strip()
