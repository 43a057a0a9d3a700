"""Scanning for malware before anybody reads: ClamAV's protocol at a socket, with the EICAR test file."""

from __future__ import annotations

import asyncio
import contextlib
import struct
from collections.abc import AsyncIterator

import pytest
from tests.files.test_documents_over_http import content_of, filed

from realinsights.contracts.files import VersionState
from realinsights_platform.errors import Refusal, Unavailable
from realinsights_platform.scanning import open_scanner
from realinsights_platform.verdicts import Scan, Verdict

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
MOST = 1024 * 1024


class Clamd:
    """A daemon that speaks ClamAV's INSTREAM and finds the test file of EICAR; it waits while `open` is not set."""

    def __init__(self) -> None:
        self.scanned: list[bytes] = []
        self.open = asyncio.Event()
        self.open.set()

    @contextlib.asynccontextmanager
    async def listening(self, path: str) -> AsyncIterator[None]:
        async with await asyncio.start_unix_server(self._answer, path) as server:
            yield
            server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError), contextlib.closing(writer):
            assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
            content = b""
            while length := struct.unpack("!I", await reader.readexactly(4))[0]:
                content += await reader.readexactly(length)
                if len(content) > MOST:
                    writer.write(b"INSTREAM size limit exceeded. ERROR\0")
                    await writer.drain()
                    return
            await self.open.wait()
            self.scanned.append(content)
            found = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"
            writer.write(found)
            await writer.drain()


@pytest.fixture
def clamd():
    return Clamd()


@pytest.fixture
async def world(a_world, clamd, tmp_path):
    path = f"{tmp_path}/clamd"
    async with clamd.listening(path), a_world(scanner=open_scanner(f"clamav://{path}")).running() as running:
        yield running


async def version_of(client, document, number=1):
    versions = (await client.get(f"/documents/{document['id']}")).json()["versions"]
    return next(one for one in versions if one["number"] == number)


class TestAFile:
    async def test_is_read_by_nobody_before_it_was_scanned(self, world, client, clamd):
        clamd.open.clear()
        document = await filed(client, content=b"clean", name="a.txt")
        assert document["versions"][0]["scan"] == "pending"
        assert document["current"] is None
        waiting = await client.get(content_of(document))
        assert (waiting.status_code, "still being checked" in waiting.json()["detail"]) == (409, True)
        clamd.open.set()
        assert await world.processed(document) is VersionState.READY
        assert (await client.get(content_of(document))).content == b"clean"
        assert (await version_of(client, document))["scan"] == "clean"
        assert clamd.scanned == [b"clean"]

    async def test_that_is_infected_is_quarantined_and_earlier_versions_stay(self, world, client):
        document = await filed(client, content=b"harmless words", name="a.txt")
        await world.processed(document)
        await client.post(f"/documents/{document['id']}/versions", params={"fileName": "a.txt"}, content=EICAR)
        assert await world.processed(document, 2) is VersionState.QUARANTINED
        version = await version_of(client, document, 2)
        assert (version["scan"], version["finding"]) == ("infected", "Eicar-Test-Signature")
        for path in (content_of(document, 2), f"/documents/{document['id']}/versions/2/preview"):
            refused = await client.get(path)
            assert (refused.status_code, "Eicar-Test-Signature" in refused.json()["detail"]) == (409, True)
        assert (await client.get(content_of(document, 1))).content == b"harmless words"
        assert (await client.get(f"/documents/{document['id']}")).json()["current"] == 1
        found = (await client.get("/documents", params={"q": "harmless"})).json()["items"]
        assert [one["id"] for one in found] == [document["id"]]

    async def test_that_is_larger_than_the_daemon_takes_is_said_not_to_be_scanned(self, world, client):
        document = await filed(client, content=b"x" * (MOST + 300_000), name="a.txt")
        await world.processed(document)
        version = await version_of(client, document)
        assert (version["scan"], version["finding"]) == ("not_scanned", "it is larger than the scanner takes")


class TestTheScanner:
    async def test_that_is_away_is_waited_for(self, a_world, clamd, tmp_path):
        path = f"{tmp_path}/late"
        async with a_world(scanner=open_scanner(f"clamav://{path}")).running() as world, world.client() as client:
            document = await filed(client)
            assert (await client.get(content_of(document))).status_code == 409
            async with clamd.listening(path):
                assert await world.processed(document) is VersionState.READY

    async def test_of_none_is_said_on_the_document(self, a_world):
        async with a_world().running() as world, world.client() as client:
            document = await filed(client)
            assert document["versions"][0]["scan"] == "not_scanned"
            await world.processed(document)
            assert (await client.get(content_of(document))).status_code == 200

    @pytest.mark.parametrize(
        ("answer", "verdict"),
        [
            (b"stream: OK\0", Verdict(Scan.CLEAN)),
            (b"stream: Win.Test.EICAR_HDB-1 FOUND\0", Verdict(Scan.INFECTED, "Win.Test.EICAR_HDB-1")),
            (b"stream: Can't allocate memory ERROR\0", None),
            (b"", None),
            (b"no end", None),
        ],
    )
    async def test_answers_are_read_as_the_daemon_means_them(self, tmp_path, answer, verdict):
        async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.closing(writer):
                writer.write(answer)
                await writer.drain()

        async def content() -> AsyncIterator[bytes]:
            yield b"x"

        path = f"{tmp_path}/says"
        async with await asyncio.start_unix_server(say, path):
            scanning = open_scanner(f"clamav://{path}").scan(content())
            if verdict is None:
                with pytest.raises(Unavailable):
                    await scanning
            else:
                assert await scanning == verdict

    def test_of_an_unknown_kind_is_refused(self):
        for url in ("http://x", "clamav://", "nothing"):
            with pytest.raises(Refusal):
                open_scanner(url)
