"""Documents over HTTP: filed, changed, versioned, held, deleted, downloaded; who may, and what strangers' files do."""

from __future__ import annotations

import asyncio
import datetime
import hashlib

import pytest

from realinsights_platform.quota import Quota

PDF = b"%PDF-1.4\n%%EOF\n"


async def filed(client, content=b"Promissory note", name="note.txt", **said):
    answer = await client.post("/documents", params={"fileName": name, **said}, content=content)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def amended(client, document, content):
    """Add a version to a document."""
    path = f"/documents/{document['id']}/versions"
    answer = await client.post(path, params={"fileName": "note.txt"}, content=content)
    assert answer.status_code == 201, answer.text


def content_of(document, number=1):
    return f"/documents/{document['id']}/versions/{number}/content"


def draft_of(document, **changes):
    fields = ("title", "kind", "expiresOn", "confidential", "retentionUntil", "links")
    return {**{field: document[field] for field in fields}, **changes}


class TestFiling:
    async def test_a_document_is_stored_with_what_is_said_of_it(self, client):
        answer = await client.post(
            "/documents",
            params={
                "fileName": "Note 1001.txt",
                "title": "  Promissory   note ",
                "kind": "note",
                "expiresOn": "2030-06-30",
                "link": ["loan:loan-1", "property:p-1:3"],
            },
            content=b"Promissory note",
        )
        document = answer.json()
        assert answer.headers["location"] == f"/api/v1/documents/{document['id']}"
        assert document["title"] == "Promissory note"
        assert document["links"] == [{"kind": "loan", "id": "loan-1"}, {"kind": "property", "id": "p-1", "page": 3}]
        (version,) = document["versions"]
        assert version["sha256"] == hashlib.sha256(b"Promissory note").hexdigest()
        assert (version["number"], version["size"], version["fileName"]) == (1, 15, "Note 1001.txt")
        assert version["mediaType"] == "text/plain"
        read = await client.get(f"/documents/{document['id']}")
        assert {**read.json(), "versions": []} == {**document, "versions": []}

    async def test_without_a_title_its_name_is_one(self, client):
        assert (await filed(client, name="Rent roll.csv"))["title"] == "Rent roll.csv"

    async def test_an_empty_file_is_refused_and_leaves_nothing(self, client, world):
        answer = await client.post("/documents", params={"fileName": "a.txt"}, content=b"")
        assert answer.status_code == 422
        assert await world.blobs.list("uploads") == await world.blobs.list("files") == ()

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"title": "a\u202eb"}, "title"),
            ({"link": "loan"}, "link"),
            ({"link": "planet:1"}, "link"),
            ({"link": "loan:x:0"}, "links[0].page"),
            ({"link": f"loan:{'x' * 65}"}, "links[0].id"),
            ({"expiresOn": "0999-01-01"}, "expiresOn"),
            ({"kind": "novel"}, "kind"),
        ],
    )
    async def test_what_cannot_be_is_named(self, client, said, field):
        answer = await client.post("/documents", params={"fileName": "a.txt", **said}, content=b"x")
        assert answer.status_code == 422
        assert [fault["field"] for fault in answer.json()["errors"]] == [field]

    @pytest.mark.parametrize(
        ("name", "kept"),
        [
            ("../../etc/passwd.txt", "passwd.txt"),
            ("C:\\Users\\ann\\note.txt", "note.txt"),
            ("evil\u202etxt.exe.txt", "eviltxt.exe.txt"),
            ("a\r\nContent-Type: text/html\x7f.txt", "html.txt"),
            ("zero\u200bwidth.txt", "zerowidth.txt"),
            ("....", "document"),
            ("/", "document"),
            ('quote"; filename="x.txt', "quote; filename=x.txt"),
            ("x" * 500 + ".txt", "x" * 196 + ".txt"),
            ("Договор.txt", "Договор.txt"),
        ],
    )
    async def test_names_are_cleaned(self, client, name, kept):
        document = await filed(client, name=name)
        assert document["versions"][0]["fileName"] == kept
        answer = await client.get(content_of(document))
        plain, encoded = answer.headers["content-disposition"].split("; filename*=UTF-8''")
        assert plain.startswith('attachment; filename="')
        assert plain.count('"') == 2
        assert encoded.isascii()

    @pytest.mark.parametrize(
        ("content", "name", "declared", "status"),
        [
            (PDF, "a.pdf", None, 201),
            (PDF, "a.pdf", "application/pdf", 201),
            (PDF, "no extension", "application/octet-stream", 201),
            (PDF, "a.docx", None, 422),
            (PDF, "a.pdf", "image/png", 422),
            (b"plain text", "a.pdf", None, 422),
            (b"MZ" + bytes(200), "a.pdf", None, 422),
            (b"MZ" + bytes(200), "setup", None, 422),
            (b"\x7fELF" + bytes(200), "a", None, 422),
            (b"#!/bin/sh\nrm -rf /", "a.txt", None, 422),
            (b"a,b\n1,2\n", "a.csv", "text/plain", 201),
        ],
    )
    async def test_what_a_file_is_must_be_what_is_said(self, client, content, name, declared, status):
        headers = {} if declared is None else {"Content-Type": declared}
        answer = await client.post("/documents", params={"fileName": name}, content=content, headers=headers)
        assert answer.status_code == status, answer.text

    async def test_the_same_key_files_it_once(self, client):
        sent = {"params": {"fileName": "a.txt"}, "content": b"once", "headers": {"Idempotency-Key": "k"}}
        first, again = await client.post("/documents", **sent), await client.post("/documents", **sent)
        assert first.json() == again.json()
        assert again.headers["idempotency-replayed"] == "true"
        assert len((await client.get("/documents")).json()["items"]) == 1

    async def test_no_more_than_the_quota_is_taken(self, a_world):
        async with a_world(quota=Quota(60_000)).running() as world, world.client() as client:
            await filed(client, content=b"x" * 10_000)
            answer = await client.post("/documents", params={"fileName": "b.txt"}, content=b"y" * 60_000)
            assert answer.status_code == 507
            assert await world.blobs.list("uploads") == ()

    async def test_what_others_have_taken_while_a_file_came_is_not_taken_again(self, a_world):
        begun, others = asyncio.Event(), asyncio.Event()

        async def slowly():
            yield b"x" * 20_000
            begun.set()
            await others.wait()
            yield b"x" * 20_000

        async with a_world(quota=Quota(60_000)).running() as world, world.client() as client:
            slow = asyncio.create_task(client.post("/documents", params={"fileName": "a.txt"}, content=slowly()))
            await begun.wait()
            await filed(client, content=b"y" * 40_000)
            others.set()
            assert (await slow).status_code == 507
            assert await world.blobs.list("uploads") == ()
            assert await world.blobs.size("files") == 40_000


