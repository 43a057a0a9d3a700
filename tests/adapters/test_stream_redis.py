"""What the stream in Redis promises beyond the port: who takes over, what is kept, and where poison goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from realinsights_platform.events import Event, EventCodec
from realinsights_platform.ids import new_id
from realinsights_platform.redis.urls import RedisUrl, read_url
from realinsights_platform.stream.redis import RedisStream
from realinsights_platform.stream.redis_dead import DeadLetter, DeadLetters
from realinsights_platform.stream.redis_partitions import partition_of, partitions_of

from .test_stream import CODEC, PATIENCE, REDIS, LoanForgotten, LoanNoticed, a_message, places, received


class Redis:
    """An installation's Redis, as several processes open it; what one of them does to the time of a group."""

    def __init__(self, url: RedisUrl) -> None:
        self.url = url
        self._opened: list[RedisStream] = []

    def stream(self, codec: EventCodec[Any] = CODEC, **options: Any) -> RedisStream:
        stream = RedisStream(self.url, {"loans": codec}, **options)
        self._opened.append(stream)
        return stream

    @property
    def client(self) -> Any:
        return (self._opened or [self.stream()])[0].calls.client

    async def passes(self, seconds: float, group: str, org: str = "acme") -> None:
        """Let time pass for the members of a group: what was heard of them is so much longer ago."""
        state = partition_of(self.url, "loans", org).state
        for name, value in (await self.client.hgetall(state)).items():
            if name.startswith((b"until:" + group.encode(), b"seen:" + group.encode())):
                await self.client.hset(state, name, int(value) - round(seconds * 1000))

    async def kept(self, org: str = "acme") -> int:
        """Return how many messages the organization's partition holds."""
        return int(await self.client.xlen(partition_of(self.url, "loans", org).stream))

    async def lose_everything(self) -> None:
        for partition in partitions_of(self.url, "loans"):
            await self.client.delete(partition.stream, partition.state, partition.dead)

    async def close(self) -> None:
        for stream in self._opened:
            await stream.close()


@pytest.fixture(params=sorted(REDIS))
async def redis(request: pytest.FixtureRequest) -> AsyncIterator[Redis]:
    url = request.getfixturevalue(REDIS[request.param])
    opened = Redis(read_url(f"{url}?prefix=test-{new_id()}&timeout={PATIENCE}"))
    yield opened
    await opened.close()


@pytest.fixture
async def dead(redis: Redis) -> AsyncIterator[DeadLetters]:
    opened = DeadLetters(redis.url, ["loans"])
    yield opened
    await opened.close()


async def letters(dead: DeadLetters) -> list[DeadLetter]:
    return [letter async for letter in dead.all()]


def orgs_of(redis: Redis, count: int) -> list[str]:
    """Return organizations of as many different partitions."""
    found: dict[int, str] = {}
    number = 0
    while len(found) < count:
        found.setdefault(partition_of(redis.url, "loans", f"org-{number}").number, f"org-{number}")
        number += 1
    return [*found.values()]


