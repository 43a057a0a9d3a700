"""Resumable uploads by the tus protocol, version 1.0."""

from __future__ import annotations

import base64
import datetime
import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights.files.model.uploads import Slice, put_together, reached
from realinsights.files.service import uploads
from realinsights_platform.ids import new_id
from realinsights_platform.quota import Quota

TUS = {"Tus-Resumable": "1.0.0"}


def metadata(**said):
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in said.items())


async def begun(client, length, **said):
    headers = {**TUS, "Upload-Length": str(length), "Upload-Metadata": metadata(**said)}
    answer = await client.post("/uploads", headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"].removeprefix("/api/v1")


async def sent(client, place, offset, content):
    headers = {**TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    return await client.patch(place, headers=headers, content=content)


async def offset_of(client, place):
    answer = await client.head(place, headers=TUS)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    return int(answer.headers["upload-offset"])


def bytes_of(size, *, seed):
    return random.Random(seed).randbytes(size)  # noqa: S311 - they keep no secret


async def broken_off(content, after):
    """Yield some bytes and then break as a connection does."""
    yield content[:after]
    raise ConnectionResetError


class TestAnUpload:
    async def test_becomes_a_document_once_it_is_whole(self, client, world):
        content = bytes_of(100_000, seed=1)
        place = await begun(client, len(content), filename="a.bin", title="Survey", kind="survey", link="loan:x")
        assert await offset_of(client, place) == 0
        first = await sent(client, place, 0, content[:60_000])
        assert (first.status_code, first.headers["upload-offset"]) == (204, "60000")
        assert await offset_of(client, place) == 60_000
        last = await sent(client, place, 60_000, content[60_000:])
        assert (last.status_code, last.headers["upload-offset"]) == (204, "100000")
        standing = (await client.get(place)).json()
        document = (await client.get(f"/documents/{standing['documentId']}")).json()
        assert (document["title"], document["kind"]) == ("Survey", "survey")
        assert document["links"] == [{"kind": "loan", "id": "x"}]
        assert document["versions"][0]["sha256"] == hashlib.sha256(content).hexdigest()
        got = await client.get(f"/documents/{document['id']}/versions/1/content")
        assert got.content == content
        assert await world.blobs.list("uploads") == ()
        assert await offset_of(client, place) == len(content)

    async def test_goes_on_where_its_connection_broke(self, client):
        content = bytes_of(50_000, seed=2)
        place = await begun(client, len(content), filename="a.bin")
        assert (await sent(client, place, 0, broken_off(content, 30_000))).status_code == 500
        there = await offset_of(client, place)
        assert there == 30_000
        assert (await sent(client, place, there, content[there:])).status_code == 204
        document = (await client.get(place)).json()["documentId"]
        assert (await client.get(f"/documents/{document}/versions/1/content")).content == content

    async def test_becomes_another_version_of_a_document(self, client):
        answer = await client.post("/documents", params={"fileName": "a.txt"}, content=b"one")
        place = await begun(client, 3, filename="a.txt", documentId=answer.json()["id"])
        await sent(client, place, 0, b"two")
        standing = (await client.get(place)).json()
        assert (standing["documentId"], standing["number"]) == (answer.json()["id"], 2)

    async def test_of_bytes_that_are_there_is_that_version(self, client):
        answer = await client.post("/documents", params={"fileName": "a.txt"}, content=b"one")
        place = await begun(client, 3, filename="a.txt", documentId=answer.json()["id"])
        await sent(client, place, 0, b"one")
        assert (await client.get(place)).json()["number"] == 1
        assert len((await client.get(f"/documents/{answer.json()['id']}")).json()["versions"]) == 1

    async def test_elsewhere_than_where_it_stands_is_a_conflict(self, client):
        place = await begun(client, 10, filename="a.bin")
        assert (await sent(client, place, 5, b"12345")).status_code == 409
        await sent(client, place, 0, b"12345")
        assert (await sent(client, place, 0, b"12345")).status_code == 409
        assert await offset_of(client, place) == 5

    async def test_of_more_than_was_said_is_refused(self, client):
        place = await begun(client, 4, filename="a.bin")
        assert (await sent(client, place, 0, b"12345")).status_code == 413
        assert await offset_of(client, place) == 0

    async def test_that_was_whole_when_the_process_died_takes_its_last_part_again(self, client, world):
        place = await begun(client, 6, filename="a.txt")
        await sent(client, place, 0, b"abc")
        await world.blobs.put(f"uploads/{world.org}/{place.rpartition('/')[2]}/{3:015d}-{3:010d}", b"def")
        assert await offset_of(client, place) == 3
        assert (await sent(client, place, 3, b"def")).status_code == 204
        document = (await client.get(place)).json()["documentId"]
        assert (await client.get(f"/documents/{document}/versions/1/content")).content == b"abcdef"

    async def test_of_a_program_is_refused_at_its_end(self, client):
        place = await begun(client, 202, filename="a.pdf")
        assert (await sent(client, place, 0, b"MZ" + bytes(200))).status_code == 422
        assert (await client.get("/documents")).json()["items"] == []

    async def test_that_is_given_up_leaves_nothing(self, client, world):
        place = await begun(client, 10, filename="a.bin")
        await sent(client, place, 0, b"12345")
        assert (await client.delete(place, headers=TUS)).status_code == 204
        assert (await client.head(place, headers=TUS)).status_code == 404
        assert await world.blobs.list("uploads") == ()

    async def test_that_nobody_goes_on_with_is_forgotten_after_a_week(self, client, world, monkeypatch):
        place = await begun(client, 10, filename="a.bin")
        await sent(client, place, 0, b"12345")
        (job,) = world.service.jobs

        async def worked():
            async with world.documents.unit(org=world.org, actor="t", business_date=datetime.date(2026, 1, 1)) as unit:
                await job.work(unit, [place.rpartition("/")[2]])

        await worked()
        assert await offset_of(client, place) == 5
        later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=8)
        monkeypatch.setattr(uploads, "now", lambda: later)
        await worked()
        assert (await client.head(place, headers=TUS)).status_code == 404
        assert await world.blobs.list("uploads") == ()

    async def test_counts_with_all_that_is_still_to_come(self, a_world):
        async with a_world(quota=Quota(100_000)).running() as world, world.client() as client:
            place = await begun(client, 60_000, filename="a.bin")
            assert (await sent(client, place, 0, b"x" * 20_000)).status_code == 204
            other = {**TUS, "Upload-Length": "40001"}
            assert (await client.post("/uploads", headers=other)).status_code == 507
            answer = await client.post("/documents", params={"fileName": "b.txt"}, content=b"y" * 40_001)
            assert answer.status_code == 507
            second = await begun(client, 40_000, filename="b.bin")
            for at, size, upload in ((20_000, 40_000, place), (0, 40_000, second)):
                assert (await sent(client, upload, at, bytes_of(size, seed=at))).status_code == 204
            assert await world.blobs.size("files") == 100_000
            assert (await client.post("/uploads", headers={**TUS, "Upload-Length": "1"})).status_code == 507

    async def test_that_was_begun_at_the_same_moment_as_another_takes_no_more_than_there_is(self, a_world):
        async with a_world(quota=Quota(100_000)).running() as world, world.client() as client:
            place = await begun(client, 60_000, filename="a.bin")
            upload = await world.documents.get(uploads.UPLOADS, world.org, place.rpartition("/")[2])
            other = uploads.msgspec.structs.replace(upload, id=new_id(), version=0)
            async with world.documents.unit(org=world.org, actor="t", business_date=datetime.date(2026, 1, 1)) as unit:
                unit.put(uploads.UPLOADS, other)
            assert (await sent(client, place, 0, b"x")).status_code == 507
            assert await world.blobs.list("uploads") == ()
            assert (await client.delete(f"/uploads/{other.id}", headers=TUS)).status_code == 204
            assert (await sent(client, place, 0, b"x")).status_code == 204

    async def test_is_its_beginners_alone(self, client, world):
        place = await begun(client, 10, filename="a.bin")
        async with world.client("manager", user="bob") as other:
            assert (await other.head(place, headers=TUS)).status_code == 404
            assert (await sent(other, place, 0, b"1")).status_code == 404
            assert (await other.delete(place, headers=TUS)).status_code == 404

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({"Upload-Length": "5"}, 412),
            ({"Tus-Resumable": "0.2.2", "Upload-Length": "5"}, 412),
            (TUS, 422),
            ({**TUS, "Upload-Length": "-1"}, 422),
            ({**TUS, "Upload-Length": "0"}, 422),
            ({**TUS, "Upload-Defer-Length": "1"}, 422),
            ({**TUS, "Upload-Length": str(4 * 1024**3 + 1)}, 413),
            ({**TUS, "Upload-Length": "5", "Upload-Metadata": "filename !!!"}, 422),
            ({**TUS, "Upload-Length": "5", "Upload-Metadata": metadata(color="red")}, 422),
            ({**TUS, "Upload-Length": "5", "Upload-Metadata": metadata(documentId="none")}, 404),
        ],
    )
    async def test_that_cannot_be_is_refused(self, client, headers, status):
        assert (await client.post("/uploads", headers=headers)).status_code == status

    async def test_says_what_it_can(self, client):
        place = await begun(client, 5, filename="a.bin")
        answer = await client.head(place, headers=TUS)
        assert answer.headers["tus-resumable"] == answer.headers["tus-version"] == "1.0.0"
        assert answer.headers["tus-extension"] == "creation,termination,expiration"
        assert answer.headers["upload-expires"].endswith("GMT")
        wrong = await client.patch(place, headers={**TUS, "Upload-Offset": "0"}, content=b"x")
        assert wrong.status_code == 415


class TestParts:
    @given(st.binary(min_size=1, max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), max_size=12))
    def test_make_the_longest_beginning_whatever_lies_over_each_other(self, content, spans):
        stored = {}
        for start, size in spans:
            part = content[start : start + size]
            if part:
                stored[f"uploads/o/u/{start:015d}-{len(part):010d}"] = (start, part)
        slices = put_together(stored, length=len(content))
        made = b"".join(stored[one.path][1][one.start : one.end] for one in slices)
        covered = 0
        for start, part in sorted(stored.values()):
            if start <= covered:
                covered = max(covered, start + len(part))
        assert made == content[:covered]
        assert reached(slices) == covered

    def test_pass_over_what_is_no_part(self):
        assert put_together(["uploads/o/u/x", "uploads/o/u/1-2"], length=5) == []
        assert put_together([f"a/{0:015d}-{9:010d}"], length=5) == [Slice(f"a/{0:015d}-{9:010d}", 0, 5)]
