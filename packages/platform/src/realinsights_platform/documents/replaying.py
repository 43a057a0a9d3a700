"""Replaying: what one store has of an organization and another lacks, written there entry by entry as it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from realinsights_platform.documents.journal import GENESIS
from realinsights_platform.documents.journal_port import Journal, JournalEntry, Storage
from realinsights_platform.documents.moving import BrokenChain

_ENTRIES_AT_ONCE: Final = 200


async def hash_at(journal: Journal, org: str, sequence: int) -> str:
    """Return the hash of an entry; raises `BrokenChain` where there is none of this sequence."""
    if not sequence:
        return GENESIS
    found = await journal.entries(org, after=sequence - 1, limit=1)
    if not found or found[0].sequence != sequence:
        raise BrokenChain(f"The journal of {journal.service} and {org} has no entry {sequence}.")
    return found[0].hash


async def replay(source: Journal, target: Storage, org: str) -> AsyncIterator[tuple[JournalEntry, ...]]:
    """Write to the target what follows its end in the source, up to the source's end; yield what was written.

    Raises `BrokenChain` where what the target has is not what the source begins with.
    """
    sequence, last = await target.end(org)
    try:
        same = await hash_at(source, org, sequence) == last
    except BrokenChain:
        same = False
    if not same:
        raise BrokenChain(
            f"What the target has of {source.service} and {org} does not lie on the journal that is being moved."
        )
    page = await source.entries(org, after=sequence, limit=_ENTRIES_AT_ONCE)
    while page:
        # The next ones are read while these are written.
        reading = asyncio.ensure_future(source.entries(org, after=page[-1].sequence, limit=_ENTRIES_AT_ONCE))
        try:
            await target.replay(org, page)
        finally:
            following = await reading
        yield page
        page = following
