"""CSV tapes: records to statements; records in a row with one loan number and date are one loan's properties."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, BinaryIO, Final

from realinsights.contracts.loans import AmortizationType, RateType, StatementBasis
from realinsights.loans.model.performance import OperatingStatement, RollUp, Valuation
from realinsights.loans.model.tape import ColumnChoice, Problem, Statement, TapeProperty
from realinsights.loans.tapes import csv_values, headers, own_export
from realinsights.loans.tapes.column import Reading
from realinsights.loans.tapes.columns import BY_NAME
from realinsights.loans.tapes.csv_text import TextForm, form_of, records
from realinsights.loans.tapes.precision import PrecisionEvidence
from realinsights.loans.tapes.problems import BadValue, Refused, TapeRefused, quoted
from realinsights.loans.tapes.template import reader_of
from realinsights_platform.csv_cells import text_in

MOST_ROWS: Final = 2_000  # of one loan and date, a property each
_REPEATED: Final = frozenset(
    {Reading.DATE, Reading.RATE, Reading.WHOLE, Reading.CHOICE}
)  # whose texts come again row after row
_INCOME: Final = ("revenue", "operating_expenses", "net_operating_income", "net_cash_flow", "occupancy")
_BASES: Final = (
    (re.compile(r"(?<![a-z])uw(?![a-z])|underwrit|securitization", re.IGNORECASE), StatementBasis.UNDERWRITTEN),
    (re.compile(r"(?<![a-z])(ttm|t-?12)(?![a-z0-9])|trailing", re.IGNORECASE), StatementBasis.TRAILING_TWELVE_MONTHS),
)  # of a column of income, by its header
_BUILDING: Final = frozenset(
    {"name", "address", "city", "county", "state", "zip", "property_type", "year_built"}
    | {"square_feet", "units", "allocated_amount"}
)


_NUMBERED_CHILD: Final = re.compile(r"(.+)[.-]\d+\Z")


@dataclass(slots=True)
class Outline:
    """What a first pass over the file finds."""

    form: TextForm
    header: tuple[str, ...]
    mapping: tuple[ColumnChoice, ...]
    loans: int = 0
    rows: int = 0
    evidence: PrecisionEvidence = field(default_factory=PrecisionEvidence)


@dataclass(frozen=True, slots=True)
class _Cell:
    index: int
    header: str
    field: str
    required: bool
    of_property: bool
    read: Callable[[str], Any]


@dataclass(slots=True)
class _Record:
    row: int
    line: int
    key: tuple[str, str]
    cells: list[str]


def field_of(column: str) -> str:
    """Return the statement's field a column is read into, a building's with `properties.` before it."""
    known = BY_NAME[column]
    return f"properties.{known.field}" if known.of_property else known.field


def header_of(stream: BinaryIO, form: TextForm) -> tuple[str, ...]:
    """Return the names of the file's columns."""
    for _, cells in records(stream, form):
        if len(cells) > headers.MAX_COLUMNS:
            raise TapeRefused(f"the file has {len(cells):,} columns; at most {headers.MAX_COLUMNS} are read", line=1)
        return tuple(cell.strip() for cell in cells)
    raise TapeRefused("the file has no header: its first line names the columns")


def outline(stream: BinaryIO, *, encoding: str | None = None, mapping: Sequence[ColumnChoice] | None = None) -> Outline:
    """Read the whole file once; raises `TapeRefused` for what is no CSV, `Invalid` for a mapping that does not fit."""
    form = form_of(stream, encoding=encoding)
    header = header_of(stream, form)
    chosen = headers.checked(header, mapping if mapping is not None else headers.suggest(header))
    found = Outline(form=form, header=header, mapping=chosen)
    columns = {choice.column: header.index(choice.header) for choice in chosen}
    balance, principal = columns.get("currentBalance"), columns.get("principal")
    for group in _groups(stream, form, header, chosen):
        found.loans += 1
        found.rows += len(group)
        if balance is not None and principal is not None:
            first = group[0].cells
            found.evidence.see(balance=_quietly(first, balance), principal=_quietly(first, principal))
    if not found.loans:
        raise TapeRefused("the file has a header and no rows: there is nothing to import")
    return found


def statements(
    stream: BinaryIO,
    *,
    form: TextForm,
    mapping: Sequence[ColumnChoice],
    as_of: datetime.date | None,
) -> Iterator[Statement | Refused]:
    """Yield one statement per loan and date, in the file's order, or why it is refused; `as_of` where no row says."""
    header = header_of(stream, form)
    cells = tuple(_cell(header, choice) for choice in mapping)
    basis = _basis_in_header(cells)
    seen: dict[tuple[str, datetime.date], int] = {}
    terms: dict[str, tuple[Any, ...]] = {}
    for group in _groups(stream, form, header, mapping):
        read = _statement(group, cells, len(header), as_of, basis)
        if isinstance(read, Statement):
            key = (read.number, read.period_end)
            if key in seen:
                yield _again(read, group[0], seen[key], cells)
                continue
            seen[key] = group[0].line
            said = (read.original_balance, read.ending_balance, read.origination_date, read.maturity_date, read.rate)
            parent = _NUMBERED_CHILD.match(read.number)
            if parent is not None and terms.get(parent[1]) == said:
                yield _repeated(read, group[0], parent[1], cells)
                continue
            terms[read.number] = said
        yield read


