"""Loans of a CSV tape: the records of one loan and date to a statement, or to why it is refused."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import msgspec

from realinsights.contracts.loans import AmortizationType, RateType, StatementBasis
from realinsights.loans.model.performance import OperatingStatement, RollUp, Valuation
from realinsights.loans.model.tape import ColumnReading, ColumnUnit, Problem, Statement, TapeProperty
from realinsights.loans.tapes import cross_checks, csv_dates, headers, own_export
from realinsights.loans.tapes.column import Reading
from realinsights.loans.tapes.columns import BY_NAME
from realinsights.loans.tapes.problems import BadValue, OutOfBounds, Refused, quoted
from realinsights.loans.tapes.readers import OF_TOTALS, is_total, reader_of
from realinsights_platform.csv_cells import text_in

_REPAYING: Final = (
    *("level_payment", "fixed_principal", "scheduled_principal"),
    *("pay_rate", "capitalizing_payment"),
)
_REPEATED: Final = frozenset({Reading.DATE, Reading.RATE, Reading.WHOLE, Reading.CHOICE})
"""The kinds of columns whose texts come again row after row: what was read once is remembered, within bounds."""

_REMEMBERED: Final = 2048
_INCOME: Final = ("revenue", "operating_expenses", "net_operating_income", "net_cash_flow", "occupancy")
_BASES: Final = (
    (
        re.compile(r"(?<![a-z])uw(?![a-z])|underwrit|securitization|at contribution", re.IGNORECASE),
        StatementBasis.UNDERWRITTEN,
    ),
    (re.compile(r"(?<![a-z])(ttm|t-?12)(?![a-z0-9])|trailing", re.IGNORECASE), StatementBasis.TRAILING_TWELVE_MONTHS),
    (re.compile(r"preceding (fiscal )?year", re.IGNORECASE), StatementBasis.ANNUAL),
)  # of a column of income, by its header
_BUILDING: Final = frozenset(
    {"name", "address", "city", "county", "state", "zip", "property_type", "year_built"}
    | {"square_feet", "units", "allocated_amount"}
)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A column of the file; `read` takes a cell's text, without blanks around it."""

    index: int
    header: str
    field: str
    required: bool
    of_property: bool
    left_out: bool
    dates: tuple[str, ...]
    unsure: bool
    short_years: bool
    read: Callable[[str], Any]


@dataclass(slots=True)
class Record:
    """A record of the file: its `key` are the loan's number and date, as they are written."""

    row: int
    line: int
    key: tuple[str, str]
    cells: list[str]


def _cell(header: Sequence[str], reading: ColumnReading, *, updates: bool) -> _Cell:
    column = BY_NAME[reading.column]
    read = reader_of(column, reading, own_export=own_export.is_own(header))
    if column.reading in _REPEATED:
        read = lru_cache(maxsize=_REMEMBERED)(read)
    unsure = reading.unit is not ColumnUnit.PRINCIPAL_AND_INTEREST and headers.is_unsure(reading.header, reading.column)
    return _Cell(
        index=header.index(reading.header),
        header=reading.header,
        field=column.field,
        required=column.required and (not updates or column.name == "loanNumber"),
        of_property=column.of_property,
        left_out=column.left_out,
        dates=column.dates,
        unsure=unsure,
        short_years=reading.short_years and column.reading is Reading.DATE,
        read=read,
    )


@dataclass(slots=True)
class _Said:
    """What the records of one loan and date say, as far as they are read; `first` is the first of them."""

    first: Record
    number: str | None
    fields: dict[str, Any] = field(default_factory=dict)
    buildings: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def problem(self, reason: str, cell: _Cell) -> Problem:
        """Return a problem with a cell of the first record."""
        text = self.first.cells[cell.index].strip()
        return problem_of(self.first, self.number, reason, cell.header, quoted(text))


