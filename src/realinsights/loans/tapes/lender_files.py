"""Lenders' statements in files: a CSV of due dates, an EX-102, or the periods of ABS-EE as a table."""

from __future__ import annotations

import csv
import datetime
import io
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

from realinsights.loans.model.lender_statements import LoanToSolve, loan_to_solve
from realinsights.loans.model.solutions import SolutionView, refused
from realinsights.loans.model.tape import Precision, Statement
from realinsights.loans.tapes import absee_csv, reading
from realinsights.loans.tapes.precision import PrecisionEvidence
from realinsights.loans.tapes.problems import Refused
from realinsights_finance.solver import InvalidStatement, KnownTerms, StatementRow, statement
from realinsights_finance.solver import Precision as SolverPrecision
from realinsights_platform.errors import Invalid

COLUMNS: Final = {
    "beginningBalance": "beginning_balance",
    "interest": "interest",
    "principal": "principal",
    "endingBalance": "ending_balance",
}


class LenderFile(NamedTuple):
    """The loans of a file, each to be solved or refused with its reason, and how exactly its money is known."""

    loans: Sequence[LoanToSolve | SolutionView]
    precision: Precision


def read(
    content: bytes,
    *,
    name: str,
    terms: tuple[str, str] | None = None,
    known: KnownTerms | None = None,
    precision: Precision | None = None,
) -> LenderFile:
    """Return the loans of a file. Raises Invalid where it is none.

    `terms` are the name and the text of a CSV of the loans' terms, the columns named as the elements of ABS-EE. `known`
    is what is known of the one loan that a CSV of due dates is of. Without a `precision` it is what the amounts show.
    """
    try:
        if reading.is_xml(io.BytesIO(content)):
            return _ex102(io.BytesIO(content), name, precision)
        lines = content.decode("utf-8-sig").splitlines(keepends=True)
        header = next(csv.reader(line for line in lines if not line.startswith("#")), [])
        if set(absee_csv.PERIOD_COLUMNS) <= set(header):
            beside = None if terms is None else terms[1].splitlines(keepends=True)
            return _of_periods([found for _, found in absee_csv.periods(lines, beside)], precision)
        if "dueDate" in header:
            said = precision or Precision.CENTS
            return LenderFile(_own(lines, name.rpartition(".")[0] or name, terms, known, said), said)
    except csv.Error as error:
        raise Invalid(f"{name} cannot be read as CSV: {error}.") from None
    except UnicodeDecodeError:
        raise Invalid(f"{name} is no text in UTF-8.") from None
    raise Invalid(
        f"{name} is no statement: its first row has to name dueDate, beginningBalance, interest, principal and "
        "endingBalance, or the elements assetNumber and reportingPeriodEndDate of ABS-EE."
    )


def _ex102(stream: io.BytesIO, name: str, precision: Precision | None) -> LenderFile:
    layout = reading.inspect(stream, file_name=name)
    return _of_periods([*reading.statements(stream, layout, as_of=None)], precision or layout.precision)


def _of_periods(read: list[Statement | Refused], precision: Precision | None) -> LenderFile:
    evidence = PrecisionEvidence()
    loans: dict[str, list[Statement]] = defaultdict(list)
    bad: dict[str, SolutionView] = {}
    for found in read:
        if isinstance(found, Refused):
            number = found.loan or f"line {found.line}"
            problem = "; ".join(f"line {each.line}, {each.field}: {each.reason}" for each in found.problems)
            bad[number] = refused(number, problem)
        else:
            loans[found.number].append(found)
            evidence.see(balance=found.ending_balance, principal=found.principal)
    said = precision or evidence.precision
    solvable: list[LoanToSolve | SolutionView] = []
    for number, periods in loans.items():
        if number in bad:
            continue
        try:
            solvable.append(loan_to_solve(periods[-1], periods, said))
        except InvalidStatement as invalid:
            solvable.append(refused(number, str(invalid)))
    return LenderFile([*solvable, *bad.values()], said)


def _own(
    lines: list[str], name: str, terms: tuple[str, str] | None, alone: KnownTerms | None, precision: Precision
) -> list[LoanToSolve | SolutionView]:
    loans: dict[str, list[StatementRow]] = defaultdict(list)
    for number, row in enumerate(csv.DictReader(line for line in lines if not line.startswith("#")), start=2):
        loans[(row.get("loan") or name).strip()].append(_row(row, number))
    if not loans:
        raise Invalid("The statement has a header and no rows.")
    known = _known_of(terms, max(row.due_date for rows in loans.values() for row in rows)) if terms else {}
    solvable: list[LoanToSolve | SolutionView] = []
    for loan, rows in loans.items():
        told = known.get(loan) or (next(iter(known.values())) if len(known) == len(loans) == 1 else KnownTerms())
        if alone is not None and len(loans) == 1:
            told = alone
        try:
            said = statement(rows, precision=SolverPrecision(precision.value))
            solvable.append(LoanToSolve(number=loan, rows=said, known=told))
        except InvalidStatement as invalid:
            solvable.append(refused(loan, str(invalid)))
    return solvable


def _row(row: dict[str, str], number: int) -> StatementRow:
    def amount(column: str) -> Decimal | None:
        text = (row.get(column) or "").strip().replace(",", "").removeprefix("$")
        if not text:
            return None
        try:
            return Decimal(text)
        except InvalidOperation:
            raise Invalid(f"Line {number}, {column}: {text!r} is not a number.") from None

    text = (row.get("dueDate") or "").strip()
    try:
        due = datetime.date.fromisoformat(text)
    except ValueError:
        raise Invalid(f"Line {number}, dueDate: {text!r} is no date as YYYY-MM-DD.") from None
    return StatementRow(due_date=due, **{field: amount(column) for column, field in COLUMNS.items()})


def _known_of(terms: tuple[str, str], on: datetime.date) -> dict[str, KnownTerms]:
    name, text = terms
    found: dict[str, KnownTerms] = {}
    for number, told in absee_csv.loans(text.splitlines(keepends=True), on=on).items():
        if isinstance(told, Refused):
            reasons = (f"line {each.line}, {each.field}: {each.reason}" for each in told.problems)
            raise Invalid(f"The terms in {name} cannot be read: {'; '.join(reasons)}.")
        found[number] = loan_to_solve(told, (), Precision.CENTS).known
    return found
