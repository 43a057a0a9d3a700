"""Sending: what is due goes out by one process, as fast as it may, and a digest goes once."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import email
import email.policy
from collections.abc import AsyncIterator, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from realinsights.engines import free_port
from realinsights.notifications.model.deliveries import KEPT, DeliveryState, delivery, endpoint_of
from realinsights.notifications.model.endpoints import Endpoint
from realinsights.notifications.model.mails import Mail, MailState
from realinsights.notifications.model.notifications import Notice
from realinsights.notifications.model.people import Person
from realinsights.notifications.model.preferences import Preferences, PreferencesDraft
from realinsights.notifications.model.times import Digest
from realinsights.notifications.model.topics import Channel, Topic
from realinsights.notifications.service.delivering import Delivering
from realinsights.notifications.service.endpoints import Webhooks
from realinsights.notifications.service.lanes import Outcome
from realinsights.notifications.service.mailing import Mailing
from realinsights.notifications.service.sending import OpenUnit, Sender
from realinsights.notifications.service.telling import tell
from realinsights.notifications.service.unsubscribing import Unsubscribing
from realinsights.notifications.store import DELIVERIES, ENDPOINTS, KINDS, MAILS, PEOPLE, PREFERENCES
from realinsights_platform.blobs import open_blobs
from realinsights_platform.cache.memory import MemoryCache
from realinsights_platform.documents.heads import Heads
from realinsights_platform.documents.journal_port import DueDocument, Storage
from realinsights_platform.documents.opening import open_documents
from realinsights_platform.documents.port import Equal
from realinsights_platform.mail.opening import open_mail
from realinsights_platform.secret import Secret
from realinsights_platform.webhooks.destinations import Destinations
from realinsights_platform.webhooks.posting import Poster

from ..platform.webhooks.receivers import Receiver, receiving
from .conftest import until

HOST = "127.0.0.1"
ORG = "acme"
NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime.datetime:
        return self.now


class Place:
    """What one process has of documents that two share, and its heads; leases and clock are shared too."""

    def __init__(self, storage: Storage, leases: MemoryCache, clock: Clock) -> None:
        self.heads = Heads(storage, None)
        self.documents = storage.telling(self.heads.committed)
        self.leases = leases
        self.clock = clock

    def unit(self, org: str = ORG) -> Any:
        return self.documents.unit(org=org, actor="system:test", business_date=self.clock.now.date())

    def sender(self, **given: Any) -> Sender:
        return Sender(self.documents, heads=self.heads, leases=self.leases, now=self.clock, **given)


@pytest.fixture
async def places(tmp_path: Path) -> AsyncIterator[tuple[Place, Place]]:
    storage = await open_documents(f"sqlite:///{tmp_path / 'notifications.db'}", "notifications", KINDS)
    leases, clock = MemoryCache(), Clock()
    try:
        yield Place(storage, leases, clock), Place(storage, leases, clock)
    finally:
        await storage.close()


@pytest.fixture
def place(places: tuple[Place, Place]) -> Place:
    return places[0]


class Box:
    """An SMTP server's mailbox: what was taken, and what is answered instead to the next ones."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.says: list[str] = []
        self.hangs = False
        self.asked = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.asked += 1
        if self.hangs:
            await asyncio.Event().wait()
        if self.says:
            return self.says.pop(0)
        assert isinstance(envelope.content, bytes)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        return "250 Taken"

    @property
    def subjects(self) -> list[str]:
        return sorted(message["Subject"] for message in self.taken)


class Server:
    def __init__(self) -> None:
        self.box = Box()
        self.port = free_port()
        self.controller = Controller(self.box, hostname=HOST, port=self.port)
        self.controller.start()


@pytest.fixture
def server() -> Iterator[Server]:
    one = Server()
    try:
        yield one
    finally:
        one.controller.stop()


