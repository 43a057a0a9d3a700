"""The server in front of the edge: uvicorn with uvloop and httptools, one process, silent, ended by a signal.

It offers the edge one thing beyond ASGI, as an extension in the scope: to write an answer that is finished already,
head and body at once. ASGI's two messages and its list of headers cost more than all else that a cached answer needs.
"""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

import uvicorn
import uvloop
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from realinsights_platform.http.answers.problems import PROBLEM_JSON, problem_of, rendered
from realinsights_platform.http.edge.edge import EXTENSION
from realinsights_platform.http.preconditions import MalformedHeader

T = TypeVar("T")

LARGEST_HEAD: Final = 64 * 1024
"""Bytes of a request's line and headers; a longer head is answered with 400 and the connection closed."""

_UNREADABLE: Final = f"This is not HTTP, or its first line and headers are longer than {LARGEST_HEAD:,} bytes"

_STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class FinishedAnswers:
    """The writer of one request's answer; see `edge.FinishedAnswers`. It does what uvicorn's `send` does at the end."""

    __slots__ = ("_cycle",)

    def __init__(self, cycle: RequestResponseCycle) -> None:
        self._cycle = cycle

    def write(self, status: int, head: bytes, body: bytes) -> bool:
        """Write a finished answer, unless it must go the usual way; return whether it is written."""
        cycle = self._cycle
        if cycle.flow.write_paused or cycle.disconnected or cycle.response_started or not cycle.keep_alive:
            return False
        cycle.response_started = True
        cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        parts = [STATUS_LINE[status]]
        for name, value in cycle.default_headers:
            parts += (name, b": ", value, b"\r\n")
        parts.append(head)
        cycle.transport.writelines((b"".join(parts), body) if body else (b"".join(parts),))
        cycle.message_event.set()
        cycle.on_response()
        return True


class BoundedHttpTools(HttpToolsProtocol):
    """uvicorn's protocol, with an end to how long a request's head may be, and finished answers for the edge."""

    _in_head = False
    _head = 0

    def data_received(self, data: bytes) -> None:
        """Read on, and give up on a head that does not end."""
        super().data_received(data)
        self._head = self._head + len(data) if self._in_head else 0
        if self._head > LARGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("")

    def on_message_begin(self) -> None:
        """Note that a head begins."""
        self._in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Begin to answer, and say what is offered."""
        self._in_head = False
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > LARGEST_HEAD:
            raise ValueError("the head of the request is too long")  # the parser answers 400 and closes
        super().on_headers_complete()
        if self.cycle.scope is self.scope:
            self.scope[EXTENSION] = FinishedAnswers(self.cycle)  # type: ignore[typeddict-unknown-key]  # ours

    def send_400_response(self, msg: str) -> None:
        """Answer what cannot be read as every refusal is answered, and close; the server's own words name no cause."""
        problem, _ = problem_of(MalformedHeader(_UNREADABLE), path="", request_id="")
        body = rendered(problem)
        head = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: %b\r\ncontent-length: %d\r\n\r\n"
        self.transport.write(head % (PROBLEM_JSON, len(body)) + body)
        self.transport.close()


class _Server(uvicorn.Server):
    """A server that ends on the first signal, at once on the second, and raises neither again."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._announce()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in _STOP_SIGNALS:
            loop.add_signal_handler(number, self._stop)
        try:
            yield
        finally:
            for number in _STOP_SIGNALS:
                loop.remove_signal_handler(number)

    def _stop(self) -> None:
        if self.should_exit:
            self.force_exit = True
        self.should_exit = True


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a bound socket; port 0 takes a free one. Raises `OSError` where the address is in use."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    return bound


async def serve(
    application: Any,
    *,
    bound: socket.socket,
    started: Callable[[], None] = lambda: None,
    grace_seconds: int = 10,
    trusted_proxies: str = "",
) -> None:
    """Serve until SIGINT or SIGTERM; `started` is called once requests are answered.

    What is being answered has `grace_seconds` to finish; then the application's lifespan ends. `trusted_proxies` are
    the addresses whose X-Forwarded-For is believed, by default nobody's. Raises `RuntimeError` where the application
    could not start.
    """
    config = uvicorn.Config(
        application,
        http=BoundedHttpTools,
        loop="uvloop",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=trusted_proxies,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=grace_seconds,
        workers=1,
    )
    server = _Server(config, started)
    try:
        await server.serve(sockets=[bound])
    except SystemExit as error:
        raise RuntimeError("The application could not start; the log says why") from error


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on uvloop to its end."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)
