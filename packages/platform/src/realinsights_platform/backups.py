"""Backups: databases as they were at one moment and the files they name, in one archive whose every byte is checked."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import os
import re
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, BinaryIO, Final, cast

import msgspec
from isal import igzip

from realinsights_platform.documents.sqlite.connections import damage
from realinsights_platform.errors import Conflict, Refusal

_MANIFEST: Final = "manifest.json"
_FORMAT: Final = 1
_NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_PIECE: Final = 1024 * 1024


# isal's open has no types.
_gzip: Final[Any] = igzip.open


class BadBackup(Refusal):
    """An archive that is no backup, or not whole, or a database that cannot be backed up."""


class BackedUp(msgspec.Struct, frozen=True, rename="camel"):
    """One file of a backup."""

    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a backup holds, by path in the data folder; the last member of its archive."""

    format: int
    release: str
    at: datetime.datetime
    files: dict[str, BackedUp]


def back_up(
    target: Path, *, folder: Path, databases: Mapping[str, Path], files: Iterable[Path], release: str
) -> Manifest:
    """Write a backup of a data folder that a process may be using.

    The databases are as they were at one moment. `files` are the folders below it that are kept with them: what they
    name was there before, and nothing in them is ever changed, though it may be deleted. Raises `Conflict` where there
    is something at the target.
    """
    if target.exists():
        raise Conflict(f"{target} is there already. Name another file.")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as beside:
        partial = Path(beside) / target.name
        copies = {name: Path(beside) / f"copy of {name}" for name in databases}
        at = datetime.datetime.now(datetime.UTC)
        _copy_at_once({databases[name]: copy for name, copy in copies.items()})
        for copy in copies.values():
            found = damage(copy)
            if found is not None:
                raise BadBackup(f"{found} This is not backed up.")
        packed: dict[str, BackedUp] = {}
        descriptor = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w+b") as file:
            with (
                _gzip(file, "wb") as compressed,
                tarfile.open(fileobj=cast("IO[bytes]", compressed), mode="w|") as archive,
            ):
                for name, copy in copies.items():
                    packed[name] = _pack(archive, name, copy)
                    copy.unlink()
                for path in sorted(path for each in files for path in each.rglob("*")):
                    name = path.relative_to(folder).as_posix()
                    if path.is_file() and _NAME.fullmatch(name):  # others are being written
                        with contextlib.suppress(FileNotFoundError):  # what was deleted since the databases were copied
                            packed[name] = _pack(archive, name, path)
                manifest = Manifest(format=_FORMAT, release=release, at=at, files=packed)
                _pack_bytes(archive, _MANIFEST, msgspec.json.encode(manifest))
            file.flush()
            os.fsync(file.fileno())
        if read_backup(partial) != manifest:
            raise BadBackup(f"What was written to {target} is not what was read. Check the disk, and back up again.")
        partial.rename(target)
    return manifest


def read_backup(file: Path, *, into: Path | None = None) -> Manifest:
    """Check every byte of a backup and return its manifest, unpacking it `into` an empty folder; raises `BadBackup`."""
    found: dict[str, BackedUp] = {}
    manifest = None
    try:
        with (
            _gzip(file, "rb") as compressed,
            tarfile.open(fileobj=cast("IO[bytes]", compressed), mode="r|") as tar,
        ):
            for member in tar:
                stream = tar.extractfile(member)
                if stream is None or not _NAME.fullmatch(member.name) or manifest is not None:
                    raise BadBackup(f"{file} is no backup: it holds {member.name}.")
                if member.name == _MANIFEST:
                    manifest = msgspec.json.decode(stream.read(), type=Manifest)
                elif into is None:
                    found[member.name] = _copied(cast("BinaryIO", stream), None)
                else:
                    found[member.name] = _unpack(cast("BinaryIO", stream), into / member.name)
            while compressed.read(_PIECE):
                pass  # what tells whether the file is whole comes after the archive's end
    except (tarfile.TarError, EOFError, zlib.error, igzip.BadGzipFile, msgspec.DecodeError) as error:
        raise BadBackup(f"{file} is no backup, or not whole ({error}).") from error
    if manifest is None:
        raise BadBackup(f"{file} is not whole: its end is missing.")
    for name in sorted({*found, *manifest.files}):
        if found.get(name) != manifest.files.get(name):
            raise BadBackup(f"{name} in {file} is not what was backed up.")
    if manifest.format != _FORMAT:
        raise BadBackup(f"{file} was made by release {manifest.release}. Restore it with that release or a later one.")
    return manifest


def _copy_at_once(databases: Mapping[Path, Path]) -> None:
    """Copy databases as they are at one moment, whatever is written meanwhile."""
    with contextlib.ExitStack() as stack:
        sources = {}
        for path in databases:
            address = f"{path.absolute().as_uri()}?mode=ro"
            source = stack.enter_context(contextlib.closing(sqlite3.connect(address, uri=True, isolation_level=None)))
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on it sees nothing new
            sources[path] = source
        for path, copy in databases.items():
            with contextlib.closing(sqlite3.connect(copy)) as target:
                sources[path].backup(target)
                target.execute("PRAGMA journal_mode = DELETE")


def _pack(archive: tarfile.TarFile, name: str, path: Path) -> BackedUp:
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        hashing = _Hashing(file)
        archive.addfile(_member(name, size), cast("IO[bytes]", hashing))
    return BackedUp(size, hashing.digest.hexdigest())


def _pack_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    with tempfile.SpooledTemporaryFile() as file:
        file.write(content)
        file.seek(0)
        archive.addfile(_member(name, len(content)), cast("IO[bytes]", file))


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size = size
    member.mode = 0o600
    return member


class _Hashing:
    """A file as the archive reads it, and the hash of what was read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.digest.update(piece)
        return piece


def _unpack(stream: BinaryIO, path: Path) -> BackedUp:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        copied = _copied(stream, target)
        target.flush()
        os.fsync(target.fileno())
    return copied


def _copied(stream: BinaryIO, target: IO[bytes] | None) -> BackedUp:
    digest, size = hashlib.sha256(), 0
    for piece in _pieces(stream):
        digest.update(piece)
        size += len(piece)
        if target is not None:
            target.write(piece)
    return BackedUp(size, digest.hexdigest())


def _pieces(stream: BinaryIO) -> Iterator[Any]:
    while piece := stream.read(_PIECE):
        yield piece
