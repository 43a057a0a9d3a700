"""What only the sqlite adapter promises: plans that use indexes, growing kinds, one process, and surviving a kill."""

from __future__ import annotations

import datetime
import itertools
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from realinsights_platform.documents.data_folder import DataFolder, FolderInUse
from realinsights_platform.documents.journal import verify
from realinsights_platform.documents.opening import open_documents
from realinsights_platform.documents.port import (
    AnyOf,
    Between,
    Contains,
    Document,
    Either,
    Equal,
    Kind,
    Order,
    Position,
    StartsWith,
    Where,
    Words,
)
from realinsights_platform.documents.sqlite import SqliteDocuments
from realinsights_platform.documents.sqlite.checkpoints import Checkpoints
from realinsights_platform.documents.sqlite.journal_tables import JournalTables
from realinsights_platform.documents.sqlite.moving import Stages
from realinsights_platform.documents.sqlite.queries import NARROW, conditions, count_query, page_query
from realinsights_platform.documents.sqlite.tables import KindTable
from realinsights_platform.documents.walking import organizations
from realinsights_platform.errors import Conflict, Refusal

PATIENCE = 20

TODAY = datetime.date(2026, 1, 31)


class Loan(Document, frozen=True, kw_only=True):
    number: str
    name: str
    balance: Decimal
    status: str = "current"
    maturity_date: datetime.date | None = None
    properties: tuple[str, ...] = ()
    review_at: datetime.datetime | None = None


LOAN = Kind(
    "loans",
    "loan",
    Loan,
    indexes=("number", "name", "balance", "status", "maturity_date"),
    members=("properties",),
    words=("name", "number"),
    unique=(("number",),),
    due="review_at",
)

WHERES: dict[str, Where] = {
    "equal": Equal("status", "current"),
    "none": Equal("maturity_date", None),
    "any of": AnyOf("status", ("current", "late")),
    "between": Between("balance", Decimal(0), Decimal(10**9)),
    "from": Between("balance", Decimal(0)),
    "either": Either(
        (
            (Equal("status", "current"), Between("maturity_date", None, TODAY)),
            (Equal("maturity_date", None), Between("balance", Decimal(0))),
        )
    ),
    "starts with": StartsWith("name", "Oak"),
    "contains": Contains("properties", "p0"),
    "word": Words("oak"),
    "words": Words("oak tower"),
    "within words": Words("ower", within=True),
}
ORDERS = [
    None,
    *(Order(field, descending) for field in LOAN.indexes for descending in (False, True)),
]


def a_loan(place: int, **values: Any) -> Loan:
    defaults: dict[str, Any] = {
        "number": f"N{place}",
        "name": f"Oak Tower {place}",
        "balance": Decimal(place),
        "properties": ("p0", f"p{place}"),
    }
    return Loan(id=f"{place:05}", org="acme", **(defaults | values))


async def filled(path: Path, loans: int) -> SqliteDocuments:
    documents = SqliteDocuments(path, service="loans", kinds=[LOAN])
    async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
        for place in range(loans):
            unit.put(LOAN, a_loan(place))
    return documents


