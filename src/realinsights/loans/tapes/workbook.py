"""Workbooks (.xlsx): one sheet becomes a CSV, cell by cell as a spreadsheet shows it, in a process of its own.

`python -m realinsights.loans.tapes.workbook` reads a workbook from its first argument and writes the CSV to its second:
a file from a stranger may be made to take long, or much memory.
"""

from __future__ import annotations

import csv
import datetime
import re
import resource
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, BinaryIO, Final

import msgspec

from realinsights.loans.tapes import headers
from realinsights.loans.tapes.problems import TapeRefused, quoted

SECONDS: Final = 120
"""The CPU time that a workbook may take to be read."""

MAX_MEMORY: Final = 2 * 1024**3
MAX_UNPACKED: Final = 2 * 1024**3
MAX_COLUMNS: Final = 1_000
_TRIED_ROWS: Final = 30

_MARK: Final = b"PK\x03\x04"
_OLD_MARK: Final = b"\xd0\xcf\x11\xe0"
_ZEROS: Final = re.compile(r"0+\Z")
_BREAKS: Final = re.compile(r"[\r\n]+")


class SheetRead(msgspec.Struct, frozen=True):
    """The sheet that was read and those that were not; `refused` says why none was."""

    sheet: str = ""
    others: tuple[str, ...] = ()
    refused: str | None = None

    @property
    def note(self) -> str:
        """Which sheet is read, and which are not used."""
        if not self.others:
            return f"the sheet “{self.sheet}” is read"
        return f"the sheet “{self.sheet}” is read; not used: {_names(self.others)}"


def is_workbook(stream: BinaryIO) -> bool:
    """Tell a workbook, of the old format too, by how the file begins."""
    stream.seek(0)
    return stream.read(4) in {_MARK, _OLD_MARK}


def to_csv(stream: BinaryIO, csv_file: IO[bytes], *, sheet: str | None) -> SheetRead:
    """Write one sheet as CSV in UTF-8, each row on the line of its number; blocks until the other process is done.

    `sheet` names it; by default it is the only one whose header is a tape's. Raises `TapeRefused` with the reason.
    """
    stream.seek(0)
    if stream.read(4) == _OLD_MARK:
        raise TapeRefused(
            "this workbook is of the old .xls format or has a password: save it as .xlsx without one, or as CSV"
        )
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "workbook.xlsx"), Path(folder, "sheet.csv")
        stream.seek(0)
        with source.open("wb") as copy:
            while chunk := stream.read(1024 * 1024):
                copy.write(chunk)
        command = [sys.executable, "-m", __spec__.name, str(source), str(target), *([] if sheet is None else [sheet])]
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, timeout=4 * SECONDS, check=True)  # noqa: S603 - no shell
            read = msgspec.json.decode(done.stdout, type=SheetRead)
        except (subprocess.SubprocessError, msgspec.DecodeError):
            raise TapeRefused(
                f"this workbook could not be read within {SECONDS} seconds and {MAX_MEMORY // 1024**3} GB of memory: "
                "save the sheet as CSV"
            ) from None
        if read.refused is not None:
            raise TapeRefused(read.refused)
        with target.open("rb") as written:
            while chunk := written.read(1024 * 1024):
                csv_file.write(chunk)
    return read


def _convert(source: Path, target: Path, wanted: str | None) -> SheetRead:
    book = _opened(source)
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    chosen = _chosen(sheets, wanted)
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for cells in _rows(sheets[chosen]):
            if len(cells) > MAX_COLUMNS:
                raise TapeRefused(f"the sheet “{chosen}” has more than {MAX_COLUMNS:,} columns")
            writer.writerow(cells)
    return SheetRead(chosen, tuple(name for name in sheets if name != chosen))


def _opened(source: Path) -> Any:
    try:
        with zipfile.ZipFile(source) as archive:
            parts = archive.infolist()
        known = any(part.filename == "xl/workbook.xml" for part in parts)
        if known and sum(part.file_size for part in parts) <= MAX_UNPACKED:
            import openpyxl  # noqa: PLC0415 - takes long to import, and only this process needs it

            return openpyxl.load_workbook(source, read_only=True, data_only=True, keep_links=False)
    except Exception:  # whatever a damaged workbook makes the libraries raise
        raise TapeRefused(
            "this workbook is damaged: open it in a spreadsheet and save it again, or save it as CSV"
        ) from None
    if known:
        raise TapeRefused(f"this workbook unpacks to more than {MAX_UNPACKED // 1024**3} GB")
    raise TapeRefused("this is an archive, and no .xlsx workbook: upload the file that is in it")


def _chosen(sheets: Mapping[str, Any], wanted: str | None) -> str:
    """Return the name of the sheet to read; raises `TapeRefused` where that cannot be told."""
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
        raise TapeRefused(f"several sheets have a tape's header, {_names(tapes)}: say which with sheet=")
    raise TapeRefused(f"no sheet has a tape's header: say with sheet= which is the tape, {_names(sheets)}")


def _names(sheets: Iterable[str]) -> str:
    return ", ".join(f"“{quoted(name)}”" for name in sheets)


def _has_header(sheet: Any) -> bool:
    """Tell whether one of the first rows names a loan's number and some of what a tape says of a loan."""
    for place, cells in enumerate(_rows(sheet)):
        if place == _TRIED_ROWS or len(cells) > MAX_COLUMNS:
            return False
        found = {choice.column for choice in headers.suggest(tuple(cell.strip() for cell in cells))}
        if "loanNumber" in found and len(found) >= 3:
            return True
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
    if value is None or cell.data_type == "e":  # #N/A and the like: nothing is known
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


def _run() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    source, target, *sheet = sys.argv[1:]
    try:
        read = _convert(Path(source), Path(target), sheet[0] if sheet else None)
    except TapeRefused as refusal:
        read = SheetRead(refused=str(refusal))
    sys.stdout.buffer.write(msgspec.json.encode(read))


if __name__ == "__main__":
    _run()
