"""Wires: connections to an engine that can be cut, delayed and silenced, over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from ..proxies import AT_ONCE, End, either, proxy


class Wire:
    """A port that leads to an engine's port."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._writers: set[asyncio.StreamWriter] = set()
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
        async with proxy(self._to, self._connected) as self.port:
            yield self

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

    async def _connected(self, near: End, far: End) -> None:
        if self.down:
            return
        both = {near.writer, far.writer}
        self._writers |= both
        try:
            await either(self._carry(near.reader, far.writer), self._carry(far.reader, near.writer))
        finally:
            self._writers -= both

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(AT_ONCE):
            if self.delay:
                await asyncio.sleep(self.delay)
            await self._flows.wait()
            writer.write(data)
            await writer.drain()
