"""Carrying: messages as bytes, for streams that leave the process."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import msgspec

from realinsights_platform.events import Event, EventCodec, Message


class _Carried(msgspec.Struct, frozen=True, array_like=True):
    service: str
    org: str
    sequence: int
    at: datetime.datetime
    business_date: datetime.date
    events: msgspec.Raw


class Carrier:
    """The bytes of messages; `codecs` are those of each service's events."""

    def __init__(self, codecs: Mapping[str, EventCodec[Any]]) -> None:
        self._codecs = codecs

    def pack(self, message: Message) -> bytes:
        """Return a message as bytes; raises `KeyError` for a service without a codec."""
        events = msgspec.Raw(self._codecs[message.service].encode(message.events))
        return msgspec.json.encode(
            _Carried(message.service, message.org, message.sequence, message.at, message.business_date, events)
        )

    def unpack(self, data: bytes) -> Message:
        """Return the message; raises `ValueError` or `KeyError` for what this version does not know."""
        carried = msgspec.json.decode(data, type=_Carried)
        return Message(
            service=carried.service,
            org=carried.org,
            sequence=carried.sequence,
            at=carried.at,
            business_date=carried.business_date,
            events=self._codecs[carried.service].decode(carried.events),
        )


def tag_of(event: type[Event] | Event) -> str:
    """Return the name of an event's type."""
    return str(event.__struct_config__.tag)


def weight_of(message: Message) -> int:
    """Return what a message counts: itself and its events."""
    return 1 + len(message.events)
