"""Subscribers of the notifications service: terms make dates, feeds end with their member, all else is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from realinsights.contracts.auth import MemberDeactivated
from realinsights.contracts.loans import LoanDeleted, LoanRecorded, LoanRecordedV1
from realinsights.contracts.terms import TermsRecorded
from realinsights.notifications.service.feeds import revoke_feeds_of
from realinsights.notifications.service.following import Follower
from realinsights.notifications.service.hearing import Hearing
from realinsights_platform.documents.port import Documents
from realinsights_platform.events import Message
from realinsights_platform.stream.handling import handling
from realinsights_platform.stream.port import Stream, Subscription

DATES_GROUP: Final = "notifications.dates"
FEEDS_GROUP: Final = "notifications.feeds"
TELLING_GROUP: Final = "notifications.telling"
SERVICES: Final = ("auth", "files", "loans")


def subscribed(stream: Stream) -> tuple[Subscription, Subscription]:
    """Join the groups that hear of loans and of members."""
    loans = stream.subscribe(DATES_GROUP, ("loans",), (TermsRecorded, LoanDeleted, LoanRecorded, LoanRecordedV1))
    return loans, stream.subscribe(FEEDS_GROUP, ("auth",), (MemberDeactivated,))


@asynccontextmanager
async def following(
    documents: Documents, follower: Follower, subscriptions: tuple[Subscription, Subscription]
) -> AsyncIterator[None]:
    """Handle what is heard until the context is left."""

    async def follow(message: Message) -> None:
        await follower.catch_up(message.org)

    async def revoke(message: Message) -> None:
        for event in message.events:
            if isinstance(event, MemberDeactivated):
                await revoke_feeds_of(
                    documents=documents, org=message.org, user=event.user_id, business_date=message.business_date
                )

    loans, members = subscriptions
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(handling(loans, follow))
        await stack.enter_async_context(handling(members, revoke))
        yield


@asynccontextmanager
async def telling(hears: Hearing, subscription: Subscription) -> AsyncIterator[None]:
    """Tell of what is heard until the context is left; what cannot be told comes again, and is buried in the end."""
    async with handling(subscription, hears.hear):
        yield
