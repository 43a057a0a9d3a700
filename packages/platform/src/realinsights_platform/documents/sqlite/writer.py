"""The one thread that writes: it takes all units that wait, and one flush to disk serves them all."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import msgspec

from realinsights_platform.attributes import made_from
from realinsights_platform.documents.journal import Header, entry_hash
from realinsights_platform.documents.journal_port import JournalEntry, Write
from realinsights_platform.documents.port import Kind
from realinsights_platform.documents.sqlite.changes import Changes
from realinsights_platform.documents.sqlite.checkpoints import Checkpoints
from realinsights_platform.documents.sqlite.connections import open_writer, unusable
from realinsights_platform.documents.sqlite.journal_tables import Head, JournalTables
from realinsights_platform.documents.sqlite.moving import Arrivals, Replay, Stages
from realinsights_platform.documents.sqlite.tables import KindTable
from realinsights_platform.documents.unit import NO_EVENTS, PendingUnit, admit, led_elsewhere
from realinsights_platform.errors import Unavailable
from realinsights_platform.ids import new_id

_UNITS_AT_ONCE = 256
_HEADS_KEPT = 16_384
"""How many organizations' heads are remembered; another one costs a read by its index."""

Task = Callable[[sqlite3.Connection], None]
Work = PendingUnit | Replay | Task


@dataclass(slots=True, eq=False)
class _Waiting:
    """A unit (or entries of another store, or a small task) that somebody waits for, and how it came out."""

    work: Work
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[int | None]
    sequence: int | None = None
    error: BaseException | None = None


@dataclass(slots=True)
class _Batch:
    next_write: int
    next_org: int
    heads: dict[str, Head] = field(default_factory=dict)


