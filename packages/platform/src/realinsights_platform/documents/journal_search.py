"""Search in a journal, the latest entries first, with bounded work for each page of what it finds."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from realinsights_platform.documents.journal_port import JournalEntry, Storage
from realinsights_platform.documents.port import Kind
from realinsights_platform.errors import Invalid

T = TypeVar("T")

MOST_ENTRIES = 1_000
"""So many entries are looked at for one page."""

MOST_WRITES = 10_000
"""And entries with so many documents, or the one entry that has more."""

_MOST_VERSIONS = 1_000
_FEWEST_AT_ONCE, _MOST_AT_ONCE = 8, 128
_MANY_WRITES = 500
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFilter:
    """The entries wanted: all conditions that are not None hold, `kind` and `document_id` of the same document."""

    actor: str | None = None
    since: datetime.datetime | None = None
    until: datetime.datetime | None = None
    kind: str | None = None
    document_id: str | None = None

    def matches(self, entry: JournalEntry) -> bool:
        """Return whether an entry of the right time is wanted."""
        if self.actor is not None and entry.actor != self.actor:
            return False
        if self.kind is None and self.document_id is None:
            return True
        return any(self.kind in {None, write.kind} and self.document_id in {None, write.id} for write in entry.writes)


EVERYTHING = JournalFilter()


@dataclass(frozen=True, slots=True)
class JournalPage(Generic[T]):
    """Entries, newest first; `next` asks for those before that sequence, None where there is nothing more to look at.

    `ended_early` says that the page is not full because it looked at as much as it may, back to `looked_back_to`.
    """

    items: tuple[T, ...]
    next: int | None
    ended_early: bool
    looked_back_to: datetime.datetime | None


async def search(
    documents: Storage,
    org: str,
    wanted: JournalFilter,
    *,
    before: int | None,
    limit: int,
    kinds: Sequence[Kind[Any]] = (),
) -> JournalPage[JournalEntry]:
    """Return the page of entries before a sequence (None: the last ones).

    With `kinds`, those of the service, a wanted document's entries are found by its history and not by looking.
    """
    end = await documents.sequence(org) + 1
    since, until = wanted.since, wanted.until
    if until is not None:
        end = await _first(documents, org, end, lambda at: at > until)
    end = end if before is None else min(end, before)
    start = 1 if since is None else await _first(documents, org, end, lambda at: at >= since)
    look = _Look(documents, org, wanted, limit)
    sequences = await _sequences(documents, org, wanted, kinds) if wanted.document_id is not None and kinds else None
    if sequences is None:
        return await look.back(start, end)
    return await look.among([sequence for sequence in sequences if start <= sequence < end])


class _Look:
    """One page in the making."""

    def __init__(self, documents: Storage, org: str, wanted: JournalFilter, limit: int) -> None:
        self._documents = documents
        self._org = org
        self._wanted = wanted
        self._limit = limit
        self._found: list[JournalEntry] = []
        self._entries = 0
        self._writes = 0
        self._back_to: datetime.datetime | None = None

    def _over(self) -> bool:
        full = len(self._found) == self._limit
        return full or self._entries >= MOST_ENTRIES or self._writes >= MOST_WRITES

    async def among(self, sequences: Sequence[int]) -> JournalPage[JournalEntry]:
        """Look at particular entries, given newest first."""
        for place, sequence in enumerate(sequences):
            if self._over():
                return self._page(sequences[place - 1])
            for entry in await self._documents.entries(self._org, after=sequence - 1, limit=1):
                self._see(entry)
        return self._page(None)

    async def back(self, start: int, end: int) -> JournalPage[JournalEntry]:
        """Look at the entries from the one before `end` back to `start`."""
        lowest, size = end, _FEWEST_AT_ONCE
        while lowest > start:
            if self._over():
                return self._page(lowest)
            writes, first = self._writes, max(start, lowest - size)
            for entry in reversed(await self._between(first, lowest)):
                if self._over():
                    return self._page(lowest)
                self._see(entry)
                lowest = entry.sequence
            lowest = first  # in a journal that was damaged, entries may be missing
            size = min(2 * size, _MOST_AT_ONCE) if self._writes - writes < _MANY_WRITES else max(1, size // 4)
        return self._page(None)

    async def _between(self, first: int, end: int) -> list[JournalEntry]:
        entries: list[JournalEntry] = []
        after = first - 1
        while after < end - 1 and (
            page := await self._documents.entries(self._org, after=after, limit=end - 1 - after)
        ):
            entries += [entry for entry in page if entry.sequence < end]
            after = page[-1].sequence
        return entries

    def _see(self, entry: JournalEntry) -> None:
        self._entries += 1
        self._writes += len(entry.writes)
        self._back_to = entry.at
        if self._wanted.matches(entry):
            self._found.append(entry)

    def _page(self, following: int | None) -> JournalPage[JournalEntry]:
        early = following is not None and len(self._found) < self._limit
        return JournalPage(tuple(self._found), following, early, self._back_to)


async def _sequences(
    documents: Storage, org: str, wanted: JournalFilter, kinds: Sequence[Kind[Any]]
) -> Sequence[int] | None:
    """Return the entries that wrote a document, newest first; None where there are more than are known by it."""
    known: set[int] = set()
    for kind in kinds:
        if wanted.kind in {None, kind.name}:
            history = await documents.history(kind, org, wanted.document_id or "", limit=_MOST_VERSIONS)
            if len(history) == _MOST_VERSIONS:
                return None
            known |= {revision.sequence for revision in history}
    return sorted(known, reverse=True)


async def _first(documents: Storage, org: str, end: int, holds: Callable[[datetime.datetime], bool]) -> int:
    """Return the first sequence whose time fulfills a condition that all later ones fulfill too; `end` if none does."""
    low, high = 1, end
    while low < high:
        middle = (low + high) // 2
        found = await documents.outbox(org, after=middle - 1, limit=1)
        # Time never runs backwards in a journal; in one that was cut off, nothing is where there should be something.
        if not found or holds(found[0].at):
            high = middle
        else:
            low = middle + 1
    return low


def moment(text: str | None, parameter: str, *, ends: bool) -> datetime.datetime | None:
    """Return the time that a date (its first instant in UTC or, where it `ends` something, its last) or a time says.

    A time without an offset is in UTC. Raises `Invalid` naming the parameter.
    """
    if text is None:
        return None
    try:
        if _DATE.fullmatch(text):
            day = datetime.date.fromisoformat(text)
            return datetime.datetime.combine(day, datetime.time.max if ends else datetime.time.min, datetime.UTC)
        if _TIME.fullmatch(text):
            found = datetime.datetime.fromisoformat(text)
            return found.astimezone(datetime.UTC) if found.tzinfo else found.replace(tzinfo=datetime.UTC)
    except (ValueError, OverflowError):
        pass  # no such day or time: answered below, like what is neither
    raise Invalid.field(parameter, "is no date or time: write 2025-06-30 or 2025-06-30T12:00:00Z")
