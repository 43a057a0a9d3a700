"""Connections to a service's SQLite file, each set up for what it is used for."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from realinsights_platform.errors import Refusal

_BUSY_MILLISECONDS = 30_000


class DamagedFile(Refusal):
    """A service's file is not an SQLite database, or cannot be opened as one."""


def open_writer(path: Path) -> sqlite3.Connection:
    """Open the one connection that writes: write-ahead log, on disk before a commit returns; raises `DamagedFile`."""
    try:
        connection = _open(path, cache_mebibytes=64)
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.DatabaseError as error:
        raise DamagedFile(
            f"{path} cannot be opened as a database ({error}). Put a backup in its place or choose another folder."
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


def open_reader(path: Path, *, cache_mebibytes: int) -> sqlite3.Connection:
    """Open a connection that cannot write."""
    connection = _open(path, cache_mebibytes=cache_mebibytes)
    connection.execute("PRAGMA query_only = ON")
    return connection


def _open(path: Path, *, cache_mebibytes: int) -> sqlite3.Connection:
    # Each connection is used by one thread at a time, not always the one that opened it.
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
    connection.execute(f"PRAGMA cache_size = {-1024 * cache_mebibytes}")
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection
