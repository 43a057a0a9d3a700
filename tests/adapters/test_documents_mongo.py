"""What only the mongo adapter promises: how it stores, which indexes answer, and what it does when MongoDB errs."""

from __future__ import annotations

import asyncio
import datetime
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pymongo
import pytest
from bson.decimal128 import Decimal128
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from realinsights import engines
from realinsights_platform.documents.journal import verify
from realinsights_platform.documents.journal_port import JournalEntry, Storage
from realinsights_platform.documents.mongo import MongoDocuments, queries
from realinsights_platform.documents.port import (
    AnyOf,
    Between,
    Contains,
    Document,
    Either,
    Equal,
    Kind,
    Order,
    StartsWith,
    Where,
    Words,
)
from realinsights_platform.errors import Conflict, Stale, Unavailable
from realinsights_platform.events import Event
from realinsights_platform.ids import new_id

TODAY = datetime.date(2026, 1, 31)
NOW = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC)
ORG = "acme"


class Loan(Document, frozen=True, kw_only=True):
    number: str | None = None
    name: str = ""
    balance: Decimal | None = None
    maturity_date: datetime.date | None = None
    properties: tuple[str, ...] = ()
    columns: dict[str, str] = msgspec.field(default_factory=dict)
    review_at: datetime.datetime | None = None


class LoanNoticed(Event, frozen=True, tag="loans.loan.noticed.v1"):
    note: str


LOAN = Kind(
    "loans",
    "loan",
    Loan,
    indexes=("name", "balance", "maturity_date"),
    members=("properties",),
    words=("name",),
    unique=(("number",),),
    due="review_at",
)


@pytest.fixture
def url(mongodb_url: str) -> str:
    return f"{mongodb_url}test-{new_id()}"


@pytest.fixture
async def documents(url: str) -> AsyncIterator[MongoDocuments]:
    opened = await MongoDocuments.open(url, service="loans", kinds=[LOAN])
    yield opened
    await opened.close()


@pytest.fixture
def database(url: str, mongodb_url: str) -> Iterator[pymongo.database.Database[dict[str, Any]]]:
    """Return the database as anybody reaches it."""
    with pymongo.MongoClient[dict[str, Any]](mongodb_url, tz_aware=True) as client:
        yield client[url.rpartition("/")[2]]


async def stored(documents: Storage, *loans: Loan, org: str = ORG) -> tuple[Loan, ...]:
    async with documents.unit(org=org, actor="ann", business_date=TODAY) as unit:
        return tuple(unit.put(LOAN, loan) for loan in loans)


def a_loan(document_id: str = "1", **values: Any) -> Loan:
    return Loan(id=document_id, org=ORG, **values)


