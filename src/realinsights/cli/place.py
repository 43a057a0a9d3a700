"""The place a command works in: a data folder, a running server, or the stores of a topology of several processes.

Every command imports this, `--help` too: what opens stores is in `stores`.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from realinsights.topology import DEFAULT, DEFAULT_DATA, Topology, needs, read_topology
from realinsights_platform.errors import NotFound

F = TypeVar("F", bound=Callable[..., Any])


class Place(msgspec.Struct, frozen=True):
    """A data folder or a server, at most one of the two.

    `topology` says where the stores are; by default they are in the folder.
    """

    data: Path | None = None
    server: str | None = None
    topology: str | None = None

    @property
    def folder(self) -> Path:
        """Return the data folder: the one named, else the environment's, else ./data."""
        return self.data or Path(os.environ.get("REALINSIGHTS_DATA") or DEFAULT_DATA)


def topology_of(place: Place) -> Topology:
    """Return the place's topology, by default of one process on a data folder; raises `NotFound` for no such folder."""
    name = place.topology or DEFAULT
    topology = read_topology(name, environment={**os.environ, "REALINSIGHTS_DATA": str(place.folder)})
    if "REALINSIGHTS_DATA" in needs(name) and not place.folder.is_dir():
        raise NotFound(f"There is no data folder {place.folder}; pass --data with one that exists.")
    return topology


def place_options(command: F) -> F:
    """Give a command --data and --server; said before the command's name or after it, they mean the same."""

    @click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="DIR",
        help="Work on this data folder directly; no server may be using it.",
    )
    @click.option("--server", metavar="URL", help="Work on a running server (sign in first: realinsights login).")
    @functools.wraps(command)
    def with_place(*arguments: Any, data: Path | None, server: str | None, **options: Any) -> Any:
        context = click.get_current_context()
        said = context.obj if isinstance(context.obj, Place) else Place()
        place = Place(data=data or said.data, server=server or said.server)
        if place.data and place.server:
            raise click.UsageError("Pass either --data or --server, not both: a command works in one place.", context)
        return command(*arguments, place=place, **options)

    # click's decorators and functools.wraps keep the function, with options added to it
    return with_place  # type: ignore[return-value]


def store_options(command: F) -> F:
    """Give a command --topology too: it works on the stores themselves, which need not be in a data folder."""

    @click.option(
        "--topology",
        metavar="NAME",
        help="Work on this topology's stores, which the environment names; its processes may run meanwhile.",
    )
    @functools.wraps(command)
    def with_topology(*arguments: Any, place: Place, topology: str | None, **options: Any) -> Any:
        if topology and place.server:
            context = click.get_current_context()
            raise click.UsageError(
                "Pass either --topology or --server, not both: a command works in one place.", context
            )
        return command(*arguments, place=msgspec.structs.replace(place, topology=topology), **options)

    # as above
    return place_options(with_topology)  # type: ignore[return-value]
