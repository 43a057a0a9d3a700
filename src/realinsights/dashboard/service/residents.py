"""The organizations whose columns are in memory, and how events reach them."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from realinsights.contracts.loans import PeriodsRecorded, PeriodsWithdrawn
from realinsights.dashboard.model.changes import begin_loans
from realinsights.dashboard.model.columns import Columns
from realinsights_platform.events import Event, Message

T = TypeVar("T")

Subscriptions = Mapping[type[Event], Callable[[Columns, Any], None]]

HEAVY_LOANS = 2_000
"""From so many loans on, a computation leaves the event loop to others meanwhile."""

HEAVY_EVENTS = 100
"""From so many events on, so does applying them."""


class Gap(Exception):
    """A message came before the one that precedes it."""


class Resident:
    """One organization's columns in memory; whoever reads or changes them holds the lock."""

    def __init__(self, org: str) -> None:
        self.org = org
        self.lock = asyncio.Lock()
        self.columns: Columns | None = None
        self.applied = 0
        self.saved = 0
        self.saved_facts = -1
        self.changes = 0
        self.first_change: float | None = None
        self.last_change = 0.0
        self.business_date = datetime.date.min

    @property
    def dirty(self) -> bool:
        """Whether it holds what no snapshot holds yet."""
        return self.applied > self.saved


async def apply(columns: Columns, message: Message, subscriptions: Subscriptions) -> None:
    """Apply a message's events; nobody else may touch the columns meanwhile."""
    if len(message.events) < HEAVY_EVENTS:
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
        if isinstance(event, PeriodsRecorded | PeriodsWithdrawn):
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
