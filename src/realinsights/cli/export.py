"""`realinsights export`: write loans as CSV for other programs."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any, BinaryIO

import click

from realinsights.cli.client import connected
from realinsights.cli.parameters import org_option
from realinsights.cli.place import Place, place_options


@click.group()
def export() -> None:
    """Write files for other programs."""


@export.command()
@org_option
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write here [default: the standard output]."
)
@place_options
def loans(*, place: Place, org: str, output: Path | None) -> None:
    """Write an organization's loans as CSV, safe to open in a spreadsheet."""
    write_file(place, org, output, "/loans/export")


def write_file(place: Place, org: str, output: Path | None, path: str, **parameters: Any) -> None:
    """Write what a route answers to a file, which is there once it is whole, or else to the standard output."""
    if output is None:
        asyncio.run(_write(place, org, sys.stdout.buffer, path, parameters))
        return
    draft = output.with_name(f".{output.name}.part")
    try:
        with draft.open("wb") as file:
            asyncio.run(_write(place, org, file, path, parameters))
        draft.replace(output)
    finally:
        draft.unlink(missing_ok=True)


async def _write(place: Place, org: str, file: BinaryIO, path: str, parameters: dict[str, Any]) -> None:
    async with connected(place, org=org) as client, client.stream(path, **parameters) as parts:
        async for part in parts:
            file.write(part)
    file.flush()