def mail_sender(place: Place, server: Server) -> Sender:
    mailing = Mailing(
        documents=place.documents,
        blobs=open_blobs("memory://"),
        mailer=open_mail(f"smtp+plain://{HOST}:{server.port}"),
        sender="Real Insights <alerts@insights.example.com>",
        site=None,
        unsubscribing=Unsubscribing(place.documents, b"k" * 32, now=place.clock),
        secret=Secret(b"s" * 32),
        now=place.clock,
    )
    return place.sender(kind=MAILS, send=mailing.send, lane=lambda due: "mail", lane_width=4, width=4)


async def told_of(place: Place, *people: str, keys: str, topic: Topic = Topic.CRITICAL_DATE) -> datetime.datetime:
    """Tell people who want a daily digest of things; return when the digest is due."""
    digest = PreferencesDraft(digest=Digest.DAILY, digest_hour=15, time_zone="UTC")
    async with place.unit() as unit:
        known = await unit.get_many(PEOPLE, people)
        for one in set(people) - set(known):
            person = Person(
                id=one,
                org=ORG,
                email=f"{one}@a.example",
                first_name=one,
                last_name="A",
                role="administrator",
                active=True,
                email_verified=True,
            )
            unit.put(PEOPLE, person)
            unit.put(PREFERENCES, Preferences(id=one, org=ORG, chosen=digest))
    async with place.unit() as unit:
        for key in keys:
            await tell(unit, people=people, notice=Notice(key=key, topic=topic, title=key), at=place.clock.now)
    return NOON.replace(hour=15)


async def mails(place: Place) -> list[Mail]:
    return [*(await place.documents.find(MAILS, ORG, limit=1_000)).items]


async def all_done(place: Place) -> list[Mail]:
    async def done() -> Any:
        found = await mails(place)
        return found if all(mail.state is not MailState.WAITING for mail in found) else None

    found: list[Mail] = await until(done)
    return found


class TestADigest:
    async def test_goes_once_for_each_person(self, place: Place, server: Server) -> None:
        place.clock.now = await told_of(place, "ada", "bob", keys="abcdefgh")
        async with mail_sender(place, server).running():
            found = await all_done(place)
        assert server.box.subjects == ["8 notifications"] * 2
        assert sorted(message["To"] for message in server.box.taken) == ["ada@a.example", "bob@a.example"]
        assert sorted(mail.state for mail in found) == [MailState.GATHERED] * 14 + [MailState.SENT] * 2

    async def test_that_is_refused_for_now_goes_once_and_whole_later(self, place: Place, server: Server) -> None:
        server.box.says = ["451 Try again later"]
        place.clock.now = await told_of(place, "ada", keys="abc")
        async with mail_sender(place, server).running():

            async def tried() -> bool:
                return {mail.attempts for mail in await mails(place)} == {1}

            await until(tried)
            assert (server.box.asked, server.box.taken) == (1, [])
            (place.clock.now,) = {mail.due_at for mail in await mails(place)}
            await all_done(place)
        (message,) = server.box.taken
        plain = message.get_body(("plain",))
        assert plain is not None
        assert sorted(line for line in plain.get_content().splitlines() if line in {"a", "b", "c"}) == ["a", "b", "c"]

    async def test_that_is_refused_for_good_is_tried_once(self, place: Place, server: Server) -> None:
        server.box.says = ["550 No such user"]
        place.clock.now = await told_of(place, "ada", keys="abc")
        async with mail_sender(place, server).running():
            found = await all_done(place)
        assert (server.box.asked, server.box.taken) == (1, [])
        assert sorted(mail.state for mail in found) == [MailState.FAILED] + [MailState.GATHERED] * 2

    async def test_has_nothing_of_a_topic_that_was_turned_off_meanwhile(self, place: Place, server: Server) -> None:
        await told_of(place, "ada", keys="ab")
        due = await told_of(place, "ada", keys="c", topic=Topic.MENTIONED)
        async with place.unit() as unit:
            known = await unit.get(PREFERENCES, "ada")
            chosen = PreferencesDraft(channels={Topic.MENTIONED: (Channel.INBOX,)})
            unit.put(PREFERENCES, Preferences(id="ada", org=ORG, version=known.version, chosen=chosen))
        place.clock.now = due
        async with mail_sender(place, server).running():
            found = await all_done(place)
        assert server.box.subjects == ["2 notifications"]
        assert {mail.subject for mail in found if mail.state is MailState.DROPPED} == {"c"}

    async def test_goes_once_by_two_processes_of_which_one_ends(
        self, places: tuple[Place, Place], server: Server
    ) -> None:
        one, other = places
        server.box.hangs = True
        one.clock.now = await told_of(one, "ada", keys="abcdefgh")
        async with contextlib.AsyncExitStack() as running:
            async with mail_sender(one, server).running():

                async def asked() -> bool:
                    return server.box.asked > 0

                await until(asked)
                await running.enter_async_context(mail_sender(other, server).running())
                server.box.hangs = False
            await all_done(other)
        assert server.box.subjects == ["8 notifications"]


