"""`realinsights password-link`: a link by which somebody who forgot their password chooses another."""

from __future__ import annotations

import asyncio
import datetime
import os
from collections.abc import Mapping

import click

from realinsights.auth import store
from realinsights.auth.model.people import User
from realinsights.auth.service.password_links import make_as_operator
from realinsights.cli.login import DEFAULT_SERVER
from realinsights.cli.output import json_option, print_document
from realinsights.cli.place import Place, store_options, topology_of
from realinsights.contracts.sealed_links import LinkToken
from realinsights_platform.documents.opening import reading
from realinsights_platform.secret import open_secret


@click.command("password-link")
@click.argument("email")
@click.option("--site", metavar="URL", default=DEFAULT_SERVER, show_default=True, help="Where people reach the pages.")
@json_option
@store_options
def password_link(*, place: Place, email: str, site: str, as_json: bool) -> None:
    """Print a link by which the account of EMAIL gets a new password, once, within a day.

    For whoever runs the installation: it needs the data folder and its secret, or with --topology what the environment
    names. A server may be using them. Make sure who asks: whoever has the link has the account.
    """
    found, names = asyncio.run(_links(place, email))
    links = [
        {
            "email": user.email,
            "organization": names.get(user.org, user.org),
            "expiresAt": token.expires_at,
            "link": f"{site.rstrip('/')}/new-password/#{token.text()}",
        }
        for user, token in found
    ]
    if as_json:
        print_document({"links": links})
        return
    for link in links:
        click.echo(f"{link['email']} of {link['organization']}, until {link['expiresAt']:%Y-%m-%d %H:%M} UTC:")
        click.echo(f"  {link['link']}")


async def _links(place: Place, email: str) -> tuple[tuple[tuple[User, LinkToken], ...], Mapping[str, str]]:
    topology = topology_of(place)
    secret = open_secret(topology.secret, environment=os.environ, create=False)
    async with reading(topology.documents["auth"], "auth", store.KINDS) as documents:
        now = datetime.datetime.now(datetime.UTC)
        found = await make_as_operator(documents=documents, secret=secret, email=email, now=now)
        organizations = [await documents.get(store.ORGANIZATION, user.org, user.org) for user, _ in found]
    return found, {one.id: one.name for one in organizations if one is not None}
