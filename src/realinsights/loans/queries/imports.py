"""Reads of imports: the list, the rows of one, and the column mappings that an organization has stored."""

from __future__ import annotations

import asyncio

from realinsights.loans.model.imports import ColumnMapping, Import, ImportRow, ImportState, RowOutcome
from realinsights.loans.queries.history import read
from realinsights.loans.store import IMPORT_ROWS, IMPORTS, MAPPINGS
from realinsights_platform.documents.port import Documents, Equal, Order, Page, Position, Where


async def list_imports(
    documents: Documents,
    *,
    org: str,
    state: ImportState | None,
    deal: str | None,
    after: Position | None,
    limit: int,
) -> Page[Import]:
    """Return a page of imports, the latest first."""
    where: list[Where] = [Equal("state", state.value)] if state is not None else []
    where += [Equal("deal", deal)] if deal is not None else []
    order = Order("requested_at", descending=True)
    return await documents.find(IMPORTS, org, *where, order=order, after=after, limit=limit)


async def list_import_rows(
    documents: Documents, *, org: str, import_id: str, outcome: RowOutcome | None, after: Position | None
) -> Page[ImportRow]:
    """Return what became of the loans of one unit of work of an import; raises `NotFound`.

    With `outcome` only such rows, those of the next unit that has any.
    """
    await read(documents, IMPORTS, org=org, document_id=import_id)
    while True:
        page = await documents.find(IMPORT_ROWS, org, Equal("import_id", import_id), after=after, limit=1)
        rows = tuple(row for unit in page.items for row in unit.rows if outcome in {None, row.outcome})
        if rows or page.next is None:
            return Page(rows, page.next)
        after = page.next
        await asyncio.sleep(0)  # a unit takes half a millisecond to read: let other requests have their turn


async def list_mappings(documents: Documents, *, org: str, after: Position | None) -> Page[ColumnMapping]:
    """Return a page of the layouts that this organization has said how to read."""
    return await documents.find(MAPPINGS, org, after=after, limit=50)
