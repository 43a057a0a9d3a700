"""Subscriptions of the dashboard: each event changes the columns of its organization."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from realinsights.contracts.loans import (
    LoanDeleted,
    LoanRecorded,
    LoanRecordedV1,
    PartyDeleted,
    PartyRecorded,
    PerformanceRecorded,
    PeriodsRecorded,
    PeriodsRecordedV1,
    PeriodsWithdrawn,
)
from realinsights.dashboard.model import changes
from realinsights.dashboard.model.columns import Columns
from realinsights_platform.events import Event

GROUP = "dashboard"
SERVICES = ("loans",)

SUBSCRIPTIONS: Mapping[type[Event], Callable[[Columns, Any], None]] = MappingProxyType(
    {
        LoanRecorded: changes.record_loan,
        LoanRecordedV1: changes.record_loan,
        LoanDeleted: changes.delete_loan,
        PeriodsRecorded: changes.record_periods,
        PeriodsRecordedV1: changes.record_periods,
        PerformanceRecorded: changes.record_performance,
        PeriodsWithdrawn: changes.withdraw_periods,
        PartyRecorded: changes.record_party,
        PartyDeleted: changes.delete_party,
    }
)
