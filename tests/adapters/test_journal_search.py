"""A search in the journal finds what looking at every entry would find, with bounded work for each page."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from realinsights_platform.documents import journal_search
from realinsights_platform.documents.journal_port import JournalEntry, Storage
from realinsights_platform.documents.journal_search import JournalFilter, JournalPage, moment, search
from realinsights_platform.documents.opening import open_documents
from realinsights_platform.documents.port import Document, Kind
from realinsights_platform.errors import Invalid

from .test_journal import tamper

ORG = "acme"


class Thing(Document, frozen=True, kw_only=True):
    name: str


LOANS = Kind(service="loans", name="loan", type=Thing)
LENDERS = Kind(service="loans", name="lender", type=Thing)
KINDS = (LOANS, LENDERS)


@pytest.fixture
async def documents(address: str) -> AsyncIterator[Storage]:
    opened = await open_documents(address, "loans", KINDS)
    yield opened
    await opened.close()


async def write(documents: Storage, actor: str, kind: Kind[Thing], *ids: str) -> None:
    async with documents.unit(org=ORG, actor=actor, business_date=datetime.date(2025, 1, 1)) as unit:
        for document_id in ids:
            known = await unit.get(kind, document_id)
            version = known.version if known is not None else 0
            unit.put(kind, Thing(id=document_id, org=ORG, version=version, name=f"{actor} {version}"))


async def a_history(documents: Storage, entries: int = 40) -> tuple[JournalEntry, ...]:
    for number in range(entries):
        actor = ("ann", "bob", "system:imports")[number % 3]
        await write(documents, actor, KINDS[number % 5 == 0], f"{number % 7}", *(["both"] if number % 4 == 0 else []))
    return await documents.entries(ORG, limit=1000)


async def everything(
    documents: Storage, sought: JournalFilter, *, limit: int, known: bool = True
) -> list[JournalPage[JournalEntry]]:
    pages, before = [], None
    while True:
        kinds = KINDS if known else ()
        page = await search(documents, ORG, sought, before=before, limit=limit, kinds=kinds)
        assert len(page.items) <= limit
        pages.append(page)
        if page.next is None:
            return pages
        assert before is None or page.next < before
        before = page.next


def sequences(pages: list[JournalPage[JournalEntry]]) -> list[int]:
    return [entry.sequence for page in pages for entry in page.items]


@pytest.mark.parametrize("known", [True, False])
async def test_finds_what_looking_at_all_would(documents: Storage, known: bool) -> None:
    entries = await a_history(documents)
    early, late = entries[7].at, entries[31].at
    asked = itertools.product(
        (None, "ann", "nobody"),
        ((None, None), (early, None), (None, late), (early, late), (late, early)),
        (None, "loan", "lender"),
        (None, "3", "both", "none"),
    )
    # The sizes of pages take turns: no two of them divide how often anything else comes round.
    for (actor, (since, until), kind, document_id), limit in zip(asked, itertools.cycle((1, 7, 200, 3, 2, 40, 11))):
        sought = JournalFilter(actor=actor, since=since, until=until, kind=kind, document_id=document_id)
        wanted = [
            entry.sequence
            for entry in reversed(entries)
            if sought.matches(entry) and (since is None or entry.at >= since) and (until is None or entry.at <= until)
        ]
        assert sequences(await everything(documents, sought, limit=limit, known=known)) == wanted, sought


async def test_goes_on_where_it_stood_while_entries_arrive(documents: Storage) -> None:
    await a_history(documents, 9)
    sought = JournalFilter(actor="ann")
    first = await search(documents, ORG, sought, before=None, limit=2)
    await a_history(documents, 6)
    rest = await search(documents, ORG, sought, before=first.next, limit=2)
    assert [entry.sequence for entry in (*first.items, *rest.items)] == [7, 4, 1]
    assert rest.next is None


@pytest.mark.parametrize("known", [True, False])
async def test_says_that_a_page_ended_because_it_looked_at_enough(
    documents: Storage, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    entries = await a_history(documents)
    monkeypatch.setattr(journal_search, "MOST_ENTRIES", 10)
    pages = await everything(documents, JournalFilter(actor="nobody"), limit=5)
    assert [page.ended_early for page in pages] == [True, True, True, False]
    assert [page.looked_back_to for page in pages] == [entries[place].at for place in (30, 20, 10, 0)]
    sought = JournalFilter(actor="bob", document_id="both")
    assert sequences(await everything(documents, sought, limit=5, known=known)) == [29, 17, 5]


async def test_looks_at_few_entries_where_they_are_big(documents: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        await write(documents, "ann", LOANS, *(f"{number}-{place}" for place in range(600)))
    monkeypatch.setattr(journal_search, "MOST_WRITES", 1000)
    pages = await everything(documents, JournalFilter(), limit=50)
    assert [len(page.items) for page in pages] == [2, 2, 2]
    assert [page.ended_early for page in pages] == [True, True, False]


async def test_of_a_document_of_many_versions_finds_them_all(
    documents: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_search, "_MOST_VERSIONS", 5)
    for _ in range(12):
        await write(documents, "ann", LOANS, "1")
    assert sequences(await everything(documents, JournalFilter(document_id="1"), limit=4)) == list(range(12, 0, -1))


async def test_of_nobodys_journal_finds_nothing(documents: Storage) -> None:
    page = await search(
        documents, "other", JournalFilter(actor="ann", since=datetime.datetime.now(datetime.UTC)), before=None, limit=5
    )
    assert (page.items, page.next, page.ended_early, page.looked_back_to) == ((), None, False, None)


@pytest.mark.parametrize(
    ("lost", "left"),
    [
        ("sequence > 20", range(20, 0, -1)),
        ("sequence BETWEEN 15 AND 30", [*range(40, 30, -1), *range(14, 0, -1)]),
        ("sequence < 12", range(40, 11, -1)),
        ("sequence > 0", ()),
    ],
)
async def test_of_a_damaged_journal_finds_what_is_left(tmp_path: Path, lost: str, left: Sequence[int]) -> None:
    documents = await open_documents(f"sqlite:///{tmp_path}/store.sqlite", "loans", KINDS)
    entries = await a_history(documents)
    tamper(tmp_path / "store.sqlite", f"DELETE FROM loans_journal WHERE {lost}")  # noqa: S608 -- of this file
    for sought in (JournalFilter(), JournalFilter(since=entries[0].at, until=entries[-1].at)):
        assert sequences(await everything(documents, sought, limit=7)) == list(left)
    await documents.close()


@pytest.mark.parametrize(
    ("text", "ends", "said"),
    [
        ("2025-06-30", False, "2025-06-30T00:00:00+00:00"),
        ("2025-06-30", True, "2025-06-30T23:59:59.999999+00:00"),
        ("2025-06-30T12:00:00Z", True, "2025-06-30T12:00:00+00:00"),
        ("2025-06-30T12:00:00+02:00", False, "2025-06-30T10:00:00+00:00"),
        ("2025-06-30 12:00", False, "2025-06-30T12:00:00+00:00"),
    ],
)
def test_a_moment_is_a_date_or_a_time(text: str, ends: bool, said: str) -> None:
    found = moment(text, "from", ends=ends)
    assert found is not None
    assert found.isoformat() == said


@pytest.mark.parametrize(
    "text", ["", "2025-02-30", "yesterday", "20250630", "2025-06-30T25:00", "0001-01-01T00:00+14:00"]
)
def test_a_moment_is_nothing_else(text: str) -> None:
    with pytest.raises(Invalid, match="from: is no date or time"):
        moment(text, "from", ends=False)
