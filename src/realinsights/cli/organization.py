"""`realinsights organization`: an organization's plan; its deletion, undone or followed, and the certificate."""

from __future__ import annotations

import asyncio
import datetime
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import msgspec

from realinsights.auth import store
from realinsights.auth.model import certificates
from realinsights.auth.model.certificates import Certificate
from realinsights.auth.model.directory import SYSTEM
from realinsights.auth.model.people import SubscriptionTier, name_key
from realinsights.auth.model.undertakings import GRACE
from realinsights.auth.queries import people, undertakings
from realinsights.auth.service.certificates import certificate_key
from realinsights.auth.service.deletions import ask_as_operator, undo_as_operator
from realinsights.auth.service.organizations import set_plan_as_operator
from realinsights.cli.client import connected
from realinsights.cli.output import json_option, print_document, table, to_stdout
from realinsights.cli.parameters import org_option
from realinsights.cli.place import Place, store_options, topology_of
from realinsights.cli.stores import stores
from realinsights.contracts.plans import PLANS
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.opening import reading
from realinsights_platform.documents.walking import organizations, walk
from realinsights_platform.errors import Conflict, NotFound
from realinsights_platform.secret import Secret, open_secret


@click.group()
def organization() -> None:
    """Set an organization's plan, or delete it with all its data in every service, after two weeks to undo it."""


@organization.command()
@org_option
@click.argument("plan", type=click.Choice([*PLANS]), required=False)
@json_option
@store_options
def plan(*, place: Place, org: str, plan: str | None, as_json: bool) -> None:
    """Show what an organization subscribed to, or make it PLAN: how many requests its members may send together.

    For whoever runs the installation, not with --server. Who is signed in has it ten minutes later at most.
    """
    if place.server:
        raise click.UsageError("--server has no command for this: pass --data or --topology.")
    name, found = asyncio.run(_plan(place, org, plan))
    rate = PLANS[found]
    if as_json:
        print_document({"organization": name, "plan": found, "requests": rate.amount, "seconds": rate.seconds})
        return
    click.echo(f"{name} has the plan {found}: {rate.amount:,} requests in {rate.seconds} seconds.")


@organization.command()
@org_option
@click.option("--name", prompt="Type the organization's name to delete it", help="The name once more, to confirm.")
@click.option("--at-once", is_flag=True, help="Begin now: nobody can undo it. For the operator, not with --server.")
@json_option
@store_options
def delete(*, place: Place, org: str, name: str, at_once: bool, as_json: bool) -> None:
    """Have an organization deleted: with --server your own, which asks for your password.

    What runs the services does it: on a data folder, the server that is started on it next. A document under a legal
    hold refuses.
    """
    if place.server and at_once:
        raise click.UsageError("--at-once is for whoever holds the stores: pass --data or --topology.")
    if name_key(name) != name_key(org):
        raise Conflict(f"That is not the name {org}. Nothing was deleted.")
    asked = asyncio.run(_ask_server(place, org, name) if place.server else _ask(place, org, at_once=at_once))
    _show(asked, as_json=as_json)


@organization.command()
@org_option
@json_option
@store_options
def keep(*, place: Place, org: str, as_json: bool) -> None:
    """Take an organization's deletion back, before it has begun."""
    undone = asyncio.run(_undo_server(place, org) if place.server else _undo(place, org))
    _show(undone, as_json=as_json)


@organization.command()
@org_option
@json_option
@store_options
def status(*, place: Place, org: str, as_json: bool) -> None:
    """Show how far an organization's deletion is: which service is done, and which has not answered."""
    found = asyncio.run(_status_server(place, org) if place.server else _status(place, org))
    _show(found, as_json=as_json)


@organization.command("certificates")
@json_option
@store_options
def list_certificates(*, place: Place, as_json: bool) -> None:
    """List the organizations that were deleted here."""
    found = asyncio.run(_certificates(place))
    if as_json:
        print_document({"certificates": [one.statement for one in found]})
        return
    rows = (
        (
            one.id,
            one.statement.organization_name,
            one.statement.asked_by.name,
            "under way" if one.statement.completed_at is None else f"{one.statement.completed_at:%Y-%m-%d %H:%M}",
        )
        for one in found
    )
    to_stdout().print(table("", ("Certificate", "Organization", "Asked for by", "Deleted at (UTC)"), rows))


@organization.command()
@click.argument("certificate_id")
@store_options
def certificate(*, place: Place, certificate_id: str) -> None:
    """Print a certificate of deletion: a signed text (JWS), as a file to keep."""
    found = {one.id: one for one in asyncio.run(_certificates(place))}
    known = found.get(certificate_id)
    if known is None:
        raise NotFound(f"There is no certificate {certificate_id}. List them: realinsights organization certificates.")
    if known.text is None:
        raise Conflict("The deletion is still under way. The certificate is signed once it is done.")
    click.echo(known.text)


