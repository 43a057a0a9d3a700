"""Workbooks (.xlsx): one sheet becomes a CSV, cell by cell as a spreadsheet shows it."""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, BinaryIO, Final, NamedTuple

from realinsights.loans.tapes import csv_table, headers
from realinsights.loans.tapes.problems import TapeRefused, quoted

MAX_UNPACKED: Final = 2 * 1024**3
MAX_COLUMNS: Final = 1_000
_TRIED_ROWS: Final = 30
_FEW: Final = 3  # columns that a header names

_MARK: Final = b"PK\x03\x04"
_OLD_MARK: Final = b"\xd0\xcf\x11\xe0"
_ZEROS: Final = re.compile(r"0+\Z")
_BREAKS: Final = re.compile(r"[\r\n]+")


class WhichSheet(TapeRefused):
    """A workbook whose tape cannot be told among its sheets: somebody has to say which it is."""

    def __init__(self, message: str, sheets: Iterable[str]) -> None:
        super().__init__(message)
        self.sheets = tuple(sheets)


class SheetRead(NamedTuple):
    """The sheet that is read of a workbook, among which, and what a person should know of it."""

    name: str
    sheets: tuple[str, ...]
    note: str


def is_workbook(stream: BinaryIO) -> bool:
    """Tell a workbook, of the old format too, by how the file begins."""
    stream.seek(0)
    return stream.read(4) in {_MARK, _OLD_MARK}


def to_csv(stream: BinaryIO, file: BinaryIO, *, sheet: str | None) -> SheetRead:
    """Write one sheet as CSV in UTF-8, each row on the line of its number; return which, and which are not used.

    `sheet` names it; by default it is the only one whose header is a tape's. Raises `TapeRefused` with the reason.
    """
    sheets = {one.title: one for one in _opened(stream).worksheets}
    chosen = _chosen(sheets, sheet)
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    for cells in _rows(sheets[chosen]):
        if len(cells) > MAX_COLUMNS:
            raise TapeRefused(f"the sheet “{chosen}” has more than {MAX_COLUMNS:,} columns")
        writer.writerow(cells)
    text.detach()
    unused = [name for name in sheets if name != chosen]
    note = f"the sheet “{chosen}” is read" + (f"; not used: {_names(unused)}" if unused else "")
    return SheetRead(chosen, tuple(sheets), note)


def _opened(stream: BinaryIO) -> Any:
    stream.seek(0)
    if stream.read(4) == _OLD_MARK:
        raise TapeRefused(
            "this workbook is of the old .xls format or has a password: save it as .xlsx without one, or as CSV"
        )
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
        known = any(part.filename == "xl/workbook.xml" for part in parts)
        if known and sum(part.file_size for part in parts) <= MAX_UNPACKED:
            import openpyxl  # noqa: PLC0415 - takes long to import, and few files need it

            return openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except MemoryError:
        raise
    except Exception:  # whatever a damaged workbook makes the libraries raise
        raise TapeRefused(
            "this workbook is damaged: open it in a spreadsheet and save it again, or save it as CSV"
        ) from None
    if known:
        raise TapeRefused(f"this workbook unpacks to more than {MAX_UNPACKED // 1024**3} GB")
    raise TapeRefused("this is an archive, and no .xlsx workbook: upload the file that is in it")


def _chosen(sheets: Mapping[str, Any], wanted: str | None) -> str:
    """Return the name of the sheet to read; raises `WhichSheet` where that cannot be told."""
    if wanted is not None:
        if wanted not in sheets:
            raise TapeRefused(f"there is no sheet “{quoted(wanted)}”; there are {_names(sheets)}")
        return wanted
    if len(sheets) == 1:
        return next(iter(sheets))
    tapes = [name for name, sheet in sheets.items() if sheet.sheet_state == "visible" and _has_header(sheet)]
    if len(tapes) == 1:
        return tapes[0]
    if tapes:
        raise WhichSheet(f"several sheets have a tape's header, {_names(tapes)}: say which with sheet=", tapes)
    raise WhichSheet(f"no sheet has a tape's header: say with sheet= which is the tape, {_names(sheets)}", sheets)


def _names(sheets: Iterable[str]) -> str:
    return ", ".join(f"“{quoted(name)}”" for name in sheets)


def _has_header(sheet: Any) -> bool:
    """Tell whether one of the first rows, or two, name a loan's number and some of what a tape says of a loan."""
    above: list[str] = []
    for place, cells in enumerate(_rows(sheet)):
        if place == _TRIED_ROWS or len(cells) > MAX_COLUMNS:
            return False
        for rows in ([cells], [above, cells]):
            found = {choice.column for choice in headers.suggest(csv_table.names_of(rows))}
            if "loanNumber" in found and len(found) >= _FEW:
                return True
        above = cells
    return False


def _rows(sheet: Any) -> Iterator[list[str]]:
    """Yield each row's cells as texts, the empty ones at its end left out; a blank row is an empty list."""
    sheet.reset_dimensions()
    at = 0
    for row in sheet.iter_rows():
        number = next((cell.row for cell in row if getattr(cell, "row", None)), at + 1)
        for _ in range(at + 1, number):
            yield []
        at = number
        cells = [_text(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        yield cells


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(timespec="seconds")
    if isinstance(value, int | float):
        return _number(value, cell.number_format or "")
    return _BREAKS.sub(" ", str(value))


def _number(value: float, shown: str) -> str:
    """Return a number to the 15 digits that a spreadsheet keeps, as its format shows zeros before it and percent."""
    number = Decimal(format(value, ".15g") if isinstance(value, float) else value)
    if _ZEROS.match(shown) and number == number.to_integral_value():
        return f"{int(number):0{len(shown)}}"
    if shown.partition(";")[0].rstrip().endswith("%"):
        return f"{(number * 100).normalize():f}%"
    return f"{number.normalize():f}"
