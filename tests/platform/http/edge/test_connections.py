"""Every wait for a client has an end, and nobody has all connections."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from realinsights_platform.http.edge.connections import Bounds, Connections

PROGRAM = """
import asyncio, sys
from realinsights_platform.http.edge.connections import Bounds
from realinsights_platform.http.edge.serving import listening_socket, run, serve

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    received, message = 0, {"more_body": scope["path"] != "/large"}
    while message.get("more_body"):
        message = await receive()
        received += len(message.get("body", b""))
        if message["type"] == "http.disconnect":
            print("gone", flush=True)
            return
    body = b"x" * 50_000_000 if scope["path"] == "/large" else b"%d" % received
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})
    if scope["path"] == "/large":
        print("sent", flush=True)

bound = listening_socket("127.0.0.1", 0)
bounds = Bounds(most=40, per_address=10, head_seconds=1, idle_seconds=1, silent_seconds=2, slowest=100)
told = lambda: print(bound.getsockname()[1], flush=True)
run(serve(app, bound=bound, started=told, grace_seconds=5, bounds=bounds, trusted_proxies=sys.argv[1]))
"""
SOON = 30.0


class Served:
    """The program in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self.process = process
        self.port = port

    async def said(self) -> str:
        assert self.process.stdout is not None
        return (await self.process.stdout.readline()).decode().strip()

    async def told(self, *parts: bytes, every: float = 0.0) -> bytes:
        """Return all that the server says until it hangs up, to who sends parts one after the other."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        answer = asyncio.create_task(reader.read())
        with contextlib.suppress(ConnectionError):
            for part in parts:
                writer.write(part)
                await writer.drain()
                await asyncio.wait((answer,), timeout=every)
        async with asyncio.timeout(SOON):
            said = await answer
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        return said


@pytest.fixture
async def start() -> AsyncIterator[Callable[..., Any]]:
    processes: list[asyncio.subprocess.Process] = []

    async def started(*, trusted: str = "") -> Served:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", PROGRAM, trusted, stdout=pipe)
        processes.append(process)
        assert process.stdout is not None
        return Served(process, int(await process.stdout.readline()))

    yield started
    for process in processes:
        process.kill()
        await process.communicate()


def problem(answer: bytes, status: int) -> str:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status), answer
    assert b"connection: close" in head
    said = json.loads(body)
    assert said["status"] == status
    return str(said["detail"])


class TestWaits:
    """Seconds are a fifteenth of what they are in use."""

    async def test_for_a_head_that_drips_end(self, start) -> None:
        served = await start()
        said = await served.told(b"GET / HTTP/1.1\r\n", *[b"x: y\r\n"] * 100, every=0.1)
        assert problem(said, 408) == "The request's head took more than 1 s."

    async def test_for_the_head_of_a_second_request_end_too(self, start) -> None:
        served = await start()
        said = await served.told(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n", b"GET / HT", every=0.3)
        first, _, second = said.partition(b"HTTP/1.1 408")
        assert first.startswith(b"HTTP/1.1 200")
        assert b"connection: close" in second

    @pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"], ids=["unused", "used"])
    async def test_of_a_connection_that_nobody_uses_end_without_a_word(self, start, sent: bytes) -> None:
        served = await start()
        assert (await served.told(sent)).count(b"HTTP/1.1") == bool(sent)

    @pytest.mark.parametrize(
        ("parts", "every"), [((), 0.0), ((b"x",) * 100, 0.2)], ids=["silent", "a byte now and then"]
    )
    async def test_for_a_body_end(self, start, parts: tuple[bytes, ...], every: float) -> None:
        served = await start()
        said = await served.told(b"POST / HTTP/1.1\r\ncontent-length: 1000000\r\n\r\n", *parts, every=every)
        assert problem(said, 408) == "The request's body did not go on for too long."
        assert await served.said() == "gone"

    async def test_for_a_body_that_goes_on_do_not(self, start) -> None:
        served = await start()
        head = b"POST / HTTP/1.1\r\ncontent-length: 10000\r\nconnection: close\r\n\r\n"
        said = await served.told(head, *[b"x" * 500] * 20, every=0.2)
        assert said.endswith(b"10000")

    async def test_for_an_answer_to_be_taken_end(self, start) -> None:
        served = await start()
        with socket.create_connection(("127.0.0.1", served.port)) as taker:
            taker.sendall(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n")
            assert await served.said() == "sent"
            # A body that is silent is given up after as long: of two, one after the other, the second is well later.
            for _ in range(2):
                await served.told(b"POST / HTTP/1.1\r\ncontent-length: 1000000\r\n\r\n")
            taken = 0
            with contextlib.suppress(ConnectionError):
                while part := taker.recv(1_000_000):
                    taken += len(part)
        assert taken < 50_000_000


@pytest.fixture
def hold() -> Iterator[Callable[[Served, int], list[socket.socket]]]:
    """Return a way to open connections, which are closed at the end."""
    held: list[socket.socket] = []

    def opened(served: Served, number: int) -> list[socket.socket]:
        held.extend(socket.create_connection(("127.0.0.1", served.port)) for _ in range(number))
        return held

    yield opened
    for connection in held:
        connection.close()


class TestCaps:
    async def test_keep_one_address_from_having_all_connections(self, start, hold) -> None:
        served = await start()
        held = hold(served, 10)
        assert problem(await served.told(b""), 503) == "Too many connections are open. Try again in a few seconds."
        for connection in held:
            connection.close()
        answer = b""
        while not answer.startswith(b"HTTP/1.1 200"):  # it hears of a connection's end when its turn comes
            answer = await served.told(b"GET / HTTP/1.1\r\nconnection: close\r\n\r\n")

    @pytest.mark.parametrize("trusted", ["127.0.0.1", "127.0.0.0/8"])
    async def test_let_a_trusted_proxy_speak_for_many(self, start, hold, trusted: str) -> None:
        served = await start(trusted=trusted)
        hold(served, 40)
        problem(await served.told(b""), 503)

    def test_leave_descriptors_for_other_things(self) -> None:
        class Silent:
            address = "192.0.2.1"

            def look(self, now: float) -> None:
                raise AssertionError

        connections = Connections(Bounds(), descriptors=300)
        assert [connections.admit(Silent()) for _ in range(76)] == [True] * 75 + [False]

    def test_count_an_ipv6_household_as_one(self) -> None:
        class Guest:
            def __init__(self, number: int) -> None:
                self.address = f"2001:db8:1:2::{number}"

            def look(self, now: float) -> None:
                raise AssertionError

        connections = Connections(Bounds(per_address=2), descriptors=10_000)
        guests = [Guest(number) for number in range(1, 4)]
        assert [connections.admit(guest) for guest in guests] == [True, True, False]
        connections.leave(guests[2])
        connections.leave(guests[0])
        assert connections.admit(guests[2])
