"""Connections to a service's SQLite file, each set up for what it is used for."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from pathlib import Path

from realinsights_platform.errors import DiskFull, Refusal, Unavailable

_BUSY_MILLISECONDS = 30_000


class DamagedFile(Refusal):
    """A service's file is not an SQLite database, or cannot be opened as one."""


def unusable(error: BaseException) -> Unavailable | None:
    """Return as a refusal what the engine says of a disk without room or of no descriptor left; None for the rest."""
    if not isinstance(error, sqlite3.OperationalError):
        return None
    code = error.sqlite_errorcode
    if code == sqlite3.SQLITE_IOERR_WRITE or code & 0xFF == sqlite3.SQLITE_FULL:
        return DiskFull("There is no room left on the disk. Nothing of this was stored; what was there is kept.")
    if code & 0xFF == sqlite3.SQLITE_CANTOPEN:
        return Unavailable("The server has too many files and connections open just now. Try again in a few seconds.")
    return None


class UnusableFile(Refusal):
    """A service's file cannot be opened for a reason that is not its own: a full disk, no descriptor left."""


def open_writer(path: Path) -> sqlite3.Connection:
    """Open the one connection that writes: write-ahead log, on disk before a commit returns; raises `DamagedFile`."""
    _keep_private(path)
    try:
        connection = _open(path, cache_mebibytes=64)
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.DatabaseError as error:
        if not _tells_of_damage(error):
            raise UnusableFile(f"{path} cannot be opened now ({error}). What is in it is untouched.") from error
        raise DamagedFile(
            f"{path} cannot be opened as a database ({error}). "
            "Keep the file, and restore a backup into another folder: realinsights restore FILE --data DIR."
        ) from error
    connection.execute("PRAGMA synchronous = FULL")
    # What is deleted stays in the journal anyway: overwriting it with zeros would only cost time.
    connection.execute("PRAGMA secure_delete = OFF")
    # A thread of its own moves the log into the database (see checkpoints.py).
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    return connection


def open_checkpointer(path: Path) -> sqlite3.Connection:
    """Open a connection that moves the write-ahead log into the database."""
    connection = _open(path, cache_mebibytes=1)
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def damage(path: Path) -> str | None:
    """Return what the engine finds damaged in a file, by its page, as a sentence; None where it finds nothing."""
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            # The first fault only: asked for more, the engine gives up at a page that it cannot read.
            (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        if not _tells_of_damage(error):
            raise
        found = str(error)
    if found == "ok":
        return None
    fault = found.splitlines()[-1]
    page = re.search(r"page (\d+)", fault, re.IGNORECASE)
    where = path.name if page is None else f"page {page[1]} of {path.name}"
    return (
        f"The engine finds {where} damaged ({fault}). "
        "Keep the file, and restore a backup into another folder: realinsights restore FILE --data DIR."
    )


def _tells_of_damage(error: sqlite3.DatabaseError) -> bool:
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    return code & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def open_reader(path: Path, *, cache_mebibytes: int) -> sqlite3.Connection:
    """Open a connection that cannot write."""
    connection = _open(path, cache_mebibytes=cache_mebibytes)
    connection.execute("PRAGMA query_only = ON")
    return connection


def _keep_private(path: Path) -> None:
    """Make a file that only its owner can read, or that of an earlier version so; its log is made like it."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    for file in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
        if file.exists() and file.stat().st_mode & 0o077:
            file.chmod(0o600)


def _open(path: Path, *, cache_mebibytes: int) -> sqlite3.Connection:
    # Each connection is used by one thread at a time, not always the one that opened it.
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
    connection.execute(f"PRAGMA cache_size = {-1024 * cache_mebibytes}")
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection
