"""What blobs promise, asked of every store: memory, a folder, and a real S3 server where Go is to build one."""

from __future__ import annotations

import contextlib
import datetime
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from realinsights import engines
from realinsights_platform.blobs import Blobs, open_blobs
from realinsights_platform.errors import Unavailable
from realinsights_platform.handed_out import HandedOut
from realinsights_platform.ids import new_id


@pytest.fixture(scope="session")
def s3_program() -> Path:
    """Return the S3 server, built where Go is."""
    program = engines.build_s3(engines.engines_folder())
    if program is None:
        pytest.skip("no Go to build the optional S3 server with, and REALINSIGHTS_TEST_S3_URL is not set")
    return program


@pytest.fixture
def s3_url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Return the URL of an empty folder in a bucket: in that of REALINSIGHTS_TEST_S3_URL, or of a server of its own."""
    given = os.environ.get("REALINSIGHTS_TEST_S3_URL")
    if given:
        yield f"{given}/{new_id()}"
        return
    with s3_server(tmp_path, request.getfixturevalue("s3_program"), monkeypatch):
        yield "s3://files/a-folder"


@contextlib.contextmanager
def s3_server(
    folder: Path, program: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[engines.Engine, subprocess.Popen[bytes]]]:
    """Run an S3 server with one bucket, `files`."""
    (folder / "s3" / "files").mkdir(parents=True, exist_ok=True)
    engine = engines.s3(folder / "s3", port=engines.free_port(), program=program)
    access, secret = engines.S3_KEYS
    for name, value in (
        ("AWS_ENDPOINT", engine.url),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", access),
        ("AWS_SECRET_ACCESS_KEY", secret),
    ):
        monkeypatch.setenv(name, value)
    with engines.running(engine) as process:
        yield engine, process


@pytest.fixture(params=["memory", "file", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    if request.param == "s3":
        return open_blobs(request.getfixturevalue("s3_url"))
    return open_blobs("memory://" if request.param == "memory" else f"file://{tmp_path}/a folder of blobs")


POLICY = HandedOut(name="Policy ä1ö.txt", media_type="text/plain")


async def in_parts(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


class TestBlobs:
    async def test_returns_what_was_put(self, blobs: Blobs) -> None:
        await blobs.put("tapes/one.xml", b"<loans/>")
        assert await blobs.get("tapes/one.xml") == b"<loans/>"

    async def test_yields_a_part_of_what_was_put(self, blobs: Blobs) -> None:
        content = bytes(range(256)) * 4_096
        await blobs.put("one", content)
        for start, end in ((0, None), (7, None), (0, 9), (300_000, 600_001), (len(content) - 1, len(content))):
            found = b"".join([part async for part in blobs.stream("one", start=start, end=end)])
            assert found == content[start:end], (start, end)

    async def test_moves_what_was_put(self, blobs: Blobs) -> None:
        await blobs.put("incoming/one", b"bytes")
        await blobs.put("kept/two", b"older")
        for target in ("kept/one", "kept/two"):
            await blobs.put("incoming/one", b"bytes")
            await blobs.move("incoming/one", target)
            assert await blobs.get(target) == b"bytes"
            assert not await blobs.exists("incoming/one")
        with pytest.raises(FileNotFoundError):
            await blobs.move("incoming/none", "kept/none")

    async def test_replaces_what_was_there(self, blobs: Blobs) -> None:
        await blobs.put("snapshot", b"old and long")
        await blobs.put("snapshot", b"new")
        assert await blobs.get("snapshot") == b"new"

    async def test_has_nothing_where_nothing_was_put(self, blobs: Blobs) -> None:
        assert await blobs.get("absent") is None
        assert not await blobs.exists("absent")

    async def test_streams_in_what_is_too_large_to_hold_and_says_its_size(self, blobs: Blobs) -> None:
        assert await blobs.put_stream("tape", in_parts(b"first,", b"second,", b"third")) == 18
        assert await blobs.get("tape") == b"first,second,third"

    async def test_tells_what_is_older_than_a_moment(self, blobs: Blobs) -> None:
        for path in ("files/org/one", "files/org/two/three", "files/other/four"):
            await blobs.put(path, b"bytes")
        now = datetime.datetime.now(datetime.UTC)
        day = datetime.timedelta(days=1)
        assert await blobs.older("files/org", now + day) == ("files/org/one", "files/org/two/three")
        assert await blobs.older("files/org", now - day) == ()
        assert await blobs.older("files/none", now + day) == ()

    async def test_leaves_nothing_of_a_stream_that_failed(self, blobs: Blobs) -> None:
        async def broken() -> AsyncIterator[bytes]:
            yield b"first"
            raise ConnectionError("the client went away")

        with pytest.raises(Exception, match="the client went away"):
            await blobs.put_stream("tape", broken())
        assert not await blobs.exists("tape")

    async def test_streams_out_all_of_it(self, blobs: Blobs) -> None:
        data = bytes(range(256)) * 8192
        await blobs.put("large", data)
        assert b"".join([chunk async for chunk in blobs.stream("large")]) == data

    async def test_refuses_to_stream_what_is_not_there(self, blobs: Blobs) -> None:
        with pytest.raises(FileNotFoundError):
            [chunk async for chunk in blobs.stream("absent")]

    async def test_deletes_and_deleting_twice_is_no_error(self, blobs: Blobs) -> None:
        await blobs.put("tape", b"x")
        await blobs.delete("tape")
        await blobs.delete("tape")
        assert not await blobs.exists("tape")

    async def test_clears_a_folder_and_touches_no_other(self, blobs: Blobs) -> None:
        for path in ("tapes/acme/one", "tapes/acme/more/two", "tapes/acme2/one"):
            await blobs.put(path, b"a tape")
        await blobs.clear("tapes/acme")
        await blobs.clear("tapes/acme")
        assert await blobs.list("tapes") == ("tapes/acme2/one",)

    async def test_lists_what_is_under_a_folder(self, blobs: Blobs) -> None:
        for path in ("tapes/b", "tapes/a", "snapshots/c"):
            await blobs.put(path, b"x")
        assert await blobs.list("tapes") == ("tapes/a", "tapes/b")
        assert await blobs.list() == ("snapshots/c", "tapes/a", "tapes/b")


async def test_a_folder_survives_its_opening_again(tmp_path: Path) -> None:
    await open_blobs(f"file://{tmp_path}/blobs").put("tape", b"kept")
    assert await open_blobs(f"file://{tmp_path}/blobs").get("tape") == b"kept"


async def test_a_path_cannot_leave_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    blobs = open_blobs(f"file://{tmp_path}/blobs")
    with pytest.raises(Exception, match=r"(?i)path"):
        await blobs.get("../secret")

    async def test_says_how_much_is_under_a_folder(self, blobs: Blobs) -> None:
        assert await blobs.size("tapes/acme") == 0
        for path in ("tapes/acme/one", "tapes/acme/more/two", "tapes/acme-bay/three"):
            await blobs.put(path, b"12345")
        assert await blobs.size("tapes/acme") == 10


FILLER = """
import asyncio, errno, resource, sys
from realinsights_platform.blobs import open_blobs

async def parts():
    yield b"x" * 1_000_000

async def main():
    blobs = open_blobs("file://" + sys.argv[1])
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, resource.RLIM_INFINITY))
    for put in (blobs.put("one", b"x" * 1_000_000), blobs.put_stream("two", parts())):
        try:
            await put
        except OSError as error:
            print(error.errno == errno.EFBIG)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print(await blobs.list() == ())

asyncio.run(main())
"""


def test_a_folder_without_room_is_told_as_the_system_tells_it(tmp_path: Path) -> None:
    said = subprocess.run([sys.executable, "-c", FILLER, str(tmp_path)], capture_output=True, text=True, check=False)
    assert said.stdout.split() == ["True"] * 3, said.stderr


class TestAddresses:
    async def test_are_none_of_a_store_on_this_machine(self, tmp_path: Path) -> None:
        for url in ("memory://", f"file://{tmp_path}/blobs"):
            blobs = open_blobs(url)
            await blobs.put_stream("one", in_parts(b"bytes"), handed_out=POLICY)
            assert await blobs.address("one") is None
            assert await blobs.get("one") == b"bytes"

    async def test_of_s3_hand_out_a_path_under_its_name_for_a_minute(self, s3_url: str) -> None:
        blobs = open_blobs(s3_url)
        await blobs.put_stream("incoming/one", in_parts(b"x" * 6_000_000, b"y" * 6_000_000), handed_out=POLICY)
        await blobs.move("incoming/one", "kept/one")
        await blobs.put("kept/two", b"another's")
        address = await blobs.address("kept/one")
        assert address is not None
        assert "X-Amz-Expires=60&" in address
        async with httpx.AsyncClient() as anybody:
            answer = await anybody.get(address)
            assert answer.content == b"x" * 6_000_000 + b"y" * 6_000_000
            assert answer.headers["content-type"] == "text/plain; charset=utf-8"
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["content-disposition"] == (
                "attachment; filename=\"Policy _1_.txt\"; filename*=UTF-8''Policy%20%C3%A41%C3%B6.txt"
            )
            assert (await anybody.get(address, headers={"Range": "bytes=5999999-6000000"})).content == b"xy"
            refused = [address.replace("kept/one", "kept/two"), address.replace("Expires=60", "Expires=600")]
            assert [(await anybody.get(other)).status_code for other in refused] == [403, 403]
            assert (await anybody.put(address, content=b"z")).status_code == 403

    async def test_are_none_where_they_are_turned_off(self, s3_url: str) -> None:
        blobs = open_blobs(s3_url).without_addresses()
        await blobs.put("one", b"bytes")
        assert await blobs.address("one") is None
        assert await blobs.get("one") == b"bytes"


class TestS3:
    async def test_takes_large_streams_in_parts(self, s3_url: str) -> None:
        blobs = open_blobs(s3_url)

        async def parts() -> AsyncIterator[bytes]:
            for number in range(30):
                yield bytes([number]) * 1_000_000

        assert await blobs.put_stream("large", parts()) == 30_000_000
        assert await blobs.size("") == 30_000_000
        data = b"".join([chunk async for chunk in blobs.stream("large")])
        assert data == b"".join(bytes([number]) * 1_000_000 for number in range(30))

    async def test_a_missing_bucket_and_a_wrong_secret_are_told(
        self, tmp_path: Path, s3_program: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with s3_server(tmp_path, s3_program, monkeypatch):
            elsewhere = open_blobs("s3://nowhere/x")
            for ask in (elsewhere.put("a", b"x"), elsewhere.get("a"), elsewhere.list("")):
                with pytest.raises(Unavailable, match="no such bucket"):
                    await ask
            monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a wrong one")
            with pytest.raises(Unavailable, match="does not answer"):
                await open_blobs("s3://files/x").put("a", b"x")

    async def test_while_it_is_away_says_so_soon_and_goes_on_when_it_is_back(
        self, tmp_path: Path, s3_program: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with s3_server(tmp_path, s3_program, monkeypatch) as (engine, process):
            blobs = open_blobs("s3://files/x")
            await blobs.put("a", b"kept")
            process.kill()
            process.wait()
            for ask in (blobs.put("a", b"lost"), blobs.get("a"), blobs.exists("a"), blobs.size("")):
                with pytest.raises(Unavailable, match="does not answer"):
                    await ask
            with engines.running(engine):
                assert await blobs.get("a") == b"kept"


class TestAFolder:
    async def test_tells_what_a_writer_that_was_killed_has_left_and_removes_it(self, tmp_path: Path) -> None:
        """A file that is written has another name until it is whole; after a kill nobody gives it its own."""
        blobs = open_blobs(_killed_while_writing(tmp_path))
        assert await blobs.list("uploads") == ()
        tomorrow = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
        (left,) = await blobs.older("uploads/org", tomorrow)
        assert (tmp_path / "blobs" / left).stat().st_size > 0
        await blobs.delete(left)
        assert await blobs.older("uploads/org", tomorrow) == ()
        assert not [file for file in (tmp_path / "blobs").rglob("*") if file.is_file()]


def _killed_while_writing(folder: Path) -> str:
    """Kill a process in the middle of a file; return the URL of the folder that it wrote to."""
    script = (
        "import asyncio, sys\n"
        "from realinsights_platform.blobs import open_blobs\n"
        "async def endless():\n"
        "    while True:\n"
        "        yield b'x' * 8_000_000\n"
        "        print('written', flush=True)\n"
        "asyncio.run(open_blobs(sys.argv[1]).put_stream('uploads/org/incoming/one', endless()))\n"
    )
    url = f"file://{folder}/blobs"
    with subprocess.Popen([sys.executable, "-c", script, url], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        for _ in range(3):
            writer.stdout.readline()
        writer.kill()
    return url
