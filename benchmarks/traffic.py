"""Drives a server: saturated (each connection asks again at once) or at a steady rate, latency from the intended time.

One process, raw sockets, no framework: what it costs is measured too, and has to stay well below one core. An edit
needs the version that the answer before it told, which neither wrk's threads nor a list of targets would know.
"""

from __future__ import annotations

import collections
import contextlib
import math
import selectors
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import psutil

from benchmarks.mix import Mix, Request
from benchmarks.servers import Server


@dataclass(slots=True)
class Tally:
    """What was measured: answers, wall seconds, CPU seconds of the server and of this generator, latencies by class."""

    answers: int = 0
    bytes: int = 0
    seconds: float = 0.0
    server_seconds: float = 0.0
    own_seconds: float = 0.0
    latencies: list[tuple[int, float]] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Answers per wall second."""
        return self.answers / self.seconds

    @property
    def cpu(self) -> float:
        """CPU seconds of the server per answer."""
        return self.server_seconds / max(1, self.answers)

    def add(self, other: Tally) -> None:
        """Add another tally to this one."""
        self.answers += other.answers
        self.bytes += other.bytes
        self.seconds += other.seconds
        self.server_seconds += other.server_seconds
        self.own_seconds += other.own_seconds
        self.latencies += other.latencies

    def percentile(self, part: float, kind: int | None = None) -> float:
        """Return the latency in seconds that so large a part of the answers (of a class) does not exceed."""
        sorted_ones = sorted(latency for of, latency in self.latencies if kind is None or of == kind)
        return sorted_ones[max(0, math.ceil(len(sorted_ones) * part) - 1)] if sorted_ones else math.nan


class _Connection:
    __slots__ = ("data", "intended", "request", "socket", "whole")

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.data = b""
        self.whole = 0
        self.request: Request | None = None
        self.intended = 0.0

    def send(self, request: Request, intended: float) -> None:
        self.request, self.intended = request, intended
        self.data, self.whole = b"", 0
        self.socket.sendall(request.data)

    def receive(self) -> bool:
        """Read what has come; tell whether the answer is whole."""
        came = self.socket.recv(1 << 20)
        if not came:
            raise ConnectionError("the server hung up in the middle of a measurement")
        self.data = data = self.data + came if self.data else came
        if not self.whole:
            ends = data.find(b"\r\n\r\n")
            if ends < 0:
                return False
            head = data[:ends].lower()
            start = head.find(b"\r\ncontent-length:")
            # Less than none: in chunks, of which the last one is empty.
            self.whole = ends + 4 + int(head[start + 17 :].split(b"\r", 1)[0]) if start >= 0 else -1
        return data.endswith(b"\r\n0\r\n\r\n") if self.whole < 0 else len(data) >= self.whole


class Traffic:
    """Asks one server what its mix says; each measurement opens its own connections, since servers close idle ones."""

    def __init__(self, server: Server, mix: Mix, *, connections: int = 24) -> None:
        host, port = server.url.removeprefix("http://").split(":")
        self._address = (host, int(port))
        self.mix = mix
        self._processes = [psutil.Process(pid) for pid in (server.pid, *server.others)]
        self._count_of_connections = connections

    def ask(self, request: Request) -> bytes:
        """Ask one thing and return its answer."""
        with self._connected(1) as (connection,):
            return self._ask(connection, request)

    def each(self, requests: Iterable[Callable[[], Request]]) -> Tally:
        """Ask all of them, one after the other."""
        return self._measured(lambda tally: self._one_by_one(requests, tally))

    def saturate(self, seconds: float, following: Callable[[], Request] | None = None) -> Tally:
        """Keep every connection busy for so long with what follows, the mix by default."""
        return self._measured(lambda tally: self._busy(seconds, following or self.mix.any, tally))

    def steady(self, rate: float, seconds: float) -> Tally:
        """Ask at a constant rate, whatever the answers take; what finds no connection free waits, and that counts."""
        return self._measured(lambda tally: self._paced(rate, seconds, tally))

    def _measured(self, run: Callable[[Tally], None]) -> Tally:
        tally = Tally()
        before, own, started = self._cpu(), time.process_time(), time.perf_counter()
        run(tally)
        tally.seconds = time.perf_counter() - started
        tally.server_seconds = self._cpu() - before
        tally.own_seconds = time.process_time() - own
        return tally

    def _cpu(self) -> float:
        return sum(times.user + times.system for times in (process.cpu_times() for process in self._processes))

    @contextlib.contextmanager
    def _connected(self, count: int) -> Iterator[list[_Connection]]:
        connections = [_Connection(self._address) for _ in range(count)]
        try:
            yield connections
        finally:
            for connection in connections:
                connection.socket.close()

    def _ask(self, connection: _Connection, request: Request) -> bytes:
        connection.send(request, time.perf_counter())
        while not connection.receive():
            pass
        self.mix.answered(request, connection.data)
        return connection.data

    def _one_by_one(self, requests: Iterable[Callable[[], Request]], tally: Tally) -> None:
        with self._connected(1) as (connection,):
            for make in requests:
                request, sent = make(), time.perf_counter()
                self._count(tally, request, self._ask(connection, request), sent)

    def _busy(self, seconds: float, following: Callable[[], Request], tally: Tally) -> None:
        ends = time.perf_counter() + seconds
        with self._connected(self._count_of_connections) as connections, selectors.DefaultSelector() as ready:
            for connection in connections:
                ready.register(connection.socket, selectors.EVENT_READ, connection)
                connection.send(following(), time.perf_counter())
            waiting = len(connections)
            while waiting:
                for key, _ in ready.select(timeout=60):
                    connection = key.data
                    if not connection.receive():
                        continue
                    self._take(connection, tally)
                    now = time.perf_counter()
                    if now < ends:
                        connection.send(following(), now)
                    else:
                        waiting -= 1

    def _paced(self, rate: float, seconds: float, tally: Tally) -> None:
        total = int(rate * seconds)
        asked = answered = 0
        late: collections.deque[float] = collections.deque()
        with self._connected(self._count_of_connections) as connections, selectors.DefaultSelector() as ready:
            for connection in connections:
                ready.register(connection.socket, selectors.EVENT_READ, connection)
            # In turns, since a server closes a connection on which nothing comes.
            free = collections.deque(connections)
            started = time.perf_counter()
            while answered < total:
                now = time.perf_counter()
                while asked < total and started + asked / rate <= now:
                    late.append(started + asked / rate)
                    asked += 1
                while late and free:
                    free.popleft().send(self.mix.any(), late.popleft())
                pause = max(0.0, started + asked / rate - time.perf_counter()) if asked < total else 60.0
                for key, _ in ready.select(timeout=pause):
                    if key.data.receive():
                        self._take(key.data, tally)
                        free.append(key.data)
                        answered += 1

    def _take(self, connection: _Connection, tally: Tally) -> None:
        request = connection.request
        assert request is not None
        self.mix.answered(request, connection.data)
        self._count(tally, request, connection.data, connection.intended)

    @staticmethod
    def _count(tally: Tally, request: Request, data: bytes, intended: float) -> None:
        tally.answers += 1
        tally.bytes += len(data)
        tally.latencies.append((request.kind, time.perf_counter() - intended))