class TestStored:
    async def test_is_what_a_person_can_query(
        self, documents: MongoDocuments, database: pymongo.database.Database[dict[str, Any]]
    ) -> None:
        await stored(
            documents,
            a_loan(
                name="Oak Tower",
                balance=Decimal("1250000.10"),
                maturity_date=datetime.date(2031, 2, 28),
                columns={"Orig. $ Balance": "originalBalance", "$": "x"},
            ),
        )
        midnight = datetime.datetime(2031, 2, 28, tzinfo=datetime.UTC)
        found = database.loans_loan.find_one(
            {
                "org": ORG,
                "document.balance": {"$gt": Decimal128("1250000.09"), "$lt": Decimal128("1250000.11")},
                "document.maturityDate": {"$gte": midnight},
                "words": "tower",
            }
        )
        assert found is not None
        assert found["document"]["balance"] == Decimal128("1250000.10")
        assert found["document"]["maturityDate"] == midnight
        assert found["document"]["columns"] == {"Orig. $ Balance": "originalBalance", "$": "x"}

    async def test_is_checked_against_the_journal_in_all_its_forms(
        self, documents: MongoDocuments, database: pymongo.database.Database[dict[str, Any]]
    ) -> None:
        await stored(documents, a_loan(number="7", name="Oak", balance=Decimal(7), properties=("p",)))
        assert (await verify(documents, ORG)).sound
        before = database.loans_loan.find_one({"_id": f"{ORG}/1"})
        assert before is not None
        for change in (
            {"document.balance": Decimal128("8")},
            {"index.balance": 8},
            {"words": ["elm"]},
            {"members.properties": []},
            {"unique.number": '["8"]'},
            {"body": before["body"].replace(b"Oak", b"Elm")},
            {"version": 2},
        ):
            database.loans_loan.update_one({"_id": f"{ORG}/1"}, {"$set": change})
            assert not (await verify(documents, ORG)).sound, change
            database.loans_loan.replace_one({"_id": f"{ORG}/1"}, before)
        assert (await verify(documents, ORG)).sound

    @pytest.mark.parametrize(
        ("collection", "change"),
        [
            ("loans_journal", {"actor": "eve"}),
            ("loans_journal", {"at": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)}),
            ("loans_journal", {"businessDate": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)}),
            ("loans_journal", {"body": b"[]"}),
            ("loans_journal_write", {"version": 9}),
            ("loans_journal_write", {"body": b'{"id":"1","org":"acme"}'}),
        ],
    )
    async def test_a_journal_that_was_changed_is_found(
        self,
        documents: MongoDocuments,
        database: pymongo.database.Database[dict[str, Any]],
        collection: str,
        change: dict[str, Any],
    ) -> None:
        for name in ("Oak", "Elm"):
            async with documents.unit(org=ORG, actor="ann", business_date=TODAY) as unit:
                unit.put(LOAN, a_loan(name, name=name))
                unit.emit(LoanNoticed(note=name))
        assert database[collection].update_one({"sequence": 1}, {"$set": change}).modified_count == 1
        verified = await verify(documents, ORG)
        assert (verified.sound, verified.first_bad_sequence) == (False, 1)

    async def test_what_is_too_large_for_one_of_its_documents_is_still_one_entry(
        self, documents: MongoDocuments
    ) -> None:
        large = "Größe " * 3_000_000
        async with documents.unit(org=ORG, actor="ann", business_date=TODAY) as unit:
            loan = unit.put(LOAN, a_loan(name="Oak", columns={"text": large}))
            unit.emit(LoanNoticed(note=large))
        assert await documents.get(LOAN, ORG, "1") == loan
        assert (await documents.find(LOAN, ORG, Words("oak"))).items == (loan,)
        (entry,) = await documents.entries(ORG)
        assert len(entry.writes) == 1
        assert len(bytes(entry.events)) > len(large.encode())
        assert (await documents.history(LOAN, ORG, "1"))[0].document == loan
        assert (await verify(documents, ORG)).sound
        (changed,) = await stored(documents, msgspec.structs.replace(loan, columns={}))
        assert await documents.get(LOAN, ORG, "1") == changed

    async def test_a_later_release_finds_by_what_it_declares_anew(self, documents: MongoDocuments, url: str) -> None:
        await stored(documents, *(a_loan(str(place), name=f"Oak {place}", number=str(place)) for place in range(3)))
        richer = Kind("loans", "loan", Loan, indexes=("name", "number"), words=("name", "number"), unique=(("name",),))
        later = await MongoDocuments.open(url, service="loans", kinds=[richer])
        page = await later.find(richer, ORG, Equal("number", "2"), order=Order("number"))
        assert [loan.id for loan in page.items] == ["2"]
        assert [loan.id for loan in (await later.find(richer, ORG, Words("1"))).items] == ["1"]
        async with later.unit(org=ORG, actor="ann", business_date=TODAY) as unit:
            unit.put(richer, a_loan("3", name="Elm", number="2"))
        with pytest.raises(ValueError, match="balance"):
            await later.find(richer, ORG, order=Order("balance"))
        assert (await verify(later, ORG)).sound
        narrower = Kind("loans", "loan", Loan, unique=(("number",),))
        with pytest.raises(Conflict, match="share number"):
            await MongoDocuments.open(url, service="loans", kinds=[narrower])
        await later.close()


