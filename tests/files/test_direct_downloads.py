"""Downloads that the store of files hands out itself: only once everything was checked, for a minute, and if wanted."""

from __future__ import annotations

import datetime

import httpx
import msgspec
import pytest
from tests.adapters.test_blobs import s3_program, s3_url
from tests.files.test_documents_over_http import filed
from tests.files.test_shares import fetched, opened, shared

from realinsights.files.model.documents import version_id
from realinsights.files.store import VERSIONS
from realinsights_platform.blobs import open_blobs
from realinsights_platform.verdicts import Scan

__all__ = ["s3_program", "s3_url"]

TODAY = datetime.date(2026, 1, 1)


@pytest.fixture
def stored(a_world, s3_url):
    """Return the service on S3, not yet running."""
    world = a_world()
    world.blobs = open_blobs(s3_url)
    return world


@pytest.fixture
async def world(stored):
    async with stored.running() as running:
        yield running


@pytest.fixture
async def guest(world):
    async with world.client("") as opened_client:
        yield opened_client


@pytest.fixture
async def anybody():
    """Return a client that nobody has signed in."""
    async with httpx.AsyncClient() as client:
        yield client


def content(document, number=1):
    return f"/documents/{document['id']}/versions/{number}/content"


async def rewritten(world, document, **said):
    """Change what is stored of a document's first version."""
    async with world.documents.unit(org=world.org, actor="test", business_date=TODAY) as unit:
        version = await unit.get(VERSIONS, version_id(document["id"], 1))
        unit.put(VERSIONS, msgspec.structs.replace(version, **said))


class TestADownload:
    async def test_is_at_an_address_of_the_store(self, client, anybody):
        document = await filed(client, content=b"All risks.", name="Policy.txt")
        answer = await client.get(content(document))
        assert (answer.status_code, answer.headers["cache-control"]) == (307, "no-store")
        assert answer.headers["referrer-policy"] == "no-referrer"
        file = await anybody.get(answer.headers["location"])
        assert (file.content, file.headers["content-type"]) == (b"All risks.", "text/plain; charset=utf-8")
        assert file.headers["content-disposition"].startswith('attachment; filename="Policy.txt"')
        assert file.headers["cache-control"] == "no-store"

    async def test_is_told_to_a_page_that_cannot_follow(self, client, anybody):
        document = await filed(client, content=b"All risks.")
        answer = await client.get(content(document).replace("content", "address"))
        assert answer.headers["cache-control"] == "no-store"
        assert (await anybody.get(answer.json()["address"])).content == b"All risks."

    async def test_that_is_shown_comes_from_this_server(self, client):
        document = await filed(client, content=b"All risks.", name="Policy.txt")
        answer = await client.get(content(document), params={"inline": "true"})
        assert (answer.status_code, answer.content) == (200, b"All risks.")
        assert "sandbox" in answer.headers["content-security-policy"]

    async def test_has_no_address_before_everything_was_checked(self, world, client, member):
        secret = await filed(client, content=b"Secret.", isConfidential=True)
        open_one = await filed(client, content=b"Open.")
        for path in (content(secret), content(secret).replace("content", "address")):
            assert (await member.get(path)).status_code == 404
        for scan in (Scan.PENDING, Scan.INFECTED):
            await rewritten(world, open_one, scan=scan)
            for path in (content(open_one), content(open_one).replace("content", "address")):
                answer = await client.get(path)
                assert (answer.status_code, "location" in answer.headers) == (409, False)

    async def test_of_what_was_stored_without_its_name_comes_from_this_server(self, world, client):
        document = await filed(client, content=b"Old.")
        await rewritten(world, document, addressable=False)
        assert (await client.get(content(document))).content == b"Old."
        assert (await client.get(content(document).replace("content", "address"))).json() == {"address": None}

    async def test_comes_from_this_server_where_that_is_turned_off(self, stored):
        stored.blobs = stored.blobs.without_addresses()
        async with stored.running() as running, running.client() as client:
            document = await filed(client, content=b"All risks.")
            assert (await client.get(content(document))).content == b"All risks."
            assert (await client.get(content(document).replace("content", "address"))).json() == {"address": None}


class TestAShareLink:
    async def test_leads_to_the_store_once_it_was_opened_and_counted(self, client, guest, anybody):
        document = await filed(client, content=b"All risks.")
        made = await shared(client, document, mostDownloads=1)
        ticket = (await opened(guest, made["token"])).json()["ticket"]
        answer = await fetched(guest, ticket)
        assert answer.status_code == 307
        assert (await anybody.get(answer.headers["location"])).content == b"All risks."
        assert (await opened(guest, made["token"])).status_code == 404, "its one download is used"
        accesses = (await client.get(f"/shares/{made['share']['id']}/accesses")).json()["items"]
        assert [access["outcome"] for access in accesses] == ["ended", "opened"]

    async def test_that_is_revoked_leads_nowhere(self, client, guest):
        document = await filed(client, content=b"All risks.")
        made = await shared(client, document)
        ticket = (await opened(guest, made["token"])).json()["ticket"]
        await client.delete(f"/shares/{made['share']['id']}")
        answer = await fetched(guest, ticket)
        assert (answer.status_code, "location" in answer.headers) == (404, False)
