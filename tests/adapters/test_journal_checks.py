"""Checks of journals beside the work: each organization in its turn, by one process, and what is unsound is told."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from realinsights_platform.cache.memory import MemoryCache
from realinsights_platform.documents.checking import CHECKED, UNSOUND, JournalChecks
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.opening import open_documents
from realinsights_platform.documents.port import Document, Kind
from realinsights_platform.documents.sqlite import SqliteDocuments

from .test_journal import tamper


class Note(Document, frozen=True, kw_only=True):
    text: str


NOTES = Kind("notes", "note", Note)


@pytest.fixture
async def documents(address: str) -> AsyncIterator[Storage]:
    opened = await open_documents(address, "notes", [NOTES])
    yield opened
    await opened.close()


async def written(documents: Storage, *orgs: str) -> None:
    for org in orgs:
        async with documents.unit(org=org, actor="ann", business_date=datetime.date(2026, 1, 31)) as unit:
            unit.put(NOTES, Note(id="1", org=org, text="x"))


def checked() -> float:
    return CHECKED.labels("notes")._value.get()


async def test_take_one_organization_after_the_other_and_begin_again(documents: Storage) -> None:
    await written(documents, "acme", "bay", "cove")
    checks = JournalChecks(documents, MemoryCache())
    before, places = checked(), []
    for _ in range(4):
        assert await checks.check_next(7)
        places.append((await documents.mark("checks")).place)
    assert places == ["acme", "bay", "cove", "acme"]
    assert checked() - before == 4
    assert UNSOUND.labels("notes")._value.get() == 0


async def test_go_on_where_another_process_stood_which_checks_no_more(documents: Storage) -> None:
    await written(documents, "acme", "bay")
    first, second = (JournalChecks(documents, MemoryCache()) for _ in range(2))
    assert await first.check_next(7)
    assert await second.check_next(8)
    assert (await documents.mark("checks")).place == "bay"
    assert not await first.check_next(7)
    assert (await documents.mark("checks")).place == "bay"


async def test_of_nobodys_journal_find_nothing(documents: Storage) -> None:
    assert await JournalChecks(documents, MemoryCache()).check_next(1)


async def test_count_what_is_unsound_until_it_is_sound_again(tmp_path: Path) -> None:
    path = tmp_path / "notes.sqlite"
    documents = SqliteDocuments(path, service="notes", kinds=[NOTES])
    await written(documents, "acme")
    checks = JournalChecks(documents, MemoryCache())
    tamper(path, "UPDATE notes_journal SET actor = 'eve'")
    await checks.check_next(1)
    assert UNSOUND.labels("notes")._value.get() == 1
    tamper(path, "UPDATE notes_journal SET actor = 'ann'")
    await checks.check_next(1)
    assert UNSOUND.labels("notes")._value.get() == 0
    await documents.close()


async def test_run_while_the_lease_is_held(documents: Storage) -> None:
    await written(documents, "acme")
    leases = MemoryCache()
    before = checked()
    async with JournalChecks(documents, leases, pause_seconds=0.001, lease_seconds=0.5).running():
        async with asyncio.timeout(30):
            while checked() == before:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
