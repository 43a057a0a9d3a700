"""Walks return all that match, in order, once each, however many pages or calls they take."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from realinsights_platform.documents.opening import open_documents
from realinsights_platform.documents.port import Document, Documents, Equal, Kind, Order
from realinsights_platform.documents.walking import AT_ONCE, every, every_with, many, many_in, pages, walk

TODAY = datetime.date(2026, 1, 31)
SOME = AT_ONCE + 100


class Note(Document, frozen=True, kw_only=True):
    rank: int
    deal: str


NOTE = Kind("loans", "note", Note, indexes=("rank", "deal"))


def a_note(number: int) -> Note:
    return Note(id=f"n{number}", org="acme", rank=-number, deal="odd" if number % 2 else "even")


@pytest.fixture
async def documents(tmp_path: Path) -> AsyncIterator[Documents]:
    opened = await open_documents(f"sqlite:///{tmp_path}/walking.db", service="loans", kinds=(NOTE,))
    async with opened.unit(org="acme", actor="system:test", business_date=TODAY) as unit:
        for number in range(SOME):
            unit.put(NOTE, a_note(number))
    yield opened
    await opened.close()


class TestWalking:
    async def test_pages_hold_all_that_match_in_order(self, documents: Documents) -> None:
        found = [page async for page in pages(documents, NOTE, "acme", order=Order("rank"), limit=400)]
        assert [len(page) for page in found] == [400, 400, 300]
        assert [note.rank for page in found for note in page] == list(range(1 - SOME, 1))

    async def test_where_none_match_there_is_one_empty_page(self, documents: Documents) -> None:
        assert [page async for page in pages(documents, NOTE, "acme", Equal("deal", "none"))] == [()]

    async def test_walk_yields_each_once(self, documents: Documents) -> None:
        found = [note.id async for note in walk(documents, NOTE, "acme", Equal("deal", "odd"), limit=100)]
        assert sorted(found) == sorted(f"n{number}" for number in range(1, SOME, 2))

    async def test_every_returns_all_of_one_organization(self, documents: Documents) -> None:
        assert {note.id for note in await every(documents, NOTE, "acme")} == {f"n{number}" for number in range(SOME)}
        assert await every(documents, NOTE, "other") == ()

    async def test_every_with_takes_any_number_of_values(self, documents: Documents) -> None:
        values = [*(f"none {number}" for number in range(SOME)), "even"]
        assert len(await every_with(documents, NOTE, "acme", "deal", values)) == SOME // 2
        assert await every_with(documents, NOTE, "acme", "deal", []) == ()

    async def test_many_takes_any_number_of_ids_and_passes_over_none_and_the_unknown(
        self, documents: Documents
    ) -> None:
        ids = [None, "unknown", *(f"n{number}" for number in range(SOME)), "n0"]
        found = await many(documents, NOTE, "acme", ids)
        assert {key: note.rank for key, note in found.items()} == {f"n{number}": -number for number in range(SOME)}

    async def test_many_in_a_unit_sees_its_writes(self, documents: Documents) -> None:
        unit = documents.unit(org="acme", actor="system:test", business_date=TODAY)
        gone = await unit.get(NOTE, "n1")
        assert gone is not None
        unit.delete(NOTE, gone)
        unit.put(NOTE, Note(id="new", org="acme", rank=1, deal="odd"))
        found = await many_in(unit, NOTE, [None, "new", *(f"n{number}" for number in range(SOME))])
        assert found.keys() == {"new", *(f"n{number}" for number in range(SOME))} - {"n1"}
