"""`realinsights journal`: verify, show or export the journals of a data folder, or of a server."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import click
import msgspec

from realinsights.cli.anchors import Held, anchor, anchors_at, key_commands
from realinsights.cli.client import Client, connected
from realinsights.cli.export import write_file
from realinsights.cli.organizations import names_of, organization_named
from realinsights.cli.output import json_option, print_document, table, to_stdout
from realinsights.cli.parameters import OrganizationName, org_option
from realinsights.cli.place import Place, place_options, store_options, topology_of
from realinsights.cli.stores import stores
from realinsights.topology import services
from realinsights_platform.documents.anchors import Anchored, Anchors, cut_off, sealed_anew
from realinsights_platform.documents.journal_export import Checked, checked
from realinsights_platform.documents.journal_port import JournalEntry
from realinsights_platform.documents.journal_reading import verification
from realinsights_platform.documents.opening import damage_of
from realinsights_platform.documents.walking import organizations
from realinsights_platform.errors import NotFound

REFUSED = 1
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_AT_ONCE = 100


@click.group()
def journal() -> None:
    """Verify, show, export or anchor the journal: every change, in sequence, each sealed by the one before.

    To verify or show with --data reads the folder itself, so no server may be using it. With --topology it reads the
    stores that the environment names, also while processes use them.
    """


journal.add_command(anchor)
journal.add_command(key_commands)


@journal.command()
@click.option(
    "--org",
    type=OrganizationName(),
    metavar="NAME",
    help="Only this organization's [default: everyone's].",
)
@click.option("--against", metavar="TARGET", help="Check also that what was anchored there is as it was anchored.")
@click.option("--key", type=_FILE, help="The anchor's public key.")
@click.option("--authority", type=_FILE, help="The certificates (PEM) of the authority that stamped the anchor.")
@json_option
@store_options
@click.pass_context
def verify(
    context: click.Context,
    *,
    place: Place,
    org: str | None,
    against: str | None,
    key: Path | None,
    authority: Path | None,
    as_json: bool,
) -> None:
    """Check every entry, the chain of entries, and that each document is stored as the journal last wrote it.

    In a data folder it also lets the engine look for damage. With --against it finds a journal that was sealed anew or
    cut off by somebody who can write the folder; with --authority also that the anchor itself was written when it says.
    Ends with 1 if anything is not as it was written.
    """
    if place.server and org is None:
        raise click.UsageError("Pass --org with --server: a session belongs to one organization.", context)
    if (against is None) is not (key is None) or (authority and not against):
        raise click.UsageError("Pass --against and --key together, and --authority only with them.", context)
    held = anchors_at(against, key, authority) if against and key else Held(anchors={})
    anchors = held.anchors
    found = asyncio.run(_verify_served(place, org, anchors) if place.server and org else _verify(place, org, anchors))
    if as_json:
        stamp = {"stampedTo": held.stamped_to, "stampedAt": held.stamped_at} if authority else {}
        print_document({"sound": all(journal["sound"] for journal in found), "journals": found, **stamp})
    else:
        rows = (
            (
                line["service"],
                line["organization"],
                str(line["entries"]),
                _verdict(line),
                line["lastHash"][:16],
            )
            for line in found
        )
        columns = ("Service", "Organization", "Entries", "Verdict", "Last hash")
        to_stdout().print(table("", columns, rows, numbers={"Entries"}))
        if held.stamped_at is not None:
            click.echo(f"The anchor up to line {held.stamped_to} was stamped on {held.stamped_at:%Y-%m-%d %H:%M} UTC.")
        elif held.stamps:
            click.echo(f"The anchor has {held.stamps} time stamps, which were not checked. Pass --authority FILE.")
    if not all(line["sound"] for line in found):
        context.exit(REFUSED)


@journal.command()
@org_option
@click.option(
    "--service", type=click.Choice(list(services())), default="loans", show_default=True, help="Whose journal."
)
@click.option("--after", type=click.IntRange(min=0), default=0, help="Show what came after this sequence.")
@click.option("--limit", type=click.IntRange(min=1, max=10_000), default=100, show_default=True, help="How many.")
@json_option
@store_options
def show(*, place: Place, org: str, service: str, after: int, limit: int, as_json: bool) -> None:
    """Show the entries of one organization's journal: who changed what, when; with --json, the whole documents."""
    read = _served_entries if place.server else _entries
    entries = asyncio.run(read(place, org, service=service, after=after, limit=limit))
    if as_json:
        print_document({"entries": entries})
        return
    rows = (
        (
            str(entry["sequence"]),
            entry["at"][:19].replace("T", " "),
            entry["actor"],
            _counted(f"{write['kind']} deleted" if write["deleted"] else write["kind"] for write in entry["writes"]),
            _counted(event["type"] for event in entry["events"]),
            entry["hash"][:16],
        )
        for entry in entries
    )
    columns = ("#", "At (UTC)", "Actor", "Documents", "Events", "Hash")
    to_stdout().print(table("", columns, rows, numbers={"#"}))


@journal.command("export")
@org_option
@click.option(
    "--service", type=click.Choice(list(services())), default="loans", show_default=True, help="Whose journal."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv"]),
    default="jsonl",
    show_default=True,
    help="Lines to check, or a table.",
)
@click.option("--from", "from_", metavar="DATE", help="The first day [default: from the first entry].")
@click.option("--to", metavar="DATE", help="The last day [default: to the last entry].")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write here [default: the standard output]."
)
@place_options
def export_journal(
    *, place: Place, org: str, service: str, form: str, from_: str | None, to: str | None, output: Path | None
) -> None:
    """Write one organization's journal to a file: lines of JSON that `check` verifies, or a table."""
    period = {name: day for name, day in (("from", from_), ("to", to)) if day is not None}
    write_file(place, org, output, f"/journals/{service}/export.{form}", **period)


