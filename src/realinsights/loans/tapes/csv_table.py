"""Tables of CSV files: where they begin, below titles and blank lines, and which delimiter parts their cells."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final, NamedTuple

from realinsights.loans.model.tape import ColumnChoice, ColumnUnit
from realinsights.loans.tapes import csv_text, headers
from realinsights.loans.tapes.column import Reading
from realinsights.loans.tapes.columns import BY_NAME
from realinsights.loans.tapes.csv_text import DELIMITERS, TextForm
from realinsights.loans.tapes.placeholders import says_nothing
from realinsights.loans.tapes.problems import TapeRefused

TRIED: Final = 30
"""The first records among which the header is looked for."""

_ENOUGH: Final = 2
"""The columns that a record below the first has to name to be a header."""

_SEPARATOR: Final = re.compile(r'\s*"?sep=(.)"?[,;\t| ]*\r?\n', re.IGNORECASE)
_UNIT: Final = re.compile(
    r"[\s($]*(?:%|\$|usd|us\$|000s?|mm|yrs?|years?|mos?|months?|percent|pct|bps?|dollars|thousands|millions"
    r"|m{1,4}[/-]d{1,2}[/-]y{2,4}|d{1,2}[/-]m{1,4}[/-]y{2,4}|y{4}-m{2}-d{2}"
    r"|text|string|char|varchar|alphanumeric|numeric|number|num|integer|int|decimal|float|currency|money|amount|date"
    r"|boolean|y/n|yes/no|code|[a-z*])?[\s)]*\Z"
)
"""What a second line of a header says of all that stands below it, and not of what it is."""

_NUMBERS: Final = frozenset({Reading.MONEY, Reading.RATE, Reading.NUMBER, Reading.WHOLE})
_SCALE: Final = re.compile(
    r"(?:\bin\b|\()[\s$]*(?:us|usd)?[\s$]*(thousands|millions|000'?s?|mm)\b", re.IGNORECASE | re.ASCII
)
_KINDS: Final = {
    "date": frozenset({Reading.DATE}),
    "code": frozenset({Reading.CHOICE}),
    **dict.fromkeys(("amount", "money", "currency"), frozenset({Reading.MONEY})),
    **dict.fromkeys(("number", "num", "numeric", "integer", "int", "decimal", "float"), _NUMBERS),
}
"""Which columns can hold what a second line says of them; what is not here can be said of every one."""

_GROUPS: Final = frozenset(
    {"loan", "loans", "debt", "note", "property", "date", "dates", "term", "terms", "amount", "amounts", "key"}
    | {"detail", "details", "info", "information", "loan terms", "key dates", "loan information", "loan details"}
)
"""Titles above several columns that leave out nothing of what the names below them say."""


class _Found(NamedTuple):
    """A place of the header, the best one first when sorted."""

    named: int
    cells: int
    delimiter: str
    at: int = 1
    rows: int = 1


def table_of(
    stream: BinaryIO, *, encoding: str | None = None, mapping: Sequence[ColumnChoice] | None = None
) -> TextForm:
    """Return how a file is to be read and where its header is; raises `TapeRefused`.

    The header is the record, or two records, among the first ones whose cells name the most columns.
    """
    name, guessed = csv_text.encoding_of(stream, encoding=encoding)
    text = csv_text.beginning(stream, name)
    if not text.strip():
        raise TapeRefused("the file has no header: its first line names the columns")
    separator = _SEPARATOR.match(text)
    delimiters = (separator[1],) if separator is not None and not separator[1].isalnum() else DELIMITERS
    said = frozenset(headers.tidy(choice.header) for choice in mapping or ())
    best = max(
        (_header(text, delimiter, said, skipped=int(separator is not None)) for delimiter in delimiters),
        key=lambda found: (found.named, found.cells),
    )
    titles = list(_beginning(text, best.delimiter))[: best.at - 1]
    return TextForm(name, best.delimiter, guessed, header_at=best.at, header_rows=best.rows, scale=_scale_said(titles))


def _scale_said(titles: Sequence[Sequence[str]]) -> ColumnUnit | None:
    """Return the one scale that lines above the header say all amounts have: ($ in thousands)."""
    said = {match[1].lower() for cells in titles for cell in cells for match in _SCALE.finditer(cell)}
    found = {ColumnUnit.MILLIONS if word[0] == "m" else ColumnUnit.THOUSANDS for word in said}
    return found.pop() if len(found) == 1 else None


def header_of(stream: BinaryIO, form: TextForm) -> tuple[str, ...]:
    """Return the names of the file's columns."""
    return header_and_line(stream, form)[0]