class Messages:
    """Endpoints at a receiver, and messages to them."""

    def __init__(self, place: Place, receiver: Receiver) -> None:
        self.place = place
        self.receiver = receiver
        destinations = Destinations(loopback=True)
        webhooks = Webhooks(
            documents=place.documents, feeds={}, destinations=destinations, key=b"k" * 32, now=place.clock
        )
        self.poster = Poster(destinations)
        self.delivering = Delivering(documents=place.documents, webhooks=webhooks, poster=self.poster, release="1")

    @contextlib.asynccontextmanager
    async def going(self, width: int = 200) -> AsyncIterator[None]:
        sender = self.place.sender(
            kind=DELIVERIES,
            send=self.delivering.send,
            lane=lambda due: endpoint_of(due.id),
            lane_width=4,
            width=width,
        )
        async with contextlib.aclosing(self.poster), sender.running():
            yield

    async def endpoint(self, name: str, per_minute: int = 6_000) -> None:
        url = self.receiver.url(f"/{name}")
        async with self.place.unit() as unit:
            made = Endpoint(
                id=name,
                org=ORG,
                url=url,
                description="",
                types=(),
                per_minute=per_minute,
                created_by="ada",
                created_at=NOON,
            )
            unit.put(ENDPOINTS, made)

    async def put(self, endpoint: str, *keys: object) -> None:
        async with self.place.unit() as unit:
            for key in keys:
                made = delivery(
                    org=ORG,
                    endpoint=endpoint,
                    message_id=str(key),
                    event_type="a",
                    payload=b"{}",
                    at=self.place.clock.now,
                )
                unit.put(DELIVERIES, made)

    def came(self, name: str) -> int:
        """Return how many messages an endpoint was sent."""
        return sum(request.head.startswith(f"POST /{name} ") for request in self.receiver.requests)

    async def stored(self, name: str, count: int) -> None:
        """Wait until so many of an endpoint's messages are stored as delivered."""

        async def enough() -> bool:
            where = (Equal("endpoint", name), Equal("state", DeliveryState.DELIVERED))
            return await self.place.documents.count(DELIVERIES, ORG, *where) >= count

        await until(enough)


@pytest.fixture
async def messages(place: Place) -> AsyncIterator[Messages]:
    async with receiving() as receiver:
        yield Messages(place, receiver)


