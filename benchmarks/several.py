"""Several processes to measure: `enhanced` or `services` on this machine, on engines of its own or on those given."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.servers import COMMAND, Server, ask
from realinsights import engines
from realinsights.supervisor import Condition, conditions
from realinsights.topology import FOLDER, Topology, read_topology
from realinsights_platform.secret import new_secret

PATIENCE = 240.0

PUBLISHED_SECONDS = 600
QUIET = 3
"""So many seconds nothing may be left to publish."""

_PROCESS = re.compile(r"(\w+\.)?(api|worker)-\d+")


@dataclass(frozen=True, slots=True)
class Engines:
    """The engines of a run, and the environment that names them; `real` says whether a MongoDB was given."""

    folder: Path
    environment: dict[str, str]
    real: bool = field(default=False)

    @property
    def database(self) -> str:
        """The name of the database."""
        return self.environment["REALINSIGHTS_MONGODB_URL"].rpartition("/")[2]

    def topology(self, apis: int = 2, name: str = "enhanced") -> Path:
        """Write a topology that counts no requests, `enhanced` with so many processes that answer; return its file."""
        text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
        text = text.replace('limits = "${REALINSIGHTS_REDIS_URL}"', 'limits = "none://"')
        file = self.folder / f"{name}-{apis}.toml"
        file.write_text(text.replace("count = 2", f"count = {apis}"), encoding="utf-8")
        return file

    def read(self) -> Topology:
        """Return the topology, to be opened beside its processes."""
        return read_topology(str(self.topology()), environment=self.environment)


@dataclass(frozen=True, slots=True)
class Several:
    """The processes that run: `front` is the gateway, with the ids of all that answer and work; `each` by name."""

    front: Server
    each: dict[str, Condition]

    def one(self, name: str) -> Server:
        """Return one process, asked past the gateway."""
        found = self.each[name]
        return Server(f"http://{engines.LOOPBACK}:{found.port}", found.pid or 0, 0.0)

    @property
    def workers(self) -> list[Server]:
        """Return the processes that do background work."""
        return [self.one(name) for name in self.each if _PROCESS.fullmatch(name) and "worker-" in name]


@contextlib.contextmanager
def engines_in(folder: Path, again: Engines | None = None) -> Iterator[Engines]:
    """Start the engines that no environment variable gives the URL of; `again` those that ran before, on their data."""
    installed = engines.engines_folder()
    engines.install(installed)
    secret, database = new_secret(), f"bench-{time.time_ns()}"
    if again is not None:
        secret, database = again.environment["REALINSIGHTS_SECRET"], again.database
    environment = {"REALINSIGHTS_DATA": str(folder), "REALINSIGHTS_SECRET": secret}
    given = os.environ.get("REALINSIGHTS_TEST_MONGODB_URL")
    with contextlib.ExitStack() as stack:
        mongodb = engines.mongodb(folder / "mongodb", port=engines.free_port(), installed=installed)
        if given is None:
            stack.enter_context(engines.running(mongodb))
        environment["REALINSIGHTS_MONGODB_URL"] = f"{given or mongodb.url}{database}"
        redis = engines.valkey(folder / "redis", port=engines.free_port(), installed=installed)
        stack.enter_context(engines.running(redis))
        environment["REALINSIGHTS_REDIS_URL"] = redis.url
        environment["REALINSIGHTS_BLOBS_URL"] = (folder / "blobs").as_uri()
        yield Engines(folder, environment, real=given is not None)


@contextlib.contextmanager
def several(on: Engines, apis: int = 2, name: str = "enhanced") -> Iterator[Several]:
    """Run `realinsights up` of a topology."""
    file, port = on.topology(apis, name), engines.free_port()
    own = on.folder / file.stem
    own.mkdir(exist_ok=True)
    log = on.folder / f"{file.stem}.log"
    started = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [COMMAND, "up", str(file), "--data", str(on.folder), "--port", str(port), "--no-demonstration"],
            stdout=output,
            stderr=output,
            env={**os.environ, **on.environment},
            start_new_session=True,
        )
    try:
        while b"Ctrl-C ends all of it." not in log.read_bytes():
            if process.poll() is not None or time.perf_counter() - started > PATIENCE:
                raise RuntimeError(f"the processes do not start; see {log}")
            time.sleep(0.05)
        each = {one.name: one for one in conditions(own / "running.json")}
        working = [one.pid for name, one in each.items() if _PROCESS.fullmatch(name) and one.pid]
        url = f"http://{engines.LOOPBACK}:{port}"
        yield Several(Server(url, working[0], time.perf_counter() - started, tuple(working[1:])), each)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def published(servers: Sequence[Server]) -> None:
    """Wait until all is published that the organizations were filled with: no user waits for that."""
    quiet = 0
    for _ in range(PUBLISHED_SECONDS):
        text = "".join(ask(server, "GET", "/metrics", {})[2].decode() for server in servers)
        leading, behind = (
            [float(value) for value in re.findall(rf'realinsights_relay_{name}{{service="\w+"}} (\S+)', text)]
            for name in ("leading", "lag_seconds")
        )
        quiet = quiet + 1 if leading and all(leading) and not any(behind) else 0
        if quiet == QUIET:
            return
        time.sleep(1.0)
    raise RuntimeError("the organizations' events are not published")
