"""Closing a journal: nothing is stored after it, everything before it goes, and what is left can be verified."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from realinsights_platform.blobs import Blobs, open_blobs
from realinsights_platform.documents.anchors import Anchored
from realinsights_platform.documents.closed import JournalClosed
from realinsights_platform.documents.closing import Kept, close_journal, closure, erase
from realinsights_platform.documents.journal import verify
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.opening import open_documents
from realinsights_platform.documents.port import Document, Kind, Unit
from realinsights_platform.documents.text_port import TextPage
from realinsights_platform.errors import Closed, Conflict, Stale
from realinsights_platform.events import Event
from realinsights_platform.scheduling.jobs import DueWork, Job

DAY = datetime.date(2026, 1, 31)
NOW = datetime.datetime(2026, 1, 31, tzinfo=datetime.UTC)


class Loan(Document, frozen=True, kw_only=True):
    number: str
    name: str
    balance: Decimal = Decimal(7)
    properties: tuple[str, ...] = ()

    @property
    def due_at(self) -> datetime.datetime | None:
        return NOW if self.org == "acme" else None


class Answered(Event, frozen=True, tag="loans.answered.v1"):
    """What is added to a closed journal."""


LOAN = Kind(
    "loans",
    "loan",
    Loan,
    indexes=("balance",),
    members=("properties",),
    words=("name",),
    unique=(("number",),),
    due="due_at",
)


@pytest.fixture
async def storage(address: str) -> AsyncIterator[Storage]:
    opened = await open_documents(address, service="loans", kinds=[LOAN])
    yield opened
    await opened.close()


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return open_blobs(f"file://{tmp_path}/blobs")


@pytest.fixture
async def kept(storage: Storage, blobs: Blobs) -> AsyncIterator[Kept]:
    """Return what a service keeps of two organizations: each has 25 loans, one deleted, a file and a text."""
    texts = storage.texts()
    for org in ("acme", "acme2"):
        async with unit_of(storage, org) as unit:
            for number in range(25):
                loan = Loan(id=f"l{number}", org=org, number=f"{number}", name=f"Oak {number}", properties=("p",))
                unit.put(LOAN, loan)
        async with unit_of(storage, org) as unit:
            loan = await unit.get(LOAN, "l3")
            assert loan is not None
            unit.delete(LOAN, loan)
        await blobs.put(f"tapes/{org}/one", b"a tape")
        await texts.put(org, "lease", NOW, [TextPage(1, "the tenant pays")])
    yield Kept(storage=storage, kinds=(LOAN,), blobs=blobs, folders=("tapes",), texts=texts)
    await texts.aclose()


def unit_of(storage: Storage, org: str = "acme") -> Unit:
    return storage.unit(org=org, actor="ann", business_date=DAY)


async def close(kept: Kept, org: str = "acme") -> None:
    await close_journal(kept, org=org, reason="u1", actor="system:deletion", business_date=DAY)


async def answer(storage: Storage, org: str = "acme") -> None:
    async with unit_of(storage, org) as unit:
        unit.emit(Answered())
        unit.close_journal(after=await storage.sequence(org))


class TestClose:
    async def test_says_how_much_there_was_and_what_the_journal_ended_with(self, kept: Kept) -> None:
        last = (await kept.storage.entries("acme", after=1))[-1]
        await close(kept)
        found = await closure(kept.storage, "acme")
        assert found is not None
        assert (found.sequence, found.last_hash) == (3, last.hash)
        assert found.told == JournalClosed(reason="u1", documents={"loan": 24}, entries=2, files=1, file_bytes=6)

    async def test_is_done_once(self, kept: Kept) -> None:
        await close(kept)
        await close(kept)
        assert await kept.storage.sequence("acme") == 3

    async def test_stores_nothing_afterwards(self, kept: Kept) -> None:
        rests_on = await kept.storage.get(LOAN, "acme", "l1")
        assert rests_on is not None
        await close(kept)
        unit = unit_of(kept.storage)
        unit.put(LOAN, msgspec.structs.replace(rests_on, name="Elm"))
        with pytest.raises(Closed):
            await unit.commit()

    async def test_lets_one_of_two_at_once_close_it(self, kept: Kept) -> None:
        unit = unit_of(kept.storage)
        unit.emit(JournalClosed(reason="u1", documents={}, entries=2, files=0, file_bytes=0))
        unit.close_journal(after=2)
        async with unit_of(kept.storage) as other:
            other.put(LOAN, Loan(id="late", org="acme", number="late", name="Late"))
        with pytest.raises(Stale):
            await unit.commit()
        assert await kept.storage.closed("acme") is None

    async def test_is_refused_by_what_looks_at_it_first(self, kept: Kept) -> None:
        async def refuse(unit: Unit) -> None:
            raise Conflict("a legal hold")

        with pytest.raises(Conflict, match="a legal hold"):
            await close_journal(kept, org="acme", reason="u1", actor="a", business_date=DAY, refuse=refuse)
        assert await kept.storage.closed("acme") is None

    async def test_closes_a_journal_that_never_began(self, kept: Kept) -> None:
        await close(kept, "nobody")
        await erase(kept, "nobody")
        await answer(kept.storage, "nobody")
        assert (await verify(kept.storage, "nobody")).sound

    # One process at a time works on a file of SQLite.
    @pytest.mark.parametrize("address", ["mongodb"], indirect=True)
    async def test_closes_what_another_process_has_the_head_of(self, address: str, kept: Kept) -> None:
        other = await open_documents(address, service="loans", kinds=[LOAN])
        async with unit_of(other) as unit:
            unit.put(LOAN, Loan(id="other", org="acme", number="other", name="Other"))
        await close(kept)
        unit = unit_of(other)
        unit.put(LOAN, Loan(id="late", org="acme", number="late", name="Late"))
        with pytest.raises(Closed):
            await unit.commit()
        await other.close()


class TestErase:
    async def test_leaves_nothing_but_the_end_of_the_journal(self, kept: Kept) -> None:
        await close(kept)
        await erase(kept, "acme")
        await answer(kept.storage)
        storage = kept.storage
        assert [entry.sequence for entry in await storage.entries("acme")] == [3, 4]
        assert [each async for each in storage.stored("acme")] == []
        assert await storage.history(LOAN, "acme", "l1") == ()
        assert await storage.count(LOAN, "acme") == 0
        assert await kept.blobs.list("tapes/acme") == ()
        assert kept.texts is not None
        assert await kept.texts.search("acme", ["tenant"]) == ()
        assert await storage.stored_bytes("acme") < 400

    async def test_touches_nobody_else(self, kept: Kept) -> None:
        await close(kept)
        await erase(kept, "acme")
        assert await kept.storage.count(LOAN, "acme2") == 24
        assert (await verify(kept.storage, "acme2")).sound
        assert await kept.blobs.list("tapes/acme2") == ("tapes/acme2/one",)
        assert kept.texts is not None
        assert len(await kept.texts.search("acme2", ["tenant"])) == 1

    async def test_goes_on_where_it_was_killed(self, kept: Kept) -> None:
        await close(kept)
        assert await kept.storage.erase("acme", most=4)
        assert (await verify(kept.storage, "acme")).sound
        await erase(kept, "acme")
        assert [entry.sequence for entry in await kept.storage.entries("acme")] == [3]

    async def test_removes_what_came_late(self, kept: Kept) -> None:
        await close(kept)
        await erase(kept, "acme")
        await kept.blobs.put("tapes/acme/late", b"")
        await erase(kept, "acme")
        assert await kept.blobs.list("tapes/acme") == ()

    async def test_is_refused_for_an_open_journal(self, kept: Kept) -> None:
        with pytest.raises(ValueError, match="is open"):
            await kept.storage.erase("acme", most=10)

    async def test_of_a_hundred_units_at_once_none_is_half_stored(self, kept: Kept) -> None:
        async def put(number: int) -> bool:
            unit = unit_of(kept.storage)
            unit.put(LOAN, Loan(id=f"n{number}", org="acme", number=f"n{number}", name="New"))
            try:
                await unit.commit()
            except Closed:
                return False
            return True

        done = await asyncio.gather(*(put(number) for number in range(50)), close(kept), *map(put, range(50, 100)))
        found = await closure(kept.storage, "acme")
        assert found is not None
        assert found.told.entries == 2 + sum(one is True for one in done)
        await erase(kept, "acme")
        assert [each async for each in kept.storage.stored("acme")] == []


class TestVerify:
    async def test_begins_at_the_entry_that_closed_the_journal(self, kept: Kept) -> None:
        await close(kept)
        await erase(kept, "acme")
        await answer(kept.storage)
        found = await verify(kept.storage, "acme")
        assert (found.sound, found.entries, found.closed) == (True, 4, 3)

    async def test_compares_the_last_hash_with_its_anchor(self, kept: Kept) -> None:
        last = (await kept.storage.entries("acme", after=1))[-1]
        await close(kept)
        await erase(kept, "acme")
        anchored = Anchored(service="loans", org="acme", sequence=2, hash=last.hash, at=NOW)
        assert (await verify(kept.storage, "acme", anchored={2: anchored})).sound
        other = msgspec.structs.replace(anchored, hash="0" * 64)
        found = await verify(kept.storage, "acme", anchored={2: other})
        assert (found.first_bad_sequence, found.sound) == (3, False)

    async def test_finds_a_document_that_is_left(self, kept: Kept) -> None:
        await close(kept)
        await answer(kept.storage)
        found = await verify(kept.storage, "acme")
        assert "the journal does not know it" in (found.reason or "")


class TestWhatIsUnderWay:
    async def test_of_a_deleted_organization_what_is_due_counts_as_done(self, kept: Kept) -> None:
        asked: list[str] = []

        async def put(unit: Unit, ids: Sequence[str]) -> None:
            asked.extend(ids)
            unit.put(LOAN, Loan(id="late", org="acme", number="late", name="Late"))

        await close(kept)
        due = DueWork(kept.storage, Job(kind=LOAN, work=put), now=lambda: NOW)
        await due.pass_through(1)
        assert len(asked) == 24
        assert due.waiting == 0
        assert await kept.storage.sequence("acme") == 3

    async def test_what_was_to_be_taken_back_where_a_unit_is_refused_is_taken_back(self, kept: Kept) -> None:
        undone: list[str] = []

        async def undo() -> None:
            undone.append("done")

        await close(kept)
        unit = unit_of(kept.storage)
        unit.put(LOAN, Loan(id="late", org="acme", number="late", name="Late"))
        unit.if_refused(undo)
        with pytest.raises(Closed):
            await unit.commit()
        assert undone == ["done"]
