"""Subscribers of the loans service: it tells loans again when a reader asks for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from realinsights.contracts.dashboard import PerformanceRequested
from realinsights.contracts.notifications import TermsRequested
from realinsights.loans.service.telling import tell_again
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.events import Message
from realinsights_platform.stream.handling import handling
from realinsights_platform.stream.port import Subscription

GROUP: Final = "loans.telling"
SERVICES: Final = ("dashboard", "notifications")
EVENTS: Final = (PerformanceRequested, TermsRequested)


@asynccontextmanager
async def telling(documents: Storage, subscription: Subscription) -> AsyncIterator[None]:
    """Answer requests until the context is left; one that cannot be answered comes again, and is buried in the end."""

    async def answer(message: Message) -> None:
        if any(isinstance(event, EVENTS) for event in message.events):
            await tell_again(documents=documents, org=message.org, business_date=message.business_date)

    async with handling(subscription, answer):
        yield
