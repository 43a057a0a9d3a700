"""Subscribers of the loans service: it tells loans again when a reader asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import structlog

from realinsights.contracts.dashboard import PerformanceRequested
from realinsights.loans.service.telling import tell_again
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.events import Message
from realinsights_platform.stream.port import Subscription

GROUP: Final = "loans.telling"
SERVICES: Final = ("dashboard",)
EVENTS: Final = (PerformanceRequested,)

_AGAIN_SECONDS: Final = 5.0

log = structlog.get_logger(__name__)


@asynccontextmanager
async def telling(documents: Storage, subscription: Subscription) -> AsyncIterator[None]:
    """Answer requests, one after the other, until the context is left; one that was not answered comes again."""
    waiting: asyncio.Queue[Message] = asyncio.Queue()
    tasks = (
        asyncio.create_task(_receive(subscription, waiting), name="requests to tell loans again"),
        asyncio.create_task(_answer(documents, subscription, waiting), name="telling loans again"),
    )
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await subscription.close()


async def _receive(subscription: Subscription, waiting: asyncio.Queue[Message]) -> None:
    """Take requests without waiting for what is told, which also shows that this member is alive."""
    while messages := await subscription.receive():
        for message in messages:
            waiting.put_nowait(message)


async def _answer(documents: Storage, subscription: Subscription, waiting: asyncio.Queue[Message]) -> None:
    while True:
        message = await waiting.get()
        try:
            if any(isinstance(event, PerformanceRequested) for event in message.events):
                await tell_again(documents=documents, org=message.org, business_date=message.business_date)
            await subscription.acknowledge(message.service, message.org, message.sequence)
        except Exception:
            # What it rests on is away: the request stays, after those of others, and so does what was told.
            log.exception("loans.not_told_again", org=message.org)
            waiting.put_nowait(message)
            await asyncio.sleep(_AGAIN_SECONDS)
