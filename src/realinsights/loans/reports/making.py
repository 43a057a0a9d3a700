"""Making a report: its sheets, written as a workbook, as pages and as cells that a later run is compared with."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

import msgspec

from realinsights.loans.reports.book import Book
from realinsights.loans.reports.cells import Cell, Mixed, Sheet, Totals
from realinsights.loans.reports.made import CellsRow, Made, MadeFile, SheetHeading
from realinsights.loans.reports.printed import MOST_ROWS, Printed
from realinsights.loans.reports.sheets.kinds import SHEETS
from realinsights.loans.reports.workbook import Workbook

_ENCODE: Final = msgspec.json.Encoder(decimal_format="string").encode


def make(book: Book, folder: Path) -> Made:
    """Write `report.xlsx`, `report.json` and, where it is not too long, `report.pdf` into a folder."""
    order = book.order
    loans, balance = _totals(book)
    cover = (*order.cover, ("Outstanding loans", f"{loans:,}"), ("Outstanding balance", f"{balance:,}"))
    workbook = Workbook(folder / "report.xlsx", title=order.title, cover=cover)
    printed = Printed(title=order.title, cover=cover)
    cells = hashlib.sha256()
    with (folder / "report.json").open("wb") as file:
        for sheet in SHEETS[order.kind](book):
            _write(sheet, workbook, printed, (cells.update, file.write))
    workbook.close()
    formats, notes = ["xlsx", "json"], []
    if printed.too_long:
        notes.append(f"A PDF holds {MOST_ROWS:,} rows at most: this report is a workbook alone.")
    else:
        printed.save(folder / "report.pdf")
        formats.append("pdf")
    files = tuple(_made(folder, each) for each in formats)
    return Made(files, cells.hexdigest(), loans, balance, tuple(notes))


def _totals(book: Book) -> tuple[int, Decimal]:
    loans, balance = 0, Decimal("0.00")
    for line in book.owed():
        loans += 1
        balance += line.balance
    return loans, balance


def _write(sheet: Sheet, workbook: Workbook, printed: Printed, keep: Sequence[Callable[[bytes], object]]) -> None:
    totals = Totals(sheet.columns)
    workbook.begin(sheet)
    printed.begin(sheet)
    _keep(keep, SheetHeading(sheet.name, tuple(column.title for column in sheet.columns)))
    for row in sheet.rows:
        totals.add(row)
        workbook.add(row)
        printed.add(row)
        _keep(keep, (row.key, tuple(map(_text, row.cells))))
    workbook.end(totals)
    printed.end(totals)


def _keep(keep: Sequence[Callable[[bytes], object]], line: SheetHeading | CellsRow) -> None:
    encoded = _ENCODE(line) + b"\n"
    for each in keep:
        each(encoded)


def _text(cell: Cell) -> str | None:
    if isinstance(cell, Mixed):
        return _text(cell.value)
    if cell is None:
        return None
    return cell.isoformat() if isinstance(cell, datetime.date) else str(cell)


def _made(folder: Path, format_: str) -> MadeFile:
    path = folder / f"report.{format_}"
    with path.open("rb") as file:
        return MadeFile(format_, path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())
