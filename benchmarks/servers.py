"""Starts what is measured: the product as its users start it, and the references, each a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import http.client
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from realinsights.adapters import open_adapters
from realinsights.app import build
from realinsights.auth.model.people import ToldInTokens
from realinsights.auth.service.local_tokens import local_token
from realinsights.contracts.permissions import Role
from realinsights.topology import FOLDER, Process, Topology, read_topology

COMMAND = str(Path(sys.executable).with_name("realinsights"))


@dataclass(frozen=True, slots=True)
class Server:
    """A process that answers at `url`; `seconds` is how long it took from its start to its first answer.

    `others` are the ids of more processes that do its work.
    """

    url: str
    pid: int
    seconds: float
    others: tuple[int, ...] = ()


@contextlib.contextmanager
def product(data: Path, *options: str, tree: Path | None = None) -> Iterator[Server]:
    """Run `realinsights up` on a data folder, counting no requests against anybody: one user asks all of them.

    `tree` is another source tree with its own .venv, whose product runs instead of this one's.
    """
    command = COMMAND if tree is None else str(tree / ".venv" / "bin" / "realinsights")
    folder = FOLDER if tree is None else next(found.parent for found in tree.glob("[!.]*/**/monorepo.toml"))
    unlimited = data.parent / f"{data.name}.toml"
    unlimited.write_text((folder / "monorepo.toml").read_text().replace('limits = "memory://"', 'limits = "none://"'))
    started = time.perf_counter()
    with (data.parent / f"{data.name}.log").open("ab") as log:
        process = subprocess.Popen(
            [command, "--data", str(data), "up", str(unlimited), "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    with process:
        try:
            assert process.stdout is not None
            address = None
            while address is None:
                line = process.stdout.readline()
                if not line:
                    raise RuntimeError(f"the server did not start; see {data.parent / data.name}.log")
                address = re.search(r"http://[0-9.]+:\d+", line)
            _first_answer(address.group())
            yield Server(address.group(), process.pid, time.perf_counter() - started)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


@contextlib.contextmanager
def bare(*what: str) -> Iterator[Server]:
    """Run a reference from `benchmarks.bare`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.bare", str(port), *what])
    try:
        _first_answer(f"http://127.0.0.1:{port}", ask=False)
        yield Server(f"http://127.0.0.1:{port}", process.pid, time.perf_counter() - started)
    finally:
        process.kill()
        process.wait(timeout=60)


def administrator(data: Path, organization: str) -> dict[str, str]:
    """Return the headers of an organization's administrator; no server may run on the folder meanwhile."""

    async def minted() -> str:
        topology = read_topology(environment={"REALINSIGHTS_DATA": str(data)})
        (process,) = topology.processes.values()
        async with open_adapters(topology, process) as adapters, build(process, adapters) as running:
            identity = running.services["auth"].given["identity"]
            return await local_token(identity=identity, organization=organization, create=True)()

    return {"Authorization": f"Bearer {asyncio.run(minted())}"}


def tokens(data: Path, people: Sequence[tuple[str, str]]) -> list[str]:
    """Return a token for each (organization, user), good for ten minutes; no server may run on the folder meanwhile."""
    return tokens_in(read_topology(environment={"REALINSIGHTS_DATA": str(data)}), people)


def tokens_in(
    topology: Topology,
    people: Sequence[tuple[str, str]],
    *,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> list[str]:
    """Return a token for each (organization, user) of a topology, good for ten minutes."""

    async def minted() -> list[str]:
        process = Process(services=("auth",))
        async with (
            open_adapters(topology, process, environment=environment) as adapters,
            build(process, adapters) as running,
        ):
            keys, now = running.services["auth"].given["identity"].keys, datetime.datetime.now(datetime.UTC)
            told = ToldInTokens("America/New_York")
            signed = [
                await keys.mint(
                    user=user, org=org, role=Role.ADMINISTRATOR, session=user, organization=told, issued_at=now
                )
                for org, user in people
            ]
            return [token.text for token in signed]

    return asyncio.run(minted())


def host_of(server: Server) -> str:
    """Return the host and port that a server answers at."""
    return server.url.removeprefix("http://")


def ask(
    server: Server, method: str, path: str, headers: dict[str, str], body: bytes | None = None
) -> tuple[int, dict[str, str], bytes]:
    """Ask one thing on a connection of its own; return the status, the headers by lower-case name, and the body."""
    host, port = host_of(server).split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=60)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def _first_answer(url: str, *, ask: bool = True) -> None:
    """Wait until the address answers, or with `ask` False accepts connections; gives up after thirty seconds."""
    host, port = url.removeprefix("http://").split(":")
    for _ in range(3000):
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection((host, int(port)), timeout=30) as to:
            if not ask:
                return
            to.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            if to.recv(64):
                return
        time.sleep(0.01)
    raise RuntimeError(f"nothing answers at {url}")
