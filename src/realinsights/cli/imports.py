"""`realinsights import`: import tapes, one after another."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import json
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from realinsights.auth.service.local_tokens import NotBegun
from realinsights.cli.client import Client, connected
from realinsights.cli.import_results import SHOWN, print_import, problem_of, unused_columns
from realinsights.cli.output import json_option, print_document, table, to_stderr, to_stdout
from realinsights.cli.parameters import Day, OrganizationName
from realinsights.cli.place import Place, place_options
from realinsights_platform.errors import Refusal
from realinsights_platform.ids import new_id

T = TypeVar("T")

REFUSED = 1
_AT_REST = {"done", "failed", "undone"}
_LOOK_SECONDS = 0.1
_LONGEST_LOOK = 0.5  # reached by and by: a long import has better things to do than to answer
_CHUNK = 256 * 1024
_HELD = ("loans", "properties")
_COUNTS = ("created", "updated", "unchanged", "refused")
_RECONCILED = ("matched", "notDue", "differs", "notComputed", "closed")
_ADVICE = (
    "Nothing of it was imported. Correct the file and import it again; it has to be EX-102 XML, or CSV by the template "
    "that GET /api/v1/tapes/template answers (--mapping says which column means what, --mappings lists what is known)."
)


@click.command(name="import")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--org",
    type=OrganizationName(),
    metavar="NAME",
    help="The organization; in a data folder it begins if need be. Needed but for --suggest-mapping.",
)
@click.option("--dry-run", is_flag=True, help="Say row by row what would happen, and change nothing.")
@click.option("--deal", metavar="NAME", help="The deal the loans belong to [default: what the tape says].")
@click.option("--as-of", type=Day(), metavar="DATE", help="The date the figures are of, where a CSV does not say.")
@click.option("--encoding", metavar="NAME", help="A CSV's encoding [default: detected].")
@click.option("--sheet", metavar="NAME", help="A workbook's sheet [default: the one with a tape's header].")
@click.option(
    "--mapping",
    metavar="NAME|FILE",
    help="A mapping by its name (--mappings lists them), or a JSON file that says which column of a CSV means what; "
    "what a file leaves out is recognized by its name.",
)
@click.option("--mappings", is_flag=True, help="List the mappings that are known by a name.")
@click.option("--suggest-mapping", is_flag=True, help="Print how the file's columns are read, for --mapping to take.")
@json_option
@place_options
@click.pass_context
def import_tapes(
    context: click.Context,
    *,
    place: Place,
    files: tuple[Path, ...],
    org: str | None,
    dry_run: bool,
    deal: str | None,
    as_of: datetime.date | None,
    encoding: str | None,
    sheet: str | None,
    mapping: str | None,
    mappings: bool,
    suggest_mapping: bool,
    as_json: bool,
) -> None:
    """Import FILES, one after another: EX-102 XML, or CSV by the template.

    The same file twice changes nothing. Ends with 1 if a file is refused, or not one of its loans can be read.
    """
    if mappings:
        _list_mappings(place, org, as_json=as_json)
        return
    if not files:
        raise click.MissingParameter(param_hint="'FILES...'", param_type="argument")
    if suggest_mapping:
        _suggest(place, org, files, {"sheet": sheet, "encoding": encoding, "mapping": _said_mapping(mapping)})
        return
    if org is None:
        raise click.MissingParameter(param_hint="'--org'", param_type="option")
    parameters = {
        "dryRun": "true" if dry_run else None,
        "deal": deal,
        "asOf": None if as_of is None else as_of.isoformat(),
        "encoding": encoding,
        "sheet": sheet,
        "mapping": _said_mapping(mapping),
    }
    done = asyncio.run(_import_all(place, org, files, parameters, dry_run=dry_run))
    failed = [work for work in done if is_refused(work)]
    if as_json:
        print_document(done[0] if len(done) == 1 else together(done))
    else:
        for work in done:
            if work not in failed:
                print_import(work)
    for work in failed:
        click.echo(f"Error: {work['fileName']} was refused: {reason(work)}", err=True)
        for problem in work["rejected"][1:SHOWN]:
            click.echo(f"  {problem_of(problem)}", err=True)
        if unused := unused_columns(work):
            click.echo(f"  {unused}", err=True)
    if failed:
        click.echo(_ADVICE, err=True)
        context.exit(REFUSED)


def _suggest(place: Place, org: str | None, files: tuple[Path, ...], options: dict[str, str | None]) -> None:
    """Print the mapping that reads a file as its header and cells say, and on stderr what that leaves open."""
    if len(files) != 1:
        raise click.UsageError("--suggest-mapping takes one file.")
    reading = asyncio.run(_header(place, org, files[0], options))
    if reading["sheets"] and reading["sheet"] is None:
        raise click.UsageError(f"{reading['note']}: --sheet names it.")
    print_document(suggested(reading))
    for column in reading["columns"]:
        if column.get("question"):
            click.echo(f"Unclear: {column['header']}: {column['question']}.", err=True)
    if reading["fits"] and reading["named"] is None:
        fits = reading["fits"]
        click.echo(f"--mapping {fits['name']} may read it better: {fits['reason']}.", err=True)
    if reading["missing"]:
        click.echo(f"Nothing is read as {', '.join(reading['missing'])}: a tape must have them.", err=True)


async def _header(place: Place, org: str | None, file: Path, options: dict[str, str | None]) -> dict[str, Any]:
    """Return how a file's columns are read, by an organization that may have said so before."""
    asked = {"fileName": file.name, **{name: value for name, value in options.items() if value is not None}}

    async def ask(client: Client) -> dict[str, Any]:
        found: dict[str, Any] = await client.post("/tapes/header", params=asked, content=_content(file))
        return found

    return await _asked(place, org, ask)


