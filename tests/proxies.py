"""A proxy in front of an engine: what a test puts on the way of the bytes. It leaves no connection behind."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from typing import NamedTuple, TypeAlias

LOOPBACK = "127.0.0.1"
AT_ONCE = 65_536
"""Bytes that are read at a time."""


class End(NamedTuple):
    """One end of a connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


Carry: TypeAlias = Callable[[End, End], Awaitable[None]]
"""Carries bytes between who connected and the engine, until one of them hangs up."""


async def joined(near: End, port: int, carry: Carry) -> None:
    """Carry bytes between an end and a port of this machine; both are hung up when that ends, however it ends."""
    try:
        far = End(*await asyncio.open_connection(LOOPBACK, port))
        try:
            await carry(near, far)
        finally:
            far.writer.transport.abort()
    except (OSError, EOFError):
        pass  # one of them hung up, or the engine is away: so does the proxy
    finally:
        near.writer.transport.abort()


@contextlib.asynccontextmanager
async def proxy(port: int, carry: Carry) -> AsyncGenerator[int, None]:
    """Lead to a port of this machine until the context is left; yield the port that leads there."""
    tasks: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(joined(End(reader, writer), port, carry))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(connected, LOOPBACK, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        while tasks:  # one may have been accepted before the server was closed, and come after
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry bytes one way until there are no more."""
    while part := await reader.read(AT_ONCE):
        writer.write(part)
        await writer.drain()


async def either(*ways: Coroutine[None, None, None]) -> None:
    """Run ways side by side until one of them ends, and end the others; raises what the first one raised."""
    tasks = [asyncio.create_task(way) for way in ways]
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in ended:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
