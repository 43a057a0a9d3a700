"""`realinsights login` and `logout`: a session on a running server."""

from __future__ import annotations

import asyncio
import sys

import click

from realinsights.cli.credentials import Credentials
from realinsights.cli.place import Place, place_options
from realinsights.cli.session import Session, server_address

DEFAULT_SERVER = "http://127.0.0.1:8000"


@click.command()
@click.option("--email", prompt="E-mail", help="Your e-mail address [default: asked for].")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from the standard input instead of asking for it."
)
@place_options
def login(*, place: Place, email: str, password_stdin: bool) -> None:
    """Sign in to a running server; tokens are kept for this user of this machine, the password is not."""
    server = server_address(place.server or DEFAULT_SERVER)
    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = click.prompt("Password", hide_input=True, err=True)
    session = Session(server, Credentials())
    credential = asyncio.run(session.begin(email=email, password=password, ask_code=_asked_code))
    click.echo(f"Signed in to {server} as {credential.email} of {credential.organization}.", err=True)


def _asked_code() -> str:
    code: str = click.prompt("Code of your authenticator app, or a recovery code", err=True)
    return code


@click.command()
@place_options
def logout(*, place: Place) -> None:
    """Sign out of a running server, there and here."""
    server = server_address(place.server or DEFAULT_SERVER)
    asyncio.run(Session(server, Credentials()).end())
    click.echo(f"Signed out of {server}.", err=True)
