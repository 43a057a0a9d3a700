"""XLSX: each sheet is a page, its rows as lines; the first rows are its preview."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from realinsights.contracts.files import VersionState
from realinsights.files.extraction.archives import require_harmless
from realinsights.files.extraction.extracted import LONGEST_PAGE, Outcome, Page, Told, unreadable
from realinsights.files.model.previews import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_SHEETS,
    Preview,
    SheetPreview,
)

_MOST_ROWS: Final = 200_000


def read(stream: BinaryIO, media_type: str) -> Iterator[Told]:
    """Yield the text of a workbook's sheets, and what came of it with their first rows."""
    require_harmless(stream, "a workbook")
    try:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise unreadable("a workbook") from error
    sheets: list[SheetPreview] = []
    cut = False
    for number, sheet in enumerate(book.worksheets, 1):
        lines = [sheet.title]
        size = len(sheet.title)
        shown: list[tuple[str, ...]] = []
        whole = True
        for place, row in enumerate(sheet.iter_rows(values_only=True)):
            if place >= _MOST_ROWS or size > LONGEST_PAGE:
                cut, whole = True, False
                break
            cells = [cell_text(value) for value in row]
            while cells and not cells[-1]:
                cells.pop()
            if place < MOST_ROWS:
                whole = whole and len(cells) <= MOST_COLUMNS
                shown.append(tuple(cell[:LONGEST_CELL] for cell in cells[:MOST_COLUMNS]))
            else:
                whole = False
            line = "\t".join(cells)
            size += len(line) + 1
            lines.append(line)
        if len(sheets) < MOST_SHEETS:
            sheets.append(SheetPreview(name=sheet.title, rows=tuple(shown), whole=whole))
        yield Page(number, "\n".join(lines))
    note = f"of a sheet the first {LONGEST_PAGE:,} characters are found" if cut else None
    yield Outcome(VersionState.READY, pages=len(book.worksheets), note=note, preview=Preview(sheets=tuple(sheets)))


def cell_text(value: Any) -> str:
    """Return a cell as it is shown: no time where it is midnight, no digits that binary fractions bring along."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "seconds")
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)