class Commands(CommandListener):
    """The reads that were asked for."""

    def __init__(self) -> None:
        self.reads: list[dict[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in {"find", "aggregate"}:
            self.reads.append(dict(event.command))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass


CLAUSES: tuple[tuple[Where, ...], ...] = (
    (),
    (Equal("name", "Oak 3"),),
    (AnyOf("name", ("Oak 3", "Oak 4")),),
    (Between("balance", Decimal(2), Decimal(9)),),
    (Between("maturity_date"),),
    (StartsWith("name", "Oak"),),
    (Contains("properties", "p1"),),
    (Words("oak 3"),),
    (Words("ak", within=True),),
    (Either(((Equal("name", "Oak 1"), Between("balance", Decimal(0))), (Equal("maturity_date", None),))),),
    (Words("oak"), Between("balance", Decimal(2))),
)


class TestPlans:
    async def test_every_read_is_answered_by_an_index_in_its_order(
        self,
        url: str,
        database: pymongo.database.Database[dict[str, Any]],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(queries, "NARROW", 10)  # so that forty loans are many
        commands = Commands()
        documents = await MongoDocuments.open(url, service="loans", kinds=[LOAN], listeners=[commands])
        for chunk in range(2):
            await stored(
                documents,
                *(
                    a_loan(
                        f"{chunk}-{place}",
                        name=f"Oak {place}",
                        balance=Decimal(place),
                        properties=("p1",),
                        review_at=NOW,
                    )
                    for place in range(20)
                ),
            )
        commands.reads.clear()
        for where in CLAUSES:
            for order in (None, Order("name"), Order("balance", descending=True), Order("maturity_date")):
                first = await documents.find(LOAN, ORG, *where, order=order, limit=3)
                if first.next is not None:
                    await documents.find(LOAN, ORG, *where, order=order, after=first.next, limit=3)
            await documents.count(LOAN, ORG, *where)
            await documents.sums(LOAN, ORG, *where, of="balance", by="balance")
        await documents.get(LOAN, ORG, "1-1")
        await documents.get_many(LOAN, ORG, ["1-1", "1-2"])
        await documents.history(LOAN, ORG, "1-1")
        await documents.as_known_at(LOAN, ORG, "1-1", datetime.datetime.now(datetime.UTC))
        await documents.entries(ORG)
        await documents.outbox(ORG, after=0)
        await documents.outgoing(after="")
        await documents.sequence(ORG)
        await documents.organizations()
        await documents.mark("relay")
        (due, *_) = await documents.due(LOAN, until=NOW, limit=3)
        assert len(await documents.due(LOAN, until=NOW, after=due)) == 39
        async for _ in documents.stored(ORG):
            pass
        await documents.close()
        assert len(commands.reads) > 150
        stand_in = "secantus" in database.client.admin.command("hello").get("setName", "")
        for command in commands.reads:
            asked = {key: value for key, value in command.items() if not key.startswith("$") and key not in _SESSIONS}
            if "aggregate" in asked:
                asked["cursor"] = {}
            if stand_in:
                # It tells of scans and sorts that it does not do; whether an index serves is looked up here instead.
                name = asked.get("find") or asked["aggregate"]
                indexes = [[*index["key"]] for index in database[name].list_indexes()]
                assert _is_served(asked, indexes), asked
                continue
            plan = database.command("explain", asked, verbosity="queryPlanner")
            stages = {stage["stage"] for stage in _stages(plan)}
            assert not stages & {"COLLSCAN", "SORT", "SORT_MERGE"}, (asked, plan)


_SESSIONS = {"lsid", "txnNumber", "startTransaction", "autocommit", "readConcern", "maxTimeMS"}


def _stages(plan: Any) -> Iterator[dict[str, Any]]:
    if isinstance(plan, dict):
        if "stage" in plan and isinstance(plan["stage"], str):
            yield plan
        for value in plan.values():
            yield from _stages(value)
    elif isinstance(plan, list):
        for value in plan:
            yield from _stages(value)


def _is_served(asked: dict[str, Any], indexes: list[list[str]]) -> bool:
    """Whether an index finds what is asked for, and has the order that is asked for."""
    wanted = asked["filter"] if "find" in asked else asked["pipeline"][0]["$match"]
    equal = {path for path, value in wanted.items() if not isinstance(value, dict)}
    ordered = [path for path in asked.get("sort", {}) if path not in equal]
    if len(set(asked.get("sort", {}).values())) > 1:
        return False
    for index in indexes:
        if index[0] not in wanted and index[0] not in ordered:
            continue
        rest = [path for path in index if path not in equal]
        if rest[: len(ordered)] == ordered:
            return True
    return not ordered and "_id" in wanted


class TestSeveralProcesses:
    async def test_share_one_journal_without_a_gap(self, url: str) -> None:
        several = [await MongoDocuments.open(url, service="loans", kinds=[LOAN]) for _ in range(3)]
        (contended,) = await stored(several[0], a_loan("contended"))

        async def attempt(place: int) -> int | None:
            unit = several[place % 3].unit(org=ORG, actor=str(place % 3), business_date=TODAY)
            unit.put(LOAN, a_loan(str(place), number=str(place // 10)))
            if place % 7 == 0:
                unit.put(LOAN, msgspec.structs.replace(contended, name=str(place)))
            try:
                return await unit.commit()
            except (Conflict, Stale):
                return None

        outcomes = await asyncio.gather(*(attempt(place) for place in range(60)))
        succeeded = sorted(sequence for sequence in outcomes if sequence is not None)
        assert succeeded == [*range(2, len(succeeded) + 2)]
        entries = await several[1].entries(ORG)
        assert [entry.sequence for entry in entries] == [*range(1, len(succeeded) + 2)]
        assert len({entry.actor for entry in entries}) > 1
        assert len(await several[2].history(LOAN, ORG, "contended")) == 2
        assert (await verify(several[0], ORG)).sound
        for one in several:
            await one.close()

    async def test_publish_each_entry_at_one_place_and_each_organization_in_sequence(self, url: str) -> None:
        several = [await MongoDocuments.open(url, service="loans", kinds=[LOAN]) for _ in range(2)]
        for place in range(10):
            await asyncio.gather(
                *(
                    stored(one, Loan(id=f"{place}-{number}", org=f"org{place % 3}"), org=f"org{place % 3}")
                    for number, one in enumerate(several)
                ),
                *(one.outgoing(after="", limit=3) for one in several),
            )
        while await several[0].outgoing(after="", limit=3) != await several[1].outgoing(after="", limit=3):
            pass
        found = []
        while page := await several[0].outgoing(after=found[-1].place if found else "", limit=4):
            found += page
        places = [int(one.place) for one in found]
        assert places == sorted({*places})
        assert len(places) == 20
        for org in ("org0", "org1", "org2"):
            own = [one.sequence for one in found if one.org == org]
            assert own == [*range(1, len(own) + 1)]
        for one in several:
            await one.close()


@asynccontextmanager
async def failing(client: pymongo.MongoClient[dict[str, Any]], **how: Any) -> AsyncIterator[None]:
    times = how.pop("times")
    client.admin.command("configureFailPoint", "failCommand", mode={"times": times}, data=how)
    try:
        yield
    finally:
        client.admin.command("configureFailPoint", "failCommand", mode="off")


class TestErrors:
    @pytest.mark.parametrize(
        "how",
        [
            {"failCommands": ["bulkWrite"], "errorCode": 112, "errorLabels": ["TransientTransactionError"], "times": 3},
            {"failCommands": ["commitTransaction"], "closeConnection": True, "times": 1},
            {
                "failCommands": ["commitTransaction"],
                "writeConcernError": {"code": 64, "errmsg": "it took long"},
                "times": 1,
            },
            {"failCommands": ["find"], "closeConnection": True, "times": 1},
        ],
        ids=["conflict", "cut", "unsure", "read cut"],
    )
    async def test_a_transaction_that_the_driver_may_try_again_is_applied_once(
        self, documents: MongoDocuments, database: pymongo.database.Database[dict[str, Any]], how: dict[str, Any]
    ) -> None:
        (loan,) = await stored(documents, a_loan())
        async with failing(database.client, **dict(how)):
            (changed,) = await stored(documents, msgspec.structs.replace(loan, name="changed"))
        assert changed.version == 2
        assert await documents.get(LOAN, ORG, "1") == changed
        assert [entry.sequence for entry in await documents.entries(ORG)] == [1, 2]
        assert (await verify(documents, ORG)).sound

    async def test_another_error_of_the_engine_stores_nothing_and_is_told(
        self, documents: MongoDocuments, database: pymongo.database.Database[dict[str, Any]]
    ) -> None:
        async with failing(database.client, failCommands=["bulkWrite"], errorCode=8000, times=1):
            with pytest.raises(pymongo.errors.PyMongoError):
                await stored(documents, a_loan())
        assert await documents.sequence(ORG) == 0
        await stored(documents, a_loan())
        assert await documents.sequence(ORG) == 1


class TestAway:
    # The driver drops a connection that was refused while it was made.
    @pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
    async def test_says_so_and_goes_on_when_it_is_back(self, installed_engines: Path, tmp_path: Path) -> None:
        engine = engines.mongodb(tmp_path / "data", port=engines.free_port(), installed=installed_engines)
        url = f"{engine.url}books?serverSelectionTimeoutMS=300&timeoutMS=2000"
        with pytest.raises(Unavailable):
            await MongoDocuments.open(url, service="loans", kinds=[LOAN])
        process = engines.start(engine)
        documents = await MongoDocuments.open(url, service="loans", kinds=[LOAN])
        (loan,) = await stored(documents, a_loan())
        process.kill()
        process.wait()
        for ask in (
            documents.get(LOAN, ORG, "1"),
            documents.find(LOAN, ORG),
            documents.ready(),
            documents.sequence(ORG),
        ):
            with pytest.raises(Unavailable, match="does not answer"):
                await ask
        with pytest.raises(Unavailable):
            await stored(documents, a_loan("2"))
        with engines.running(engine):
            await documents.ready()
            assert await documents.get(LOAN, ORG, "1") == loan, "what was acknowledged is there"
            await stored(documents, a_loan("3"))
            entries: tuple[JournalEntry, ...] = await documents.entries(ORG)
            assert [entry.sequence for entry in entries] == [1, 2]
            assert (await verify(documents, ORG)).sound
            await documents.close()

    async def test_one_that_stands_still_keeps_nobody_waiting_for_long(
        self, installed_engines: Path, tmp_path: Path
    ) -> None:
        engine = engines.mongodb(tmp_path / "data", port=engines.free_port(), installed=installed_engines)
        with engines.running(engine) as process:
            url = f"{engine.url}books?timeoutMS=500"
            documents = await MongoDocuments.open(url, service="loans", kinds=[LOAN])
            await stored(documents, a_loan())
            with _stopped(process), pytest.raises(Unavailable):
                async with asyncio.timeout(10):
                    await documents.get(LOAN, ORG, "1")
            assert await documents.get(LOAN, ORG, "1") is not None
            await documents.close()


class _stopped:  # noqa: N801
    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def __enter__(self) -> None:
        self._process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED)

    def __exit__(self, *raised: object) -> None:
        self._process.send_signal(signal.SIGCONT)


async def test_a_url_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no URL of MongoDB"):
        await MongoDocuments.open("mongodb://", service="loans", kinds=[LOAN])