def header_and_line(stream: BinaryIO, form: TextForm) -> tuple[tuple[str, ...], int]:
    """Return the names of the file's columns, and the line that the first of them stands on."""
    rows: list[list[str]] = []
    line = 1
    for at, (begins, cells) in enumerate(csv_text.records(stream, form), start=1):
        if at < form.header_at:
            continue
        if len(cells) > headers.MAX_COLUMNS:
            few = headers.MAX_COLUMNS
            raise TapeRefused(f"the file has {len(cells):,} columns; at most {few} are read", line=begins)
        line = line if rows else begins
        rows.append(cells)
        if len(rows) == form.header_rows:
            return names_of(rows), line
    raise TapeRefused("the file has no header: its first line names the columns")


def _header(text: str, delimiter: str, said: frozenset[str], *, skipped: int) -> _Found:
    """Return where the header is if `delimiter` parts the cells."""
    rows = list(_beginning(text, delimiter))[skipped:]
    if not rows:
        return _Found(0, 0, delimiter)
    if len(rows[0]) > headers.MAX_COLUMNS:
        return _Found(0, len(rows[0]), delimiter, skipped + 1)
    first = _Found(_named(names_of(rows[:1]), said), len(rows[0]), delimiter, skipped + 1)
    best = first
    for index, cells in enumerate(rows):
        if len(cells) > headers.MAX_COLUMNS:
            continue
        at = skipped + index + 1
        one = _named(names_of([cells]), said)
        if one > best.named and one >= _ENOUGH:
            best = _Found(one, len(cells), delimiter, at)
        if index + 1 == len(rows) or len(rows[index + 1]) > headers.MAX_COLUMNS:
            continue
        both = _named(names_of(rows[index : index + 2]), said)
        goes_on = best.at == at and (
            (both >= best.named and all(map(_is_unit, rows[index + 1]))) or _qualifies(cells, rows[index + 1])
        )
        if (both > best.named and both >= _ENOUGH) or (goes_on and both):
            best = _Found(both, len(cells), delimiter, at, 2)
    return best


def _qualifies(header: Sequence[str], below: Sequence[str]) -> bool:
    """Tell whether the line below a header says more of its names, as Original and Current below two balances do.

    It has words alone, one of them where a number or a date would stand, and no loan's number.
    """
    columns = {choice.column: list(map(headers.tidy, header)).index(choice.header) for choice in _suggested(header)}
    number = columns.get("loanNumber")
    texts = [text for text in map(headers.tidy, below) if text]
    if number is None or any(map(str.isdigit, "".join(texts))) or any(map(says_nothing, texts)):
        return False
    if number < len(below) and headers.tidy(below[number]) and not _is_unit(below[number]):
        return False
    return any(
        at < len(below) and below[at].strip() and BY_NAME[column].reading not in {Reading.TEXT, Reading.CHOICE}
        for column, at in columns.items()
    )


def _beginning(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found = 0
    try:
        for cells in reader:
            if len(cells) > headers.MAX_COLUMNS or any(cell.strip() for cell in cells):
                yield cells
                found += 1
            if found == TRIED:
                return
    except csv.Error:  # without its delimiter a long line is one cell that is too long
        return


def names_of(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the names of columns that a header of one record or two says."""
    if len(rows) == 1:
        return tuple(map(headers.tidy, rows[0]))
    width = max(map(len, rows))
    first, second = ([*map(headers.tidy, row), *[""] * (width - len(row))] for row in rows)
    names, group = [], ""
    for above, below in zip(first, second, strict=True):
        group = above if above or not below else group
        names.append(_name(above, below, group))
    return tuple(names)


def _name(above: str, below: str, group: str) -> str:
    """Return a column's name of two lines, in the order that is known: Balance above Original is the original balance.

    A line below that says no more than the unit is left out; so is a title above several columns that says nothing of
    what they are. A `group` is such a title, of this column or of one before it.
    """
    whole = f"{above} {below}".strip()
    tried = [whole, *([f"{below} {above}"] if above and below else ())]
    if below and _is_unit(below) and _fits(above, below):
        tried.append(above)
    if above.lower() in _GROUPS:
        tried.append(below)
    if not above and group:
        more = f"{group} {below}"  # UW above NOI and NCF says what either is
        tried.insert(int(headers.column_of(more)[1] != headers.column_of(below)[1]), more)
        tried.append(f"{below} {group}")
    return next((name for name in tried if headers.column_of(name)[1] is not None), whole)


def _fits(above: str, below: str) -> bool:
    """Tell whether a kind of thing can stand in the column that the name above it means: a lender's number cannot."""
    column = headers.column_of(above)[1]
    kinds = _KINDS.get(below.strip(" ()").lower())
    return column is None or kinds is None or BY_NAME[column].reading in kinds or column == "loanNumber"


def _suggested(header: Sequence[str]) -> Sequence[ColumnChoice]:
    return headers.suggest(tuple(map(headers.tidy, header)))


def _named(header: Sequence[str], said: frozenset[str]) -> int:
    return len({choice.header for choice in headers.suggest(header)} | said.intersection(header))


def _is_unit(cell: str) -> bool:
    """Tell whether a cell below a header's says no more than the unit, or what kind of thing stands there."""
    return _UNIT.match(cell.lower()) is not None
