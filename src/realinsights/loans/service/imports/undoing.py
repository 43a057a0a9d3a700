"""Takes an import back, chunk after chunk, unless what it brought was touched since."""

from __future__ import annotations

import asyncio

import msgspec

from realinsights.loans.model.imports import Import, ImportRow, ImportState, UndoResult, rows_id
from realinsights.loans.service.imports.claims import Claims, claims_besides
from realinsights.loans.service.imports.leftovers import delete_lenders
from realinsights.loans.service.imports.withdrawing import Withdrawal, withdraw_row
from realinsights.loans.service.imports.workshop import ATTEMPTS, Workshop, save, unit_of
from realinsights.loans.store import IMPORT_ROWS, IMPORTS
from realinsights_platform.errors import Conflict, Stale


async def run_undo(*, shop: Workshop, work: Import) -> Import:
    """Take an import back from where its undo stands, the last chunk first; done again it changes nothing."""
    claims = await claims_besides(shop.documents, work)
    while work.undone_chunks < work.chunks:
        work = await _undo_chunk(shop, work, work.chunks - 1 - work.undone_chunks, claims)
        await asyncio.sleep(0)
    return await save(shop, work, state=ImportState.UNDONE)


async def _undo_chunk(shop: Workshop, work: Import, chunk: int, claims: Claims) -> Import:
    for attempt in range(ATTEMPTS):
        unit = unit_of(shop, work)
        stored = await unit.get(IMPORT_ROWS, rows_id(work.id, chunk))
        rows = stored.rows if stored is not None else ()
        withdrawal = Withdrawal(shop.documents, unit, work, claims, work.undo or UndoResult())
        for row in filter(_said_something, reversed(rows)):
            await withdraw_row(withdrawal, row=row)
        await delete_lenders(unit, shop.documents, left=withdrawal.lenders, loan_ids=withdrawal.loans)
        undone = msgspec.structs.replace(work, undo=withdrawal.result, undone_chunks=work.undone_chunks + 1)
        progressed = unit.put(IMPORTS, undone)
        try:
            await unit.commit()
        except (Stale, Conflict):
            if attempt == ATTEMPTS - 1:
                raise
            continue
        shop.progress(progressed)
        return progressed
    raise AssertionError("the last attempt returns or raises")


def _said_something(row: ImportRow) -> bool:
    return row.loan_id is not None and row.period_end is not None and not row.problems
