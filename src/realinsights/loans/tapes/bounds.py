"""Bounds of what a tape says: nothing that its loan, its properties or its period could not hold.

They are kept before anything is computed. What nothing owed depends on is left out with a warning where it lies
outside, anything else refuses the loan. Of a CSV each cell is checked as it is read, of an EX-102 each statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

import msgspec

from realinsights.loans.model.loan import Loan, LoanProperty, ReportedFigures
from realinsights.loans.model.performance import OperatingStatement, RollUp, Valuation
from realinsights.loans.model.period import ReportedPeriod
from realinsights.loans.model.property import Property
from realinsights.loans.model.quantities import Check, check_of, checked
from realinsights.loans.model.tape import Problem, Statement, TapeProperty
from realinsights.loans.model.terms import FloatingTerms, NoteTerms
from realinsights.loans.tapes.column import Column
from realinsights.loans.tapes.csv_dates import ShortYear
from realinsights.loans.tapes.ex102_elements import ELEMENTS
from realinsights.loans.tapes.problems import OutOfBounds, Refused, quoted
from realinsights_platform.errors import Faults, FieldError
from realinsights_platform.texts import snake_case

S = TypeVar("S", bound=msgspec.Struct)

_LIKE: Final = (NoteTerms, FloatingTerms, Loan, ReportedPeriod)
"""What a statement's fields become, where its own types say no bounds."""

_OF_FIGURES: Final = {
    "value": ("amount", Valuation),
    "value_date": ("as_of", Valuation),
    "financials_date": ("period_end", OperatingStatement),
}
_NOT_OWED: Final = (
    *("name", "borrower", "originator", "servicer", "note_name", "property_count", "dscr", "dscr_net_cash_flow"),
    *("annual_debt_service", "financials_date", "liquidation_date", "realized_loss", "payment_status"),
)
"""The fields of a statement that nothing owed depends on."""

_OF_BUILDING: Final = tuple(
    name for name in TapeProperty.__struct_fields__ if name not in {"number", "row", "allocated_amount"}
)


def bounded(column: Column, read: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return a reader of a column's texts that raises `OutOfBounds` for what the column's field cannot hold."""
    check = _check(column)
    if check is None:
        return read
    faults = Faults()
    unchecked = (None, 0) if column.name == "amortizationMonths" else (None,)  # 0 months: it repays nothing

    def read_bounded(text: str) -> Any:
        value = read(text)
        if value in unchecked or type(value) is ShortYear:
            return value
        check(value, "", faults)
        if faults.fields:
            reason = faults.fields[0].message
            faults.fields.clear()
            raise OutOfBounds(reason)
        return value

    return read_bounded


def _check(column: Column) -> Check | None:
    if column.field in _OF_FIGURES:
        field, struct = _OF_FIGURES[column.field]
        return check_of(field, struct)
    if column.of_property:
        return check_of(column.field, Property, LoanProperty, OperatingStatement)
    return check_of(column.field, Statement, *_LIKE, ReportedFigures)


def within_bounds(read: Statement | Refused) -> Statement | Refused:
    """Return an EX-102's statement without what lies outside its bounds, or why it is refused."""
    if isinstance(read, Refused) or not _faults(read):
        return read
    leaving = _Leaving(read)
    statement = leaving.kept(read, _NOT_OWED, (*_LIKE, ReportedFigures))
    roll_up = statement.roll_up
    if roll_up is not None:
        roll_up = leaving.kept(roll_up, RollUp.__struct_fields__, (Property,), "properties.")
    properties = tuple([leaving.kept(asset, _OF_BUILDING, (Property,), "properties.") for asset in read.properties])
    statement = msgspec.structs.replace(statement, roll_up=roll_up, properties=properties)
    problems = tuple([_problem(read, fault.field, None, fault.message) for fault in _faults(statement)])
    if problems:
        return Refused(row=read.row, line=read.line, loan=read.number, problems=problems)
    return msgspec.structs.replace(statement, warnings=(*read.warnings, *leaving.warnings))


def _faults(statement: Statement) -> list[FieldError]:
    faults = Faults()
    checked(statement, faults, like=_LIKE)
    for asset in statement.properties:
        checked(asset, faults, f"properties[{asset.number}].", like=(Property,))
    return list(dict.fromkeys(faults.fields))


class _Leaving:
    """What is left out of a statement, with a warning each."""

    def __init__(self, statement: Statement) -> None:
        self.warnings: list[Problem] = []
        self._statement = statement

    def kept(self, struct: S, names: Iterable[str], like: tuple[type[msgspec.Struct], ...], prefix: str = "") -> S:
        """Return a struct without those of some fields that lie outside; of several values, without those that do."""
        changes: dict[str, Any] = {}
        for name in names:
            value = getattr(struct, name)
            members = value if isinstance(value, tuple) else (value,)
            check = check_of(name, type(struct), *like)
            reasons = [None if member is None else _reason(member, check) for member in members]
            if any(reasons):
                inside = [member for member, reason in zip(members, reasons, strict=True) if reason is None]
                changes[name] = tuple(inside) if isinstance(value, tuple) else None
                said = None if isinstance(value, tuple) else str(value)
                path = f"{prefix}{name}"
                self.warnings += [_problem(self._statement, path, said, reason) for reason in reasons if reason]
        return msgspec.structs.replace(struct, **changes) if changes else struct


def _reason(value: Any, check: Check | None) -> str | None:
    faults = Faults()
    if isinstance(value, msgspec.Struct):
        checked(value, faults)
    elif check is not None:
        check(value, "", faults)
    return faults.fields[0].message if faults.fields else None


def _problem(statement: Statement, path: str, value: str | None, reason: str) -> Problem:
    prefix, _, name = path.rpartition("].")
    field = f"properties.{name.partition('[')[0]}" if prefix else name
    return Problem(
        row=statement.row,
        line=statement.line,
        loan=statement.number,
        field=ELEMENTS.get(snake_case(field), path),
        value=None if value is None else quoted(value),
        reason=reason,
    )
