"""The database goes away once a mail or a webhook was taken: what came of it is stored when it is back."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from structlog.testing import capture_logs

from realinsights.contracts.permissions import Role
from realinsights.engines import LOOPBACK
from realinsights.notifications.model.deliveries import DeliveryState, delivery
from realinsights.notifications.model.endpoints import Endpoint
from realinsights.notifications.model.mails import MailState
from realinsights.notifications.model.notifications import Notice
from realinsights.notifications.model.people import Person
from realinsights.notifications.model.topics import Topic
from realinsights.notifications.service.delivering import Delivering
from realinsights.notifications.service.endpoints import Webhooks
from realinsights.notifications.service.mailing import Mailing
from realinsights.notifications.service.telling import tell
from realinsights.notifications.service.unsubscribing import Unsubscribing
from realinsights.notifications.store import DELIVERIES, ENDPOINTS, KINDS, MAILS, PEOPLE
from realinsights_platform.blobs import open_blobs
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.opening import open_documents
from realinsights_platform.mail.opening import open_mail
from realinsights_platform.secret import Secret
from realinsights_platform.webhooks.destinations import Destinations
from realinsights_platform.webhooks.posting import Poster

from ..acceptance.outside import ANSWERED, MAIL, US, WEBHOOK, Outside, outside
from ..acceptance.wires import Wire
from .conftest import until

# The driver drops a connection that was refused while it was made.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

ORG = "acme"
NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)


class Place:
    """Documents in a database that goes away when something was taken."""

    def __init__(self, documents: Storage, wire: Wire, around: Outside) -> None:
        self.documents = documents
        self.around = around
        self._wire = wire
        self.webhooks = Webhooks(
            documents=documents, feeds={}, destinations=Destinations(loopback=True), key=b"k" * 32, now=lambda: NOON
        )

    def unit(self, org: str = ORG) -> Any:
        return self.documents.unit(org=org, actor="system:test", business_date=NOON.date())

    async def sent(self, kind: str, sending: Coroutine[Any, Any, Any]) -> None:
        """Send something; the database is away from when it was taken until storing that has failed."""

        def away(moment: str) -> None:
            if moment == f"{kind} {ANSWERED}":
                self._wire.down = True
                self._wire.cut()

        self.around.notice = away
        with capture_logs() as logs:
            task = asyncio.create_task(sending)

            async def failed() -> bool:
                return task.done() or any(line["event"] == "sending.not_stored" for line in logs)

            await until(failed)
            self._wire.down = False
            await task
        assert sum(self.around.times(kind).values()) == 1


@pytest.fixture
async def place(tmp_path: Path, mongodb_url: str) -> AsyncIterator[Place]:
    port = urlsplit(mongodb_url).port
    assert port is not None
    async with outside() as around, Wire(port).open() as wire:
        options = "directConnection=true&serverSelectionTimeoutMS=200&timeoutMS=500"
        url = f"mongodb://{LOOPBACK}:{wire.port}/away_{tmp_path.name}?{options}"
        documents = await open_documents(url, "notifications", KINDS)
        with time_machine.travel(NOON):
            yield Place(documents, wire, around)
        await documents.close()


async def test_a_mail_that_was_taken_is_stored_as_sent(place: Place) -> None:
    async with place.unit() as unit:
        unit.put(
            PEOPLE,
            Person(
                id="ada", org=ORG, email="ada@harbor.example", first_name="Ada", last_name="Adams", role=Role.MEMBER,
                active=True, email_verified=True,
            ),
        )  # fmt: skip
    async with place.unit() as unit:
        await tell(unit, people=("ada",), notice=Notice(key="k", topic=Topic.NEW_DEVICE, title="New"), at=NOON)
    (due,) = await place.documents.due(MAILS, until=NOON)
    mailing = Mailing(
        documents=place.documents,
        blobs=open_blobs("memory://"),
        mailer=open_mail(place.around.mail_url),
        sender=US,
        site=None,
        unsubscribing=Unsubscribing(place.documents, b"k" * 32, now=lambda: NOON),
        secret=Secret(b"s" * 32),
        now=lambda: NOON,
    )
    await place.sent(MAIL, mailing.send(place.unit, due))
    mail = await place.documents.get(MAILS, ORG, due.id)
    assert mail is not None
    assert (mail.state, mail.attempts) == (MailState.SENT, 1)


async def test_a_webhook_that_was_taken_is_stored_as_delivered(place: Place) -> None:
    async with place.unit() as unit:
        url = place.around.receiver.url()
        endpoint = Endpoint(
            id="e", org=ORG, url=url, description="", types=(), per_minute=600, created_by="ada", created_at=NOON
        )
        unit.put(ENDPOINTS, endpoint)
        unit.put(
            DELIVERIES,
            delivery(org=ORG, endpoint="e", message_id="loans.1.0", event_type="t", payload=b"{}", at=NOON),
        )
    (due,) = await place.documents.due(DELIVERIES, until=NOON)
    keys = place.webhooks.keys(endpoint, 1)
    place.around.secret, place.around.public_key = keys.secret, keys.public_key
    poster = Poster(Destinations(loopback=True))
    delivering = Delivering(documents=place.documents, webhooks=place.webhooks, poster=poster, release="test")
    await place.sent(WEBHOOK, delivering.send(place.unit, due))
    await poster.aclose()
    found = await place.documents.get(DELIVERIES, ORG, due.id)
    assert found is not None
    assert (found.state, len(found.attempts)) == (DeliveryState.DELIVERED, 1)