class TestWhoMay:
    async def test_a_viewer_reads_and_writes_nothing(self, client, viewer):
        document = await filed(client)
        assert (await viewer.get(f"/documents/{document['id']}")).status_code == 200
        assert (await viewer.get(content_of(document))).status_code == 200
        assert (await viewer.post("/documents", params={"fileName": "a"}, content=b"x")).status_code == 403
        assert (await viewer.post("/uploads", headers={"Upload-Length": "1"})).status_code == 403

    async def test_a_member_neither_deletes_nor_holds(self, member):
        document = await filed(member)
        place = f"/documents/{document['id']}"
        assert (await member.delete(place, headers={"If-Match": '"1"'})).status_code == 403
        held = await member.put(f"{place}/hold", json={"reason": "suit"}, headers={"If-Match": '"1"'})
        assert held.status_code == 403

    async def test_another_organization_finds_nothing(self, client, world):
        document = await filed(client)
        async with world.client(org="other") as stranger:
            for path in (f"/documents/{document['id']}", content_of(document)):
                assert (await stranger.get(path)).status_code == 404
            assert (await stranger.get("/documents")).json()["items"] == []

    async def test_confidential_documents_are_for_those_who_may_see_them(self, client, member):
        secret = await filed(client, name="secret.txt", isConfidential="true")
        await filed(client, name="open.txt")
        for path in (f"/documents/{secret['id']}", content_of(secret), f"/documents/{secret['id']}/pages/1"):
            assert (await member.get(path)).status_code == 404
        added = await member.post(f"/documents/{secret['id']}/versions", params={"fileName": "b"}, content=b"x")
        assert added.status_code == 404
        assert [one["title"] for one in (await member.get("/documents")).json()["items"]] == ["open.txt"]
        listed = await member.get("/documents", params={"confidential": "true"})
        assert listed.json()["items"] == []
        assert len((await client.get("/documents")).json()["items"]) == 2

    async def test_who_may_not_see_confidential_ones_makes_none(self, member):
        answer = await member.post("/documents", params={"fileName": "a.txt", "isConfidential": "true"}, content=b"x")
        assert answer.status_code == 403
        document = await filed(member)
        changed = await member.put(
            f"/documents/{document['id']}", json=draft_of(document, confidential=True), headers={"If-Match": '"1"'}
        )
        assert changed.status_code == 403


