"""`realinsights rates`: import fixings from files, or only check them; see how fresh indices are."""

from __future__ import annotations

import asyncio
import datetime
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from realinsights.cli.client import connected
from realinsights.cli.output import json_option, percent, print_document, table, to_stderr, to_stdout
from realinsights.cli.parameters import OrganizationName, org_option
from realinsights.cli.place import Place, place_options
from realinsights.loans.model.fixings import FixingYear, calendar_of, library_fixings, merged
from realinsights.loans.model.published_averages import MADE_OF_SOFR, reproduced
from realinsights.loans.service.rates import FixingsImport, outcome
from realinsights.loans.tapes.fixings_csv import MOST_BYTES, FileColumn, FixingUnit, read_fixings
from realinsights_finance.rates import Fixings, Index, gaps, outliers
from realinsights_platform.errors import Refusal, TooLarge

REFUSED: Final = 1
_SOFR: Final = frozenset({Index.SOFR, *MADE_OF_SOFR})
_SHOWN: Final = 10


@click.group()
def rates() -> None:
    """Keep the fixings that floating loans rest on."""


@rates.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--org", type=OrganizationName(), metavar="NAME", help="The organization; without it, files are checked.")
@click.option(
    "--index", metavar="NAME", help="The index of a file with one column of values, whatever its header says."
)
@click.option(
    "--numbers",
    type=click.Choice([unit.value for unit in FixingUnit]),
    help="What the values of the files are, where they leave it open: percent (5.33) or fraction (0.0533).",
)
@click.option("--check", is_flag=True, help="Only check the files: needs neither data nor a server.")
@json_option
@place_options
def import_files(
    *,
    place: Place,
    files: tuple[Path, ...],
    org: str | None,
    index: str | None,
    numbers: str | None,
    check: bool,
    as_json: bool,
) -> int:
    """Import FILES of fixings: a column of days, and one of percents for each index, as FRED hands them out.

    Published averages and index values of SOFR are compared with those that daily SOFR makes; a check also looks at the
    files of SOFR beside the one it is given. Ends with 1 where a line is refused, a published value is not reproduced,
    or a column leaves open whether its values are percents or fractions.
    """
    unit = None if numbers is None else FixingUnit(numbers)
    if check or org is None:
        found, remarks = _checked(files, index, unit)
        if not check and not as_json:
            to_stderr().print("Only checked: pass --org to keep them.")
    else:
        found, remarks = asyncio.run(_imported(place, org, files, index, unit)), ()
    if as_json:
        print_document({"files": found})
    else:
        _print(found, remarks)
    sound = all(not one.refused and one.question is None for each in found for one in each.indices) and all(
        one.equal == one.published for each in found for one in each.reproduced
    )
    return 0 if sound else REFUSED


@rates.command("list")
@org_option
@json_option
@place_options
def list_indices(*, place: Place, org: str, as_json: bool) -> None:
    """List the indices with fixings: the last one, and how many are missing since."""
    found = [index for index in asyncio.run(_indices(place, org)) if index["days"]]
    if as_json:
        print_document({"indices": found})
        return
    if not found:
        click.echo("There are no fixings yet. Import some by `realinsights rates import FILE --org NAME`.")
        return
    columns = ("Index", "Days", "First", "Last", "Value", "Missing since", "Gaps", "Outliers")
    rows = (
        (
            index["name"],
            f"{index['days']:,}",
            index["first"],
            index["last"]["on"],
            _value(index["index"], index["last"]["value"]),
            f"{index['missing']}{' (stale)' if index['stale'] else ''}",
            str(len(index["gaps"])),
            str(len(index["outliers"])),
        )
        for index in found
    )
    to_stdout().print(table("", columns, rows, numbers={"Days", "Value"}))


async def _indices(place: Place, org: str) -> list[Any]:
    async with connected(place, org=org) as client:
        return list(await client.get("/rates/indices"))


async def _imported(
    place: Place, org: str, files: Sequence[Path], index: str | None, unit: FixingUnit | None
) -> list[FixingsImport]:
    found = []
    async with connected(place, org=org) as client:
        for file in files:
            asked = {"index": index, "numbers": None if unit is None else unit.value}
            parameters = {"fileName": file.name, **{name: value for name, value in asked.items() if value}}
            answer = await client.send("POST", "/rates/imports", content=_bytes(file), params=parameters)
            found.append(msgspec.json.decode(answer.content, type=FixingsImport))
    return found


