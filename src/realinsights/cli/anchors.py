"""`realinsights journal anchor` and `journal key create`: sign the heads of journals and keep them elsewhere."""

from __future__ import annotations

import asyncio
import datetime
import os
import stat
from pathlib import Path

import click
import httpx
import msgspec
from joserfc.jwk import OKPKey

from realinsights.cli.output import json_option, print_document
from realinsights.cli.place import Place, place_options, store_options, topology_of
from realinsights_platform.documents.anchor_targets import open_target
from realinsights_platform.documents.anchors import (
    STAMP,
    Anchored,
    Anchors,
    BadAnchor,
    anchors_in,
    new_signing_key,
    read_key,
    read_lines,
    signed,
)
from realinsights_platform.documents.opening import heads_of
from realinsights_platform.documents.time_stamps import Ask, check_stamps, read_authority, stamped
from realinsights_platform.errors import Conflict, NotFound

KEY = "REALINSIGHTS_JOURNAL_KEY"
_FILE = click.Path(dir_okay=False, path_type=Path)
_PATIENCE = 30.0  # seconds for a time stamp authority to answer


@click.group("key")
def key_commands() -> None:
    """Make the key that heads of journals are signed with."""


@key_commands.command("create")
@click.argument("file", type=_FILE)
@place_options
def create(*, file: Path, place: Place) -> None:
    """Write a new signing key to FILE, readable by its owner only, and the public key to FILE.pub.

    FILE lies outside the data folder, or whoever can change the journals can sign them too. Give FILE.pub to whoever
    verifies.
    """
    _refuse_inside(file, place.folder)
    public = file.with_name(f"{file.name}.pub")
    for taken in (file, public):
        if taken.exists():
            raise Conflict(f"{taken} is there already. Choose another name: what was signed needs its key.")
    key = new_signing_key()
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as secret:
        secret.write(key.as_pem(private=True))
    public.write_bytes(key.as_pem(private=False))
    click.echo(f"Made {file}, which signs, and {public}, which verifies.")


@click.command("anchor")
@click.argument("target")
@click.option("--key", "key_file", type=_FILE, metavar="FILE", help=f"The signing key [default: the key in {KEY}].")
@click.option("--time-stamp", "authority", metavar="URL", help="Let this RFC 3161 authority stamp what was added.")
@json_option
@store_options
def anchor(*, place: Place, target: str, key_file: Path | None, authority: str | None, as_json: bool) -> None:
    """Add the signed head of each journal that has moved to TARGET: a file elsewhere, or a URL such as s3://bucket/x.

    Whoever uses the data folder or the stores may go on meanwhile. With --time-stamp not even who has the signing key
    can write other heads later: they get no stamp of an earlier day.
    """
    key = _signing_key(key_file, place.folder)
    opened = open_target(target)
    lines = opened.lines()
    known = anchors_in(read_lines(lines, key))
    moved = [head for head in asyncio.run(_heads(place)) if _last(known, head) != (head.sequence, head.hash)]
    added = signed(moved, key, after=lines)
    refused = None
    last = [*lines, *added][-1:]
    if authority and last and not last[0].startswith(STAMP):
        try:
            added.append(stamped(last[0], _asking(authority)))
        except BadAnchor as error:
            refused = error
    if added:
        opened.append(added)
    if refused is not None:
        click.echo(f"Anchored {len(moved)} heads that had moved in {target}, without a time stamp.", err=True)
        raise refused
    if as_json:
        print_document({"anchored": moved, "target": target, "stamped": bool(added) and added[-1].startswith(STAMP)})
    else:
        click.echo(
            f"Anchored {len(moved)} heads that had moved in {target}{', and had them stamped' * bool(authority)}."
        )


class Held(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What is anchored at a target, and the latest line that is stamped with its time."""

    anchors: Anchors
    stamps: int = 0
    stamped_to: int | None = None
    stamped_at: datetime.datetime | None = None


def anchors_at(target: str, public: Path, authority: Path | None) -> Held:
    """Return what is anchored at a target; raises `BadAnchor`, `NotFound` where nothing is."""
    key = read_key(public.read_text(encoding="ascii", errors="replace"), str(public), private=False)
    lines = open_target(target).lines()
    if not lines:
        raise NotFound(f"Nothing is anchored at {target}.")
    read = read_lines(lines, key)
    stamps = sum(line.startswith(STAMP) for line in lines)
    if authority is None:
        return Held(anchors=anchors_in(read), stamps=stamps)
    if stamps == 0:
        raise NotFound(f"Nothing at {target} is time stamped. Anchor with --time-stamp URL.")
    said = [None if anchored is None else anchored.at for anchored in read]
    last, at = check_stamps(lines, said, read_authority(authority.read_bytes(), str(authority)))[-1]
    return Held(anchors=anchors_in(read), stamps=stamps, stamped_to=last, stamped_at=at)


def _asking(authority: str) -> Ask:
    def ask(request: bytes) -> bytes:
        try:
            answer = httpx.post(
                authority,
                content=request,
                headers={"Content-Type": "application/timestamp-query"},
                timeout=_PATIENCE,
            )
            answer.raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise BadAnchor(f"The time stamp authority {authority} did not answer: {error}.") from error
        return answer.content

    return ask


async def _heads(place: Place) -> list[Anchored]:
    now = datetime.datetime.now(datetime.UTC)
    return [
        Anchored(service=service, org=org, sequence=sequence, hash=own_hash, at=now)
        for service, url in sorted(topology_of(place).documents.items())
        for org, sequence, own_hash in await heads_of(url, service)
    ]


def _last(known: Anchors, head: Anchored) -> tuple[int, str] | None:
    of_journal = known.get((head.service, head.org))
    if of_journal is None:
        return None
    last = of_journal[max(of_journal)]
    return last.sequence, last.hash


def _signing_key(file: Path | None, folder: Path) -> OKPKey:
    if file is None:
        if not os.environ.get(KEY):
            raise NotFound(f"Pass --key FILE, or set {KEY} to the key. Make one with: realinsights journal key create.")
        return read_key(os.environ[KEY], KEY, private=True)
    _refuse_inside(file, folder)
    key = read_key(file.read_text(encoding="ascii", errors="replace"), str(file), private=True)
    mode = stat.S_IMODE(file.stat().st_mode)
    if os.name == "posix" and mode & 0o077 and mode & ~0o440:
        raise BadAnchor(f"{file} can be read by others than its owner. Run: chmod 600 {file}.")
    return key


def _refuse_inside(file: Path, folder: Path) -> None:
    if file.resolve().is_relative_to(folder.resolve()):
        raise BadAnchor(
            f"{file} lies in the data folder: whoever changes the journals could sign them. Keep it elsewhere."
        )