class TestVersions:
    async def test_other_bytes_are_another_version(self, client):
        document = await filed(client)
        answer = await client.post(
            f"/documents/{document['id']}/versions", params={"fileName": "note v2.txt"}, content=b"Amended note"
        )
        assert answer.status_code == 201
        assert [version["number"] for version in answer.json()["versions"]] == [2, 1]
        assert (await client.get(content_of(document, 1))).content == b"Promissory note"
        assert (await client.get(content_of(document, 2))).content == b"Amended note"

    async def test_the_same_bytes_are_the_same_version(self, client, world):
        document = await filed(client)
        answer = await client.post(
            f"/documents/{document['id']}/versions", params={"fileName": "again.txt"}, content=b"Promissory note"
        )
        assert answer.status_code == 200
        assert len(answer.json()["versions"]) == 1
        assert answer.json()["version"] == document["version"]
        assert await world.blobs.list("uploads") == ()

    @pytest.mark.parametrize("others", [b"two", b"three"])
    async def test_of_two_at_the_same_moment_one_is_refused_and_leaves_nothing(self, client, world, others):
        document = await filed(client, content=b"one")
        path = f"/documents/{document['id']}/versions"
        begun, added = asyncio.Event(), asyncio.Event()

        async def slowly():
            yield b"t"
            begun.set()
            await added.wait()
            yield b"wo"

        slow = asyncio.create_task(client.post(path, params={"fileName": "a.txt"}, content=slowly()))
        await begun.wait()
        assert (await client.post(path, params={"fileName": "b.txt"}, content=others)).status_code == 201
        added.set()
        assert (await slow).status_code == 409
        assert (await client.get(content_of(document, 2))).content == others
        assert (len(await world.blobs.list("files")), await world.blobs.list("uploads")) == (2, ())

    @pytest.mark.parametrize("number", ["0", "2", "-1", "x", "1e0", "99999999999999999999", "１"])
    async def test_one_that_is_not_there_is_not_found(self, client, number):
        document = await filed(client)
        assert (await client.get(content_of(document, number))).status_code == 404


