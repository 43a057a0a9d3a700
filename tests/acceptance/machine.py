"""A machine: a topology of several real processes, with the engines and the gateway, as `realinsights up` runs it."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any

import httpx

from realinsights import engines
from realinsights.adapters import assembly_of
from realinsights.supervisor import Condition, conditions
from realinsights.topology import FOLDER, services
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.opening import open_documents

from .fleet import OwnWrites

BIN = Path(sys.executable).parent


class Machine:
    """A running topology; `documents` are its services', opened beside it."""

    def __init__(self, address: str, state: Path, documents: dict[str, Storage]) -> None:
        self.address = address
        self.documents = documents
        self._state = state

    @property
    def programs(self) -> dict[str, Condition]:
        """Return how its programs are, by name."""
        return {one.name: one for one in conditions(self._state)}

    def client(self) -> httpx.AsyncClient:
        """Return a client of the gateway; it sees its own writes, as the web front end does."""
        return OwnWrites(base_url=self.address, timeout=60)

    async def documented(self) -> dict[str, Any]:
        """Return the paths of the API."""
        async with self.client() as client:
            paths: dict[str, Any] = (await client.get("/openapi.json")).json()["paths"]
        return paths

    def kill(self, name: str) -> None:
        """End a program without a goodbye; the supervisor starts it again."""
        pid = self.programs[name].pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)


@contextlib.asynccontextmanager
async def machine_in(folder: Path, topology: str = "enhanced") -> AsyncGenerator[Machine, None]:
    """Run a topology in a folder, on free ports, as a process of its own."""
    with _up(folder, topology) as (address, own):
        state = own / "running.json"
        (mongodb,) = (one for one in conditions(state) if one.name == "mongodb")
        documents: dict[str, Storage] = {}
        async with contextlib.AsyncExitStack() as stack:
            for service in services():
                url = f"mongodb://{engines.LOOPBACK}:{mongodb.port}/realinsights"
                documents[service] = await open_documents(url, service, assembly_of(service).KINDS)
                stack.push_async_callback(documents[service].close)
            yield Machine(address, state, documents)


@contextlib.contextmanager
def _up(folder: Path, topology: str) -> Iterator[tuple[str, Path]]:
    file = folder / f"{topology}.toml"
    # Tests sign in far more often than people do from one address.
    file.write_text((FOLDER / file.name).read_text().replace('"nginx://"', '"nginx://?sign_ins=1000"'))
    port = engines.free_port()
    log = folder / "log"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("REALINSIGHTS_")}
    environment["REALINSIGHTS_ENGINES"] = str(engines.engines_folder())
    command = [BIN / "realinsights", "up", file, "--data", folder / "data", "--port", str(port), "--no-demonstration"]
    with (
        log.open("w") as output,
        subprocess.Popen(
            command, stdout=output, stderr=output, env=environment, stdin=subprocess.DEVNULL, start_new_session=True
        ) as process,
    ):
        try:
            while "Ctrl-C ends all of it." not in log.read_text():
                assert process.poll() is None, log.read_text()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.05)
            found = re.search(r"running at (http://\S+)", log.read_text())
            assert found is not None
            yield found.group(1), folder / "data" / topology
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(timeout=60)
            finally:
                process.kill()
        assert process.returncode == 0, log.read_text()[-3000:]
