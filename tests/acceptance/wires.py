"""Wires: connections to an engine that can be cut, delayed and silenced, over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

LOOPBACK = "127.0.0.1"
_AT_ONCE = 65_536


class Wire:
    """A port that leads to an engine's port."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._flows = asyncio.Event()
        self._flows.set()
        self.port = 0
        self.delay = 0.0
        """Seconds by which everything comes later, each way."""
        self.down = False
        """Whether a new connection is hung up at once."""

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[Wire]:
        """Let connections through until the context is left."""
        self._server = await asyncio.start_server(self._connected, LOOPBACK, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self._server.close()
            self.let_go()
            self.cut()

    def cut(self) -> int:
        """Cut all connections that there are; return how many."""
        writers = [*self._writers]
        for writer in writers:
            writer.transport.abort()
        return len(writers) // 2

    def hold(self) -> None:
        """Let nothing through, and say nothing of it."""
        self._flows.clear()

    def let_go(self) -> None:
        """Let through what was held and what comes."""
        self._flows.set()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.down:
            writer.transport.abort()
            return
        try:
            inner_reader, inner_writer = await asyncio.open_connection(LOOPBACK, self._to)
        except OSError:
            writer.transport.abort()
            return
        both = {writer, inner_writer}
        self._writers |= both
        try:
            await asyncio.gather(self._carry(reader, inner_writer), self._carry(inner_reader, writer))
        finally:
            for one in both:
                one.transport.abort()
            self._writers -= both

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(_AT_ONCE):
                if self.delay:
                    await asyncio.sleep(self.delay)
                await self._flows.wait()
                writer.write(data)
                await writer.drain()
        writer.transport.abort()