def statement_of_line(
    header: Sequence[str], mapping: Sequence[ColumnChoice], line: Mapping[str, str]
) -> Statement | Refused:
    """Return what one line of texts by header says, as a file of these columns would say it."""
    cells = tuple(_cell(header, choice) for choice in mapping)
    record = _Record(0, 0, ("", ""), [line.get(name, "") for name in header])
    return _statement([record], cells, len(header), None, _basis_in_header(cells))


def _cell(header: Sequence[str], choice: ColumnChoice) -> _Cell:
    column = BY_NAME[choice.column]
    read = reader_of(column, choice.unit, own_export=own_export.is_own(header))
    if column.reading in _REPEATED:
        # What was read once is remembered, within bounds.
        read = lru_cache(maxsize=2048)(read)
    return _Cell(
        index=header.index(choice.header),
        header=choice.header,
        field=column.field,
        required=column.required,
        of_property=column.of_property,
        read=read,
    )


def _groups(
    stream: BinaryIO, form: TextForm, header: tuple[str, ...], mapping: Sequence[ColumnChoice]
) -> Iterator[list[_Record]]:
    columns = {choice.column: header.index(choice.header) for choice in mapping}
    number, as_of = columns["loanNumber"], columns.get("asOf")
    group: list[_Record] = []
    for row, (line, cells) in enumerate(records(stream, form)):
        if row == 0:
            continue
        if len(cells) < len(header):
            cells.extend([""] * (len(header) - len(cells)))
        key = (cells[number].strip(), cells[as_of].strip() if as_of is not None else "")
        if group and (group[0].key != key or not key[0]):
            yield group
            group = []
        if len(group) == MOST_ROWS:
            raise TapeRefused(f"more than {MOST_ROWS:,} rows follow each other for loan {quoted(key[0])}", line=line)
        group.append(_Record(row, line, key, cells))
    if group:
        yield group


def _statement(
    group: list[_Record],
    cells: Sequence[_Cell],
    width: int,
    as_of: datetime.date | None,
    basis: StatementBasis | None,
) -> Statement | Refused:
    problems: list[Problem] = []
    first = group[0]
    number = quoted(first.key[0]) or None
    fields: dict[str, Any] = {}
    buildings: list[dict[str, Any]] = []
    if _properties_told_together(first, cells) > 1:
        buildings, fields["roll_up"] = _told_together(first, cells, problems)
        cells = [cell for cell in cells if not cell.of_property]
    for record in group:
        if any(map(str.strip, record.cells[width:])):
            reason = f"has {len(record.cells)} cells, the header has {width}: is a comma not quoted?"
            problems.append(_problem(record, number, reason))
            continue
        asset = _read(record, first, cells, fields, problems)
        if asset:
            asset["row"] = record.row
            buildings.append(asset)
    if problems:
        return _refused(first, number, *problems)
    return _assembled(fields, buildings, first, as_of, basis)


def _read(
    record: _Record, first: _Record, cells: Sequence[_Cell], fields: dict[str, Any], problems: list[Problem]
) -> dict[str, Any]:
    """Return what a record says of a building; what it says of the loan is put into `fields`, by the first one."""
    number = quoted(first.key[0]) or None
    asset: dict[str, Any] = {}
    for cell in cells:
        text = text_in(record.cells[cell.index].strip())
        if not text:
            if cell.required and record is first:
                problems.append(_problem(record, number, "is required", cell.header))
            continue
        try:
            value = cell.read(text)
        except BadValue as error:
            problems.append(_problem(record, number, str(error), cell.header, quoted(text)))
            continue
        if cell.of_property:
            asset[cell.field] = value
        elif record is first:
            fields[cell.field] = value
        elif fields.get(cell.field, value) != value:
            reason = f"differs from line {first.line}, the same loan's: only property columns may"
            problems.append(_problem(record, number, reason, cell.header, quoted(text)))
    return asset


def _properties_told_together(record: _Record, cells: Sequence[_Cell]) -> int:
    """Return how many properties a line of our own export tells of together, 0 of any other file."""
    if not any(cell.header == "Property names" for cell in cells):
        return 0
    text = next((record.cells[cell.index].strip() for cell in cells if cell.field == "property_count"), "")
    return int(text) if text.isdecimal() else 0


def _told_together(
    record: _Record, cells: Sequence[_Cell], problems: list[Problem]
) -> tuple[list[dict[str, Any]], RollUp | None]:
    of_properties = [cell for cell in cells if cell.of_property]
    texts = {cell.field: text_in(record.cells[cell.index].strip()) for cell in of_properties}
    try:
        told, figures = own_export.several(
            {field: text for field, text in texts.items() if text},
            _properties_told_together(record, cells),
            {cell.field: cell.read for cell in of_properties},
        )
    except BadValue as error:
        problems.append(_problem(record, record.key[0], str(error), "Property names", quoted(texts.get("name", ""))))
        return [], None
    return [{**building, "row": record.row} for building in told], figures