@organization.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
@store_options
def check(*, place: Place, file: Path, as_json: bool) -> None:
    """Check that this installation has signed the certificate in FILE, and show what it states."""
    statement = certificates.read(file.read_text(), certificate_key(_secret(place)))
    if statement is None:
        raise Conflict(f"This installation did not sign what is in {file}, or it was changed.")
    if as_json:
        print_document(msgspec.to_builtins(statement))
        return
    click.echo(f"{statement.organization_name} ({statement.organization_id}) was deleted.")
    click.echo(f"Asked for by {statement.asked_by.name} at {statement.asked_at:%Y-%m-%d %H:%M} UTC.")
    rows = (
        (
            one.service,
            f"{sum(one.documents.values()):,}",
            f"{one.entries:,}",
            f"{one.files:,}",
            f"{one.closed_at:%Y-%m-%d %H:%M}",
            one.last_hash[:16],
        )
        for one in statement.services
    )
    columns = ("Service", "Documents", "Entries", "Files", "Closed at (UTC)", "Last hash")
    to_stdout().print(table("", columns, rows, numbers={"Documents", "Entries", "Files"}))


async def _ask(place: Place, org: str, *, at_once: bool) -> dict[str, Any]:
    async with stores(place) as opened:
        documents, now = opened["auth"], datetime.datetime.now(datetime.UTC)
        grace = datetime.timedelta(0) if at_once else GRACE
        found = await ask_as_operator(documents=documents, org=await _named(documents, org), now=now, grace=grace)
        return _told(undertakings.deletion_view(found, token=None))


async def _plan(place: Place, org: str, wanted: str | None) -> tuple[str, str]:
    if wanted is None:
        async with _auth(place) as documents:
            known = await people.organization(documents, org=await _named(documents, org))
            return known.name, known.subscription_tier
    async with stores(place) as opened:
        auth, now = opened["auth"], datetime.datetime.now(datetime.UTC)
        changed = await set_plan_as_operator(
            documents=auth, org=await _named(auth, org), plan=SubscriptionTier(wanted), now=now
        )
        return changed.name, changed.subscription_tier


async def _undo(place: Place, org: str) -> dict[str, Any]:
    async with stores(place) as opened:
        documents, now = opened["auth"], datetime.datetime.now(datetime.UTC)
        found = await undo_as_operator(documents=documents, org=await _named(documents, org), now=now)
        return _told(undertakings.deletion_view(found, token=None))


async def _status(place: Place, org: str) -> dict[str, Any]:
    async with _auth(place) as documents:
        found = await undertakings.deletion(documents, org=await _named(documents, org))
        return _told(undertakings.deletion_view(found, token=None))


async def _ask_server(place: Place, org: str, name: str) -> dict[str, Any]:
    password = await asyncio.to_thread(click.prompt, "Your password", hide_input=True)
    async with connected(place, org=org) as client:
        body = {"name": name, "currentPassword": password}
        asked: dict[str, Any] = await client.post("/organization/deletion", json=body)
        return asked


async def _undo_server(place: Place, org: str) -> dict[str, Any]:
    async with connected(place, org=org) as client:
        await client.send("DELETE", "/organization/deletion")
        found: dict[str, Any] = await client.get("/organization/deletion")
        return found


async def _status_server(place: Place, org: str) -> dict[str, Any]:
    async with connected(place, org=org) as client:
        found: dict[str, Any] = await client.get("/organization/deletion")
        return found


async def _certificates(place: Place) -> list[Certificate]:
    async with _auth(place) as documents:
        return [one async for one in walk(documents, store.CERTIFICATE, SYSTEM)]


def _auth(place: Place) -> Any:
    if place.server:
        raise click.UsageError("--server has no command for this: pass --data or --topology.")
    return reading(topology_of(place).documents["auth"], "auth", store.KINDS)


def _secret(place: Place) -> Secret:
    return open_secret(topology_of(place).secret, environment=os.environ, create=False)


async def _named(documents: Storage, org: str) -> str:
    """Return the organization of a name or id; raises `NotFound`, and `Conflict` where several have the name."""
    found = []
    async for one in organizations(documents):
        known = await documents.get(store.ORGANIZATION, one, one)
        if known is not None and (one == org or name_key(known.name) == name_key(org)):
            found.append(one)
    if not found:
        raise NotFound(f"There is no organization {org} here.")
    if len(found) > 1:
        raise Conflict(f"Several organizations are named {org}. Give the id of one of them: {', '.join(found)}.")
    return found[0]


def _told(view: undertakings.DeletionView) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(view))
    return told


def _show(deletion: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_document(dict(deletion))
        return
    state = deletion["state"].replace("_", " ")
    click.echo(f"Deletion {deletion['id']}: {state}, asked for by {deletion['askedBy']}.")
    if deletion["state"] == "asked":
        click.echo(f"It begins at {deletion['beginsAt'][:16].replace('T', ' ')} UTC and can be undone until then.")
    for objection in deletion["objections"]:
        click.echo(f"  {objection}")
    rows = (
        (
            step["service"],
            step["state"].replace("_", " ") + (", has not answered in time" if step["late"] else ""),
            str(step["attempts"]),
        )
        for step in deletion["steps"]
    )
    to_stdout().print(table("", ("Service", "State", "Asked"), rows, numbers={"Asked"}))
