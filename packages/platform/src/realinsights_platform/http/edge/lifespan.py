"""The lifespan of an ASGI application: what begins before the first request and ends after the last."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from starlette.types import Receive, Send

Lifespan = Callable[[], AbstractAsyncContextManager[Any]]


async def lifespan(running: Lifespan, receive: Receive, send: Send) -> None:
    """Enter `running` when the server starts and leave it when the server ends; an error of it is told, and raised."""
    await receive()
    phase = "startup"
    try:
        async with running():
            await send({"type": "lifespan.startup.complete"})
            phase = "shutdown"
            await receive()
    except BaseException:
        await send({"type": f"lifespan.{phase}.failed", "message": traceback.format_exc()})
        raise
    await send({"type": "lifespan.shutdown.complete"})
