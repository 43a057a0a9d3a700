"""Files of fixings: a column of days, and one for each index, as FRED and the Federal Reserve hand them out.

Values are in percent, as they are published, but for the SOFR index, which is a level. `.` and nothing are no value.
Where all values of a column are so small that they may as well be fractions (0.0533), nothing of it is read before
somebody says which they are. A value that went through binary floats (1.5869799999999998) is read with the decimals it
was published with.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from importlib.resources import files
from typing import BinaryIO, Final, NamedTuple

from realinsights.loans.model.fixings import RefusedFixing, ToldFixing, decimals_of, is_level
from realinsights.loans.model.index_names import index_code, index_label, index_named
from realinsights.loans.tapes import csv_text
from realinsights.loans.tapes.csv_text import DELIMITERS, TextForm
from realinsights.loans.tapes.problems import TapeRefused, quoted

MOST_BYTES: Final = 8 * 1024 * 1024
MOST_LINES: Final = 100_000
MOST_COLUMNS: Final = 50
MOST_VALUES: Final = 500_000

_NO_VALUE: Final = frozenset({"", ".", "nd", "n/a", "na", "-"})
_DAYS: Final = frozenset({"date", "observation date", "effective date", "day", "on"})
_VALUES: Final = frozenset({"value", "rate", "rate percent"})
_ISO: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_US: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_NUMBER: Final = re.compile(r"[+-]?(\d{1,12}(\.\d{0,40})?|\.\d{1,40})")
_NOISE: Final = Decimal("1e-12")
"""How far binary floats move a rate of some percent at most, as a fraction; real decimals are further away."""

_FRACTION_BELOW: Final = Decimal("0.25")
"""Values all below this may be fractions of up to 25 %, or percents of a time with hardly any interest."""

_WHOLE_PERCENTS: Final = 5
"""So many values of two decimals at most are no fractions: each would be a whole percent."""

_SAMPLES: Final = ("SOFR.csv", "SOFR30DAYAVG.csv", "SOFRINDEX.csv")


class FixingUnit(StrEnum):
    """What a number of a file is: 5.33, or 0.0533."""

    PERCENT = "percent"
    FRACTION = "fraction"


class _Cell(NamedTuple):
    line: int
    on: datetime.date
    text: str


@dataclass(slots=True)
class FileColumn:
    """What a file says of one index; `none` counts the days without a value.

    With a `question` it leaves open what its numbers are, and no value is read.
    """

    index: str
    header: str = ""
    fixings: list[ToldFixing] = field(default_factory=list)
    none: int = 0
    refused: list[RefusedFixing] = field(default_factory=list)
    question: str | None = None
    cells: list[_Cell] = field(default_factory=list)


def read_fixings(
    stream: BinaryIO, *, index: str | None = None, unit: FixingUnit | None = None
) -> tuple[FileColumn, ...]:
    """Return what a file says, by index; `index` names that of a file with one column, whatever its header says.

    `unit` says what its numbers are, where they leave it open. Raises `TapeRefused` for a file that is no such table; a
    line that cannot be is refused by itself.
    """
    encoding, _ = csv_text.encoding_of(stream)
    first = csv_text.beginning(stream, encoding).lstrip().partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    rows = csv_text.records(stream, TextForm(encoding=encoding, delimiter=delimiter))
    line, header = next(rows, (1, []))
    columns = _columns(header, index, line=line)
    for count, (line, cells) in enumerate(rows, start=1):
        if count > MOST_LINES:
            raise TapeRefused(f"has more than {MOST_LINES:,} lines", line=line)
        _read(columns, cells, line)
        if count * len(columns) > MOST_VALUES and sum(len(column.cells) for column in columns) > MOST_VALUES:
            raise TapeRefused(f"has more than {MOST_VALUES:,} values: import its columns in several files", line=line)
    for column in columns:
        _settle(column, unit)
    return tuple(columns)


def samples() -> Iterator[tuple[str, FileColumn]]:
    """Yield the public sample, file by file: SOFR, its 30-day average and its index, with where they come from."""
    folder = files("realinsights.loans.tapes") / "samples"
    for name in _SAMPLES:
        for column in read_fixings(io.BytesIO((folder / name).read_bytes())):
            yield name, column


def _columns(header: Sequence[str], index: str | None, *, line: int) -> list[FileColumn]:
    names = [" ".join(re.findall(r"[a-z]+", cell.casefold())) for cell in header]
    if len(header) < 2 or names[0] not in _DAYS:
        raise TapeRefused(
            "the first row must name the day and then each index, such as DATE,SOFR or observation_date,DGS10",
            line=line,
        )
    if len(header) > MOST_COLUMNS:
        raise TapeRefused(f"has more than {MOST_COLUMNS} columns", line=line)
    said = [cell.strip() for cell in header[1:]]
    if index is not None:
        if len(said) > 1:
            raise TapeRefused("has several indices: leave out the one that you name", line=line)
        said = [index]
    codes = []
    for text, name in zip(said, names[1:], strict=True):
        code = index_code(text)
        if not code or (index is None and name in _VALUES):
            raise TapeRefused(f"says {quoted(text)!r}, which is no index: say which index the file is of", line=line)
        codes.append(code)
    twice = next((code for code in codes if codes.count(code) > 1), None)
    if twice is not None:
        raise TapeRefused(f"has two columns of {index_label(twice)}", line=line)
    return [FileColumn(code, cell) for code, cell in zip(codes, header[1:], strict=True)]


def _read(columns: Sequence[FileColumn], cells: Sequence[str], line: int) -> None:
    on = _day(cells[0])
    for place, column in enumerate(columns, start=1):
        text = cells[place].strip() if place < len(cells) else ""
        if text.casefold() in _NO_VALUE:
            column.none += 1
        elif on is None and _US.fullmatch(cells[0].strip()):
            # The other slashed days of the file may then be read, and be other days than those meant.
            reason = f"says {quoted(cells[0])!r}, which is no day in the order month, day, year: write YYYY-MM-DD"
            raise TapeRefused(reason, line=line)
        elif on is None:
            reason = f"{quoted(cells[0])!r} is no day: write YYYY-MM-DD"
            column.refused.append(RefusedFixing(line=line, field="on", reason=reason))
        else:
            column.cells.append(_Cell(line, on, text))


def _settle(column: FileColumn, unit: FixingUnit | None) -> None:
    """Read a column's cells once all of them have shown what its numbers are."""
    unit = unit or _shown_unit(column)
    if unit is None:
        example = next(number for cell in column.cells if (number := _number(cell.text)))
        column.question = (
            f"The values of {index_label(column.index)} may be percents or fractions: "
            f"is {_plain(example)} {_plain(example)} % or {_plain(example * 100)} %?"
        )
        return
    for line, on, text in column.cells:
        value = _value(column.index, text, unit)
        if isinstance(value, str):
            column.refused.append(RefusedFixing(line=line, field="value", reason=value))
        else:
            column.fixings.append(ToldFixing(line, on, value))


