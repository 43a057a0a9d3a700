"""`realinsights solve`: find the conventions by which a lender computed a statement."""

from __future__ import annotations

import csv
import datetime
import io
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click
import msgspec

from realinsights.cli.output import json_option, money, percent, print_document, table, to_stdout
from realinsights.loans.model.lender_statements import LoanToSolve, loan_to_solve
from realinsights.loans.model.solutions import ConventionView, SolutionView, refused, solution_view
from realinsights.loans.model.tape import Precision, Statement
from realinsights.loans.tapes import absee_csv, reading
from realinsights.loans.tapes.precision import PrecisionEvidence
from realinsights.loans.tapes.problems import Refused
from realinsights_finance.solver import InvalidStatement, KnownTerms, Solution, StatementRow, Status, solve, statement
from realinsights_finance.solver import Precision as SolverPrecision
from realinsights_platform.errors import Invalid

COLUMNS = {
    "beginningBalance": "beginning_balance",
    "interest": "interest",
    "principal": "principal",
    "endingBalance": "ending_balance",
}
MOST_BYTES = 64 * 1024 * 1024
TOLERANCES = {
    Precision.CENTS: "none: every figure to the cent",
    Precision.FLOAT32: "the larger of $0.02 and 0.000012 % of the balance: the money was stored as 32-bit floats",
}


class SolvedFile(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What was found of a file: `tolerance` says how far a figure may be off."""

    precision: Precision
    tolerance: str
    loans: tuple[SolutionView, ...]


@click.command(name="solve")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--terms",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CSV of the loans' terms, the columns named as the elements of ABS-EE.",
)
@click.option(
    "--precision",
    type=click.Choice([precision.value for precision in Precision]),
    help="How exactly the file's money is known [default: as its amounts show].",
)
@json_option
def solve_file(*, file: Path, terms: Path | None, precision: str | None, as_json: bool) -> None:
    """Find the day count, accrual dates, rounding and payment by which a lender computed FILE, to the cent.

    FILE is a CSV with dueDate, beginningBalance, interest, principal and endingBalance (any but the date may be blank;
    a column `loan` parts several loans), an EX-102, or a CSV of the periods of ABS-EE beside --terms.
    """
    found, said = _loans(file, terms, None if precision is None else Precision(precision))
    solved = SolvedFile(precision=said, tolerance=TOLERANCES[said], loans=tuple(map(_solved, found)))
    if as_json:
        print_document(solved)
    else:
        _print(solved)


def _solved(loan: LoanToSolve | SolutionView) -> SolutionView:
    if isinstance(loan, SolutionView):
        return loan
    if loan.rows is None:
        return solution_view(loan.number, Solution(status=Status.NOTHING_DUE))
    try:
        return solution_view(loan.number, solve(loan.rows, loan.known))
    except InvalidStatement as invalid:
        return refused(loan.number, str(invalid))


def _loans(
    file: Path, terms: Path | None, precision: Precision | None
) -> tuple[list[LoanToSolve | SolutionView], Precision]:
    if file.stat().st_size > MOST_BYTES:
        raise Invalid(f"{file.name} is larger than {MOST_BYTES // 1024 // 1024} MB.")
    content = file.read_bytes()
    try:
        if reading.is_xml(io.BytesIO(content)):
            return _ex102(io.BytesIO(content), file.name, precision)
        lines = content.decode("utf-8-sig").splitlines(keepends=True)
        header = next(csv.reader(line for line in lines if not line.startswith("#")), [])
        if set(absee_csv.PERIOD_COLUMNS) <= set(header):
            beside = None if terms is None else terms.read_text(encoding="utf-8-sig").splitlines(keepends=True)
            read = [found for _, found in absee_csv.periods(lines, beside)]
            return _of_periods(read, precision)
        if "dueDate" in header:
            return _own(lines, file.stem, terms, precision or Precision.CENTS), precision or Precision.CENTS
    except UnicodeDecodeError:
        raise Invalid(f"{file.name} is no text in UTF-8.") from None
    raise Invalid(
        f"{file.name} is no statement: its first row has to name dueDate, beginningBalance, interest, principal and "
        "endingBalance, or the elements assetNumber and reportingPeriodEndDate of ABS-EE."
    )


def _ex102(
    stream: io.BytesIO, name: str, precision: Precision | None
) -> tuple[list[LoanToSolve | SolutionView], Precision]:
    layout = reading.inspect(stream, file_name=name)
    return _of_periods([*reading.statements(stream, layout, as_of=None)], precision or layout.precision)


def _of_periods(
    read: list[Statement | Refused], precision: Precision | None
) -> tuple[list[LoanToSolve | SolutionView], Precision]:
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
    return [*solvable, *bad.values()], said


def _own(lines: list[str], name: str, terms: Path | None, precision: Precision) -> list[LoanToSolve | SolutionView]:
    loans: dict[str, list[StatementRow]] = defaultdict(list)
    for number, row in enumerate(csv.DictReader(line for line in lines if not line.startswith("#")), start=2):
        loans[(row.get("loan") or name).strip()].append(_row(row, number))
    if not loans:
        raise Invalid("The statement has a header and no rows.")
    known = _known_of(terms, max(row.due_date for rows in loans.values() for row in rows)) if terms else {}
    solvable: list[LoanToSolve | SolutionView] = []
    for loan, rows in loans.items():
        told = known.get(loan) or (next(iter(known.values())) if len(known) == len(loans) == 1 else KnownTerms())
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


def _known_of(terms: Path, on: datetime.date) -> dict[str, KnownTerms]:
    lines = terms.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    found: dict[str, KnownTerms] = {}
    for number, told in absee_csv.loans(lines, on=on).items():
        if isinstance(told, Refused):
            reasons = (f"line {each.line}, {each.field}: {each.reason}" for each in told.problems)
            raise Invalid(f"The terms in {terms.name} cannot be read: {'; '.join(reasons)}.")
        found[number] = loan_to_solve(told, (), Precision.CENTS).known
    return found


def _print(solved: SolvedFile) -> None:
    console = to_stdout()
    console.print(table("", ("Loan", "Status", "Conventions", "What is open"), map(_cells, solved.loans)))
    console.print(f"Tolerance: {solved.tolerance}.")


def _cells(found: SolutionView) -> tuple[str, str, str, str]:
    first = next(_by_group(found), "")
    more = len(found.conventions) - 1
    told = f"{first}, and {more} more" if more > 0 else first
    return found.loan, found.status, told, _open(found)


def _by_group(found: SolutionView) -> Iterator[str]:
    for convention in found.conventions:
        yield _words(convention)


def _words(convention: ConventionView) -> str:
    words = [
        f"{convention.day_count} at {percent(convention.rate, 5)}",
        f"interest {convention.interest_rounding}".replace("_", " "),
        convention.accrual_dates.replace("_", " "),
        convention.payment_rule.replace("_", " "),
    ]
    if convention.payment is not None:
        words.append(money(convention.payment))
    return ", ".join(words)


def _open(found: SolutionView) -> str:
    if found.problem is not None:
        return found.problem
    if found.first_difference is not None:
        difference = found.first_difference
        return (
            f"differs from {difference.due_date} on: {difference.field} {money(difference.reported)}, "
            f"computed {money(difference.computed)}"
        )
    if found.decided_by is not None:
        decision = found.decided_by
        values = " or ".join(dict.fromkeys(map(money, decision.values)))
        return f"{decision.field} due {decision.due_date} decides: {values}"
    return ""
