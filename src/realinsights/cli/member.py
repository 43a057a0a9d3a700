"""`realinsights member`: list members, let them in or keep them out, see their sessions, remove one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import click

from realinsights.cli.client import Client, connected
from realinsights.cli.output import json_option, print_document, table, to_stdout
from realinsights.cli.parameters import org_option
from realinsights.cli.place import Place, place_options
from realinsights_platform.errors import Conflict, NotFound


@click.group()
def member() -> None:
    """List members, let them in or keep them out, or remove one from every service."""


@member.command("list")
@org_option
@json_option
@place_options
def list_members(*, org: str, as_json: bool, place: Place) -> None:
    """List the organization's members, with those who were removed."""
    found = asyncio.run(_members(place, org))
    if as_json:
        print_document({"items": found})
        return
    rows = ((one["id"], _name(one), one["email"], one["role"], _standing(one)) for one in found)
    to_stdout().print(table("", ("Id", "Name", "E-mail address", "Role", "State"), rows))


@member.command()
@click.argument("who")
@org_option
@place_options
def deactivate(*, who: str, org: str, place: Place) -> None:
    """Let WHO, by e-mail address or id, do nothing any more, from this moment on."""
    click.echo(f"{asyncio.run(_done(place, org, who, 'deactivate'))} is deactivated, and every session has ended.")


@member.command()
@click.argument("who")
@org_option
@place_options
def reactivate(*, who: str, org: str, place: Place) -> None:
    """Let WHO sign in again."""
    click.echo(f"{asyncio.run(_done(place, org, who, 'reactivate'))} can sign in again.")


@member.command("sign-out")
@click.argument("who")
@org_option
@place_options
def sign_out(*, who: str, org: str, place: Place) -> None:
    """End all sessions of WHO."""
    click.echo(f"Every session of {asyncio.run(_done(place, org, who, 'sign-out'))} has ended.")


@member.command()
@click.argument("who")
@org_option
@place_options
@click.pass_context
def unlock(context: click.Context, *, who: str, org: str, place: Place) -> None:
    """Let WHO, whose attempts to sign in were used up, try again at once. It needs --server: the server counts them."""
    if not place.server:
        raise click.UsageError("Pass --server: attempts are counted by the server that runs.", context)
    click.echo(f"{asyncio.run(_done(place, org, who, 'unlock'))} can try to sign in again.")


@member.command("reset-second-factor")
@click.argument("who")
@org_option
@place_options
def reset_second_factor(*, who: str, org: str, place: Place) -> None:
    """Take the authenticator app and the recovery codes of WHO away, who has lost them. Make sure who asks."""
    name = asyncio.run(_done(place, org, who, "second-factor/reset"))
    click.echo(f"{name} signs in by the password alone, and can add another app.")


@member.command()
@click.argument("who")
@click.option(
    "--portfolio", "portfolios", multiple=True, metavar="NAME", help="Show what is in it; several may be given."
)
@click.option("--fund", "funds", multiple=True, metavar="NAME", help="Show what is in it.")
@click.option("--property", "properties", multiple=True, metavar="NAME", help="Show it and its loans.")
@click.option("--whole", is_flag=True, help="Show the whole organization again.")
@org_option
@json_option
@place_options
@click.pass_context
def limit(
    context: click.Context,
    *,
    who: str,
    portfolios: tuple[str, ...],
    funds: tuple[str, ...],
    properties: tuple[str, ...],
    whole: bool,
    org: str,
    as_json: bool,
    place: Place,
) -> None:
    """Limit WHO to a part of the organization, or show to what they are limited. Names may be ids as well."""
    wanted = {"portfolios": portfolios, "funds": funds, "properties": properties}
    if whole and any(wanted.values()):
        raise click.UsageError("Pass --whole alone.", context)
    name, shown = asyncio.run(_limited(place, org, who, wanted, whole=whole))
    if as_json:
        print_document(shown)
        return
    ids = [one for kind in (shown["scope"] or {}).values() for one in kind]
    click.echo(f"{name} is limited to {', '.join(ids)}." if ids else f"{name} sees the whole organization.")


@member.command()
@click.argument("who")
@org_option
@json_option
@place_options
def sessions(*, who: str, org: str, as_json: bool, place: Place) -> None:
    """List the sessions of WHO: since when, from where, by which program, used last when."""
    found = asyncio.run(_sessions(place, org, who))
    if as_json:
        print_document({"items": found})
        return
    times = ("createdAt", "usedAt", "expiresAt")
    rows = (
        (one["id"], *(one[time][:16].replace("T", " ") for time in times), one["address"], one["client"])
        for one in found
    )
    columns = ("Id", "Since (UTC)", "Used last", "Ends unused", "Address", "Program")
    to_stdout().print(table("", columns, rows))


@member.command()
@click.argument("who")
@org_option
@json_option
@place_options
def remove(*, who: str, org: str, as_json: bool, place: Place) -> None:
    """Have WHO removed, by e-mail address or id: they are signed out now, and services let go of them in a week.

    What runs the services does it: on a data folder, the server that is started on it next.
    """
    _show(asyncio.run(_asked(place, org, who, "POST")), as_json=as_json)


