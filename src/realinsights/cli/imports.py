"""`realinsights import`: import tapes, one after another."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from realinsights.auth.service.local_tokens import NotBegun
from realinsights.cli.client import Client, connected
from realinsights.cli.output import json_option, money, print_document, table, to_stderr, to_stdout
from realinsights.cli.parameters import Day, OrganizationName
from realinsights.cli.place import Place, place_options
from realinsights_platform.errors import Refusal
from realinsights_platform.ids import new_id

REFUSED = 1
_AT_REST = {"done", "failed", "undone"}
_LOOK_SECONDS = 0.1
_LONGEST_LOOK = 0.5  # reached by and by: a long import has better things to do than to answer
_CHUNK = 256 * 1024
_HELD = ("loans", "properties")
_COUNTS = ("created", "updated", "unchanged", "refused")
_RECONCILED = ("matched", "notDue", "differs", "notComputed", "closed")
_SHOWN = 20
_ADVICE = (
    "Nothing of it was imported. Correct the file and import it again; it has to be EX-102 XML, or CSV by the template "
    "that GET /api/v1/tapes/template answers (--mapping says which column means what)."
)


@click.command(name="import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--org",
    type=OrganizationName(),
    metavar="NAME",
    required=True,
    help="The organization; in a data folder it begins if need be.",
)
@click.option("--dry-run", is_flag=True, help="Say row by row what would happen, and change nothing.")
@click.option("--deal", metavar="NAME", help="The deal the loans belong to [default: what the tape says].")
@click.option("--as-of", type=Day(), metavar="DATE", help="The date the figures are of, where a CSV does not say.")
@click.option("--encoding", metavar="NAME", help="A CSV's encoding [default: detected].")
@click.option("--sheet", metavar="NAME", help="A workbook's sheet [default: the one with a tape's header].")
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A JSON file that says which column of a CSV means what.",
)
@json_option
@place_options
@click.pass_context
def import_tapes(
    context: click.Context,
    *,
    place: Place,
    files: tuple[Path, ...],
    org: str,
    dry_run: bool,
    deal: str | None,
    as_of: datetime.date | None,
    encoding: str | None,
    sheet: str | None,
    mapping: Path | None,
    as_json: bool,
) -> None:
    """Import FILES, one after another: EX-102 XML, or CSV by the template.

    The same file twice changes nothing. Ends with 1 if a file is refused, or not one of its loans can be read.
    """
    parameters = {
        "dryRun": "true" if dry_run else None,
        "deal": deal,
        "asOf": None if as_of is None else as_of.isoformat(),
        "encoding": encoding,
        "sheet": sheet,
        "mapping": None if mapping is None else _text(mapping),
    }
    done = asyncio.run(_import_all(place, org, files, parameters, dry_run=dry_run))
    failed = [work for work in done if is_refused(work)]
    if as_json:
        print_document(done[0] if len(done) == 1 else together(done))
    else:
        for work in done:
            if work not in failed:
                _print(work)
    for work in failed:
        click.echo(f"Error: {work['fileName']} was refused: {reason(work)}", err=True)
        for problem in work["rejected"][1:_SHOWN]:
            click.echo(f"  {_problem(problem)}", err=True)
    if failed:
        click.echo(_ADVICE, err=True)
        context.exit(REFUSED)


async def _import_all(
    place: Place, org: str, files: tuple[Path, ...], parameters: dict[str, str | None], *, dry_run: bool
) -> list[dict[str, Any]]:
    """Import the files into an organization, which begins only for a tape that can be used and not for a dry run."""
    with _progress() as progress:
        with contextlib.suppress(NotBegun):
            async with connected(place, org=org) as client:
                return await _import_each(client, files, parameters, progress, rows=dry_run)
        tried = await _try_elsewhere(org, files, parameters, progress, dry_run=dry_run)
        if dry_run or is_refused(tried[-1]):
            return tried
        async with connected(place, org=org, create=True) as client:
            return await _import_each(client, files, parameters, progress, rows=False)


async def _try_elsewhere(
    org: str, files: tuple[Path, ...], parameters: dict[str, str | None], progress: Progress, *, dry_run: bool
) -> list[dict[str, Any]]:
    """Return what importing into an organization that has not begun would do, all of it only for a dry run."""
    with tempfile.TemporaryDirectory(prefix="realinsights-") as folder:
        async with connected(Place(data=Path(folder)), org=org, create=True) as client:
            if dry_run:
                return await _import_each(client, files, parameters, progress, rows=True)
            return [await _try(client, files[0], {**parameters, "dryRun": "true"}, progress)]


async def _try(client: Client, file: Path, parameters: dict[str, str | None], progress: Progress) -> dict[str, Any]:
    """Return a file's import as far as it has to come to tell whether a loan of it can be used.

    The first lines of a large CSV tell that soon; of anything else they are refused, and the whole is tried.
    """
    beginning = _beginning(file)
    if beginning:
        work = await _import(client, file, parameters, progress, content=beginning, enough=_has_loans)
        if not is_refused(work):
            return work
    return await _import(client, file, parameters, progress, content=_content(file), enough=_has_loans)


def _has_loans(work: dict[str, Any]) -> bool:
    return bool(work["loans"])


async def _import_each(
    client: Client, files: tuple[Path, ...], parameters: dict[str, str | None], progress: Progress, *, rows: bool
) -> list[dict[str, Any]]:
    done: list[dict[str, Any]] = []
    for file in files:
        work = await _import(client, file, parameters, progress, content=_content(file))
        if rows:
            work["rows"] = [row async for row in client.pages(f"/imports/{work['id']}/rows", limit=None)]
        done.append(work)
        if is_refused(work):
            break
    return done


async def _import(
    client: Client,
    file: Path,
    parameters: dict[str, str | None],
    progress: Progress,
    *,
    content: bytes | AsyncIterator[bytes],
    enough: Callable[[dict[str, Any]], bool] = lambda _: False,
) -> dict[str, Any]:
    """Return an import once it is at rest, or has come far enough."""
    task = progress.add_task(file.name, total=None)
    asked = {name: value for name, value in {"fileName": file.name, **parameters}.items() if value is not None}
    work: dict[str, Any] = await client.post(
        "/imports", params=asked, content=content, headers={"Idempotency-Key": new_id()}
    )
    pause = _LOOK_SECONDS
    while work["state"] not in _AT_REST and not enough(work):
        await asyncio.sleep(pause)
        pause = min(pause * 1.1, _LONGEST_LOOK)
        work = await client.get(f"/imports/{work['id']}")
        progress.update(task, completed=work["done"], total=work["total"] or None)
    progress.update(task, completed=work["done"], total=work["total"] or work["done"])
    if enough(work) or is_refused(work):
        progress.remove_task(task)  # the bar of a trial makes way for that of the import
    return work


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Refusal(f"{file} is not a text in UTF-8; save it as UTF-8.") from None


def _beginning(file: Path) -> bytes:
    """Return the first whole lines of a file that is much longer than they are, nothing of a shorter one."""
    if file.stat().st_size < 4 * _CHUNK:
        return b""
    with file.open("rb") as opened:
        return b"".join(opened.read(_CHUNK).splitlines(keepends=True)[:-1])


async def _content(file: Path) -> AsyncIterator[bytes]:
    with file.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            yield chunk


@contextlib.contextmanager
def _progress() -> Iterator[Progress]:
    console = to_stderr()
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield progress


def is_refused(work: dict[str, Any]) -> bool:
    """Tell whether nothing of a file could be used."""
    return work["state"] == "failed" or bool(work["refused"] and work["refused"] == work["total"])


def reason(work: dict[str, Any]) -> str:
    """Return why a file was refused, in a sentence."""
    if work.get("error"):
        return str(work["error"])
    first = work["rejected"][0]
    return f"none of its {work['total']} loans could be used; the first: {_problem(first)}"


def together(done: list[dict[str, Any]]) -> dict[str, Any]:
    """Return several imports as one document, each of them under `imports`; counts of what happened are summed.

    Loans and properties are counted once per deal, where its largest file has them, since the same come every month.
    """
    deals: dict[str, list[dict[str, Any]]] = {}
    for work in done:
        deals.setdefault(work["deal"] or work["id"], []).append(work)
    return {
        "deal": done[0]["deal"] if len(deals) == 1 else None,
        "period": max((work["period"] for work in done if work["period"]), default=None),
        **{name: sum(max(work[name] for work in works) for works in deals.values()) for name in _HELD},
        **{name: sum(work[name] for work in done) for name in _COUNTS},
        "reconciliation": {name: sum(work["reconciliation"][name] for work in done) for name in _RECONCILED},
        "differences": [difference for work in done for difference in work["differences"]],
        "rejected": [{"fileName": work["fileName"], **problem} for work in done for problem in work["rejected"]],
        "imports": done,
    }


def _print(work: dict[str, Any]) -> None:
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
    found = work["reconciliation"]
    console.print(
        f"  reconciliation: {found['matched']} matched, {found['notDue']} not yet due, {found['differs']} differ",
        highlight=False,
    )
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
            for difference in work["differences"][:_SHOWN]
        )
        console.print(table("", columns, rows, numbers={"Reported", "Computed", "Difference"}))
    for problem in work["rejected"][:_SHOWN]:
        console.print(f"  refused: {_problem(problem)}", highlight=False, markup=False)


def _row(row: dict[str, Any]) -> tuple[str, str, str, str]:
    changes = [f"{change['field']}: {change['before']} → {change['after']}" for change in row.get("changes", ())]
    problems = [_problem(problem) for problem in row.get("problems", ())]
    return str(row["row"]), row.get("number") or "", row["outcome"], "; ".join(problems or changes)


def _problem(problem: dict[str, Any]) -> str:
    where = f"row {problem['row']} (line {problem['line']})"
    what = f"{problem['field']}: " if problem.get("field") else ""
    value = f" ({problem['value']!r})" if problem.get("value") is not None else ""
    return f"{where}: {what}{problem['reason']}{value}"
