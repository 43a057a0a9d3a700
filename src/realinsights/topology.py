"""Topology files: which services share a process, how many of each, and the URL of each backing engine."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from string import Template
from types import MappingProxyType
from typing import Any

import msgspec

from realinsights.contracts.catalog import FOLLOWERS
from realinsights_platform.errors import Refusal
from realinsights_platform.roles import Role

DEFAULT = "monorepo"
DEFAULT_DATA = "./data"

_PACKAGE = resources.files("realinsights")
FOLDER = _PACKAGE / "topologies"
"""The folder of the topologies that come with the product."""


class BadTopology(Refusal):
    """The topology file is not there, or does not say what it has to."""


class UnknownTopology(BadTopology):
    """A topology that is not there, by name or by path."""


class Process(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of process: the services it holds, how many of it run, and whether it answers, works or does both."""

    services: tuple[str, ...]
    count: int = 1
    role: Role = "all"


class Engines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The URLs of the engines that all services share."""

    stream: str
    cache: str
    limits: str
    blobs: str


class Topology(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A deployment: `documents` has one URL per service, `secret` is the URL of the installation's secret.

    `web` is the URL of the built web front end; by default none is served. `addresses` are those of the processes that
    answer for a service, with commas, for processes that do not hold it: they read its journal there, and of auth the
    keys of tokens. `gateway` is what stands in front of several processes where they run on one machine: `nginx://`.
    """

    secret: str
    processes: dict[str, Process]
    documents: dict[str, str]
    engines: Engines
    web: str = "none://"
    addresses: dict[str, str] = {}
    gateway: str = "none://"

    @property
    def answering(self) -> dict[str, tuple[str, ...]]:
        """Return the services by the process that answers for them, where several do by the first one that is named."""
        found: dict[str, tuple[str, ...]] = {}
        for name, process in self.processes.items():
            if process.role != "worker":
                taken = {service for services in found.values() for service in services}
                found[name] = tuple(service for service in process.services if service not in taken)
        return found

    @property
    def alone(self) -> bool:
        """Whether it is one process, which shares its engines with nobody."""
        return len(self.processes) == 1 and all(process.count == 1 for process in self.processes.values())


def services() -> tuple[str, ...]:
    """Return the services that there are: the folders that hold an assembly. None of them is imported."""
    return tuple(sorted(one.name for one in _PACKAGE.iterdir() if one.joinpath("assembly.py").is_file()))


def address_variable(service: str) -> str:
    """Return the variable that says where the processes of a service answer those of others."""
    return f"REALINSIGHTS_{service.upper()}_URL"


def built_web() -> Path:
    """Return where the built web front end is: in the package where it came with it, else in the repository."""
    packaged = Path(str(_PACKAGE / "web"))
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "web" / "out"


def read_topology(
    name: str = DEFAULT, *, environment: Mapping[str, str] = MappingProxyType({}), process: str | None = None
) -> Topology:
    """Return the topology of this name (or of the file at this path), with `${…}` filled from the environment.

    Of a `process` that is named, the documents are those of its own services, and the addresses those of services that
    these follow, and of auth: it need not know where anything else is.
    `REALINSIGHTS_DATA` is a folder, ./data by default; `REALINSIGHTS_WEB` that of the web front end, `built_web` by
    default. Raises `BadTopology` with what to do about it.
    """
    file = _file(name)
    data = Path(environment.get("REALINSIGHTS_DATA") or DEFAULT_DATA).expanduser().resolve()
    web = Path(environment.get("REALINSIGHTS_WEB") or built_web()).expanduser().resolve()
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
        stated = msgspec.convert(values, Topology)
        if process in stated.processes:
            values = _of(stated.processes[process], values)
        filled = _filled(values, {**environment, "REALINSIGHTS_DATA": str(data), "REALINSIGHTS_WEB": str(web)})
        topology = msgspec.convert(filled, Topology)
    except FileNotFoundError:
        known = ", ".join(known_topologies())
        raise UnknownTopology(
            f"There is no topology {name!r}; there is: {known}, or give the path of a .toml file."
        ) from None
    except KeyError as missing:
        raise BadTopology(f"{file.name} needs {missing.args[0]} in the environment; set it and try again.") from None
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, ValueError) as error:
        raise BadTopology(f"{file.name} is not a topology: {error}.") from None
    _check(file.name, stated)
    return topology


def several(name: str) -> bool:
    """Whether a topology runs several processes behind a gateway; False for one that cannot be read so far.

    What it needs of the environment need not be there yet: whoever runs all of it may bring it.
    """
    try:
        values = tomllib.loads(_file(name).read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError):
        return False
    return bool(values.get("gateway", "none://") != "none://")


def needs(name: str, process: str | None = None) -> frozenset[str]:
    """Return the variables of the environment that a topology names, or one of its processes has to know."""
    values = tomllib.loads(_file(name).read_text(encoding="utf-8"))
    if process is not None:
        values = _of(msgspec.convert(values, Topology).processes[process], values)
    return frozenset(
        match["braced"] or match["named"]
        for text in _texts(values)
        for match in Template.pattern.finditer(text)
        if match["braced"] or match["named"]
    )


def _of(process: Process, values: dict[str, Any]) -> dict[str, Any]:
    """Return what a topology says to one of its processes."""
    own = {*process.services}
    followed = {"auth", *(name for name, readers in FOLLOWERS.items() if readers & own)} - own
    return {
        **values,
        "documents": {name: url for name, url in values["documents"].items() if name in own},
        "addresses": {name: url for name, url in values.get("addresses", {}).items() if name in followed},
    }


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)


def _file(name: str) -> Any:
    return Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"


def known_topologies() -> tuple[str, ...]:
    """Return the names of the topologies that come with the product."""
    names = [file.name for file in FOLDER.iterdir()]
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def _filled(value: Any, environment: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return Template(value).substitute(environment)
    if isinstance(value, dict):
        return {key: _filled(inner, environment) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, environment) for inner in value]
    return value


def _check(name: str, topology: Topology) -> None:
    for process, declared in topology.processes.items():
        for service in declared.services:
            if service not in services():
                raise BadTopology(f"{name}: process {process!r} names the unknown service {service!r}.")
            if service not in topology.documents:
                raise BadTopology(f"{name}: [documents] has no URL for {service!r}.")
    for service in services():
        roles = {process.role for process in topology.processes.values() if service in process.services}
        if not roles:
            raise BadTopology(f"{name}: no process holds the service {service!r}.")
        for role in ("api", "worker"):
            if not roles & {"all", role}:
                raise BadTopology(f"{name}: no process with the role {role!r} holds the service {service!r}.")