def _shown_unit(column: FileColumn) -> FixingUnit | None:
    """Return what the numbers of a column show themselves to be; None where they may be either."""
    words = re.findall(r"[a-z]+", column.header.casefold())
    if is_level(column.index) or "%" in column.header or "percent" in words or "pct" in words:
        return FixingUnit.PERCENT
    if any(cell.text.endswith("%") for cell in column.cells):
        return FixingUnit.PERCENT
    numbers = [number for cell in column.cells if (number := _number(cell.text))]
    if not numbers or max(map(abs, numbers)) >= _FRACTION_BELOW:
        return FixingUnit.PERCENT
    whole = all(number == number.quantize(Decimal("0.01")) for number in numbers)
    return FixingUnit.PERCENT if whole and len(numbers) >= _WHOLE_PERCENTS else None


def _number(text: str) -> Decimal | None:
    number = text.removesuffix("%").strip()
    return Decimal(number) if _NUMBER.fullmatch(number) else None


def _day(text: str) -> datetime.date | None:
    text = text.strip()
    try:
        if _ISO.fullmatch(text):
            return datetime.date.fromisoformat(text)
        american = _US.fullmatch(text)
        if american is not None:
            month, day, year = map(int, american.groups())
            return datetime.date(year, month, day)
    except ValueError:
        return None
    return None


def _value(index: str, text: str, unit: FixingUnit) -> Decimal | str:
    said = _number(text)
    if said is None:
        return f"{quoted(text)!r} is no number"
    fraction = is_level(index) or (unit is FixingUnit.FRACTION and not text.endswith("%"))
    value = said if fraction else said.scaleb(-2)
    published = value.quantize(Decimal(1).scaleb(-decimals_of(index)), ROUND_HALF_UP)
    if value == published:
        return _plain(published)
    if abs(value - published) > _NOISE:
        decimals = decimals_of(index) - (0 if fraction else 2)
        whose = index_label(index) if index_named(index) is not None else "a fixing"
        return f"{quoted(text)} has more decimals than the {decimals} with which {whose} is published"
    return _plain(published)


def _plain(value: Decimal) -> Decimal:
    plain = value.normalize()
    return plain if plain.as_tuple().exponent <= 0 else plain.quantize(Decimal(1))  # type: ignore[operator]
