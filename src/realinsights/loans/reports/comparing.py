"""Comparing two runs of a report, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final

import msgspec

from realinsights.loans.reports.made import CellsRow, SheetHeading

_HEADING: Final = msgspec.json.Decoder(SheetHeading)
_ROW: Final = msgspec.json.Decoder(CellsRow)

Rows = dict[str, tuple[str | None, ...]]


class CellChange(StrEnum):
    """What became of a row or a cell."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class CellDifference(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One difference; `row` is what the row begins with. Of a row that is only in one run, `column` is null."""

    sheet: str
    row: str
    change: CellChange
    column: str | None = None
    before: str | None = None
    after: str | None = None


def differences(before: Iterable[bytes], after: Iterable[bytes]) -> Iterator[CellDifference]:
    """Yield what differs between the cells of two runs, sheet by sheet; columns are compared by their titles."""
    old, new = dict(_sheets(before)), dict(_sheets(after))
    for name in dict.fromkeys((*new, *old)):
        old_columns, old_rows = old.get(name, ((), {}))
        columns, rows = new.get(name, ((), {}))
        for key in dict.fromkeys((*rows, *old_rows)):
            was, now = old_rows.get(key), rows.get(key)
            title = " · ".join(text for text in (now or was or ())[:2] if text)
            if was is None or now is None:
                change = CellChange.ADDED if was is None else CellChange.REMOVED
                yield CellDifference(sheet=name, row=title, change=change)
                continue
            earlier = dict(zip(old_columns, was, strict=True))
            for column, cell in zip(columns, now, strict=True):
                if earlier.get(column) != cell:
                    yield CellDifference(
                        sheet=name,
                        row=title,
                        change=CellChange.CHANGED,
                        column=column,
                        before=earlier.get(column),
                        after=cell,
                    )


def _sheets(lines: Iterable[bytes]) -> Iterator[tuple[str, tuple[tuple[str, ...], Rows]]]:
    heading: SheetHeading | None = None
    rows: Rows = {}
    for line in lines:
        if line.startswith(b"{"):
            if heading is not None:
                yield heading.sheet, (heading.columns, rows)
            heading, rows = _HEADING.decode(line), {}
        else:
            key, cells = _ROW.decode(line)
            rows[key] = cells
    if heading is not None:
        yield heading.sheet, (heading.columns, rows)
