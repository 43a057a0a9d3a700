"""`realinsights export`: write loans as CSV for other programs."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import BinaryIO

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
    if output is None:
        asyncio.run(_write(place, org, sys.stdout.buffer))
        return
    draft = output.with_name(f".{output.name}.part")
    try:
        with draft.open("wb") as file:
            asyncio.run(_write(place, org, file))
        draft.replace(output)
    finally:
        draft.unlink(missing_ok=True)


async def _write(place: Place, org: str, file: BinaryIO) -> None:
    async with connected(place, org=org) as client, client.stream("/loans/export") as parts:
        async for part in parts:
            file.write(part)
    file.flush()
