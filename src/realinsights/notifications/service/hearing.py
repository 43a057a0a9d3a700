"""Hearing: messages of other services, each applied once and in order, with what the stream left out."""

from __future__ import annotations

import datetime
from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

from realinsights.contracts.catalog import CODECS
from realinsights.contracts.notifications import PeopleRequested
from realinsights.notifications.model.places import Place
from realinsights.notifications.queries.happened import published_events
from realinsights.notifications.service.clock import Clock
from realinsights.notifications.service.endpoints import enabled_endpoints, put_deliveries
from realinsights.notifications.service.reacting import REACTIONS, Reaction, react
from realinsights.notifications.service.telling import ActivePeople
from realinsights.notifications.store import ORGANIZATIONS, PLACES
from realinsights_platform.documents.journal_port import Feed, Outgoing, Storage
from realinsights_platform.documents.port import Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.events import Message, PublishedEvent

ACTOR: Final = "system:notifications"

_AT_ONCE: Final = 100
_SKIPPED: Final = 100
"""So many messages that lead to nothing may pass before the place is moved for their sake."""

_KEPT: Final = 10_000
_NEWS: Final = datetime.timedelta(hours=1)


class PeopleUnknown(Exception):
    """An organization whose people are not known yet: nobody can be told."""


class Hearing:
    """What is done with messages. The journals of other services are the truth, and a message a hint of them.

    A place says how far a service's events of an organization were applied; it is stored with what they led to. What is
    between it and a message is read from the feed. Of a service that was never heard, what is older than an hour is
    taken in without telling anybody: the service has come to an installation with a past.
    """

    def __init__(self, documents: Storage, feeds: Mapping[str, Feed], *, now: Clock) -> None:
        self._documents = documents
        self._feeds = feeds
        self._now = now
        self._heard: OrderedDict[tuple[str, str], int] = OrderedDict()

    async def hear(self, message: Message) -> None:
        """Apply a message and whatever is before it and was not applied; one that was is passed over.

        Raises `PeopleUnknown` where it is not known yet who is to be told: they are asked for, and it comes again.
        """
        key = (message.service, message.org)
        if not message.events:
            # Most of what is committed tells nothing: it costs no look at anything.
            if self._heard.get(key) == message.sequence - 1:
                self._heard[key] = message.sequence
            return
        if self._heard.get(key) != message.sequence - 1:
            place = await self._documents.get(PLACES, message.org, message.service)
            if place is not None and message.sequence <= place.applied:
                return
            if message.service != "auth":
                await self._know_people(message)
            await self._catch_up(message.service, message, place, until=message.sequence - 1)
        await self._apply(message, loud=True)
        # What leads to nothing moves no place: it need not be read from the feed with the next one.
        self._heard[key] = max(message.sequence, self._heard.get(key, 0))
        self._heard.move_to_end(key)
        if len(self._heard) > _KEPT:
            self._heard.popitem(last=False)

    async def catch_up(self, message: Message, *services: str) -> None:
        """Apply all that services have told of a message's organization by now; raises as `hear` does."""
        org = message.org
        for service in services:
            if service != "auth":
                await self._know_people(message)
            place = await self._documents.get(PLACES, org, service)
            await self._catch_up(service, message, place, until=await self._feeds[service].sequence(org))

    async def _know_people(self, message: Message) -> None:
        """Read from the journal of auth who the people are, where its messages have not come yet."""
        org = message.org
        if await self._documents.get(ORGANIZATIONS, org, org) is not None:
            return
        place = await self._documents.get(PLACES, org, "auth")
        await self._catch_up("auth", message, place, until=await self._feeds["auth"].sequence(org))
        if await self._documents.get(ORGANIZATIONS, org, org) is not None:
            return
        async with self._documents.unit(org=org, actor=ACTOR, business_date=message.business_date) as unit:
            unit.emit(PeopleRequested())
        raise PeopleUnknown(f"The people of organization {org} are not known yet; they were asked for.")

    async def _catch_up(self, service: str, message: Message, place: Place | None, *, until: int) -> None:
        """Apply what lies between what was applied of a service, as its place says, and a sequence."""
        applied = max(place.applied if place is not None else 0, self._heard.get((service, message.org), 0))
        while applied < until:
            entries = await self._feeds[service].outbox(
                message.org, after=applied, limit=min(_AT_ONCE, until - applied)
            )
            if not entries:
                return
            for entry in entries:
                loud = place is not None or message.at - entry.at < _NEWS
                await self._apply(_read(service, entry), loud=loud)
            applied = entries[-1].sequence

    async def _apply(self, message: Message, *, loud: bool) -> None:
        async def work(unit: Unit) -> None:
            place = await unit.get(PLACES, message.service)
            if place is None:
                place = Place(id=message.service, org=message.org, applied=0)
            if message.sequence <= place.applied:
                return
            leads = any(type(event) in REACTIONS for event in message.events)
            if leads:
                people = ActivePeople(self._documents, message.org)
                await react(Reaction(unit=unit, people=people, message=message, loud=loud))
            endpoints = await enabled_endpoints(self._documents, message.org) if loud and message.events else ()
            if endpoints:
                await put_deliveries(unit, endpoints, _published(message), at=self._now())
                leads = True
            if leads or message.sequence - place.applied > _SKIPPED or not place.applied:
                unit.put(PLACES, Place(id=place.id, org=place.org, version=place.version, applied=message.sequence))

        await committed(
            lambda: self._documents.unit(org=message.org, actor=ACTOR, business_date=message.business_date), work
        )


def _read(service: str, entry: Outgoing) -> Message:
    return Message(
        service=service,
        org=entry.org,
        sequence=entry.sequence,
        at=entry.at,
        business_date=entry.business_date,
        events=CODECS[service].decode(entry.events),
    )


def _published(message: Message) -> tuple[PublishedEvent, ...]:
    """Return what programs may read of a message, as `GET /events` lists it."""
    entry = Outgoing(
        org=message.org,
        sequence=message.sequence,
        place="",
        at=message.at,
        business_date=message.business_date,
        events=CODECS[message.service].encode(message.events),
    )
    return published_events(message.service, entry)
