"""Tasks: ended by whoever started them."""

from __future__ import annotations

import asyncio
from typing import Any


async def end(task: asyncio.Future[Any]) -> None:
    """Cancel a task and wait until it is done; raises what it raised, unless that is its cancellation.

    `await task` would take a cancellation of the caller for the task's own, and the caller would go on as if nothing
    had been said. Here the caller still waits, and is cancelled then.
    """
    task.cancel()
    cancelled = None
    while not task.done():
        try:
            await asyncio.wait((task,))
        except asyncio.CancelledError as error:
            cancelled = error
    failure = None if task.cancelled() else task.exception()
    if cancelled is not None:
        raise cancelled
    if failure is not None:
        raise failure


def cancellations() -> int:
    """Return how often the running task was told to end and has not begun to."""
    task = asyncio.current_task()
    return 0 if task is None else task.cancelling()


def heed(before: int) -> None:
    """Raise the cancellation that came since `cancellations` said `before` and that something swallowed.

    Before Python 3.12 `asyncio.wait_for` returns as if nothing had been said where what it waits for is done at the
    same moment; redis-py sends with it, and a task that is told to end once would go on for ever.
    """
    if cancellations() > before:
        raise asyncio.CancelledError
