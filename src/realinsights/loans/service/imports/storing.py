"""Stores a tape's rows, one unit of work per chunk, drafting the next while the one before is being committed."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, Protocol

from realinsights.loans.model.imports import Import
from realinsights.loans.model.tape import Statement, TapeFormat
from realinsights.loans.service.imports.drafting import Chunk, Draft, Drafter
from realinsights.loans.service.imports.drafting_process import DraftingProcess
from realinsights.loans.service.imports.known import gather
from realinsights.loans.service.imports.workshop import ATTEMPTS, Workshop, unit_of
from realinsights.loans.tapes.problems import Refused
from realinsights_platform.documents.port import Unit
from realinsights_platform.errors import Conflict, Stale

CHUNK: Final = 250  # loans of one unit of work
LARGE: Final = 2_000  # loans of a tape that is worth a process of its own, which takes half a second to start

Rows = list[Statement | Refused]


class Drafting(Protocol):
    """What drafts units of work, here or elsewhere."""

    def draft(self, chunk: Chunk) -> Draft | None:
        """Return the chunk's unit of work; None where it follows one that was drafted elsewhere."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A chunk whose unit of work is ready: `work` is the import before it, `progressed` after it."""

    rows: Rows
    work: Import
    progressed: Import
    unit: Unit


async def store_rows(shop: Workshop, work: Import, rows: Iterator[Statement | Refused]) -> Import:
    """Store the rows that are left and return the import after the last of them.

    Each chunk is committed after the one before it, so what is stored is always the beginning of the file.
    """
    before: tuple[_Prepared, asyncio.Task[bool]] | None = None
    async with _drafting(shop, work) as drafting:
        coming = asyncio.create_task(asyncio.to_thread(_next, rows))
        try:
            while chunk := await coming:
                coming = asyncio.create_task(asyncio.to_thread(_next, rows))
                prepared = None
                if before is not None:
                    prepared = await _prepare(shop, before[0].progressed, drafting, chunk, follows=True)
                    work = await _settled(shop, drafting, *before)
                    if work is not before[0].progressed:
                        prepared = None
                if prepared is None:
                    prepared = await _prepared(shop, work, drafting, chunk)
                before = prepared, asyncio.create_task(_commit(prepared.unit))
            return work if before is None else await _settled(shop, drafting, *before)
        finally:
            await asyncio.gather(coming, *([before[1]] if before is not None else ()), return_exceptions=True)


@asynccontextmanager
async def _drafting(shop: Workshop, work: Import) -> AsyncIterator[Drafting]:
    """Draft a large tape in a process of its own, one tape at a time, and everything else here."""
    if work.layout is None or work.layout.loans - work.done < LARGE or shop.elsewhere.locked():
        yield Drafter()
        return
    async with shop.elsewhere:
        process = await asyncio.to_thread(DraftingProcess)
        try:
            yield process
        finally:
            await asyncio.to_thread(process.close)


async def _settled(shop: Workshop, drafting: Drafting, prepared: _Prepared, commit: asyncio.Task[bool]) -> Import:
    """Return the import once a chunk is stored; where somebody came in between, read, plan and commit it again."""
    stored = await commit
    attempts = 1
    while not stored:
        if attempts == ATTEMPTS:
            raise Stale("these loans are being changed faster than they can be imported")
        prepared = await _prepared(shop, prepared.work, drafting, prepared.rows)
        stored = await _commit(prepared.unit)
        attempts += 1
    shop.progress(prepared.progressed)
    return prepared.progressed


async def _prepared(shop: Workshop, work: Import, drafting: Drafting, rows: Rows) -> _Prepared:
    """Prepare a chunk once everything before it is stored."""
    prepared = await _prepare(shop, work, drafting, rows, follows=False)
    if prepared is None:
        raise RuntimeError("a chunk that follows nothing was not drafted")
    return prepared


async def _prepare(shop: Workshop, work: Import, drafting: Drafting, rows: Rows, *, follows: bool) -> _Prepared | None:
    unit = unit_of(shop, work)
    statements = [item for item in rows if isinstance(item, Statement)]
    within_deal = work.layout is not None and work.layout.format is TapeFormat.EX102
    known = await gather(unit, shop.documents, statements, deal=work.deal, within_deal=within_deal)
    # In a thread: planning and indexing a chunk takes long enough to keep other requests waiting.
    draft = await asyncio.to_thread(drafting.draft, Chunk.of(rows, work=work, known=known, follows=follows))
    if draft is None:
        return None
    unit.adopt(draft.unit)
    return _Prepared(rows, work, draft.progressed, unit)


async def _commit(unit: Unit) -> bool:
    """Commit; return False where one of its loans was changed, or one of the same number made, since it was read."""
    try:
        await unit.commit()
    except (Stale, Conflict):
        return False
    return True


def _next(rows: Iterator[Statement | Refused]) -> Rows:
    return list(itertools.islice(rows, CHUNK))