class TestPlans:
    """`few` is an organization that any clause narrows to a bounded page; `many` is one that none does."""

    @pytest.fixture(scope="class")
    async def few(self, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[sqlite3.Connection]:
        path = tmp_path_factory.mktemp("few") / "loans.sqlite"
        await (await filled(path, 3)).close()
        connection = sqlite3.connect(path)
        yield connection
        connection.close()

    @pytest.fixture(scope="class")
    async def many(self, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[sqlite3.Connection]:
        path = tmp_path_factory.mktemp("many") / "loans.sqlite"
        await (await filled(path, NARROW + 1)).close()
        connection = sqlite3.connect(path)
        yield connection
        connection.close()

    def combinations(self) -> Iterator[tuple[tuple[Where, ...], Order | None, Position | None]]:
        for count in (0, 1, 2, len(WHERES)):
            for where in itertools.combinations(WHERES.values(), count):
                for order in ORDERS:
                    yield where, order, None
                    yield where, order, Position(None if order is None else 1, "00001")

    def plan(self, connection: sqlite3.Connection, sql: str, values: list[Any]) -> list[str]:
        return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]

    async def test_every_page_of_many_walks_the_index_of_its_order(self, many: sqlite3.Connection) -> None:
        table = KindTable(LOAN)
        for where, order, after in self.combinations():
            clauses = conditions(table, where, 1)
            assert clauses is not None
            query = page_query(many, table, 1, clauses, order=order, after=after, limit=51)
            first, *others = self.plan(many, query.sql, query.values)
            if order is None:
                assert "USING INDEX loans_loan__" in first, (where, order)
            else:
                assert f"USING INDEX loans_loan__{order.field} (org=?" in first, (where, order)
            assert not [step for step in others if "SCAN" in step or "TEMP" in step], (where, order, others)
            alone = order is not None and all(getattr(clause, "field", None) == order.field for clause in where)
            assert query.bounded or not alone

    async def test_what_is_due_walks_its_index_from_where_the_page_before_ended(self, many: sqlite3.Connection) -> None:
        values = ["2026-01-30T12:00:00.000000+00:00", 1, "1", "2026-01-31T12:00:00.000000+00:00", 10]
        stages = Stages("loans")
        stages.create(many)
        first, *others = self.plan(many, KindTable(LOAN).select_due('"loans_head"', stages.present), values)
        assert "INDEX loans_loan__due ((f_review_at,org,id)>(?,?,?)" in first, first
        assert not [step for step in others if "SCAN" in step or "TEMP" in step], others

    async def test_every_page_of_few_reads_no_more_than_its_narrowest_clause_leaves(
        self, few: sqlite3.Connection
    ) -> None:
        table = KindTable(LOAN)
        for where, order, after in self.combinations():
            clauses = conditions(table, where, 1)
            assert clauses is not None
            query = page_query(few, table, 1, clauses, order=order, after=after, limit=51)
            steps = self.plan(few, query.sql, query.values)
            assert query.bounded
            assert steps[0].startswith("SEARCH loans_loan USING "), (where, order, steps)
            assert not [step for step in steps if "SCAN" in step], (where, order, steps)

    async def test_every_count_seeks_in_an_index(self, few: sqlite3.Connection, many: sqlite3.Connection) -> None:
        table = KindTable(LOAN)
        for connection in (few, many):
            for where, _, _ in self.combinations():
                clauses = conditions(table, where, 1)
                assert clauses is not None
                query = count_query(connection, table, 1, clauses)
                steps = self.plan(connection, query.sql, query.values)
                assert steps[0].startswith("SEARCH loans_loan USING "), (where, steps)
                assert not [step for step in steps if "SCAN" in step], (where, steps)

    async def test_points_and_history_seek_in_an_index(self, many: sqlite3.Connection) -> None:
        table = KindTable(LOAN)
        for sql, values in ((table.select, [1, "00001"]), table.select_many(1, ["00001"])):
            steps = self.plan(many, sql, values)
            assert steps[0] == "SEARCH loans_loan USING INDEX loans_loan__id (org=? AND id=?)"
        journal = JournalTables("loans")
        statements: list[str] = []
        many.set_trace_callback(statements.append)
        journal.revisions(many, 1, "loan", "00001", limit=100)
        journal.body_at(many, 1, "loan", "00001", "2026-01-31")
        journal.outbox(many, "acme", 1, after=0, limit=100)
        journal.outgoing(many, after="", limit=100)
        journal.organizations(many, after="acme", limit=100)
        journal.head(many, "acme")
        many.set_trace_callback(None)
        assert len(statements) == 6
        for statement in statements:
            assert not [step for step in self.plan(many, statement, []) if "SCAN" in step or "TEMP" in step]

    async def test_both_ways_to_a_page_give_the_same_page(self, tmp_path: Path) -> None:
        documents = await filled(tmp_path / "loans.sqlite", NARROW + 1)
        async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
            for place in range(20000, 20010):
                unit.put(LOAN, a_loan(place, name="Elm Plaza", status="late", balance=Decimal(place % 3)))
        for where in ((Equal("status", "late"),), (Words("elm"),), (StartsWith("name", "Elm"), Words("plaza"))):
            for order in ORDERS:
                narrow = await documents.find(LOAN, "acme", *where, order=order, limit=4)
                walked = []
                after = None
                while True:
                    page = await documents.find(LOAN, "acme", order=order, after=after, limit=1000)
                    walked += [loan.id for loan in page.items if loan.name == "Elm Plaza"]
                    after = page.next
                    if after is None:
                        break
                rest = await documents.find(LOAN, "acme", *where, order=order, after=narrow.next, limit=100)
                assert [loan.id for loan in (*narrow.items, *rest.items)] == walked
        await documents.close()


class Lender(Document, frozen=True, kw_only=True):
    name: str
    state: str | None = None
    funds: tuple[str, ...] = ()


class TestGrowingKinds:
    BEFORE = Kind("loans", "lender", Lender, indexes=("name",))
    AFTER = Kind(
        "loans", "lender", Lender, indexes=("state",), members=("funds",), words=("name",), unique=(("name",),)
    )

    async def stored(self, path: Path, names: list[str]) -> None:
        documents = SqliteDocuments(path, service="loans", kinds=[self.BEFORE])
        async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
            for place, name in enumerate(names):
                unit.put(self.BEFORE, Lender(id=str(place), org="acme", name=name, state="NY", funds=("f",)))
        await documents.close()

    async def test_what_a_later_version_declares_is_found_in_what_an_earlier_one_stored(self, tmp_path: Path) -> None:
        path = tmp_path / "loans.sqlite"
        await self.stored(path, ["Öl Bank", "Bank of Elm"])
        for _ in range(2):
            documents = SqliteDocuments(path, service="loans", kinds=[self.AFTER])
            for where, expected in (
                ((Equal("state", "NY"),), ["0", "1"]),
                ((Words("ol bank"),), ["0"]),
                ((Contains("funds", "f"), Words("elm")), ["1"]),
            ):
                page = await documents.find(self.AFTER, "acme", *where)
                assert [lender.id for lender in page.items] == expected
            with pytest.raises(Conflict):
                async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
                    unit.put(self.AFTER, Lender(id="9", org="acme", name="Öl Bank"))
            with pytest.raises(ValueError, match="name"):
                await documents.find(self.AFTER, "acme", order=Order("name"))
            assert (await verify(documents, "acme")).sound
            await documents.close()

    async def test_a_unique_key_that_stored_documents_break_is_refused_with_the_kind_named(
        self, tmp_path: Path
    ) -> None:
        path = tmp_path / "loans.sqlite"
        await self.stored(path, ["Bank", "Bank"])
        with pytest.raises(Refusal, match="loans_lender holds documents that share name"):
            SqliteDocuments(path, service="loans", kinds=[self.AFTER])
        documents = SqliteDocuments(path, service="loans", kinds=[self.BEFORE])
        assert await documents.count(self.BEFORE, "acme", Equal("name", "Bank")) == 2
        await documents.close()

    async def test_a_file_that_stored_what_documents_say_twice_is_read_on(self, tmp_path: Path) -> None:
        path = tmp_path / "loans.sqlite"
        await self.stored(path, ["Bank", "Fund"])
        documents = SqliteDocuments(path, service="loans", kinds=[self.BEFORE])
        async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
            (bank,) = await unit.find(self.BEFORE, Equal("name", "Bank"))
            unit.put(self.BEFORE, msgspec.structs.replace(bank, name="Old Bank"))
        before = await documents.find(self.BEFORE, "acme")
        await documents.close()
        connection = sqlite3.connect(path)
        connection.executescript("""
            ALTER TABLE loans_lender ADD COLUMN body BLOB NOT NULL DEFAULT '';
            UPDATE loans_lender SET body = (SELECT body FROM loans_journal_write WHERE number = write);
            ALTER TABLE loans_lender DROP COLUMN write;
        """)
        connection.close()
        documents = SqliteDocuments(path, service="loans", kinds=[self.BEFORE])
        assert await documents.find(self.BEFORE, "acme") == before
        assert (await verify(documents, "acme")).sound
        await documents.close()

    async def test_a_kind_of_another_service_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="lender belongs to loans"):
            SqliteDocuments(tmp_path / "auth.sqlite", service="auth", kinds=[self.BEFORE])