class LoanReader:
    """A reader of loans: the records of one loan and date to a statement, by how each column is read."""

    def __init__(self, header: Sequence[str], columns: Iterable[ColumnReading]) -> None:
        self._header = [name for name in header if name]
        self._width = len(header)
        readings = list(columns)
        self._updates = headers.only_updates({reading.column for reading in readings})
        self._cells = tuple(_cell(header, reading, updates=self._updates) for reading in readings)
        self._dates = tuple(cell for cell in self._cells if cell.short_years)
        self._basis = _basis_in_header(self._cells)
        self._count = None
        if any(cell.header == "Property names" for cell in self._cells):  # of our own export
            self._count = next((cell for cell in self._cells if cell.field == "property_count"), None)

    @property
    def number_header(self) -> str:
        """Return what the file calls the loan's number."""
        return next(cell.header for cell in self._cells if cell.field == "number" and not cell.of_property)

    def statement(self, group: Sequence[Record], as_of: datetime.date | None) -> Statement | Refused:
        """Return what the records say, or why they are refused; `as_of` is the date where they say none."""
        first, cells = group[0], self._cells
        said = _Said(first, quoted(first.key[0]) or None)
        together = self._properties_told_together(first)
        if together > 1:
            said.buildings, said.fields["roll_up"] = self._told_together(first, together, said.problems)
            cells = tuple(cell for cell in cells if not cell.of_property)
        for record in group:
            if len(record.cells) > self._width and any(map(str.strip, record.cells[self._width :])):
                reason = f"has {len(record.cells)} cells, the header has {self._width}: is a comma not quoted?"
                said.problems.append(problem_of(record, said.number, reason))
                continue
            asset = _read(record, cells, said)
            if asset:
                asset["row"] = record.row
                said.buildings.append(asset)
        self._check_terms(said)
        if not said.problems:
            self._decide_centuries(said, as_of)
        if said.problems:
            no_loan = self._why_no_loan(first)
            return refused(first, said.number, *said.problems if no_loan is None else (no_loan,))
        if self._updates:
            _leave_as_it_was(said)
        read = _assembled(said.fields, said.buildings, first, as_of, self._basis)
        if said.warnings and isinstance(read, Statement):
            return msgspec.structs.replace(read, warnings=tuple(said.warnings))
        return read

    def _why_no_loan(self, record: Record) -> Problem | None:
        """Return what a refused record is instead of a loan: a total, a note between the loans, or the header again."""
        texts = [text for text in map(str.strip, record.cells) if text]
        total = next(filter(is_total, texts), None)
        reason = None
        if total is not None and (not record.key[0] or total == record.key[0]):
            reason = OF_TOTALS
        elif len(texts) == 1:
            reason = "is all that this line says: it is a note, and no loan"
        elif texts == self._header:
            reason = "is the header again, and no loan"
        if reason is None:
            return None
        return problem_of(record, quoted(record.key[0]) or None, reason, value=quoted(total or texts[0]))

    def _check_terms(self, said: _Said) -> None:
        """Take the payment for what it is, and refuse a term that contradicts the loan's dates."""
        if "level_payment" in said.fields:
            payment = self._named("level_payment")
            found = cross_checks.payment(said.fields, unsure=payment.unsure)
            if not found.level:
                del said.fields["level_payment"]
            if found.refused is not None:
                said.problems.append(said.problem(found.refused, payment))
            if found.left_out is not None:
                said.warnings.append(said.problem(found.left_out, payment))
        unsaid = cross_checks.repaid_without_a_term(said.fields)
        if unsaid is not None and not self._updates:
            said.warnings.append(problem_of(said.first, said.number, unsaid, "amortizationMonths"))
        reason = cross_checks.amortizes_too_soon(said.fields)
        if reason is not None:
            said.problems.append(said.problem(reason, self._named("amortization_months")))

    def _decide_centuries(self, said: _Said, as_of: datetime.date | None) -> None:
        """Put whole years in place of years of two digits; a year that the loan does not decide is a problem."""
        for fields in (said.fields, *said.buildings) if self._dates else ():
            short = [cell for cell in self._dates if isinstance(fields.get(cell.field), csv_dates.ShortYear)]
            if not short:
                continue
            found = csv_dates.with_centuries({**said.fields, **fields}, as_of=as_of)
            if found is not None:
                fields.update({cell.field: found[cell.field] for cell in short})
                continue
            for cell in short:
                reason = "has a year of two digits, and the loan's dates do not decide the century: write four"
                said.problems.append(said.problem(reason, cell))

    def _named(self, name: str) -> _Cell:
        return next(cell for cell in self._cells if cell.field == name and not cell.of_property)

    def _properties_told_together(self, record: Record) -> int:
        """Return how many properties a line of our own export tells of together, 0 of any other file."""
        text = record.cells[self._count.index].strip() if self._count is not None else ""
        return int(text) if text.isdecimal() else 0

    def _told_together(
        self, record: Record, count: int, problems: list[Problem]
    ) -> tuple[list[dict[str, Any]], RollUp | None]:
        of_properties = [cell for cell in self._cells if cell.of_property]
        texts = {cell.field: text_in(record.cells[cell.index].strip()) for cell in of_properties}
        try:
            told, figures = own_export.several(
                {field: text for field, text in texts.items() if text},
                count,
                {cell.field: cell.read for cell in of_properties},
            )
        except BadValue as error:
            reason = str(error)
            problems.append(problem_of(record, record.key[0], reason, "Property names", quoted(texts.get("name", ""))))
            return [], None
        return [{**building, "row": record.row} for building in told], figures


