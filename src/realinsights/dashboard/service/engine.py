"""The read model: organizations' columns in memory, brought up to date when they are asked, kept as snapshots."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import structlog

from realinsights.dashboard.model.columns import Columns
from realinsights.dashboard.service.journal import EventJournal
from realinsights.dashboard.service.residents import (
    HEAVY_EVENTS,
    HEAVY_LOANS,
    Resident,
    Subscriptions,
    apply,
    in_thread,
)
from realinsights.dashboard.store.layout import pack_facts, pack_portfolio
from realinsights.dashboard.store.snapshots import Packed, Snapshots
from realinsights_platform.documents.heads import Heads
from realinsights_platform.events import Message
from realinsights_platform.ids import new_id
from realinsights_platform.stream.port import Subscription

T = TypeVar("T")

MEMORY = 256 * 1024 * 1024
"""How many bytes of columns stay in memory by default."""

_LOOK_SECONDS = 1.0
_TOLD_SECONDS = 5.0

log = structlog.get_logger(__name__)


class Engine:
    """The read model at work: it answers for any organization, in any process, as the loans journal has it.

    The journal is the truth. What a question lacks is read from it when the question is asked; `heads` say whether
    something is lacking. Messages are hints: after much has happened at once, columns are brought up to date before
    somebody asks. What was told before figures had dates and bases is asked for again, by whoever `ask_again` asks.
    A snapshot only spares a start the journal's beginning, so it is taken where that is worth more than
    the snapshot costs. Of an organization that is `closed` here, being deleted, none is taken.
    """

    def __init__(
        self,
        *,
        snapshots: Snapshots,
        journal: EventJournal,
        heads: Heads,
        subscriptions: Subscriptions,
        ask_again: Callable[[str], Awaitable[None]] | None = None,
        closed: Callable[[str], Awaitable[int | None]] | None = None,
        memory: int = MEMORY,
    ) -> None:
        self._snapshots = snapshots
        self.journal = journal
        self.heads = heads
        self.subscriptions = subscriptions
        self._ask_again = ask_again
        self._closed = closed
        self._memory = memory
        self._residents: OrderedDict[str, Resident] = OrderedDict()
        self._waiting: dict[str, set[asyncio.Future[None]]] = {}
        self._shared: dict[tuple[str, Hashable], asyncio.Task[Any]] = {}

    async def changed(self, org: str, *, after: int) -> int:
        """Wait until the answers show more than `after`; return the sequence they show.

        Without a sign that something has changed, the journal is looked at every second where its head is not known.
        """
        while True:
            arrival = asyncio.get_running_loop().create_future()
            waiting = self._waiting.setdefault(org, set())
            waiting.add(arrival)
            try:
                sequence = await self.heads.current(org)
                if sequence > after:
                    return sequence
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_SECONDS):
                        await arrival
            finally:
                waiting.discard(arrival)
                if not waiting and self._waiting.get(org) is waiting:
                    del self._waiting[org]

    async def ask(
        self,
        org: str,
        question: Callable[[Columns, int], T],
        *,
        alike: Hashable = None,
        long: bool = False,
        ahead: bool = False,
    ) -> T:
        """Return the answer of a pure function of the columns and the sequence they show.

        Questions that are `alike` and wait for their turn together get one answer: it is begun after the last of them
        was asked. A `long` question keeps nobody else waiting, however few the loans; only such a one has month facts.
        Nor does one that is `ahead`, of a date by name: it may have to roll every balance forward.
        """
        if alike is None:
            return await self._answer(org, question, long=long, ahead=ahead)
        key = (org, alike)
        shared = self._shared.get(key)
        if shared is None:
            shared = asyncio.create_task(self._answer(org, question, long=long, ahead=ahead, shared=key))
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
        ahead: bool,
        shared: tuple[str, Hashable] | None = None,
    ) -> T:
        with contextlib.ExitStack() as waiting:
            if shared is not None:
                waiting.callback(self._shared.pop, shared)
            async with self._resident(org, facts=long) as (resident, columns):
                waiting.close()
                sequence = resident.applied
                if columns.count < HEAVY_LOANS and not (long or ahead):
                    return question(columns, sequence)
                return await in_thread(lambda: question(columns, sequence))

    async def replace(self, org: str, columns: Columns, sequence: int) -> None:
        """Put other columns, which show the loans as of a sequence, in the place of an organization's own."""
        log.error("dashboard.replaced", org=org, sequence=sequence)
        async with self._resident(org) as (resident, _):
            resident.columns, resident.applied = columns, sequence
            resident.saved, resident.saved_facts = 0, -1
        await self._save(resident)

    @asynccontextmanager
    async def running(self, subscription: Subscription | None) -> AsyncIterator[None]:
        """Tell who waits, take snapshots and follow the stream, where there is one, until the context is left."""
        forget = self.heads.watch(self._moved)
        tasks = [asyncio.create_task(self._keep(), name="dashboard snapshots")]
        if subscription is not None:
            tasks.append(asyncio.create_task(self._follow(subscription), name="dashboard follows the loans"))
        try:
            yield
        finally:
            forget()
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            try:
                await self.save_all()
            finally:
                if subscription is not None:
                    await subscription.close()

    def forget(self, org: str) -> None:
        """Let go of an organization that is deleted."""
        self._residents.pop(org, None)

    @property
    def resident(self) -> tuple[str, ...]:
        """The organizations in memory, the one asked for or changed longest ago first."""
        return tuple(self._residents)

    async def save_all(self) -> None:
        """Take a snapshot of every organization in memory where that is worth it."""
        for resident in [*self._residents.values()]:
            if resident.worth_saving:
                await self._save(resident)

    async def trim(self) -> None:
        """Let go of the columns that were asked for or changed longest ago, beyond the memory allowed."""
        held = sum(resident.nbytes for resident in self._residents.values())
        for resident in [*self._residents.values()][:-1]:
            if held <= self._memory:
                return
            if resident.worth_saving:
                await self._save(resident)
            # While it was saved, it may have gone, changed or been asked for.
            if (
                self._residents.get(resident.org) is resident
                and not resident.worth_saving
                and not resident.lock.locked()
            ):
                held -= resident.nbytes
                del self._residents[resident.org]

    def _moved(self, org: str, _: int) -> None:
        for arrival in self._waiting.pop(org, ()):
            if not arrival.done():
                arrival.set_result(None)

    async def _follow(self, subscription: Subscription) -> None:
        while messages := await subscription.receive():
            last: dict[tuple[str, str], Message] = {}
            heavy: set[str] = set()
            for message in messages:
                last[message.service, message.org] = message
                if len(message.events) >= HEAVY_EVENTS:
                    heavy.add(message.org)
            for org in heavy:
                try:
                    async with self._resident(org):
                        pass  # who asks next need not wait until so much is applied
                except Exception:
                    # The others go on; this organization is read anew from its journal when it is next asked for.
                    log.exception("dashboard.failed", org=org)
            for (service, org), message in last.items():
                await subscription.acknowledge(service, org, message.sequence)

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            now = loop.time()
            for resident in [*self._residents.values()]:
                try:
                    if resident.due(now):
                        await self._save(resident)
                except Exception:
                    log.exception("dashboard.snapshot.failed", org=resident.org)
            await self.trim()

    @asynccontextmanager
    async def _resident(self, org: str, *, facts: bool = False) -> AsyncGenerator[tuple[Resident, Columns], None]:
        """Return an organization's columns, locked, with all that the journal has by now.

        While the loans service is away, they are as of the last sequence that this process knew.
        """
        sequence = await self.heads.latest(org)
        while True:
            resident = self._residents.get(org)
            if resident is None:
                resident = self._residents[org] = Resident(org)
            self._residents.move_to_end(org)
            async with resident.lock:
                if self._residents.get(org) is not resident:
                    continue  # let go of while we waited
                try:
                    begun = resident.columns is None
                    columns = resident.columns or await self._load(resident)
                    if resident.applied < max(sequence, self.heads.head(org) or 0):
                        await self._replay(resident, columns)
                    if begun and columns.untold:
                        await self._be_told_again(resident, columns)
                    if facts and not columns.has_facts:
                        columns = await self._bring_facts(resident, columns)
                    yield resident, columns
                except BaseException:
                    if resident.columns is None:
                        self._residents.pop(org, None)
                    raise
                return

    async def _load(self, resident: Resident) -> Columns:
        loaded = await self._snapshots.load(resident.org)
        if loaded is None:
            columns = Columns()
        else:
            columns, resident.facts = loaded.columns, loaded.facts
            resident.applied = resident.saved = loaded.applied
            resident.saved_facts = columns.facts_changed
        resident.columns = columns
        return columns

    async def _be_told_again(self, resident: Resident, columns: Columns) -> None:
        """Ask for what was told of loans before figures had dates and bases, and wait a moment for it to be told."""
        if self._ask_again is None:
            return
        log.info("dashboard.asks_again", org=resident.org)
        loop = asyncio.get_running_loop()
        until = loop.time() + _TOLD_SECONDS
        await self._ask_again(resident.org)
        while columns.untold and (left := until - loop.time()) > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self.changed(resident.org, after=resident.applied)
            await self._replay(resident, columns)

    async def _bring_facts(self, resident: Resident, columns: Columns) -> Columns:
        facts = await self._snapshots.facts(resident.org, resident.facts or "")
        if facts is not None:
            columns.bring_facts(facts)
            return columns
        # Damaged, or replaced by another process meanwhile: the journal has them.
        log.warning("dashboard.facts.absent", org=resident.org, applied=resident.saved)
        columns = Columns()
        resident.columns, resident.applied, resident.saved, resident.saved_facts = None, 0, 0, -1
        await self._replay(resident, columns)
        resident.columns = columns
        return columns

    async def _replay(self, resident: Resident, columns: Columns) -> None:
        try:
            async for message in self.journal.after(resident.org, resident.applied):
                await apply(columns, message, self.subscriptions)
                resident.applied = message.sequence
                resident.changes += 1 + len(message.events)
                resident.last_change = asyncio.get_running_loop().time()
        except BaseException:
            # Perhaps half of an entry was applied: forget all and begin again from what is stored.
            resident.columns = None
            self._residents.pop(resident.org, None)
            raise

    async def _save(self, resident: Resident) -> None:
        org = resident.org
        async with resident.saving:
            async with resident.lock:
                columns = resident.columns
                if columns is None or resident.applied <= resident.saved:
                    return
                whole = columns.facts_changed != resident.saved_facts or resident.facts is None
                if whole and not columns.has_facts:
                    columns = await self._bring_facts(resident, columns)
                before, applied, changed = resident.facts, resident.applied, columns.facts_changed
                resident.changes = 0
                packed = await _packed(columns, applied, None if whole else before)
            if self._closed is not None and await self._closed(org) is not None:
                self.forget(org)  # it is deleted: what was packed before is not kept any more
                return
            await self._snapshots.save(org, packed)
            resident.saved, resident.saved_facts, resident.facts = applied, changed, packed.facts_name
            if before and before != packed.facts_name:
                await self._snapshots.forget_facts(org, before)


async def _packed(columns: Columns, applied: int, facts_name: str | None) -> Packed:
    """Return columns as bytes; month facts under a new name, unless those of this name are still good."""

    def pack() -> Packed:
        facts = pack_facts(columns) if facts_name is None and columns.facts.alive else None
        name = (new_id() if facts else "") if facts_name is None else facts_name
        return Packed(pack_portfolio(columns, applied=applied, facts=name), name, facts)

    return pack() if columns.count < HEAVY_LOANS else await in_thread(pack)
