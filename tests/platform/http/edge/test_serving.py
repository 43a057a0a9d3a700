"""The server: starts once, answers over loopback, and ends cleanly when told to."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import AsyncIterator

import pytest

from realinsights_platform.http.edge.serving import LARGEST_HEAD, listening_socket

PROGRAM = """
import asyncio, sys
from realinsights_platform.http.edge.serving import listening_socket, run, serve

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        if "broken" in sys.argv:
            raise RuntimeError("the data folder is in use")
        await send({"type": "lifespan.startup.complete"})
        await receive()
        print("left", flush=True)
        await send({"type": "lifespan.shutdown.complete"})
        return
    if scope["path"] == "/slow":
        print("arrived", flush=True)
        await asyncio.sleep(0.5)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})

bound = listening_socket("127.0.0.1", 0)
run(serve(app, bound=bound, started=lambda: print(bound.getsockname()[1], flush=True), grace_seconds=5,
    trusted_proxies="127.0.0.1" if "proxied" in sys.argv else ""))
print("done", flush=True)
"""


class Served:
    """The program in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self.process = process
        self.port = port

    async def line(self) -> str:
        assert self.process.stdout is not None
        return (await self.process.stdout.readline()).decode().strip()

    async def ask(self, head: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        answer = b""
        with contextlib.suppress(ConnectionError):  # it may hang up on who has not said all
            writer.write(head)
            await writer.drain()
            answer = await reader.read()
        writer.close()
        return answer

    def tell(self, number: signal.Signals) -> None:
        self.process.send_signal(number)


async def program(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    process = await program()
    assert process.stdout is not None
    yield Served(process, int(await process.stdout.readline()))
    if process.returncode is None:
        process.kill()
    await process.communicate()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True


def get(path: str, *headers: str) -> bytes:
    return "\r\n".join((f"GET {path} HTTP/1.1", "Host: test", "Connection: close", *headers, "", "")).encode()


class TestServe:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    async def test_answers_until_a_signal_and_then_ends_well_having_printed_nothing(
        self, served: Served, number: signal.Signals
    ) -> None:
        answer = await served.ask(get("/"))
        assert answer.startswith(b"HTTP/1.1 200 OK")
        assert answer.endswith(b"ok")
        assert b"server:" not in answer.lower()
        served.tell(number)
        assert [await served.line() for _ in range(2)] == ["left", "done"]
        _, errors = await served.process.communicate()
        assert (served.process.returncode, errors) == (0, b"")

    async def test_finishes_what_it_is_answering(self, served: Served) -> None:
        asking = asyncio.create_task(served.ask(get("/slow")))
        assert await served.line() == "arrived"
        served.tell(signal.SIGTERM)
        assert (await asking).endswith(b"ok")
        assert [await served.line() for _ in range(2)] == ["left", "done"]

    async def test_behind_a_proxy_answers_once_more_on_each_connection_before_it_ends(self) -> None:
        process = await program("proxied")
        assert process.stdout is not None
        port = int(await process.stdout.readline())
        reader, writer = await asyncio.open_connection("127.0.0.1", port)

        async def answered() -> bytes:
            writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            head = await reader.readuntil(b"\r\n\r\n")
            assert await reader.readexactly(2) == b"ok"
            return head.lower()

        assert b"connection: close" not in await answered()
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(20):
            while await _listens(port):
                pass
        assert b"connection: close" in await answered()
        assert await reader.read() == b""
        writer.close()
        await process.communicate()
        assert process.returncode == 0

    async def test_refuses_a_head_without_end(self, served: Served) -> None:
        endless = get("/", *(f"X-{number}: {'x' * 1000}" for number in range(LARGEST_HEAD // 500)))
        assert not (await served.ask(endless)).startswith(b"HTTP/1.1 200")
        assert not (await served.ask(get("/" + "x" * LARGEST_HEAD))).startswith(b"HTTP/1.1 200")
        assert (await served.ask(get("/"))).startswith(b"HTTP/1.1 200")

    async def test_says_why_an_application_could_not_start(self) -> None:
        process = await program("broken")
        _, errors = await process.communicate()
        assert process.returncode == 1
        assert b"the data folder is in use" in errors
        assert b"The application could not start" in errors


class TestListeningSocket:
    def test_refuses_an_address_in_use(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            with pytest.raises(OSError, match="in use"):
                listening_socket("127.0.0.1", taken.getsockname()[1])

    def test_takes_a_free_port_where_it_may_choose(self) -> None:
        with contextlib.closing(listening_socket("127.0.0.1", 0)) as bound:
            assert bound.getsockname()[1] > 0
