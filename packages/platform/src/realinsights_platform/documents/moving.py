"""Rules of moving that every adapter shares: what follows a journal's end, and what stays of many writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from realinsights_platform.attributes import made_from
from realinsights_platform.documents.indexing import indexer_of
from realinsights_platform.documents.journal import Header, entry_hash
from realinsights_platform.documents.journal_port import JournalEntry
from realinsights_platform.documents.port import AnyDocument, Indexed, Kind
from realinsights_platform.documents.stages import Stage
from realinsights_platform.errors import Conflict, Moved, Refusal

_BYTES_AT_ONCE: Final = 4_000_000


class BrokenChain(Refusal):
    """Entries that do not follow the end of the journal they are written to, or are not as they were sealed."""


def refused(stage: Stage) -> Moved:
    """Return the refusal of a unit of work of an organization at a stage."""
    if stage is Stage.LEFT:
        return Moved("This organization has moved to another installation. Nothing of this was stored here.")
    return Moved("This organization is moving to another installation just now. Try again in a second.")


def not_arriving(org: str) -> Conflict:
    """Return the refusal of entries of an organization that nobody said is arriving."""
    return Conflict(f"Organization {org} is not arriving here: another move has taken it over, or has ended.")


def require_next(service: str, org: str, sequence: int, last_hash: str, entries: Sequence[JournalEntry]) -> None:
    """Raise `BrokenChain` unless the entries follow a journal's end; `require_sealed` looks at their own hashes."""
    for entry in entries:
        if (entry.service, entry.org) != (service, org):
            raise BrokenChain(
                f"Entry {entry.sequence} is of {entry.service} and {entry.org}, not of {service} and {org}."
            )
        if (entry.sequence, entry.previous_hash) != (sequence + 1, last_hash):
            raise BrokenChain(f"Entry {entry.sequence} of {service} and {org} does not follow entry {sequence}.")
        sequence, last_hash = entry.sequence, entry.hash


def require_sealed(entries: Sequence[JournalEntry]) -> None:
    """Raise `BrokenChain` unless each entry's hash is that of what it says."""
    for entry in entries:
        if entry_hash(made_from(entry, Header), entry.writes, bytes(entry.events)) != entry.hash:
            raise BrokenChain(
                f"Entry {entry.sequence} of {entry.service} and {entry.org} was changed after it was written."
            )


@dataclass(frozen=True, slots=True)
class Arrived:
    """A document as entries leave it: the place of the entry that wrote it among them, and the write's number there."""

    place: int
    number: int
    document: AnyDocument
    body: bytes
    index: Indexed


@dataclass(frozen=True, slots=True)
class Arrival:
    """The documents that entries wrote as they are after the last one; `replaced` are ids of any stored before."""

    stored: dict[Kind[Any], list[Arrived]]
    replaced: dict[Kind[Any], list[str]]


def arrival_of(entries: Sequence[JournalEntry], kind_named: Callable[[str], Kind[Any]]) -> Arrival:
    """Return what entries leave; raises `Conflict` for a kind that this release does not know."""
    last: dict[tuple[str, str], tuple[int, int]] = {}
    fresh: dict[tuple[str, str], bool] = {}
    for place, entry in enumerate(entries):
        for number, write in enumerate(entry.writes):
            key = (write.kind, write.id)
            fresh.setdefault(key, write.version == 1)
            last[key] = (place, number)
    kinds = {name: _known(name, kind_named) for name in {name for name, _ in last}}
    stored: dict[Kind[Any], list[Arrived]] = {}
    replaced: dict[Kind[Any], list[str]] = {}
    for key, (place, number) in last.items():
        kind = kinds[key[0]]
        write = entries[place].writes[number]
        if not fresh[key]:
            replaced.setdefault(kind, []).append(write.id)
        if write.document is not None:
            body = bytes(write.document)
            document = msgspec.json.decode(body, type=kind.type)
            index = indexer_of(kind).index(document)
            stored.setdefault(kind, []).append(Arrived(place, number, document, body, index))
    return Arrival(stored, replaced)


def size_of(entry: JournalEntry) -> int:
    """Return how many bytes of documents and events an entry holds."""
    return len(entry.events) + sum(0 if write.document is None else len(write.document) for write in entry.writes)


def in_parts(entries: Sequence[JournalEntry], writes_at_once: int) -> Iterator[Sequence[JournalEntry]]:
    """Yield the entries in parts that one transaction holds, at least one entry each."""
    part: list[JournalEntry] = []
    writes = size = 0
    for entry in entries:
        own = size_of(entry)
        if part and (writes + len(entry.writes) > writes_at_once or size + own > _BYTES_AT_ONCE):
            yield part
            part, writes, size = [], 0, 0
        part.append(entry)
        writes, size = writes + len(entry.writes), size + own
    if part:
        yield part


def _known(name: str, kind_named: Callable[[str], Kind[Any]]) -> Kind[Any]:
    try:
        return kind_named(name)
    except (LookupError, StopIteration):
        raise Conflict(f"This release knows no documents of the kind {name}, which the journal has.") from None