def _checked(
    files: Sequence[Path], index: str | None, unit: FixingUnit | None
) -> tuple[list[FixingsImport], tuple[str, ...]]:
    """Return what files say, each by itself, and compared with each other; and remarks on days and moves."""
    read = {file: read_fixings(io.BytesIO(_bytes(file)), index=index, unit=unit) for file in files}
    beside = _beside(read)
    years = [year for columns in (*read.values(), *beside.values()) for column in columns for year in _years(column)]
    fixings = Fixings(library_fixings({year.id: year for year in years}.values()))
    compared = reproduced(fixings)
    found = [
        FixingsImport(
            file_name=file.name,
            dry_run=True,
            indices=tuple(outcome(column, _merged(column)) for column in columns),
            reproduced=compared if file == files[-1] else (),
        )
        for file, columns in read.items()
    ]
    told = {column.index for columns in read.values() for column in columns}
    remarks = [f"Compared with {file.name} beside it." for file in beside]
    return found, (*remarks, *_remarks(fixings, told))


def _beside(read: dict[Path, tuple[FileColumn, ...]]) -> dict[Path, tuple[FileColumn, ...]]:
    """Return the files beside those given that say what of SOFR they do not: its averages and its index."""
    told = {column.index for columns in read.values() for column in columns}
    if not told & _SOFR:
        return {}
    found: dict[Path, tuple[FileColumn, ...]] = {}
    for file in sorted({other for given in read for other in given.parent.glob("*.csv")} - read.keys()):
        if file.stat().st_size > MOST_BYTES:
            continue
        try:
            columns = read_fixings(io.BytesIO(file.read_bytes()))
        except Refusal:
            continue  # another kind of file
        if {column.index for column in columns} <= _SOFR - told:
            told |= {column.index for column in columns}
            found[file] = columns
    return found


def _merged(column: FileColumn) -> Any:
    # A file is checked whatever the day: what is still to come is known by who has the file.
    return merged({}, column.fixings, org="", index=column.index, source="", business_date=datetime.date.max)


def _years(column: FileColumn) -> tuple[FixingYear, ...]:
    years: tuple[FixingYear, ...] = _merged(column).years
    return years


def _remarks(fixings: Fixings, indices: set[str]) -> Iterator[str]:
    for index in sorted(indices):
        days = fixings.dates(index)
        if not days:
            continue
        since = datetime.date(max(days[-1].year - 1, 1987), days[-1].month, 1)
        recent = Fixings(fixing for fixing in fixings if fixing.index == index and fixing.on >= since)
        without = gaps(recent, index, calendar_of(index))
        yield (
            f"{index}: {len(days):,} days from {days[0]} to {days[-1]}; without a fixing since {since}: {len(without)}."
        )
        if index == Index.SOFR_INDEX:
            continue
        for move in outliers(recent, index)[:_SHOWN]:
            yield f"{index}: {move.fixing.on} moved by {percent(move.change, 2)} from {move.before.on}."


def _bytes(file: Path) -> bytes:
    if file.stat().st_size > MOST_BYTES:
        raise TooLarge(f"{file.name} is larger than {MOST_BYTES // 1024 // 1024} MB.")
    return file.read_bytes()


def _print(found: Sequence[FixingsImport], remarks: Sequence[str]) -> None:
    console = to_stdout()
    columns = ("File", "Index", "Taken", "Unchanged", "Revised", "Refused", "No value")
    rows = [
        (
            each.file_name,
            one.name,
            *(f"{count:,}" for count in (one.taken, one.unchanged, one.revised, one.refused, one.none)),
        )
        for each in found
        for one in each.indices
    ]
    console.print(table("", columns, rows, numbers=set(columns[2:])))
    for each in found:
        for one in each.indices:
            if one.question is not None:
                console.print(f"{each.file_name}: {one.question} Nothing was taken: say --numbers percent or fraction.")
            for problem in one.problems[:_SHOWN]:
                console.print(f"{each.file_name}, line {problem.line}, {problem.field}: {problem.reason}.")
    for compared in found[-1].reproduced if found else ():
        console.print(
            f"{compared.index}: {compared.equal:,} of {compared.published:,} published values are reproduced from SOFR."
        )
        for difference in compared.differences[:_SHOWN]:
            ours = difference.reason or f"computed {difference.computed}"
            console.print(f"  {difference.on}: published {difference.published}, {ours}")
    for remark in remarks:
        console.print(remark)


def _value(index: str, value: str) -> str:
    return value if index == Index.SOFR_INDEX else percent(value, 5)
