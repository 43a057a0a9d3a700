"""Events: frozen past-tense facts, versioned and dotted, carrying values so that nobody needs to call back."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import msgspec


class Event(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag_field="type", rename="camel"):
    """A fact; subclasses name it with their tag: `class LoanRecorded(Event, tag="loans.loan.recorded.v1")`."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """The events of one journal entry, as a subscriber receives them.

    `(service, org, sequence)` identifies it: sequences of one service and organization arrive in order, each at
    least once. An entry without events arrives too (with none), so that a subscriber can see there is no gap.
    """

    service: str
    org: str
    sequence: int
    at: datetime.datetime
    business_date: datetime.date
    events: tuple[Event, ...]


class PublishedEvent(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An event as programs read it. `id` is its place: service, sequence of the organization there, number in it.

    Who has seen an id has seen the event. `type` names the schema of `data`, `timestamp` is when it was committed.
    """

    id: str
    type: str
    service: str
    sequence: int
    timestamp: datetime.datetime
    business_date: datetime.date
    data: msgspec.Raw


E = TypeVar("E", bound=Event)


class EventCodec(Generic[E]):
    """The JSON of one service's events, by their tags."""

    def __init__(self, types: Sequence[type[E]]) -> None:
        self.types = tuple(types)
        union: Any = types[0]
        for event_type in types[1:]:
            union |= event_type
        self._decoder = msgspec.json.Decoder(tuple[union, ...] if types else tuple[()])
        self._encoder = msgspec.json.Encoder(decimal_format="string")

    def encode(self, events: Sequence[Event]) -> bytes:
        """Return the events as a JSON array."""
        return self._encoder.encode(tuple(events))

    def decode(self, data: bytes) -> tuple[E, ...]:
        """Return the events of a JSON array; raises `msgspec.ValidationError` for an unknown tag."""
        return self._decoder.decode(data)


def tag_of(event: type[Event]) -> str:
    """Return the dotted name of a type of event, which its JSON carries as `type`."""
    return str(event.__struct_config__.tag)