class TestChanging:
    async def test_what_is_said_can_be_replaced(self, client):
        document = await filed(client, link="loan:a")
        draft = draft_of(document, title="Note", kind="note", links=[{"kind": "loan", "id": "b"}])
        answer = await client.put(f"/documents/{document['id']}", json=draft, headers={"If-Match": '"1"'})
        assert answer.status_code == 200
        assert (answer.json()["title"], answer.json()["version"]) == ("Note", 2)
        assert [len((await client.get("/documents", params={"loanId": key})).json()["items"]) for key in "ab"] == [0, 1]

    async def test_a_version_that_is_stored_no_more_is_refused(self, client):
        document = await filed(client)
        place = f"/documents/{document['id']}"
        assert (await client.put(place, json=draft_of(document, title="A"))).status_code == 428
        assert (await client.put(place, json=draft_of(document, title="A"), headers={"If-Match": '"1"'})).is_success
        stale = await client.put(place, json=draft_of(document, title="B"), headers={"If-Match": '"1"'})
        assert stale.status_code == 412

    async def test_an_unknown_field_is_refused(self, client):
        document = await filed(client)
        answer = await client.put(
            f"/documents/{document['id']}", json=draft_of(document, owner="me"), headers={"If-Match": '"1"'}
        )
        assert answer.status_code == 422


class TestKeeping:
    async def test_a_held_document_is_not_deleted_until_the_hold_is_lifted(self, client):
        document = await filed(client)
        place = f"/documents/{document['id']}"
        held = await client.put(f"{place}/hold", json={"reason": "Smith v. Harbor"}, headers={"If-Match": '"1"'})
        assert held.json()["hold"]["reason"] == "Smith v. Harbor"
        refused = await client.delete(place, headers={"If-Match": '"2"'})
        assert refused.status_code == 409
        assert "Smith v. Harbor" in refused.json()["detail"]
        released = await client.delete(f"{place}/hold", headers={"If-Match": '"2"'})
        assert released.json()["hold"] is None
        assert (await client.delete(place, headers={"If-Match": '"3"'})).status_code == 204

    async def test_retention_goes_by_the_calendar_not_by_the_stated_date(self, client):
        tomorrow = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(2)).date().isoformat()
        document = await filed(client, retentionUntil=tomorrow)
        answer = await client.delete(
            f"/documents/{document['id']}", params={"businessDate": "2100-01-01"}, headers={"If-Match": '"1"'}
        )
        assert answer.status_code == 409

    async def test_retention_that_is_over_keeps_nothing(self, client):
        document = await filed(client, retentionUntil="2020-01-01")
        assert (await client.delete(f"/documents/{document['id']}", headers={"If-Match": '"1"'})).status_code == 204

    @pytest.mark.parametrize(("date", "status"), [(None, 409), ("2098-01-01", 409), ("2100-01-01", 200)])
    async def test_retention_moves_later_only(self, client, date, status):
        document = await filed(client, retentionUntil="2099-01-01")
        answer = await client.put(
            f"/documents/{document['id']}", json=draft_of(document, retentionUntil=date), headers={"If-Match": '"1"'}
        )
        assert answer.status_code == status

    async def test_what_is_deleted_is_gone_with_its_bytes(self, client, world):
        document = await filed(client)
        await client.post(f"/documents/{document['id']}/versions", params={"fileName": "b.txt"}, content=b"two")
        kept = await filed(client, name="other.txt")
        assert (await client.delete(f"/documents/{document['id']}", headers={"If-Match": "*"})).status_code == 204
        assert (await client.get(f"/documents/{document['id']}")).status_code == 404
        assert (await client.get(content_of(document))).status_code == 404
        assert {path.split("/")[2] for path in await world.blobs.list("files")} == {kept["id"]}


