"""Subscribers of the loans service: loans are told again, by request or by fixings, and organizations get names."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from realinsights.contracts.auth import OrganizationRecorded
from realinsights.contracts.dashboard import PerformanceRequested
from realinsights.contracts.loans import FixingsRecorded, ImportEnded, PresentRatesDue
from realinsights.contracts.notifications import TermsRequested
from realinsights.loans.service.reports.schedules import rename_organization
from realinsights.loans.service.retelling import Told, tell_due_fixings, tell_floating_loans, tell_imported_loans
from realinsights.loans.service.telling import tell_again
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.events import Message
from realinsights_platform.stream.handling import handling
from realinsights_platform.stream.port import Subscription

GROUP: Final = "loans.telling"
SERVICES: Final = ("dashboard", "notifications")
EVENTS: Final = (PerformanceRequested, TermsRequested)

NAMES_GROUP: Final = "loans.names"
NAMES_SERVICES: Final = ("auth",)
NAMES_EVENTS: Final = (OrganizationRecorded,)

FIXINGS_GROUP: Final = "loans.fixings"
FIXINGS_SERVICES: Final = ("loans",)
FIXINGS_EVENTS: Final = (FixingsRecorded, PresentRatesDue, ImportEnded)

_ACTOR: Final = "system:reports"
_DAY: Final = datetime.timedelta(days=1)


@asynccontextmanager
async def telling(documents: Storage, subscription: Subscription) -> AsyncIterator[None]:
    """Answer requests until the context is left; one that cannot be answered comes again, and is buried in the end."""

    async def answer(message: Message) -> None:
        if any(isinstance(event, EVENTS) for event in message.events):
            await tell_again(documents=documents, org=message.org, business_date=message.business_date)

    async with handling(subscription, answer):
        yield


@asynccontextmanager
async def naming(documents: Storage, subscription: Subscription) -> AsyncIterator[None]:
    """Keep the name of the organization in its schedules of reports until the context is left."""

    async def hear(message: Message) -> None:
        for event in message.events:
            if isinstance(event, OrganizationRecorded):
                await _rename(documents, message, event.name)

    async with handling(subscription, hear):
        yield


async def _rename(documents: Storage, message: Message, name: str) -> None:
    async def work(unit: Unit) -> None:
        await rename_organization(unit=unit, name=name)

    await committed(lambda: documents.unit(org=message.org, actor=_ACTOR, business_date=message.business_date), work)


@asynccontextmanager
async def following_fixings(
    documents: Storage, subscription: Subscription, *, now: Callable[[], datetime.datetime]
) -> AsyncIterator[None]:
    """Tell floating loans again until the context is left: as fixings come, as imports end and as days pass."""

    async def answer(message: Message) -> None:
        await retell(documents, message, on=present_day(message.business_date, now()))

    async with handling(subscription, answer):
        yield


async def retell(documents: Storage, message: Message, *, on: datetime.date) -> None:
    """Tell again, as of a day, the floating loans that a message says something of."""
    for event in message.events:
        if isinstance(event, FixingsRecorded):
            # What the event says is due is told with all else that is: the events of a burst that follow find it done.
            await tell_due_fixings(documents=documents, org=message.org, business_date=on)
        elif isinstance(event, PresentRatesDue):
            await tell_floating_loans(documents=documents, org=message.org, business_date=on, told=Told.of(event))
        elif isinstance(event, ImportEnded) and not event.dry_run:
            await tell_imported_loans(documents=documents, org=message.org, business_date=on, import_id=event.import_id)


def present_day(stated: datetime.date, moment: datetime.datetime) -> datetime.date:
    """Return the day that the present is told of: today, as the organization's zone has it where that was stated."""
    today = moment.date()
    return stated if abs(stated - today) <= _DAY else today
