"""Bundles: several documents as one ZIP."""

from __future__ import annotations

import io
import zipfile

import pytest
from tests.files.test_documents_over_http import amended, filed
from tests.files.test_scanning import EICAR, Clamd

from realinsights.files.queries.bundles import bundled
from realinsights.files.queries.documents import DocumentFilter
from realinsights.files.store import VERSIONS
from realinsights_platform.scanning import open_scanner


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

    @pytest.mark.parametrize("infected", [1, 2, 7])
    async def test_holds_an_earlier_version_where_later_ones_are_infected(self, a_world, tmp_path, infected):
        path = f"{tmp_path}/clamd"
        scanner = open_scanner(f"clamav://{path}")
        async with Clamd().listening(path), a_world(scanner=scanner).running() as world, world.client() as client:
            first = await filed(client, content=b"a", name="a.txt")
            other = await filed(client, content=b"b", name="b.txt")
            never = await filed(client, content=EICAR, name="c.txt")
            await amended(client, first, b"aa")
            for number in range(infected):
                await amended(client, first, EICAR + b"%d" % number)
            await world.processed(first, 2 + infected)
            await world.processed(never)
            ids = [one["id"] for one in (first, other, never)]
            answer = await client.get("/documents/bundle", params={"id": ids})
            assert unpacked(answer) == {"note.txt": b"aa", "b.txt": b"b"}

    async def test_reads_the_versions_that_it_holds_and_no_others(self, world, client):
        ids = []
        for number in range(3):
            document = await filed(client, content=b"%d" % number)
            for later in range(number * 3):
                await amended(client, document, b"%d, version %d" % (number, later))
            ids.append(document["id"])
        asked = []

        class Watched:
            """The documents, which note of which versions they were asked."""

            async def get_many(self, kind, org, keys):
                asked.extend(keys if kind is VERSIONS else ())
                return await world.documents.get_many(kind, org, keys)

        found = await bundled(Watched(), org=world.org, ids=ids, filters=DocumentFilter(), confidential=True)
        assert [one.number for one in found] == [1, 4, 7]
        assert sorted(asked) == sorted(one.id for one in found)

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
