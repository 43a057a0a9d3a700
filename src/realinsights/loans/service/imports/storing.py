"""Stores a tape's rows, one unit of work per chunk, drafting the next while the one before is being committed."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections import deque
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, Protocol

from realinsights.loans.model.imports import Import
from realinsights.loans.model.tape import Statement, TapeFormat
from realinsights.loans.service.imports.drafting import UNSTORED, Chunk, Draft
from realinsights.loans.service.imports.drafting_places import DraftingElsewhere, DraftingHere
from realinsights.loans.service.imports.known import gather
from realinsights.loans.service.imports.workshop import ATTEMPTS, Workshop, unit_of
from realinsights.loans.tapes.problems import Refused
from realinsights_platform.documents.port import Unit
from realinsights_platform.errors import Conflict, Stale

CHUNK: Final = 250  # loans of one unit of work
LARGE: Final = 2_000  # loans of a tape that is worth a process of its own, which takes half a second to start

Rows = list[Statement | Refused]


class Drafting(Protocol):
    """Where units of work are drafted."""

    def begin(self, chunk: Chunk) -> Future[Draft | None]:
        """Begin to draft a chunk, once those before it are drafted; None where it follows one that was lost."""

    def close(self) -> None:
        """Draft no more."""


@dataclass(frozen=True, slots=True)
class _Begun:
    """A chunk that is being drafted."""

    rows: Rows
    draft: Future[Draft | None]


@dataclass(frozen=True, slots=True)
class _Drafted:
    """A chunk that is being committed: `work` is the import before it, `progressed` after it."""

    rows: Rows
    work: Import
    progressed: Import
    commit: asyncio.Task[bool]


async def store_rows(shop: Workshop, work: Import, rows: Iterator[Statement | Refused]) -> Import:
    """Store the rows that are left and return the import after the last of them.

    While a chunk is committed, the next ones are drafted and one more is read. Each is committed after the one before
    it, so what is stored is always the beginning of the file.
    """
    begun: deque[_Begun] = deque()
    drafted: _Drafted | None = None
    async with _drafting(shop, work) as drafting:
        coming = asyncio.create_task(asyncio.to_thread(_next, rows))
        try:
            while True:
                while len(begun) < UNSTORED and (chunk := await coming):
                    coming = asyncio.create_task(asyncio.to_thread(_next, rows))
                    follows = drafted is not None or bool(begun)
                    begun.append(await _begin(shop, work, drafting, chunk, follows=follows))
                if not begun:
                    return work if drafted is None else await _settled(shop, drafting, drafted)
                draft = await asyncio.wrap_future(begun[0].draft)
                if drafted is not None:
                    work = await _settled(shop, drafting, drafted)
                if draft is None or (drafted is not None and work is not drafted.progressed):
                    # What they followed is lost, or is not what was stored.
                    again = [one.rows for one in begun]
                    begun.clear()
                    for chunk in again:
                        begun.append(await _begin(shop, work, drafting, chunk, follows=bool(begun)))
                drafted = await _committing(shop, work, begun.popleft())
        finally:
            unfinished = [coming] if drafted is None else [coming, drafted.commit]
            await asyncio.gather(*unfinished, return_exceptions=True)


@asynccontextmanager
async def _drafting(shop: Workshop, work: Import) -> AsyncIterator[Drafting]:
    """Draft a large tape in a process of its own, one tape at a time, and everything else in a thread."""
    loans = work.layout.loans - work.done if work.layout is not None else 0
    if loans < LARGE or shop.elsewhere.locked():
        with contextlib.closing(DraftingHere()) as here:
            yield here
        return
    async with shop.elsewhere:
        process = await asyncio.to_thread(DraftingElsewhere)
        try:
            yield process
        finally:
            await asyncio.to_thread(process.close)


async def _begin(shop: Workshop, work: Import, drafting: Drafting, rows: Rows, *, follows: bool = False) -> _Begun:
    """Begin to draft a chunk; of those before it, only such as the draft goes on from may not be stored yet."""
    statements = [item for item in rows if isinstance(item, Statement)]
    within_deal = work.layout is not None and work.layout.format is TapeFormat.EX102
    known = await gather(unit_of(shop, work), shop.documents, statements, deal=work.deal, within_deal=within_deal)
    return _Begun(rows, drafting.begin(Chunk.of(rows, work=work, known=known, follows=follows)))


async def _committing(shop: Workshop, work: Import, begun: _Begun) -> _Drafted:
    """Begin to commit a chunk once it is drafted."""
    draft = await asyncio.wrap_future(begun.draft)
    if draft is None:
        raise RuntimeError("a chunk that follows nothing was not drafted")
    unit = unit_of(shop, work)
    unit.adopt(draft.unit)
    return _Drafted(begun.rows, work, draft.progressed, asyncio.create_task(_commit(unit)))


async def _settled(shop: Workshop, drafting: Drafting, drafted: _Drafted) -> Import:
    """Return the import once a chunk is stored; where somebody came in between, read, plan and commit it again."""
    attempts = 1
    while not await drafted.commit:
        if attempts == ATTEMPTS:
            raise Stale("these loans are being changed faster than they can be imported")
        drafted = await _committing(shop, drafted.work, await _begin(shop, drafted.work, drafting, drafted.rows))
        attempts += 1
    shop.progress(drafted.progressed)
    return drafted.progressed


async def _commit(unit: Unit) -> bool:
    """Commit; return False where one of its loans was changed, or one of the same number made, since it was read."""
    try:
        await unit.commit()
    except (Stale, Conflict):
        return False
    return True


def _next(rows: Iterator[Statement | Refused]) -> Rows:
    return list(itertools.islice(rows, CHUNK))
