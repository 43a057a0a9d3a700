"""The sqlite adapter of the documents port."""

from __future__ import annotations

import asyncio
import copy
import datetime
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self, TypeVar, cast

import msgspec

from realinsights_platform.documents.journal_port import DueDocument, JournalEntry, Mark, Outgoing, Stored, Write
from realinsights_platform.documents.moving import arrival_of, in_parts, require_sealed
from realinsights_platform.documents.ordered_values import ABSENT, decimal_of, ordered, summed
from realinsights_platform.documents.port import (
    AnyDocument,
    D,
    Group,
    Indexed,
    Kind,
    Order,
    Page,
    Position,
    Revision,
    Where,
)
from realinsights_platform.documents.sqlite.connections import open_reader
from realinsights_platform.documents.sqlite.journal_tables import Head, JournalTables
from realinsights_platform.documents.sqlite.keys import id_of, key_of
from realinsights_platform.documents.sqlite.moving import Arrivals, Replay, Stages
from realinsights_platform.documents.sqlite.queries import HALF, conditions, count_query, page_query, sums_query
from realinsights_platform.documents.sqlite.tables import KindTable
from realinsights_platform.documents.sqlite.texts import SqliteTexts
from realinsights_platform.documents.sqlite.writer import Work, Writer
from realinsights_platform.documents.stages import Stage, Standing
from realinsights_platform.documents.unit import BufferedUnit, PendingUnit

MOST = 1_000
"""The most documents that one page or one `get_many` returns."""

_NOBODY = 0
"""The number of no organization."""

_NUMBERS_KEPT = 65_536
"""How many organizations' numbers are remembered; another one costs a read by its index."""

_SCANNING_THREADS = 2
_STORED_AT_ONCE = 500
_WRITES_AT_ONCE = 2_000

T = TypeVar("T")
Row = tuple[bytes, str | int | None]


