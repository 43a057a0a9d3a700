"""The entry that closes the journal of an organization that was deleted: what it says, and how it is recognized."""

from __future__ import annotations

import datetime
from typing import Final

import msgspec

from realinsights_platform.documents.journal_port import JournalEntry
from realinsights_platform.events import Event, tag_of


class JournalClosed(Event, frozen=True, tag="journal.closed.v1"):
    """A service's journal of an organization was closed; it tells how much there was at that moment.

    `documents` are counts by kind, those of none left out; `entries` is how many the journal had, `files` and
    `file_bytes` what was in the store of files. `reason` names what asked for it.
    """

    reason: str
    documents: dict[str, int]
    entries: int
    files: int
    file_bytes: int


class Closure(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The end of a closed journal: `last_hash` is of the last entry before the one that closed it, `hash` of that."""

    sequence: int
    at: datetime.datetime
    last_hash: str
    hash: str
    told: JournalClosed


class _AnyEvent(msgspec.Struct, frozen=True):
    type: str


_TYPES: Final = msgspec.json.Decoder(tuple[_AnyEvent, ...])


def closes(entry: JournalEntry) -> bool:
    """Tell whether an entry closes a journal."""
    if entry.writes:
        return False
    try:
        return tag_of(JournalClosed) in {event.type for event in _TYPES.decode(entry.events)}
    except msgspec.ValidationError:
        return False