class TestCheckpoints:
    async def test_what_is_committed_moves_into_the_database_without_being_closed(self, tmp_path: Path) -> None:
        path = tmp_path / "loans.sqlite"
        documents = await filled(path, 500)
        before = path.stat().st_size
        writer = sqlite3.connect(path, isolation_level=None)
        checkpoints = Checkpoints(path)
        checkpoints.finish(writer)
        assert not checkpoints.overdue
        assert path.stat().st_size > before
        checkpoints.close()
        writer.close()
        assert await documents.count(LOAN, "acme") == 500
        await documents.close()
        assert not path.with_name("loans.sqlite-wal").exists()

    async def test_end_also_where_that_is_said_between_a_pause_and_the_next_look(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "loans.sqlite"
        await (await filled(path, 1)).close()
        checkpoints = Checkpoints(path)
        said, go_on = threading.Event(), threading.Event()

        class Late(threading.Event):
            """An event that is set just after somebody has waited for it in vain."""

            def wait(self, timeout: float | None = None) -> bool:
                said.set()
                go_on.wait(PATIENCE)
                return False

        monkeypatch.setattr(checkpoints, "_closing", Late())
        checkpoints.committed()
        assert said.wait(PATIENCE)
        closing = threading.Thread(target=checkpoints.close, daemon=True)
        closing.start()
        assert super(Late, checkpoints._closing).wait(PATIENCE)
        assert checkpoints._committed.wait(PATIENCE)
        go_on.set()
        closing.join(PATIENCE)
        assert not closing.is_alive()


class TestUrl:
    @pytest.mark.parametrize("name", ["plain", "with space", "50%25 #1?", "ümlaut"])
    async def test_names_a_file_literally(self, tmp_path: Path, name: str) -> None:
        documents = SqliteDocuments.open(f"sqlite:///{tmp_path / name}/loans.sqlite", service="loans", kinds=[])
        await documents.close()
        assert (tmp_path / name / "loans.sqlite").is_file()

    async def test_may_be_relative(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        documents = SqliteDocuments.open("sqlite:///data/loans.sqlite", service="loans", kinds=[])
        await documents.close()
        assert (tmp_path / "data" / "loans.sqlite").is_file()


HOLDER = """
import sys
from realinsights_platform.documents.data_folder import DataFolder
with DataFolder(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


class TestStoredBytes:
    async def test_of_a_file_that_did_not_count_them_are_counted_as_it_is_opened(self, tmp_path: Path) -> None:
        path = tmp_path / "loans.sqlite"
        documents = SqliteDocuments(path, service="loans", kinds=[LOAN])
        for org, name in (("acme", "Plaza"), ("acme", "Tower"), ("bay", "Pier")):
            async with documents.unit(org=org, actor="ann", business_date=TODAY) as unit:
                unit.put(LOAN, Loan(id=name, org=org, number=name, name=name, balance=Decimal(1)))
        counted = [await documents.stored_bytes(org) for org in ("acme", "bay")]
        await documents.close()
        with sqlite3.connect(path) as connection:
            connection.execute("ALTER TABLE loans_head DROP COLUMN bytes")
        connection.close()
        documents = SqliteDocuments(path, service="loans", kinds=[LOAN])
        assert [await documents.stored_bytes(org) for org in ("acme", "bay")] == counted
        assert counted[0] > counted[1] > 50
        await documents.close()


class TestDataFolder:
    def test_a_second_process_is_told_who_works_there(self, tmp_path: Path) -> None:
        folder = tmp_path / "data"
        with subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            with pytest.raises(FolderInUse) as refused:
                DataFolder(folder)
            assert str(folder) in refused.value.message
            assert f"pid {holder.pid}" in refused.value.message
            assert isinstance(refused.value, Refusal)
            holder.send_signal(signal.SIGKILL)
            holder.wait()
            # The kernel frees the folder of a process that died.
            with DataFolder(folder) as mine:
                assert mine.path == folder

    def test_is_free_again_once_closed(self, tmp_path: Path) -> None:
        with DataFolder(tmp_path), pytest.raises(FolderInUse, match=f"pid {os.getpid()}"):
            DataFolder(tmp_path)
        DataFolder(tmp_path).close()


COMMITTER = """
import asyncio, datetime, sys
from realinsights_platform.documents.port import Document, Kind
from realinsights_platform.documents.sqlite import SqliteDocuments
from realinsights_platform.ids import new_id

class Note(Document, frozen=True, kw_only=True):
    name: str

NOTE = Kind("loans", "note", Note, indexes=("name",), words=("name",), unique=(("name",),))

async def commit(documents, org):
    while True:
        unit = documents.unit(org=org, actor="ann", business_date=datetime.date(2026, 1, 31))
        notes = [unit.put(NOTE, Note(id=new_id(), org=org, name=f"Note {new_id()}")) for _ in range(3)]
        sequence = await unit.commit()
        print(org, sequence, *(note.id for note in notes), flush=True)

async def main():
    documents = SqliteDocuments(sys.argv[1], service="loans", kinds=[NOTE])
    await asyncio.gather(*(commit(documents, f"org{place % 4}") for place in range(12)))

asyncio.run(main())
"""


class Note(Document, frozen=True, kw_only=True):
    name: str


NOTE = Kind("loans", "note", Note, indexes=("name",), words=("name",), unique=(("name",),))


class TestKill:
    def killed_after(self, lines: int, path: Path) -> list[str]:
        command = [sys.executable, "-c", COMMITTER, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as committer:
            assert committer.stdout is not None
            said = [committer.stdout.readline() for _ in range(lines)]
            committer.send_signal(signal.SIGKILL)
            return said + [line for line in committer.stdout if line.endswith("\n")]

    @pytest.mark.slow
    async def test_every_acknowledged_commit_survives_and_none_is_half_there(self, tmp_path: Path) -> None:
        path = tmp_path / "loans.sqlite"
        acknowledged: dict[tuple[str, int], list[str]] = {}
        for lines in (1, 7, 40, 150, 400):
            said = self.killed_after(lines, path)
            for line in said:
                org, sequence, *ids = line.split()
                acknowledged[org, int(sequence)] = ids
            documents = SqliteDocuments(path, service="loans", kinds=[NOTE])
            async for org in organizations(documents):
                verification = await verify(documents, org)
                assert verification.sound, verification
                assert verification.entries == await documents.sequence(org)
                entries: dict[int, list[str]] = {}
                while page := await documents.entries(org, after=len(entries)):
                    entries |= {entry.sequence: [write.id for write in entry.writes] for entry in page}
                assert all(len(ids) == 3 for ids in entries.values())
                assert await documents.count(NOTE, org) == 3 * len(entries)
                assert await documents.count(NOTE, org, Words("note")) == 3 * len(entries)
                for (owner, sequence), ids in acknowledged.items():
                    if owner == org:
                        assert entries[sequence] == ids
            await documents.close()
        assert len(acknowledged) > 500


FILLER = """
import asyncio, datetime, resource, sys
from realinsights_platform.documents.journal import verify
from realinsights_platform.errors import DiskFull
from realinsights_platform.documents.port import Document, Kind
from realinsights_platform.documents.sqlite import SqliteDocuments

class Note(Document, frozen=True, kw_only=True):
    name: str

NOTE = Kind("loans", "note", Note, indexes=("name",), words=("name",), unique=(("name",),))

async def attempt(documents, place):
    unit = documents.unit(org="acme", actor="ann", business_date=datetime.date(2026, 1, 31))
    unit.put(NOTE, Note(id=f"note{place}", org="acme", name=f"{place} " + "x" * 20_000))
    try:
        return await unit.commit()
    except DiskFull:
        return None

async def ready(documents):
    try:
        await documents.ready()
    except DiskFull:
        return False
    return True

async def main():
    documents = SqliteDocuments(sys.argv[1], service="loans", kinds=[NOTE])
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, resource.RLIM_INFINITY))
    full = await asyncio.gather(*(attempt(documents, place) for place in range(300)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    refused = await attempt(documents, 301) is None
    was_ready = await ready(documents)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    is_ready = await ready(documents)
    again = [await attempt(documents, place) for place in range(300, 310)]
    acknowledged = [sequence for sequence in (*full, *again) if sequence is not None]
    verification = await verify(documents, "acme")
    print(full.count(None) > 0, again.count(None) == 0, acknowledged == list(range(1, len(acknowledged) + 1)))
    print(verification.sound, verification.entries == len(acknowledged) == await documents.count(NOTE, "acme"))
    print(refused, not was_ready, is_ready)
    await documents.close()

asyncio.run(main())
"""


def test_a_full_disk_refuses_commits_and_loses_none(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FILLER, str(tmp_path / "loans.sqlite")]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.stdout.split() == ["True"] * 8, said.stderr


async def test_an_address_without_a_path_is_refused() -> None:
    with pytest.raises(ValueError, match="no path"):
        await open_documents("sqlite://folder/loans.sqlite", "loans", ())
