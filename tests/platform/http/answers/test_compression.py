"""Which coding a client gets, and what compressed answers are like: whole, tagged by themselves, and never a secret."""

from __future__ import annotations

import gzip
from typing import Any

import httpx
import pytest

from realinsights_platform.http.answers.compression import SMALLEST, coding_for, gzipped

from ...conftest import World, served

LONG = "Heat pumps of the north wing. " * 100
GZIP = {"Accept-Encoding": "gzip"}
PLAIN = {"Accept-Encoding": "identity"}


async def raw(client: httpx.AsyncClient, path: str, *, method: str = "GET", **headers: str) -> tuple[Any, bytes]:
    """Return an answer and its body as it went over the wire."""
    async with client.stream(method, path, headers=headers) as answer:
        return answer, b"".join([chunk async for chunk in answer.aiter_raw()])


@pytest.fixture
async def path(client: httpx.AsyncClient, as_writer: dict[str, str]) -> str:
    answer = await client.post("/api/v1/notes", json={"title": LONG}, headers=as_writer)
    return str(answer.headers["location"])


class TestCodingFor:
    @pytest.mark.parametrize(
        ("header", "coding"),
        [
            (b"gzip", b"gzip"),
            (b"gzip, deflate, br, zstd", b"gzip"),
            (b"GZIP;q=0.5", b"gzip"),
            (b"*", b"gzip"),
            (b"br;q=1, gzip;q=0.2", b"gzip"),
            (None, b""),
            (b"", b""),
            (b"br, zstd", b""),
            (b"gzip;q=0", b""),
            (b"*;q=0", b""),
            (b"identity, gzip;q=0.5", b""),
            (b"gzip;q=high", b""),
            (b"\xff\xfe", b""),
        ],
    )
    def test_is_gzip_where_the_client_takes_it(self, header: bytes | None, coding: bytes) -> None:
        assert coding_for(header) == coding


class TestGzipped:
    def test_is_gzip_and_the_same_each_time(self) -> None:
        assert gzip.decompress(gzipped(LONG.encode())) == LONG.encode()
        assert gzipped(LONG.encode()) == gzipped(LONG.encode())


class TestCompressedAnswer:
    async def test_is_the_same_answer_smaller(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], path: str
    ) -> None:
        plain, body = await raw(client, path, **as_writer, **PLAIN)
        answer, compressed = await raw(client, path, **as_writer, **GZIP)
        assert gzip.decompress(compressed) == body
        assert len(compressed) < len(body) / 5
        assert int(answer.headers["content-length"]) == len(compressed)
        assert answer.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert answer.headers["vary"] == plain.headers["vary"] == "authorization, accept-encoding"

    async def test_is_made_once_for_each_coding(
        self, client: httpx.AsyncClient, world: World, as_writer: dict[str, str], path: str
    ) -> None:
        world.desk.calls = 0
        first = [await raw(client, path, **as_writer, **coding) for coding in (GZIP, PLAIN)]
        again = [await raw(client, path, **as_writer, **coding) for coding in (GZIP, PLAIN)]
        assert [body for _, body in first] == [body for _, body in again]
        assert [answer.headers["etag"] for answer, _ in first] == [answer.headers["etag"] for answer, _ in again]
        assert world.desk.calls == 2

    async def test_has_a_tag_of_its_own_that_is_good_for_changing_it(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], path: str
    ) -> None:
        (plain, _), (answer, _) = [await raw(client, path, **as_writer, **coding) for coding in (PLAIN, GZIP)]
        assert (plain.headers["etag"], answer.headers["etag"]) == ('"1"', '"1-gzip"')
        changed = await client.put(path, json={"title": "Short"}, headers={**as_writer, "If-Match": '"1-gzip"'})
        assert changed.status_code == 200

    @pytest.mark.parametrize("asked_before", [0, 1])
    @pytest.mark.parametrize("coding", [GZIP, PLAIN])
    @pytest.mark.parametrize("known", ['"1"', '"1-gzip"', 'W/"1"', '"0", "1-gzip"'])
    async def test_is_known_to_whoever_has_this_version_in_any_coding(
        self, world: World, known: str, coding: dict[str, str], asked_before: int
    ) -> None:
        headers = {**world.headers(), **coding}
        async with world.client() as client:
            path = (await client.post("/api/v1/notes", json={"title": LONG}, headers=headers)).headers["location"]
            for _ in range(asked_before):
                await client.get(path, headers=headers)
            answer, body = await raw(client, path, **headers, **{"If-None-Match": known})
        assert (answer.status_code, body) == (304, b"")
        assert answer.headers["etag"] in known
        assert "content-encoding" not in answer.headers
        assert answer.headers["vary"] == "authorization, accept-encoding"

    @pytest.mark.parametrize("cached", [False, True])
    async def test_is_not_known_to_whoever_has_another_version(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], path: str, cached: bool
    ) -> None:
        if cached:
            await client.get(path, headers={**as_writer, **GZIP})
        answer, _ = await raw(client, path, **as_writer, **GZIP, **{"If-None-Match": '"0-gzip", "b-gzip", "1-br"'})
        assert answer.status_code == 200

    async def test_has_the_headers_of_its_body_when_asked_for_those_alone(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], path: str
    ) -> None:
        asked, none = await raw(client, path, method="HEAD", **as_writer, **GZIP)
        answer, _ = await raw(client, path, **as_writer, **GZIP)
        assert none == b""
        for name in ("content-length", "content-encoding", "etag", "vary"):
            assert asked.headers[name] == answer.headers[name]

    async def test_arrives_whole_through_the_server(self, world: World, as_writer: dict[str, str]) -> None:
        async with served(world.app()) as address, httpx.AsyncClient(base_url=address) as online:
            path = (await online.post("/api/v1/notes", json={"title": LONG}, headers=as_writer)).headers["location"]
            for _ in range(3):
                answer = await online.get(path, headers={**as_writer, **GZIP})
                assert answer.headers["content-encoding"] == "gzip"
                assert answer.json()["title"] == LONG


class TestWhatIsNotCompressed:
    async def test_is_what_is_short(self, client: httpx.AsyncClient, as_writer: dict[str, str]) -> None:
        answer, body = await raw(client, "/api/v1/me", **as_writer, **GZIP)
        assert len(body) < SMALLEST
        assert "content-encoding" not in answer.headers

    async def test_is_what_may_carry_a_secret(self, client: httpx.AsyncClient) -> None:
        signed_in = await client.post("/api/v1/sign-in", json={"user": LONG}, headers=GZIP)
        public = await client.get("/api/v1/hello", params={"name": "x" * 2000}, headers=GZIP)
        for answer in (signed_in, public):
            assert len(answer.content) > SMALLEST
            assert "content-encoding" not in answer.headers

    async def test_is_what_a_write_answers(self, client: httpx.AsyncClient, as_writer: dict[str, str]) -> None:
        answer = await client.post("/api/v1/notes", json={"title": LONG}, headers={**as_writer, **GZIP})
        assert "content-encoding" not in answer.headers

    async def test_is_what_is_sent_as_it_is_made(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], path: str
    ) -> None:
        answer, body = await raw(client, f"{path}/as-text", **as_writer, **GZIP)
        assert body == f"title\n{LONG}\n".encode()
        assert "content-encoding" not in answer.headers
