"""Files that nobody imports in the end do not stay; whichever file an import has does."""

from __future__ import annotations

import asyncio
import datetime

import pytest

from realinsights.loans.model.imports import ImportOptions
from realinsights.loans.service.imports.requests import request_import
from realinsights.loans.service.imports.resources import now
from realinsights.loans.service.imports.uploads import ABANDONED, remove_uploads
from realinsights.loans.store import IMPORTS, UPLOADS
from realinsights_platform.errors import Stale, Unavailable
from realinsights_platform.quota import UNLIMITED
from realinsights_platform.scheduling.jobs import DueWork, Job

ORG = "org-1"
TODAY = datetime.date(2025, 12, 31)
TAPE = b"Loan Number,Original Balance\n1,1000000\n"


async def content():
    yield TAPE


async def requested(office, unit):
    return await request_import(
        unit=unit,
        documents=office.documents,
        blobs=office.blobs,
        quota=UNLIMITED,
        file_name="a.csv",
        content=content(),
        options=ImportOptions(),
        dry_run=True,
    )


async def uploaded(office, *, committed: bool):
    """Send a file and commit its import, or not: the process was killed, or the database was away."""
    unit = office.documents.unit(org=ORG, actor="ann", business_date=TODAY)
    work = await requested(office, unit)
    if committed:
        await unit.commit()
    return work


async def pass_through(office, later: datetime.timedelta) -> None:
    def moment() -> datetime.datetime:
        return now() + later

    async def remove(unit, ids):
        await remove_uploads(unit, ids, blobs=office.blobs, now=moment)

    assert await DueWork(office.documents, Job(kind=UPLOADS, work=remove), now=moment).pass_through(1) is not None


MINUTE = datetime.timedelta(minutes=2)


async def test_an_upload_that_nobody_finished_is_removed_after_a_day(office):
    work = await uploaded(office, committed=False)
    await pass_through(office, ABANDONED - MINUTE)
    await pass_through(office, ABANDONED - MINUTE)
    assert await office.blobs.exists(work.blob)
    for later in (ABANDONED, ABANDONED + MINUTE):
        await pass_through(office, later)
    assert not await office.blobs.exists(work.blob)
    assert await office.documents.count(UPLOADS, ORG) == 0


async def test_the_file_of_an_import_stays(office):
    work = await uploaded(office, committed=True)
    for later in (ABANDONED, ABANDONED + MINUTE):
        await pass_through(office, later)
    assert await office.blobs.exists(work.blob)
    assert await office.documents.count(UPLOADS, ORG) == 0
    await uploaded(office, committed=False)
    assert await office.documents.count(UPLOADS, ORG) == 0, "an import has this file already"


async def test_one_file_can_be_sent_twice_at_the_same_moment(office):
    units = [office.documents.unit(org=ORG, actor=actor, business_date=TODAY) for actor in ("ann", "lee")]
    works = await asyncio.gather(*[requested(office, unit) for unit in units])
    for unit in units:
        await unit.commit()
    assert len({work.id for work in works}) == await office.documents.count(IMPORTS, ORG) == 2
    for later in (ABANDONED, ABANDONED + MINUTE):
        await pass_through(office, later)
    assert await office.blobs.exists(works[0].blob)


async def test_an_import_is_not_stored_once_its_file_is_being_removed(office):
    unit = office.documents.unit(org=ORG, actor="ann", business_date=TODAY)
    await requested(office, unit)
    await pass_through(office, ABANDONED)
    with pytest.raises(Stale):
        await unit.commit()


async def test_a_file_that_is_sent_again_and_imported_stays(office):
    await uploaded(office, committed=False)
    work = await uploaded(office, committed=True)
    for later in (ABANDONED, ABANDONED + MINUTE):
        await pass_through(office, later)
    assert await office.blobs.exists(work.blob)
    assert await office.documents.count(UPLOADS, ORG) == 0


async def test_a_file_that_is_being_removed_is_not_taken_for_one_that_is_there(office):
    await uploaded(office, committed=False)
    await pass_through(office, ABANDONED)
    with pytest.raises(Unavailable):
        await uploaded(office, committed=True)
    await pass_through(office, ABANDONED + MINUTE)
    work = await uploaded(office, committed=True)
    assert await office.blobs.get(work.blob) == TAPE
