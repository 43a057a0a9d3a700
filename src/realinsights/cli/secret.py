"""`realinsights secret`: make the secret of an installation of several processes."""

from __future__ import annotations

from pathlib import Path

import click

from realinsights_platform.errors import Conflict
from realinsights_platform.secret import create_secret, new_secret


@click.group()
def secret() -> None:
    """Make the secret that tokens, cookies and cursors are sealed with.

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
