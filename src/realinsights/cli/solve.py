"""`realinsights solve`: find the conventions by which a lender computed a statement."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from realinsights.cli.output import json_option, money, percent, print_document, table, to_stdout
from realinsights.loans.model.lender_statements import solved_loan
from realinsights.loans.model.solutions import ConventionView, SolutionView, SolvedFile, solved_file
from realinsights.loans.model.tape import Precision
from realinsights.loans.tapes import lender_files
from realinsights_platform.errors import Invalid

MOST_BYTES = 64 * 1024 * 1024


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
    if file.stat().st_size > MOST_BYTES:
        raise Invalid(f"{file.name} is larger than {MOST_BYTES // 1024 // 1024} MB.")
    read = lender_files.read(
        file.read_bytes(),
        name=file.name,
        terms=None if terms is None else (terms.name, terms.read_text(encoding="utf-8-sig")),
        precision=None if precision is None else Precision(precision),
    )
    solved = solved_file(read.precision, map(solved_loan, read.loans))
    if as_json:
        print_document(solved)
    else:
        _print(solved)


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
        f"{convention.day_count} at "
        + ("each month's rate" if convention.rate is None else percent(convention.rate, 5)),
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
