"""Changes of one unit, written to the tables of its kinds, or the reason why they cannot be."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from realinsights_platform.documents.ordered_values import Ordered
from realinsights_platform.documents.port import Kind
from realinsights_platform.documents.sqlite.journal_tables import next_in
from realinsights_platform.documents.sqlite.keys import key_of
from realinsights_platform.documents.sqlite.tables import KindTable, RowTerms
from realinsights_platform.documents.unit import PendingUnit, PendingWrite, changed_meanwhile, taken
from realinsights_platform.errors import Conflict

Numbered = tuple[int, PendingWrite]
"""A write, and its number in the journal, where what it says is stored."""


class Changes:
    """The writes of units, with versions and unique keys checked."""

    def __init__(self, tables: Mapping[Kind[Any], KindTable[Any]]) -> None:
        self._tables = tables

    def apply(self, connection: sqlite3.Connection, org: int, unit: PendingUnit, first_write: int) -> None:
        """Write all of the unit's documents, the journal's writes from a number on.

        Raises `Stale` and `Conflict` with some of them written.
        """
        for kind, key, version in unit.expectations:
            row = connection.execute(self._tables[kind].select_version, (org, key_of(key))).fetchone()
            if (row[0] if row else 0) != version:
                raise changed_meanwhile(kind)
        by_kind: dict[Kind[Any], list[Numbered]] = {}
        for number, write in enumerate(unit.writes, first_write):
            by_kind.setdefault(write.kind, []).append((number, write))
        for kind, writes in by_kind.items():
            self._apply_kind(connection, self._tables[kind], org, writes)

    def _apply_kind(
        self, connection: sqlite3.Connection, table: KindTable[Any], org: int, writes: list[Numbered]
    ) -> None:
        deleted = [write for _, write in writes if write.body is None]
        updated = [(number, write) for number, write in writes if write.body is not None and write.base]
        inserted = [(number, write) for number, write in writes if write.body is not None and not write.base]
        self._delete(connection, table, org, deleted)
        if updated and table.kind.unique:
            connection.execute("SAVEPOINT updates")
            try:
                back = self._update(connection, table, org, updated)
            except sqlite3.IntegrityError:
                # Documents of this unit may trade a unique key among themselves: take all away, then put all back.
                connection.execute("ROLLBACK TO updates")
                absent = {number for number, _ in _absent(connection, table, org, updated)}
                self._delete(connection, table, org, [write for number, write in updated if number not in absent])
                back = updated
            connection.execute("RELEASE updates")
        else:
            back = self._update(connection, table, org, updated)
        self._insert(connection, table, org, [*back, *inserted])

    def _delete(
        self, connection: sqlite3.Connection, table: KindTable[Any], org: int, writes: Sequence[PendingWrite]
    ) -> None:
        if not writes:
            return
        if table.has_terms:
            stored = [_stored(connection, table, org, write) for write in writes]
            table.drop_terms(connection, [(org, found[0], table.terms_of(found[1])) for found in stored if found])
        cursor = connection.executemany(table.delete, [(org, key_of(write.id), write.base) for write in writes])
        if cursor.rowcount != len(writes):
            raise changed_meanwhile(table.kind)

    def _update(
        self, connection: sqlite3.Connection, table: KindTable[Any], org: int, writes: Sequence[Numbered]
    ) -> Sequence[Numbered]:
        """Write next versions; return those that are to be inserted, because they follow a deletion."""
        if not writes:
            return ()
        added: list[RowTerms] = []
        dropped: list[RowTerms] = []
        changed: dict[tuple[int, ...], list[tuple[Any, ...]]] = {}
        for number, write in writes:
            stored = _stored(connection, table, org, write)
            if stored is None:
                continue
            row, columns = stored
            places = tuple([place for place, value in enumerate(write.index.columns) if value != columns[place]])
            values = [write.index.columns[place] for place in places]
            changed.setdefault(places, []).append((write.version, number, *values, org, key_of(write.id), write.base))
            if table.has_terms and any(place >= len(table.fields) for place in places):
                before, after = table.terms_of(columns), set(write.index.terms)
                dropped.append((org, row, before - after))
                added.append((org, row, after - before))
        written = sum(connection.executemany(table.update(places), rows).rowcount for places, rows in changed.items())
        back = _absent(connection, table, org, writes) if written != len(writes) else ()
        if written != len(writes) - len(back):
            raise changed_meanwhile(table.kind)
        table.drop_terms(connection, dropped)
        table.add_terms(connection, added)
        return back

    def _insert(
        self, connection: sqlite3.Connection, table: KindTable[Any], org: int, writes: Sequence[Numbered]
    ) -> None:
        if not writes:
            return
        first = next_in(connection, table.table, "row")
        rows = [
            (row, org, key_of(write.id), write.version, number, *write.index.columns)
            for row, (number, write) in enumerate(writes, first)
        ]
        connection.execute("SAVEPOINT inserts")
        try:
            connection.executemany(table.insert, rows)
        except sqlite3.IntegrityError:
            connection.execute("ROLLBACK TO inserts")
            for (_, write), row in zip(writes, rows, strict=True):
                try:
                    connection.execute(table.insert, row)
                except sqlite3.IntegrityError as error:
                    raise _conflict(connection, table, org, write) or error from None
            raise
        connection.execute("RELEASE inserts")
        table.add_terms(connection, [(org, row, write.index.terms) for row, (_, write) in enumerate(writes, first)])


def _absent(
    connection: sqlite3.Connection, table: KindTable[Any], org: int, writes: Sequence[Numbered]
) -> Sequence[Numbered]:
    """Return the writes whose document is not stored; raises `Stale` where one does not follow its deletion."""
    absent = []
    for number, write in writes:
        document = (org, key_of(write.id))
        if connection.execute(table.select_version, document).fetchone() is not None:
            continue
        if connection.execute(table.select_deletion, document).fetchone() != (write.base,):
            raise changed_meanwhile(table.kind)
        absent.append((number, write))
    return absent


def _stored(
    connection: sqlite3.Connection, table: KindTable[Any], org: int, write: PendingWrite
) -> tuple[int, tuple[Ordered, ...]] | None:
    """Return a document's row and what its columns hold."""
    stored = connection.execute(table.select_indexed, (org, key_of(write.id))).fetchone()
    return None if stored is None else (stored[0], stored[1:])


def _conflict(connection: sqlite3.Connection, table: KindTable[Any], org: int, write: PendingWrite) -> Conflict | None:
    if connection.execute(table.select_version, (org, key_of(write.id))).fetchone():
        return taken(table.kind, ("id",))
    for group in table.kind.unique:
        if connection.execute(table.select_unique[group], (org, *table.unique_values(write.index, group))).fetchone():
            return taken(table.kind, group)
    return None