class TestLists:
    async def test_filters_narrow_and_pages_follow_each_other(self, client):
        for number in range(5):
            await filed(
                client,
                name=f"{number}.txt",
                kind=("insurance", "note")[number % 2],
                expiresOn=f"2030-01-0{number + 1}",
                link=f"loan:{'ab'[number % 2]}",
            )

        async def titles(**query):
            answer = await client.get("/documents", params=query)
            assert answer.status_code == 200, answer.text
            return [one["title"] for one in answer.json()["items"]], answer.json()["next"]

        assert await titles(kind="insurance", order="title") == (["0.txt", "2.txt", "4.txt"], None)
        assert await titles(kind=["insurance", "note"], loanId="b", order="-title") == (["3.txt", "1.txt"], None)
        assert await titles(expiresFrom="2030-01-02", expiresTo="2030-01-03", order="title") == (
            ["1.txt", "2.txt"], None,
        )  # fmt: skip
        found, cursor = await titles(order="title", limit=2)
        while cursor:
            more, cursor = await titles(order="title", limit=2, cursor=cursor)
            found += more
        assert found == [f"{number}.txt" for number in range(5)]
        assert (await client.get("/documents", params={"order": "size"})).status_code == 422

    async def test_a_list_tells_the_latest_version(self, client):
        document = await filed(client)
        await client.post(f"/documents/{document['id']}/versions", params={"fileName": "b.txt"}, content=b"two")
        (item,) = (await client.get("/documents")).json()["items"]
        assert (item["latest"]["number"], item["latest"]["fileName"]) == (2, "b.txt")


class TestDownloads:
    async def test_a_browser_runs_nothing_of_it(self, client):
        html = b"<html><script>alert(1)</script></html>"
        document = await filed(client, content=html, name="page.html")
        for inline in ("false", "true"):
            answer = await client.get(content_of(document), params={"inline": inline})
            assert answer.headers["content-disposition"].startswith("attachment;")
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "sandbox" in answer.headers["content-security-policy"]
            assert "script" not in answer.headers["content-security-policy"]
        svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
        drawing = await filed(client, content=svg, name="a.svg")
        answer = await client.get(content_of(drawing), params={"inline": "true"})
        assert answer.headers["content-disposition"].startswith("attachment;")

    async def test_what_may_be_shown_is_shown_when_asked_for(self, client):
        document = await filed(client, content=PDF, name="note.pdf")
        shown = await client.get(content_of(document), params={"inline": "true"})
        assert shown.headers["content-disposition"].startswith("inline;")
        assert shown.headers["content-type"] == "application/pdf"
        kept = await client.get(content_of(document))
        assert kept.headers["content-disposition"].startswith("attachment;")

    @pytest.mark.parametrize(
        ("wanted", "status", "content", "told"),
        [
            (None, 200, b"0123456789", None),
            ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
            ("bytes=4-", 206, b"456789", "bytes 4-9/10"),
            ("bytes=-3", 206, b"789", "bytes 7-9/10"),
            ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
            ("bytes=-99", 206, b"0123456789", "bytes 0-9/10"),
            ("bytes=10-", 416, b"", "bytes */10"),
            ("bytes=-0", 416, b"", "bytes */10"),
            ("bytes=3-2", 200, b"0123456789", None),
            ("bytes=0-1,3-4", 200, b"0123456789", None),
            ("lines=1-2", 200, b"0123456789", None),
            ("bytes=-", 200, b"0123456789", None),
        ],
    )
    async def test_a_part_can_be_asked_for(self, client, wanted, status, content, told):
        document = await filed(client, content=b"0123456789")
        answer = await client.get(content_of(document), headers={} if wanted is None else {"Range": wanted})
        assert (answer.status_code, answer.content, answer.headers.get("content-range")) == (status, content, told)
        assert answer.headers["content-length"] == str(len(content))

    async def test_a_part_of_other_bytes_is_the_whole(self, client):
        document = await filed(client, content=b"0123456789")
        etag = (await client.get(content_of(document))).headers["etag"]
        for tag, status in ((etag, 206), ('"other"', 200)):
            answer = await client.get(content_of(document), headers={"Range": "bytes=0-1", "If-Range": tag})
            assert answer.status_code == status


class TestTheJournal:
    async def test_shows_documents_to_who_may_see_all(self, client, member):
        await filed(client, isConfidential="true")
        assert (await client.get("/journals/files")).json()["items"][0]["writes"]
        assert (await client.get("/journals/files/verification")).json()["sound"] is True
        assert (await member.get("/journals/files")).status_code == 403
