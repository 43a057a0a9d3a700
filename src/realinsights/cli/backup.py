"""`realinsights backup` and `restore`: a data folder of one process as one file, and back."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path

import click

from realinsights.adapters import assembly_of
from realinsights.cli.journal import unsound_journals
from realinsights.cli.output import json_option, print_document
from realinsights.cli.place import Place, place_options, store_options, topology_of
from realinsights.topology import services
from realinsights_platform.backups import BadBackup, Manifest, back_up, read_backup
from realinsights_platform.errors import Conflict, NotFound, Refusal

_FILE = click.Path(dir_okay=False, path_type=Path)
_BLOBS = "blobs"


@click.command()
@click.argument("file", type=_FILE)
@json_option
@store_options
def backup(*, place: Place, file: Path, as_json: bool) -> None:
    """Write the data folder to FILE, also while a server uses it, and read FILE again to verify it.

    The databases are as they were at one moment, and the files they name are with them. The secret is left out: keep it
    apart, or everybody signs in again after a restore.
    """
    urls = topology_of(place).documents.values()
    if not all(url.startswith("sqlite:///") for url in urls):
        raise Refusal(
            f"The documents of {place.topology} are in a server of their own, which copies them as of one moment: use "
            "mongodump --oplog. docs/operate/backup.md has the commands, and says what to keep besides."
        )
    databases = {Path(url.removeprefix("sqlite:///")).name: Path(url.removeprefix("sqlite:///")) for url in urls}
    if not all(path.exists() for path in databases.values()):
        raise NotFound(f"There is nothing to back up in {place.folder}.")
    folder = place.folder
    files = [folder / _BLOBS / kept for service in services() for kept in assembly_of(service).KEPT_FILES]
    made = back_up(file.absolute(), folder=folder, databases=databases, files=files, release=version("realinsights"))
    _tell(f"Backed up {folder.resolve()} to {file}", made, as_json=as_json)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
@place_options
def restore(*, place: Place, file: Path, as_json: bool) -> None:
    """Make the data folder from FILE, which `backup` wrote, after every byte and every journal in it is verified.

    The folder must be empty or not there. Nothing is in it before all is verified.
    """
    folder = place.folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Conflict(f"{folder} is not empty. Restore into another folder: --data DIR.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".restore-"))
    try:
        manifest = read_backup(file, into=beside)
        unsound = asyncio.run(unsound_journals(Place(data=beside)))
        if unsound:
            raise BadBackup(f"{unsound[0]['service']} in {file} is not sound: {unsound[0]['reason']}.")
        for made in ("lock", "secret"):  # by the look at it
            (beside / made).unlink(missing_ok=True)
        beside.rename(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    _tell(f"Restored {file} to {folder}", manifest, as_json=as_json)


def _tell(done: str, manifest: Manifest, *, as_json: bool) -> None:
    if as_json:
        print_document(manifest)
        return
    size = sum(file.size for file in manifest.files.values())
    click.echo(
        f"{done}: {len(manifest.files)} files, {size:,} bytes, as of {manifest.at:%Y-%m-%d %H:%M:%S} UTC. Verified."
    )
