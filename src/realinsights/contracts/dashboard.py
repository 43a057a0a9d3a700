"""Events of the dashboard."""

from __future__ import annotations

from realinsights_platform.documents.closed import JournalClosed
from realinsights_platform.events import Event, EventCodec
from realinsights_platform.steps import StepAnswered


class PerformanceRequested(Event, frozen=True, tag="dashboard.performance.requested.v1"):
    """An organization's loans are known by figures without dates and bases: they are to be told again."""


DASHBOARD_EVENTS: EventCodec[Event] = EventCodec((PerformanceRequested, StepAnswered, JournalClosed))