@journal.command()
@click.argument("file", type=click.File("rb"))
@json_option
@click.pass_context
def check(context: click.Context, *, file: BinaryIO, as_json: bool) -> None:
    """Check an exported journal (JSONL): every entry's hash, and that each continues the one before.

    It needs the file alone. Ends with 1 if anything is not as it was written.
    """
    found = checked(file)
    if as_json:
        print_document({"sound": found.sound, **msgspec.to_builtins(found)})
    elif found.entries == 0 and found.sound:
        click.echo("The file has no entries.")
    else:
        click.echo(_told(found))
    if not found.sound:
        context.exit(REFUSED)


def _told(found: Checked) -> str:
    if not found.sound:
        return f"NOT SOUND{_at(found.first_bad_sequence)}: {found.reason}"
    withheld = (
        f" Of {found.withheld} the hash is taken as told: they hold what is never shown." if found.withheld else ""
    )
    return (
        f"Sound: {found.entries} entries of {found.service}, {found.first} to {found.last}; "
        f"last hash {found.last_hash}.{withheld}"
    )


async def unsound_journals(place: Place) -> list[dict[str, Any]]:
    """Return what is not sound in a data folder that no server uses."""
    return [line for line in await _verify(place, None, {}) if not line["sound"]]


async def _verify(place: Place, org: str | None, anchors: Anchors) -> list[dict[str, Any]]:
    damaged = _damaged(place)
    if damaged:
        return damaged
    found = []
    unseen = dict(anchors)
    async with stores(place) as opened:
        names = await names_of(opened["auth"])
        only = None if org is None else organization_named(names, org)
        for service, documents in opened.items():
            async for one in organizations(documents):
                anchored = unseen.pop((service, one), {})
                if only is not None and one != only:
                    continue
                found.append(
                    {
                        "service": service,
                        "org": one,
                        "organization": names.get(one, one),
                        **msgspec.to_builtins(await verification(documents, org=one, anchored=anchored)),
                    }
                )
    reason = "is not here, but anchored: it was removed, or the anchor is another installation's"
    return found + [_unsound(service, one, reason) for service, one in unseen if org is None or only == one]


def _damaged(place: Place) -> list[dict[str, Any]]:
    """Return the services in whose files the engine finds damage: their journals cannot be read to their ends."""
    found = {service: damage_of(url) for service, url in topology_of(place).documents.items()}
    return [_unsound(service, "", reason) for service, reason in found.items() if reason is not None]


def _unsound(service: str, org: str, reason: str) -> dict[str, Any]:
    names = {"service": service, "org": org, "organization": org}
    return {
        **names,
        "sound": False,
        "entries": 0,
        "lastHash": "",
        "firstBadSequence": None,
        "reason": reason,
        "closed": None,
    }


def _verdict(line: Mapping[str, Any]) -> str:
    if not line["sound"]:
        return f"NOT SOUND{_at(line['firstBadSequence'])}: {line['reason']}"
    closed = line.get("closed")
    return "sound" if closed is None else f"sound; the organization was deleted at entry {closed}"


def _at(sequence: int | None) -> str:
    return "" if sequence is None else f" at entry {sequence}"


async def _verify_served(place: Place, org: str, anchors: Anchors) -> list[dict[str, Any]]:
    async with connected(place, org=org) as client:
        own = (await client.get("/auth/me"))["organization"]["id"] if anchors else ""
        found = []
        for service in services():
            verdict = await client.get(f"/journals/{service}/verification")
            anchored = anchors.get((service, own), {})
            reason = await _unlike(client, service, anchored, entries=verdict["entries"]) if verdict["sound"] else None
            if reason is not None:
                verdict |= {"sound": False, "reason": reason}
            found.append({"service": service, "organization": org, **verdict})
    return found


async def _unlike(client: Client, service: str, anchored: Mapping[int, Anchored], *, entries: int) -> str | None:
    """Return in what way a server's journal is not as it was anchored."""
    for sequence, head in sorted(anchored.items()):
        try:
            entry = await client.get(f"/journals/{service}/{sequence}")
        except NotFound:
            return cut_off(head, end=entries)
        if entry["hash"] != head.hash:
            return sealed_anew(head)
    return None


async def _entries(place: Place, org: str, *, service: str, after: int, limit: int) -> list[dict[str, Any]]:
    async with stores(place) as opened:
        org_id = organization_named(await names_of(opened["auth"]), org)
        documents = opened[service]
        entries: list[dict[str, Any]] = []
        while len(entries) < limit:
            page = await documents.entries(org_id, after=after, limit=min(limit - len(entries), _AT_ONCE))
            if not page:
                break
            entries.extend(_shown(entry) for entry in page)
            after = page[-1].sequence
    return entries


async def _served_entries(place: Place, org: str, *, service: str, after: int, limit: int) -> list[dict[str, Any]]:
    async with connected(place, org=org) as client:
        entries: list[dict[str, Any]] = []
        with contextlib.suppress(NotFound):
            while len(entries) < limit:
                entries.append(await client.get(f"/journals/{service}/{after + len(entries) + 1}"))
        return entries


def _shown(entry: JournalEntry) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(entry))
    for write in shown["writes"]:
        write["deleted"] = write["document"] is None
        if entry.service == "auth":
            # Password hashes and sealed keys prove something where they lie, not on a screen.
            del write["document"]
    return shown


def _counted(words: Any) -> str:
    return ", ".join(word if count == 1 else f"{count} × {word}" for word, count in Counter(words).items())
