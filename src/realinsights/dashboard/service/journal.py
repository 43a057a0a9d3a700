"""The loans service's events, read again from its journal: after a gap, on a cold start, for a rebuild."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from realinsights_platform.documents.journal_port import Feed, are_all
from realinsights_platform.events import EventCodec, Message

_ENTRIES_AT_ONCE = 100


class EventJournal:
    """The loans journal as messages, such as the stream would have carried."""

    def __init__(self, feed: Feed, codec: EventCodec[Any]) -> None:
        self._feed = feed
        self._codec = codec

    async def after(self, org: str, sequence: int) -> AsyncIterator[Message]:
        """Yield every message after a sequence, up to the journal's end."""
        while entries := await self._feed.outbox(org, after=sequence, limit=_ENTRIES_AT_ONCE):
            for entry in entries:
                yield Message(
                    service=self._feed.service,
                    org=org,
                    sequence=entry.sequence,
                    at=entry.at,
                    business_date=entry.business_date,
                    events=self._codec.decode(entry.events),
                )
            if are_all(entries, _ENTRIES_AT_ONCE):
                return
            sequence = entries[-1].sequence
