"""Subscribers of the auth service.

It tells people again to a service that asks, has links mailed for passwords, and hears what services say of the steps
that it asked for and of legal holds.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from realinsights.auth.service.deletions import hear_of_holds
from realinsights.auth.service.identity import Identity
from realinsights.auth.service.password_links import mail_links
from realinsights.auth.service.telling import tell_again
from realinsights.auth.service.undertakings import hear_answers
from realinsights.contracts.auth import PasswordForgotten
from realinsights.contracts.files import DocumentHeld, DocumentReleased
from realinsights.contracts.notifications import PeopleRequested
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.events import Message
from realinsights_platform.steps import StepAnswered
from realinsights_platform.stream.handling import handling
from realinsights_platform.stream.port import Subscription

GROUP: Final = "auth.telling"
SERVICES: Final = ("notifications",)
EVENTS: Final = (PeopleRequested,)

FORGOTTEN_GROUP: Final = "auth.forgotten"
FORGOTTEN_SERVICES: Final = ("auth",)
FORGOTTEN_EVENTS: Final = (PasswordForgotten,)

ANSWERS_GROUP: Final = "auth.answers"
ANSWERS_SERVICES: Final = ("dashboard", "files", "loans", "notifications")
ANSWERS_EVENTS: Final = (StepAnswered,)

HOLDS_GROUP: Final = "auth.holds"
HOLDS_SERVICES: Final = ("files",)
HOLDS_EVENTS: Final = (DocumentHeld, DocumentReleased)


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


@asynccontextmanager
async def hearing_answers(identity: Identity, subscription: Subscription) -> AsyncIterator[None]:
    """Take in what services say of their steps until the context is left."""

    async def hear(message: Message) -> None:
        await hear_answers(identity=identity, message=message)

    async with handling(subscription, hear):
        yield


@asynccontextmanager
async def hearing_of_holds(identity: Identity, subscription: Subscription) -> AsyncIterator[None]:
    """Remember legal holds until the context is left."""

    async def hear(message: Message) -> None:
        await hear_of_holds(identity=identity, message=message)

    async with handling(subscription, hear):
        yield
