"""Subscribers of the auth service: it tells people again to a service that asks, and has links mailed for passwords."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from realinsights.auth.service.identity import Identity
from realinsights.auth.service.password_links import mail_links
from realinsights.auth.service.telling import tell_again
from realinsights.contracts.auth import PasswordForgotten
from realinsights.contracts.notifications import PeopleRequested
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.events import Message
from realinsights_platform.stream.handling import handling
from realinsights_platform.stream.port import Subscription

GROUP: Final = "auth.telling"
SERVICES: Final = ("notifications",)
EVENTS: Final = (PeopleRequested,)

FORGOTTEN_GROUP: Final = "auth.forgotten"
FORGOTTEN_SERVICES: Final = ("auth",)
FORGOTTEN_EVENTS: Final = (PasswordForgotten,)


@asynccontextmanager
async def telling(documents: Storage, subscription: Subscription) -> AsyncIterator[None]:
    """Answer requests until the context is left; one that cannot be answered comes again, and is buried in the end."""

    async def answer(message: Message) -> None:
        if any(isinstance(event, PeopleRequested) for event in message.events):
            await tell_again(documents=documents, org=message.org, business_date=message.business_date)

    async with handling(subscription, answer):
        yield


@asynccontextmanager
async def mailing(identity: Identity, subscription: Subscription) -> AsyncIterator[None]:
    """Have links mailed to who forgot their password, until the context is left."""

    async def answer(message: Message) -> None:
        for number, event in enumerate(message.events):
            if isinstance(event, PasswordForgotten):
                await mail_links(
                    identity=identity,
                    email_key=event.email_key,
                    request_id=f"forgotten-{message.sequence}-{number}",
                    asked_at=message.at,
                )

    async with handling(subscription, answer):
        yield
