"""`realinsights mail`: what was mailed to members, or is kept because no mail server is set."""

from __future__ import annotations

import asyncio
from typing import Any

import click

from realinsights.cli.client import connected
from realinsights.cli.output import json_option, print_document, table, to_stdout
from realinsights.cli.parameters import org_option
from realinsights.cli.place import Place, place_options

_STATES = ("waiting", "sent", "kept", "gathered", "failed", "dropped")


@click.group()
def mail() -> None:
    """Look at mail to members: waiting, sent, kept where no mail server is set, or refused."""


@mail.command("list")
@org_option
@click.option("--state", type=click.Choice(_STATES), help="Only mails in this state.")
@json_option
@place_options
def list_mails(*, org: str, state: str | None, as_json: bool, place: Place) -> None:
    """List the latest mails, and say whether any leave."""
    found = asyncio.run(_asked(place, org, "/mails", {"state": state} if state else {}))
    if as_json:
        print_document(found)
        return
    if found["notice"]:
        click.echo(found["notice"], err=True)
    if not found["items"]:
        click.echo("There are no mails.")
        return
    rows = [
        (one["id"], one["at"][:16].replace("T", " "), one["address"] or "", one["state"], one["subject"])
        for one in found["items"]
    ]
    to_stdout().print(table("", ("Id", "At (UTC)", "To", "State", "Subject"), rows))


@mail.command()
@click.argument("mail_id", metavar="ID")
@org_option
@json_option
@place_options
def show(*, mail_id: str, org: str, as_json: bool, place: Place) -> None:
    """Show one mail with what it says."""
    found = asyncio.run(_asked(place, org, f"/mails/{mail_id}", {}))
    if as_json:
        print_document(found)
        return
    click.echo(f"To: {found['address'] or found['user']}")
    click.echo(f"Subject: {found['subject']}")
    click.echo(f"State: {found['state']}" + (f" ({found['reason']})" if found["reason"] else ""))
    click.echo(f"\n{found['text']}")


async def _asked(place: Place, org: str, path: str, params: dict[str, str]) -> Any:
    async with connected(place, org=org) as client:
        return await client.get(path, **params)
