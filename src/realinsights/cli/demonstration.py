"""The demonstration in a process that holds the services it is in; `realinsights demonstrate` is such a process."""

from __future__ import annotations

import asyncio
import os

import click
import structlog

from realinsights.adapters import open_adapters
from realinsights.app import Product, build
from realinsights.cli.place import Place, place_options
from realinsights.settings import read_settings
from realinsights.topology import DEFAULT, Process, read_topology, services
from realinsights_platform.errors import Refusal
from realinsights_platform.logs import configure_logs

log = structlog.get_logger(__name__)


async def found(product: Product) -> bool:
    """Found the demonstration where there is no organization yet; tell whether there is one now."""
    if not {"auth", "loans"} <= set(product.services):
        return False
    # Imported here: it knows both services, and not every process holds them.
    from realinsights.demonstration.beginning import FilesPlace, found_demonstration  # noqa: PLC0415

    identity = product.services["auth"].given["identity"]
    files = None
    if "files" in product.services:
        files = FilesPlace(product.documents["files"], product.services["files"].given["resources"])
    return await found_demonstration(identity=identity, loans=product.documents["loans"], files=files)


async def work(product: Product) -> None:
    """Let people work in the demonstration; what keeps them from it is logged, and done at the next start."""
    # Imported here: it knows three services, and the first answer does not wait for it.
    from realinsights.demonstration.working import Places, work_in_demonstration  # noqa: PLC0415

    places = Places(
        identity=product.services["auth"].given["identity"],
        loans=product.documents["loans"],
        notifications=product.documents["notifications"],
        follower=product.services["notifications"].given["follower"],
        leases=product.adapters.leases,
    )
    try:
        await work_in_demonstration(places)
    except Refusal as refused:
        log.info("demonstration.unfinished", reason=refused.message)
    except Exception:
        log.exception("demonstration.failed")


@click.command()
@click.option("--topology", default=DEFAULT, show_default=True, help="A topology's name, or the path of a file.")
@place_options
def demonstrate(*, place: Place, topology: str) -> None:
    """Found the demonstration where there is no organization yet, and end.

    For an installation whose services run apart: a process that holds all of them does so by itself. Its processes
    have to run: they tell each other of the people who join.
    """
    if place.server:
        raise click.UsageError("--server names a server that runs already; this works on its documents.")
    asyncio.run(_demonstrate(topology, place))


async def _demonstrate(topology: str, place: Place) -> None:
    settings = read_settings(os.environ)
    configure_logs(level=settings.log_level)
    read = read_topology(topology, environment={**os.environ, "REALINSIGHTS_DATA": str(place.folder)})
    # It answers nobody, and leaves background work to the processes that run.
    everything = Process(services(), role="api")
    async with (
        open_adapters(read, everything, environment=os.environ) as adapters,
        build(everything, adapters, settings) as product,
    ):
        there = await found(product)
        if there:
            await work(product)
    click.echo("The demonstration is there." if there else "There are organizations already: nothing was founded.")