class TestAnEndpointsPace:
    async def test_is_never_exceeded(self, place: Place, messages: Messages) -> None:
        await messages.endpoint("slow", per_minute=60)
        await messages.endpoint("fast")
        await messages.put("slow", *range(12))
        async with messages.going():
            for second in range(1, 11):
                await messages.stored("slow", second)
                # What is put later and goes another way shows that all has been looked at.
                await messages.put("fast", second)
                await messages.stored("fast", second)
                assert messages.came("slow") == second
                place.clock.now += datetime.timedelta(seconds=1)

    async def test_is_not_taken_by_what_need_not_be_sent(self, place: Place, messages: Messages) -> None:
        await messages.endpoint("slow", per_minute=1)
        await messages.put("slow", "old")
        async with messages.going():
            await messages.stored("slow", 1)
            place.clock.now += KEPT
            await messages.put("slow", "new")

            async def forgotten() -> bool:
                return await place.documents.count(DELIVERIES, ORG) == 1

            await until(forgotten)
            await messages.stored("slow", 1)
        assert messages.came("slow") == 2


class Counted:
    """Documents of which it is counted how many were read as due."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.read = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.storage, name)

    async def due(self, *args: Any, **given: Any) -> tuple[DueDocument, ...]:
        found = await self.storage.due(*args, **given)
        self.read += len(found)
        return found


class TestABacklog:
    @staticmethod
    def taking(place: Place, gone: list[str], broken: set[str]) -> Sender:
        """Return a sender that forgets what is sent, and breaks once at some."""

        async def send(open_unit: OpenUnit, one: DueDocument) -> Outcome:
            found = await place.documents.get(DELIVERIES, one.org, one.id)
            assert found is not None
            if found.message_id in broken:
                broken.remove(found.message_id)
                raise RuntimeError("something broke")
            async with open_unit(one.org) as unit:
                unit.delete(DELIVERIES, found)
            gone.append(found.message_id)
            return Outcome()

        return place.sender(kind=DELIVERIES, send=send, lane=lambda due: endpoint_of(due.id), lane_width=1, width=10)

    async def test_goes_in_order_on_each_way_and_once(self, place: Place, messages: Messages) -> None:
        keys = [f"{'abc'[number % 7 % 3]}{number:03}" for number in range(600)]
        for key in keys:
            await messages.put(key[0], key)
            place.clock.now += datetime.timedelta(milliseconds=1)
        gone: list[str] = []
        async with self.taking(place, gone, set()).running():

            async def all_gone() -> bool:
                return len(gone) >= len(keys)

            await until(all_gone)
        for way in "abc":
            assert [key for key in gone if key[0] == way] == [key for key in keys if key[0] == way]

    async def test_is_read_once_whatever_else_is_sent(self, place: Place, messages: Messages) -> None:
        await messages.endpoint("slow", per_minute=1)
        await messages.endpoint("fast")
        await messages.put("slow", *range(2_000))
        place.documents = counted = cast("Any", Counted(place.documents))
        async with messages.going():
            await messages.stored("slow", 1)
            await messages.put("fast", "first")
            await messages.stored("fast", 1)
            before = counted.read
            for number in range(20):
                place.clock.now += datetime.timedelta(milliseconds=10)
                await messages.put("fast", number)
                await messages.stored("fast", 2 + number)
            assert counted.read - before < 20 * 1_000
        assert messages.came("slow") == 1

    async def test_holds_up_nothing_that_was_committed_late(self, place: Place, messages: Messages) -> None:
        await messages.endpoint("slow", per_minute=1)
        await messages.endpoint("fast")
        await messages.put("slow", *range(600))
        async with messages.going():
            await messages.stored("slow", 1)
            now, place.clock.now = place.clock.now, place.clock.now - datetime.timedelta(days=1)
            await messages.put("fast", "late")
            place.clock.now = now
            await messages.stored("fast", 1)

    async def test_goes_on_where_one_breaks_which_is_tried_again(self, place: Place, messages: Messages) -> None:
        await messages.put("a", "first", "second", "third")
        gone: list[str] = []
        async with self.taking(place, gone, {"second"}).running():

            async def went(count: int) -> None:
                async def enough() -> bool:
                    return len(gone) >= count

                await until(enough)

            await went(2)
            assert "second" not in gone
            place.clock.now += datetime.timedelta(minutes=1)
            await went(3)
        assert gone[2] == "second"
