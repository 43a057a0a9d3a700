"""Server-sent events: in order, kept alive, and over when either side is done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest

from realinsights_platform.http.answers.sse import EventStream, ServerEvent, rendered
from realinsights_platform.http.routes import streams
from realinsights_platform.token_register import Revocation

from ...conftest import World, served

SOON = 30.0

SCOPE = {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}}


class Caller:
    """An ASGI client that can go away."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.gone = asyncio.Event()
        self.said = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.messages.append(message)
        self.said.set()

    @property
    def text(self) -> str:
        return b"".join(message.get("body", b"") for message in self.messages).decode()


class Source:
    """Events, and whether they were closed."""

    def __init__(self, *numbers: int, endless: bool = False) -> None:
        self.numbers = numbers
        self.endless = endless
        self.closed = False

    async def events(self) -> AsyncGenerator[ServerEvent, None]:
        try:
            for number in self.numbers:
                yield ServerEvent(id=str(number), event="tick", data=number)
            if self.endless:
                await asyncio.Event().wait()
        finally:
            self.closed = True


class TestOpenStreams:
    async def test_end_when_their_member_does(self, world: World) -> None:
        app = world.app()
        world.desk.go_on.clear()
        async with served(app) as address, httpx.AsyncClient(base_url=address) as client:
            headers, others = world.headers(), world.headers(user="ben")
            async with (
                client.stream("GET", "/api/v1/ticks?until=1", headers=headers) as own,
                client.stream("GET", "/api/v1/ticks?until=1", headers=others) as other,
            ):
                for _ in range(2):
                    await world.desk.arrivals.get()
                world.revocations.add(Revocation(user="ana", session=None, at=world.now))
                async with asyncio.timeout(SOON):
                    assert "tick" in (await own.aread()).decode()
                assert world.desk.closed == ["ticks"]
                world.desk.go_on.set()
                assert "tick" in (await other.aread()).decode()

    async def test_are_few_for_one_member(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(streams, "PER_USER", 2)
        world.desk.go_on.clear()
        async with (
            served(world.app()) as address,
            httpx.AsyncClient(base_url=address) as client,
            client.stream("GET", "/api/v1/ticks?until=1", headers=world.headers()),
            client.stream("GET", "/api/v1/ticks?until=1", headers=world.headers()),
        ):
            refused = await client.get("/api/v1/ticks?until=1", headers=world.headers())
            assert (refused.status_code, refused.headers["retry-after"]) == (429, "15")
            assert refused.json()["detail"] == "You have too many streams open. Close one, or try again later."
            world.desk.go_on.set()
            other = await client.get("/api/v1/ticks?until=1", headers=world.headers(user="ben"))
            assert other.status_code == 200

    async def test_are_bounded_in_all(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(streams, "MOST", 0)
        async with world.client() as client:
            refused = await client.get("/api/v1/ticks?until=1", headers=world.headers())
        assert refused.json()["detail"].startswith("The server has too many streams open.")


class TestRendered:
    def test_is_one_block_with_one_line_of_json(self) -> None:
        event = ServerEvent(id="7", event="progress", data={"text": "two\nlines"})
        assert rendered(event) == b'id: 7\nevent: progress\ndata: {"text":"two\\nlines"}\n\n'

    def test_cannot_be_broken_out_of(self) -> None:
        assert rendered(ServerEvent(id="7\n\ndata: forged", data=1)) == b"id: 7  data: forged\ndata: 1\n\n"


class TestEventStream:
    async def test_sends_all_and_ends(self) -> None:
        caller, source = Caller(), Source(1, 2)
        await EventStream(source.events())(SCOPE, caller.receive, caller.send)
        assert caller.text == "id: 1\nevent: tick\ndata: 1\n\nid: 2\nevent: tick\ndata: 2\n\n"
        assert caller.messages[-1]["more_body"] is False
        assert source.closed

    async def test_says_that_it_is_still_there_while_nothing_happens(self) -> None:
        caller, source = Caller(), Source(endless=True)
        stream = EventStream(source.events(), keep_alive=0.001)
        answering = asyncio.create_task(stream(SCOPE, caller.receive, caller.send))
        while ": still here" not in caller.text:
            caller.said.clear()
            await caller.said.wait()
        caller.gone.set()
        await answering
        assert source.closed

    async def test_closes_its_source_when_the_caller_goes_away(self) -> None:
        caller, source = Caller(), Source(1, endless=True)
        answering = asyncio.create_task(EventStream(source.events())(SCOPE, caller.receive, caller.send))
        while "data: 1" not in caller.text:
            caller.said.clear()
            await caller.said.wait()
        caller.gone.set()
        await answering
        assert source.closed

    async def test_closes_its_source_when_the_process_stops(self) -> None:
        caller, source = Caller(), Source(1, endless=True)
        answering = asyncio.create_task(EventStream(source.events())(SCOPE, caller.receive, caller.send))
        await caller.said.wait()
        answering.cancel()
        outcome = await asyncio.gather(answering, return_exceptions=True)
        assert isinstance(outcome[0], asyncio.CancelledError)
        assert source.closed


class TestRoute:
    async def test_needs_a_token_like_any_other(self, client: httpx.AsyncClient) -> None:
        assert (await client.get("/api/v1/ticks")).status_code == 401

    async def test_sends_events_over_http(
        self, client: httpx.AsyncClient, world: World, as_writer: dict[str, str]
    ) -> None:
        answer = await client.get("/api/v1/ticks?until=2", headers=as_writer)
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        assert answer.text.count("event: tick") == 2
        assert world.desk.closed == ["ticks"]
