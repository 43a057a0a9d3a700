"""The read model: organizations' columns in memory, fed by messages, kept as snapshots, asked by many."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog

from realinsights.dashboard.model.columns import Columns
from realinsights.dashboard.service.journal import EventJournal
from realinsights.dashboard.service.residents import (
    HEAVY_LOANS,
    Resident,
    Subscriptions,
    apply,
    in_thread,
)
from realinsights.dashboard.store.layout import pack_facts, pack_portfolio
from realinsights.dashboard.store.snapshots import Packed, Snapshots
from realinsights_platform.events import Message
from realinsights_platform.stream.port import Subscription

T = TypeVar("T")

MEMORY = 256 * 1024 * 1024
"""How many bytes of columns stay in memory by default."""

IDLE_SECONDS = 5.0
LONGEST_SECONDS = 60.0
SMALLEST_BACKLOG = 5_000
_LOOK_SECONDS = 1.0

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Place:
    """Where the stream and the snapshots stand for an organization, in sequences of the loans journal."""

    delivered: int = 0
    saved: int = 0
    acknowledged: int = 0


class Engine:
    """Keeps every organization's columns up to date and answers questions about them.

    A snapshot is taken once an organization has been quiet for `IDLE_SECONDS`, has waited for `LONGEST_SECONDS`, or
    has changed about as much as it holds. Only what a snapshot holds is acknowledged to the stream.
    """

    def __init__(
        self, *, snapshots: Snapshots, journal: EventJournal, subscriptions: Subscriptions, memory: int = MEMORY
    ) -> None:
        self._snapshots = snapshots
        self.journal = journal
        self.subscriptions = subscriptions
        self._memory = memory
        self._residents: OrderedDict[str, Resident] = OrderedDict()
        self._heads: dict[str, int] = {}
        self._waiting: dict[str, set[asyncio.Future[None]]] = {}
        self._saving: dict[str, asyncio.Lock] = {}
        self._shared: dict[tuple[str, Hashable], asyncio.Task[Any]] = {}
        self._places: dict[str, _Place] = {}
        self._subscription: Subscription | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def head(self, org: str) -> int:
        """Return how many of the organization's loans entries the answers show: their version."""
        return self._heads.get(org, 0)

    async def caught_up(self, org: str, sequence: int) -> None:
        """Wait until the answers show the organization's loans as of a sequence; the caller bounds the wait."""
        if org not in self._heads:
            async with self._resident(org):
                pass  # what nobody has asked for yet is not in memory
        while self.head(org) < sequence:
            await self.changed(org, after=self.head(org))

    async def current(self, org: str, *, at_least: int = 0) -> int:
        """Return the version that the answers show, once it is at least this one; the caller bounds the wait."""
        await self.caught_up(org, at_least)
        return self.head(org)

    async def changed(self, org: str, *, after: int) -> int:
        """Wait until the answers show more than `after`; return the sequence they show."""
        while self.head(org) <= after:
            arrival = asyncio.get_running_loop().create_future()
            waiting = self._waiting.setdefault(org, set())
            waiting.add(arrival)
            try:
                await arrival
            finally:
                waiting.discard(arrival)
                if not waiting and self._waiting.get(org) is waiting:
                    del self._waiting[org]
        return self.head(org)

    async def ask(
        self, org: str, question: Callable[[Columns, int], T], *, alike: Hashable = None, long: bool = False
    ) -> T:
        """Return the answer of a pure function of the columns and the sequence they show.

        Questions that are `alike` and wait for their turn together get one answer: it is begun after the last of them
        was asked. A `long` question keeps nobody else waiting, however few the loans: a history has hundreds of months.
        """
        if alike is None:
            return await self._answer(org, question, long=long)
        key = (org, alike)
        shared = self._shared.get(key)
        if shared is None:
            shared = asyncio.create_task(self._answer(org, question, long=long, shared=key))
            self._shared[key] = shared
        # One who asks no more does not take the answer from the others.
        answer: T = await asyncio.shield(shared)
        return answer

    async def _answer(
        self,
        org: str,
        question: Callable[[Columns, int], T],
        *,
        long: bool,
        shared: tuple[str, Hashable] | None = None,
    ) -> T:
        with contextlib.ExitStack() as waiting:
            if shared is not None:
                waiting.callback(self._shared.pop, shared)
            async with self._resident(org) as (resident, columns):
                waiting.close()
                sequence = resident.applied
                if columns.count < HEAVY_LOANS and not long:
                    return question(columns, sequence)
                return await in_thread(lambda: question(columns, sequence))

    async def receive(self, *messages: Message) -> None:
        """Apply messages of one organization that were not applied; what is missing before is read from the journal."""
        org = messages[0].org
        # All of them in one turn: with one each, those who ask in between would hold up what comes after.
        async with self._resident(org) as (resident, columns):
            for message in messages:
                if message.sequence <= resident.applied:
                    continue
                if message.sequence == resident.applied + 1:
                    await self._apply(resident, columns, message)
                    continue
                log.warning("dashboard.gap", org=org, applied=resident.applied, received=message.sequence)
                await self._replay(resident, columns)

    async def replace(self, org: str, columns: Columns, sequence: int) -> None:
        """Put other columns, which show the loans as of a sequence, in the place of an organization's own."""
        log.error("dashboard.replaced", org=org, sequence=sequence)
        async with self._resident(org) as (resident, _):
            resident.applied, resident.saved, resident.saved_facts = sequence, 0, -1
            await self._replay(resident, columns)
            resident.columns = columns
            self._show(resident)
        await self._save(resident)

    @asynccontextmanager
    async def running(self, subscription: Subscription) -> AsyncIterator[None]:
        """Follow the stream and take snapshots until the context is left."""
        await self.start(subscription)
        try:
            yield
        finally:
            await self.stop()

    async def start(self, subscription: Subscription) -> None:
        """Follow the stream and take snapshots until `stop`."""
        self._subscription = subscription
        self._tasks = [
            asyncio.create_task(self._follow(subscription), name="dashboard follows the loans"),
            asyncio.create_task(self._keep(), name="dashboard snapshots"),
        ]

    async def stop(self) -> None:
        """Take the last snapshots, acknowledge them and leave the stream."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._tasks = []
        try:
            await self.save_all()
        finally:
            if self._subscription is not None:
                await self._subscription.close()
                self._subscription = None

    @property
    def resident(self) -> tuple[str, ...]:
        """The organizations in memory, the one asked for or changed longest ago first."""
        return tuple(self._residents)

    async def save_all(self) -> None:
        """Take a snapshot of every organization that changed since its last."""
        for resident in [*self._residents.values()]:
            if resident.dirty:
                await self._save(resident)

    async def trim(self) -> None:
        """Let go of the columns that were asked for or changed longest ago, beyond the memory allowed."""
        held = sum(_size(resident) for resident in self._residents.values())
        for resident in [*self._residents.values()][:-1]:
            if held <= self._memory:
                return
            if resident.dirty:
                await self._save(resident)
            # While it was saved, it may have gone, changed or been asked for.
            if self._residents.get(resident.org) is resident and not resident.dirty and not resident.lock.locked():
                held -= _size(resident)
                del self._residents[resident.org]

    async def _follow(self, subscription: Subscription) -> None:
        while messages := await subscription.receive():
            by_org: dict[str, list[Message]] = {}
            for message in messages:
                by_org.setdefault(message.org, []).append(message)
            for org, own in by_org.items():
                place = self._places.setdefault(org, _Place())
                place.delivered = max(place.delivered, own[-1].sequence)
                try:
                    await self.receive(*own)
                    await self._acknowledge(org)
                except Exception:
                    # The others go on; this organization is read anew from its journal when it is next asked for.
                    log.exception("dashboard.failed", org=org, sequence=own[-1].sequence)

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            now = loop.time()
            for resident in [*self._residents.values()]:
                try:
                    if _due(resident, now):
                        await self._save(resident)
                except Exception:
                    log.exception("dashboard.snapshot.failed", org=resident.org)
            await self.trim()

    @asynccontextmanager
    async def _resident(self, org: str) -> AsyncGenerator[tuple[Resident, Columns], None]:
        while True:
            resident = self._residents.get(org)
            if resident is None:
                resident = self._residents[org] = Resident(org)
            self._residents.move_to_end(org)
            async with resident.lock:
                if self._residents.get(org) is not resident:
                    continue  # let go of while we waited
                try:
                    columns = resident.columns or await self._load(resident)
                    yield resident, columns
                except BaseException:
                    if resident.columns is None:
                        self._residents.pop(org, None)
                    raise
                return

    async def _load(self, resident: Resident) -> Columns:
        loaded = await self._snapshots.load(resident.org)
        columns = Columns()
        if loaded is not None:
            columns, snapshot = loaded
            resident.applied = resident.saved = snapshot.applied
            self._places.setdefault(resident.org, _Place()).saved = snapshot.applied
            resident.saved_facts = columns.facts_changed
        await self._replay(resident, columns)
        resident.columns = columns
        self._show(resident)
        return columns

    async def _replay(self, resident: Resident, columns: Columns) -> None:
        messages: AsyncIterator[Message] = self.journal.after(resident.org, resident.applied)
        async for message in messages:
            await self._apply(resident, columns, message)

    async def _apply(self, resident: Resident, columns: Columns, message: Message) -> None:
        try:
            await apply(columns, message, self.subscriptions)
        except BaseException:
            # Perhaps half of it was applied: forget all and begin again from what is stored.
            resident.columns = None
            self._residents.pop(resident.org, None)
            raise
        now = asyncio.get_running_loop().time()
        resident.applied = message.sequence
        resident.business_date = message.business_date
        resident.changes += 1 + len(message.events)
        resident.last_change = now
        if resident.first_change is None:
            resident.first_change = now
        if resident.columns is not None:
            self._show(resident)

    def _show(self, resident: Resident) -> None:
        self._heads[resident.org] = max(resident.applied, self._heads.get(resident.org, 0))
        for arrival in self._waiting.pop(resident.org, ()):
            if not arrival.done():
                arrival.set_result(None)

    async def _save(self, resident: Resident) -> None:
        async with self._saving.setdefault(resident.org, asyncio.Lock()):
            async with resident.lock:
                columns = resident.columns
                if columns is None or not resident.dirty:
                    return
                facts_changed = columns.facts_changed
                whole = facts_changed != resident.saved_facts or not resident.saved
                applied, business_date = resident.applied, resident.business_date
                resident.changes, resident.first_change = 0, None
                packed = await in_thread(
                    lambda: Packed(applied, pack_portfolio(columns), pack_facts(columns) if whole else None)
                )
            await self._snapshots.save(resident.org, packed, business_date=business_date)
            resident.saved, resident.saved_facts = applied, facts_changed
            self._places.setdefault(resident.org, _Place()).saved = applied
        await self._acknowledge(resident.org)

    async def _acknowledge(self, org: str) -> None:
        place = self._places.get(org)
        if place is None or self._subscription is None:
            return
        # Read from the journal, more may be saved than the stream has delivered.
        reached = min(place.saved, place.delivered)
        if reached > place.acknowledged:
            place.acknowledged = reached
            await self._subscription.acknowledge("loans", org, reached)


def _size(resident: Resident) -> int:
    return 0 if resident.columns is None else resident.columns.nbytes


def _due(resident: Resident, now: float) -> bool:
    if not resident.dirty or resident.columns is None or resident.first_change is None:
        return False
    return (
        now - resident.last_change >= IDLE_SECONDS
        or now - resident.first_change >= LONGEST_SECONDS
        or resident.changes >= max(SMALLEST_BACKLOG, resident.columns.count // 2)
    )
