"""Stores a tape's rows, one unit of work per chunk, planning the next while the one before is being committed."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from realinsights.loans.model.imports import (
    MOST_SHOWN,
    Import,
    ImportRow,
    ImportRows,
    ImportState,
    ReconciliationCounts,
    RowOutcome,
    rows_id,
)
from realinsights.loans.model.reconciliation import Outcome, differences
from realinsights.loans.model.tape import Statement, TapeFormat
from realinsights.loans.service.imports.known import Known, gather
from realinsights.loans.service.imports.planning import Plan, Planner
from realinsights.loans.service.imports.workshop import ATTEMPTS, Workshop, unit_of
from realinsights.loans.store import IMPORT_ROWS, IMPORTS, LOANS
from realinsights.loans.tapes.problems import Refused
from realinsights_platform.documents.port import Unit
from realinsights_platform.errors import Conflict, Stale

CHUNK: Final = 250  # loans of one unit of work

Rows = list[Statement | Refused]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A chunk whose unit of work is ready: `work` is the import before it, `progressed` after it."""

    rows: Rows
    work: Import
    progressed: Import
    unit: Unit
    known: Known


async def store_rows(shop: Workshop, work: Import, rows: Iterator[Statement | Refused]) -> Import:
    """Store the rows that are left and return the import after the last of them.

    Each chunk is committed after the one before it, so what is stored is always the beginning of the file.
    """
    planner = Planner(work, details=work.dry_run)
    before: tuple[_Prepared, asyncio.Task[bool]] | None = None
    try:
        while chunk := await asyncio.to_thread(_next, rows):
            if before is None:
                prepared = await _prepare(shop, work, planner, chunk, None)
            else:
                prepared = await _prepare(shop, before[0].progressed, planner, chunk, before[0].known)
                work = await _settled(shop, planner, *before)
                if work is not before[0].progressed:
                    prepared = await _prepare(shop, work, planner, chunk, None)
            before = prepared, asyncio.create_task(_commit(prepared.unit))
        return work if before is None else await _settled(shop, planner, *before)
    finally:
        if before is not None:
            await asyncio.gather(before[1], return_exceptions=True)


async def _settled(shop: Workshop, planner: Planner, prepared: _Prepared, commit: asyncio.Task[bool]) -> Import:
    """Return the import once a chunk is stored; where somebody came in between, read, plan and commit it again."""
    stored = await commit
    attempts = 1
    while not stored:
        if attempts == ATTEMPTS:
            raise Stale("these loans are being changed faster than they can be imported")
        prepared = await _prepare(shop, prepared.work, planner, prepared.rows, None)
        stored = await _commit(prepared.unit)
        attempts += 1
    shop.progress(prepared.progressed)
    return prepared.progressed


async def _prepare(shop: Workshop, work: Import, planner: Planner, rows: Rows, newer: Known | None) -> _Prepared:
    unit = unit_of(shop, work)
    statements = [item for item in rows if isinstance(item, Statement)]
    within_deal = work.layout is not None and work.layout.format is TapeFormat.EX102
    known = await gather(unit, shop.documents, statements, deal=work.deal, within_deal=within_deal, newer=newer)
    # In a thread: planning and indexing a chunk takes long enough to keep other requests waiting.
    progressed = await asyncio.to_thread(_plan_into, unit, work, planner, rows, known)
    return _Prepared(rows, work, progressed, unit, known)


async def _commit(unit: Unit) -> bool:
    """Commit; return False where one of its loans was changed, or one of the same number made, since it was read."""
    try:
        await unit.commit()
    except (Stale, Conflict):
        return False
    return True


def _next(rows: Iterator[Statement | Refused]) -> Rows:
    return list(itertools.islice(rows, CHUNK))


def _plan_into(unit: Unit, work: Import, planner: Planner, rows: Rows, known: Known) -> Import:
    plan = planner.plan(rows, known)
    if not work.dry_run:
        _apply(unit, plan)
    unit.put(IMPORT_ROWS, _rows(work, plan))
    return unit.put(IMPORTS, _progressed(work, plan))


def _apply(unit: Unit, plan: Plan) -> None:
    for kind, document in plan.writes:
        unit.put(kind, document)
    for loan in plan.expected.values():
        unit.expect(LOANS, loan)
    for event in plan.events:
        unit.emit(event)


def _rows(work: Import, plan: Plan) -> ImportRows:
    return ImportRows(
        id=rows_id(work.id, work.chunks), org=work.org, import_id=work.id, chunk=work.chunks, rows=tuple(plan.rows)
    )


def _progressed(work: Import, plan: Plan) -> Import:
    outcomes = [row.outcome for row in plan.rows]
    periods = sorted({*work.periods, *(row.period_end for row in plan.rows if row.period_end is not None)})
    rejected = [problem for row in plan.rows for problem in row.problems]
    return msgspec.structs.replace(
        work,
        state=ImportState.RUNNING,
        done=work.done + len(plan.rows),
        chunks=work.chunks + 1,
        loans=work.loans + sum(outcome is not RowOutcome.REFUSED for outcome in outcomes),
        properties=work.properties + sum(row.properties for row in plan.rows if row.outcome is not RowOutcome.REFUSED),
        created=work.created + outcomes.count(RowOutcome.CREATED),
        updated=work.updated + outcomes.count(RowOutcome.UPDATED),
        unchanged=work.unchanged + outcomes.count(RowOutcome.UNCHANGED),
        refused=work.refused + outcomes.count(RowOutcome.REFUSED),
        period=periods[-1] if periods else None,
        periods=tuple(periods[-MOST_SHOWN:]),
        reconciliation=_counted(work.reconciliation, plan.rows),
        differences=(*work.differences, *_differing(plan.rows))[:MOST_SHOWN],
        rejected=(*work.rejected, *rejected)[:MOST_SHOWN],
    )


def _counted(before: ReconciliationCounts, rows: list[ImportRow]) -> ReconciliationCounts:
    found = [row.reconciliation.outcome for row in rows if row.reconciliation is not None]
    return ReconciliationCounts(
        matched=before.matched + found.count(Outcome.MATCHED),
        not_due=before.not_due + found.count(Outcome.NOT_DUE),
        differs=before.differs + found.count(Outcome.DIFFERS),
        not_computed=before.not_computed + found.count(Outcome.NOT_COMPUTED),
        closed=before.closed + found.count(Outcome.CLOSED),
    )


def _differing(rows: list[ImportRow]) -> Iterator[Any]:
    for row in rows:
        if row.reconciliation is not None:
            yield from differences(row.number or "", row.reconciliation)
