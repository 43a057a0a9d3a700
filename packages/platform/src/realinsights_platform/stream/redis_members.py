"""Members of a group of a Redis stream: what one process receives and has not acknowledged yet."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from typing import Any, Final

import structlog
from redis.exceptions import ResponseError

from realinsights_platform.events import Message
from realinsights_platform.ids import new_id
from realinsights_platform.redis.calls import Away, Calls
from realinsights_platform.stream.carrying import Carrier, weight_of
from realinsights_platform.stream.redis_partitions import Partition
from realinsights_platform.stream.redis_scripts import ACKNOWLEDGE, BEAT, BURY, JOIN, LEAVE, TAKE

_AT_ONCE: Final = 1_000
_MOST_HELD: Final = 20_000
_AWAY_SECONDS: Final = 0.5
_DEATHS: Final = 25
"""So many processes may end while they handle a message; after that it is a dead letter."""

log = structlog.get_logger(__name__)


class _Held:
    """What a member has of one partition: (sequence, id, weight) by organization, in order.

    `ids` are those of all that the server has given it and does not know to be done; `unsent` are done. `unsure` is
    whether an answer was lost: then the server may have given it more than it knows.
    """

    def __init__(self) -> None:
        self.messages: dict[str, deque[tuple[int, bytes, int]]] = {}
        self.ids: set[bytes] = set()
        self.unsent: list[bytes] = []
        self.unsure = False
        self.asked_at = float("-inf")


class RedisSubscription:
    """A member of a group of a `RedisStream`.

    A partition is one member's from the moment it takes a message of it until it has acknowledged all that it took.
    No member takes on more than its share of the partitions; what it has above that it gives up as it acknowledges.
    """

    def __init__(
        self,
        calls: Calls,
        carrier: Carrier,
        *,
        group: str,
        partitions: Sequence[Partition],
        tags: Collection[str] | None,
        capacity: int,
        silent_seconds: float,
        left: Callable[[RedisSubscription], None],
    ) -> None:
        self.stops: list[Callable[[], None]] = []
        self._calls = calls
        self._carrier = carrier
        self._group = group
        self._name = new_id()
        self._partitions = partitions
        self._tags = None if tags is None else {tag.encode() for tag in tags}
        self._capacity = capacity
        self._silent = silent_seconds
        self._left = left
        self._held: dict[Partition, _Held] = {}
        self._marked: set[Partition] = set(partitions)
        self._notice = asyncio.Event()
        self._closed = False
        self._members = 1
        self._holding = 0
        self._looked_at = float("-inf")
        self._joining = asyncio.create_task(self._join_all(), name=f"joining {group}")

    async def joined(self) -> None:
        """Wait until the group receives what is published."""
        await asyncio.shield(self._joining)

    def noticing(self, service: str) -> Callable[[bytes], None]:
        """Return what takes in that a partition of the service has something new.

        Where it is told with which tags, and none of them is the group's, the next look at all of them is soon enough.
        """
        of_service = {b"%d" % one.number: one for one in self._partitions if one.service == service}

        def receive(message: bytes) -> None:
            number, _, tags = message.partition(b" ")
            partition = of_service.get(number)
            if partition is not None and not (tags and self._tags and self._tags.isdisjoint(tags.split())):
                self._marked.add(partition)
                self._notice.set()

        return receive

    def look_again(self) -> None:
        """Look into every partition: something may have been said while nobody heard it."""
        self._marked.update(self._partitions)
        self._notice.set()

    async def receive(self) -> tuple[Message, ...]:
        """Wait for and return the next messages; none once it is closed."""
        await self._until_closed(self._joining)
        while not self._closed:
            self._notice.clear()
            messages = await self._look()
            if messages:
                return messages
            if self._may_take_more():
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(self._silent / 3):
                    await self._notice.wait()
        return ()

    async def acknowledge(self, service: str, org: str, sequence: int) -> None:
        """Say that everything up to this sequence is durably done."""
        for partition, held in [*self._held.items()]:
            messages = held.messages.get(org)
            if partition.service != service or messages is None or self._closed:
                continue
            for _ in range(_up_to(messages, sequence)):
                _, name, weight = messages.popleft()
                self._holding -= weight
                held.unsent.append(name)
            if not messages:
                del held.messages[org]
            await self._send(partition, held)
            if self._marked:
                self._notice.set()  # there may be room again

    async def bury(self, message: Message, error: str) -> None:
        """Put a message that cannot be handled aside, as a dead letter, and go on with the next."""
        for partition, held in [*self._held.items()]:
            messages = held.messages.get(message.org)
            if partition.service != message.service or messages is None or self._closed:
                continue
            for one in [one for one in messages if one[0] == message.sequence]:
                if await self._bury(partition, one[1], error, 1):
                    messages.remove(one)
                    held.ids.discard(one[1])
                    self._holding -= one[2]
            if not messages:
                del held.messages[message.org]

    async def close(self) -> None:
        """Leave the group; what was not acknowledged goes to another member, or to the next one that joins."""
        if self._closed:
            return
        self._closed = True
        self._notice.set()
        self._left(self)
        for stop in self.stops:
            stop()
        if not self._joining.done():
            self._joining.cancel()
            await asyncio.wait((self._joining,))
        await asyncio.gather(*(self._leave(partition) for partition in self._partitions))

    async def _leave(self, partition: Partition) -> None:
        held = self._held.get(partition)
        if held is not None and held.unsent:
            await self._send(partition, held)
        with suppress(Away):  # it is taken for dead before long
            await self._run(LEAVE, partition, self._group, self._name, partition.channel, partition.number)

    async def _until_closed(self, work: asyncio.Task[None]) -> None:
        while not (work.done() or self._closed):
            self._notice.clear()
            noticing = asyncio.ensure_future(self._notice.wait())
            await asyncio.wait((work, noticing), return_when=asyncio.FIRST_COMPLETED)
            noticing.cancel()

    async def _join_all(self) -> None:
        await asyncio.gather(*(self._join(partition, "$") for partition in self._partitions))

    async def _join(self, partition: Partition, begin: str) -> None:
        while True:
            try:
                told = (self._group, begin, self._name, round(self._silent * 1000))
                self._members = max(self._members, await self._run(JOIN, partition, *told))
            except Away:
                await asyncio.sleep(_AWAY_SECONDS * random.uniform(0.5, 1.0))  # noqa: S311 - it keeps no secret
            else:
                return

    async def _look(self) -> tuple[Message, ...]:
        """Take what there is in partitions of which something was heard, and look for more once in a while."""
        now = time.monotonic()
        if now - self._looked_at >= self._silent / 3:
            self._looked_at = now
            await self._beat()
        surplus, room = self._share()
        taking = []
        for partition in self._in_turn():
            held = self._held.get(partition)
            own = self._is_held(partition)
            may = self._holding < _MOST_HELD and (partition not in surplus if own else room > 0)
            due = held is not None and (bool(held.unsent) or (own and now - held.asked_at >= self._silent / 3))
            if not (due or (may and partition in self._marked)):
                continue
            if may:
                self._marked.discard(partition)
                room -= not own
            taking.append(self._take(partition, may=may))
        found = await asyncio.gather(*taking)
        return tuple(message for messages in found for message in messages)

    async def _beat(self) -> None:
        """Say that it lives, and mark the partitions of which it holds nothing where there is something for it."""
        free = [one for one in self._partitions if not self._is_held(one)]
        # Only one server's keys can be asked for together.
        together = [[one] for one in free] if self._calls.url.kind == "cluster" else [free] if free else []
        for told in await asyncio.gather(*(self._beat_of(partitions) for partitions in together)):
            self._members = max(1, told)

    async def _beat_of(self, partitions: Sequence[Partition]) -> int:
        first, *others = [key for one in partitions for key in (one.stream, one.state)]
        told = (self._group, self._name, round(self._silent * 1000))
        try:
            members, found = await self._calls.run(BEAT, first, *told, others=(*others,))
        except Away:
            self._marked.update(partitions)
            return self._members
        self._marked.update(one for one, look in zip(partitions, found, strict=True) if look)
        return int(members)

    def _share(self) -> tuple[set[Partition], int]:
        """Return which partitions it has above its share, and how many it may take on."""
        share = -(-len(self._partitions) // max(1, self._members))
        mine = [one for one in self._partitions if self._is_held(one)]
        return set(mine[share:]), max(0, share - len(mine))

    def _may_take_more(self) -> bool:
        surplus, room = self._share()
        return self._holding < _MOST_HELD and any(
            one not in surplus if self._is_held(one) else room > 0 for one in self._marked
        )

    def _in_turn(self) -> list[Partition]:
        # Begun elsewhere each time: where there is no room for all, none is always the last.
        first = random.randrange(len(self._partitions))  # noqa: S311 - it keeps no secret
        return [*self._partitions[first:], *self._partitions[:first]]

    def _is_held(self, partition: Partition) -> bool:
        held = self._held.get(partition)
        return held is not None and bool(held.messages)

    async def _take(self, partition: Partition, *, may: bool) -> Sequence[Message]:
        held = self._held.setdefault(partition, _Held())
        if held.unsent:
            await self._send(partition, held)
        try:
            whose, self._members, more, told = await self._run(
                TAKE,
                partition,
                self._group,
                self._name,
                round(self._silent * 1000),
                _AT_ONCE,
                partition.channel,
                partition.number,
                self._capacity,
                1 if may else 0,
                "" if self._tags is None else b" ".join(self._tags),
                1 if held.unsure else 0,
            )
        except Away:
            held.unsure = True
            await asyncio.sleep(_AWAY_SECONDS * random.uniform(0.5, 1.0))  # noqa: S311 - it keeps no secret
            self._marked.add(partition)
            return ()
        except ResponseError as error:
            if not str(error).startswith("NOGROUP"):
                raise
            # The server has lost what it had: what was published since then is there.
            log.warning("stream.group.lost", group=self._group, service=partition.service, partition=partition.number)
            self._forget(held)
            await self._join(partition, "0")
            self._marked.add(partition)
            return ()
        held.asked_at, held.unsure = time.monotonic(), False
        if whose != 1:
            self._forget(held)
        if more:
            self._marked.add(partition)
        return await self._taken(partition, held, told)

    async def _taken(self, partition: Partition, held: _Held, told: Sequence[Any]) -> Sequence[Message]:
        messages = []
        for name, sequence, data, times, replayed in told:
            if name in held.ids:
                continue  # it comes again since an answer was lost, and is in hand
            if times > _DEATHS:
                await self._surely_bury(partition, name, f"{times - 1} processes ended while they had it.", times)
                continue
            try:
                message = self._carrier.unpack(data)
            except (ValueError, KeyError) as error:
                await self._surely_bury(partition, name, f"It cannot be read: {error}", times)
                continue
            held.ids.add(name)
            waiting = held.messages.setdefault(message.org, deque())
            if waiting and waiting[-1][0] >= int(sequence) and not replayed:
                held.unsent.append(name)  # it came twice, and is in hand
                continue
            weight = weight_of(message)
            waiting.append((message.sequence, name, weight))
            self._holding += weight
            messages.append(message)
        if held.unsent:
            await self._send(partition, held)
        return messages

    def _forget(self, held: _Held) -> None:
        self._holding -= sum(weight for messages in held.messages.values() for _, _, weight in messages)
        held.messages.clear()
        held.ids.clear()
        held.unsent.clear()

    async def _send(self, partition: Partition, held: _Held) -> None:
        """Acknowledge what is done; while Redis is away that waits for the next look."""
        sending, held.unsent = held.unsent, []
        if not sending:
            return
        try:
            await self._run(
                ACKNOWLEDGE, partition, self._group, self._name, partition.channel, partition.number, *sending
            )
        except BaseException as error:
            held.unsent[:0] = sending
            if not isinstance(error, Away):
                raise
        else:
            held.ids.difference_update(sending)

    async def _surely_bury(self, partition: Partition, name: bytes, error: str, times: int) -> None:
        buried = False
        while not (buried or self._closed):
            buried = await self._bury(partition, name, error, times)
            await asyncio.sleep(0 if buried else _AWAY_SECONDS)

    async def _bury(self, partition: Partition, name: bytes, error: str, times: int) -> bool:
        told = (self._group, self._name, partition.channel, partition.number, name, error[:2_000], times)
        try:
            buried = await self._run(BURY, partition, *told)
        except Away:
            return False
        if buried:
            log.error("stream.buried", group=self._group, service=partition.service, reason=error)
        return True  # another member has it by now, and does it again, where it was not buried

    async def _run(self, script: Any, partition: Partition, *arguments: Any) -> Any:
        return await self._calls.run(script, partition.stream, *arguments, others=partition.keys)


def _up_to(messages: Iterable[tuple[int, bytes, int]], sequence: int) -> int:
    """Return how many were delivered up to this one; what was replayed comes after later ones."""
    before = 0
    for number, (one, _, _) in enumerate(messages, 1):
        if one == sequence:
            return number
        if one < sequence and before == number - 1:
            before = number
    return before
