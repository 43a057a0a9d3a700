"""A machine: a topology of several real processes, with the engines and the gateway, as `realinsights up` runs it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import httpx
import psutil

from realinsights import engines
from realinsights.adapters import assembly_of
from realinsights.supervisor import Condition, conditions
from realinsights.topology import FOLDER, services
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.opening import open_documents

from .fleet import OwnWrites

BIN = Path(sys.executable).parent
PATIENCE = 180

T = TypeVar("T")

_LOGGED = re.compile(r"^(\S+)\s+\| (\{.*\})$")
_ENDED = re.compile(r"^(\S+)\s+\| ended with ")


class Machine:
    """A running topology; `documents` are its services', opened beside it; `given` is of its environment."""

    def __init__(
        self, address: str, folder: Path, state: Path, documents: dict[str, Storage], given: Mapping[str, str]
    ) -> None:
        self.address = address
        self.folder = folder
        self.documents = documents
        self.given = given
        self._state = state
        self._leaders: dict[str, tuple[str, int]] = {}
        self._read = 0

    @property
    def programs(self) -> dict[str, Condition]:
        """Return how its programs are, by name."""
        return {one.name: one for one in conditions(self._state)}

    def client(self, name: str | None = None, **settings: Any) -> httpx.AsyncClient:
        """Return a client of the gateway, or of one process; it sees its own writes, as the web front end does."""
        address = self.address if name is None else f"http://{engines.LOOPBACK}:{self.programs[name].port}"
        return OwnWrites(**{"base_url": address, "timeout": 60, **settings})

    @property
    def lines(self) -> list[str]:
        """Return what its programs have printed, each line with the program's name."""
        return (self.folder / "log").read_text(errors="replace").splitlines()

    async def documented(self) -> dict[str, Any]:
        """Return the paths of the API."""
        async with self.client() as client:
            paths: dict[str, Any] = (await client.get("/openapi.json")).json()["paths"]
        return paths

    def kill(self, name: str) -> None:
        """End a program without a goodbye; the supervisor starts it again."""
        self.signal(name, signal.SIGKILL)

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a program a signal."""
        pid = self.programs[name].pid
        assert pid is not None
        os.kill(pid, number)

    def leader(self, lease: str) -> tuple[str, int] | None:
        """Return who has taken a lease last, and with which token; None where that one has ended or lost it since."""
        with (self.folder / "log").open("rb") as log:
            log.seek(self._read)
            new = log.read()
        whole = new.rfind(b"\n") + 1
        self._read += whole
        for line in new[:whole].decode(errors="replace").splitlines():
            self._follow_leases(line)
        return self._leaders.get(lease)

    def _follow_leases(self, line: str) -> None:
        ended = _ENDED.match(line)
        if ended is not None:
            self._leaders = {lease: holder for lease, holder in self._leaders.items() if holder[0] != ended[1]}
        event = event_of(line) if '"lease.' in line else None
        if event is None:
            return
        program, told = event
        if told["event"] == "lease.taken":
            self._leaders[told["lease"]] = program, told["fence"]
        elif told["event"] == "lease.lost" and self._leaders.get(told["lease"]) == (program, told["fence"]):
            del self._leaders[told["lease"]]

    async def until_led(self, lease: str) -> tuple[str, int]:
        """Wait until a program that lives has taken a lease; return it and its token."""
        async with asyncio.timeout(PATIENCE):
            while True:
                holder = self.leader(lease)
                if holder is not None:
                    return holder
                await asyncio.sleep(0.05)

    async def until_ready(self, starts: Mapping[str, int] = MappingProxyType({})) -> None:
        """Wait until all programs are ready, and those that are named were started more often than that."""
        async with asyncio.timeout(PATIENCE):
            while not all(  # noqa: ASYNC110
                one.ready and one.starts > starts.get(one.name, 0) for one in self.programs.values()
            ):
                await asyncio.sleep(0.02)


def event_of(line: str) -> tuple[str, dict[str, Any]] | None:
    """Return the program and the event of a line that was logged; None for any other line."""
    found = _LOGGED.match(line)
    if found is None:
        return None
    try:
        told = json.loads(found[2])
    except ValueError:
        return None
    return (found[1], told) if "event" in told else None


@contextlib.asynccontextmanager
async def machine_in(
    folder: Path,
    topology: str = "enhanced",
    *,
    workers: int = 1,
    given: Mapping[str, str] = MappingProxyType({}),
) -> AsyncGenerator[Machine, None]:
    """Run a topology in a folder, on free ports, as a process of its own.

    `given` goes into its environment, such as the URLs of engines of one's own.
    It is left with all of its programs ended.
    """
    async with _in_thread(up(folder, topology, workers=workers, given=given)) as (address, _):
        state = folder / "data" / topology / "running.json"
        ports = {one.name: one.port for one in conditions(state)}
        documents: dict[str, Storage] = {}
        async with contextlib.AsyncExitStack() as stack:
            for service in services():
                own = ports.get(f"mongodb-{service}", ports.get("mongodb"))
                url = given.get("REALINSIGHTS_MONGODB_URL") or f"mongodb://{engines.LOOPBACK}:{own}/realinsights"
                documents[service] = await open_documents(url, service, assembly_of(service).KINDS)
                stack.push_async_callback(documents[service].close)
            yield Machine(address, folder, state, documents, given)


@contextlib.asynccontextmanager
async def _in_thread(context: contextlib.AbstractContextManager[T]) -> AsyncGenerator[T, None]:
    """Enter and leave a context in a thread: what it waits for may be in this one."""
    entered = await asyncio.to_thread(context.__enter__)
    try:
        yield entered
    finally:
        await asyncio.to_thread(context.__exit__, None, None, None)


@contextlib.contextmanager
def up(
    folder: Path,
    topology: str,
    *,
    workers: int = 1,
    limited: bool = True,
    given: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[tuple[str, psutil.Process]]:
    """Run `realinsights up` in a folder on a free port; yield its address and its process. It prints into `log` there.

    Without `limited` it counts no requests against anybody.
    """
    file = folder / f"{topology}.toml"
    # Tests sign in far more often than people do from one address.
    text = (FOLDER / file.name).read_text().replace('"nginx://"', '"nginx://?sign_ins=1000"')
    if not limited:
        text, found = re.subn(r'^limits = ".*"$', 'limits = "none://"', text, flags=re.MULTILINE)
        assert found == 1
    file.write_text(text.replace("count = 1", f"count = {workers}"))
    port = engines.free_port()
    log = folder / "log"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("REALINSIGHTS_")}
    environment |= {"REALINSIGHTS_ENGINES": str(engines.engines_folder()), **given}
    command = [BIN / "realinsights", "up", file, "--data", folder / "data", "--port", str(port), "--no-demonstration"]
    with (
        log.open("w") as output,
        subprocess.Popen(
            command, stdout=output, stderr=output, env=environment, stdin=subprocess.DEVNULL, start_new_session=True
        ) as process,
    ):
        try:
            while re.search(r"Ctrl-C ends (all of )?it\.", log.read_text()) is None:
                assert process.poll() is None, log.read_text()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.05)
            said = re.search(r"running at (http://\S+)", log.read_text())
            assert said is not None
            yield said.group(1), psutil.Process(process.pid)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(timeout=60)
            finally:
                process.kill()
        assert process.returncode == 0, log.read_text()[-3000:]