@member.command()
@click.argument("who")
@org_option
@json_option
@place_options
def keep(*, who: str, org: str, as_json: bool, place: Place) -> None:
    """Take the removal of WHO back, before it has begun: they sign in as before."""
    kept = asyncio.run(_kept(place, org, who))
    if as_json:
        print_document(kept)
        return
    click.echo(f"{_name(kept)} is not removed.")


@member.command()
@click.argument("who")
@org_option
@json_option
@place_options
def status(*, who: str, org: str, as_json: bool, place: Place) -> None:
    """Show how far the removal of WHO is: which service has let go of what, and which has not answered."""
    _show(asyncio.run(_asked(place, org, who, "GET")), as_json=as_json)


async def _members(place: Place, org: str) -> list[dict[str, Any]]:
    async with connected(place, org=org) as client:
        return [one async for one in client.pages("/members")]


async def _done(place: Place, org: str, who: str, what: str) -> str:
    """Do something to a member; return the name."""
    async with connected(place, org=org) as client:
        found = await _found(client, who)
        await client.post(f"/members/{found['id']}/{what}")
        return _name(found)


_SCOPES = {"portfolios": "portfolioIds", "funds": "fundIds", "properties": "propertyIds"}


async def _limited(
    place: Place, org: str, who: str, wanted: Mapping[str, Sequence[str]], *, whole: bool
) -> tuple[str, dict[str, Any]]:
    """Return a member's name and the part that they are limited to, after it was changed where that is wanted."""
    async with connected(place, org=org) as client:
        found = await _found(client, who)
        path = f"/members/{found['id']}/scope"
        shown: dict[str, Any] = await client.get(path)
        if whole or any(wanted.values()):
            scope = (
                None
                if whole
                else {
                    field: [await _thing(client, kind, one) for one in wanted[kind]] for kind, field in _SCOPES.items()
                }
            )
            headers = {"If-Match": f'"{shown["version"]}"'}
            shown = (await client.send("PUT", path, json={"scope": scope}, headers=headers)).json()
        return _name(found), shown


async def _thing(client: Client, kind: str, wanted: str) -> str:
    """Return the id of a portfolio, fund or property, by name or id; raises `NotFound`, and `Conflict` for several."""
    name = wanted.strip().casefold()
    found = [one["id"] async for one in client.pages(f"/{kind}") if name in {one["id"], one["name"].casefold()}]
    if not found:
        raise NotFound(f"There is nothing called {wanted} among the {kind}.")
    if len(found) > 1:
        raise Conflict(f"Several {kind} are called {wanted}. Give the id of one of them: {', '.join(found)}.")
    return str(found[0])


async def _sessions(place: Place, org: str, who: str) -> list[dict[str, Any]]:
    async with connected(place, org=org) as client:
        found: list[dict[str, Any]] = (await client.get(f"/members/{(await _found(client, who))['id']}/sessions"))[
            "items"
        ]
        return found


async def _asked(place: Place, org: str, who: str, method: str) -> dict[str, Any]:
    async with connected(place, org=org) as client:
        path = f"/members/{(await _found(client, who))['id']}/removal"
        answer: dict[str, Any] = await (client.get(path) if method == "GET" else client.post(path))
        return answer


async def _kept(place: Place, org: str, who: str) -> dict[str, Any]:
    async with connected(place, org=org) as client:
        found = await _found(client, who)
        await client.send("DELETE", f"/members/{found['id']}/removal")
        kept: dict[str, Any] = await client.get(f"/members/{found['id']}")
        return kept


async def _found(client: Client, who: str) -> dict[str, Any]:
    """Return the member of an id, an e-mail address or a name; raises `NotFound`, and `Conflict` for several."""
    wanted = who.strip().casefold()
    found: list[dict[str, Any]] = [
        one
        async for one in client.pages("/members")
        if wanted in {one["id"], one["email"].casefold(), _name(one).casefold()}
    ]
    if not found:
        raise NotFound(f"There is no member {who}. List them: realinsights member list.")
    if len(found) > 1:
        raise Conflict(
            f"Several members are {who}. Give the id of one of them: {', '.join(one['id'] for one in found)}."
        )
    return found[0]


def _name(one: Mapping[str, Any]) -> str:
    return f"{one['firstName']} {one['lastName']}".strip()


def _standing(one: Mapping[str, Any]) -> str:
    removal = one["removal"]
    if removal is None:
        return "active" if one["active"] else "deactivated"
    return "being removed" if removal["removedAt"] is None else "removed"


def _show(removal: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_document(dict(removal))
        return
    click.echo(f"Removal {removal['id']}: {removal['state'].replace('_', ' ')}, asked for by {removal['askedBy']}.")
    if removal["state"] == "asked":
        click.echo(f"It begins at {removal['beginsAt'][:16].replace('T', ' ')} UTC and can be undone until then.")
    rows = (
        (
            step["service"],
            step["state"].replace("_", " ") + (", has not answered in time" if step["late"] else ""),
            str(step["attempts"]),
            ", ".join(f"{what} {count:,}" for what, count in step["counts"].items()),
        )
        for step in removal["steps"]
    )
    to_stdout().print(table("", ("Service", "State", "Asked", "What it let go of"), rows, numbers={"Asked"}))
