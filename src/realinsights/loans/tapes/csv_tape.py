"""CSV tapes: records to statements; records in a row with one loan number and date are one loan's properties."""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import BinaryIO, Final

import msgspec

from realinsights.loans.model.tape import ColumnChoice, ColumnReading, Statement
from realinsights.loans.tapes import column_readings, csv_table, csv_values, headers
from realinsights.loans.tapes.columns import BY_NAME
from realinsights.loans.tapes.csv_loans import LoanReader, Record, problem_of, refused
from realinsights.loans.tapes.csv_text import TextForm, records
from realinsights.loans.tapes.named_mappings import Fit, NamedMapping, fitting
from realinsights.loans.tapes.precision import PrecisionEvidence
from realinsights.loans.tapes.problems import BadValue, Refused, TapeRefused, quoted
from realinsights.loans.tapes.survey import Survey, Surveyed

MOST_ROWS: Final = 2_000  # of one loan and date, a property each
_NUMBERED_CHILD: Final = re.compile(r"(.+)[.-]\d+\Z")
_LETTERED_CHILD: Final = re.compile(r"(\d+)[A-Za-z]\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Outline:
    """What a first pass over the file finds; the header begins on `line`."""

    form: TextForm
    header: tuple[str, ...]
    line: int
    columns: Surveyed
    loans: int = 0
    rows: int = 0
    evidence: PrecisionEvidence = field(default_factory=PrecisionEvidence)
    fits: Fit | None = None

    @property
    def note(self) -> str | None:
        """Return what a person should know of how the file is read."""
        above = f"the header is on line {self.line}: what stands above it is not read"
        if self.form.scale is not None:
            above += f", but that amounts are in {self.form.scale.value}"
        at = above if self.form.header_at > 1 else None
        updates = headers.only_updates({choice.column for choice in self.columns.mapping})
        only = "it does not say how loans began: it updates those that are there, and makes none" if updates else None
        return "; ".join(filter(None, (self.form.guessed, at, only, *self.columns.notes))) or None


def field_of(column: str) -> str:
    """Return the statement's field a column is read into, a building's with `properties.` before it."""
    known = BY_NAME[column]
    return f"properties.{known.field}" if known.of_property else known.field


def outline(
    stream: BinaryIO,
    *,
    encoding: str | None = None,
    mapping: Sequence[ColumnChoice] | None = None,
    named: NamedMapping | None = None,
    only: bool = False,
) -> Outline:
    """Read the whole file once; raises `TapeRefused` for what is no CSV, `Invalid` for a mapping that does not fit.

    What a mapping leaves out is recognized by its name, unless it is a `named` one or the `only` source.
    """
    form = csv_table.table_of(stream, encoding=encoding, mapping=mapping if named is None else named.columns)
    header, line = csv_table.header_and_line(stream, form)
    if named is not None:
        mapping, only = named.of(header), True
    given = tuple(msgspec.structs.replace(choice, header=headers.tidy(choice.header)) for choice in mapping or ())
    chosen = headers.checked(header, given)
    if not only:
        chosen = headers.checked(header, headers.suggest(header, given))
    fits = fitting(header) if mapping is None else None
    headers.refuse_missing(header, chosen, line=line, fits=fits.name if fits is not None else None)
    columns = {choice.column: header.index(choice.header) for choice in chosen}
    balance, principal = columns.get("currentBalance"), columns.get("principal")
    survey = Survey(header, chosen)
    evidence = PrecisionEvidence()
    loans = rows = 0
    for group in _groups(stream, form, header, chosen):
        loans += 1
        rows += len(group)
        for one in group:
            survey.look(one.cells)
        if balance is not None and principal is not None:
            first = group[0].cells
            evidence.see(balance=_quietly(first, balance), principal=_quietly(first, principal))
    if not loans:
        raise TapeRefused("the file has a header and no rows: there is nothing to import")
    surveyed = survey.result(said={choice.header for choice in given}, european=form.delimiter == ";", scale=form.scale)
    return Outline(form, header, line, surveyed, loans, rows, evidence, fits)


def first_look(
    stream: BinaryIO,
    *,
    encoding: str | None = None,
    cells: bool,
    mapping: Sequence[ColumnChoice] | None = None,
    named: NamedMapping | None = None,
) -> Outline:
    """Return what the header says, and with `cells` all cells too; unlike for `outline`, columns may be missing.

    Instead of what the names say, a `mapping` or a `named` one does; what it says of other columns is left aside.
    """
    form = csv_table.table_of(stream, encoding=encoding, mapping=mapping if named is None else named.columns)
    header, line = csv_table.header_and_line(stream, form)
    mapping = mapping if named is None else named.of(header)
    known = None if mapping is None else [choice for choice in mapping if choice.header in header]
    survey = Survey(header, headers.suggest(header) if known is None else known)
    if cells:
        for _, record in itertools.islice(records(stream, form), form.above, None):
            survey.look([*record, *[""] * (len(header) - len(record))])
    said = {choice.header for choice in known or ()}
    surveyed = survey.result(said=said, european=form.delimiter == ";", scale=form.scale)
    return Outline(form, header, line, surveyed, fits=fitting(header))


def statements(
    stream: BinaryIO,
    *,
    form: TextForm,
    mapping: Sequence[ColumnChoice],
    columns: Sequence[ColumnReading] = (),
    as_of: datetime.date | None,
) -> Iterator[Statement | Refused]:
    """Yield one statement per loan and date, in the file's order, or why it is refused; `as_of` where no row says.

    `columns` are the outline's: without them each column is read as its choice says.
    """
    header = csv_table.header_of(stream, form)
    reader = LoanReader(header, columns or map(column_readings.fixed, mapping))
    seen: dict[tuple[str, datetime.date], int] = {}
    buildings: dict[str, int] = {}
    terms: dict[str, int] = {}  # hashes: the terms themselves of a hundred thousand loans are 40 MB
    for group in _groups(stream, form, header, mapping):
        read = reader.statement(group, as_of)
        if isinstance(read, Statement):
            key = (read.number, read.period_end)
            if key in seen:
                yield _again(read, group[0], seen[key], reader)
                continue
            seen[key] = group[0].line
            said = hash(
                (read.original_balance, read.ending_balance, read.origination_date, read.maturity_date, read.rate)
            )
            named = tuple(asset.name for asset in read.properties)
            parent = _NUMBERED_CHILD.match(read.number)
            lettered = _LETTERED_CHILD.match(read.number)
            if lettered is not None and any(named) and buildings.get(lettered[1]) not in {None, hash(named)}:
                parent = lettered  # on the same building it may be a note of its own
            if parent is not None and terms.get(parent[1]) == said:
                yield _repeated(read, group[0], parent[1], reader)
                continue
            terms[read.number] = said
            if any(named) and read.number.isdecimal():
                buildings[read.number] = hash(named)
        yield read


def statement_of_line(
    header: Sequence[str], mapping: Sequence[ColumnChoice], line: Mapping[str, str]
) -> Statement | Refused:
    """Return what one line of texts by header says, as a file of these columns would say it."""
    reader = LoanReader(header, map(column_readings.fixed, mapping))
    return reader.statement([Record(0, 0, ("", ""), [line.get(name, "") for name in header])], None)


def _groups(
    stream: BinaryIO, form: TextForm, header: tuple[str, ...], mapping: Sequence[ColumnChoice]
) -> Iterator[list[Record]]:
    columns = {choice.column: header.index(choice.header) for choice in mapping}
    number, as_of = columns["loanNumber"], columns.get("asOf")
    group: list[Record] = []
    for row, (line, cells) in enumerate(records(stream, form), start=1 - form.above):
        if row <= 0:
            continue
        if len(cells) < len(header):
            cells.extend([""] * (len(header) - len(cells)))
        key = (cells[number].strip(), cells[as_of].strip() if as_of is not None else "")
        if group and key == (group[0].key[0], "") and key[0]:
            key = group[0].key  # a further property, whose row does not say the loan's date again
        if group and (group[0].key != key or not key[0]):
            yield group
            group = []
        if len(group) == MOST_ROWS:
            raise TapeRefused(f"more than {MOST_ROWS:,} rows follow each other for loan {quoted(key[0])}", line=line)
        group.append(Record(row, line, key, cells))
    if group:
        yield group


def _again(read: Statement, record: Record, line: int, reader: LoanReader) -> Refused:
    reason = f"is already on line {line} for {read.period_end}; rows of one loan's properties must follow each other"
    return refused(record, read.number, problem_of(record, read.number, reason, reader.number_header, read.number))


def _repeated(read: Statement, record: Record, parent: str, reader: LoanReader) -> Refused:
    reason = f"repeats all terms of loan {parent}: if it is one of its properties, give it the number {parent}"
    return refused(record, read.number, problem_of(record, read.number, reason, reader.number_header, read.number))


def _quietly(cells: Sequence[str], index: int) -> Decimal | None:
    try:
        return csv_values.money(cells[index])
    except BadValue:
        return None
