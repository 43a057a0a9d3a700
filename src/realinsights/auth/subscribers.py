"""Subscribers of the auth service: it tells an organization's people again when another service asks for them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from realinsights.auth.service.telling import tell_again
from realinsights.contracts.notifications import PeopleRequested
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.events import Message
from realinsights_platform.stream.handling import handling
from realinsights_platform.stream.port import Subscription

GROUP: Final = "auth.telling"
SERVICES: Final = ("notifications",)
EVENTS: Final = (PeopleRequested,)


@asynccontextmanager
async def telling(documents: Storage, subscription: Subscription) -> AsyncIterator[None]:
    """Answer requests until the context is left; one that cannot be answered comes again, and is buried in the end."""

    async def answer(message: Message) -> None:
        if any(isinstance(event, PeopleRequested) for event in message.events):
            await tell_again(documents=documents, org=message.org, business_date=message.business_date)

    async with handling(subscription, answer):
        yield
