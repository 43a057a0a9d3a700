"""A journal as a file: a line of JSON for each entry, whose hash its reader computes again, or a table for people."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from realinsights_platform.attributes import made_from
from realinsights_platform.documents.journal import GENESIS, Header, entry_hash
from realinsights_platform.documents.journal_port import Journal, JournalEntry, Write

AT_ONCE: Final = 50

HEADER: Final = (
    "Sequence", "At", "Actor", "Actor name", "Business date", "Documents", "Events", "Previous hash", "Hash",
)  # fmt: skip


NOTHING: Final = msgspec.Raw(b"null")


class ExportedWrite(msgspec.Struct, frozen=True, rename="camel"):
    """A changed document in a file: its stored JSON, null where it was deleted or is withheld."""

    kind: str
    id: str
    version: int
    document: msgspec.Raw


class ExportedEntry(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One entry in a file. Documents and events are the very bytes that were written, which the hash is over.

    `withheld` are the documents, as `kind id`, that are not told because they hold what is never shown: without them
    the hash of this entry cannot be computed again, and is taken as it is told.
    """

    service: str
    org: str
    sequence: int
    id: str
    at: datetime.datetime
    actor: str
    business_date: datetime.date
    writes: tuple[ExportedWrite, ...]
    events: msgspec.Raw
    withheld: tuple[str, ...] = ()
    previous_hash: str
    hash: str


class Checked(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a look at an exported journal found; `reason` is None where all is as it was written.

    `entries` are those that are in order, from the sequence `first` to `last`; of `withheld` ones the hash was taken as
    told. `first_bad_sequence` is the first entry that is not in order.
    """

    service: str = ""
    org: str = ""
    entries: int = 0
    first: int | None = None
    last: int | None = None
    last_hash: str = GENESIS
    withheld: int = 0
    first_bad_sequence: int | None = None
    reason: str | None = None

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return self.reason is None


@dataclass(frozen=True, slots=True)
class Period:
    """The entries that are wanted, by when they were written; None: from the first one, or up to the last."""

    since: datetime.datetime | None = None
    until: datetime.datetime | None = None


async def exported(journal: Journal, org: str, period: Period) -> AsyncIterator[tuple[JournalEntry, ...]]:
    """Yield the entries of a period, some at once."""
    after = 0
    while page := await journal.entries(org, after=after, limit=AT_ONCE):
        after = page[-1].sequence
        wanted = tuple(entry for entry in page if period.since is None or entry.at >= period.since)
        if period.until is not None and wanted and wanted[-1].at > period.until:
            yield tuple(entry for entry in wanted if entry.at <= period.until)
            return
        if wanted:
            yield wanted


def line(entry: JournalEntry, shows: Callable[[Write], bool]) -> bytes:
    """Return an entry as a line of JSON, without the documents that are not shown."""
    withheld = tuple(f"{write.kind} {write.id}" for write in entry.writes if not _told(write, shows))
    writes = tuple(
        ExportedWrite(write.kind, write.id, write.version, NOTHING if document is None else document)
        for write in entry.writes
        for document in (write.document if _told(write, shows) else None,)
    )
    return msgspec.json.encode(made_from(entry, ExportedEntry, writes=writes, withheld=withheld)) + b"\n"


def row(entry: JournalEntry, names: Mapping[str, str]) -> Sequence[Any]:
    """Return an entry as a line of the table whose header is `HEADER`; `names` are those of members, by id."""
    return (
        entry.sequence,
        entry.at.isoformat(),
        entry.actor,
        names.get(entry.actor),
        entry.business_date,
        _counted(f"{write.kind} {_done(write)}" for write in entry.writes),
        _counted(event.type for event in msgspec.json.decode(entry.events, type=tuple[_Tagged, ...])),
        entry.previous_hash,
        entry.hash,
    )


def checked(lines: Iterable[bytes]) -> Checked:
    """Return whether an exported journal is as it was written: each entry's hash, and that each continues the last.

    A file may begin at any entry; one that begins at the first has to begin the chain.
    """
    found = Checked()
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            entry = _LINES.decode(text)
        except msgspec.MsgspecError as error:
            return _bad(found, None, f"line {number} is no entry of a journal: {error}")
        flaw = _flaw(found, entry)
        if flaw is not None:
            return _bad(found, entry.sequence, flaw)
        found = Checked(
            service=entry.service,
            org=entry.org,
            entries=found.entries + 1,
            first=entry.sequence if found.first is None else found.first,
            last=entry.sequence,
            last_hash=entry.hash,
            withheld=found.withheld + bool(entry.withheld),
        )
    return found


class _Tagged(msgspec.Struct):
    type: str


_LINES: Final = msgspec.json.Decoder(ExportedEntry)


def _flaw(found: Checked, entry: ExportedEntry) -> str | None:
    flaw = _misplaced(found, entry)
    if flaw is not None or entry.withheld:
        return flaw
    writes = (
        Write(one.kind, one.id, one.version, None if bytes(one.document) == bytes(NOTHING) else one.document)
        for one in entry.writes
    )
    if entry_hash(made_from(entry, Header), writes, bytes(entry.events)) != entry.hash:
        return "the entry was changed after it was written"
    return None


def _misplaced(found: Checked, entry: ExportedEntry) -> str | None:
    if found.last is None:
        begins = entry.sequence != 1 or entry.previous_hash == GENESIS
        return None if begins else "the first entry does not begin the chain"
    if (entry.service, entry.org) != (found.service, found.org):
        return "the entry belongs to another journal"
    if entry.sequence != found.last + 1:
        return f"the entry does not follow entry {found.last}"
    return None if entry.previous_hash == found.last_hash else "the entry does not continue the one before it"


def _bad(found: Checked, sequence: int | None, reason: str) -> Checked:
    return made_from(found, Checked, first_bad_sequence=sequence, reason=reason)


def _told(write: Write, shows: Callable[[Write], bool]) -> bool:
    return write.document is None or shows(write)


def _done(write: Write) -> str:
    return "deleted" if write.document is None else "created" if write.version == 1 else "changed"


def _counted(words: Iterable[str]) -> Collection[str]:
    return tuple(word if count == 1 else f"{count} x {word}" for word, count in Counter(words).items())
