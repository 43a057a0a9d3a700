"""Server-sent events: progress that a client watches, ended cleanly whoever ends it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import Any, Final

import msgspec
from starlette.types import Receive, Scope, Send

from realinsights_platform.http.answers.answer import ENCODER

KEEP_ALIVE_SECONDS: Final = 15.0

_HEADERS: Final = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would hold events back otherwise
)


class ServerEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event: `data` is anything msgspec encodes, `id` what a client that reconnects sends as `Last-Event-ID`."""

    data: Any
    event: str | None = None
    id: str | None = None


class EventStream:
    """Answers with events as they come, and with comments while none do, so that no proxy gives up.

    `source` is closed when it ends, when the client goes away, and when the process stops.
    """

    def __init__(self, source: AsyncGenerator[ServerEvent, None], *, keep_alive: float = KEEP_ALIVE_SECONDS) -> None:
        self._source = source
        self._keep_alive = keep_alive

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events."""
        await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
        sending = asyncio.create_task(self._send_all(send))
        leaving = asyncio.create_task(_gone(receive))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, leaving):
                task.cancel()
            with suppress(asyncio.CancelledError):
                await leaving
            gone = leaving.done() and not leaving.cancelled()
            try:
                await sending
            except asyncio.CancelledError:
                if not gone:
                    raise
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send_all(self, send: Send) -> None:
        async with aclosing(self._source) as source:
            upcoming = asyncio.ensure_future(anext(source))
            try:
                while True:
                    done, _ = await asyncio.wait({upcoming}, timeout=self._keep_alive)
                    if not done:
                        await _chunk(send, b": still here\n\n")
                        continue
                    try:
                        event = upcoming.result()
                    except StopAsyncIteration:
                        return
                    await _chunk(send, rendered(event))
                    upcoming = asyncio.ensure_future(anext(source))
            finally:
                upcoming.cancel()
                with suppress(asyncio.CancelledError, StopAsyncIteration):
                    await upcoming


def rendered(event: ServerEvent) -> bytes:
    """Return an event as it goes over the wire; its data is one line of JSON."""
    lines = []
    if event.id is not None:
        lines.append(b"id: " + _one_line(event.id))
    if event.event is not None:
        lines.append(b"event: " + _one_line(event.event))
    lines.append(b"data: " + ENCODER.encode(event.data))
    return b"\n".join(lines) + b"\n\n"


def _one_line(text: str) -> bytes:
    return text.replace("\r", " ").replace("\n", " ").replace("\0", "").encode()


async def _chunk(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
