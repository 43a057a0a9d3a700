"""The specification of moving: a journal written as it is elsewhere, and where an organization is written to."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from realinsights_platform.attributes import made_from
from realinsights_platform.documents.journal import GENESIS, Header, entry_hash, verify
from realinsights_platform.documents.journal_port import JournalEntry, Storage
from realinsights_platform.documents.moving import BrokenChain
from realinsights_platform.documents.opening import open_documents
from realinsights_platform.documents.port import Contains, Document, Equal, Kind, Order, Words
from realinsights_platform.documents.sqlite import SqliteDocuments
from realinsights_platform.documents.stages import Stage, Standing
from realinsights_platform.errors import Conflict, Moved
from realinsights_platform.events import Event

TODAY = datetime.date(2026, 1, 31)
NOON = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC)
MOVE = "move-1"
ARRIVING = Standing(Stage.ARRIVING, MOVE)
LEAVING = Standing(Stage.LEAVING, MOVE)


class Loan(Document, frozen=True, kw_only=True):
    number: str
    name: str
    balance: Decimal = Decimal("1250000.00")
    properties: tuple[str, ...] = ()
    remind_at: datetime.datetime | None = None


class LoanNoticed(Event, frozen=True, tag="loans.loan.noticed.v1"):
    loan_id: str


LOAN = Kind(
    "loans",
    "loan",
    Loan,
    indexes=("number", "balance"),
    members=("properties",),
    words=("name",),
    unique=(("number",),),
    due="remind_at",
)


@pytest.fixture
async def source(tmp_path: Path) -> AsyncIterator[Storage]:
    """Return a store with a journal of seven entries: changes, a trade of numbers, a deletion, and a return from it."""
    opened = await open_documents(f"sqlite:///{tmp_path}/source.sqlite", "loans", [LOAN])
    await put(opened, *(a_loan(key, number=key) for key in ("one", "two", "three")))
    for name in ("Elm Court", "Fir Court"):
        await change(opened, "one", name=name, properties=(name[:3],))
    one, two = await stored(opened, "one"), await stored(opened, "two")
    await put(opened, replaced(one, number="two"), replaced(two, number="one"))
    async with opened.unit(org="acme", actor="ben", business_date=TODAY) as unit:
        unit.delete(LOAN, await stored(opened, "three"))
    await put(opened, a_loan("three", number="3", version=2))
    async with opened.unit(org="acme", actor="cem", business_date=TODAY) as unit:
        unit.emit(LoanNoticed(loan_id="one"))
    yield opened
    await opened.close()


@pytest.fixture
async def target(address: str) -> AsyncIterator[Storage]:
    opened = await open_documents(address, "loans", [LOAN])
    assert await opened.stand("acme", ARRIVING, instead_of=[None])
    yield opened
    await opened.close()


def a_loan(key: str, *, number: str, org: str = "acme", version: int = 0) -> Loan:
    return Loan(id=key, org=org, number=number, name=f"Oak {key}", properties=("p",), version=version)


def replaced(loan: Loan, **changes: object) -> Loan:
    return msgspec.structs.replace(loan, **changes)


async def stored(documents: Storage, key: str, *, org: str = "acme") -> Loan:
    found = await documents.get(LOAN, org, key)
    assert found is not None
    return found


async def put(documents: Storage, *loans: Loan) -> None:
    async with documents.unit(org=loans[0].org, actor="ann", business_date=TODAY) as unit:
        for loan in loans:
            unit.put(LOAN, loan)
            unit.emit(LoanNoticed(loan_id=loan.id))


async def change(documents: Storage, key: str, **changes: object) -> None:
    await put(documents, replaced(await stored(documents, key), **changes))


async def told_of(documents: Storage) -> list[tuple[str, int]]:
    """Return what is published, to its end."""
    found: list[tuple[str, int]] = []
    after = ""
    while page := await documents.outgoing(after=after):
        found += [(one.org, one.sequence) for one in page]
        after = page[-1].place
    return found


def replaced_entry(entry: JournalEntry, **changes: object) -> JournalEntry:
    return msgspec.structs.replace(entry, **changes)


class TestReplay:
    @pytest.mark.parametrize("at_once", [1, 3, 100])
    async def test_makes_the_same_journal_and_the_same_documents(
        self, source: Storage, target: Storage, at_once: int
    ) -> None:
        entries = await source.entries("acme")
        assert any(entry.at.microsecond % 1000 for entry in entries)  # which an engine of milliseconds has to keep
        for start in range(0, len(entries), at_once):
            await target.replay("acme", entries[start : start + at_once])
        assert await target.entries("acme") == entries
        assert await target.end("acme") == await source.end("acme") == (len(entries), entries[-1].hash)
        assert await target.end("bay") == (0, GENESIS)
        assert [one async for one in target.stored("acme")] == [one async for one in source.stored("acme")]
        assert await target.stored_bytes("acme") == await source.stored_bytes("acme")
        verified = await verify(target, "acme")
        assert verified.sound, verified.reason
        assert verified == await verify(source, "acme")

    async def test_makes_the_same_history(self, source: Storage, target: Storage) -> None:
        await target.replay("acme", await source.entries("acme"))
        for key in ("one", "two", "three"):
            history = await source.history(LOAN, "acme", key)
            assert await target.history(LOAN, "acme", key) == history
            for revision in history:
                for moment in (revision.at, revision.at - datetime.timedelta(microseconds=1)):
                    known = await source.as_known_at(LOAN, "acme", key, moment)
                    assert await target.as_known_at(LOAN, "acme", key, moment) == known

    async def test_makes_indexes_that_find_the_same(self, source: Storage, target: Storage) -> None:
        await target.replay("acme", await source.entries("acme"))
        for where in (
            Equal("number", "two"),
            Contains("properties", "Fir"),
            Contains("properties", "Elm"),
            Words("fir"),
        ):
            found = await source.find(LOAN, "acme", where, order=Order("balance"))
            assert await target.find(LOAN, "acme", where, order=Order("balance")) == found

    async def test_goes_on_where_it_ended(self, source: Storage, target: Storage) -> None:
        entries = await source.entries("acme")
        await target.replay("acme", entries[:4])
        with pytest.raises(BrokenChain, match="does not follow entry 4"):
            await target.replay("acme", entries[:4])
        await target.replay("acme", entries[4:])
        assert await target.entries("acme") == entries

    async def test_keeps_a_document_of_many_megabytes(self, source: Storage, target: Storage) -> None:
        await change(source, "one", name="Oak " * 2_000_000)
        await change(source, "two", name="Ash")
        await target.replay("acme", await source.entries("acme"))
        assert await stored(target, "one") == await stored(source, "one")
        assert await verify(target, "acme") == await verify(source, "acme")

    async def test_of_entries_that_do_not_follow_writes_nothing(self, source: Storage, target: Storage) -> None:
        entries = await source.entries("acme")
        changed = replaced_entry(entries[1], actor="mallory")
        for wrong in (
            entries[1:],
            [entries[0], entries[2]],
            [entries[0], changed],
            [replaced_entry(entries[0], org="bay")],
        ):
            with pytest.raises(BrokenChain):
                await target.replay("acme", wrong)
        assert await target.sequence("acme") == 0
        assert [one async for one in target.stored("acme")] == []

    async def test_is_refused_where_the_organization_is_not_arriving(self, source: Storage, target: Storage) -> None:
        entries = await source.entries("acme")
        await target.replay("acme", entries[:1])
        assert await target.arrive("acme", MOVE, told=0)
        with pytest.raises(Conflict, match="not arriving"):
            await target.replay("acme", entries[1:])
        assert await target.sequence("acme") == 1

    async def test_tells_of_a_unique_key_that_is_taken(self, source: Storage, target: Storage) -> None:
        await put(source, *(a_loan(key, number=key, org="bay") for key in ("one", "two")))
        (first,) = await source.entries("bay", limit=1)
        one, two = first.writes
        double = msgspec.Raw(bytes(two.document or b"").replace(b'"number":"two"', b'"number":"one"'))
        writes = (one, msgspec.structs.replace(two, document=double))
        sealed = entry_hash(made_from(first, Header), writes, bytes(first.events))
        await target.stand("bay", ARRIVING, instead_of=[None])
        with pytest.raises(Conflict, match="this number exists already"):
            await target.replay("bay", [msgspec.structs.replace(first, writes=writes, hash=sealed)])
        assert await target.sequence("bay") == 0

    async def test_goes_on_with_units_of_work(self, source: Storage, target: Storage) -> None:
        await target.replay("acme", await source.entries("acme"))
        await target.arrive("acme", MOVE, told=0)
        before = await source.sequence("acme")
        await change(target, "one", name="Larch")
        assert await target.sequence("acme") == before + 1
        assert (await verify(target, "acme")).sound
        # And back, to where it came from.
        assert await source.stand("acme", LEAVING, instead_of=[None])
        assert await source.stand("acme", Standing(Stage.LEFT, MOVE), instead_of=[Stage.LEAVING])
        assert await source.stand("acme", ARRIVING, instead_of=[Stage.LEFT])
        await source.replay("acme", await target.entries("acme", after=before))
        assert await source.arrive("acme", MOVE, told=before)
        assert await verify(source, "acme") == await verify(target, "acme")
        await change(source, "one", name="Rowan")
        assert (await verify(source, "acme")).sound


class TestWhatIsPublished:
    async def test_is_what_was_not_told_elsewhere_once_it_is_here(self, source: Storage, target: Storage) -> None:
        entries = await source.entries("acme")
        await target.replay("acme", entries[:3])
        await target.replay("acme", entries[3:])
        assert await told_of(target) == []
        assert await target.arrive("acme", MOVE, told=5)
        assert await told_of(target) == [("acme", 6), ("acme", 7)]
        await change(target, "one", name="Larch")
        assert await told_of(target) == [("acme", 6), ("acme", 7), ("acme", 8)]

    async def test_is_what_comes_next_where_all_was_told(self, source: Storage, target: Storage) -> None:
        await target.replay("acme", await source.entries("acme"))
        await target.arrive("acme", MOVE, told=7)
        assert await told_of(target) == []
        await change(target, "one", name="Larch")
        assert await told_of(target) == [("acme", 8)]
        assert [one.sequence for one in await target.outbox("acme", after=0)] == [*range(1, 9)]

    async def test_is_known_up_to_a_place(self, source: Storage) -> None:
        await put(source, a_loan("one", number="one", org="bay"))
        places = [(one.org, one.sequence, one.place) for one in await source.outgoing(after="")]
        assert len(places) == 8
        for org, sequence, place in places:
            assert await source.told(org, place) == sequence
        assert await source.told("bay", places[6][2]) == 0
        assert await source.told("bay", "") == 0
        assert await source.told("nobody", places[-1][2]) == 0

    async def test_of_the_target_is_known_up_to_a_place_too(self, source: Storage, target: Storage) -> None:
        await target.replay("acme", await source.entries("acme"))
        await target.arrive("acme", MOVE, told=5)
        assert await target.told("acme", "") == 5
        first, second = await target.outgoing(after="")
        assert await target.told("acme", first.place) == 6
        assert await target.told("acme", second.place) == 7


class TestStages:
    @pytest.fixture
    async def documents(self, address: str) -> AsyncIterator[Storage]:
        opened = await open_documents(address, "loans", [LOAN])
        yield opened
        await opened.close()

    @pytest.mark.parametrize("begun", [True, False])
    @pytest.mark.parametrize("stage", [Stage.ARRIVING, Stage.LEAVING, Stage.LEFT])
    async def test_that_refuse_let_no_unit_of_work_in(self, documents: Storage, stage: Stage, begun: bool) -> None:
        if begun:
            await put(documents, a_loan("one", number="one"))
        assert await documents.stand("acme", Standing(stage, MOVE), instead_of=[None])
        assert await documents.standing("acme") == Standing(stage, MOVE)
        with pytest.raises(Moved, match="has moved" if stage is Stage.LEFT else "is moving"):
            await put(documents, a_loan("two", number="two"))
        assert await documents.sequence("acme") == begun
        assert await documents.organizations() == (("acme",) if begun else ())
        await put(documents, a_loan("one", number="one", org="bay"))

    @pytest.mark.parametrize("begun", [True, False])
    async def test_that_ended_let_them_in_again(self, documents: Storage, begun: bool) -> None:
        if begun:
            await put(documents, a_loan("one", number="one"))
        await documents.stand("acme", LEAVING, instead_of=[None])
        assert await documents.stand("acme", Standing(Stage.HERE, MOVE), instead_of=[Stage.LEAVING])
        await put(documents, a_loan("two", number="two"))
        assert await documents.sequence("acme") == begun + 1
        assert (await verify(documents, "acme")).sound

    async def test_change_only_from_those_named_and_by_their_own_move(self, documents: Storage) -> None:
        assert not await documents.stand("acme", LEAVING, instead_of=[Stage.HERE])
        assert await documents.standing("acme") is None
        assert await documents.stand("acme", LEAVING, instead_of=[None, Stage.HERE])
        assert await documents.stand("acme", LEAVING, instead_of=[Stage.LEAVING])
        assert not await documents.stand("acme", Standing(Stage.LEAVING, "another"), instead_of=[Stage.LEAVING])
        assert not await documents.arrive("acme", MOVE, told=0)
        assert await documents.standing("acme") == LEAVING
        assert await documents.stand("acme", Standing(Stage.HERE, MOVE), instead_of=[Stage.LEAVING])
        assert await documents.stand("acme", Standing(Stage.LEAVING, "another"), instead_of=[Stage.HERE])

    async def test_arrival_is_of_its_own_move(self, documents: Storage) -> None:
        await documents.stand("acme", ARRIVING, instead_of=[None])
        assert not await documents.arrive("acme", "another", told=0)
        assert await documents.standing("acme") == ARRIVING

    async def test_leave_out_what_is_due(self, documents: Storage) -> None:
        for org in ("acme", "bay", "cove"):
            await put(documents, *(replaced(a_loan(key, number=key, org=org), remind_at=NOON) for key in ("1", "2")))
        await documents.stand("bay", LEAVING, instead_of=[None])
        found = await documents.due(LOAN, until=NOON)
        assert [(one.org, one.id) for one in found] == [(org, key) for org in ("acme", "cove") for key in ("1", "2")]
        assert await documents.due(LOAN, until=NOON, limit=3) == found[:3]
        await documents.stand("bay", Standing(Stage.HERE, MOVE), instead_of=[Stage.LEAVING])
        assert len(await documents.due(LOAN, until=NOON)) == 6

    async def test_are_said_beside_a_process_that_writes_and_nothing_slips_in(
        self, documents: Storage, address: str
    ) -> None:
        """Each unit of work is refused, or in the journal when the stage was said."""
        beside = documents
        if address.startswith("sqlite"):
            path = address.removeprefix("sqlite:///")
            beside = SqliteDocuments(path, service="loans", kinds=[LOAN], read_only=True)
        acknowledged: list[int] = []

        async def write(number: int) -> None:
            unit = documents.unit(org="acme", actor="ann", business_date=TODAY)
            unit.put(LOAN, a_loan(str(number), number=str(number)))
            try:
                sequence = await unit.commit()
            except Moved:
                return
            assert sequence is not None
            acknowledged.append(sequence)

        writing = [asyncio.create_task(write(number)) for number in range(10)]
        await writing[4]
        writing += [asyncio.create_task(write(number)) for number in range(10, 60)]
        assert await beside.stand("acme", LEAVING, instead_of=[None])
        last = await beside.sequence("acme")
        await asyncio.gather(*writing)
        assert await documents.sequence("acme") == last
        assert sorted(acknowledged) == [*range(1, last + 1)]
        assert len(await beside.entries("acme")) == last
        if beside is not documents:
            await beside.close()
