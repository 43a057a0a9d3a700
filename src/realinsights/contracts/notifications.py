"""Events of the notifications service."""

from __future__ import annotations

from realinsights_platform.documents.closed import JournalClosed
from realinsights_platform.events import Event, EventCodec
from realinsights_platform.steps import StepAnswered


class TermsRequested(Event, frozen=True, tag="notifications.terms.requested.v1"):
    """An organization's loans are known by events that did not tell their terms: they are to be told again."""


class PeopleRequested(Event, frozen=True, tag="notifications.people.requested.v1"):
    """An organization and its members are not known here yet: they are to be told again."""


NOTIFICATIONS_EVENTS: EventCodec[Event] = EventCodec((TermsRequested, PeopleRequested, StepAnswered, JournalClosed))
