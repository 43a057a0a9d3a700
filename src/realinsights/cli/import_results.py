"""Results of imports, as the command line prints them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from rich.markup import escape

from realinsights.cli.output import money, percent, table, to_stdout

SHOWN: Final = 20
"""The differences, warnings and refusals of an import that are printed."""


def print_import(work: dict[str, Any]) -> None:
    """Print what became of a tape, with the first of its differences, warnings and refusals."""
    console = to_stdout()
    would = "would be " if work["dryRun"] else ""
    console.print(
        f"[bold]{work['fileName']}[/bold]  {work['deal'] or 'no deal'}  {work['period'] or ''}", highlight=False
    )
    console.print(
        f"  {work['loans']} loans on {work['properties']} properties: {work['created']} {would}created, "
        f"{work['updated']} {would}updated, {work['unchanged']} unchanged, {work['refused']} refused",
        highlight=False,
    )
    before, after = work.get("before"), work.get("after")
    if before and after:
        console.print(f"  portfolio: {_sums(before)} → {_sums(after)}", highlight=False)
    found = work["reconciliation"]
    console.print(
        f"  reconciliation: {found['matched']} matched, {found['notDue']} not yet due, {found['differs']} differ",
        highlight=False,
    )
    for line in _conventions(work["conventions"]):
        console.print(f"  {line}", highlight=False, markup=False)
    _print_columns(work.get("layout") or {}, dry_run=work["dryRun"])
    if work.get("rows"):
        console.print(table("", ("Row", "Loan", "Outcome", "What"), map(_row, work["rows"]), numbers={"Row"}))
    if work["differences"]:
        columns = ("Loan", "Period", "Figure", "Reported", "Computed", "Difference", "Since")
        rows = (
            (
                difference["number"],
                difference["period"],
                difference["figure"],
                money(difference["reported"]),
                money(difference["computed"]),
                money(difference["difference"]),
                difference["since"],
            )
            for difference in work["differences"][:SHOWN]
        )
        console.print(table("", columns, rows, numbers={"Reported", "Computed", "Difference"}))
    for problem in work["warnings"][:SHOWN]:
        console.print(f"  left out: {problem_of(problem)}", highlight=False, markup=False)
    for problem in work["rejected"][:SHOWN]:
        console.print(f"  refused: {problem_of(problem)}", highlight=False, markup=False)


def _conventions(found: dict[str, Any]) -> Iterator[str]:
    """Yield by which conventions loans match where it is not that of their terms, and how many were not asked."""
    for each in found["named"]:
        if not each["stated"]:
            yield f"{each['loans']} by another convention than their terms': {each['words']}"
    if found["notAsked"]:
        yield f"{found['notAsked']} that differ were not compared with other conventions, {found['asked']} were"


def _sums(sums: dict[str, Any]) -> str:
    rate = f" at {percent(sums['weightedRate'], 6)}" if sums["weightedRate"] is not None else ""
    return f"{sums['loans']} loans, {sums['properties']} properties, {money(sums['balance'])} outstanding{rate}"


def _print_columns(layout: dict[str, Any], *, dry_run: bool) -> None:
    """Print how the columns of a CSV are read, in a dry run, and in any case which are not used."""
    console = to_stdout()
    if dry_run and layout.get("columns"):
        rows = ((column["header"], column["column"], _how(column), _examples(column)) for column in layout["columns"])
        told = (map(escape, row) for row in rows)  # whatever a stranger's cell says
        console.print(table("", ("Column", "Read as", "How", "Examples"), map(tuple, told)))
    if layout.get("note"):
        console.print(f"  {layout['note']}", highlight=False, markup=False)
    if unused := unused_columns({"layout": layout}):
        console.print(f"  {unused}", highlight=False, markup=False)


def unused_columns(work: dict[str, Any]) -> str | None:
    """Return which columns of a tape nothing was read from."""
    unused = (work.get("layout") or {}).get("unused")
    return f"columns not used: {', '.join(unused)}" if unused else None


def _how(column: dict[str, Any]) -> str:
    question = f"unclear: {column['question']}" if column.get("question") else None
    return question or column.get("reason") or (column.get("unit") or "").replace("_", " ")


def _examples(column: dict[str, Any]) -> str:
    told = []
    for example in column.get("examples", ()):
        value = "refused" if example.get("refused") else example.get("value")
        told.append(example["text"] if value in {None, example["text"]} else f"{example['text']} → {value}")
    return ", ".join(told)


def _row(row: dict[str, Any]) -> tuple[str, str, str, str]:
    changes = [f"{change['field']}: {change['before']} → {change['after']}" for change in row.get("changes", ())]
    problems = [problem_of(problem) for problem in row.get("problems", ())]
    return str(row["row"]), row.get("number") or "", row["outcome"], "; ".join(problems or changes)


def problem_of(problem: dict[str, Any]) -> str:
    """Return a problem in words, with the row and the cell it is of."""
    where = f"row {problem['row']} (line {problem['line']})"
    what = f"{problem['field']}: " if problem.get("field") else ""
    value = f" ({problem['value']!r})" if problem.get("value") is not None else ""
    return f"{where}: {what}{problem['reason']}{value}"
