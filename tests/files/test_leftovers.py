"""Bytes that nothing names are found and removed; those of documents, previews and running uploads never are."""

from __future__ import annotations

import datetime
import os
import time
from collections.abc import AsyncIterator

import pytest
from tests.adapters.test_blobs import s3_program, s3_url
from tests.files.real_files import workbook
from tests.files.test_documents_over_http import filed
from tests.files.test_uploads_over_http import begun, sent

from realinsights.files.model.documents import DocumentDraft
from realinsights.files.service.contents import receive
from realinsights.files.service.documents import Incoming, file_document
from realinsights.files.service.leftovers import SAFE_AGE, remove_leftovers
from realinsights.files.store import DOCUMENTS, UPLOADS, VERSIONS
from realinsights_platform.blobs import open_blobs
from realinsights_platform.documents.walking import every

__all__ = ["s3_program", "s3_url"]

TODAY = datetime.date(2026, 1, 1)


@pytest.fixture(params=["memory", "file", "s3"])
async def world(request, a_world, tmp_path):
    """Return the service on each store of files."""
    made = a_world()
    if request.param == "s3":
        made.blobs = open_blobs(request.getfixturevalue("s3_url"))
    else:
        made.blobs = open_blobs("memory://" if request.param == "memory" else f"file://{tmp_path}/blobs")
    async with made.running() as running:
        yield running


async def content(text: bytes) -> AsyncIterator[bytes]:
    yield text


def unit_of(world):
    return world.documents.unit(org=world.org, actor="ann", business_date=TODAY)


async def paths(world):
    return {*await world.blobs.list("files"), *await world.blobs.list("uploads")}


async def swept(world, *, after=2 * SAFE_AGE):
    """Look for leftovers as of a time after now."""
    later = datetime.datetime.now(datetime.UTC) + after
    await remove_leftovers(world.org, documents=world.documents, blobs=world.blobs, now=lambda: later)


async def left_over(world):
    """Leave bytes behind at each step at which a process can die; return their paths."""
    before = await paths(world)
    resources = world.service.given["resources"]
    # A unit of work that nobody commits any more, after the file was moved and before.
    incoming = Incoming(name="Lost.txt", declared_type=None, content=content(b"lost"))
    await file_document(
        unit=unit_of(world),
        resources=resources,
        draft=DocumentDraft(title="Lost"),
        incoming=incoming,
        confidential=True,
    )
    await receive(
        unit=unit_of(world),
        blobs=world.blobs,
        quota=world.quota,
        content=content(b"lost before"),
        file_name="Lost.txt",
        declared_type=None,
    )
    # A document and an upload that were deleted, by a process that ended before it removed their bytes.
    for path in (f"files/{world.org}/gone/bytes", f"uploads/{world.org}/gone/{0:015d}-{4:010d}"):
        await world.blobs.put(path, b"gone")
    left = await paths(world) - before
    assert len(left) == 4
    return left


class TestLeftovers:
    async def test_go_and_what_is_named_stays(self, world, client):
        document = await filed(client, content=workbook(Rents=[("Unit", "Rent"), (1, 900)]), name="Roll.xlsx")
        await world.processed(document)
        assert (await sent(client, await begun(client, 9, filename="Long.txt"), 0, b"abcd")).status_code == 204
        named = await paths(world)
        assert any(path.endswith(".preview") for path in named)
        assert len(await every(world.documents, VERSIONS, world.org)) == 1
        left = await left_over(world)
        await swept(world)
        assert await paths(world) == named, "and nothing else"
        assert left.isdisjoint(named)
        await swept(world)
        assert await paths(world) == named
        assert len(await every(world.documents, DOCUMENTS, world.org)) == 1
        assert len(await every(world.documents, UPLOADS, world.org)) == 1

    async def test_that_are_young_may_be_of_a_request_that_runs(self, world):
        left = await left_over(world)
        await swept(world, after=datetime.timedelta(0))
        assert await paths(world) == left

    async def test_of_another_organization_are_not_looked_at(self, world):
        await world.blobs.put("files/other/gone/bytes", b"gone")
        await swept(world)
        assert await paths(world) == {"files/other/gone/bytes"}


class TestTheScheduler:
    async def test_looks_for_them(self, a_world):
        async with a_world().running() as world:
            left = await left_over(world)
            old = time.time() - 2 * SAFE_AGE.total_seconds()
            for path in left:
                os.utime(world.folder / "blobs" / path, (old, old))
            check = next(one for one in world.service.checks if one.name == "leftovers")
            assert await check.find(world.org) is None
            assert await paths(world) == set()
