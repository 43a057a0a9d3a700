"""The specification of the stream port, for every adapter, as a relay feeds it from a journal."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from realinsights_platform.cache.memory import MemoryCache
from realinsights_platform.documents.heads import Heads
from realinsights_platform.documents.journal_port import Mark, Outgoing, Storage
from realinsights_platform.documents.sqlite import SqliteDocuments
from realinsights_platform.errors import DiskFull
from realinsights_platform.events import Event, EventCodec, Message
from realinsights_platform.ids import new_id
from realinsights_platform.redis.urls import read_url
from realinsights_platform.stream import relay as relaying
from realinsights_platform.stream.memory import MemoryStream
from realinsights_platform.stream.port import Missed, Stream, Subscription
from realinsights_platform.stream.redis import RedisStream
from realinsights_platform.stream.relay import Relay

TODAY = datetime.date(2026, 1, 31)
PATIENCE = 20
"""Seconds after which a test that waits for something that never comes fails."""


class LoanNoticed(Event, frozen=True, tag="loans.loan.noticed.v1"):
    loan_id: str


class LoanForgotten(Event, frozen=True, tag="loans.loan.forgotten.v1"):
    loan_id: str


CODEC: EventCodec[Event] = EventCodec((LoanNoticed, LoanForgotten))


class LoanLost(Event, frozen=True, tag="loans.loan.lost.v1"):
    """An event that the codec does not know."""

    loan_id: str


STREAMS: dict[str, Callable[[str, str], Stream]] = {
    "memory": lambda url, prefix: MemoryStream(capacity=20),
    "redis": lambda url, prefix: on_redis(url, prefix, capacity=20),
    "redis-cluster": lambda url, prefix: on_redis(url, prefix, capacity=20),
}
"""A stream that holds twenty messages and events before publishers wait; another adapter is another entry."""

REDIS = {"redis": "redis_url", "redis-cluster": "redis_cluster_url"}
"""Fixtures with the URL of an engine, by adapter."""

NOT_KEPT = ("memory",)
"""Streams that keep no messages themselves: what is published is settled once every group has acknowledged it."""


def on_redis(url: str, prefix: str, **options: Any) -> RedisStream:
    return RedisStream(read_url(f"{url}?prefix={prefix}&timeout={PATIENCE}"), {"loans": CODEC}, **options)


def a_message(sequence: int, *events: Event, org: str = "acme") -> Message:
    at = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC)
    told = events or (LoanNoticed(loan_id=str(sequence)),)
    return Message(service="loans", org=org, sequence=sequence, at=at, business_date=TODAY, events=told)


class Process:
    """One life of a process: documents, a stream and the relay between them."""

    def __init__(self, path: Path, stream: Stream) -> None:
        opened = SqliteDocuments(path, service="loans", kinds=[])
        heads = Heads(opened, None)
        self.documents: Storage = opened.telling(heads.committed)
        self.path = path
        self.stream = stream
        self.leases = MemoryCache()
        self.relay = Relay(self.documents, stream, CODEC, heads=heads, leases=self.leases)
        self._running = AsyncExitStack()

    async def start(self) -> None:
        await self._running.enter_async_context(self.relay.running())

    async def notice(self, *loan_ids: str, org: str = "acme") -> int:
        async with self.documents.unit(org=org, actor="ann", business_date=TODAY) as unit:
            for loan_id in loan_ids:
                unit.emit(LoanNoticed(loan_id=loan_id))
        assert unit.sequence is not None
        return unit.sequence

    async def end(self) -> None:
        await self._running.aclose()
        await self.stream.close()
        await self.documents.close()


@pytest.fixture(params=sorted(STREAMS))
def adapter(request: pytest.FixtureRequest) -> str:
    """Return the name of the adapter under test."""
    return str(request.param)


@pytest.fixture
def another_stream(adapter: str, request: pytest.FixtureRequest) -> Callable[[], Stream]:
    """Return what opens the stream as another process of the same installation does."""
    prefix = f"test-{new_id()}"
    url = request.getfixturevalue(REDIS[adapter]) if adapter in REDIS else ""
    return lambda: STREAMS[adapter](url, prefix)


@pytest.fixture
def opened(another_stream: Callable[[], Stream], tmp_path: Path) -> Callable[[], Process]:
    return lambda: Process(tmp_path / "loans.sqlite", another_stream())


@pytest.fixture
async def process(opened: Callable[[], Process]) -> AsyncIterator[Process]:
    life = opened()
    yield life
    await life.end()


async def received(subscription: Subscription, count: int) -> list[Message]:
    """Take at least so many messages."""
    messages: list[Message] = []
    async with asyncio.timeout(PATIENCE):
        while len(messages) < count:
            messages += await subscription.receive()
    return messages


async def until(there: Callable[[], bool]) -> None:
    """Wait until something is so that nobody tells."""
    async with asyncio.timeout(PATIENCE):
        while not there():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def places(messages: list[Message]) -> list[tuple[str, int]]:
    return [(message.org, message.sequence) for message in messages]


class TestDelivery:
    async def test_a_message_is_the_journal_entrys_events(self, process: Process) -> None:
        subscription = process.stream.subscribe("dashboard", ["loans"])
        await process.start()
        async with process.documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
            unit.emit(LoanNoticed(loan_id="1"))
            unit.emit(LoanForgotten(loan_id="1"))
        (message,) = await received(subscription, 1)
        (entry,) = await process.documents.entries("acme")
        assert message == Message(
            service="loans",
            org="acme",
            sequence=1,
            at=entry.at,
            business_date=TODAY,
            events=(LoanNoticed(loan_id="1"), LoanForgotten(loan_id="1")),
        )

    async def test_one_organizations_messages_come_in_sequence_whatever_the_others_do(self, process: Process) -> None:
        subscription = process.stream.subscribe("dashboard", ["loans"])
        await process.start()

        async def write(org: str) -> None:
            for place in range(30):
                await process.notice(str(place), org=org)

        writing = asyncio.gather(*(write(f"org{place}") for place in range(5)))
        messages = await received(subscription, 150)
        await writing
        assert len(messages) == 150
        for place in range(5):
            own = [message for message in messages if message.org == f"org{place}"]
            assert [message.sequence for message in own] == list(range(1, 31))
            assert [event.loan_id for message in own for event in message.events if isinstance(event, LoanNoticed)] == [
                str(number) for number in range(30)
            ]

    async def test_each_group_receives_everything(self, process: Process) -> None:
        first = process.stream.subscribe("dashboard", ["loans"])
        second = process.stream.subscribe("notifications", ["loans", "auth"])
        await process.start()
        await process.notice("1")
        await process.notice("2")
        assert await received(first, 2) == await received(second, 2)

    async def test_a_group_receives_only_the_services_it_named(self, process: Process) -> None:
        other = process.stream.subscribe("audit", ["auth"])
        wanted = process.stream.subscribe("dashboard", ["loans"])
        await process.start()
        await process.notice("1")
        await received(wanted, 1)
        waiting = asyncio.create_task(other.receive())
        await process.notice("2")
        await received(wanted, 1)
        assert not waiting.done()
        await other.close()
        assert await waiting == ()

    async def test_what_was_committed_before_the_relay_started_is_delivered(self, process: Process) -> None:
        for place in range(5):
            await process.notice(str(place))
        subscription = process.stream.subscribe("dashboard", ["loans"])
        await process.start()
        assert places(await received(subscription, 5)) == [("acme", sequence) for sequence in range(1, 6)]

    async def test_a_group_that_comes_later_receives_what_is_published_from_then_on(self, process: Process) -> None:
        first = process.stream.subscribe("dashboard", ["loans"])
        await process.start()
        for place in range(5):
            await process.notice(str(place))
        await received(first, 5)
        await first.acknowledge("loans", "acme", 5)
        late = process.stream.subscribe("notifications", ["loans"])
        await process.notice("6")
        assert places(await received(late, 1)) == places(await received(first, 1)) == [("acme", 6)]

    async def test_a_message_published_twice_is_delivered_once_to_who_holds_it(self, process: Process) -> None:
        subscription = process.stream.subscribe("dashboard", ["loans"])
        await process.start()
        await process.notice("1")
        (message,) = await received(subscription, 1)
        await process.stream.publish([message])
        await process.notice("2")
        assert places(await received(subscription, 1)) == [("acme", 2)]


class TestAcknowledgment:
    async def test_what_was_not_acknowledged_comes_again_to_who_joins_again(self, process: Process) -> None:
        subscription = process.stream.subscribe("dashboard", ["loans"])
        await process.start()
        for place in range(6):
            await process.notice(str(place))
        await received(subscription, 6)
        await subscription.acknowledge("loans", "acme", 4)
        await subscription.close()
        await process.notice("while away")
        again = process.stream.subscribe("dashboard", ["loans"])
        assert places(await received(again, 3)) == [("acme", 5), ("acme", 6), ("acme", 7)]

    @pytest.mark.parametrize("adapter", NOT_KEPT)
    async def test_what_is_published_is_settled_once_every_group_has_acknowledged(self, process: Process) -> None:
        first = process.stream.subscribe("dashboard", ["loans"])
        second = process.stream.subscribe("notifications", ["loans"])
        settled = asyncio.ensure_future(await process.stream.publish([a_message(1), a_message(2)]))
        await received(first, 2)
        await received(second, 2)
        await first.acknowledge("loans", "acme", 2)
        await second.acknowledge("loans", "acme", 1)
        assert not settled.done()
        await second.acknowledge("loans", "acme", 2)
        await asyncio.wait_for(settled, PATIENCE)

    @pytest.mark.parametrize("adapter", sorted(REDIS))
    async def test_what_a_stream_keeps_is_settled_at_once_and_there_after_all_processes_have_ended(
        self, process: Process, another_stream: Callable[[], Stream]
    ) -> None:
        subscription = process.stream.subscribe("dashboard", ["loans"])
        await asyncio.wait_for(await process.stream.publish([a_message(1), a_message(2)]), PATIENCE)
        await subscription.close()
        await process.stream.close()
        later = another_stream()
        assert places(await received(later.subscribe("dashboard", ["loans"]), 2)) == [("acme", 1), ("acme", 2)]
        await later.close()

    async def test_what_nobody_wants_is_settled_at_once(self, process: Process) -> None:
        await asyncio.wait_for(await process.stream.publish([a_message(1)]), PATIENCE)


class TestEvents:
    async def test_a_group_may_want_some_events_only(self, process: Process) -> None:
        subscription = process.stream.subscribe("cleaning", ["loans"], [LoanForgotten])
        settled = await process.stream.publish([a_message(1)])
        await process.stream.publish([a_message(2, LoanNoticed(loan_id="2"), LoanForgotten(loan_id="1"))])
        assert places(await received(subscription, 1)) == [("acme", 2)]
        await asyncio.wait_for(settled, PATIENCE)


class TestMembers:
    async def test_share_what_the_group_receives(self, process: Process) -> None:
        here = process.stream.subscribe("imports", ["loans"])
        there = process.stream.subscribe("imports", ["loans"])
        await process.stream.publish([a_message(1, org="acme")])
        assert places(await received(here, 1)) == [("acme", 1)]
        await process.stream.publish([a_message(1, org="other")])
        assert places(await received(there, 1)) == [("other", 1)]

    async def test_have_an_organization_to_themselves_until_they_acknowledge(self, process: Process) -> None:
        here = process.stream.subscribe("imports", ["loans"])
        there = process.stream.subscribe("imports", ["loans"])
        await process.stream.publish([a_message(1)])
        await received(here, 1)
        await process.stream.publish([a_message(2)])
        waiting = asyncio.create_task(there.receive())
        assert places(await received(here, 1)) == [("acme", 2)]
        assert not waiting.done()
        await here.acknowledge("loans", "acme", 2)
        await process.stream.publish([a_message(3)])
        assert places([*await asyncio.wait_for(waiting, PATIENCE)]) == [("acme", 3)]

    async def test_that_leave_hand_back_what_they_had_not_acknowledged(self, process: Process) -> None:
        here = process.stream.subscribe("imports", ["loans"])
        there = process.stream.subscribe("imports", ["loans"])
        await process.stream.publish([a_message(1), a_message(2)])
        await received(here, 2)
        await here.acknowledge("loans", "acme", 1)
        waiting = asyncio.create_task(there.receive())
        await here.close()
        assert places([*await asyncio.wait_for(waiting, PATIENCE)]) == [("acme", 2)]

    async def test_that_die_without_a_word_are_replaced_and_can_acknowledge_no_more(self) -> None:
        now = 100.0
        stream = MemoryStream(silent_seconds=5, clock=lambda: now)
        dead = stream.subscribe("imports", ["loans"])
        settled = asyncio.ensure_future(await stream.publish([a_message(1)]))
        await received(dead, 1)
        alive = stream.subscribe("imports", ["loans"])
        now += 5
        assert places(await received(alive, 1)) == [("acme", 1)]
        await dead.acknowledge("loans", "acme", 1)
        await asyncio.sleep(0)
        assert not settled.done()
        await alive.acknowledge("loans", "acme", 1)
        await asyncio.wait_for(settled, PATIENCE)

    async def test_that_were_taken_for_dead_and_were_not_get_what_they_missed_published_again(self) -> None:
        now = 100.0
        stream = MemoryStream(capacity=4, silent_seconds=5, clock=lambda: now)
        slow = stream.subscribe("imports", ["loans"])
        await stream.publish([a_message(1), a_message(2)])
        now += 5
        missed = asyncio.ensure_future(await stream.publish([a_message(3)]))
        assert places(await received(slow, 2)) == [("acme", 1), ("acme", 2)]
        with pytest.raises(Missed):
            await asyncio.wait_for(missed, PATIENCE)
        with pytest.raises(Missed):
            await stream.publish([a_message(4)])
        await stream.publish([a_message(sequence) for sequence in (1, 2, 3)])
        assert places(await received(slow, 1)) == [("acme", 3)], "what it holds is not delivered again"


class TestRelay:
    async def test_whose_journal_never_answers_begins_anew(
        self, process: Process, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A driver can wait for ever where an engine was killed while it answered."""
        monkeypatch.setattr(relaying, "_ANSWER_SECONDS", 0.05)
        answered, asked = process.documents.outgoing, 0

        async def outgoing(*, after: str, limit: int = 100) -> tuple[Outgoing, ...]:
            nonlocal asked
            asked += 1
            if asked == 1:
                await asyncio.Event().wait()
            return await answered(after=after, limit=limit)

        monkeypatch.setattr(process.documents, "outgoing", outgoing)
        subscription = process.stream.subscribe("dashboard", ["loans"])
        await process.notice("one")
        await process.start()
        assert places(await received(subscription, 1)) == [("acme", 1)]
        assert asked > 1

    async def test_of_one_process_publishes_and_another_goes_on_when_it_ends(self, tmp_path: Path) -> None:
        stream, leases = MemoryStream(), MemoryCache()
        opened = SqliteDocuments(tmp_path / "loans.sqlite", service="loans", kinds=[])
        heads = Heads(opened, None)
        documents = opened.telling(heads.committed)

        def relay() -> Relay:
            return Relay(documents, stream, CODEC, heads=heads, leases=leases, lease_seconds=0.3)

        async def notice(loan_id: str) -> None:
            async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
                unit.emit(LoanNoticed(loan_id=loan_id))

        subscription = stream.subscribe("dashboard", ["loans"])
        async with relay().running():
            async with relay().running():
                await notice("1")
                assert places(await received(subscription, 1)) == [("acme", 1)]
            await notice("2")
            assert places(await received(subscription, 1)) == [("acme", 2)], "each is published by one of them"
            await subscription.acknowledge("loans", "acme", 2)
        assert (await documents.mark("relay")).place == "2"
        await opened.close()

    async def test_says_whether_it_leads_and_how_late_it_is_while_nobody_takes_what_it_publishes(
        self, process: Process
    ) -> None:
        subscription = process.stream.subscribe("dashboard", ["loans"])
        for number in range(60):
            await process.notice(str(number))
        relay, later = process.relay, datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)
        assert (relay.service, relay.leading, relay.lag(later)) == ("loans", False, 0)
        await process.start()
        await until(lambda: relay.lag(later) > 3600 - PATIENCE)
        assert relay.leading
        taken = 0
        while taken < 60:
            for message in await received(subscription, 1):
                taken = message.sequence
                await subscription.acknowledge("loans", message.org, message.sequence)
        await until(lambda: not relay.lag(later))
        await process.end()
        assert not relay.leading

    async def test_whose_mark_was_moved_by_another_moves_it_no_more(self, process: Process) -> None:
        subscription = process.stream.subscribe("dashboard", ["loans"])
        await process.start()
        await process.notice("1")
        await received(subscription, 1)
        mark = await process.documents.mark("relay")
        assert await process.documents.move("relay", Mark(mark.place, mark.token + 10))
        await subscription.acknowledge("loans", "acme", 1)
        await process.end()
        reopened = SqliteDocuments(process.path, service="loans", kinds=[])
        assert await reopened.mark("relay") == Mark(mark.place, mark.token + 10)
        await reopened.close()

    async def test_whose_mark_cannot_be_moved_tries_again_and_publishes_nothing_twice(
        self, process: Process, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        subscription = process.stream.subscribe("dashboard", ["loans"])
        await process.start()
        move, failed, moved = process.documents.move, asyncio.Event(), asyncio.Event()

        async def once_full(name: str, mark: Mark) -> bool:
            if not failed.is_set():
                failed.set()
                raise DiskFull("There is no room left on the disk.")
            moved.set()
            return await move(name, mark)

        monkeypatch.setattr(process.documents, "move", once_full)
        await process.notice("1")
        assert places(await received(subscription, 1)) == [("acme", 1)]
        await subscription.acknowledge("loans", "acme", 1)
        await asyncio.wait_for(moved.wait(), PATIENCE)
        await process.notice("2")
        assert places(await received(subscription, 1)) == [("acme", 2)]

    @pytest.mark.parametrize("adapter", NOT_KEPT)
    async def test_keeps_its_mark_before_what_is_under_way_whatever_comes_after(self, process: Process) -> None:
        slow = process.stream.subscribe("imports", ["loans"], [LoanForgotten])
        await process.start()
        async with process.documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
            unit.emit(LoanForgotten(loan_id="1"))
        assert places(await received(slow, 1)) == [("acme", 1)]
        subscription = process.stream.subscribe("dashboard", ["loans"])
        for sequence in range(2, 8):
            await process.notice(str(sequence))
            await received(subscription, 1)
            await subscription.acknowledge("loans", "acme", sequence)
        await process.end()
        reopened = SqliteDocuments(process.path, service="loans", kinds=[])
        assert (await reopened.mark("relay")).place == "", "the first is published again"
        await reopened.close()

    async def test_passes_over_what_it_cannot_read(self, process: Process) -> None:
        subscription = process.stream.subscribe("dashboard", ["loans"])
        async with process.documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
            unit.emit(LoanLost(loan_id="1"))
        await process.start()
        await process.notice("2")
        assert places(await received(subscription, 1)) == [("acme", 2)]


class TestNextProcess:
    async def test_goes_on_where_the_groups_had_acknowledged(self, opened: Callable[[], Process]) -> None:
        life = opened()
        first = life.stream.subscribe("dashboard", ["loans"])
        second = life.stream.subscribe("notifications", ["loans"])
        await life.start()
        for place in range(5):
            await life.notice(str(place))
        await received(first, 5)
        await received(second, 5)
        await first.acknowledge("loans", "acme", 5)
        await second.acknowledge("loans", "acme", 2)
        await life.end()
        life = opened()
        first = life.stream.subscribe("dashboard", ["loans"])
        second = life.stream.subscribe("notifications", ["loans"])
        await life.start()
        await life.notice("next")
        for subscription, missing in ((first, 1), (second, 4)):
            again = places(await received(subscription, missing))
            assert again == [("acme", sequence) for sequence in range(7 - len(again), 7)], "at least what is missing"
        await life.end()

    async def test_delivers_what_was_committed_and_not_yet_applied(self, opened: Callable[[], Process]) -> None:
        life = opened()
        subscription = life.stream.subscribe("dashboard", ["loans"])
        await life.start()
        for place in range(5):
            await life.notice(str(place), org=f"org{place % 2}")
        await received(subscription, 5)
        await life.end()
        life = opened()
        await life.notice("after", org="org0")
        subscription = life.stream.subscribe("dashboard", ["loans"])
        await life.start()
        messages = await received(subscription, 6)
        assert sorted(places(messages)) == [
            ("org0", 1),
            ("org0", 2),
            ("org0", 3),
            ("org0", 4),
            ("org1", 1),
            ("org1", 2),
        ]
        await life.end()


class TestPressure:
    async def test_a_lagging_group_holds_the_relay_back_and_loses_nothing(self, process: Process) -> None:
        subscription = process.stream.subscribe("dashboard", ["loans"])
        await process.start()
        for place in range(200):
            await process.notice(str(place))
        # Nobody has taken anything: each message with its event counts two of the twenty that fit.
        first = await subscription.receive()
        assert 1 <= len(first) <= 10
        rest = await received(subscription, 200 - len(first))
        assert [message.sequence for message in (*first, *rest)] == list(range(1, 201))

    async def test_a_group_that_has_left_holds_nobody_back(self, process: Process) -> None:
        absent = process.stream.subscribe("notifications", ["loans"])
        present = process.stream.subscribe("dashboard", ["loans"])
        await process.start()
        await process.notice("first")
        await received(present, 1)
        await absent.close()
        for place in range(100):
            await process.notice(str(place))
            await received(present, 1)
        back = process.stream.subscribe("notifications", ["loans"])
        assert places(await received(back, 101)) == [("acme", sequence) for sequence in range(1, 102)]

    async def test_an_entry_bigger_than_what_fits_is_delivered_all_the_same(self, process: Process) -> None:
        subscription = process.stream.subscribe("dashboard", ["loans"])
        await process.start()
        await process.notice(*(str(place) for place in range(3000)))
        await process.notice("next")
        big, _ = await received(subscription, 2)
        assert len(big.events) == 3000
