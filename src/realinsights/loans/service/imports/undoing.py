"""Run of an undo: take an import back chunk by chunk, except what was changed since."""

from __future__ import annotations

import asyncio

import msgspec

from realinsights.loans.model.imports import Import, ImportRow, ImportState, UndoResult, rows_id
from realinsights.loans.service.imports.orphans import delete_lenders
from realinsights.loans.service.imports.other_imports import OtherImports, read_other_imports
from realinsights.loans.service.imports.resources import ATTEMPTS, Resources, save, unit_of
from realinsights.loans.service.imports.withdrawing import Withdrawal, withdraw_row
from realinsights.loans.store import IMPORT_ROWS, IMPORTS
from realinsights_platform.documents.port import Unit
from realinsights_platform.documents.retrying import committed


async def run_undo(*, resources: Resources, work: Import) -> Import:
    """Take an import back from where its undo stands, the last chunk first; done again it changes nothing."""
    others = await read_other_imports(resources.documents, work)
    while work.undone_chunks < work.chunks:
        work = await _undo_chunk(resources, work, work.chunks - 1 - work.undone_chunks, others)
        await asyncio.sleep(0)
    return await save(resources, work, state=ImportState.UNDONE)


async def _undo_chunk(resources: Resources, work: Import, chunk: int, others: OtherImports) -> Import:
    async def withdraw(unit: Unit) -> Import:
        stored = await unit.get(IMPORT_ROWS, rows_id(work.id, chunk))
        rows = stored.rows if stored is not None else ()
        withdrawal = Withdrawal(resources.documents, unit, work, others, work.undo or UndoResult())
        for row in filter(_said_something, reversed(rows)):
            await withdraw_row(withdrawal, row=row)
        await delete_lenders(unit, resources.documents, left=withdrawal.lenders, loan_ids=withdrawal.loans)
        undone = msgspec.structs.replace(work, undo=withdrawal.result, undone_chunks=work.undone_chunks + 1)
        return unit.put(IMPORTS, undone)

    progressed, _ = await committed(lambda: unit_of(resources, work), withdraw, tries=ATTEMPTS)
    resources.progress(progressed)
    return progressed


def _said_something(row: ImportRow) -> bool:
    return row.loan_id is not None and row.period_end is not None and not row.problems
