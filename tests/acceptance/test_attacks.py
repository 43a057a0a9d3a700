"""Attacks on a running server: each is bounded, and another tenant's requests take at most three times as long.

What is sent is smaller than an attacker could send, so that a test takes seconds; each says how much smaller.
"""

from __future__ import annotations

import contextlib
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from realinsights_platform.http.edge.connections import Bounds

from .topologies import REAL, Server

pytestmark = pytest.mark.slow

PASSWORD = "correct horse battery staple"
NAMESPACE = "http://www.sec.gov/edgar/document/absee/cmbs/assetdata"
ROOT = f'<assetData xmlns="{NAMESPACE}">'.encode()
AT_REST = {"done", "failed", "undone"}
BEFORE = 100
"""Requests of the neighbor that are timed before an attack."""
MOST = 3
"""How many times as long the median of them may take during it."""
AT_ONCE = 0.01
"""Seconds that are no harm: a read of a millisecond takes as long where other tests have the cores for a moment."""


class Tenant:
    """An organization of its own."""

    def __init__(self, address: str, name: str) -> None:
        self.client = httpx.Client(base_url=f"{address}/api/v1", timeout=600)
        email = f"ada@{name}.example"
        body = {"organization": {"name": name, "kind": "owner"}, "firstName": "Ada", "lastName": "Adams",
                "email": email, "password": PASSWORD}  # fmt: skip
        assert self.client.post("/auth/register", json=body).status_code == 202
        answer = self.client.post("/auth/sign-in", json={"email": email, "password": PASSWORD})
        self.client.headers["Authorization"] = f"Bearer {answer.json()['accessToken']}"

    def imported(self, content: bytes, name: str) -> dict[str, Any]:
        """Return an import of a file once it is at rest."""
        work = self.client.post("/imports", params={"fileName": name, "dryRun": "true"}, content=content).json()
        while work["state"] not in AT_REST:
            with self.client.stream("GET", f"/imports/{work['id']}/events") as events:
                for _ in events.iter_lines():
                    pass
            work = self.client.get(f"/imports/{work['id']}").json()
        return dict(work)


@pytest.fixture(scope="module")
def tenants(unlimited_server: Server) -> Iterator[Callable[[str], Tenant]]:
    opened: list[Tenant] = []

    def begin(name: str) -> Tenant:
        opened.append(Tenant(unlimited_server.address, name))
        return opened[-1]

    yield begin
    for tenant in opened:
        tenant.client.close()


@pytest.fixture
def neighbor(tenants: Callable[[str], Tenant], request: pytest.FixtureRequest) -> Tenant:
    return tenants(f"neighbor-{abs(hash(request.node.name))}")


def seconds(tenant: Tenant, number: int) -> float:
    """Return how long a read takes that no cache answers."""
    began = time.perf_counter()
    answer = tenant.client.get("/loans", params={"deal": f"deal {number}"})
    assert answer.status_code == 200
    return time.perf_counter() - began


def bounded(neighbor: Tenant, attack: Callable[[], None]) -> None:
    """Hold an attack to slow a neighbor's reads to at most three times their median, or to what nobody feels."""
    before = [seconds(neighbor, number) for number in range(BEFORE)]
    over = threading.Event()
    during: list[float] = []

    def watch() -> None:
        while not over.is_set() or len(during) < BEFORE // 10:
            during.append(seconds(neighbor, BEFORE + len(during)))

    with ThreadPoolExecutor(1) as watching:
        watched = watching.submit(watch)
        try:
            attack()
        finally:
            over.set()
        watched.result()
    quiet, attacked = statistics.median(before), statistics.median(during)
    print(f"p50 {1000 * quiet:.2f} ms before, {1000 * attacked:.2f} ms during, {len(during)} requests")
    assert attacked <= max(MOST * quiet, AT_ONCE)


class TestFiles:
    """What would be 60 MB of attribute is 20 MB here; elements and columns are as many as an attacker would send."""

    def test_that_are_slow_to_read_slow_nobody_else(self, tenants: Callable[[str], Tenant], neighbor: Tenant) -> None:
        elements = ROOT + b"<assets>" + b"<a xmlns:q='urn:x'/>" * 2_100_000
        files = {
            "an endless attribute.xml": (ROOT + b"<assets x='" + b"y" * 20_000_000, "longer than 65,536 bytes"),
            "elements.xml": (elements, "more than 2,000,000 elements"),
            "more elements.xml": (elements, "more than 2,000,000 elements"),
            "a million columns.csv": (b"column," * 1_000_000 + b"\n1\n", "record is longer than 1,048,576"),
        }
        attackers = {name: tenants(f"attacker-{number}") for number, name in enumerate(files)}

        def attack() -> None:
            def one(name: str) -> str:
                return str(attackers[name].imported(files[name][0], name)["error"])

            with ThreadPoolExecutor(len(files)) as together:
                for name, error in zip(files, together.map(one, files), strict=True):
                    assert files[name][1] in error

        bounded(neighbor, attack)

    def test_whose_header_is_slow_to_read_slow_nobody_else(
        self, tenants: Callable[[str], Tenant], neighbor: Tenant
    ) -> None:
        attacker = tenants("header-attacker")
        content = ROOT + b"<assets>" + b"<a xmlns:q='urn:x'/>" * 2_100_000

        def attack() -> None:
            def one(_: int) -> int:
                params = {"fileName": "tape.xml"}
                return attacker.client.post("/tapes/header", params=params, content=content).status_code

            with ThreadPoolExecutor(3) as together:
                assert list(together.map(one, range(3))) == [422] * 3

        bounded(neighbor, attack)


class TestConnections:
    """As many as one address may have; two seconds of the fifteen that a head may take."""

    HEADS = (b"", b"GET /", b"POST /api/v1/loans HTTP/1.1\r\nhost: x\r\ncontent-length: 999999\r\n\r\n")

    def test_that_say_nothing_or_drip_slow_nobody_else(
        self, unlimited_server: Server, served_topology: str, neighbor: Tenant
    ) -> None:
        # nginx counts an address's requests, not its connections: there all of them ask. It is asked from an address
        # of their own, since what is open of the neighbor's would not go through either.
        through_nginx = served_topology in REAL
        heads = self.HEADS[2:] if through_nginx else self.HEADS
        source = ("127.0.0.2", 0) if through_nginx else None
        host, port = unlimited_server.address.removeprefix("http://").split(":")
        seconds(neighbor, 0)  # its connection stays open

        def attack() -> None:
            with contextlib.ExitStack() as stack:
                held = [
                    stack.enter_context(socket.create_connection((host, int(port)), source_address=source))
                    for _ in range(Bounds().per_address)
                ]
                for beat in range(20):
                    for number, connection in enumerate(held):
                        # Every third says nothing at all; the last ones are refused already.
                        with contextlib.suppress(ConnectionError):
                            connection.sendall(heads[number % len(heads)] if not beat else b"x" * min(number % 3, 1))
                    time.sleep(0.1)
                refused = stack.enter_context(socket.create_connection((host, int(port)), source_address=source))
                if through_nginx:
                    refused.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
                assert refused.recv(1_000).startswith(b"HTTP/1.1 503"), "this address has all that it may"

        bounded(neighbor, attack)
