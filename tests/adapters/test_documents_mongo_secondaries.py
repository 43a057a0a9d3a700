"""Reads from secondaries: one answers where it has all that is known, the primary where it lags or is silent."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from realinsights import engines
from realinsights_platform.documents.mongo import MongoDocuments, secondaries
from realinsights_platform.documents.port import Document, Equal, Kind, Order
from realinsights_platform.events import Event
from realinsights_platform.ids import new_id

from .lagging import ReplicaSet, replica_set

TODAY = datetime.date(2026, 1, 31)
ORG = "acme"


class Loan(Document, frozen=True, kw_only=True):
    name: str = ""


class LoanNoticed(Event, frozen=True, tag="loans.loan.noticed.v1"):
    note: str


LOAN = Kind("loans", "loan", Loan, indexes=("name",))


@pytest.fixture(scope="module")
def second_url(installed_engines: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URL of another MongoDB beside the tests' own."""
    folder = tmp_path_factory.mktemp("second") / "data"
    engine = engines.mongodb(folder, port=engines.free_port(), installed=installed_engines)
    with engines.running(engine):
        yield engine.url


@pytest.fixture
async def members(mongodb_url: str, second_url: str) -> AsyncIterator[ReplicaSet]:
    async with replica_set(mongodb_url, second_url, f"test-{new_id()}") as joined:
        yield joined


@dataclass
class Asked(CommandListener):
    """What was asked of which member."""

    members: ReplicaSet
    commands: list[CommandStartedEvent] = field(default_factory=list)

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in {"find", "aggregate"}:
            self.commands.append(event)

    def succeeded(self, event: CommandSucceededEvent) -> None: ...

    def failed(self, event: CommandFailedEvent) -> None: ...

    def told(self) -> list[tuple[str, str]]:
        """Return (member, collection) of each, and forget them."""
        names = {self.members.primary.port: "primary", self.members.secondary.port: "secondary"}
        said = [(names[one.connection_id[1]], one.command[one.command_name]) for one in self.commands]  # type: ignore[index]
        self.commands.clear()
        return said


@dataclass
class Scene:
    """Documents of a replica set; `known` is what their reader knows of the organization, None where nothing."""

    members: ReplicaSet
    documents: MongoDocuments
    asked: Asked
    known: int | None = None

    def __post_init__(self) -> None:
        self.reader = self.documents.relaxed(lambda org: self.known)

    async def store(self, *names: str, replicated: bool) -> None:
        """Commit a loan for each name, which the reader knows at once."""
        for name in names:
            async with self.documents.unit(org=ORG, actor="ada", business_date=TODAY) as unit:
                unit.put(LOAN, Loan(id=f"id-{name}", org=ORG, name=name))
                unit.emit(LoanNoticed(note=name))
            self.known = unit.sequence
        if replicated:
            await asyncio.to_thread(self.members.replicate)
        self.asked.commands.clear()

    async def names(self) -> list[str]:
        found = await self.reader.find(LOAN, ORG, order=Order("name"))
        return [loan.name for loan in found.items]


@pytest.fixture
async def scene(members: ReplicaSet) -> AsyncIterator[Scene]:
    asked = Asked(members)
    documents = await MongoDocuments.open(members.url, service="loans", kinds=[LOAN], listeners=[asked])
    # Who is secondary is heard a moment after who is primary.
    while not documents.relaxed(lambda org: 0)._secondaries._any():  # type: ignore[union-attr]
        await documents.ready()
    yield Scene(members, documents, asked)
    await documents.close()


class TestASecondaryThatHasAllThatIsKnown:
    async def test_answers_every_kind_of_read(self, scene: Scene) -> None:
        await scene.store("Pier", "Quay", replicated=True)
        assert await scene.names() == ["Pier", "Quay"]
        assert await scene.reader.count(LOAN, ORG, Equal("name", "Pier")) == 1
        assert (await scene.reader.get(LOAN, ORG, "id-Pier")) is not None
        assert set(await scene.reader.get_many(LOAN, ORG, ["id-Pier", "id-Quay"])) == {"id-Pier", "id-Quay"}
        assert [one.version for one in await scene.reader.history(LOAN, ORG, "id-Quay")] == [1]
        now = datetime.datetime.now(datetime.UTC)
        assert (await scene.reader.as_known_at(LOAN, ORG, "id-Quay", now)) is not None
        told = scene.asked.told()
        assert {member for member, _ in told} == {"secondary"}
        # The head is looked at once, not for each read.
        assert [collection for _, collection in told].count("loans_head") == 1

    async def test_is_asked_for_no_less_than_what_was_seen_before(self, scene: Scene) -> None:
        await scene.store("Pier", replicated=True)
        await scene.names()
        looked, *others = scene.asked.commands
        assert "afterClusterTime" not in looked.command["readConcern"]
        await scene.names()
        for one in [*others, *scene.asked.commands[2:]]:
            assert one.command["readConcern"]["level"] == "majority"
            assert one.command["readConcern"]["afterClusterTime"] is not None
            assert one.command["$readPreference"]["mode"] == "secondaryPreferred"

    async def test_is_looked_at_again_after_each_commit(self, scene: Scene) -> None:
        await scene.store("Pier", replicated=True)
        await scene.names()
        await scene.store("Quay", replicated=True)
        assert await scene.names() == ["Pier", "Quay"]
        assert scene.asked.told() == [("secondary", "loans_head"), ("secondary", "loans_loan")]


