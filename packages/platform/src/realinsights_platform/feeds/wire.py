"""What journal feeds say over HTTP: their paths, which ask for an `org` where it is one's, and their answers."""

from __future__ import annotations

import datetime
from typing import Final

import msgspec

from realinsights_platform.documents.journal_port import Outgoing

PREFIX: Final = "/internal/"
"""What begins like this is for processes of the installation; no gateway lets it through."""

MOST: Final = 1_000
"""As many entries or organizations are told at a time."""

SEQUENCE: Final = "/internal/journals/{service}/sequence"
ORGANIZATIONS: Final = "/internal/journals/{service}/organizations"
ENTRIES: Final = "/internal/journals/{service}/entries"


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The events of one journal entry, as they are stored."""

    org: str
    sequence: int
    place: str
    at: datetime.datetime
    business_date: datetime.date
    events: msgspec.Raw

    @classmethod
    def of(cls, outgoing: Outgoing) -> Entry:
        """Return what is told of an entry."""
        return cls(
            outgoing.org,
            outgoing.sequence,
            outgoing.place,
            outgoing.at,
            outgoing.business_date,
            msgspec.Raw(outgoing.events),
        )

    @property
    def outgoing(self) -> Outgoing:
        """Return the entry as the port has it."""
        return Outgoing(
            org=self.org,
            sequence=self.sequence,
            place=self.place,
            at=self.at,
            business_date=self.business_date,
            events=bytes(self.events),
        )
