"""Closing a journal: an organization is deleted, its service stores nothing for it any more and removes what there is.

The entry that closes a journal holds no document and one `JournalClosed`: how much there was. It follows the entry
before it by that one's hash, as every entry does. What came before it goes, entry by entry; it stays, with what is
added after it, so that the chain can still be verified from there on and an anchor of the last entry still compared.
Nothing but what says that it comes after (`Unit.close_journal`) can be added to a closed journal: a request, an import
or a message that is under way meets `Closed`.
"""

from __future__ import annotations

import datetime
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from realinsights_platform.blobs import Blobs
from realinsights_platform.documents.closed import Closure, JournalClosed
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Kind, Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.documents.text_port import TextIndex
from realinsights_platform.errors import Stale
from realinsights_platform.events import tag_of

_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Kept:
    """All that a service keeps of organizations: its documents, their texts, and folders of files, each per `org`."""

    storage: Storage
    kinds: Sequence[Kind[Any]]
    blobs: Blobs
    folders: tuple[str, ...] = ()
    texts: TextIndex | None = None


async def close_journal(
    kept: Kept,
    *,
    org: str,
    reason: str,
    actor: str,
    business_date: datetime.date,
    refuse: Callable[[Unit], Awaitable[None]] | None = None,
) -> None:
    """Close an organization's journal; one that is closed stays as it is.

    `refuse` may raise to leave it open: nothing that it looked at has changed by the time the journal is closed.
    """

    async def work(unit: Unit) -> None:
        if await kept.storage.closed(org) is not None:
            return
        sequence = await kept.storage.sequence(org)
        if refuse is not None:
            await refuse(unit)
        unit.emit(await _measured(kept, org, reason=reason, entries=sequence))
        unit.close_journal(after=sequence)

    await committed(
        lambda: kept.storage.unit(org=org, actor=actor, business_date=business_date), work, crossed=(Stale,)
    )


async def _measured(kept: Kept, org: str, *, reason: str, entries: int) -> JournalClosed:
    counts = {kind.name: await kept.storage.count(kind, org) for kind in kept.kinds}
    files = [await kept.blobs.list(f"{folder}/{org}") for folder in kept.folders]
    return JournalClosed(
        reason=reason,
        documents={name: count for name, count in counts.items() if count},
        entries=entries,
        files=sum(len(some) for some in files),
        file_bytes=sum([await kept.blobs.size(f"{folder}/{org}") for folder in kept.folders]),
    )


async def closure(storage: Storage, org: str) -> Closure | None:
    """Return how an organization's journal ends, None while it is open."""
    sequence = await storage.closed(org)
    if sequence is None:
        return None
    (entry,) = await storage.entries(org, after=sequence - 1, limit=1)
    told = next(event for event in msgspec.json.decode(entry.events) if event["type"] == tag_of(JournalClosed))
    return Closure(
        sequence=entry.sequence,
        at=entry.at,
        last_hash=entry.previous_hash,
        hash=entry.hash,
        told=msgspec.convert(told, JournalClosed),
    )


async def erase(kept: Kept, org: str) -> None:
    """Remove all that is left of an organization whose journal is closed; doing it again removes what came late.

    Texts go before the documents that name them, files last: what was on its way there has met `Closed` by then.
    """
    if kept.texts is not None:
        await kept.texts.remove_all(org)
    while await kept.storage.erase(org, most=_AT_ONCE):
        pass
    for folder in kept.folders:
        await kept.blobs.clear(f"{folder}/{org}")
