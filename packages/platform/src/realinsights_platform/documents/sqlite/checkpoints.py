"""Checkpoints: what is committed goes from the write-ahead log into the database file, beside the writer."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import structlog

from realinsights_platform.documents.sqlite.connections import open_checkpointer

log = structlog.get_logger(__name__)

_PAUSE_SECONDS = 2.0
_LONGEST_LOG_PAGES = 65_536


class Checkpoints:
    """A thread that checkpoints soon after commits; `overdue` tells the writer to stop for one itself.

    While commits keep coming a checkpoint beside them never reaches the log's end, and the log grows: the writer then
    finishes what little is left, so that the log starts over.
    """

    def __init__(self, path: Path) -> None:
        self.overdue = False
        self._connection = open_checkpointer(path)
        self._committed = threading.Event()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"{path.stem}-checkpoints", daemon=True)
        self._thread.start()

    def committed(self) -> None:
        """Checkpoint soon."""
        self._committed.set()

    def finish(self, writer: sqlite3.Connection) -> None:
        """Checkpoint now, between two commits."""
        pages, done = _checkpoint(writer)
        self.overdue = pages != done

    def close(self) -> None:
        """End; the last connection that closes does the rest."""
        self._closing.set()
        self._committed.set()
        self._thread.join()
        self._connection.close()

    def _run(self) -> None:
        while True:
            self._committed.wait()
            if self._closing.wait(_PAUSE_SECONDS):
                return
            self._committed.clear()
            if self._closing.is_set():  # said in between: what it set was cleared just now, and nobody sets it again
                return
            pages, _ = _checkpoint(self._connection)
            self.overdue = pages > _LONGEST_LOG_PAGES


def _checkpoint(connection: sqlite3.Connection) -> tuple[int, int]:
    try:
        _, pages, done = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    except sqlite3.Error:
        # What is committed is safe in the log, which may grow until there is room again.
        log.exception("documents.checkpoint.failed")
        return 0, 0
    return pages, done
