"""The server in front of the edge: uvicorn with uvloop and httptools, one process, silent, ended by a signal.

It offers the edge one thing beyond ASGI, as an extension in the scope: to write an answer that is finished already,
head and body at once. ASGI's two messages and its list of headers cost more than all else that a cached answer needs.
"""

from __future__ import annotations

import asyncio
import functools
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

import uvicorn
import uvloop
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from realinsights_platform.addresses import Addresses
from realinsights_platform.errors import Refusal, Unavailable
from realinsights_platform.http.answers.problems import PROBLEM_JSON, TooSlow, problem_of, rendered
from realinsights_platform.http.edge.connections import DEFAULT_BOUNDS, Bounds, Connections, open_more_files
from realinsights_platform.http.edge.edge import EXTENSION
from realinsights_platform.http.preconditions import MalformedHeader

T = TypeVar("T")

LARGEST_HEAD: Final = 64 * 1024
"""Bytes of a request's line and headers; a longer head is answered with 400 and the connection closed."""

UNREADABLE: Final = f"This is not HTTP, or its first line and headers are longer than {LARGEST_HEAD:,} bytes"
"""What is said of a request that cannot be read, with 400."""

DRAIN_SECONDS: Final = 2.0
"""Longer than a proxy in front may keep a connection on which it sends nothing."""

_LOOK_SECONDS: Final = 0.05
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
    """uvicorn's protocol, with bounds on heads, bodies and patience, and finished answers for the edge."""

    def __init__(self, *arguments: Any, connections: Connections, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.address = ""
        self._connections = connections
        self._awaited: str | None = "head"
        self._since = self._heard = connections.now
        self._head = self._received = 0
        self._unsent, self._unsent_since = 0, 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Take the connection in, or refuse it where there are too many."""
        super().connection_made(transport)
        self.address = self.client[0] if self.client is not None else ""
        self._since = self._connections.now = self.loop.time()
        if not self._connections.admit(self):
            self._refuse(Unavailable("Too many connections are open. Try again in a few seconds."))

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._connections.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, and give up on a head that does not end."""
        if self.transport.is_closing():
            return
        super().data_received(data)
        self._head = self._head + len(data) if self._awaited == "head" else 0
        if self._head > LARGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("")

    def on_message_begin(self) -> None:
        """Note that a head begins."""
        self._awaited = "head"
        self._since = self._connections.now
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Begin to answer, and say what is offered."""
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > LARGEST_HEAD:
            raise ValueError("the head of the request is too long")  # the parser answers 400 and closes
        self._awaited = "body"
        self._since = self._heard = self._connections.now
        self._received = 0
        super().on_headers_complete()
        if self._connections.leaving:
            self.cycle.keep_alive = False
        if self.cycle.scope is self.scope:
            self.scope[EXTENSION] = FinishedAnswers(self.cycle)  # type: ignore[typeddict-unknown-key]  # ours

    def on_body(self, body: bytes) -> None:
        """Note that the body goes on."""
        self._received += len(body)
        self._heard = self._connections.now
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that nothing more of the request is awaited."""
        self._awaited = None
        super().on_message_complete()

    def look(self, now: float) -> None:
        """Give the connection up where its client has kept it waiting for too long."""
        if self._is_stuck(now):
            self.transport.abort()
        elif self.transport.is_closing():
            return
        elif self._awaited == "head" and now - self._since > self._connections.bounds.head_seconds:
            if not self._head:  # a connection that was opened in advance and not used
                self.transport.close()
                return
            self._refuse(TooSlow(f"The request's head took more than {self._connections.bounds.head_seconds:g} s."))
        elif self._awaited == "body" and self._body_is_overdue(now):
            self._refuse(TooSlow("The request's body did not go on for too long."))

    def send_400_response(self, msg: str) -> None:
        """Answer what cannot be read as every refusal is answered, and close; the server's own words name no cause."""
        self._refuse(MalformedHeader(UNREADABLE))

    def _body_is_overdue(self, now: float) -> bool:
        bounds = self._connections.bounds
        if self.flow.read_paused:  # it waits for us: what it may take begins anew
            self._since, self._heard, self._received = now, now, 0
        taken = now - self._since
        return now - self._heard > bounds.silent_seconds or (
            taken > bounds.silent_seconds and self._received < taken * bounds.slowest
        )

    def _is_stuck(self, now: float) -> bool:
        """Tell whether the client has taken nothing of what is written to it for too long."""
        unsent = self.transport.get_write_buffer_size()
        if not unsent or unsent < self._unsent or not self._unsent:
            self._unsent, self._unsent_since = unsent, now
        return now - self._unsent_since > self._connections.bounds.silent_seconds and unsent > 0

    def _refuse(self, refusal: Refusal) -> None:
        """Answer a request that goes no further, unless another answer would break one that has begun; and close."""
        before = self.cycle
        if before is None or (before.response_complete if self._awaited == "head" else not before.response_started):
            problem, headers = problem_of(refusal, path="", request_id="")
            body = rendered(problem)
            headers += ((b"content-type", PROBLEM_JSON), (b"content-length", b"%d" % len(body)))
            head = b"".join(b"%b: %b\r\n" % header for header in headers)
            self.transport.write(STATUS_LINE[problem.status] + b"connection: close\r\n" + head + b"\r\n" + body)
        self.transport.close()


class _Server(uvicorn.Server):
    """A server that ends on the first signal, at once on the second, and raises neither again.

    A proxy keeps connections to it and may send a request on one in the very moment in which it would be closed. So it
    listens no more, answers once more on each connection, and closes those on which nothing comes for `DRAIN_SECONDS`.
    """

    def __init__(self, config: uvicorn.Config, started: Callable[[], None], connections: Connections) -> None:
        super().__init__(config)
        self._announce = started
        self._connections = connections

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._announce()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listening in (*self.servers, *(sockets or ())):
            listening.close()
        if self.config.proxy_headers:
            self._connections.leaving = True
            loop = asyncio.get_running_loop()
            until = loop.time() + DRAIN_SECONDS
            while self.server_state.connections and loop.time() < until and not self.force_exit:  # noqa: ASYNC110
                await asyncio.sleep(_LOOK_SECONDS)
        await super().shutdown()

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
    bounds: Bounds = DEFAULT_BOUNDS,
) -> None:
    """Serve until SIGINT or SIGTERM; `started` is called once requests are answered.

    What is being answered has `grace_seconds` to finish; then the application's lifespan ends. `trusted_proxies` are
    the addresses and networks whose X-Forwarded-For is believed, by default nobody's; `bounds` are those of
    connections. Raises `RuntimeError` where the application could not start.
    """
    connections = Connections(bounds, descriptors=open_more_files(), trusted=Addresses(trusted_proxies))
    config = uvicorn.Config(
        application,
        http=functools.partial(BoundedHttpTools, connections=connections),  # type: ignore[arg-type]  # it is called
        loop="uvloop",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=trusted_proxies,
        timeout_keep_alive=bounds.idle_seconds,
        timeout_graceful_shutdown=grace_seconds,
        workers=1,
    )
    server = _Server(config, started, connections)
    sweeping = asyncio.create_task(connections.sweep(), name="connections")
    try:
        await server.serve(sockets=[bound])
    except SystemExit as error:
        raise RuntimeError("The application could not start; the log says why") from error
    finally:
        sweeping.cancel()


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on uvloop to its end."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)
