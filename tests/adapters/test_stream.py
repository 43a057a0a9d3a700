"""The specification of the stream port, for every adapter, as a relay feeds it from a journal."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from realinsights_platform.documents.port import Documents
from realinsights_platform.documents.sqlite import SqliteDocuments
from realinsights_platform.events import Event, EventCodec, Message
from realinsights_platform.stream.memory import MemoryStream
from realinsights_platform.stream.port import Stream, Subscription
from realinsights_platform.stream.relay import Relay

TODAY = datetime.date(2026, 1, 31)
PATIENCE = 20
"""Seconds after which a test that waits for something that never comes fails."""


class LoanNoticed(Event, frozen=True, tag="loans.loan.noticed.v1"):
    loan_id: str


class LoanForgotten(Event, frozen=True, tag="loans.loan.forgotten.v1"):
    loan_id: str


CODEC: EventCodec[Event] = EventCodec((LoanNoticed, LoanForgotten))

STREAMS: dict[str, Callable[[], Stream]] = {"memory": lambda: MemoryStream(capacity=20)}
"""A stream that holds twenty messages and events before publishers wait; another adapter is another entry."""


class Process:
    """One life of a process: documents, a stream and the relay between them."""

    def __init__(self, path: Path, stream: Stream) -> None:
        self.documents: Documents = SqliteDocuments(path, service="loans", kinds=[])
        self.stream = stream
        self.relay = Relay(self.documents, stream, CODEC)

    async def notice(self, *loan_ids: str, org: str = "acme") -> int:
        async with self.documents.unit(org=org, actor="ann", business_date=TODAY) as unit:
            for loan_id in loan_ids:
                unit.emit(LoanNoticed(loan_id=loan_id))
        assert unit.sequence is not None
        return unit.sequence

    async def end(self) -> None:
        await self.relay.stop()
        await self.stream.close()
        await self.documents.close()


@pytest.fixture(params=sorted(STREAMS))
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Process]:
    return lambda: Process(tmp_path / "loans.sqlite", STREAMS[request.param]())


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


def places(messages: list[Message]) -> list[tuple[str, int]]:
    return [(message.org, message.sequence) for message in messages]


class TestDelivery:
    async def test_a_message_is_the_journal_entrys_events(self, process: Process) -> None:
        subscription = process.stream.subscribe("dashboard", ["loans"])
        await process.relay.start()
        async with process.documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
            unit.emit(LoanNoticed(loan_id="1"))
            unit.emit(LoanForgotten(loan_id="1"))
        (message,) = await received(subscription, 1)
        (entry,) = await process.documents.journal("acme")
        assert message == Message(
            service="loans",
            org="acme",
            sequence=1,
            at=entry.at,
            business_date=TODAY,
            events=(LoanNoticed(loan_id="1"), LoanForgotten(loan_id="1")),
        )

    async def test_one_organisations_messages_come_in_sequence_whatever_the_others_do(self, process: Process) -> None:
        subscription = process.stream.subscribe("dashboard", ["loans"])
        await process.relay.start()

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
        await process.relay.start()
        await process.notice("1")
        await process.notice("2")
        assert await received(first, 2) == await received(second, 2)

    async def test_a_group_receives_only_the_services_it_named(self, process: Process) -> None:
        other = process.stream.subscribe("audit", ["auth"])
        wanted = process.stream.subscribe("dashboard", ["loans"])
        await process.relay.start()
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
        await process.relay.start()
        assert places(await received(subscription, 5)) == [("acme", sequence) for sequence in range(1, 6)]

    async def test_a_group_that_was_never_there_receives_everything_from_the_start(self, process: Process) -> None:
        first = process.stream.subscribe("dashboard", ["loans"])
        await process.relay.start()
        for place in range(5):
            await process.notice(str(place))
        await received(first, 5)
        await first.acknowledge("loans", "acme", 5)
        late = process.stream.subscribe("notifications", ["loans"])
        assert places(await received(late, 5)) == [("acme", sequence) for sequence in range(1, 6)]
        await process.notice("6")
        assert places(await received(late, 1)) == places(await received(first, 1)) == [("acme", 6)]

    async def test_a_message_published_twice_is_delivered_once_to_who_holds_it(self, process: Process) -> None:
        subscription = process.stream.subscribe("dashboard", ["loans"])
        await process.relay.start()
        await process.notice("1")
        (message,) = await received(subscription, 1)
        await process.stream.publish([message])
        await process.notice("2")
        assert places(await received(subscription, 1)) == [("acme", 2)]


class TestAcknowledgement:
    async def test_what_was_not_acknowledged_comes_again_to_who_joins_again(self, process: Process) -> None:
        subscription = process.stream.subscribe("dashboard", ["loans"])
        await process.relay.start()
        for place in range(6):
            await process.notice(str(place))
        await received(subscription, 6)
        await subscription.acknowledge("loans", "acme", 4)
        await subscription.close()
        await process.notice("while away")
        again = process.stream.subscribe("dashboard", ["loans"])
        assert places(await received(again, 3)) == [("acme", 5), ("acme", 6), ("acme", 7)]

    async def test_settled_is_what_every_group_has_acknowledged(self, process: Process) -> None:
        first = process.stream.subscribe("dashboard", ["loans"])
        second = process.stream.subscribe("notifications", ["loans"])
        await process.relay.start()
        for place in range(4):
            await process.notice(str(place))
        await received(first, 4)
        await received(second, 4)
        assert await process.stream.settled("loans", "acme") == 0
        await first.acknowledge("loans", "acme", 4)
        assert await process.stream.settled("loans", "acme") == 0
        await second.acknowledge("loans", "acme", 3)
        assert await process.stream.settled("loans", "acme") == 3
        await second.acknowledge("loans", "acme", 2)
        assert await process.stream.settled("loans", "acme") == 3
        assert await process.stream.settled("loans", "other") == 0

    async def test_what_was_never_delivered_cannot_be_acknowledged(self, process: Process) -> None:
        subscription = process.stream.subscribe("dashboard", ["loans"])
        await process.relay.start()
        with pytest.raises(ValueError, match="not delivered"):
            await subscription.acknowledge("loans", "acme", 1)

    async def test_a_group_has_one_subscription_at_a_time(self, process: Process) -> None:
        process.stream.subscribe("dashboard", ["loans"])
        with pytest.raises(ValueError, match="dashboard"):
            process.stream.subscribe("dashboard", ["loans"])


class TestNextProcess:
    async def test_goes_on_where_the_groups_had_acknowledged(self, opened: Callable[[], Process]) -> None:
        life = opened()
        first = life.stream.subscribe("dashboard", ["loans"])
        second = life.stream.subscribe("notifications", ["loans"])
        await life.relay.start()
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
        await life.relay.start()
        await life.notice("next")
        assert places(await received(second, 4)) == [("acme", sequence) for sequence in (3, 4, 5, 6)]
        assert places(await received(first, 1)) == [("acme", 6)]
        await life.end()

    async def test_delivers_what_was_committed_and_not_yet_applied(self, opened: Callable[[], Process]) -> None:
        life = opened()
        subscription = life.stream.subscribe("dashboard", ["loans"])
        await life.relay.start()
        for place in range(5):
            await life.notice(str(place), org=f"org{place % 2}")
        await received(subscription, 5)
        await life.end()
        life = opened()
        await life.notice("after", org="org0")
        subscription = life.stream.subscribe("dashboard", ["loans"])
        await life.relay.start()
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

    async def test_brings_a_new_group_everything(self, opened: Callable[[], Process]) -> None:
        life = opened()
        subscription = life.stream.subscribe("dashboard", ["loans"])
        await life.relay.start()
        for place in range(3):
            await life.notice(str(place))
        await received(subscription, 3)
        await subscription.acknowledge("loans", "acme", 3)
        await life.end()
        life = opened()
        old = life.stream.subscribe("dashboard", ["loans"])
        new = life.stream.subscribe("notifications", ["loans"])
        await life.relay.start()
        assert places(await received(new, 3)) == [("acme", 1), ("acme", 2), ("acme", 3)]
        await life.notice("4")
        assert places(await received(old, 1)) == [("acme", 4)]
        await life.end()


class TestPressure:
    async def test_a_lagging_group_holds_the_relay_back_and_loses_nothing(self, process: Process) -> None:
        subscription = process.stream.subscribe("dashboard", ["loans"])
        await process.relay.start()
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
        await process.relay.start()
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
        await process.relay.start()
        await process.notice(*(str(place) for place in range(3000)))
        await process.notice("next")
        big, _ = await received(subscription, 2)
        assert len(big.events) == 3000
