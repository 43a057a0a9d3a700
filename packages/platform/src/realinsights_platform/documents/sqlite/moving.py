"""Moving in SQLite: where organizations are, and entries written as they are in another store.

Entries that were told elsewhere have rows below zero, which are never published; what was not told gets the next rows
once its organization is here.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from realinsights_platform.documents.journal_port import JournalEntry
from realinsights_platform.documents.moving import (
    Arrival,
    Arrived,
    not_arriving,
    refused,
    require_next,
)
from realinsights_platform.documents.port import Kind
from realinsights_platform.documents.sqlite.connections import open_writer
from realinsights_platform.documents.sqlite.journal_tables import Head, JournalTables, next_in, row_of
from realinsights_platform.documents.sqlite.keys import key_of
from realinsights_platform.documents.sqlite.tables import KindTable
from realinsights_platform.documents.stages import REFUSING, Stage, Standing
from realinsights_platform.documents.unit import taken
from realinsights_platform.errors import Refusal

_REFUSING: Final = ", ".join(f"'{stage}'" for stage in sorted(REFUSING))


@dataclass(frozen=True, slots=True)
class Replay:
    """Entries to be written as they are, and the documents that they leave."""

    org: str
    entries: Sequence[JournalEntry]
    arrival: Arrival


class Stages:
    """The table of where organizations are; another process may write it, a unit of work reads it as it commits."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._name = f"{service}_stage"
        self._table = f'"{self._name}"'
        self.present = f"NOT EXISTS (SELECT 1 FROM {self._table} AS s WHERE s.org = h.org AND s.stage IN ({_REFUSING}))"
        """The condition that an organization `h.org` is written to here."""

    def create(self, connection: sqlite3.Connection) -> None:
        """Create the table where it is missing."""
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS {self._table} "
            "(org TEXT PRIMARY KEY, stage TEXT NOT NULL, move TEXT NOT NULL) WITHOUT ROWID"
        )

    def standing(self, connection: sqlite3.Connection, org: str) -> Standing | None:
        """Return where an organization is, None where it never moved."""
        row = connection.execute(f"SELECT stage, move FROM {self._table} WHERE org = ?", (org,)).fetchone()
        return None if row is None else Standing(Stage(row[0]), row[1])

    def require_present(self, connection: sqlite3.Connection, org: str) -> None:
        """Raise `Moved` where an organization is not written to here."""
        standing = self.standing(connection, org)
        if standing is not None and standing.stage in REFUSING:
            raise refused(standing.stage)

    def stand(
        self, connection: sqlite3.Connection, org: str, standing: Standing, instead_of: Collection[Stage | None]
    ) -> bool:
        """Say where an organization is, where it is at one of these stages now; tell whether it was."""
        before = self.standing(connection, org)
        if (None if before is None else before.stage) not in instead_of:
            return False
        if before is not None and before.stage is not Stage.HERE and before.move != standing.move:
            return False
        connection.execute(
            f"INSERT INTO {self._table} (org, stage, move) VALUES (?, ?, ?) "
            "ON CONFLICT (org) DO UPDATE SET stage = excluded.stage, move = excluded.move",
            (org, standing.stage, standing.move),
        )
        return True

    def stand_beside(self, path: Path, org: str, standing: Standing, instead_of: Collection[Stage | None]) -> bool:
        """Do as `stand` in a file that a process may be writing, in a transaction of its own.

        Raises `Refusal` for a file without the table: a process of an earlier release does not look there.
        """
        with contextlib.closing(open_writer(path)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (self._name,)).fetchone():
                    raise Refusal(
                        f"{path} was written by an earlier release, which cannot move. Start this release on it first."
                    )
                stood = self.stand(connection, org, standing, instead_of)
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise
        return stood


class Arrivals:
    """What is written of an arriving organization, by the one writer."""

    def __init__(self, journal: JournalTables, stages: Stages, tables: Mapping[Kind[Any], KindTable[Any]]) -> None:
        self._journal = journal
        self._stages = stages
        self._tables = tables

    def replay(self, connection: sqlite3.Connection, head: Head, replay: Replay, first_write: int) -> Head:
        """Write entries after a head, and the documents they leave; return the new head."""
        org = replay.org
        standing = self._stages.standing(connection, org)
        if standing is None or standing.stage is not Stage.ARRIVING:
            raise not_arriving(org)
        require_next(self._journal.service, org, head.sequence, head.hash, replay.entries)
        places = []
        lowest: int | None = connection.execute(f"SELECT min(row) FROM {self._journal.entries_table}").fetchone()[0]
        row = min(lowest or 0, 0)
        for entry in replay.entries:
            row -= 1
            places.append(first_write)
            self._journal.append(connection, head.number, entry, first_write, row=row)
            first_write += len(entry.writes)
        for kind, ids in replay.arrival.replaced.items():
            self._take_away(connection, self._tables[kind], head.number, ids)
        for kind, arrived in replay.arrival.stored.items():
            self._put(
                connection, self._tables[kind], head.number, [(places[one.place] + one.number, one) for one in arrived]
            )
        last = replay.entries[-1]
        return Head(head.number, last.sequence, last.hash, last.at)

    def arrive(self, connection: sqlite3.Connection, org: str, move: str, told: int) -> bool:
        """Let an organization be written to, and its entries after a sequence be published."""
        if not self._stages.stand(connection, org, Standing(Stage.HERE, move), [Stage.ARRIVING]):
            return False
        number = self._journal.number(connection, org)
        table = self._journal.entries_table
        untold = connection.execute(
            f"SELECT row FROM {table} WHERE org = ? AND sequence > ? AND row < 0 ORDER BY sequence", (number, told)
        ).fetchall()
        first = max(0, next_in(connection, table, "row"))
        connection.executemany(
            f"UPDATE {table} SET row = ? WHERE row = ?", [(row, was) for row, (was,) in enumerate(untold, first)]
        )
        return True

    def told(self, connection: sqlite3.Connection, org: str, place: str) -> int:
        """Return an organization's last sequence up to a place, 0 for none."""
        row = connection.execute(
            f"SELECT sequence FROM {self._journal.entries_table} WHERE org = ? AND row <= ? "
            "ORDER BY sequence DESC LIMIT 1",
            (self._journal.number(connection, org), row_of(place)),
        ).fetchone()
        return 0 if row is None else int(row[0])

    def _take_away(self, connection: sqlite3.Connection, table: KindTable[Any], org: int, ids: Sequence[str]) -> None:
        for document_id in ids:
            found = connection.execute(table.select_indexed, (org, key_of(document_id))).fetchone()
            if found is None:
                continue
            if table.has_terms:
                table.drop_terms(connection, [(org, found[0], table.terms_of(found[1:]))])
            connection.execute(f"DELETE FROM {table.table} WHERE row = ?", (found[0],))

    def _put(
        self,
        connection: sqlite3.Connection,
        table: KindTable[Any],
        org: int,
        arrived: Sequence[tuple[int, Arrived]],
    ) -> None:
        first = next_in(connection, table.table, "row")
        for row, (number, one) in enumerate(arrived, first):
            values = (row, org, key_of(one.document.id), one.document.version, number, *one.index.columns)
            try:
                connection.execute(table.insert, values)
            except sqlite3.IntegrityError:
                groups = [
                    group
                    for group in table.kind.unique
                    if connection.execute(
                        table.select_unique[group], (org, *table.unique_values(one.index, group))
                    ).fetchone()
                ]
                raise taken(table.kind, groups[0] if groups else ("id",)) from None
        table.add_terms(connection, [(org, row, one.index.terms) for row, (_, one) in enumerate(arrived, first)])
