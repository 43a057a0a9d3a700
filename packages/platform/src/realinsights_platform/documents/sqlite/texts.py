"""Full text in the SQLite file of a service's documents: postings by FTS5, texts in a table beside them.

A posting is an organization's number and a word; what is no ASCII is written in hexadecimal digits, so that the engine
has no opinion of its own on what a word is.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import functools
import itertools
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeVar

from realinsights_platform.documents.sqlite.connections import open_reader, open_writer, unusable
from realinsights_platform.documents.text_port import (
    MOST_PAGES,
    SHORTEST_BEGINNING,
    Place,
    TextPage,
    milliseconds,
    time_of,
)
from realinsights_platform.documents.text_words import words_of

T = TypeVar("T")

_THREADS: Final = 2
_CACHE: Final = 16  # mebibytes for each of them
_AT_ONCE: Final = 100
"""Pages that one transaction writes: documents of the same file are committed between two."""


_PAGE_BITS: Final = 14
_SLOT_BITS: Final = 7
_CENTURY: Final = (1 << 42) - 1  # milliseconds: 139 years
_LAST_ROW: Final = 2**63 - 1
_SPARE: Final = 8
_ALL: Final = -1


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

    async def put(self, org: str, key: str, at: datetime.datetime, pages: Sequence[TextPage]) -> None:
        """Replace all pages of a thing."""
        if any(not 1 <= page.number <= MOST_PAGES for page in pages):
            raise ValueError(f"pages have the numbers 1 to {MOST_PAGES}")
        async with self._writing:
            await self._write(functools.partial(self._tables.remove, org=org, key=key))
            number, place = await self._write(functools.partial(self._tables.slot, org=org, at=at))
            for start in range(0, len(pages), _AT_ONCE):
                some = pages[start : start + _AT_ONCE]
                add = functools.partial(self._tables.add, number=number, key=key, place=place, pages=some)
                await self._write(add)

    async def remove(self, org: str, key: str) -> None:
        """Remove all pages of a thing; none there is no error."""
        async with self._writing:
            await self._write(functools.partial(self._tables.remove, org=org, key=key))

    async def remove_all(self, org: str) -> None:
        """Remove all pages of the organization, things after things."""
        async with self._writing:
            while keys := await self._write(functools.partial(self._tables.some_keys, org=org)):
                for key in keys:
                    await self._write(functools.partial(self._tables.remove, org=org, key=key))

    async def text(self, org: str, key: str, page: int) -> str | None:
        """Return the text of one page, None where there is none."""
        return (await self.texts(org, [(key, page)])).get((key, page))

    async def texts(self, org: str, pages: Sequence[tuple[str, int]]) -> dict[tuple[str, int], str]:
        """Return the texts of those of the pages that there are, by key and page."""
        return await self._read(lambda connection: self._tables.texts(connection, org, pages))

    async def search(
        self, org: str, words: Sequence[str], *, after: Place | None = None, limit: int = 50
    ) -> tuple[Place, ...]:
        """Return pages that hold at least one of the words, in the order of the port."""
        if not words:
            return ()
        return tuple(await self._read(lambda connection: self._tables.search(connection, org, words, after, limit)))

    async def aclose(self) -> None:
        """Let go of the file."""
        await asyncio.to_thread(self._threads.shutdown)
        for connection in self._opened:
            connection.close()

    async def _write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        def written() -> T:
            connection = self._written_to()
            try:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    result = work(connection)
                    connection.execute("COMMIT")
                except BaseException:
                    connection.execute("ROLLBACK")
                    raise
            except sqlite3.OperationalError as error:
                raise unusable(error) or error from error
            return result

        return await self._done(written)

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
    """The tables and what is asked of them. Where nothing was ever written, there are none, and nothing is found.

    A page's row is its place in the order of the port: the later, the smaller. FTS5 gives what it finds by row, so
    that the first pages of a search are read and no others. Things of the same millisecond have slots in any order;
    they are put in order after they were read.
    """

    def __init__(self, service: str) -> None:
        if not service.isidentifier():
            raise ValueError(f"{service!r} cannot name a table")
        self._orgs = f"{service}_text_org"
        self._pages = f"{service}_text_page"
        self._words = f"{service}_text_words"

    def create(self, connection: sqlite3.Connection) -> None:
        connection.execute(f"CREATE TABLE IF NOT EXISTS {self._orgs} (number INTEGER PRIMARY KEY, org TEXT UNIQUE)")
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS {self._pages} (row INTEGER PRIMARY KEY, org INTEGER NOT NULL, "
            "key TEXT NOT NULL, page INTEGER NOT NULL, body TEXT NOT NULL)"
        )
        connection.execute(f"CREATE UNIQUE INDEX IF NOT EXISTS {self._pages}__key ON {self._pages} (org, key, page)")
        connection.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {self._words} "
            "USING fts5(words, content='', detail=none, tokenize='ascii')"
        )

    def slot(self, connection: sqlite3.Connection, *, org: str, at: datetime.datetime) -> tuple[int, int]:
        """Return an organization's number, and the row before the first of a thing that is put now."""
        connection.execute(f"INSERT OR IGNORE INTO {self._orgs} (org) VALUES (?)", (org,))
        first = _first_row(at)
        taken = connection.execute(
            f"SELECT max(row) FROM {self._pages} WHERE row BETWEEN ? AND ?", (first, _last_row(at))
        ).fetchone()[0]
        place = first if taken is None else ((taken >> _PAGE_BITS) + 1) << _PAGE_BITS
        if place > _last_row(at):
            raise ValueError(f"more than {1 << _SLOT_BITS} things of one millisecond")
        return self._number(connection, org), place

    def add(
        self, connection: sqlite3.Connection, *, number: int, key: str, place: int, pages: Sequence[TextPage]
    ) -> None:
        rows = [(place + page.number, page) for page in pages]
        connection.executemany(
            f"INSERT INTO {self._pages} (row, org, key, page, body) VALUES (?, ?, ?, ?, ?)",
            [(row, number, key, page.number, page.text) for row, page in rows],
        )
        connection.executemany(
            f"INSERT INTO {self._words} (rowid, words) VALUES (?, ?)",
            [(row, _postings(number, page.text)) for row, page in rows],
        )

    def remove(self, connection: sqlite3.Connection, org: str, key: str) -> None:
        number = self._number(connection, org)
        rows = connection.execute(
            f"SELECT row, body FROM {self._pages} WHERE org = ? AND key = ? ORDER BY row", (number, key)
        ).fetchall()
        # The engine keeps no text to take back, so it is told which words these were.
        connection.executemany(
            f"INSERT INTO {self._words} ({self._words}, rowid, words) VALUES ('delete', ?, ?)",
            [(row, _postings(number, body)) for row, body in rows],
        )
        connection.execute(f"DELETE FROM {self._pages} WHERE org = ? AND key = ?", (number, key))

    def some_keys(self, connection: sqlite3.Connection, *, org: str) -> list[str]:
        found = connection.execute(
            f"SELECT DISTINCT key FROM {self._pages} WHERE org = ? ORDER BY key LIMIT ?",
            (self._number(connection, org), _AT_ONCE),
        )
        return [key for (key,) in found]

    def texts(
        self, connection: sqlite3.Connection, org: str, pages: Sequence[tuple[str, int]]
    ) -> dict[tuple[str, int], str]:
        found: dict[tuple[str, int], str] = {}
        with _nothing_written(self._pages):
            number = self._number(connection, org)
            for key, page in pages:
                row = connection.execute(
                    f"SELECT body FROM {self._pages} WHERE org = ? AND key = ? AND page = ?", (number, key, page)
                ).fetchone()
                if row is not None:
                    found[key, page] = row[0]
        return found

    def search(
        self, connection: sqlite3.Connection, org: str, words: Sequence[str], after: Place | None, limit: int
    ) -> list[Place]:
        found: list[Place] = []
        with _nothing_written(self._orgs):
            number = self._number(connection, org)
            asked = [f'"{_posting(number, word)}"' for word in words]
            if len(words[-1]) >= SHORTEST_BEGINNING:
                asked[-1] = _beginning(number, words[-1])
            # Pages with all words are first; where they are too few, those with one less are looked for, and so on.
            for matched in range(len(asked) if after is None else after.matched, 0, -1):
                place = after if after is not None and after.matched == matched else None
                found += self._level(connection, _holding(asked, matched), matched, place, limit - len(found))
                if len(found) >= limit:
                    break
        return found

    def _level(
        self, connection: sqlite3.Connection, match: str, matched: int, after: Place | None, limit: int
    ) -> list[Place]:
        first = 0
        if after is not None:
            # Of its own millisecond all are read again: those after it may have any slot.
            first = _first_row(after.at)
        found: list[Place] = []
        while len(found) < limit:
            rows = self._rows(connection, match, first, _LAST_ROW, limit - len(found) + _SPARE)
            if not rows:
                break
            last = time_of(_milliseconds_of(rows[-1][0]))
            rest = self._rows(connection, match, rows[-1][0] + 1, _last_row(last), _ALL)
            places = [Place(matched, time_of(_milliseconds_of(row)), key, page) for row, key, page in (*rows, *rest)]
            found += [place for place in sorted(places, key=_order) if after is None or _order(place) > _order(after)]
            first = _last_row(last) + 1
        return found[:limit]

    def _rows(
        self, connection: sqlite3.Connection, match: str, first: int, last: int, limit: int
    ) -> list[tuple[int, str, int]]:
        if first > last:
            return []
        return connection.execute(
            f"SELECT p.row, key, page FROM (SELECT rowid FROM {self._words} WHERE {self._words} MATCH ? "
            f"AND rowid BETWEEN ? AND ? ORDER BY rowid LIMIT ?) AS w JOIN {self._pages} AS p ON p.row = w.rowid "
            "ORDER BY p.row",
            (match, first, last, limit),
        ).fetchall()

    def _number(self, connection: sqlite3.Connection, org: str) -> int:
        found = connection.execute(f"SELECT number FROM {self._orgs} WHERE org = ?", (org,)).fetchone()
        return 0 if found is None else int(found[0])


