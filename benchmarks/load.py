"""A load generator: keep-alive connections, one request in flight on each, raw sockets so that it costs little."""

from __future__ import annotations

import selectors
import socket
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import psutil


@dataclass(frozen=True, slots=True)
class Burst:
    """What one burst measured: requests answered, wall seconds, and CPU seconds that the server's process used."""

    requests: int
    seconds: float
    server_seconds: float

    @property
    def per_second(self) -> float:
        """Return answered requests per wall second."""
        return self.requests / self.seconds


class Client:
    """Asks one URL over and over; every answer must be as long as the first one and have its status."""

    def __init__(
        self, url: str, *, headers: Mapping[str, str], connections: int, server: int, paths: list[str] | None = None
    ) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname or "127.0.0.1", parts.port or 80)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._requests = [
            f"GET {path} HTTP/1.1\r\nHost: {self._address[0]}\r\n{head}\r\n".encode() for path in paths or [target]
        ]
        self.asked = 0
        self._server = psutil.Process(server)
        self._sockets = [socket.create_connection(self._address, timeout=30) for _ in range(connections)]
        for connected in self._sockets:
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._status: bytes | None = None

    def ask(self) -> bytes:
        """Send one request and return the whole answer."""
        self._send(self._sockets[0])
        return self._receive(self._sockets[0])

    def burst(self, seconds: float) -> Burst:
        """Keep every connection busy for so long."""
        before = self._server.cpu_times()
        started = time.perf_counter()
        ends = started + seconds
        answered = 0
        with selectors.DefaultSelector() as ready:
            for connected in self._sockets:
                ready.register(connected, selectors.EVENT_READ)
                self._send(connected)
            waiting = len(self._sockets)
            while waiting:
                for key, _ in ready.select(timeout=30):
                    connected = key.fileobj
                    assert isinstance(connected, socket.socket)
                    self._receive(connected)
                    answered += 1
                    if time.perf_counter() < ends:
                        self._send(connected)
                    else:
                        waiting -= 1
        took = time.perf_counter() - started
        after = self._server.cpu_times()
        return Burst(answered, took, after.user + after.system - before.user - before.system)

    def close(self) -> None:
        """Hang up."""
        for connected in self._sockets:
            connected.close()

    def _send(self, connected: socket.socket) -> None:
        connected.sendall(self._requests[self.asked % len(self._requests)])
        self.asked += 1

    def _receive(self, connected: socket.socket) -> bytes:
        data = connected.recv(1 << 20)
        if not data:
            raise ConnectionError("the server hung up in the middle of a measurement")
        head_ends = data.find(b"\r\n\r\n")
        while head_ends < 0:
            data += connected.recv(1 << 20)
            head_ends = data.find(b"\r\n\r\n")
        start = data.lower().find(b"content-length:", 0, head_ends)
        length = int(data[start + 15 : data.find(b"\r", start)]) if start >= 0 else 0
        while len(data) < head_ends + 4 + length:
            data += connected.recv(1 << 20)
        status = data[9:12]
        if self._status is None:
            self._status = status
        if status != self._status or status not in {b"200", b"304"}:
            raise RuntimeError(f"unexpected answer: {data[: head_ends + 300]!r}")
        return data


def side_by_side(
    ours: Client, reference: Client, *, bursts: int = 9, seconds: float = 0.6
) -> tuple[float, float, float]:
    """Return our and the reference's median requests per second, and the median ratio of neighboring bursts."""
    ours.burst(seconds)
    reference.burst(seconds)
    pairs = [(ours.burst(seconds).per_second, reference.burst(seconds).per_second) for _ in range(bursts)]
    return (
        statistics.median(ours for ours, _ in pairs),
        statistics.median(theirs for _, theirs in pairs),
        statistics.median(ours / theirs for ours, theirs in pairs),
    )
