"""Storing of a tape's rows: one unit of work per chunk, the next drafted while the one before is committed."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from realinsights.loans.model.imports import Import
from realinsights.loans.model.tape import Statement, TapeFormat
from realinsights.loans.service.imports.drafting import DRAFTED_AHEAD, Chunk, Draft
from realinsights.loans.service.imports.drafting_process import DraftingProcess, DraftingThread
from realinsights.loans.service.imports.resources import ATTEMPTS, Resources, unit_of
from realinsights.loans.service.imports.stored_state import read_stored_state
from realinsights.loans.tapes.problems import Refused
from realinsights_platform.documents.port import Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.errors import Conflict, Stale

CHUNK: Final = 250  # loans of one unit of work
LARGE: Final = 2_000  # loans of a tape that is worth a process of its own, which takes half a second to start

Rows = list[Statement | Refused]
Drafting = DraftingProcess | DraftingThread
"""Where units of work are drafted."""


@dataclass(frozen=True, slots=True)
class _Begun:
    """A chunk that is being drafted."""

    rows: Rows
    draft: asyncio.Task[Draft | None]


@dataclass(frozen=True, slots=True)
class _Committing:
    """A chunk that is being committed; `progressed` is the import after it."""

    rows: Rows
    progressed: Import
    commit: asyncio.Task[bool]


async def store_rows(resources: Resources, work: Import, rows: Iterator[Statement | Refused]) -> Import:
    """Store the rows that are left and return the import after the last of them.

    While a chunk is committed, the next ones are drafted and one more is read. A chunk rests on the import as the one
    before it leaves it, and is committed only once that is stored: another process that runs the import at the same
    time may have brought it to the same version with other documents. So what is stored is always the beginning of the
    file, and whoever has lost the import to another process stores nothing more.
    """
    begun: deque[_Begun] = deque()
    committing: _Committing | None = None
    async with _drafting(resources, work) as drafting:
        coming = asyncio.create_task(asyncio.to_thread(_next, rows))
        try:
            while True:
                while len(begun) < DRAFTED_AHEAD and (chunk := await coming):
                    coming = asyncio.create_task(asyncio.to_thread(_next, rows))
                    follows = bool(begun) or committing is not None
                    begun.append(await _begin(resources, work, drafting, chunk, follows=follows))
                draft = await begun[0].draft if begun else None
                if committing is not None and await committing.commit:
                    work, committing = committing.progressed, None
                    resources.progress(work)
                if committing is None and draft is not None:
                    committing = _commit_draft(resources, work, begun.popleft().rows, draft)
                elif committing is None and not begun:
                    return work
                else:
                    # Somebody came in between, or the process that drafted has ended.
                    await _abandon(begun)
                    again = [*([committing.rows] if committing is not None else ()), *(one.rows for one in begun)]
                    committing = None
                    begun.clear()
                    for chunk in again:
                        work = await _stored_alone(resources, work, drafting, chunk)
        finally:
            await _abandon(begun)
            commits = () if committing is None else (committing.commit,)
            await asyncio.gather(coming, *commits, return_exceptions=True)


@asynccontextmanager
async def _drafting(resources: Resources, work: Import) -> AsyncIterator[Drafting]:
    """Draft a large tape in a process of its own, one tape at a time, and everything else in a thread."""
    loans = work.layout.loans - work.done if work.layout is not None else 0
    if loans < LARGE or resources.process_lock.locked():
        with contextlib.closing(DraftingThread()) as here:
            yield here
        return
    async with resources.process_lock:
        process = await asyncio.to_thread(DraftingProcess)
        try:
            yield process
        finally:
            await asyncio.to_thread(process.close)


async def _begin(resources: Resources, work: Import, drafting: Drafting, rows: Rows, *, follows: bool) -> _Begun:
    """Begin to draft a chunk; of those before it, only such as the draft goes on from may not be stored yet."""
    resources.quota.check(await resources.documents.stored_bytes(work.org))
    statements = [item for item in rows if isinstance(item, Statement)]
    within_deal = work.layout is not None and work.layout.format is TapeFormat.EX102
    known = await read_stored_state(
        unit_of(resources, work), resources.documents, statements, deal=work.deal, within_deal=within_deal
    )
    chunk = Chunk.of(rows, work=work, known=known, follows=follows)
    return _Begun(rows, asyncio.create_task(drafting.draft(chunk)))


async def _abandon(begun: Iterable[_Begun]) -> None:
    """Give drafts up, so that none of them comes between those that are begun from now on."""
    drafts = [one.draft for one in begun]
    for draft in drafts:
        draft.cancel()
    await asyncio.gather(*drafts, return_exceptions=True)


def _commit_draft(resources: Resources, work: Import, rows: Rows, draft: Draft) -> _Committing:
    unit = unit_of(resources, work)
    unit.adopt(draft.unit)
    return _Committing(rows, draft.progressed, asyncio.create_task(_commit(unit)))


async def _stored_alone(resources: Resources, work: Import, drafting: Drafting, rows: Rows) -> Import:
    """Return the import once a chunk is stored, read and drafted as often as somebody comes in between."""

    async def store(unit: Unit) -> Import:
        draft = await (await _begin(resources, work, drafting, rows, follows=False)).draft
        if draft is None:
            raise RuntimeError("a chunk that follows nothing was not drafted")
        unit.adopt(draft.unit)
        return draft.progressed

    progressed, _ = await committed(lambda: unit_of(resources, work), store, tries=ATTEMPTS)
    resources.progress(progressed)
    return progressed


async def _commit(unit: Unit) -> bool:
    """Commit; return False where one of its loans was changed, or one of the same number made, since it was read."""
    try:
        await unit.commit()
    except (Stale, Conflict):
        return False
    return True


def _next(rows: Iterator[Statement | Refused]) -> Rows:
    return list(itertools.islice(rows, CHUNK))
