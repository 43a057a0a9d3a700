"""The organizations whose columns are in memory, and how events reach them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from realinsights.contracts.loans import PerformanceRecorded, PeriodsRecorded, PeriodsRecordedV1, PeriodsWithdrawn
from realinsights.dashboard.model.changes import begin_loans
from realinsights.dashboard.model.columns import Columns
from realinsights_platform.events import Event, Message

T = TypeVar("T")

Subscriptions = Mapping[type[Event], Callable[[Columns, Any], None]]

HEAVY_LOANS = 2_000
"""From so many loans on, a computation leaves the event loop to others meanwhile."""

HEAVY_EVENTS = 100
"""From so many events on, so does applying them."""

IDLE_SECONDS = 5.0

_SMALLEST_TAIL = 50
_LONGEST_TAIL = 1_000


class Resident:
    """One organization's columns in memory; whoever reads or changes them holds the lock.

    `applied` and `saved` are sequences of the loans journal. `facts` names the blob of the month facts as last saved,
    `saved_facts` is which of their changes it holds. `changes` counts what a start would have to apply again.
    """

    def __init__(self, org: str) -> None:
        self.org = org
        self.lock = asyncio.Lock()
        self.saving = asyncio.Lock()
        self.columns: Columns | None = None
        self.applied = 0
        self.saved = 0
        self.facts: str | None = None
        self.saved_facts = -1
        self.changes = 0
        self.last_change = 0.0

    @property
    def nbytes(self) -> int:
        """Roughly the memory held, in bytes."""
        return 0 if self.columns is None else self.columns.nbytes

    @property
    def worth_saving(self) -> bool:
        """Whether applying again what no snapshot holds would take longer than is worth a snapshot less."""
        return self.columns is not None and self.changes >= max(_SMALLEST_TAIL, self.columns.count // 50)

    def due(self, now: float) -> bool:
        """Tell whether a snapshot is to be taken: once it is quiet, or as much has changed as there is."""
        if self.columns is None or not self.worth_saving:
            return False
        return now - self.last_change >= IDLE_SECONDS or self.changes >= max(_LONGEST_TAIL, self.columns.count // 2)


async def apply(columns: Columns, message: Message, subscriptions: Subscriptions) -> None:
    """Apply a message's events; nobody else may touch the columns meanwhile."""
    if len(message.events) < HEAVY_EVENTS and (columns.ready or columns.count < HEAVY_LOANS):
        _apply_all(columns, message, subscriptions)
    else:
        await in_thread(lambda: _apply_all(columns, message, subscriptions))


def _apply_all(columns: Columns, message: Message, subscriptions: Subscriptions) -> None:
    events: Sequence[Event] = message.events
    if len(events) >= HEAVY_EVENTS:
        events = begin_loans(columns, events)
    # A loan comes before the months of its past, in whatever order one unit of work told of them.
    months = []
    for event in events:
        if isinstance(event, PeriodsRecorded | PeriodsRecordedV1 | PeriodsWithdrawn | PerformanceRecorded):
            months.append(event)
            continue
        _apply_one(columns, event, subscriptions)
    for event in months:
        _apply_one(columns, event, subscriptions)


def _apply_one(columns: Columns, event: Event, subscriptions: Subscriptions) -> None:
    handle = subscriptions.get(type(event))
    if handle is not None:
        handle(columns, event)


async def in_thread(work: Callable[[], T]) -> T:
    """Run work in a thread; if the caller is cancelled, still wait for its end, since it reads what is locked."""
    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait((task,))
        raise
