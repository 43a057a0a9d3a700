"""Work that somebody else's commit crosses is done again, in a new unit, and its answers stand."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from realinsights_platform.documents.opening import open_documents
from realinsights_platform.documents.port import Document, Documents, Kind, Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.errors import Conflict, Stale, TooMany

TODAY = datetime.date(2026, 1, 31)


class Counter(Document, frozen=True, kw_only=True):
    count: int = 0


COUNTER = Kind("loans", "counter", Counter)


@pytest.fixture
async def documents(tmp_path: Path) -> AsyncIterator[Documents]:
    opened = await open_documents(f"sqlite:///{tmp_path}/counters.db", service="loans", kinds=(COUNTER,))
    async with opened.unit(org="acme", actor="system:test", business_date=TODAY) as unit:
        unit.put(COUNTER, Counter(id="one", org="acme"))
    yield opened
    await opened.close()


def opening(documents: Documents) -> Unit:
    return documents.unit(org="acme", actor="ann", business_date=TODAY)


async def count_up(unit: Unit) -> int:
    counter = await unit.get(COUNTER, "one")
    assert counter is not None
    await asyncio.sleep(0)
    return unit.put(COUNTER, msgspec.structs.replace(counter, count=counter.count + 1)).count


async def test_crossed_work_looks_again(documents: Documents) -> None:
    done = await asyncio.gather(*(committed(lambda: opening(documents), count_up) for _ in range(5)))
    assert sorted(done) == [(count, count + 1) for count in range(1, 6)]


async def test_work_without_a_change_has_no_sequence(documents: Documents) -> None:
    async def look(unit: Unit) -> Counter | None:
        return await unit.get(COUNTER, "one")

    found, sequence = await committed(lambda: opening(documents), look)
    assert (found is not None, sequence) == (True, None)


async def test_what_the_work_raises_is_its_answer(documents: Documents) -> None:
    tried = 0

    async def refuse(unit: Unit) -> None:
        nonlocal tried
        tried += 1
        raise Stale("This is not the version you have seen.")

    with pytest.raises(Stale):
        await committed(lambda: opening(documents), refuse)
    assert tried == 1


async def test_work_that_is_crossed_every_time_gives_up(documents: Documents) -> None:
    tried = 0

    async def too_slow(unit: Unit) -> None:
        nonlocal tried
        tried += 1
        await count_up(unit)
        await committed(lambda: opening(documents), count_up)

    with pytest.raises(TooMany):
        await committed(lambda: opening(documents), too_slow, tries=3)
    assert tried == 3


async def test_only_what_counts_as_crossed_is_done_again(documents: Documents) -> None:
    async def make(unit: Unit) -> None:
        unit.put(COUNTER, Counter(id="one", org="acme"))

    with pytest.raises(Conflict):
        await committed(lambda: opening(documents), make, crossed=(Stale,))
