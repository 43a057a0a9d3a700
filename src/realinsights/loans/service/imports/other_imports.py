"""Other imports that say the same: where one import is undone, what the others say stays.

A row that changed nothing leaves no statement of its own, so that the same file again costs no write; it is found again
in its import's rows once an undo asks for it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import msgspec

from realinsights.loans.model.imports import (
    MOST_SHOWN,
    Import,
    ImportRow,
    ImportState,
    RowOutcome,
    TapeStatement,
    rows_id,
)
from realinsights.loans.model.period import period_id
from realinsights.loans.service.imports.resources import CHUNKS_AT_ONCE
from realinsights.loans.store import IMPORT_ROWS, IMPORTS, STATEMENTS
from realinsights_platform.documents.port import Documents, Equal, Order, Revision
from realinsights_platform.documents.walking import walk

_BEING_TAKEN_BACK = frozenset({ImportState.UNDOING, ImportState.UNDONE})


@dataclass(frozen=True, slots=True)
class RepeatedRow:
    """A row of another import that said of a loan's period what was stored of it already."""

    work: Import
    chunk: int
    row: int
    line: int


@dataclass(slots=True)
class OtherImports:
    """What the imports besides one say, by statement, the latest last; `undone` are the imports taken back already."""

    documents: Documents
    work: Import
    by_statement: dict[str, list[RepeatedRow]] = field(default_factory=dict)
    undone: set[str] = field(default_factory=set)

    async def standing(self, row: ImportRow, said: TapeStatement) -> TapeStatement | None:
        """Return what is said of a row's period without the row: what was said last by an import that stands."""
        repetitions = self.by_statement.get(said.id, [])
        if said.version == 1:
            return _taken_over(said, repetitions[-1]) if repetitions else None
        newer: Revision[TapeStatement] | None = None
        for revision in await self.documents.history(STATEMENTS, self.work.org, said.id, limit=1000):
            if revision.document is None:
                return None
            for repeated in reversed(repetitions):
                if await self._found_stored(repeated, revision, newer):
                    return _taken_over(revision.document, repeated)
            if await self._stands(revision.document, row, newer):
                return revision.document
            newer = revision
        return None

    async def _found_stored(
        self, repeated: RepeatedRow, revision: Revision[TapeStatement], newer: Revision[TapeStatement] | None
    ) -> bool:
        key = rows_id(repeated.work.id, repeated.chunk)
        (written,) = await self.documents.history(IMPORT_ROWS, repeated.work.org, key, limit=1)
        return revision.sequence < written.sequence and (newer is None or written.sequence < newer.sequence)

    async def _stands(self, earlier: TapeStatement, row: ImportRow, newer: Revision[TapeStatement] | None) -> bool:
        if earlier.import_id == self.work.id:
            return earlier.statement.row < row.row  # a row before this one said it of the same period
        if earlier.import_id not in self.undone:
            return True
        if newer is None:
            return False
        # What its import's undo had left, because somebody had edited the loan, was there for the next one to correct.
        before = await self.documents.as_known_at(IMPORTS, self.work.org, earlier.import_id, newer.at)
        return before is not None and before.state is ImportState.UNDONE


async def read_other_imports(documents: Documents, work: Import) -> OtherImports:
    """Read the rows of every other import that said again what was stored of a period of this one."""
    others = OtherImports(documents, work)
    order = Order("requested_at")
    async for other in walk(documents, IMPORTS, work.org, Equal("dry_run", False), order=order, limit=100):
        if other.state is ImportState.UNDONE:
            others.undone.add(other.id)
        if other.id == work.id or other.state in _BEING_TAKEN_BACK or not other.unchanged or _apart(work, other):
            continue
        async for stored in walk(documents, IMPORT_ROWS, other.org, Equal("import_id", other.id), limit=CHUNKS_AT_ONCE):
            for row in stored.rows:
                if row.outcome is RowOutcome.UNCHANGED and row.loan_id is not None and row.period_end is not None:
                    key = period_id(row.loan_id, row.period_end)
                    others.by_statement.setdefault(key, []).append(RepeatedRow(other, stored.chunk, row.row, row.line))
            await asyncio.sleep(0)
    return others


def _apart(work: Import, other: Import) -> bool:
    """Tell whether two imports surely speak of different periods."""
    whole = len(work.periods) < MOST_SHOWN and len(other.periods) < MOST_SHOWN
    return whole and set(work.periods).isdisjoint(other.periods)


def _taken_over(said: TapeStatement, repeated: RepeatedRow) -> TapeStatement:
    # Where its properties stand in the other file is not known of a row that changed nothing: the loan's row stands in.
    statement = msgspec.structs.replace(
        said.statement,
        row=repeated.row,
        line=repeated.line,
        properties=tuple(msgspec.structs.replace(asset, row=repeated.row) for asset in said.statement.properties),
    )
    return msgspec.structs.replace(said, import_id=repeated.work.id, statement=statement)
