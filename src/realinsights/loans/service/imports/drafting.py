"""Drafting of an import's units of work: what a chunk of its rows stores, ready to be committed. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from realinsights.loans.model.imports import (
    MOST_SHOWN,
    Import,
    ImportRow,
    ImportRows,
    ImportState,
    RowOutcome,
    TapeTotals,
    rows_id,
)
from realinsights.loans.model.reconciliation import differences
from realinsights.loans.model.tape import Statement
from realinsights.loans.service.imports.planning import Plan, Planner
from realinsights.loans.service.imports.stored_state import StoredState, overlay
from realinsights.loans.store import IMPORT_ROWS, IMPORTS, LOANS
from realinsights.loans.tapes.problems import Refused
from realinsights_platform.documents.port import PreparedUnit
from realinsights_platform.documents.preparing import prepare

DRAFTED_AHEAD: Final = 2
"""Chunks that are begun at a time: one is drafted, the next one waits for it. The one before them is being stored."""


class Chunk(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Rows in the file's order, a statement each, or None for the next of `refused`; and what is known of them.

    With `follows`, it goes on from the chunks before it, which may not be stored yet; else from `work` as stored.
    """

    work: Import
    statements: tuple[Statement | None, ...]
    refused: tuple[Refused, ...]
    known: StoredState
    follows: bool

    @classmethod
    def of(cls, rows: Sequence[Statement | Refused], *, work: Import, known: StoredState, follows: bool) -> Chunk:
        """Return the chunk of these rows."""
        return cls(
            work,
            tuple(row if isinstance(row, Statement) else None for row in rows),
            tuple(row for row in rows if isinstance(row, Refused)),
            known,
            follows,
        )

    @property
    def rows(self) -> list[Statement | Refused]:
        """Return the rows in the file's order."""
        refused = iter(self.refused)
        return [next(refused) if statement is None else statement for statement in self.statements]


class Draft(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A chunk's unit of work; `progressed` is the import after it."""

    progressed: Import
    unit: PreparedUnit


class Drafter:
    """A drafter of one import's chunks, in order; it remembers how far they came and what the last ones make known."""

    def __init__(self) -> None:
        self._progressed: Import | None = None
        self._newer: deque[StoredState] = deque(maxlen=DRAFTED_AHEAD)

    def draft(self, chunk: Chunk) -> Draft | None:
        """Return the chunk's unit of work; None where it follows one that was drafted elsewhere."""
        work, known = chunk.work, chunk.known
        planner = Planner(work, details=work.dry_run)
        if not chunk.follows:
            self._newer.clear()
        elif self._progressed is None:
            return None
        else:
            work = self._progressed
            said = [statement for statement in chunk.statements if statement is not None]
            for newer in self._newer:
                overlay(known, newer, said, [number for statement in said for number in planner.numbers(statement)])
        plan = planner.plan(chunk.rows, known, work.conventions)
        progressed = msgspec.structs.replace(_progressed(work, plan), version=work.version + 1)
        self._progressed = progressed
        self._newer.append(known)
        own = ((IMPORT_ROWS, _rows(work, plan)), (IMPORTS, progressed))
        if work.dry_run:
            return Draft(progressed, prepare(work.org, own))
        expected = ((LOANS, loan) for loan in plan.expected.values())
        unit = prepare(work.org, (*plan.writes, *own), expectations=expected, events=plan.events)
        return Draft(progressed, unit)


def _rows(work: Import, plan: Plan) -> ImportRows:
    return ImportRows(
        id=rows_id(work.id, work.chunks),
        org=work.org,
        version=1,
        import_id=work.id,
        chunk=work.chunks,
        rows=tuple(plan.rows),
    )


def _progressed(work: Import, plan: Plan) -> Import:
    outcomes = [row.outcome for row in plan.rows]
    periods = sorted({*work.periods, *(row.period_end for row in plan.rows if row.period_end is not None)})
    rejected = [problem for row in plan.rows for problem in row.problems]
    warnings = [warning for row in plan.rows for warning in row.warnings]
    reconciled = [row.reconciliation.outcome for row in plan.rows if row.reconciliation is not None]
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
        totals=(work.totals or TapeTotals()).with_more(plan.taken),
        balance_change=(work.balance_change or 0) + plan.balance_change,
        loans_change=(work.loans_change or 0) + plan.loans_change,
        after=None
        if work.after is None
        else work.after.with_change(
            loans=plan.loans_change,
            properties=plan.properties_change,
            balance=plan.balance_change,
            interest=plan.interest_change,
        ),
        reconciliation=work.reconciliation.with_more(reconciled),
        conventions=plan.conventions,
        differences=(*work.differences, *_differing(plan.rows))[:MOST_SHOWN],
        rejected=(*work.rejected, *rejected)[:MOST_SHOWN],
        warned=work.warned + sum(bool(row.warnings) for row in plan.rows),
        warnings=(*work.warnings, *warnings)[:MOST_SHOWN],
    )


def _differing(rows: list[ImportRow]) -> Iterator[Any]:
    for row in rows:
        if row.reconciliation is not None:
            yield from differences(row.number or "", row.reconciliation)
