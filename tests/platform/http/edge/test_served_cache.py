"""Cached answers through the real server, which writes them at once: whoever reads them sees no difference."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from ...conftest import World, served

CHANGING = {"x-request-id", "date", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"}


@pytest.fixture
async def address(world: World) -> AsyncIterator[str]:
    async with served(world.app()) as address:
        yield address


@pytest.fixture
async def online(address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=address) as client:
        yield client


@pytest.fixture
async def path(online: httpx.AsyncClient, as_writer: dict[str, str]) -> str:
    answer = await online.post("/api/v1/notes", json={"title": "First"}, headers=as_writer)
    return str(answer.headers["location"])


async def raw(address: str, *requests: bytes) -> bytes:
    """Send requests in one piece and return all that comes back until the server closes."""
    host, port = address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"".join(requests))
    answer = await reader.read()
    writer.close()
    return answer


def ask(path: str, headers: dict[str, str], *, close: bool = False) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: notes.test", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, *(["Connection: close"] if close else []), "", ""]).encode()


async def test_a_cached_answer_is_the_answer(
    online: httpx.AsyncClient, world: World, as_writer: dict[str, str], path: str
) -> None:
    world.desk.calls = 0
    first, *others = [await online.get(path, headers=as_writer) for _ in range(4)]
    assert world.desk.calls == 1
    for other in others:
        assert (other.status_code, other.content) == (200, first.content)
        assert {n: v for n, v in other.headers.items() if n not in CHANGING} == {
            n: v for n, v in first.headers.items() if n not in CHANGING
        }
        assert "date" in other.headers
    assert len({answer.headers["x-request-id"] for answer in (first, *others)}) == 4


async def test_what_the_caller_has_is_not_sent_again(
    online: httpx.AsyncClient, as_writer: dict[str, str], path: str
) -> None:
    for _ in range(3):
        answer = await online.get(path, headers={**as_writer, "If-None-Match": '"1"'})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"1"')


async def test_head_has_no_body_from_the_cache_either(
    online: httpx.AsyncClient, as_writer: dict[str, str], path: str
) -> None:
    whole = await online.get(path, headers=as_writer)
    for _ in range(3):
        answer = await online.head(path, headers=as_writer)
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["content-length"] == whole.headers["content-length"]
    assert (await online.get(path, headers=as_writer)).content == whole.content


async def test_head_has_no_body_where_there_is_no_cache(online: httpx.AsyncClient, as_writer: dict[str, str]) -> None:
    for _ in range(3):
        answer = await online.head("/api/v1/me", headers=as_writer)
        assert (answer.status_code, answer.content) == (200, b"")
        assert int(answer.headers["content-length"]) > 0
    assert "realinsights_http_failures_total 0.0" in (await online.get("/metrics")).text


async def test_answers_come_in_the_order_of_requests_sent_at_once(
    address: str, online: httpx.AsyncClient, as_writer: dict[str, str], path: str
) -> None:
    await online.get(path, headers=as_writer)
    requests = [
        ask(path, {**as_writer, "X-Request-Id": "one"}),
        ask(f"{path}/today", {**as_writer, "X-Request-Id": "two"}),
        ask(path, {**as_writer, "X-Request-Id": "three"}),
        ask(path, {**as_writer, "X-Request-Id": "four"}, close=True),
    ]
    answer = await raw(address, *requests)
    places = [answer.index(b"x-request-id: " + name) for name in (b"one", b"two", b"three", b"four")]
    assert places == sorted(places)
    assert answer.count(b"HTTP/1.1 200 OK") == 4


async def test_a_caller_that_wants_to_close_is_closed(
    address: str, online: httpx.AsyncClient, as_writer: dict[str, str], path: str
) -> None:
    await online.get(path, headers=as_writer)
    answer = await raw(address, ask(path, as_writer, close=True))
    assert b"connection: close" in answer
    assert answer.endswith(b"}")


async def test_a_large_answer_arrives_whole(online: httpx.AsyncClient, world: World, as_writer: dict[str, str]) -> None:
    title = "x" * 700_000
    created: dict[str, Any] = (await online.post("/api/v1/notes", json={"title": title}, headers=as_writer)).json()
    world.desk.calls = 0
    for _ in range(3):
        answer = await online.get(f"/api/v1/notes/{created['id']}", headers=as_writer)
        assert answer.json()["title"] == title
    assert world.desk.calls == 1
