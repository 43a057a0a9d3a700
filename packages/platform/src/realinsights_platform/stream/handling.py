"""Handling: what a group's member does with messages, one organization's in order, others beside it.

A message that fails comes again after growing pauses. After so many attempts it is buried as a dead letter, and what
its organization has after it goes on. What it rests on being away is no attempt: that is waited for, and so is an
organization that moves.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

import structlog

from realinsights_platform.errors import Closed, Moved, used_up
from realinsights_platform.events import Message
from realinsights_platform.stream.port import Subscription

ATTEMPTS: Final = 8

_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 60.0

log = structlog.get_logger(__name__)

Work = Callable[[Message], Awaitable[None]]


@asynccontextmanager
async def handling(
    subscription: Subscription,
    work: Work,
    *,
    attempts: int = ATTEMPTS,
    pause: Callable[[int], Awaitable[None]] | None = None,
) -> AsyncIterator[None]:
    """Handle what a member receives until the context is left; what was not done then goes to another member.

    `pause` waits before the attempt after so many: by default a second, twice as long each time, a minute at most.
    """
    member = _Member(subscription, work, attempts, pause or _pause)
    receiving = asyncio.create_task(member.receive(), name="handling of messages")
    try:
        yield
    finally:
        tasks = (receiving, *member.working)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await subscription.close()


class _Member:
    def __init__(
        self, subscription: Subscription, work: Work, attempts: int, pause: Callable[[int], Awaitable[None]]
    ) -> None:
        self.working: set[asyncio.Task[None]] = set()
        self._subscription = subscription
        self._work = work
        self._attempts = attempts
        self._pause = pause
        self._waiting: dict[tuple[str, str], deque[Message]] = {}

    async def receive(self) -> None:
        """Take messages without waiting for what is done with them, which also shows that this member is alive."""
        while messages := await self._received():
            for message in messages:
                place = (message.service, message.org)
                waiting = self._waiting.setdefault(place, deque())
                waiting.append(message)
                if len(waiting) == 1:
                    task = asyncio.create_task(self._handle_all(place, waiting), name=f"messages of {message.org}")
                    self.working.add(task)
                    task.add_done_callback(self.working.discard)

    async def _received(self) -> tuple[Message, ...]:
        """Return the next messages, none once it is closed; whatever goes wrong, this member is not given up."""
        while True:
            try:
                return await self._subscription.receive()
            except Exception:
                log.exception("messages.not_received")
                await self._pause(1)

    async def _handle_all(self, place: tuple[str, str], waiting: deque[Message]) -> None:
        while waiting:
            await self._handle(waiting[0])
            waiting.popleft()
        del self._waiting[place]

    async def _handle(self, message: Message) -> None:
        failed = waited = 0
        while True:
            try:
                await self._work(message)
            except Closed:
                # Its organization was deleted meanwhile: nothing is left to be done.
                log.info("message.organization_deleted", org=message.org, sequence=message.sequence)
                return await self._settled(message)
            except Moved as moved:
                # It is handled where its organization is written to; here it may come back.
                waited += 1
                log.info("message.waits", org=message.org, sequence=message.sequence, reason=moved.message)
                await self._pause(min(waited, ATTEMPTS))
            except Exception as error:
                failed += used_up(error) is None
                log.exception("message.failed", org=message.org, sequence=message.sequence, attempt=failed)
                if failed >= self._attempts:
                    await self._tell(partial(self._subscription.bury, message, f"{type(error).__name__}: {error}"))
                    return None
                await self._pause(max(1, failed))
            else:
                return await self._settled(message)

    async def _settled(self, message: Message) -> None:
        place = (message.service, message.org, message.sequence)
        await self._tell(partial(self._subscription.acknowledge, *place))

    async def _tell(self, tell: Callable[[], Awaitable[None]]) -> None:
        """Say what became of a message, again where that goes wrong: what its organization has after it waits."""
        while True:
            try:
                return await tell()
            except Exception:
                log.exception("message.not_settled")
                await self._pause(1)


async def _pause(failed: int) -> None:
    seconds = min(_FIRST_PAUSE * 2 ** (failed - 1), _LONGEST_PAUSE)
    await asyncio.sleep(seconds * random.uniform(0.5, 1.0))  # noqa: S311 - it keeps no secret