class Writer:
    """The owner of the writing connection."""

    def __init__(
        self, path: Path, journal: JournalTables, stages: Stages, tables: Mapping[Kind[Any], KindTable[Any]]
    ) -> None:
        self._journal = journal
        self._stages = stages
        self._arrivals = Arrivals(journal, stages, tables)
        self._changes = Changes(tables)
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._connection = open_writer(path)
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            journal.create(self._connection)
            stages.create(self._connection)
            for table in tables.values():
                table.create(self._connection)
            self._connection.execute("COMMIT")
        except BaseException:
            self._connection.close()
            raise
        self._heads: dict[str, Head] = {}
        self._next_org = journal.next_number(self._connection)
        self._next_write = journal.next_write(self._connection)
        self._checkpoints = Checkpoints(path)
        self._closed = False
        self.failing = False
        """Whether the last batch could not be stored for want of room or of a file."""
        self._thread = threading.Thread(target=self._run, name=f"{journal.service}-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Work) -> asyncio.Future[int | None]:
        """Queue a unit; the future gives its sequence, or its refusal."""
        if self._closed:
            raise RuntimeError("the documents are closed")
        loop = asyncio.get_running_loop()
        waiting = _Waiting(work, loop, loop.create_future())
        self._queue.put(waiting)
        return waiting.future

    def close(self) -> None:
        """Commit what is queued, then end; blocks until done."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
            self._thread.join()
            self._checkpoints.close()
            self._connection.close()

    def _run(self) -> None:
        ended = False
        while not ended:
            first = self._queue.get()
            waiting = [] if first is None else [first]
            ended = first is None
            while not ended and len(waiting) < _UNITS_AT_ONCE:
                try:
                    another = self._queue.get_nowait()
                except Empty:
                    break
                if another is None:
                    ended = True
                else:
                    waiting.append(another)
            if waiting:
                self._commit(waiting)
                self._answer(waiting)
                self._checkpoints.committed()
                if self._checkpoints.overdue:
                    self._checkpoints.finish(self._connection)

    def _commit(self, waiting: list[_Waiting]) -> None:
        batch = _Batch(self._next_write, self._next_org)
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for one in waiting:
                self._attempt(one, batch)
            self._connection.execute("COMMIT")
        except BaseException as error:  # whoever waits must hear of it, whatever it is
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            told = unusable(error)
            self.failing = told is not None
            for one in waiting:
                one.sequence = None
                one.error = one.error or told or error
            return
        self.failing = any(isinstance(one.error, Unavailable) for one in waiting)
        self._next_write, self._next_org = batch.next_write, batch.next_org
        for org, head in batch.heads.items():
            if org not in self._heads and len(self._heads) >= _HEADS_KEPT:
                del self._heads[next(iter(self._heads))]
            self._heads[org] = head

    def _attempt(self, one: _Waiting, batch: _Batch) -> None:
        connection = self._connection
        connection.execute("SAVEPOINT one")
        try:
            if isinstance(one.work, PendingUnit):
                one.sequence = self._write(one.work, batch)
            elif isinstance(one.work, Replay):
                one.sequence = self._replay(one.work, batch)
            else:
                one.work(connection)
        except Exception as error:
            if not connection.in_transaction:
                # The engine gave the whole transaction up (a full disk): no unit of this batch is stored.
                raise
            connection.execute("ROLLBACK TO one")
            one.error = unusable(error) or error
        connection.execute("RELEASE one")

    def _write(self, unit: PendingUnit, batch: _Batch) -> int | None:
        connection = self._connection
        if unit.fence is not None and not self._journal.leads(connection, *unit.fence):
            raise led_elsewhere()
        self._stages.require_present(connection, unit.org)
        head = self._head(unit.org, batch)
        closed = admit(unit, sequence=head.sequence, closed=head.closed)
        self._changes.apply(connection, head.number, unit, batch.next_write)
        if not unit.writes and unit.events == NO_EVENTS:
            return None
        header = Header(
            service=self._journal.service,
            org=unit.org,
            sequence=head.sequence + 1,
            id=new_id(),
            # Time never runs backwards in a journal, whatever the clock does.
            at=max(datetime.datetime.now(datetime.UTC), head.at),
            actor=unit.actor,
            business_date=unit.business_date,
            previous_hash=head.hash,
        )
        writes = tuple(
            Write(write.kind.name, write.id, write.version, None if write.body is None else msgspec.Raw(write.body))
            for write in unit.writes
        )
        own_hash = entry_hash(header, writes, unit.events)
        entry = made_from(header, JournalEntry, writes=writes, events=msgspec.Raw(unit.events), hash=own_hash)
        self._journal.append(connection, head.number, entry, batch.next_write, closed=closed)
        batch.next_write += len(writes)
        batch.heads[unit.org] = Head(head.number, entry.sequence, own_hash, entry.at, closed)
        batch.next_org = max(batch.next_org, head.number + 1)
        return entry.sequence

    def _replay(self, replay: Replay, batch: _Batch) -> int:
        before = self._head(replay.org, batch)
        head = self._arrivals.replay(self._connection, before, replay, batch.next_write)
        batch.next_write += sum(len(entry.writes) for entry in replay.entries)
        batch.heads[replay.org] = head
        batch.next_org = max(batch.next_org, head.number + 1)
        return head.sequence

    def _head(self, org: str, batch: _Batch) -> Head:
        head = batch.heads.get(org) or self._heads.get(org) or self._journal.head(self._connection, org)
        return head or Head(batch.next_org)

    def _answer(self, waiting: list[_Waiting]) -> None:
        by_loop: dict[asyncio.AbstractEventLoop, list[_Waiting]] = {}
        for one in waiting:
            by_loop.setdefault(one.loop, []).append(one)
        for loop, ones in by_loop.items():
            # A loop that has ended has nobody left who waits.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._resolve, ones)

    def _resolve(self, waiting: Iterable[_Waiting]) -> None:
        for one in waiting:
            if one.future.done():
                continue
            if one.error is None:
                one.future.set_result(one.sequence)
            else:
                one.future.set_exception(one.error)
