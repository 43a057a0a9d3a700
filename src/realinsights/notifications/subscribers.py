"""Subscribers of the notifications service: terms and expiries make dates, all else is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from realinsights.contracts.files import DocumentDeleted, DocumentRecorded, VersionReceived
from realinsights.contracts.loans import LoanDeleted, LoanRecorded, LoanRecordedV1
from realinsights.contracts.terms import TermsRecorded
from realinsights.notifications.service.following import Follower
from realinsights.notifications.service.hearing import Hearing
from realinsights_platform.events import Message
from realinsights_platform.stream.handling import handling
from realinsights_platform.stream.port import Stream, Subscription

DATES_GROUP: Final = "notifications.dates"
TELLING_GROUP: Final = "notifications.telling"
SERVICES: Final = ("auth", "files", "loans")
_DATING: Final = (
    TermsRecorded,
    LoanDeleted,
    LoanRecorded,
    LoanRecordedV1,
    DocumentRecorded,
    DocumentDeleted,
    VersionReceived,
)


def subscribed(stream: Stream) -> Subscription:
    """Join the group that hears of loans' terms and of documents."""
    return stream.subscribe(DATES_GROUP, ("loans", "files"), _DATING)


@asynccontextmanager
async def following(follower: Follower, subscription: Subscription) -> AsyncIterator[None]:
    """Bring the dates of whom is heard up to date until the context is left."""

    async def follow(message: Message) -> None:
        await follower.catch_up(message.org, message.service)

    async with handling(subscription, follow):
        yield


@asynccontextmanager
async def telling(hears: Hearing, subscription: Subscription) -> AsyncIterator[None]:
    """Tell of what is heard until the context is left; what cannot be told comes again, and is buried in the end."""
    async with handling(subscription, hears.hear):
        yield
