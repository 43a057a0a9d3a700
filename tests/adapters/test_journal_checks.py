"""Checks of journals beside the work: each organization in its turn, by one process, and what is unsound is told."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from realinsights_platform.cache.memory import MemoryCache
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.opening import open_documents
from realinsights_platform.documents.port import Document, Kind
from realinsights_platform.documents.sqlite import SqliteDocuments
from realinsights_platform.scheduling.checks import CHECKED, UNSOUND, Check, Turns
from realinsights_platform.scheduling.journals import journal_check
from realinsights_platform.scheduling.scheduler import Scheduler

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


def turns(documents: Storage) -> Turns:
    return Turns(documents, journal_check(documents))


def checked() -> float:
    return CHECKED.labels("notes", "journals")._value.get()


async def test_take_one_organization_after_the_other_and_begin_again(documents: Storage) -> None:
    await written(documents, "acme", "bay", "cove")
    checks = turns(documents)
    before, places = checked(), []
    for _ in range(4):
        assert await checks.check_next(7)
        places.append((await documents.mark("checks.journals")).place)
    assert places == ["acme", "bay", "cove", "acme"]
    assert checked() - before == 4
    assert UNSOUND.labels("notes", "journals")._value.get() == 0


async def test_go_on_where_another_process_stood_which_checks_no_more(documents: Storage) -> None:
    await written(documents, "acme", "bay")
    first, second = (turns(documents) for _ in range(2))
    assert await first.check_next(7)
    assert await second.check_next(8)
    assert (await documents.mark("checks.journals")).place == "bay"
    assert not await first.check_next(7)
    assert (await documents.mark("checks.journals")).place == "bay"


async def test_of_nobodys_journal_find_nothing(documents: Storage) -> None:
    assert await turns(documents).check_next(1)


async def test_count_what_is_unsound_until_it_is_sound_again(tmp_path: Path) -> None:
    path = tmp_path / "notes.sqlite"
    documents = SqliteDocuments(path, service="notes", kinds=[NOTES])
    await written(documents, "acme")
    checks = turns(documents)
    tamper(path, "UPDATE notes_journal SET actor = 'eve'")
    await checks.check_next(1)
    assert UNSOUND.labels("notes", "journals")._value.get() == 1
    tamper(path, "UPDATE notes_journal SET actor = 'ann'")
    await checks.check_next(1)
    assert UNSOUND.labels("notes", "journals")._value.get() == 0
    await documents.close()


async def test_look_at_what_is_unsound_once_more_and_then_go_on(documents: Storage) -> None:
    await written(documents, "acme", "bay", "cove")
    seen: list[str] = []

    async def find(org: str) -> str | None:
        seen.append(org)
        return "it differs" if org == "bay" else None

    checks = Turns(documents, Check(name="journals", of=documents, find=find))
    for _ in range(5):
        await checks.check_next(1)
    assert seen == ["acme", "bay", "bay", "cove", "acme"]
    assert UNSOUND.labels("notes", "journals")._value.get() == 1


async def test_that_cannot_be_made_keep_no_others_waiting(documents: Storage) -> None:
    await written(documents, "acme", "bay")
    seen: list[str] = []

    async def find(org: str) -> str | None:
        seen.append(org)
        raise OSError("the store of files is away")

    checks = Turns(documents, Check(name="journals", of=documents, find=find))
    for _ in range(3):
        assert await checks.check_next(1)
    assert seen == ["acme", "bay", "acme"]


async def test_run_while_the_lease_is_held(documents: Storage) -> None:
    await written(documents, "acme")
    leases = MemoryCache()
    before = checked()
    checks = [journal_check(documents)]
    async with Scheduler(documents, leases, checks=checks, pause_seconds=0.001, lease_seconds=0.5).running():
        async with asyncio.timeout(30):
            while checked() == before:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
