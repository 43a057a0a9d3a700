"""Bad input through real sockets: bodies without end, uploads that break off, and what is not HTTP."""

from __future__ import annotations

import contextlib
import json
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from .topologies import Server

pytestmark = pytest.mark.slow

PREFIX = "/api/v1"
EMAIL, PASSWORD = "ada@harbor.example", "correct horse battery staple"
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Door:
    """A running server's door, and an administrator's token."""

    host: str
    port: int
    token: str
    server: Server

    @property
    def client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.Client(base_url=f"http://{self.host}:{self.port}{PREFIX}", headers=headers, timeout=60)

    def stored(self) -> Any:
        """Return what changes when anything of the organization does."""
        with self.client as client:
            journal = client.get("/journals/loans", params={"limit": 1}).json()["items"]
            imports = client.get("/imports").json()["items"]
            assert client.get("/journals/loans/verification").json()["sound"]
        return journal, imports

    def raw(self, *parts: bytes, end: bool = False) -> tuple[int, dict[str, str], bytes]:
        """Send bytes as they are, with `end` no more of them, and return the status, headers and body of the answer."""
        with socket.create_connection((self.host, self.port), timeout=30) as connection:
            with contextlib.suppress(ConnectionError):  # it may answer and close before all is sent
                for part in parts:
                    connection.sendall(part)
                if end:
                    connection.shutdown(socket.SHUT_WR)
            answer = b""
            with contextlib.suppress(ConnectionError):
                while part := connection.recv(65_536):
                    answer += part
                    head, _, body = answer.partition(b"\r\n\r\n")
                    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
                    if length is not None and len(body) >= int(length[1]):
                        break
        if not answer:
            return 0, {}, b""
        lines = head.decode("latin-1").split("\r\n")
        return int(lines[0].split()[1]), dict(line.lower().split(": ", 1) for line in lines[1:]), body

    def head(self, method: str, path: str, *headers: str) -> bytes:
        said = [f"{method} {PREFIX}{path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {self.token}"]
        return "\r\n".join([*said, "Content-Type: application/json", *headers, "", ""]).encode("latin-1")


@pytest.fixture(scope="module")
def door(server: Server) -> Iterator[Door]:
    with httpx.Client(base_url=f"{server.address}{PREFIX}", timeout=60) as client:
        person = {"firstName": "Ada", "lastName": "Adams", "email": EMAIL, "password": PASSWORD}
        client.post("/auth/register", json={"organization": {"name": "Harbor", "kind": "owner"}, **person})
        signed_in = client.post("/auth/sign-in", json={"email": EMAIL, "password": PASSWORD}).json()
    host, _, port = server.address.removeprefix("http://").partition(":")
    yield Door(host, int(port), signed_in["accessToken"], server)
    assert server.process.is_running(), "it outlives all of this"
    assert not server.failures


@pytest.fixture(autouse=True)
def nothing_done(door: Door) -> Iterator[None]:
    """Hold each test to leave the organization as it was, its journal sound, and the server answering."""
    before = door.stored()
    yield
    assert door.stored() == before


def problem(answer: tuple[int, dict[str, str], bytes], status: int, words: str) -> None:
    """Hold an answer to be a problem document with this status and words."""
    got, headers, body = answer
    assert got == status, body
    assert headers["content-type"] == "application/problem+json"
    assert words in json.loads(body)["detail"]


class TestBodies:
    def test_of_20_megabytes_are_refused_before_they_are_sent(self, door: Door) -> None:
        answer = door.raw(door.head("POST", "/loans", "Content-Length: 20000000"))
        problem(answer, 413, "larger than the 1,048,576 bytes that this address accepts")

    def test_of_20_megabytes_are_refused_while_they_are_sent(self, door: Door) -> None:
        before = door.server.memory
        answer = door.raw(door.head("POST", "/loans", "Content-Length: 20000000"), b"x" * 20_000_000)
        assert answer[0] in {0, 413}, "the answer may be lost where it comes while the client still sends"
        chunks = b"100000\r\n" + b"x" * MEBIBYTE + b"\r\n"
        answer = door.raw(door.head("POST", "/loans", "Transfer-Encoding: chunked"), *[chunks] * 20)
        assert answer[0] in {0, 413}
        assert door.server.memory - before < 20 * MEBIBYTE, "nobody keeps what is refused"

    def test_of_a_tape_beyond_its_limit_are_refused_before_they_are_sent(self, door: Door) -> None:
        head = door.head("POST", "/imports?fileName=tape.xml", f"Content-Length: {600 * MEBIBYTE}")
        problem(door.raw(head), 413, "larger than the 536,870,912 bytes that this address accepts")

    @pytest.mark.parametrize("path", ["/loans", "/imports?fileName=tape.xml", "/tapes/header?fileName=tape.xml"])
    def test_that_break_off_do_nothing(self, door: Door, path: str) -> None:
        head = door.head("POST", path, "Content-Length: 1000000")
        status, _, _ = door.raw(head, b"<assetData>" * 1_000, end=True)
        assert status in {0, 400}
        head = door.head("POST", path, "Transfer-Encoding: chunked")
        status, _, _ = door.raw(head, b"1000\r\n" + b"x" * 100, end=True)
        assert status in {0, 400}

    def test_whose_length_is_none_are_refused(self, door: Door) -> None:
        for length in ("-1", "1e3", "x", "9" * 400):
            status, headers, _ = door.raw(door.head("POST", "/loans", f"Content-Length: {length}"))
            assert status in {400, 413}
            assert headers["content-type"] == "application/problem+json"

    def test_with_two_lengths_are_refused(self, door: Door) -> None:
        both = ("Content-Length: 5", "Transfer-Encoding: chunked")
        problem(door.raw(door.head("POST", "/loans", *both), b"0\r\n\r\n"), 400, "This is not HTTP")
        twice = ("Content-Length: 5", "Content-Length: 6")
        problem(door.raw(door.head("POST", "/loans", *twice), b"{}"), 400, "This is not HTTP")


class TestHeads:
    @pytest.mark.parametrize(
        "sent",
        [b"\x16\x03\x01\x02\x00\x01", b"hello\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\0" * 100],
        ids=["TLS", "a greeting", "half a line", "another version", "NUL characters"],
    )
    def test_that_are_not_http_are_refused(self, door: Door, sent: bytes) -> None:
        problem(door.raw(sent), 400, "This is not HTTP")

    def test_with_a_line_break_in_a_header_are_refused(self, door: Door) -> None:
        problem(door.raw(door.head("GET", "/loans", "X-A: a\0b")), 400, "This is not HTTP")

    @pytest.mark.parametrize("size", [100_000, 1_000_000])
    def test_without_end_are_refused(self, door: Door, size: int) -> None:
        for head in (
            door.head("GET", "/loans?q=" + "x" * size),
            door.head("GET", "/loans", "X-A: " + "x" * size),
            door.head("GET", "/loans", *["X-A: x"] * (size // 6)),
        ):
            status, _, body = door.raw(head)
            assert status in {0, 400}, "the answer may be lost where it comes while the client still sends"
            assert not status or "longer than 65,536 bytes" in json.loads(body)["detail"]

    def test_of_an_unknown_method_are_refused(self, door: Door) -> None:
        for method in ("PATCH", "TRACE", "PROPFIND"):
            problem(door.raw(door.head(method, "/loans")), 405, "does not know the method")