def _first_row(at: datetime.datetime) -> int:
    return (_CENTURY - milliseconds(at)) << (_SLOT_BITS + _PAGE_BITS)


def _last_row(at: datetime.datetime) -> int:
    return _first_row(at) + (1 << (_SLOT_BITS + _PAGE_BITS)) - 1


def _milliseconds_of(row: int) -> int:
    return _CENTURY - (row >> (_SLOT_BITS + _PAGE_BITS))


def _order(place: Place) -> tuple[int, tuple[int, ...], int]:
    """Return what sorts places of one number of words: the later time, the larger key, the earlier page."""
    return -milliseconds(place.at), tuple(-ord(one) for one in place.key), place.page


def _holding(asked: Sequence[str], matched: int) -> str:
    """Return what finds the pages that hold exactly so many of the words."""
    if matched == len(asked):
        return _at_least(asked, matched)
    return f"({_at_least(asked, matched)}) NOT ({_at_least(asked, matched + 1)})"


def _at_least(asked: Sequence[str], matched: int) -> str:
    return " OR ".join("(" + " AND ".join(some) + ")" for some in itertools.combinations(asked, matched))


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


def _beginning(number: int, word: str) -> str:
    if not word.isascii():
        return f'"{_posting(number, word)}"*'
    # What follows an ASCII beginning may be none: such a word is written otherwise.
    return f'("{_posting(number, word)}"* OR "{number}u{word.encode().hex()}"*)'
