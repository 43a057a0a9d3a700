"""Bundles: several documents as one ZIP."""

from __future__ import annotations

import io
import zipfile

import pytest
from tests.files.test_documents_over_http import filed


def unpacked(answer):
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


class TestABundle:
    async def test_holds_the_current_versions_under_names_of_their_own(self, client):
        first = await filed(client, content=b"a" * 600_000, name="note.txt")
        second = await filed(client, content=b"b", name="NOTE.txt")
        await client.post(f"/documents/{second['id']}/versions", params={"fileName": "note.txt"}, content=b"c")
        answer = await client.get("/documents/bundle", params={"id": [first["id"], second["id"]]})
        assert answer.headers["content-type"] == "application/zip"
        assert unpacked(answer) == {"note.txt": b"a" * 600_000, "note (2).txt": b"c"}

    async def test_of_a_loan_has_its_documents(self, client):
        await filed(client, content=b"a", name="a.txt", link="loan:x")
        await filed(client, content=b"b", name="b.txt", link="loan:y")
        assert unpacked(await client.get("/documents/bundle", params={"loanId": "x"})) == {"a.txt": b"a"}

    async def test_leaves_out_what_one_may_not_see(self, client, member):
        await filed(client, content=b"a", name="a.txt", link="loan:x")
        secret = await filed(client, content=b"b", name="b.txt", link="loan:x", isConfidential="true")
        assert unpacked(await member.get("/documents/bundle", params={"loanId": "x"})) == {"a.txt": b"a"}
        assert (await member.get("/documents/bundle", params={"id": secret["id"]})).status_code == 404

    @pytest.mark.parametrize(("query", "status"), [({}, 422), ({"id": "none"}, 404)])
    async def test_of_nothing_is_refused(self, client, query, status):
        assert (await client.get("/documents/bundle", params=query)).status_code == status
