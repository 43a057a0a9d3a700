"""Following the loans journal: whoever does it, however often it is interrupted, each loan's dates are made once."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from realinsights.contracts.files import DocumentDeleted, DocumentKind, DocumentRecorded, Link, LinkedKind
from realinsights.contracts.loans import LoanDeleted, PartyDeleted, PartyKind
from realinsights.contracts.terms import TermsRecorded
from realinsights.notifications.model.dates import CriticalDate, DateKind
from realinsights.notifications.service.following import Follower
from realinsights.notifications.store import DATES, DOCUMENT_DATES, FOLLOWED, KINDS
from realinsights_platform.documents.heads import Heads
from realinsights_platform.documents.journal import verify
from realinsights_platform.documents.journal_port import Outgoing
from realinsights_platform.documents.sqlite import SqliteDocuments
from realinsights_platform.documents.walking import every
from realinsights_platform.events import Event

ORG = "acme"
TODAY = datetime.date(2026, 1, 15)


class Cut(Exception):
    """The process has ended."""


class World:
    """The journals of loans and files, the dates, and any number of processes that follow."""

    def __init__(self, folder: Path) -> None:
        self.loans = SqliteDocuments.open(folder / "loans.sqlite", service="loans", kinds=())
        self.files = SqliteDocuments.open(folder / "files.sqlite", service="files", kinds=())
        self.documents = SqliteDocuments.open(folder / "notifications.sqlite", service="notifications", kinds=KINDS)

    def process(self, feed: Any = None) -> Follower:
        """Return a follower as another process has it."""
        feeds = {"loans": feed or self.loans, "files": self.files}
        heads = {"loans": Heads(self.loans, None), "files": Heads(self.files, None)}
        return Follower(self.documents, feeds, heads=heads, today=lambda: TODAY)

    async def tell(self, *events: Event) -> None:
        async with self.loans.unit(org=ORG, actor="ann", business_date=TODAY) as unit:
            for event in events:
                unit.emit(event)

    async def file(self, *events: Event) -> None:
        async with self.files.unit(org=ORG, actor="ann", business_date=TODAY) as unit:
            for event in events:
                unit.emit(event)

    async def dates(self) -> list[CriticalDate]:
        return [date for date in await every(self.documents, DATES, ORG) if not date.gone]

    async def maturities(self) -> dict[str, datetime.date]:
        return {str(date.loan_id): date.on for date in await self.dates() if date.kind is DateKind.MATURITY}

    async def expiries(self) -> list[tuple[str | None, datetime.date]]:
        dates = [date for date in await self.dates() if date.kind is DateKind.DOCUMENT_EXPIRY]
        return [(date.loan_name, date.on) for date in dates]

    async def heard(self) -> int:
        followed = await self.documents.get(FOLLOWED, ORG, ORG)
        return 0 if followed is None else followed.sequence


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    opened = World(tmp_path)
    yield opened
    await opened.documents.close()
    await opened.files.close()
    await opened.loans.close()


def year(number: int) -> datetime.date:
    return datetime.date(number, 1, 1)


async def test_two_processes_at_once_do_it_once(world: World, a_loan: Any) -> None:
    for number in range(20):
        await world.tell(a_loan(loan_id=f"loan-{number % 5}", maturity_date=year(2030 + number)))
    followers = [world.process() for _ in range(3)]
    await asyncio.gather(*(follower.catch_up(ORG) for follower in followers))
    assert await world.maturities() == {f"loan-{number % 5}": year(2030 + number) for number in range(15, 20)}
    assert await world.documents.sequence(ORG) == 20, "one entry for each that tells of dates"
    assert (await verify(world.documents, ORG)).sound


async def test_who_comes_late_with_an_old_entry_changes_nothing(world: World, a_loan: Any) -> None:
    await world.tell(a_loan(maturity_date=year(2030)))
    inside, go_on = asyncio.Event(), asyncio.Event()

    class Slow:
        service = "loans"

        async def outbox(self, org: str, *, after: int, limit: int) -> tuple[Outgoing, ...]:
            found = await world.loans.outbox(org, after=after, limit=1)
            inside.set()
            await go_on.wait()
            return found

    late = asyncio.create_task(world.process(Slow()).catch_up(ORG))
    await inside.wait()
    await world.tell(a_loan(maturity_date=year(2031)))
    await world.tell(LoanDeleted(loan_id="loan-1"))
    await world.process().catch_up(ORG)
    assert await world.dates() == []
    before = await world.documents.sequence(ORG)
    go_on.set()
    await late
    assert await world.dates() == []
    assert (await world.documents.sequence(ORG), await world.heard()) == (before, 3)


async def test_what_is_told_after_another_has_looked_is_done_too(world: World, a_loan: Any) -> None:
    await world.tell(a_loan(maturity_date=year(2030)))
    looked, go_on = asyncio.Event(), asyncio.Event()

    class Slow:
        service = "loans"

        async def outbox(self, org: str, *, after: int, limit: int) -> tuple[Outgoing, ...]:
            found = await world.loans.outbox(org, after=after, limit=limit)
            looked.set()
            await go_on.wait()
            return found

    follower = world.process(Slow())
    first = asyncio.create_task(follower.catch_up(ORG, "loans"))
    await looked.wait()
    await world.tell(a_loan(maturity_date=year(2031)))
    second = asyncio.create_task(follower.catch_up(ORG, "loans"))
    await asyncio.sleep(0)  # it waits for the first one
    go_on.set()
    await asyncio.gather(first, second)
    assert await world.maturities() == {"loan-1": year(2031)}


async def test_who_comes_as_a_question_ends_with_something_left_does_the_rest(world: World, a_loan: Any) -> None:
    await world.tell(a_loan(maturity_date=year(2030)))
    coming: list[asyncio.Task[None]] = []

    class Ending:
        service = "loans"

        async def outbox(self, org: str, *, after: int, limit: int) -> tuple[Outgoing, ...]:
            found = await world.loans.outbox(org, after=after, limit=limit)
            if not coming:
                # It begins after the question's task has ended, and before what the end calls has run.
                coming.append(asyncio.create_task(follower.catch_up(ORG)))
            return found

    follower = world.process(Ending())
    await follower.current(ORG, within=0)
    await coming[0]
    assert await world.maturities() == {"loan-1": year(2030)}


async def test_an_end_in_the_middle_of_a_large_entry_is_gone_on_from(
    world: World, a_loan: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.tell(*(a_loan(loan_id=f"loan-{number:03}", maturity_date=year(2030)) for number in range(250)))
    submit, left = SqliteDocuments.submit, [2]

    def cut(self: SqliteDocuments, unit: Any) -> Any:
        if self is world.documents and not left[0]:
            raise Cut
        left[0] -= self is world.documents
        return submit(self, unit)

    monkeypatch.setattr(SqliteDocuments, "submit", cut)
    with pytest.raises(Cut):
        await world.process().catch_up(ORG)
    monkeypatch.setattr(SqliteDocuments, "submit", submit)
    assert (len(await world.maturities()), await world.heard()) == (200, 0)
    await world.process().catch_up(ORG)
    assert (len(await world.maturities()), await world.heard()) == (250, 1)
    assert {date.version for date in await world.dates()} == {1}, "what was there is not written again"


async def test_entries_of_which_nothing_matters_are_remembered_now_and_then(world: World) -> None:
    for _ in range(250):
        await world.tell(PartyDeleted(kind=PartyKind.LENDER, party_id="x"))
    await world.process().catch_up(ORG)
    assert await world.heard() == 200
    assert await world.documents.sequence(ORG) == 2


async def test_a_loan_that_comes_back_has_its_dates_back(world: World, a_loan: Any) -> None:
    terms: TermsRecorded = a_loan(maturity_date=year(2030))
    follower = world.process()
    await world.tell(terms)
    await follower.catch_up(ORG)
    before = await world.maturities()
    await world.tell(LoanDeleted(loan_id="loan-1"))
    await follower.catch_up(ORG)
    assert await world.dates() == []
    await world.tell(terms)
    await follower.catch_up(ORG)
    assert await world.maturities() == before


async def test_a_question_leaves_what_is_much_to_the_worker(world: World, a_loan: Any) -> None:
    for number in range(30):
        await world.tell(a_loan(maturity_date=year(2030 + number)))
    follower = world.process()
    await follower.current(ORG, within=0.0)
    await asyncio.gather(follower.current(ORG, within=0.0), follower.catch_up(ORG))
    assert await world.heard() == 30
    assert await world.maturities() == {"loan-1": year(2059)}


async def test_a_question_is_answered_though_there_is_more_to_come(world: World, a_loan: Any) -> None:
    class Silent:
        service = "loans"

        async def outbox(self, org: str, *, after: int, limit: int) -> tuple[Outgoing, ...]:
            await asyncio.Event().wait()
            raise AssertionError

    await world.tell(a_loan())
    follower = world.process(Silent())
    await follower.current(ORG, within=0.01)
    assert await world.dates() == []
    await follower.aclose()


def insurance(*loans: str, on: int = 2027) -> DocumentRecorded:
    links = tuple(Link(kind=LinkedKind.LOAN, id=loan) for loan in loans)
    return DocumentRecorded(
        document_id="doc-1", title="Insurance", kind=DocumentKind.INSURANCE, confidential=False,
        expires_on=year(on), links=links,
    )  # fmt: skip


class TestDocuments:
    async def test_are_heard_once_by_two_processes(self, world: World, a_loan: Any) -> None:
        await world.tell(a_loan())
        for number in range(10):
            await world.file(insurance("loan-1", on=2030 + number))
        await asyncio.gather(*(world.process().catch_up(ORG) for _ in range(3)))
        assert await world.expiries() == [("Harbor Point", year(2039))]
        assert (await verify(world.documents, ORG)).sound

    async def test_of_a_loan_that_is_told_while_they_are_read_have_its_name(self, world: World, a_loan: Any) -> None:
        await world.file(insurance("loan-1"))

        class Late:
            """The loans journal as who reads it before the loan is there, once."""

            service = "loans"
            read = False

            async def outbox(self, org: str, *, after: int, limit: int) -> tuple[Outgoing, ...]:
                if not self.read:
                    self.read = True
                    await world.tell(a_loan())
                    return ()
                return await world.loans.outbox(org, after=after, limit=limit)

        await world.process(Late()).catch_up(ORG)
        assert await world.expiries() == [("Harbor Point", year(2027))]

    async def test_follow_their_loan_when_it_is_renamed_deleted_and_back(self, world: World, a_loan: Any) -> None:
        follower = world.process()
        await world.tell(a_loan())
        await world.file(insurance("loan-1"))
        await follower.catch_up(ORG)
        await world.tell(a_loan(name="Pier Nine"))
        await follower.catch_up(ORG)
        assert await world.expiries() == [("Pier Nine", year(2027))]
        await world.tell(LoanDeleted(loan_id="loan-1"))
        await follower.catch_up(ORG)
        assert await world.expiries() == []
        await world.file(insurance("loan-1", on=2028))
        await follower.catch_up(ORG)
        assert await world.expiries() == [], "its loan is still deleted"
        await world.tell(a_loan(name="Pier Nine"))
        await follower.catch_up(ORG)
        assert await world.expiries() == [("Pier Nine", year(2028))]

    async def test_that_are_deleted_stay_gone_when_their_loan_comes_back(self, world: World, a_loan: Any) -> None:
        follower = world.process()
        await world.tell(a_loan())
        await world.file(insurance("loan-1"))
        await world.tell(LoanDeleted(loan_id="loan-1"))
        await follower.catch_up(ORG)
        await world.file(DocumentDeleted(document_id="doc-1"))
        await world.tell(a_loan())
        await follower.catch_up(ORG)
        assert await world.expiries() == []
        await world.file(insurance("loan-1"))
        await follower.catch_up(ORG)
        assert await world.expiries() == [("Harbor Point", year(2027))], "a document that is back has its date back"

    async def test_without_an_expiry_leave_nothing_but_a_place_now_and_then(self, world: World) -> None:
        for number in range(150):
            await world.file(msgspec.structs.replace(insurance(), document_id=f"doc-{number}", expires_on=None))
        await world.process().catch_up(ORG)
        followed = await world.documents.get(FOLLOWED, ORG, ORG)
        assert followed is not None
        assert followed.documents == 100
        assert (await world.documents.find(DOCUMENT_DATES, ORG)).items == ()
