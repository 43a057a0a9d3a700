"""What the dashboard listens to: each event changes the columns of its organisation."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import Any

from realinsights.contracts.loans import (
    LOANS_EVENTS,
    LoanDeleted,
    LoanRecorded,
    PartyDeleted,
    PartyRecorded,
    PeriodsRecorded,
    PeriodsWithdrawn,
)
from realinsights.dashboard.model import changes
from realinsights.dashboard.model.columns import Columns
from realinsights.dashboard.service.engine import MEMORY, Engine
from realinsights.dashboard.service.journal import EventJournal
from realinsights.dashboard.store import Snapshots
from realinsights_platform.blobs import Blobs
from realinsights_platform.documents.port import Documents
from realinsights_platform.events import Event
from realinsights_platform.stream.port import Stream

GROUP = "dashboard"
SERVICES = ("loans",)

SUBSCRIPTIONS: Mapping[type[Event], Callable[[Columns, Any], None]] = MappingProxyType(
    {
        LoanRecorded: changes.record_loan,
        LoanDeleted: changes.delete_loan,
        PeriodsRecorded: changes.record_periods,
        PeriodsWithdrawn: changes.withdraw_periods,
        PartyRecorded: changes.record_party,
        PartyDeleted: changes.delete_party,
    }
)


@asynccontextmanager
async def follow_loans(
    *, documents: Documents, blobs: Blobs, loans: Documents, stream: Stream, memory: int = MEMORY
) -> AsyncGenerator[Engine, None]:
    """Keep the read model up to date until the context is left; `loans` is for its journal alone.

    Enter it before the loans relay starts, and leave it after the last commit that matters.
    """
    engine = Engine(
        snapshots=Snapshots(documents, blobs),
        journal=EventJournal(loans, LOANS_EVENTS),
        subscriptions=SUBSCRIPTIONS,
        memory=memory,
    )
    await engine.start(stream.subscribe(GROUP, SERVICES))
    try:
        yield engine
    finally:
        await engine.stop()
