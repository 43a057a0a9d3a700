"""`realinsights prepare`: make what this release's documents need, before its processes start."""

from __future__ import annotations

import asyncio
import os

import click

from realinsights.adapters import prepare_documents
from realinsights.cli.place import Place, place_options
from realinsights.topology import DEFAULT, UnknownTopology, read_topology, services


@click.command()
@click.option("--topology", default=DEFAULT, show_default=True, help="A topology's name, or the path of a file.")
@place_options
def prepare(*, place: Place, topology: str) -> None:
    """Make the indexes that this release's documents need, and end.

    A process makes them by itself when it starts, and answers once they are there. Run this before a rollout where
    filling an index takes long; where nothing is missing, it ends at once.
    """
    if place.server:
        raise click.UsageError("--server names a server that runs already, and has its indexes.")
    try:
        read = read_topology(topology, environment={**os.environ, "REALINSIGHTS_DATA": str(place.folder)})
    except UnknownTopology as unknown:
        raise click.UsageError(unknown.message) from None
    asyncio.run(prepare_documents(read))
    click.echo(f"The documents of {', '.join(services())} are ready for this release.")