class TestMembers:
    async def test_that_die_are_replaced_and_can_acknowledge_no_more(self, redis: Redis) -> None:
        dying, living = redis.stream(), redis.stream()
        dead = dying.subscribe("imports", ["loans"])
        await dying.publish([a_message(1), a_message(2)])
        assert places(await received(dead, 2)) == [("acme", 1), ("acme", 2)]
        alive = living.subscribe("imports", ["loans"])
        waiting = asyncio.create_task(received(alive, 2))
        await redis.passes(10, "imports")
        alive.look_again()
        assert places(await waiting) == [("acme", 1), ("acme", 2)]
        await dead.acknowledge("loans", "acme", 2)
        await dead.bury(a_message(1), "It is late.")
        await alive.close()
        again = living.subscribe("imports", ["loans"])
        assert places(await received(again, 2)) == [("acme", 1), ("acme", 2)], "nobody has acknowledged them"

    async def test_share_the_partitions_and_give_up_what_is_above_their_share(self, redis: Redis) -> None:
        stream = redis.stream()
        orgs = orgs_of(redis, redis.url.partitions)
        here = stream.subscribe("imports", ["loans"])
        await here.joined()
        there = redis.stream().subscribe("imports", ["loans"])
        await there.joined()
        await stream.publish([a_message(1, org=org) for org in orgs])
        assert len(await received(here, len(orgs))) == len(orgs), "nobody else asks"
        for org in orgs:
            await here.acknowledge("loans", org, 1)
        waiting = asyncio.create_task(received(there, len(orgs) // 2))
        await stream.publish([a_message(2, org=org) for org in orgs])
        mine = {message.org for message in await received(here, len(orgs) // 2)}
        theirs = {message.org for message in await waiting}
        assert len(mine) == len(theirs) == len(orgs) // 2
        assert mine | theirs == {*orgs}

    async def test_look_only_where_something_is_wanted(self, redis: Redis) -> None:
        reading, publishing = redis.stream(silent_seconds=600.0), redis.stream()
        member = reading.subscribe("imports", ["loans"], [LoanForgotten])
        for sequence in (1, 2):  # by then it has looked everywhere, and hears what is published
            await member.joined()
            await publishing.publish([a_message(sequence, LoanForgotten(loan_id="1"))])
            assert places(await received(member, 1)) == [("acme", sequence)]
            await member.acknowledge("loans", "acme", sequence)
        before = reading.calls.asked
        waiting = asyncio.create_task(received(member, 1))
        for sequence in range(3, 21):
            await publishing.publish([a_message(sequence)])
        await publishing.publish([a_message(21, LoanForgotten(loan_id="1"))])
        assert places(await waiting) == [("acme", 21)]
        assert reading.calls.asked == before + 1

    async def test_find_by_themselves_what_a_dead_member_held(self, redis: Redis) -> None:
        dead = redis.stream().subscribe("imports", ["loans"])
        alive = redis.stream(silent_seconds=0.6).subscribe("imports", ["loans"])
        await asyncio.gather(dead.joined(), alive.joined())
        await redis.stream().publish([a_message(1)])
        await received(dead, 1)
        waiting = asyncio.create_task(received(alive, 1))
        await redis.passes(10, "imports")
        assert places(await waiting) == [("acme", 1)]

    async def test_do_not_hold_up_who_publishes_what_they_do_not_want(self, redis: Redis) -> None:
        member = redis.stream(silent_seconds=600.0).subscribe("imports", ["loans"], [LoanForgotten])
        await member.joined()
        waiting = asyncio.create_task(received(member, 1))
        publishing = redis.stream(capacity=10, silent_seconds=600.0)
        async with asyncio.timeout(PATIENCE):
            for sequence in range(1, 101):
                await publishing.publish([a_message(sequence)])
        assert not waiting.done()
        waiting.cancel()

    async def test_who_stood_still_for_long_forgets_what_others_have_by_now(self, redis: Redis) -> None:
        here = redis.stream().subscribe("imports", ["loans"])
        there = redis.stream().subscribe("imports", ["loans"])
        await asyncio.gather(here.joined(), there.joined())
        await redis.stream().publish([a_message(1)])
        await received(here, 1)
        waiting = asyncio.create_task(received(there, 1))
        await redis.passes(10, "imports")
        there.look_again()
        assert places(await waiting) == [("acme", 1)]
        here.look_again()
        still = asyncio.create_task(here.receive())
        await there.acknowledge("loans", "acme", 1)
        await redis.stream().publish([a_message(2)])
        await there.close()
        assert places([*await asyncio.wait_for(still, PATIENCE)]) == [("acme", 2)]


class TestKeeping:
    async def test_removes_nothing_that_a_group_has_not_acknowledged_and_everything_else(self, redis: Redis) -> None:
        stream = redis.stream()
        quick = stream.subscribe("dashboard", ["loans"])
        slow = stream.subscribe("imports", ["loans"])
        await stream.publish([a_message(sequence) for sequence in range(1, 301)])
        await received(quick, 300)
        await quick.acknowledge("loans", "acme", 300)
        assert await redis.kept() == 300
        await received(slow, 300)
        await slow.acknowledge("loans", "acme", 200)
        assert await redis.kept() == 100
        await slow.acknowledge("loans", "acme", 300)
        assert await redis.kept() == 0

    async def test_keeps_everything_for_a_group_that_is_away_and_waits_once_it_is_too_much(self, redis: Redis) -> None:
        stream = redis.stream(most=5)
        await stream.subscribe("imports", ["loans"]).joined()
        absent = stream.subscribe("imports", ["loans"])
        await absent.joined()
        for member in [*stream._members]:
            await member.close()
        publishing = asyncio.create_task(stream.publish([a_message(sequence) for sequence in range(1, 9)]))
        back = redis.stream().subscribe("imports", ["loans"])
        first = await received(back, 5)
        assert places(first) == [("acme", sequence) for sequence in range(1, 6)]
        assert not publishing.done()
        await back.acknowledge("loans", "acme", 5)
        assert places(await received(back, 3)) == [("acme", sequence) for sequence in range(6, 9)]
        await asyncio.wait_for(publishing, PATIENCE)

    async def test_goes_on_after_the_server_has_lost_everything(self, redis: Redis) -> None:
        stream = redis.stream()
        subscription = stream.subscribe("dashboard", ["loans"])
        await stream.publish([a_message(1)])
        await received(subscription, 1)
        await redis.lose_everything()
        await stream.publish([a_message(2)])
        assert places(await received(subscription, 1)) == [("acme", 2)]
        await subscription.acknowledge("loans", "acme", 2)
        await stream.publish([a_message(3)])
        assert places(await received(subscription, 1)) == [("acme", 3)]

    async def test_gives_a_partition_its_own_node_of_a_cluster(self, redis: Redis) -> None:
        if redis.url.kind == "one":
            return
        stream = redis.stream()
        await stream.publish([a_message(1, org=org) for org in orgs_of(redis, redis.url.partitions)])
        nodes = {redis.client.get_node_from_key(one.stream).port for one in partitions_of(redis.url, "loans")}
        assert len(nodes) == len(redis.url.hosts)


class TestDeadLetters:
    async def test_are_told_with_the_error_and_the_group_goes_on(self, redis: Redis, dead: DeadLetters) -> None:
        stream = redis.stream()
        subscription = stream.subscribe("imports", ["loans"])
        await stream.publish([a_message(1), a_message(2)])
        poisoned, _ = await received(subscription, 2)
        await subscription.bury(poisoned, "It has no name.")
        await subscription.acknowledge("loans", "acme", 2)
        assert await redis.kept() == 0
        (letter,) = await letters(dead)
        assert (letter.group, letter.service, letter.org, letter.sequence) == ("imports", "loans", "acme", 1)
        assert (letter.events, letter.error) == (("loans.loan.noticed.v1",), "It has no name.")
        assert await dead.one(letter.id) == letter
        assert msgspec.json.decode(letter.message)[:3] == ["loans", "acme", 1]

    async def test_come_again_to_their_group_alone_when_they_are_replayed(
        self, redis: Redis, dead: DeadLetters
    ) -> None:
        stream = redis.stream()
        imports = stream.subscribe("imports", ["loans"])
        dashboard = stream.subscribe("dashboard", ["loans"])
        await stream.publish([a_message(1), a_message(2)])
        poisoned, _ = await received(imports, 2)
        await received(dashboard, 2)
        await dashboard.acknowledge("loans", "acme", 2)
        await imports.bury(poisoned, "It has no name.")
        (letter,) = await letters(dead)
        assert await dead.replay(letter.id)
        assert not await dead.replay(letter.id)
        assert places(await received(imports, 1)) == [("acme", 1)], "while the second is in hand"
        await imports.acknowledge("loans", "acme", 1)
        assert await letters(dead) == []
        await stream.publish([a_message(3)])
        assert places(await received(dashboard, 1)) == [("acme", 3)]
        await imports.close()
        again = stream.subscribe("imports", ["loans"])
        assert places(await received(again, 1)) == [("acme", 3)], "all before it was done"

    async def test_can_be_dropped(self, redis: Redis, dead: DeadLetters) -> None:
        stream = redis.stream()
        subscription = stream.subscribe("imports", ["loans"])
        await stream.publish([a_message(1)])
        (poisoned,) = await received(subscription, 1)
        await subscription.bury(poisoned, "It has no name.")
        (letter,) = await letters(dead)
        assert await dead.drop(letter.id)
        assert not await dead.drop(letter.id)
        assert await letters(dead) == []
        assert await dead.one("loans.99:1-0") is None
        assert await dead.one("nonsense") is None

    async def test_are_what_cannot_be_read(self, redis: Redis, dead: DeadLetters) -> None:
        newer = redis.stream()
        older = redis.stream(EventCodec[Event]((LoanNoticed,)))
        subscription = older.subscribe("imports", ["loans"])
        await subscription.joined()
        await newer.publish([a_message(1, LoanForgotten(loan_id="1")), a_message(2)])
        assert places(await received(subscription, 1)) == [("acme", 2)]
        (letter,) = await letters(dead)
        assert "loans.loan.forgotten.v1" in letter.error

    async def test_are_what_every_process_ended_over_but_not_what_was_handed_back(
        self, redis: Redis, dead: DeadLetters
    ) -> None:
        stream = redis.stream()
        first = stream.subscribe("imports", ["loans"])
        await stream.publish([a_message(1), a_message(2)])
        await received(first, 2)
        for _ in range(30):
            await first.close()
            first = stream.subscribe("imports", ["loans"])
            assert places(await received(first, 2)) == [("acme", 1), ("acme", 2)], "they were handed back"
        await first.acknowledge("loans", "acme", 1)
        for _ in range(25):
            assert await letters(dead) == []
            await redis.passes(10, "imports")
            following = stream.subscribe("imports", ["loans"])
            await stream.publish([a_message(3)])
            await received(following, 1)
        (letter,) = await letters(dead)
        assert letter.sequence == 2
        assert letter.error == "25 processes ended while they had it."
