"""Journal tables in SQLite: entries, their writes (the documents, once), heads and marks.

Rows name their organization by a small number, which every index repeats; the table of heads says whose it is.
"""

from __future__ import annotations

import contextlib
import datetime
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from realinsights_platform.documents.journal import GENESIS
from realinsights_platform.documents.journal_port import EVENT_BYTES_AT_ONCE, JournalEntry, Mark, Outgoing, Write
from realinsights_platform.documents.sqlite.keys import id_of, key_of

_WRITES_AT_ONCE = 2_000
_BEGINNING = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of an organization's journal; `number` stands for the organization in every other table.

    `closed` is the sequence of the entry that closed it, None while it is open.
    """

    number: int
    sequence: int = 0
    hash: str = GENESIS
    at: datetime.datetime = _BEGINNING
    closed: int | None = None


def writes_of(service: str) -> str:
    """Return the table of a service's writes, as SQL names it; `number` is a write's place, `body` what it says."""
    return f'"{service}_journal_write"'


def row_of(place: str) -> int:
    """Return the row that a place names, by itself the one before the first that is published."""
    return int(place or -1)


def next_in(connection: sqlite3.Connection, table: str, column: str) -> int:
    """Return the first number beyond those in a column."""
    last: int | None = connection.execute(f"SELECT max({column}) FROM {table}").fetchone()[0]
    return (last or 0) + 1


class JournalTables:
    """The SQL of one service's journal."""

    def __init__(self, service: str) -> None:
        self.service = service
        self._journal = f'"{service}_journal"'
        self._write = writes_of(service)
        self._head = f'"{service}_head"'
        self._mark = f'"{service}_mark"'
        self._schema = f'"{service}_schema"'

    def create(self, connection: sqlite3.Connection) -> None:
        """Create the tables that are missing."""
        for table, columns in (
            (
                self._journal,
                (
                    "row INTEGER PRIMARY KEY, org INTEGER NOT NULL, sequence INTEGER NOT NULL, id TEXT NOT NULL, "
                    "at TEXT NOT NULL, actor TEXT NOT NULL, business_date TEXT NOT NULL, first_write INTEGER NOT NULL, "
                    "write_count INTEGER NOT NULL, previous_hash TEXT NOT NULL, hash TEXT NOT NULL, "
                    "events BLOB NOT NULL, UNIQUE (org, sequence)"
                ),
            ),
            (
                # An entry's writes are the rows from `first_write` on: one writer appends them.
                self._write,
                (
                    "number INTEGER PRIMARY KEY, org INTEGER NOT NULL, kind TEXT NOT NULL, id NOT NULL, "
                    "sequence INTEGER NOT NULL, version INTEGER NOT NULL, body BLOB"
                ),
            ),
            (
                self._head,
                (
                    "number INTEGER PRIMARY KEY, org TEXT NOT NULL UNIQUE, sequence INTEGER NOT NULL, "
                    "hash TEXT NOT NULL, at TEXT NOT NULL, bytes INTEGER NOT NULL DEFAULT 0, closed INTEGER"
                ),
            ),
            (self._mark, "name TEXT PRIMARY KEY, place TEXT NOT NULL, token INTEGER NOT NULL"),
            (self._schema, "kind TEXT PRIMARY KEY, declared TEXT NOT NULL"),
        ):
            connection.execute(f"CREATE TABLE IF NOT EXISTS {table} ({columns})")
        columns_of_head = {row[1] for row in connection.execute(f"PRAGMA table_info({self._head})")}
        if "bytes" not in columns_of_head:
            self._measure(connection)
        if "closed" not in columns_of_head:
            connection.execute(f"ALTER TABLE {self._head} ADD COLUMN closed INTEGER")
        # Of files that kept what each subscriber had acknowledged of each organization.
        connection.execute(f'DROP TABLE IF EXISTS "{self.service}_relayed"')
        by_document = f'"{self.service}_journal_write__document"'
        connection.execute(f"CREATE INDEX IF NOT EXISTS {by_document} ON {self._write} (org, kind, id, number)")

    def _measure(self, connection: sqlite3.Connection) -> None:
        """Count what the organizations of a file have written that did not count it."""
        connection.execute(f"ALTER TABLE {self._head} ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0")
        for table, column in ((self._write, "body"), (self._journal, "events")):
            connection.execute(
                f"UPDATE {self._head} SET bytes = bytes + size FROM "
                f"(SELECT org AS written, sum(length({column})) AS size FROM {table} GROUP BY org) "
                "WHERE number = written AND size > 0"
            )

    def head(self, connection: sqlite3.Connection, org: str) -> Head | None:
        """Return where an organization's journal ends; None where it has none."""
        select = f"SELECT number, sequence, hash, at, closed FROM {self._head} WHERE org = ?"
        row = connection.execute(select, (org,)).fetchone()
        if row is None:
            return None
        number, sequence, last, at, closed = row
        return Head(number, sequence, last, datetime.datetime.fromisoformat(at), closed)

    def number(self, connection: sqlite3.Connection, org: str) -> int | None:
        """Return the number that stands for an organization; None where it has no journal."""
        row = connection.execute(f"SELECT number FROM {self._head} WHERE org = ?", (org,)).fetchone()
        return None if row is None else row[0]

    def sequence(self, connection: sqlite3.Connection, org: str) -> int:
        """Return an organization's last sequence, 0 where it has no journal."""
        row = connection.execute(f"SELECT sequence FROM {self._head} WHERE org = ?", (org,)).fetchone()
        return 0 if row is None else row[0]

    def stored_bytes(self, connection: sqlite3.Connection, org: str) -> int:
        """Return how many bytes of documents and events an organization's journal holds."""
        row = connection.execute(f"SELECT bytes FROM {self._head} WHERE org = ?", (org,)).fetchone()
        return 0 if row is None else row[0]

    def organizations(self, connection: sqlite3.Connection, *, after: str, limit: int) -> tuple[str, ...]:
        """Return organizations in order of id."""
        rows = connection.execute(f"SELECT org FROM {self._head} WHERE org > ? ORDER BY org LIMIT ?", (after, limit))
        return tuple([org for (org,) in rows])

    def next_number(self, connection: sqlite3.Connection) -> int:
        """Return the number of the next organization."""
        return next_in(connection, self._head, "number")

    def next_write(self, connection: sqlite3.Connection) -> int:
        """Return the number of the next write."""
        return next_in(connection, self._write, "number")

    def append(
        self,
        connection: sqlite3.Connection,
        org: int,
        entry: JournalEntry,
        first_write: int,
        *,
        row: int | None = None,
        closed: int | None = None,
    ) -> None:
        """Append an entry and move the head; `closed` says which entry closes the journal.

        By itself its row is the next one, where it is published from.
        """
        at = entry.at.isoformat(timespec="microseconds")
        size = len(entry.events) + sum(len(write.document) for write in entry.writes if write.document is not None)
        connection.executemany(
            f"INSERT INTO {self._write} (number, org, kind, id, sequence, version, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (number, org, write.kind, key_of(write.id), entry.sequence, write.version, _bytes(write.document))
                for number, write in enumerate(entry.writes, first_write)
            ],
        )
        connection.execute(
            f"INSERT INTO {self._journal} (row, org, sequence, id, at, actor, business_date, first_write, write_count, "
            "previous_hash, hash, events) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                row,
                org,
                entry.sequence,
                entry.id,
                at,
                entry.actor,
                entry.business_date.isoformat(),
                first_write,
                len(entry.writes),
                entry.previous_hash,
                entry.hash,
                bytes(entry.events),
            ),
        )
        connection.execute(
            f"INSERT INTO {self._head} (number, org, sequence, hash, at, bytes, closed) VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (number) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash, at = excluded.at, "
            "bytes = bytes + excluded.bytes, closed = excluded.closed",
            (org, entry.org, entry.sequence, entry.hash, at, size, closed),
        )

    def entries(
        self, connection: sqlite3.Connection, name: str, org: int, *, after: int, limit: int
    ) -> tuple[JournalEntry, ...]:
        """Return entries in sequence, fewer than `limit` where they hold many writes."""
        rows = connection.execute(
            "SELECT sequence, id, at, actor, business_date, first_write, write_count, previous_hash, hash, events "
            f"FROM {self._journal} WHERE org = ? AND sequence > ? ORDER BY sequence LIMIT ?",
            (org, after, limit),
        )
        entries: list[JournalEntry] = []
        writes = 0
        for sequence, key, at, actor, business_date, first, count, previous, own, events in rows:
            writes += count
            if entries and writes > _WRITES_AT_ONCE:
                break
            entries.append(
                JournalEntry(
                    service=self.service,
                    org=name,
                    sequence=sequence,
                    id=key,
                    at=datetime.datetime.fromisoformat(at),
                    actor=actor,
                    business_date=datetime.date.fromisoformat(business_date),
                    writes=self._writes(connection, org, sequence, first, count),
                    events=msgspec.Raw(events),
                    previous_hash=previous,
                    hash=own,
                )
            )
        return tuple(entries)

    def _writes(
        self, connection: sqlite3.Connection, org: int, sequence: int, first: int, count: int
    ) -> tuple[Write, ...]:
        rows = connection.execute(
            f"SELECT kind, id, version, body, org, sequence FROM {self._write} "
            "WHERE number >= ? AND number < ? ORDER BY number",
            (first, first + count),
        )
        writes = []
        for kind, key, version, body, owner, part_of in rows:
            if (owner, part_of) != (org, sequence):
                raise ValueError(f"a write of entry {sequence} belongs to another entry")
            writes.append(Write(kind, id_of(key), version, None if body is None else msgspec.Raw(body)))
        return tuple(writes)

    def outbox(
        self, connection: sqlite3.Connection, name: str, org: int, *, after: int, limit: int
    ) -> tuple[Outgoing, ...]:
        """Return the events of an organization's entries in sequence, as many as the port says."""
        return _bounded(
            connection.execute(
                f"SELECT ?, sequence, row, at, business_date, events FROM {self._journal} "
                "WHERE org = ? AND sequence > ? ORDER BY sequence LIMIT ?",
                (name, org, after, limit),
            )
        )

    def outgoing(self, connection: sqlite3.Connection, *, after: str, limit: int) -> tuple[Outgoing, ...]:
        """Return the events of all organizations' entries after a row, as `outbox`: one writer appends them.

        Rows below zero are of entries that were told elsewhere (`moving.py`).
        """
        return _bounded(
            connection.execute(
                f"SELECT h.org, j.sequence, j.row, j.at, j.business_date, j.events FROM {self._journal} AS j "
                f"CROSS JOIN {self._head} AS h ON h.number = j.org WHERE j.row > ? ORDER BY j.row LIMIT ?",
                (row_of(after), limit),
            )
        )

    def revisions(
        self, connection: sqlite3.Connection, org: int, kind: str, key: str, *, limit: int
    ) -> Sequence[tuple[Any, ...]]:
        """Return (body, version, sequence, at, actor, business date) of a document, newest first."""
        return connection.execute(
            f"SELECT w.body, w.version, w.sequence, j.at, j.actor, j.business_date FROM {self._write} AS w "
            f"CROSS JOIN {self._journal} AS j ON j.org = w.org AND j.sequence = w.sequence "
            "WHERE w.org = ? AND w.kind = ? AND w.id = ? ORDER BY w.number DESC LIMIT ?",
            (org, kind, key_of(key), limit),
        ).fetchall()

    def body_at(self, connection: sqlite3.Connection, org: int, kind: str, key: str, at: str) -> bytes | None:
        """Return what was stored of a document at that time (UTC, ISO, microseconds)."""
        row = connection.execute(
            f"SELECT w.body FROM {self._write} AS w "
            f"CROSS JOIN {self._journal} AS j ON j.org = w.org AND j.sequence = w.sequence "
            "WHERE w.org = ? AND w.kind = ? AND w.id = ? AND j.at <= ? ORDER BY w.number DESC LIMIT 1",
            (org, kind, key_of(key), at),
        ).fetchone()
        return None if row is None else row[0]

    @property
    def entries_table(self) -> str:
        """The table of entries, as SQL names it."""
        return self._journal

    @property
    def heads(self) -> str:
        """The table of organizations, which has the `number` of each."""
        return self._head

    def closed(self, connection: sqlite3.Connection, org: str) -> int | None:
        """Return the sequence of the entry that closed an organization's journal, None where none did."""
        head = self.head(connection, org)
        return None if head is None else head.closed

    def erase(self, connection: sqlite3.Connection, head: Head, most: int) -> int:
        """Remove some of what a closed journal has before the entry that closed it; return how much."""
        before = (head.number, head.closed, most)
        gone = connection.execute(
            f"DELETE FROM {self._write} WHERE number IN "
            f"(SELECT number FROM {self._write} WHERE org = ? AND sequence < ? LIMIT ?)",
            before,
        ).rowcount
        gone += connection.execute(
            f"DELETE FROM {self._journal} WHERE row IN "
            f"(SELECT row FROM {self._journal} WHERE org = ? AND sequence < ? ORDER BY sequence LIMIT ?)",
            before,
        ).rowcount
        if not gone:
            size = f"SELECT coalesce(sum(length(events)), 0) FROM {self._journal} WHERE org = ?"
            connection.execute(f"UPDATE {self._head} SET bytes = ({size}) WHERE number = ?", (head.number, head.number))
        return gone

    def leads(self, connection: sqlite3.Connection, name: str, token: int) -> bool:
        """Tell whether a mark was last moved with this token, or a lower one."""
        row = connection.execute(f"SELECT token FROM {self._mark} WHERE name = ?", (name,)).fetchone()
        return row is not None and row[0] <= token

    def mark(self, connection: sqlite3.Connection, name: str) -> Mark:
        """Return where `name` stands."""
        row = connection.execute(f"SELECT place, token FROM {self._mark} WHERE name = ?", (name,)).fetchone()
        return Mark() if row is None else Mark(*row)

    def move(self, connection: sqlite3.Connection, name: str, mark: Mark) -> bool:
        """Move a mark unless a higher token has moved it; tell whether it moved."""
        return (
            connection.execute(
                f"INSERT INTO {self._mark} (name, place, token) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE "
                "SET place = excluded.place, token = excluded.token WHERE excluded.token >= token",
                (name, mark.place, mark.token),
            ).rowcount
            == 1
        )


def read_heads(path: Path, service: str) -> list[tuple[str, int, str]]:
    """Return (organization, sequence, hash) of every journal's end, from a file that a process may be writing."""
    with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(f'SELECT org, sequence, hash FROM "{service}_head" ORDER BY org').fetchall()


def _bounded(rows: Iterable[tuple[str, int, int, str, str, bytes]]) -> tuple[Outgoing, ...]:
    outgoing: list[Outgoing] = []
    size = 0
    for org, sequence, row, at, business_date, events in rows:
        size += len(events)
        outgoing.append(
            Outgoing(
                org,
                sequence,
                str(row),
                datetime.datetime.fromisoformat(at),
                datetime.date.fromisoformat(business_date),
                bytes(events),
            )
        )
        if size >= EVENT_BYTES_AT_ONCE:
            break
    return tuple(outgoing)


def _bytes(body: msgspec.Raw | None) -> bytes | None:
    # SQLite takes bytes as they are; for anything else it asks around for an adapter.
    return None if body is None else bytes(body)