class SqliteDocuments:
    """One service's documents and journal in one file.

    One process at a time (the data folder's lock sees to it); all calls from one event loop. What a page or a point
    needs is read inline; counts and walks that may be long run in a thread.
    """

    def __init__(self, path: str | Path, *, service: str, kinds: Sequence[Kind[Any]], read_only: bool = False) -> None:
        """Open the file and create what is missing in it, indexes of later versions of a kind included.

        With `read_only` nothing is created or written: another process may be using the file.
        """
        self.service = service
        self.path = Path(path)
        self._tables: dict[Kind[Any], KindTable[Any]] = {}
        for kind in kinds:
            if kind.service != service:
                raise ValueError(f"{kind.name} belongs to {kind.service}, not to {service}")
            self._tables[kind] = KindTable(kind)
        self._journal = JournalTables(service)
        self._stages = Stages(service)
        self._arrivals = Arrivals(self._journal, self._stages, self._tables)
        self._committed: Callable[[str, int], None] | None = None
        self._writer: Writer | None = None
        if not read_only:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._writer = Writer(self.path, self._journal, self._stages, self._tables)
        self._numbers: dict[str, int] = {}
        self._reader = open_reader(self.path, cache_mebibytes=16)
        self._scanning = threading.local()
        self._scanners: list[sqlite3.Connection] = []
        self._threads = ThreadPoolExecutor(_SCANNING_THREADS, f"{service}-scan")

    @classmethod
    def open(cls, url: str | Path, *, service: str, kinds: Sequence[Kind[Any]]) -> Self:
        """Open a path, or `sqlite:///` and the path as it is: a relative one, or one with a slash of its own."""
        return cls(str(url).removeprefix("sqlite:///"), service=service, kinds=kinds)

    async def get(self, kind: Kind[D], org: str, document_id: str) -> D | None:
        """Return the document or None."""
        table = self._table(kind)
        row = self._reader.execute(table.select, (self._number(org), key_of(document_id))).fetchone()
        return None if row is None else table.decode(row[0])

    async def get_many(self, kind: Kind[D], org: str, ids: Sequence[str]) -> dict[str, D]:
        """Return those of the documents that exist, by id; at most 1,000 ids."""
        if len(ids) > MOST:
            raise ValueError(f"at most {MOST} ids at a time")
        if not ids:
            return {}
        table = self._table(kind)
        keys = [key_of(document_id) for document_id in dict.fromkeys(ids)]
        rows = self._reader.execute(*table.select_many(self._number(org), keys)).fetchall()
        documents = [table.decode(body) for (body,) in rows]
        return {document.id: document for document in documents}

    async def get_together(
        self, org: str, wanted: Mapping[Kind[Any], Sequence[str]]
    ) -> dict[Kind[Any], dict[str, Any]]:
        """Return documents of several kinds as `get_many` does of one."""
        return {kind: await self.get_many(kind, org, ids) for kind, ids in wanted.items()}

    async def find(
        self,
        kind: Kind[D],
        org: str,
        *where: Where,
        order: Order | None = None,
        after: Position | None = None,
        limit: int = 50,
    ) -> Page[D]:
        """Return the page after a position; `limit` is at most 1,000."""
        if not 1 <= limit <= MOST:
            raise ValueError(f"a page holds 1 to {MOST} documents")
        table = self._table(kind)
        number = self._number(org)
        clauses = conditions(table, where, number)
        if clauses is None:
            return Page((), None)
        query = page_query(self._reader, table, number, clauses, order=order, after=after, limit=limit + 1)
        rows: list[Row]
        if query.bounded:
            rows = self._reader.execute(query.sql, query.values).fetchall()
        else:
            rows = await self._scan(lambda connection: connection.execute(query.sql, query.values).fetchall())
        items = tuple([table.decode(body) for body, _ in rows[:limit]])
        following = None
        if len(rows) > limit:
            value = rows[limit - 1][1]
            following = Position(None if value == ABSENT else value, items[-1].id)
        return Page(items, following)

    async def count(self, kind: Kind[D], org: str, *where: Where) -> int:
        """Return how many match."""
        table = self._table(kind)
        number = self._number(org)
        clauses = conditions(table, where, number)
        if clauses is None:
            return 0

        def counted(connection: sqlite3.Connection) -> int:
            query = count_query(connection, table, number, clauses)
            return cast("int", connection.execute(query.sql, query.values).fetchone()[0])

        return await self._scan(counted)

    async def sums(self, kind: Kind[D], org: str, *where: Where, of: str, by: str) -> tuple[Group, ...]:
        """Return the exact sums of an indexed decimal field, one for each value of another, of all that match."""
        table = self._table(kind)
        number = self._number(org)
        clauses = conditions(table, where, number)
        if clauses is None:
            return ()

        def grouped(connection: sqlite3.Connection) -> list[tuple[int, ...]]:
            query = sums_query(connection, table, number, clauses, of=of, by=by)
            return connection.execute(query.sql, query.values).fetchall()

        return tuple(
            Group(
                None if value == ABSENT else decimal_of(value),
                count,
                summed((fine << HALF) + finest, (cents << HALF) + lower),
            )
            for value, count, fine, finest, cents, lower in await self._scan(grouped)
        )

    async def history(self, kind: Kind[D], org: str, document_id: str, *, limit: int = 100) -> tuple[Revision[D], ...]:
        """Return the document's versions, newest first."""
        table = self._table(kind)
        rows = self._journal.revisions(self._reader, self._number(org), kind.name, document_id, limit=limit)
        return tuple(
            Revision(
                None if body is None else table.decode(body),
                version,
                sequence,
                datetime.datetime.fromisoformat(at),
                actor,
                datetime.date.fromisoformat(business_date),
            )
            for body, version, sequence, at, actor, business_date in rows
        )

    async def as_known_at(self, kind: Kind[D], org: str, document_id: str, at: datetime.datetime) -> D | None:
        """Return the document as it was stored at that time; None where it did not exist."""
        table = self._table(kind)
        moment = at.astimezone(datetime.UTC).isoformat(timespec="microseconds")
        body = self._journal.body_at(self._reader, self._number(org), kind.name, document_id, moment)
        return None if body is None else table.decode(body)

    def unit(self, *, org: str, actor: str, business_date: datetime.date) -> BufferedUnit:
        """Open a unit of work; `actor` is a user id or `system:<what>`."""
        return BufferedUnit(self, org=org, actor=actor, business_date=business_date)

    def kind(self, name: str) -> Kind[Any]:
        """Return the kind of this name."""
        return next(kind for kind in self._tables if kind.name == name)

    def index(self, kind: Kind[Any], document: AnyDocument) -> Indexed:
        """Return what the indexes hold of a document; raises `Invalid` for what they cannot."""
        return self._table(kind).index(document)

    def submit(self, unit: PendingUnit) -> asyncio.Future[int | None]:
        """Start to commit a unit; the future gives the sequence or the refusal."""
        future = self._write(unit)
        committed = self._committed
        if committed is not None:
            # The first to be called back when it is done, so before whoever waits for it.
            future.add_done_callback(lambda done: _tell(committed, unit.org, done))
        return future

    def relaxed(self, known: Callable[[str], int | None]) -> Self:
        """Return this: every read shows what was committed last."""
        return self

    def telling(self, committed: Callable[[str, int], None]) -> Self:
        """Return the same storage for one of the processes that share it, which is told of its own commits."""
        own = copy.copy(self)
        own._committed = committed
        return own

    async def sequence(self, org: str) -> int:
        """Return the organization's last sequence, 0 before the first, as the journal has it now."""
        return self._journal.sequence(self._reader, org)

    async def stored_bytes(self, org: str) -> int:
        """Return how many bytes of documents and events the organization's journal holds."""
        return self._journal.stored_bytes(self._reader, org)

    async def organizations(self, *, after: str = "", limit: int = 100) -> tuple[str, ...]:
        """Return the organizations that have a journal, in order of id, after one."""
        return self._journal.organizations(self._reader, after=after, limit=limit)

    async def entries(self, org: str, *, after: int = 0, limit: int = 100) -> tuple[JournalEntry, ...]:
        """Return entries in sequence, fewer than `limit` where they are big; none only at the journal's end."""
        number = self._number(org)
        return await self._scan(
            lambda connection: self._journal.entries(connection, org, number, after=after, limit=limit)
        )

    async def outbox(self, org: str, *, after: int, limit: int = 100) -> tuple[Outgoing, ...]:
        """Return the events of entries in sequence, without their documents."""
        return self._journal.outbox(self._reader, org, self._number(org), after=after, limit=limit)

    async def outgoing(self, *, after: str, limit: int = 100) -> tuple[Outgoing, ...]:
        """Return the events of entries of all organizations after a place, as they were committed."""
        return self._journal.outgoing(self._reader, after=after, limit=limit)

    async def stored(self, org: str) -> AsyncIterator[Stored]:
        """Walk through all documents as they are stored, by kind and id."""
        number = self._number(org)
        for table in sorted(self._tables.values(), key=lambda table: table.name):
            last = ""
            while rows := await self._scan(lambda connection: table.rows(connection, number, last, _STORED_AT_ONCE)):  # noqa: B023 -- awaited before the next round
                for key, version, body, indexed in rows:
                    yield Stored(Write(table.kind.name, key, version, msgspec.Raw(body)), indexed)
                last = rows[-1][0]

    async def due(
        self, kind: Kind[Any], *, until: datetime.datetime, after: DueDocument | None = None, limit: int = 100
    ) -> tuple[DueDocument, ...]:
        """Return the documents of a kind that are due by then, the longest due first, after one of them."""
        sql = self._table(kind).select_due(self._journal.heads, self._stages.present)
        start: tuple[Any, ...] = ("", 0, "")  # what is never due is no text, and comes before
        if after is not None:
            start = (ordered("after", after.at), self._number(after.org), key_of(after.id))
        values = [*start, ordered("until", until), limit]
        rows = await self._scan(lambda connection: connection.execute(sql, values).fetchall())
        return tuple([DueDocument(datetime.datetime.fromisoformat(at), org, id_of(key)) for at, org, key in rows])

    async def mark(self, name: str) -> Mark:
        """Return where `name` stands."""
        return self._journal.mark(self._reader, name)

    async def move(self, name: str, mark: Mark) -> bool:
        """Move a mark, unless a higher token has moved it: then nothing changes. Tell whether it moved."""
        moved = False

        def move(connection: sqlite3.Connection) -> None:
            nonlocal moved
            moved = self._journal.move(connection, name, mark)

        await self._write(move)
        return moved

    async def closed(self, org: str) -> int | None:
        """Return the sequence of the entry that closed the organization's journal, None while it is open."""
        return self._journal.closed(self._reader, org)

    async def erase(self, org: str, *, most: int) -> bool:
        """Remove at most so many of each thing that a closed journal still has; return whether anything was there."""
        gone = 0

        def erase(connection: sqlite3.Connection) -> None:
            nonlocal gone
            head = self._journal.head(connection, org)
            if head is None or head.closed is None:
                raise ValueError(f"the journal of {org} is open")
            # Here nothing is to be left, not even on pages of the file that nobody uses any more.
            connection.execute("PRAGMA secure_delete = ON")
            try:
                gone = sum(table.erase(connection, head.number, most) for table in self._tables.values())
                gone += self._journal.erase(connection, head, most)
            finally:
                connection.execute("PRAGMA secure_delete = OFF")

        await self._write(erase)
        return gone > 0

    async def standing(self, org: str) -> Standing | None:
        """Return where an organization is, None where it never moved."""
        try:
            return self._stages.standing(self._reader, org)
        except sqlite3.OperationalError:
            if self._writer is not None:
                raise
            return None  # a file of an earlier release, opened to be read

    async def end(self, org: str) -> tuple[int, str]:
        """Return the last sequence of an organization and the hash of that entry, as the head has them."""
        head = self._journal.head(self._reader, org) or Head(_NOBODY)
        return head.sequence, head.hash

    async def stand(self, org: str, standing: Standing, *, instead_of: Collection[Stage | None]) -> bool:
        """Say where an organization is, where it is at one of these stages now; tell whether it was."""
        return await asyncio.to_thread(self._stages.stand_beside, self.path, org, standing, instead_of)

    async def replay(self, org: str, entries: Sequence[JournalEntry]) -> None:
        """Write entries and what they say of documents as they are, of an organization that is arriving."""
        for part in in_parts(entries, _WRITES_AT_ONCE):
            await asyncio.to_thread(require_sealed, part)
            arrival = await asyncio.to_thread(arrival_of, part, self.kind)
            await self._write(Replay(org, part, arrival))

    async def arrive(self, org: str, move: str, *, told: int) -> bool:
        """Let an arriving organization be written to, and entries after a sequence be published."""
        arrived = False

        def arrive(connection: sqlite3.Connection) -> None:
            nonlocal arrived
            arrived = self._arrivals.arrive(connection, org, move, told)

        await self._write(arrive)
        return arrived

    async def told(self, org: str, place: str) -> int:
        """Return an organization's last sequence up to a place of the journal, 0 for none."""
        return self._arrivals.told(self._reader, org, place)

    def texts(self) -> SqliteTexts:
        """Return the full text index in the same file."""
        return SqliteTexts(self.path, self.service)

    async def ready(self) -> None:
        """Return where documents can be read and written; a write that failed is tried again, in small."""
        self._journal.organizations(self._reader, after="", limit=1)
        if self._writer is not None and self._writer.failing:
            await self.move("readiness", Mark(str(time.time())))

    async def close(self) -> None:
        """Finish what is being committed and let go of the engine."""
        await asyncio.to_thread(self._threads.shutdown)
        for connection in (self._reader, *self._scanners):
            connection.close()
        if self._writer is not None:
            await asyncio.to_thread(self._writer.close)

    def _write(self, work: Work) -> asyncio.Future[int | None]:
        if self._writer is None:
            raise RuntimeError("these documents are opened to be read only")
        return self._writer.submit(work)

    def _number(self, org: str) -> int:
        number = self._numbers.get(org)
        if number is None:
            number = self._journal.number(self._reader, org)
            if number is None:
                return _NOBODY
            if len(self._numbers) >= _NUMBERS_KEPT:
                del self._numbers[next(iter(self._numbers))]
            self._numbers[org] = number
        return number

    def _table(self, kind: Kind[D]) -> KindTable[D]:
        try:
            return self._tables[kind]
        except KeyError:
            raise LookupError(
                f"{kind.service}.{kind.name} is not among the kinds that {self.path} was opened with"
            ) from None

    def _scanner(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._scanning, "connection", None)
        if connection is None:
            connection = self._scanning.connection = open_reader(self.path, cache_mebibytes=8)
            self._scanners.append(connection)
        return connection

    async def _scan(self, read: Callable[[sqlite3.Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: read(self._scanner()))


def _tell(committed: Callable[[str, int], None], org: str, done: asyncio.Future[int | None]) -> None:
    if done.cancelled() or done.exception() is not None:
        return
    sequence = done.result()
    if sequence is not None:
        committed(org, sequence)
