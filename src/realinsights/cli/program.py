"""`realinsights program`: programs of an organization, and the tokens that they ask with."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import click

from realinsights.cli.client import Client, connected
from realinsights.cli.output import json_option, print_document, table, to_stdout
from realinsights.cli.parameters import org_option
from realinsights.cli.place import Place, place_options
from realinsights.contracts.permissions import Permission
from realinsights_platform.errors import Conflict, NotFound

_PERMISSIONS = [permission.value for permission in Permission]


@click.group()
def program() -> None:
    """List programs, make one, give it a token, or take one away.

    A program asks with its token in REALINSIGHTS_TOKEN, for instance `realinsights loans --server URL`, or exchanges it
    at /api/v1/auth/token (OAuth 2, client credentials).
    """


@program.command("list")
@org_option
@json_option
@place_options
def list_programs(*, org: str, as_json: bool, place: Place) -> None:
    """List the organization's programs, what they may do, and when their tokens end and were used last."""
    found = asyncio.run(_programs(place, org))
    if as_json:
        print_document({"items": found})
        return
    rows = [row for one in found for row in _rows(one)]
    columns = ("Id", "Name", "May", "Token", "Ends", "Used last (UTC)", "From")
    to_stdout().print(table("", columns, rows))


@program.command()
@click.argument("name")
@click.option(
    "--may",
    "permissions",
    multiple=True,
    required=True,
    type=click.Choice(_PERMISSIONS),
    help="A permission; several may be given.",
)
@org_option
@json_option
@place_options
def make(*, name: str, permissions: tuple[str, ...], org: str, as_json: bool, place: Place) -> None:
    """Make a program called NAME. It has no token yet."""
    made = asyncio.run(_made(place, org, name, permissions))
    if as_json:
        print_document(made)
        return
    click.echo(f"{made['name']} is there. Give it a token: realinsights program token '{made['name']}'.")


@program.command()
@click.argument("which")
@click.option("--days", type=click.IntRange(1, 365), default=90, show_default=True, help="For how long it is good.")
@org_option
@json_option
@place_options
def token(*, which: str, days: int, org: str, as_json: bool, place: Place) -> None:
    """Print a new token of the program WHICH, by name or id. It is shown this once; a program may have two."""
    made = asyncio.run(_token(place, org, which, days))
    if as_json:
        print_document(made)
        return
    click.echo(made["token"])
    click.echo(f"It is good until {made['expiresAt'][:16].replace('T', ' ')} UTC, and not shown again.", err=True)


@program.command()
@click.argument("which")
@click.argument("token_id")
@org_option
@place_options
def revoke(*, which: str, token_id: str, org: str, place: Place) -> None:
    """Take a token away from the program WHICH: nothing is done with it any more, from this moment on."""
    asyncio.run(_sent(place, org, which, "DELETE", f"/tokens/{token_id}"))
    click.echo(f"The token {token_id} is revoked.")


@program.command()
@click.argument("which")
@org_option
@place_options
def delete(*, which: str, org: str, place: Place) -> None:
    """Delete the program WHICH with its tokens; what it did stays in the journal."""
    click.echo(f"{asyncio.run(_sent(place, org, which, 'DELETE', ''))} is deleted.")


async def _programs(place: Place, org: str) -> list[dict[str, Any]]:
    async with connected(place, org=org) as client:
        return [one async for one in client.pages("/programs", limit=None)]


async def _made(place: Place, org: str, name: str, permissions: Sequence[str]) -> dict[str, Any]:
    async with connected(place, org=org) as client:
        made: dict[str, Any] = await client.post("/programs", json={"name": name, "permissions": list(permissions)})
        return made


async def _token(place: Place, org: str, which: str, days: int) -> dict[str, Any]:
    async with connected(place, org=org) as client:
        found = await _found(client, which)
        made: dict[str, Any] = await client.post(f"/programs/{found['id']}/tokens", json={"days": days})
        return made


async def _sent(place: Place, org: str, which: str, method: str, path: str) -> str:
    """Send a request about a program; return its name."""
    async with connected(place, org=org) as client:
        found = await _found(client, which)
        await client.send(method, f"/programs/{found['id']}{path}")
        return str(found["name"])


async def _found(client: Client, which: str) -> dict[str, Any]:
    """Return the program of an id or a name; raises `NotFound`, and `Conflict` for several."""
    wanted = which.strip().casefold()
    found: list[dict[str, Any]] = [
        one async for one in client.pages("/programs", limit=None) if wanted in {one["id"], one["name"].casefold()}
    ]
    if not found:
        raise NotFound(f"There is no program {which}. List them: realinsights program list.")
    if len(found) > 1:
        ids = ", ".join(one["id"] for one in found)
        raise Conflict(f"Several programs are called {which}. Give the id of one of them: {ids}.")
    return found[0]


def _rows(one: Mapping[str, Any]) -> list[tuple[str, ...]]:
    may = ", ".join(one["permissions"]) if one["active"] else "nothing: it is deactivated"
    head = (one["id"], one["name"], may)
    if not one["tokens"]:
        return [(*head, "none", "", "", "")]
    return [
        (
            *(head if place == 0 else ("", "", "")),
            token["id"],
            token["expiresAt"][:10],
            (token["lastUsedAt"] or "never")[:16].replace("T", " "),
            token["lastUsedFrom"] or "",
        )
        for place, token in enumerate(one["tokens"])
    ]
