"""Server-sent events: progress that a client watches, ended cleanly whoever ends it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any, Final

import msgspec
from anyio import CancelScope

from realinsights_platform.http.answers.answer import ENCODER, Stream
from realinsights_platform.tasks import end

KEEP_ALIVE_SECONDS: Final = 15.0

_ONE_LINE: Final = {ord("\r"): " ", ord("\n"): " ", 0: None}
_HEADERS: Final = {
    "cache-control": "no-store",
    "x-accel-buffering": "no",  # nginx would hold events back otherwise
}


class ServerEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event: `data` is anything msgspec encodes, `id` what a client that reconnects sends as `Last-Event-ID`."""

    data: Any
    event: str | None = None
    id: str | None = None


class EventStream(Stream):
    """Events as they come, with comments while none do, so that no proxy gives up.

    `source` is closed when it ends, when the client goes away, and when the process stops.
    """

    def __init__(self, source: AsyncGenerator[ServerEvent, None], *, keep_alive: float = KEEP_ALIVE_SECONDS) -> None:
        self.over = asyncio.Event()
        """Set, it ends the stream."""
        chunks = _chunks(source, keep_alive, self.over)
        super().__init__(chunks, media_type="text/event-stream", headers=_HEADERS)


async def _chunks(
    source: AsyncGenerator[ServerEvent, None], keep_alive: float, over: asyncio.Event
) -> AsyncGenerator[bytes, None]:
    upcoming = asyncio.ensure_future(anext(source))
    ending = asyncio.ensure_future(over.wait())
    try:
        while True:
            done, _ = await asyncio.wait({upcoming, ending}, timeout=keep_alive, return_when=asyncio.FIRST_COMPLETED)
            if ending in done:
                return
            if not done:
                yield b": still here\n\n"
                continue
            try:
                event = upcoming.result()
            except StopAsyncIteration:
                return
            yield rendered(event)
            upcoming = asyncio.ensure_future(anext(source))
    finally:
        with CancelScope(shield=True):  # whoever left, what the source has opened is closed
            ending.cancel()
            with suppress(StopAsyncIteration):
                await end(upcoming)
            await source.aclose()


def rendered(event: ServerEvent) -> bytes:
    """Return an event as it goes over the wire; its data is one line of JSON."""
    named = {"id": event.id, "event": event.event}
    lines = [f"{name}: {text.translate(_ONE_LINE)}\n" for name, text in named.items() if text is not None]
    return "".join(lines).encode() + b"data: " + ENCODER.encode(event.data) + b"\n\n"
