"""`realinsights journal`: proves, from a data folder alone, how everything in it came about."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from typing import Any

import click
import msgspec

from realinsights.app import KINDS, Adapters, open_adapters
from realinsights.auth.model.people import name_key
from realinsights.auth.store import ORGANIZATION
from realinsights.cli.output import json_option, print_document, table, to_stdout
from realinsights.cli.place import Place, place_options
from realinsights.topology import read_topology
from realinsights_platform.documents.journal import verify as verify_journal
from realinsights_platform.documents.port import JournalEntry
from realinsights_platform.errors import NotFound, Refusal

REFUSED = 1
_AT_ONCE = 100


@click.group()
def journal() -> None:
    """Verify or show the journal of a data folder: every change, in sequence, each sealed by the one before.

    It reads the folder itself, so no server may be using it.
    """


@journal.command()
@click.option("--org", metavar="NAME", help="Only this organization's [default: everyone's].")
@json_option
@place_options
@click.pass_context
def verify(context: click.Context, *, place: Place, org: str | None, as_json: bool) -> None:
    """Check every entry, the chain of entries, and that each document is stored as the journal last wrote it.

    Ends with 1 if anything is not as it was written.
    """
    found = asyncio.run(_verify(place, org))
    if as_json:
        print_document({"sound": all(journal["sound"] for journal in found), "journals": found})
    else:
        rows = (
            (
                line["service"],
                line["organization"],
                str(line["entries"]),
                "sound" if line["sound"] else f"NOT SOUND at entry {line['firstBadSequence']}: {line['reason']}",
                line["lastHash"][:16],
            )
            for line in found
        )
        columns = ("Service", "Organization", "Entries", "Verdict", "Last hash")
        to_stdout().print(table("", columns, rows, numbers={"Entries"}))
    if not all(line["sound"] for line in found):
        context.exit(REFUSED)


@journal.command()
@click.option("--org", metavar="NAME", required=True, help="The organization.")
@click.option("--service", type=click.Choice(list(KINDS)), default="loans", show_default=True, help="Whose journal.")
@click.option("--after", type=click.IntRange(min=0), default=0, help="Show what came after this sequence.")
@click.option("--limit", type=click.IntRange(min=1, max=10_000), default=100, show_default=True, help="How many.")
@json_option
@place_options
def show(*, place: Place, org: str, service: str, after: int, limit: int, as_json: bool) -> None:
    """Show the entries of one organization's journal: who changed what, when; with --json, the whole documents."""
    entries = asyncio.run(_entries(place, org, service=service, after=after, limit=limit))
    if as_json:
        print_document({"entries": [_shown(entry) for entry in entries]})
        return
    rows = (
        (
            str(entry.sequence),
            f"{entry.at:%Y-%m-%d %H:%M:%S}",
            entry.actor,
            _counted(write.kind if write.document is not None else f"{write.kind} deleted" for write in entry.writes),
            _counted(event["type"] for event in msgspec.json.decode(entry.events)),
            entry.hash[:16],
        )
        for entry in entries
    )
    columns = ("#", "At (UTC)", "Actor", "Documents", "Events", "Hash")
    to_stdout().print(table("", columns, rows, numbers={"#"}))


async def _verify(place: Place, org: str | None) -> list[dict[str, Any]]:
    found = []
    async with _opened(place) as adapters:
        names = await _names(adapters)
        only = None if org is None else _org_named(names, org)
        for service, documents in adapters.documents.items():
            for one in sorted(await documents.sequences()):
                if only is not None and one != only:
                    continue
                verification = await verify_journal(documents, one)
                found.append(
                    {
                        "service": service,
                        "org": one,
                        "organization": names.get(one, one),
                        "sound": verification.sound,
                        "entries": verification.entries,
                        "lastHash": verification.last_hash,
                        "firstBadSequence": verification.first_bad_sequence,
                        "reason": verification.reason,
                    }
                )
    return found


async def _entries(place: Place, org: str, *, service: str, after: int, limit: int) -> list[JournalEntry]:
    async with _opened(place) as adapters:
        org_id = _org_named(await _names(adapters), org)
        documents = adapters.documents[service]
        entries: list[JournalEntry] = []
        while len(entries) < limit:
            page = await documents.journal(org_id, after=after, limit=min(limit - len(entries), _AT_ONCE))
            if not page:
                break
            entries.extend(page)
            after = page[-1].sequence
    return entries


def _opened(place: Place) -> Any:
    if place.server:
        raise Refusal("The journal is read from a data folder: say --data, with no server using it.")
    if not place.folder.is_dir():
        raise NotFound(f"There is no data folder {place.folder}; say --data with one that exists.")
    topology = read_topology(environment={**os.environ, "REALINSIGHTS_DATA": str(place.folder)})
    (process,) = topology.processes.values()
    return open_adapters(topology, process)


async def _names(adapters: Adapters) -> Mapping[str, str]:
    documents = adapters.documents["auth"]
    organizations = [await documents.get(ORGANIZATION, org, org) for org in await documents.sequences()]
    return {organization.id: organization.name for organization in organizations if organization is not None}


def _org_named(names: Mapping[str, str], wanted: str) -> str:
    found = [org for org, name in names.items() if wanted == org or name_key(name) == name_key(wanted)]
    if len(found) > 1:
        raise Refusal(f"Several organizations are named {wanted}; give the id of one of them: {', '.join(found)}")
    if not found:
        known = ", ".join(sorted(names.values())) or "none"
        raise NotFound(f"There is no organization {wanted} in this folder; there is: {known}")
    return found[0]


def _shown(entry: JournalEntry) -> JournalEntry:
    # Documents of auth hold password hashes and sealed keys: they prove something where they lie, not on a screen.
    if entry.service != "auth":
        return entry
    writes = tuple(msgspec.structs.replace(write, document=None) for write in entry.writes)
    return msgspec.structs.replace(entry, writes=writes)


def _counted(words: Any) -> str:
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return ", ".join(word if count == 1 else f"{count} × {word}" for word, count in counts.items())
