"""Messages that fail: they come again, are buried in the end, and hold up only what comes after them."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Awaitable, Callable

from realinsights_platform.errors import Closed, Moved, Unavailable
from realinsights_platform.events import Event, Message
from realinsights_platform.stream.handling import handling
from realinsights_platform.stream.memory import MemoryStream
from realinsights_platform.stream.port import Subscription

PATIENCE = 20


class Noticed(Event, frozen=True, tag="loans.noticed.v1"):
    pass


def a_message(sequence: int, org: str = "acme") -> Message:
    at = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC)
    return Message(service="loans", org=org, sequence=sequence, at=at, business_date=at.date(), events=(Noticed(),))


class Desk:
    """What handles messages: it remembers what it was given, and fails as it is told to."""

    def __init__(self) -> None:
        self.stream = MemoryStream()
        self.subscription: Subscription = self.stream.subscribe("imports", ["loans"])
        self.given: list[tuple[str, int]] = []
        self.paused: list[int] = []
        self.fails: Callable[[Message], Exception | None] = lambda message: None

    async def work(self, message: Message) -> None:
        self.given.append((message.org, message.sequence))
        error = self.fails(message)
        if error is not None:
            raise error

    async def pause(self, failed: int) -> None:
        self.paused.append(failed)
        await asyncio.sleep(0)

    async def handled(self, *messages: Message, attempts: int = 3) -> None:
        """Handle messages until all are settled."""
        settled: Awaitable[object] = await self.stream.publish(messages)
        async with handling(self.subscription, self.work, attempts=attempts, pause=self.pause):
            await asyncio.wait_for(asyncio.ensure_future(settled), PATIENCE)


async def test_are_handled_in_order_and_acknowledged() -> None:
    desk = Desk()
    await desk.handled(a_message(1), a_message(2), a_message(3))
    assert desk.given == [("acme", 1), ("acme", 2), ("acme", 3)]


async def test_come_again_after_growing_pauses_and_hold_up_their_organization_alone() -> None:
    desk = Desk()
    left = [ValueError("once"), ValueError("twice")]
    desk.fails = lambda message: left.pop() if message.org == "acme" and left else None
    await desk.handled(a_message(1), a_message(2), a_message(1, "other"))
    assert [given for given in desk.given if given[0] == "acme"] == [("acme", 1)] * 3 + [("acme", 2)]
    assert desk.given.index(("other", 1)) < desk.given.index(("acme", 2))
    assert desk.paused == [1, 2]


async def test_are_buried_in_the_end_and_what_comes_after_them_goes_on() -> None:
    desk = Desk()
    desk.fails = lambda message: ValueError("It has no name.") if message.sequence == 1 else None
    await desk.handled(a_message(1), a_message(2))
    assert desk.given == [("acme", 1)] * 3 + [("acme", 2)]


async def test_are_never_buried_for_what_they_rest_on_being_away() -> None:
    desk = Desk()
    left = [Unavailable("The database is away.")] * 10
    desk.fails = lambda message: left.pop() if left else None
    await desk.handled(a_message(1))
    assert desk.given == [("acme", 1)] * 11


async def test_of_an_organization_that_moves_wait_for_it_with_longer_and_longer_pauses() -> None:
    desk = Desk()
    desk.fails = lambda message: Moved("It is moving.") if len(desk.given) <= 12 else None
    await desk.handled(a_message(1), attempts=2)
    assert desk.given == [("acme", 1)] * 13
    assert desk.paused == [1, 2, 3, 4, 5, 6, 7, *[8] * 5]


async def test_that_are_under_way_at_the_end_go_to_another_member() -> None:
    desk = Desk()
    begun = asyncio.Event()

    async def forever(message: Message) -> None:
        begun.set()
        await asyncio.Event().wait()

    await desk.stream.publish([a_message(1)])
    async with handling(desk.subscription, forever):
        await asyncio.wait_for(begun.wait(), PATIENCE)
    another = desk.stream.subscribe("imports", ["loans"])
    assert [message.sequence for message in await asyncio.wait_for(another.receive(), PATIENCE)] == [1]


class Breaking:
    """A subscription each of whose calls goes wrong the first time, in a way that nobody foresaw."""

    def __init__(self, subscription: Subscription) -> None:
        self._subscription = subscription
        self.broke: list[str] = []

    def _break_once(self, name: str) -> None:
        if name not in self.broke:
            self.broke.append(name)
            raise RuntimeError("the handler is closed")

    async def receive(self) -> tuple[Message, ...]:
        self._break_once("receive")
        return await self._subscription.receive()

    async def acknowledge(self, service: str, org: str, sequence: int) -> None:
        self._break_once("acknowledge")
        await self._subscription.acknowledge(service, org, sequence)

    async def bury(self, message: Message, error: str) -> None:
        self._break_once("bury")
        await self._subscription.bury(message, error)

    async def close(self) -> None:
        await self._subscription.close()


async def test_go_on_whatever_goes_wrong_with_the_subscription() -> None:
    desk = Desk()
    breaking = Breaking(desk.subscription)
    desk.subscription = breaking
    desk.fails = lambda message: ValueError("It has no name.") if message.sequence == 2 else None
    await desk.handled(a_message(1), a_message(2), a_message(3), attempts=1)
    assert desk.given == [("acme", 1), ("acme", 2), ("acme", 3)]
    assert breaking.broke == ["receive", "acknowledge", "bury"]


async def test_of_an_organization_that_was_deleted_are_done_with_at_once() -> None:
    desk = Desk()
    desk.fails = lambda message: Closed("deleted") if message.org == "acme" else None
    await desk.handled(a_message(1), a_message(2), a_message(1, org="other"))
    assert sorted(desk.given) == [("acme", 1), ("acme", 2), ("other", 1)]
    assert desk.paused == []
