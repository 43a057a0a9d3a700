"""Exports of the listed loans: which and in what order is settled once, each page is as the loans are by then."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from realinsights.dashboard.model.columns import Columns
from realinsights.dashboard.model.dashboard import LoanSelection
from realinsights.dashboard.model.exports import row_of
from realinsights.dashboard.model.lines import lines
from realinsights.dashboard.model.ordering import LineOrder, ordered
from realinsights.dashboard.service.engine import Engine

_PAGE = 100

Rows = list[tuple[Any, ...]]


async def exported(*, engine: Engine, org: str, which: LoanSelection, order: LineOrder) -> AsyncIterator[Rows]:
    """Return pages of rows; a loan deleted meanwhile is left out."""
    ids = await engine.ask(
        org,
        lambda columns, _: _ids(which.standing(columns), which, order),
        ahead=which.ahead,
    )
    return _pages(engine, org, ids, which)


def _ids(columns: Columns, which: LoanSelection, order: LineOrder) -> list[str]:
    rows = ordered(columns, which.flags(columns), order=order, on=which.on, filters=which.filters)
    return [columns.ids[row] for row in rows]


async def _pages(engine: Engine, org: str, ids: Sequence[str], which: LoanSelection) -> AsyncIterator[Rows]:
    for start in range(0, len(ids), _PAGE):
        yield await _page(engine, org, ids[start : start + _PAGE], which)


async def _page(engine: Engine, org: str, ids: Sequence[str], which: LoanSelection) -> Rows:
    def rows(columns: Columns, _: int) -> Rows:
        there = [row for loan_id in ids if (row := columns.rows.get(loan_id)) is not None]
        return [row_of(line) for line in lines(which.standing(columns), there, which.filters, which.on)]

    return await engine.ask(org, rows, ahead=which.ahead)
