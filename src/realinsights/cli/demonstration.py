"""`realinsights demonstrate`: found the demonstration, or put it into an organization and take it out again."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import click

from realinsights.adapters import open_adapters
from realinsights.app import Product, build
from realinsights.cli.client import connected
from realinsights.cli.output import json_option, print_document, table, to_stdout
from realinsights.cli.place import Place, place_options
from realinsights.settings import read_settings
from realinsights.topology import DEFAULT, Process, read_topology
from realinsights_platform.errors import Conflict
from realinsights_platform.logs import configure_logs

_WAIT_SECONDS: Final = 120.0
"""So long is waited for services to do their parts: one that is away does its part once it is back."""

_LOOK_SECONDS: Final = 0.2

_WORDS: Final = MappingProxyType(
    {
        "absent": "The demonstration is not here.",
        "arriving": "The demonstration is being put in.",
        "here": "The demonstration is here.",
        "leaving": "The demonstration is being taken out.",
        "partly_here": "The demonstration was taken out, but for what had to stay.",
    }
)


async def found(product: Product, *, wait: bool) -> bool:
    """Begin the demonstration where there is no organization yet; tell whether there is one now.

    With `wait` it is there then, where every service has done its part in time.
    """
    # Imported here: it knows the auth service, which not every process holds.
    from realinsights.demonstration.beginning import begin_demonstration, ended  # noqa: PLC0415

    identity = product.services["auth"].given["identity"]
    org = await begin_demonstration(identity=identity)
    if org is not None and wait:
        await ended(identity=identity, org=org, within=_WAIT_SECONDS)
    return org is not None


@click.command()
@click.option("--org", help="Put it into this organization, by name or id, instead of one of its own.")
@click.option("--remove", is_flag=True, help="Take it out of --org again; what people have made stays, and is named.")
@click.option("--topology", default=DEFAULT, show_default=True, help="A topology's name, or the path of a file.")
@json_option
@place_options
def demonstrate(*, place: Place, org: str | None, remove: bool, topology: str, as_json: bool) -> None:
    """Found the demonstration where there is no organization yet; with --org put it into one, or take it out.

    Each service does its own part: a topology of several processes has to run. Asked for again it is the same, and how
    far it is is shown.
    """
    if org is not None:
        _show(asyncio.run(_asked(place, org, remove=remove)), as_json=as_json)
        return
    if remove or place.server:
        raise click.UsageError(
            "--remove and --server need --org: the organization that it is put into or taken out of."
        )
    there = asyncio.run(_found(topology, place))
    click.echo("The demonstration is there." if there else "There are organizations already: nothing was founded.")


async def _found(topology: str, place: Place) -> bool:
    settings = read_settings(os.environ)
    configure_logs(level=settings.log_level)
    read = read_topology(topology, environment={**os.environ, "REALINSIGHTS_DATA": str(place.folder)})
    # Where several processes run, they do their parts: no database but auth's is opened here.
    process = next(iter(read.processes.values())) if read.alone else Process(("auth",), role="api")
    async with (
        open_adapters(read, process, environment=os.environ) as adapters,
        build(process, adapters, settings) as product,
    ):
        return await found(product, wait=True)


async def _asked(place: Place, org: str, *, remove: bool) -> dict[str, Any]:
    async with connected(place, org=org) as client:
        answer = await client.send("DELETE" if remove else "POST", "/demonstration")
        shown: dict[str, Any] = answer.json()
        loop = asyncio.get_running_loop()
        until = loop.time() + _WAIT_SECONDS
        while shown["presence"] in {"arriving", "leaving"} and loop.time() < until:
            await asyncio.sleep(_LOOK_SECONDS)
            shown = await client.get("/demonstration")
        return shown


def _show(shown: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_document(dict(shown))
        return
    if shown["refused"]:
        why = " ".join(shown["refused"]).removesuffix(".")
        raise Conflict(f"The demonstration was not put in: {why}.")
    click.echo(_WORDS[shown["presence"]])
    for sentence in (sentence for step in shown["steps"] for sentence in step["objections"]):
        click.echo(f"  {sentence}")
    rows = (
        (
            step["service"],
            step["state"].replace("_", " ") + (", has not answered in time" if step["late"] else ""),
            str(step["attempts"]),
            ", ".join(f"{what} {count:,}" for what, count in step["counts"].items()),
        )
        for step in shown["steps"]
    )
    to_stdout().print(table("", ("Service", "State", "Asked", "What it did"), rows, numbers={"Asked"}))
