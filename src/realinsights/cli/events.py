"""`realinsights events`: messages that could not be handled, and what becomes of them."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import click

from realinsights.cli.output import json_option, print_document, table, to_stdout
from realinsights.contracts.catalog import CODECS
from realinsights.topology import DEFAULT, read_topology
from realinsights_platform.errors import NotFound, Refusal, Unavailable
from realinsights_platform.redis.calls import Away
from realinsights_platform.redis.urls import SCHEMES, read_url
from realinsights_platform.stream.redis_dead import DeadLetter, DeadLetters

_topology_option = click.option(
    "--topology", metavar="NAME", default=DEFAULT, show_default=True, help="The topology, or the path of its file."
)
_id_argument = click.argument("letter_id", metavar="ID")


@click.group()
def events() -> None:
    """Look after the events that services send each other."""


@events.group()
def dead() -> None:
    """Look after dead letters: messages that a service could not handle, however often it tried.

    What came after them went on. Mend the cause, then replay them; or drop what is not needed any more.
    """


@dead.command("list")
@_topology_option
@json_option
def list_letters(*, topology: str, as_json: bool) -> None:
    """List the dead letters, with the error of each."""
    letters = asyncio.run(_asked(topology, _all))
    if as_json:
        print_document({"deadLetters": letters})
        return
    if not letters:
        click.echo("There are no dead letters.")
        return
    rows = [
        (one.id, f"{one.at:%Y-%m-%d %H:%M}", one.group, one.org, str(one.sequence), ", ".join(one.events), one.error)
        for one in letters
    ]
    columns = ("Id", "At (UTC)", "Group", "Organization", "#", "Events", "Error")
    to_stdout().print(table("", columns, rows, numbers={"#"}))


@dead.command()
@_id_argument
@_topology_option
def show(*, letter_id: str, topology: str) -> None:
    """Show one dead letter, with its message, as JSON."""

    async def found(letters: DeadLetters) -> DeadLetter | None:
        return await letters.one(letter_id)

    letter = asyncio.run(_asked(topology, found))
    if letter is None:
        raise _absent(letter_id)
    print_document(letter)


@dead.command()
@_id_argument
@_topology_option
def replay(*, letter_id: str, topology: str) -> None:
    """Deliver a dead letter once more, to the group that could not handle it."""

    async def replayed(letters: DeadLetters) -> bool:
        return await letters.replay(letter_id)

    if not asyncio.run(_asked(topology, replayed)):
        raise _absent(letter_id)
    click.echo("It is delivered once more.")


@dead.command()
@_id_argument
@_topology_option
def drop(*, letter_id: str, topology: str) -> None:
    """Forget a dead letter for good; the journal still has its events."""

    async def dropped(letters: DeadLetters) -> bool:
        return await letters.drop(letter_id)

    if not asyncio.run(_asked(topology, dropped)):
        raise _absent(letter_id)
    click.echo("It is forgotten.")


async def _all(letters: DeadLetters) -> list[DeadLetter]:
    return [letter async for letter in letters.all()]


async def _asked(topology: str, ask: Callable[[DeadLetters], Awaitable[Any]]) -> Any:
    async with _letters_of(topology) as letters:
        try:
            return await ask(letters)
        except Away as away:
            raise Unavailable(f"The stream does not answer: {away} See that it runs, and try again.") from away


@contextlib.asynccontextmanager
async def _letters_of(topology: str) -> AsyncGenerator[DeadLetters, None]:
    url = read_topology(topology, environment=os.environ).engines.stream
    if url.partition("://")[0] not in SCHEMES:
        raise Refusal(
            f"The topology {topology} keeps its stream in memory: what could not be handled is in the log of the "
            "process. Name another with --topology."
        )
    letters = DeadLetters(read_url(url), sorted(CODECS))
    try:
        yield letters
    finally:
        await letters.close()


def _absent(letter_id: str) -> NotFound:
    return NotFound(f"There is no dead letter {letter_id}; see realinsights events dead list.")
