"""Tables of a kind in SQLite: one table, an index per declared field, a table of terms, and its rows.

What a document says is stored once, in the journal: a row names the write that says it, `body` reads it there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Generic, TypeVar

import msgspec

from realinsights_platform.documents.indexing import indexer_of
from realinsights_platform.documents.ordered_values import ABSENT, Ordered
from realinsights_platform.documents.port import D, Indexed, Kind
from realinsights_platform.documents.sqlite.journal_tables import writes_of
from realinsights_platform.documents.sqlite.keys import Key, id_of, key_of
from realinsights_platform.errors import Conflict, Invalid

_BACKFILL_ROWS = 1000

T = TypeVar("T")


RowTerms = tuple[int, int, Iterable[tuple[str, str]]]
"""An organization, a row and its (field, term) pairs."""


def quoted(name: str) -> str:
    """Return a name as SQL writes it."""
    return f'"{name}"'


def padded(values: list[T]) -> list[T]:
    """Return the values with the last one repeated: few lengths of lists make few shapes of statements."""
    return values + values[-1:] * ((1 << (len(values) - 1).bit_length()) - len(values))


class KindTable(Generic[D]):
    """The SQL of one kind."""

    def __init__(self, kind: Kind[D]) -> None:
        for name in (kind.service, kind.name):
            if not name.isidentifier():
                raise ValueError(f"{name!r} cannot name a collection")
        self.kind = kind
        self.name = f"{kind.service}_{kind.name}"
        self.decode = msgspec.json.Decoder(kind.type).decode
        indexer = indexer_of(kind)
        self.fields = indexer.fields
        self.index = indexer.index
        self.terms_of = indexer.terms_of
        self.table = quoted(self.name)
        self.term_table = quoted(f"{self.name}_term")
        self.by_id = quoted(f"{self.name}__id")
        self.body = f"(SELECT body FROM {writes_of(kind.service)} WHERE number = {self.table}.write)"
        self.has_terms = bool(kind.members or kind.words)
        self.ordered = indexer.compared
        self.holds = indexer.holds
        self._declared = indexer.declared()
        columns = [self.column(field) for field in self.fields] + ["words"] * bool(kind.words)
        columns += [quoted(f"m_{field}") for field in kind.members]
        self.columns = tuple(columns)
        names = ["row", "org", "id", "version", "write", *columns]
        self.insert = f"INSERT INTO {self.table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        self._updates: dict[tuple[int, ...], str] = {}
        self.delete = f"DELETE FROM {self.table} WHERE org = ? AND id = ? AND version = ?"
        self.select = f"SELECT {self.body} FROM {self.table} WHERE org = ? AND id = ?"
        self.select_version = f"SELECT version FROM {self.table} WHERE org = ? AND id = ?"
        self.select_deletion = (
            f"SELECT version FROM {writes_of(kind.service)} "
            f"WHERE org = ? AND kind = '{kind.name}' AND id = ? AND body IS NULL ORDER BY number DESC LIMIT 1"
        )
        self.select_unique = {
            group: f"SELECT 1 FROM {self.table} WHERE org = ? AND {self._equal(group)} AND {self._present(group)}"
            for group in kind.unique
        }
        self.insert_term = f"INSERT INTO {self.term_table} (org, field, term, row) VALUES (?, ?, ?, ?)"
        self.select_term = f"SELECT 1 FROM {self.term_table} WHERE org = ? AND field = ? AND term = ? AND row = ?"
        self.delete_term = f"DELETE FROM {self.term_table} WHERE org = ? AND field = ? AND term = ? AND row = ?"
        self.select_indexed = f"SELECT {', '.join(['row', *columns])} FROM {self.table} WHERE org = ? AND id = ?"

    def column(self, field: str) -> str:
        """Return the column that holds a field's ordered value."""
        return quoted(f"f_{field}")

    def index_name(self, field: str) -> str:
        """Return the index over (org, field, id)."""
        return quoted(f"{self.name}__{field}")

    def update(self, places: tuple[int, ...]) -> str:
        """Return the statement that writes a next version and the columns at some places.

        SQLite rewrites the index of every column that is named, also where it stays what it was.
        """
        statement = self._updates.get(places)
        if statement is None:
            names = ("version", "write", *(self.columns[place] for place in places))
            assignments = ", ".join(f"{name} = ?" for name in names)
            statement = f"UPDATE {self.table} SET {assignments} WHERE org = ? AND id = ? AND version = ?"
            self._updates[places] = statement
        return statement

    def select_many(self, org: int, keys: list[Key]) -> tuple[str, list[Key | int]]:
        """Return the statement that reads many bodies."""
        if len(keys) == 1:
            return self.select, [org, *keys]
        keys = padded(keys)
        marks = ", ".join("?" * len(keys))
        sql = f"SELECT {self.body} FROM {self.table} INDEXED BY {self.by_id} WHERE org = ? AND id IN ({marks})"
        return sql, [org, *keys]

    def unique_values(self, row: Indexed, group: tuple[str, ...]) -> list[Ordered]:
        """Return the group's values, for `select_unique`."""
        return [row.columns[self.fields.index(field)] for field in group]

    def select_due(self, heads: str, present: str) -> str:
        """Return the statement that reads (when, organization, id) of what is due, after such a key.

        `present` is a condition on the organization `h.org`.
        """
        if self.kind.due is None:
            raise ValueError(f"{self.name} is never due")
        due = f"d.{self.column(self.kind.due)}"
        return (
            f"SELECT {due}, h.org, d.id FROM {self.table} AS d CROSS JOIN {heads} AS h ON h.number = d.org "
            f"WHERE ({due}, d.org, d.id) > (?, ?, ?) AND {due} <= ? AND {present} ORDER BY {due}, d.org, d.id LIMIT ?"
        )

    def erase(self, connection: sqlite3.Connection, org: int, most: int) -> int:
        """Remove some of an organization's documents and terms; return how many."""
        gone = 0
        if self.has_terms:
            gone += connection.execute(
                f"DELETE FROM {self.term_table} WHERE (org, field, term, row) IN "
                f"(SELECT org, field, term, row FROM {self.term_table} WHERE org = ? LIMIT ?)",
                (org, most),
            ).rowcount
        gone += connection.execute(
            f"DELETE FROM {self.table} WHERE row IN "
            f"(SELECT row FROM {self.table} INDEXED BY {self.by_id} WHERE org = ? LIMIT ?)",
            (org, most),
        ).rowcount
        return gone

    def _equal(self, group: tuple[str, ...]) -> str:
        return " AND ".join(f"{self.column(field)} = ?" for field in group)

    def _present(self, group: tuple[str, ...]) -> str:
        return " AND ".join(f"{self.column(field)} <> {ABSENT}" for field in group)

    def rows(
        self, connection: sqlite3.Connection, org: int, after: str, limit: int
    ) -> list[tuple[str, int, bytes, bool]]:
        """Return (id, version, body, whether the indexes hold what the body says) of documents in order of id."""
        # A row that names no write says nothing, which is no document.
        names = ", ".join(("id", "version", f"coalesce({self.body}, x'')", "row", *self.columns))
        rows = connection.execute(
            f"SELECT {names} FROM {self.table} WHERE org = ? AND id > ? ORDER BY id LIMIT ?",
            (org, key_of(after), limit),
        ).fetchall()
        found = []
        for key, version, body, row, *columns in rows:
            document_id = id_of(key)
            try:
                document = self.decode(body)
                index = self.index(document)
            except (ValueError, Invalid):
                found.append((document_id, version, body, False))
                continue
            same = (document.id, document.version, index.columns) == (document_id, version, tuple(columns))
            terms = (connection.execute(self.select_term, (org, *term, row)).fetchone() for term in index.terms)
            found.append((document_id, version, body, same and all(terms)))
        return found

    def create(self, connection: sqlite3.Connection) -> None:
        """Create what is missing; fill what an earlier version of the kind did not declare."""
        # Columns have no type: they compare texts and integers as they are.
        columns = "".join(f", {column} NOT NULL" for column in self.columns)
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS {self.table} (row INTEGER PRIMARY KEY, org INTEGER NOT NULL, "
            f"id NOT NULL, version INTEGER NOT NULL, write INTEGER NOT NULL{columns})"
        )
        connection.execute(f"CREATE UNIQUE INDEX IF NOT EXISTS {self.by_id} ON {self.table} (org, id)")
        existing = {row[1] for row in connection.execute(f"PRAGMA table_info({self.table})")}
        if "body" in existing:
            self._point_to_journal(connection)
        if self.has_terms:
            connection.execute(
                f"CREATE TABLE IF NOT EXISTS {self.term_table} (org INTEGER NOT NULL, field TEXT NOT NULL, "
                "term TEXT NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (org, field, term, row)) WITHOUT ROWID"
            )
        declared = self._declared
        schema = f"{self.kind.service}_schema"
        known = connection.execute(f"SELECT declared FROM {schema} WHERE kind = ?", (self.kind.name,)).fetchone()
        if known is not None and known[0] == declared:
            return
        for column in self.columns:
            if column.strip('"') not in existing:
                connection.execute(f"ALTER TABLE {self.table} ADD COLUMN {column} NOT NULL DEFAULT {ABSENT}")
        self._drop_indexes(connection)
        self._fill(connection)
        self._create_indexes(connection)
        connection.execute(
            f"INSERT INTO {schema} (kind, declared) VALUES (?, ?) "
            "ON CONFLICT (kind) DO UPDATE SET declared = excluded.declared",
            (self.kind.name, declared),
        )

    def _point_to_journal(self, connection: sqlite3.Connection) -> None:
        """Let rows of a file that stored what documents say a second time name the writes that say it instead."""
        writes = writes_of(self.kind.service)
        connection.execute(f"ALTER TABLE {self.table} ADD COLUMN write INTEGER NOT NULL DEFAULT 0")
        connection.execute(
            f"UPDATE {self.table} SET write = (SELECT max(number) FROM {writes} AS w "
            f"WHERE w.org = {self.table}.org AND w.kind = ? AND w.id = {self.table}.id)",
            (self.kind.name,),
        )
        connection.execute(f"ALTER TABLE {self.table} DROP COLUMN body")

    def _drop_indexes(self, connection: sqlite3.Connection) -> None:
        indexes = connection.execute(f"PRAGMA index_list({self.table})").fetchall()
        for _, name, *_ in indexes:
            if quoted(name) != self.by_id:
                connection.execute(f"DROP INDEX {quoted(name)}")

    def _create_indexes(self, connection: sqlite3.Connection) -> None:
        for field in self.kind.indexes:
            connection.execute(f"CREATE INDEX {self.index_name(field)} ON {self.table} (org, {self.column(field)}, id)")
        if self.kind.due is not None:
            due = self.column(self.kind.due)
            index = quoted(f"{self.name}__due")
            connection.execute(f"CREATE INDEX {index} ON {self.table} ({due}, org, id)")
        for group in self.kind.unique:
            columns = [self.column(field) for field in group]
            index = quoted(f"{self.name}__unique__{'__'.join(group)}")
            try:
                connection.execute(
                    f"CREATE UNIQUE INDEX {index} ON {self.table} (org, {', '.join(columns)}) "
                    f"WHERE {self._present(group)}"
                )
            except sqlite3.IntegrityError:
                raise Conflict(
                    f"{self.name} holds documents that share {' and '.join(group)}, which this version does not allow."
                ) from None

    def _fill(self, connection: sqlite3.Connection) -> None:
        if not self.columns:
            return
        if self.has_terms:
            connection.execute(f"DELETE FROM {self.term_table}")
        assignments = ", ".join(f"{column} = ?" for column in self.columns)
        last = 0
        while rows := connection.execute(
            f"SELECT row, org, {self.body} FROM {self.table} WHERE row > ? ORDER BY row LIMIT ?",
            (last, _BACKFILL_ROWS),
        ).fetchall():
            indexed = [(row, org, self.index(self.decode(body))) for row, org, body in rows]
            connection.executemany(
                f"UPDATE {self.table} SET {assignments} WHERE row = ?",
                [(*entry.columns, row) for row, _, entry in indexed],
            )
            self.add_terms(connection, [(org, row, entry.terms) for row, org, entry in indexed])
            last = rows[-1][0]

    def add_terms(self, connection: sqlite3.Connection, documents: Iterable[RowTerms]) -> None:
        """Add (org, row, terms) of documents."""
        if self.has_terms:
            connection.executemany(
                self.insert_term, [(org, field, term, row) for org, row, terms in documents for field, term in terms]
            )

    def drop_terms(self, connection: sqlite3.Connection, documents: Iterable[RowTerms]) -> None:
        """Drop (org, row, terms) of documents."""
        if self.has_terms:
            connection.executemany(
                self.delete_term, [(org, field, term, row) for org, row, terms in documents for field, term in terms]
            )