async def _asked(place: Place, org: str | None, ask: Callable[[Client], Awaitable[T]]) -> T:
    """Return what an organization is asked, or one that is begun elsewhere where it has not begun or none is named."""
    if org is not None:
        with contextlib.suppress(NotBegun):
            async with connected(place, org=org) as client:
                return await ask(client)
    with tempfile.TemporaryDirectory(prefix="realinsights-") as folder:
        async with connected(Place(data=Path(folder)), org=org or "nobody", create=True) as client:
            return await ask(client)


def _list_mappings(place: Place, org: str | None, *, as_json: bool) -> None:
    async def ask(client: Client) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await client.get("/tapes/named-mappings")
        return found

    found = asyncio.run(_asked(place, org, ask))
    if as_json:
        print_document(found)
        return
    rows = ((each["name"], each["title"], f"{each['remarks']} {each['verified']}") for each in found)
    to_stdout().print(table("", ("Name", "Layout", "What to know"), rows))


def _said_mapping(said: str | None) -> str | None:
    """Return a mapping as the API takes it: what is in a file, where there is one of that name, else a name."""
    if said is None:
        return None
    file = Path(said)
    if file.is_file():
        return _compact(_text(file))
    if file.suffix or len(file.parts) > 1:
        raise click.BadParameter(f"There is no file {said}.", param_hint="'--mapping'")
    return said


def suggested(reading: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the mapping that reads a file as its header's reading says, with the columns it does not use."""
    read = {column["header"]: column for column in reading["columns"]}
    given = ("unit", "decimal", "dates", "codes")
    mapping = [
        {**choice, **{name: read[choice["header"]][name] for name in given if read.get(choice["header"], {}).get(name)}}
        for choice in reading["mapping"]
    ]
    named = [name for name in reading["header"] if name in reading["unused"]]
    return [*mapping, *({"header": name, "column": "unused"} for name in dict.fromkeys(named))]


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


def _compact(text: str) -> str:
    """Return a JSON text without its spaces, since it goes into a query; what is no JSON as it is."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))
    except ValueError:
        return text


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
    return f"none of its {work['total']} loans could be used; the first: {problem_of(first)}"


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
        "warnings": [{"fileName": work["fileName"], **problem} for work in done for problem in work["warnings"]],
        "imports": done,
    }