class TestThePrimaryIsAsked:
    async def test_where_the_secondary_lags_behind_what_is_known(self, scene: Scene) -> None:
        await scene.store("Pier", replicated=True)
        await scene.names()
        await scene.store("Quay", replicated=False)
        assert await scene.names() == ["Pier", "Quay"]
        assert scene.asked.told() == [("secondary", "loans_head"), ("primary", "loans_loan")]

    async def test_where_the_secondary_does_not_have_the_organization(self, scene: Scene) -> None:
        await scene.store("Pier", replicated=False)
        assert await scene.names() == ["Pier"]

    async def test_where_nothing_is_known(self, scene: Scene) -> None:
        await scene.store("Pier", replicated=True)
        await scene.store("Quay", replicated=False)
        scene.known = None
        assert await scene.names() == ["Pier", "Quay"]
        assert {member for member, _ in scene.asked.told()} == {"primary"}

    async def test_where_no_reader_said_that_a_copy_will_do(self, scene: Scene) -> None:
        await scene.store("Pier", replicated=True)
        assert (await scene.documents.get(LOAN, ORG, "id-Pier")) is not None
        assert await scene.documents.sequence(ORG) == await scene.reader.sequence(ORG) == 1
        assert {member for member, _ in scene.asked.told()} == {"primary"}

    async def test_by_units_of_work(self, scene: Scene) -> None:
        await scene.store("Pier", replicated=True)
        await scene.store("Quay", replicated=False)
        scene.known = 1  # of the other one this process has not heard
        assert await scene.names() == ["Pier"]
        scene.asked.commands.clear()
        async with scene.reader.unit(org=ORG, actor="ada", business_date=TODAY) as unit:
            assert len(await unit.find(LOAN)) == 2
            loan = await unit.get(LOAN, "id-Quay")
            assert loan is not None
            unit.put(LOAN, loan)
        assert {member for member, _ in scene.asked.told()} == {"primary"}

    async def test_where_the_secondary_does_not_answer_in_time(
        self, scene: Scene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await scene.store("Pier", replicated=True)
        assert await scene.names() == ["Pier"]
        monkeypatch.setattr(secondaries, "PATIENCE_SECONDS", 0.2)
        scene.members.secondary.flowing.clear()
        assert await scene.names() == ["Pier"]
        scene.members.secondary.flowing.set()
        assert [member for member, _ in scene.asked.told()][-1] == "primary"


class TestJournal:
    async def walked(self, scene: Scene) -> list[int]:
        found: list[int] = []
        while page := await scene.reader.outbox(ORG, after=found[-1] if found else 0, limit=4):
            found += [one.sequence for one in page]
        return found

    async def test_is_read_by_who_lacks_much_from_a_secondary_and_to_its_end_from_the_primary(
        self, scene: Scene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(secondaries, "FAR", 3)
        await scene.store(*"abcdef", replicated=True)
        await scene.store(*"ghij", replicated=False)
        assert await self.walked(scene) == [*range(1, 11)]
        told: list[Any] = [member for member, _ in scene.asked.told()]
        # Two pages, of which the secondary has the second in part; the rest of it; the last ones; and that nothing
        # follows, which is asked twice: of the next entries, then of the journal's head.
        assert told == ["secondary"] * 2 + ["primary"] * 4

    async def test_is_read_to_its_end_where_less_is_known(self, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(secondaries, "FAR", 3)
        await scene.store(*"abcdef", replicated=True)
        await scene.store(*"gh", replicated=False)
        scene.known = 5
        assert await self.walked(scene) == [*range(1, 9)]