def _read(record: Record, cells: Sequence[_Cell], said: _Said) -> dict[str, Any]:
    """Return what a record says of a building; what it says of the loan is put into the fields, by the first one."""
    first, fields, texts = said.first, said.fields, record.cells
    asset: dict[str, Any] = {}
    undated: set[str] = set()
    for cell in cells:
        text = texts[cell.index].strip()
        if text[:1] == "'":
            text = text_in(text)
        try:
            value = cell.read(text) if text else None
        except BadValue as error:
            left_out = cell.left_out or (bool(cell.dates) and isinstance(error, OutOfBounds))
            reason = f"{error}; what it dates is left out too" if left_out and cell.dates else str(error)
            problem = problem_of(record, said.number, reason, cell.header, quoted(text))
            (said.warnings if left_out else said.problems).append(problem)
            undated.update(cell.dates)
            continue
        if value is None:
            if cell.required and record is first:
                said.problems.append(problem_of(record, said.number, "is required", cell.header, quoted(text) or None))
        elif cell.of_property:
            asset[cell.field] = value
        elif record is first:
            fields[cell.field] = value
        elif fields.get(cell.field, value) != value:
            reason = f"differs from line {first.line}, the same loan's: only property columns may"
            said.problems.append(problem_of(record, said.number, reason, cell.header, quoted(text)))
    for name in undated:
        asset.pop(name, None)
    return asset


def _leave_as_it_was(said: _Said) -> None:
    """Let what a tape of updates does not say be no statement: an empty cell means something in a whole tape only."""
    fields = said.fields
    fields.setdefault("rate_type", None)
    if "amortization_months" not in fields:
        fields["interest_only"] = False
    if "name" not in fields:
        fields["name"] = None


def _assembled(
    fields: dict[str, Any],
    buildings: list[dict[str, Any]],
    first: Record,
    as_of: datetime.date | None,
    basis: StatementBasis | None,
) -> Statement | Refused:
    period_end = fields.pop("period_end", as_of)
    if period_end is None:
        reason = (
            "no date says of when the balances are: state it in a column asOf, in the file's name "
            "(tape-2025-12-31.csv) or with the import (--as-of)"
        )
        return refused(first, fields["number"], problem_of(first, fields["number"], reason, "asOf"))
    numbers: set[str] = set()
    for index, asset in enumerate(buildings, start=1):
        if "number" not in asset:
            asset["number"] = asset["name"][:40] if len(buildings) > 1 and "name" in asset else str(index)
        if asset["number"] in numbers:
            problem = Problem(
                row=asset["row"], line=first.line, loan=fields["number"], field="propertyNumber",
                value=asset["number"], reason="is the number of two properties of this loan",
            )  # fmt: skip
            return refused(first, fields["number"], problem)
        numbers.add(asset["number"])
    amortization = fields.pop("amortization_months", None) or None
    repaid = amortization is not None or not fields.keys().isdisjoint(_REPAYING)
    interest_only = fields.pop("interest_only", not repaid)
    kind = fields.pop("amortization_type", None)
    if kind not in {None, AmortizationType.INTEREST_ONLY} and interest_only:
        reason = (
            f"is {kind}, and none of amortizationMonths, levelPayment, fixedPrincipal and principalSchedule "
            "says how principal is repaid"
        )
        return refused(first, fields["number"], problem_of(first, fields["number"], reason, "amortizationType"))
    name = fields.pop("name", buildings[0].get("name") if buildings else None)
    return Statement(
        row=first.row,
        line=first.line,
        name=name,
        period_end=period_end,
        rate_type=fields.pop("rate_type", RateType.FIXED),
        amortization_months=amortization,
        interest_only=interest_only,
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


def refused(record: Record, loan: str | None, *problems: Problem) -> Refused:
    return Refused(row=record.row, line=record.line, loan=loan, problems=problems)


def problem_of(
    record: Record, loan: str | None, reason: str, field: str | None = None, value: str | None = None
) -> Problem:
    return Problem(row=record.row, line=record.line, loan=loan, field=field, value=value, reason=reason)
