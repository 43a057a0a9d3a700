"""`realinsights secret`: make the secret of an installation of several processes, or rotate the keys that sign."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from realinsights.adapters import open_adapters
from realinsights.app import build
from realinsights.auth.service.identity import Identity
from realinsights.cli.place import Place, store_options, topology_of
from realinsights.topology import Process
from realinsights_platform.errors import Conflict
from realinsights_platform.logs import configure_logs
from realinsights_platform.secret import create_secret, new_secret


@click.group()
def secret() -> None:
    """Make the secret that tokens, cookies and cursors are sealed with, or rotate the keys that sign access tokens.

    A data folder gets one by itself. An installation of several processes is given one: in the environment, or in a
    file that is mounted into each of them.
    """


@secret.command("create")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
def create(file: Path | None) -> None:
    """Print a new secret, or write it to FILE, readable by its owner only."""
    if file is None:
        click.echo(new_secret())
        return
    if not create_secret(file):
        raise Conflict(f"{file} is there already. Name another file: what this one has sealed needs it.")
    click.echo(f"Made {file}.")


@secret.command("rotate-keys")
@store_options
def rotate_keys(*, place: Place) -> None:
    """Publish another key that signs access tokens, without waiting until it is due.

    It signs once every process has read it, in two minutes; what the key before it has signed is good until it expires,
    ten minutes later. Of a data folder no server may be using it; with --topology processes go on.
    """
    click.echo(f"Key {asyncio.run(_rotated(place))} is published, and signs in two minutes.")


async def _rotated(place: Place) -> str:
    configure_logs(level="warning")
    topology, process = topology_of(place), Process(services=("auth",), role="api")
    async with open_adapters(topology, process) as adapters, build(process, adapters) as running:
        identity: Identity = running.services["auth"].given["identity"]
        return await identity.keys.rotate()
