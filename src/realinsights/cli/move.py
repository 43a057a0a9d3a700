"""`realinsights move`: an installation from one topology to another, while the first one goes on."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import click

from realinsights.cli.move_claim import claimed, id_of
from realinsights.cli.move_sides import FROM, TO, Side, giving, receiving, require_one_secret, side_topology
from realinsights.cli.moving import Amount, Gone, Move, Step, Tell, all_organizations, amount_of
from realinsights.cli.organizations import names_of, organization_named
from realinsights.cli.output import json_option, print_document, table, to_stdout
from realinsights.cli.parameters import OrganizationName
from realinsights.cli.place import Place
from realinsights_platform.errors import NotFound, Refusal

BYTES_A_SECOND: Final[Mapping[str, int]] = {"sqlite": 1_000_000, "mongodb": 500_000}
"""How much of a journal a target of an engine takes in a second and verifies; measured while other work went on."""

_TOLD_SECONDS: Final = 1.0
_MEGABYTE: Final = 1_000_000


@click.command()
@click.option("--from", "source", required=True, metavar="NAME", help="The topology to move from, or a file's path.")
@click.option("--to", "target", required=True, metavar="NAME", help="The topology to move to, or a file's path.")
@click.option("--org", type=OrganizationName(), metavar="NAME", help="Only this organization; the rest can follow.")
@click.option("--dry-run", is_flag=True, help="Say what would be moved and how long it would take; write nothing.")
@click.option("--back", is_flag=True, help="Go back: move from --to to --from what has changed since.")
@json_option
@click.pass_context
def move(
    context: click.Context, *, source: str, target: str, org: str | None, dry_run: bool, back: bool, as_json: bool
) -> None:
    """Move every organization, or one, from one topology to another while the first one goes on.

    What the topologies name is taken from the environment: REALINSIGHTS_FROM_DATA, REALINSIGHTS_TO_MONGODB_URL and so
    on. Each organization is copied and verified; then its writes are refused, for less than a second, until the last
    of them are over and the other side takes them. Run it again after it was interrupted: it goes on where it was.
    """
    if isinstance(context.obj, Place) and (context.obj.data or context.obj.server):
        raise click.UsageError(
            f"Pass no --data and no --server: the sides of a move are named by {FROM}DATA, {TO}DATA and so on.", context
        )
    if dry_run:
        (leaving, coming) = _directed(source, target, back=back)
        engine = side_topology(*coming)[0].documents["loans"].partition(":")[0].partition("+")[0]
        _print_amounts(asyncio.run(_look(*leaving, org)), engine=engine, as_json=as_json)
        return
    gone = asyncio.run(carry_out(source, target, org, back=back, telling=lambda amounts: _Telling(amounts).tell))
    if as_json:
        print_document({"organizations": gone})
        return
    for one in gone:
        click.echo(
            f"{one.org}: {one.documents:,} documents in {one.entries:,} entries, {one.files:,} files; "
            f"writes were refused for {one.refused_seconds:.2f} s."
        )


async def carry_out(
    source: str, target: str, org: str | None, *, back: bool, telling: Callable[[Sequence[Amount]], Tell]
) -> list[Gone]:
    """Move all organizations or the one named, as the environment says where from and where to.

    `telling` is given how much there is to move, and returns what hears of each step. Raises `Refusal` with what to do.
    """
    async with _sides(source, target, back=back) as (giver, receiver):
        require_one_secret(giver, receiver)
        if giver.topology.documents == receiver.topology.documents:
            raise Refusal(f"{source} and {target} have the same documents. There is nothing to move.")
        own = receiver.documents["auth"]
        async with claimed(own, alone=receiver.topology.documents["auth"].startswith("sqlite:")):
            if back:
                found = await id_of(giver.documents["auth"], begin=False)
                if found is None:
                    raise NotFound(f"Nothing has moved to {target}, so that nothing can go back.")
            else:
                begun = await id_of(own, begin=False)
                if begun is None:
                    await Move(giver, receiver, "", back=False, tell=_silent).require_free()
                found = await id_of(own, begin=True) or ""
            only = None if org is None else organization_named(await names_of(giver.documents["auth"]), org)
            tell = telling([await _left(one, receiver) for one in await _amounts(giver, only)])
            return await Move(giver, receiver, found, back=back, tell=tell).run(only)


def _directed(source: str, target: str, *, back: bool) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return the name and the variables' prefix of the giving side, and those of the receiving side."""
    sides = ((source, FROM), (target, TO))
    return (sides[1], sides[0]) if back else sides


@contextlib.asynccontextmanager
async def _sides(source: str, target: str, *, back: bool) -> AsyncIterator[tuple[Side, Side]]:
    """Open the giving side and the receiving side."""
    leaving, coming = _directed(source, target, back=back)
    async with giving(*leaving) as giver, receiving(*coming) as receiver:
        yield giver, receiver


async def _look(name: str, prefix: str, org: str | None) -> list[Amount]:
    async with giving(name, prefix) as giver:
        return await _amounts(
            giver, None if org is None else organization_named(await names_of(giver.documents["auth"]), org)
        )


async def _amounts(giver: Side, only: str | None) -> list[Amount]:
    orgs = await all_organizations(giver) if only is None else [only]
    return [await amount_of(giver, org) for org in orgs]


async def _left(amount: Amount, receiver: Side) -> Amount:
    """Return how much is left of an amount, a part of which may have been copied before."""
    there = sum([await documents.stored_bytes(amount.org) for documents in receiver.documents.values()])
    return replace(amount, bytes=amount.bytes - there)


def _print_amounts(amounts: Sequence[Amount], *, engine: str, as_json: bool) -> None:
    size = sum(one.bytes for one in amounts)
    seconds = round(size / BYTES_A_SECOND[engine])
    if as_json:
        print_document({"organizations": amounts, "seconds": seconds})
        return
    rows = [
        (one.org, f"{one.entries:,}", _megabytes(one.bytes), f"{one.files:,}", _megabytes(one.file_bytes))
        for one in amounts
    ]
    columns = ("Organization", "Entries", "MB", "Files", "MB of files")
    to_stdout().print(table("", columns, rows, numbers=columns[1:]))
    click.echo(f"Nothing was moved. To move it would take about {_duration(seconds)}, and the files besides.")


class _Telling:
    """What is told on the terminal while a move goes on."""

    def __init__(self, amounts: Sequence[Amount]) -> None:
        self._total = {one.org: one.bytes for one in amounts}
        self._began = time.monotonic()
        self._told_at = 0.0
        self._org = ""
        self._org_began = self._began

    def tell(self, step: Step) -> None:
        now = time.monotonic()
        if step.org != self._org:
            self._org, self._org_began = step.org, now
        if step.name == "copying":
            if now < self._told_at + _TOLD_SECONDS:
                return
            self._told_at = now
            took = max(now - self._org_began, 0.001)
            left = max(0, self._total.get(step.org, 0) - step.bytes) * took / max(step.bytes, 1)
            click.echo(
                f"{step.org}: {step.documents:,} documents, {step.documents / took:,.0f} a second, "
                f"about {_duration(round(left))} left",
                err=True,
            )
            return
        click.echo(f"{step.org}: {step.name}{f' {step.service}' if step.service else ''}", err=True)


def _silent(step: Step) -> None:
    """Tell nothing."""


def _megabytes(size: int) -> str:
    return f"{size / _MEGABYTE:,.1f}"


def _duration(seconds: int) -> str:
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} minutes"
