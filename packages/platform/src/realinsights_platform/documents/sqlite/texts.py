"""Full text in the SQLite file of a service's documents: postings by FTS5, places and texts in tables beside them.

A posting is an organization's number and a word; what is no ASCII is written in hexadecimal digits, so that the engine
has no opinion of its own on what a word is.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import functools
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from realinsights_platform.documents.sqlite.connections import open_reader, open_writer, unusable
from realinsights_platform.documents.text_port import Place, TextHit, TextPage
from realinsights_platform.documents.text_words import words_of

T = TypeVar("T")

_THREADS: Final = 2
_CACHE: Final = 16  # mebibytes for each of them: the places of 100,000 pages take eight
_AT_ONCE: Final = 100
"""Pages that one transaction writes: documents of the same file are committed between two."""


class SqliteTexts:
    """The text index of one service, in the file of its documents; opened when it is first used."""

    def __init__(self, path: Path, service: str) -> None:
        self._path = path
        self._tables = _Tables(service)
        self._threads = ThreadPoolExecutor(_THREADS, f"{service}-text")
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._writer: sqlite3.Connection | None = None
        self._writing = asyncio.Lock()

    async def put(self, org: str, key: str, date: datetime.date, pages: Sequence[TextPage]) -> None:
        """Replace all pages of a thing."""
        async with self._writing:
            await self._write(lambda connection: self._tables.remove(connection, org, key))
            for start in range(0, len(pages), _AT_ONCE):
                some = pages[start : start + _AT_ONCE]
                await self._write(functools.partial(self._tables.add, org=org, key=key, date=date, pages=some))

    async def remove(self, org: str, key: str) -> None:
        """Remove all pages of a thing; none there is no error."""
        async with self._writing:
            await self._write(lambda connection: self._tables.remove(connection, org, key))

    async def text(self, org: str, key: str, page: int) -> str | None:
        """Return the text of one page, None where there is none."""
        return await self._read(lambda connection: self._tables.text(connection, org, key, page))

    async def search(
        self, org: str, words: Sequence[str], *, after: Place | None = None, limit: int = 50
    ) -> tuple[TextHit, ...]:
        """Return pages that hold at least one of the words, in the order of the port."""
        if not words:
            return ()
        return tuple(await self._read(lambda connection: self._tables.search(connection, org, words, after, limit)))

    async def close(self) -> None:
        """Let go of the file."""
        await asyncio.to_thread(self._threads.shutdown)
        for connection in self._opened:
            connection.close()

    async def _write(self, work: Callable[[sqlite3.Connection], None]) -> None:
        def written() -> None:
            connection = self._written_to()
            try:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    work(connection)
                    connection.execute("COMMIT")
                except BaseException:
                    connection.execute("ROLLBACK")
                    raise
            except sqlite3.OperationalError as error:
                raise unusable(error) or error from error

        await self._done(written)

    async def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return await self._done(lambda: work(self._read_from()))

    async def _done(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _written_to(self) -> sqlite3.Connection:
        if self._writer is None:
            self._writer = open_writer(self._path)
            self._opened.append(self._writer)
            self._tables.create(self._writer)
        return self._writer

    def _read_from(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = open_reader(self._path, cache_mebibytes=_CACHE)
            self._opened.append(connection)
        return connection


class _Tables:
    """The tables and what is asked of them. Where nothing was ever written, there are none, and nothing is found."""

    def __init__(self, service: str) -> None:
        if not service.isidentifier():
            raise ValueError(f"{service!r} cannot name a table")
        self._orgs = f"{service}_text_org"
        self._places = f"{service}_text_place"
        self._bodies = f"{service}_text_body"
        self._words = f"{service}_text_words"

    def create(self, connection: sqlite3.Connection) -> None:
        connection.execute(f"CREATE TABLE IF NOT EXISTS {self._orgs} (number INTEGER PRIMARY KEY, org TEXT UNIQUE)")
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS {self._places} (row INTEGER PRIMARY KEY, org INTEGER NOT NULL, "
            "key TEXT NOT NULL, page INTEGER NOT NULL, date TEXT NOT NULL)"
        )
        connection.execute(f"CREATE UNIQUE INDEX IF NOT EXISTS {self._places}__key ON {self._places} (org, key, page)")
        connection.execute(f"CREATE TABLE IF NOT EXISTS {self._bodies} (row INTEGER PRIMARY KEY, body TEXT NOT NULL)")
        connection.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {self._words} "
            "USING fts5(words, content='', detail=none, tokenize='ascii')"
        )

    def add(
        self, connection: sqlite3.Connection, *, org: str, key: str, date: datetime.date, pages: Iterable[TextPage]
    ) -> None:
        connection.execute(f"INSERT OR IGNORE INTO {self._orgs} (org) VALUES (?)", (org,))
        number = self._number(connection, org)
        for page in pages:
            row = connection.execute(
                f"INSERT INTO {self._places} (org, key, page, date) VALUES (?, ?, ?, ?)",
                (number, key, page.number, date.isoformat()),
            ).lastrowid
            connection.execute(f"INSERT INTO {self._bodies} (row, body) VALUES (?, ?)", (row, page.text))
            connection.execute(
                f"INSERT INTO {self._words} (rowid, words) VALUES (?, ?)", (row, _postings(number, page.text))
            )

    def remove(self, connection: sqlite3.Connection, org: str, key: str) -> None:
        number = self._number(connection, org)
        rows = connection.execute(
            f"SELECT row, body FROM {self._places} JOIN {self._bodies} USING (row) WHERE org = ? AND key = ?",
            (number, key),
        ).fetchall()
        for row, body in rows:
            # The engine keeps no text to take back, so it is told which words these were.
            connection.execute(
                f"INSERT INTO {self._words} ({self._words}, rowid, words) VALUES ('delete', ?, ?)",
                (row, _postings(number, body)),
            )
            connection.execute(f"DELETE FROM {self._bodies} WHERE row = ?", (row,))
            connection.execute(f"DELETE FROM {self._places} WHERE row = ?", (row,))

    def text(self, connection: sqlite3.Connection, org: str, key: str, page: int) -> str | None:
        found = None
        with _nothing_written(self._places):
            found = connection.execute(
                f"SELECT body FROM {self._places} JOIN {self._bodies} USING (row) "
                "WHERE org = ? AND key = ? AND page = ?",
                (self._number(connection, org), key, page),
            ).fetchone()
        return None if found is None else cast("str", found[0])

    def search(
        self, connection: sqlite3.Connection, org: str, words: Sequence[str], after: Place | None, limit: int
    ) -> list[TextHit]:
        found: list[TextHit] = []
        with _nothing_written(self._orgs):
            number = self._number(connection, org)
            asked = [_match(number, word, begins=word == words[-1]) for word in words]
            if after is None or after.matched == len(words):
                # Pages with all words are first, and seldom too few for an answer.
                found = self._with_all(connection, asked, after, limit)
                after = None
            if len(found) < limit and len(words) > 1:
                found += self._with_some(connection, asked, after, limit - len(found))
        return found

    def _with_all(
        self, connection: sqlite3.Connection, asked: Sequence[str], after: Place | None, limit: int
    ) -> list[TextHit]:
        inner = (
            f"SELECT {len(asked)} AS matched, p.row, date, key, page FROM {self._words} AS w "
            f"JOIN {self._places} AS p ON p.row = w.rowid WHERE {self._words} MATCH ?"
        )
        return self._hits(connection, inner, [" AND ".join(asked)], after, limit)

    def _with_some(
        self, connection: sqlite3.Connection, asked: Sequence[str], after: Place | None, limit: int
    ) -> list[TextHit]:
        each = " UNION ALL ".join([f"SELECT rowid FROM {self._words} WHERE {self._words} MATCH ?"] * len(asked))
        inner = (
            f"SELECT matched, p.row, date, key, page FROM (SELECT rowid, count(*) AS matched FROM ({each}) "
            f"GROUP BY rowid HAVING matched < {len(asked)}) AS w JOIN {self._places} AS p ON p.row = w.rowid"
        )
        return self._hits(connection, inner, list(asked), after, limit)

    def _hits(
        self, connection: sqlite3.Connection, inner: str, values: list[Any], after: Place | None, limit: int
    ) -> list[TextHit]:
        further = ""
        if after is not None:
            further = (
                "WHERE matched < ? OR matched = ? AND (date < ? OR date = ? AND (key < ? OR key = ? AND page > ?))"
            )
            date = after.date.isoformat()
            values = [*values, after.matched, after.matched, date, date, after.key, after.key, after.page]
        rows = connection.execute(
            f"SELECT matched, date, key, page, body FROM (SELECT * FROM ({inner}) {further} "
            f"ORDER BY matched DESC, date DESC, key DESC, page LIMIT ?) JOIN {self._bodies} USING (row) "
            "ORDER BY matched DESC, date DESC, key DESC, page",
            (*values, limit),
        ).fetchall()
        return [
            TextHit(Place(matched, datetime.date.fromisoformat(date), key, page), body)
            for matched, date, key, page, body in rows
        ]

    def _number(self, connection: sqlite3.Connection, org: str) -> int:
        found = connection.execute(f"SELECT number FROM {self._orgs} WHERE org = ?", (org,)).fetchone()
        return 0 if found is None else int(found[0])


@contextlib.contextmanager
def _nothing_written(table: str) -> Any:
    try:
        yield
    except sqlite3.OperationalError as error:
        if f"no such table: {table.rpartition('_text_')[0]}_text_" not in str(error):
            raise unusable(error) or error from error


def _postings(number: int, text: str) -> str:
    return " ".join(_posting(number, word) for word in words_of(text))


def _posting(number: int, word: str) -> str:
    return f"{number}a{word}" if word.isascii() else f"{number}u{word.encode().hex()}"


def _match(number: int, word: str, *, begins: bool) -> str:
    if not begins:
        return f'"{_posting(number, word)}"'
    if not word.isascii():
        return f'"{_posting(number, word)}"*'
    # What follows an ASCII beginning may be none: such a word is written otherwise.
    return f'("{_posting(number, word)}"* OR "{number}u{word.encode().hex()}"*)'
