"""Catalog: the events of every service, and which of them programs of an organization may read."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from realinsights.contracts.auth import AUTH_EVENTS, LinkRequested, PasswordForgotten
from realinsights.contracts.dashboard import DASHBOARD_EVENTS, PerformanceRequested
from realinsights.contracts.files import FILES_EVENTS, VersionReceived
from realinsights.contracts.loans import (
    LOANS_EVENTS,
    ImportRequested,
    PresentRatesDue,
    ReportFinished,
    ReportRequested,
)
from realinsights.contracts.notifications import NOTIFICATIONS_EVENTS, PeopleRequested, TermsRequested
from realinsights.contracts.permissions import Permission
from realinsights_platform.documents.closed import JournalClosed
from realinsights_platform.events import Event, EventCodec, tag_of
from realinsights_platform.steps import StepAnswered, StepRequested

CODECS: Mapping[str, EventCodec[Any]] = MappingProxyType(
    {
        "auth": AUTH_EVENTS,
        "loans": LOANS_EVENTS,
        "dashboard": DASHBOARD_EVENTS,
        "notifications": NOTIFICATIONS_EVENTS,
        "files": FILES_EVENTS,
    }
)
"""The events of each service, as bytes."""

_MESSAGES: tuple[type[Event], ...] = (
    ImportRequested,
    PresentRatesDue,
    ReportRequested,
    ReportFinished,  # it names a file where services keep it
    PerformanceRequested,
    PeopleRequested,
    TermsRequested,
    VersionReceived,
    LinkRequested,
    PasswordForgotten,
    StepRequested,
    StepAnswered,
    JournalClosed,
)
"""Events by which services ask each other for work: nobody else is told of them."""

PUBLISHED: Mapping[str, tuple[type[Event], ...]] = MappingProxyType(
    {
        service: published
        for service, codec in CODECS.items()
        if (published := tuple(event for event in codec.types if event not in _MESSAGES))
    }
)
"""The events that programs may read, by service."""

READ_BY: Mapping[str, Permission] = MappingProxyType(
    {
        "auth": Permission.AUDIT_READ,
        "loans": Permission.PORTFOLIO_READ,
        "notifications": Permission.PORTFOLIO_READ,
        "files": Permission.FILE_CONFIDENTIAL,  # they tell of confidential documents too
    }
)
"""The permission that reading a service's events asks for, besides `event.read`."""

SERVICE_OF: Mapping[str, str] = MappingProxyType(
    {tag_of(event): service for service, events in PUBLISHED.items() for event in events}
)
"""The service of each published event, by the event's tag."""

FOLLOWERS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "auth": frozenset({"notifications"}),
        "loans": frozenset({"dashboard", "notifications"}),
        "files": frozenset({"notifications"}),
    }
)
"""The services that read a service's journal, by the service read; what `FOLLOWS` of their assemblies says."""
