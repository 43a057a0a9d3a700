"""Takes an import back, chunk after chunk, unless what it brought was touched since."""

from __future__ import annotations

import asyncio

import msgspec

from realinsights.contracts.loans import PartyDeleted, PartyKind
from realinsights.loans.model.imports import Import, ImportState, UndoResult, rows_id
from realinsights.loans.service.imports.withdrawing import created_by, withdraw_row
from realinsights.loans.service.imports.workshop import ATTEMPTS, Workshop, save, unit_of
from realinsights.loans.store import IMPORT_ROWS, IMPORTS, LENDERS, LOANS
from realinsights_platform.documents.port import Equal
from realinsights_platform.errors import Conflict, Stale


async def run_undo(*, shop: Workshop, work: Import) -> Import:
    """Take an import back from where its undo stands, the last chunk first; done again it changes nothing."""
    while work.undone_chunks < work.chunks:
        work = await _undo_chunk(shop, work, work.chunks - 1 - work.undone_chunks)
        await asyncio.sleep(0)
    await _delete_lenders(shop, work)
    return await save(shop, work, state=ImportState.UNDONE)


async def _undo_chunk(shop: Workshop, work: Import, chunk: int) -> Import:
    for attempt in range(ATTEMPTS):
        unit = unit_of(shop, work)
        stored = await unit.get(IMPORT_ROWS, rows_id(work.id, chunk))
        result = work.undo or UndoResult()
        rows = stored.rows if stored is not None else ()
        for row in reversed(rows):
            if row.statement_version and row.loan_id is not None and row.period_end is not None:
                result = await withdraw_row(documents=shop.documents, unit=unit, work=work, row=row, result=result)
        progressed = unit.put(IMPORTS, msgspec.structs.replace(work, undo=result, undone_chunks=work.undone_chunks + 1))
        try:
            await unit.commit()
        except (Stale, Conflict):
            if attempt == ATTEMPTS - 1:
                raise
            continue
        shop.progress(progressed)
        return progressed
    raise AssertionError("the last attempt returns or raises")


async def _delete_lenders(shop: Workshop, work: Import) -> None:
    """Delete the lenders the import brought that nobody has edited and that have no loan."""
    for chunk in range(work.chunks):
        async with unit_of(shop, work) as unit:
            rows = await unit.get(IMPORT_ROWS, rows_id(work.id, chunk))
            created = [key for row in rows.rows for key in created_by(row, LENDERS.name)] if rows is not None else []
            for key in created:
                lender = await unit.get(LENDERS, key)
                if lender is None or lender.version != 1:
                    continue
                if await shop.documents.count(LOANS, work.org, Equal("lender_id", key)):
                    continue
                unit.delete(LENDERS, lender)
                unit.emit(PartyDeleted(kind=PartyKind.LENDER, party_id=key))