def _assembled(
    fields: dict[str, Any],
    buildings: list[dict[str, Any]],
    first: _Record,
    as_of: datetime.date | None,
    basis: StatementBasis | None,
) -> Statement | Refused:
    period_end = fields.pop("period_end", as_of)
    if period_end is None:
        reason = (
            "no date says of when the balances are: state it in a column asOf, in the file's name "
            "(tape-2025-12-31.csv) or with the import (--as-of)"
        )
        return _refused(first, fields["number"], _problem(first, fields["number"], reason, "asOf"))
    numbers: set[str] = set()
    for index, asset in enumerate(buildings, start=1):
        if "number" not in asset:
            asset["number"] = asset["name"][:40] if len(buildings) > 1 and "name" in asset else str(index)
        if asset["number"] in numbers:
            problem = Problem(
                row=asset["row"], line=first.line, loan=fields["number"], field="propertyNumber",
                value=asset["number"], reason="is the number of two properties of this loan",
            )  # fmt: skip
            return _refused(first, fields["number"], problem)
        numbers.add(asset["number"])
    amortization = fields.pop("amortization_months", None) or None
    kind = fields.pop("amortization_type", None)
    if kind not in {None, AmortizationType.INTEREST_ONLY} and amortization is None and "level_payment" not in fields:
        reason = f"is {kind}, and neither amortizationMonths nor levelPayment says how principal is repaid"
        return _refused(first, fields["number"], _problem(first, fields["number"], reason, "amortizationType"))
    if "tags" in fields:
        fields["tags"] = tuple(tag.strip() for tag in fields["tags"].split(";") if tag.strip())
    name = fields.pop("name", None) or (buildings[0].get("name") if buildings else None)
    return Statement(
        row=first.row,
        line=first.line,
        name=name,
        period_end=period_end,
        rate_type=fields.pop("rate_type", RateType.FIXED),
        amortization_months=amortization,
        interest_only=amortization is None and "level_payment" not in fields,
        properties=tuple(_building(asset, basis, fields.get("origination_date")) for asset in buildings),
        **fields,
    )


def _building(
    asset: dict[str, Any], in_header: StatementBasis | None, originated: datetime.date | None
) -> TapeProperty:
    value = asset.get("value")
    valuations = (Valuation(amount=value, as_of=asset.get("value_date"), source="tape"),) if value is not None else ()
    income = {name: asset[name] for name in _INCOME if name in asset}
    ends = asset.get("financials_date")
    basis = asset.get("financials_basis") or in_header or _basis_by_date(ends, originated)
    operations = (OperatingStatement(basis=basis, period_end=ends, **income),) if income else ()
    return TapeProperty(
        number=asset["number"],
        row=asset["row"],
        valuations=valuations,
        operating_statements=operations,
        **{name: value for name, value in asset.items() if name in _BUILDING},
    )


def _basis_in_header(cells: Sequence[_Cell]) -> StatementBasis | None:
    """Return the basis that the header of a column of income names, None where none does."""
    headers_of_income = [cell.header for cell in cells if cell.of_property and cell.field in _INCOME]
    return next((basis for name in headers_of_income for words, basis in _BASES if words.search(name)), None)


def _basis_by_date(ends: datetime.date | None, originated: datetime.date | None) -> StatementBasis:
    """Return the basis of a year's income by its end: what ends in a month after the closing's was earned by then."""
    if ends is None or originated is None or (ends.year, ends.month) <= (originated.year, originated.month):
        return StatementBasis.UNDERWRITTEN
    return StatementBasis.ANNUAL if (ends.month, ends.day) == (12, 31) else StatementBasis.TRAILING_TWELVE_MONTHS


def _again(read: Statement, record: _Record, line: int, cells: Sequence[_Cell]) -> Refused:
    header = next(cell.header for cell in cells if cell.field == "number" and not cell.of_property)
    reason = f"is already on line {line} for {read.period_end}; rows of one loan's properties must follow each other"
    return _refused(record, read.number, _problem(record, read.number, reason, header, read.number))


def _repeated(read: Statement, record: _Record, parent: str, cells: Sequence[_Cell]) -> Refused:
    header = next(cell.header for cell in cells if cell.field == "number" and not cell.of_property)
    reason = f"repeats all terms of loan {parent}: if it is one of its properties, give it the number {parent}"
    return _refused(record, read.number, _problem(record, read.number, reason, header, read.number))


def _refused(record: _Record, loan: str | None, *problems: Problem) -> Refused:
    return Refused(row=record.row, line=record.line, loan=loan, problems=problems)


def _problem(
    record: _Record, loan: str | None, reason: str, field: str | None = None, value: str | None = None
) -> Problem:
    return Problem(row=record.row, line=record.line, loan=loan, field=field, value=value, reason=reason)


def _quietly(cells: Sequence[str], index: int) -> Decimal | None:
    try:
        return csv_values.money(cells[index])
    except BadValue:
        return None
