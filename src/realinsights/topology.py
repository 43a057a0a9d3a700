"""Reads a topology file: which services share a process, how many of each, and the URL of each backing engine."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from string import Template
from types import MappingProxyType
from typing import Any

import msgspec

from realinsights_platform.errors import Refusal

FOLDER = Path(__file__).parents[2] / "infrastructure" / "topologies"
DEFAULT = "monorepo"
DEFAULT_DATA = "./data"
BUILT_WEB = Path(__file__).parents[2] / "web" / "out"
SERVICES = ("auth", "loans", "dashboard")


class BadTopology(Refusal):
    """The topology file is not there, or does not say what it has to."""


class UnknownTopology(BadTopology):
    """There is no topology of this name, and no file of this path."""


class Process(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of process: the services it holds and how many of it run."""

    services: tuple[str, ...]
    count: int = 1


class Engines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The URLs of the engines that all services share."""

    stream: str
    cache: str
    limits: str
    blobs: str


class Topology(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where everything runs; `documents` has one URL per service, `secret` is the path of the installation's secret.

    `web` is the URL of the built web front end; by default none is served.
    """

    secret: str
    processes: dict[str, Process]
    documents: dict[str, str]
    engines: Engines
    web: str = "none://"


def read_topology(name: str = DEFAULT, *, environment: Mapping[str, str] = MappingProxyType({})) -> Topology:
    """Return the topology of this name (or of the file at this path), with `${…}` filled from the environment.

    `REALINSIGHTS_DATA` is a folder, ./data by default; `REALINSIGHTS_WEB` the web front end's, where `make web` builds
    it by default. Raises `BadTopology` with what to do about it.
    """
    file = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    data = Path(environment.get("REALINSIGHTS_DATA") or DEFAULT_DATA).expanduser().resolve()
    web = Path(environment.get("REALINSIGHTS_WEB") or BUILT_WEB).expanduser().resolve()
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
        filled = _filled(values, {**environment, "REALINSIGHTS_DATA": str(data), "REALINSIGHTS_WEB": str(web)})
        topology = msgspec.convert(filled, Topology)
    except FileNotFoundError:
        known = ", ".join(sorted(known.stem for known in FOLDER.glob("*.toml")))
        raise UnknownTopology(
            f"There is no topology {name!r}; there is: {known}, or give the path of a .toml file."
        ) from None
    except KeyError as missing:
        raise BadTopology(f"{file.name} needs {missing.args[0]} in the environment; set it and try again.") from None
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, ValueError) as error:
        raise BadTopology(f"{file.name} is not a topology: {error}") from None
    _check(file.name, topology)
    return topology


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
            if service not in SERVICES:
                raise BadTopology(f"{name}: process {process!r} names the unknown service {service!r}.")
            if service not in topology.documents:
                raise BadTopology(f"{name}: [documents] has no URL for {service!r}.")
    placed = {service for process in topology.processes.values() for service in process.services}
    for service in SERVICES:
        if service not in placed:
            raise BadTopology(f"{name}: no process holds the service {service!r}.")
