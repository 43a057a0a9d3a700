"""The two sides of a move: the stores that an organization leaves, and those it goes to."""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from realinsights.adapters import assembly_of
from realinsights.topology import BadTopology, Topology, address_variable, needs, read_topology, services
from realinsights_platform.blobs import Blobs, open_blobs
from realinsights_platform.cache.opening import open_cache
from realinsights_platform.documents.data_folder import DataFolder
from realinsights_platform.documents.heads import Announcements
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.opening import open_documents, reading
from realinsights_platform.errors import Refusal
from realinsights_platform.secret import Secret, open_secret

FROM: Final = "REALINSIGHTS_FROM_"
TO: Final = "REALINSIGHTS_TO_"

_PLAIN: Final = "REALINSIGHTS_"
_ELSEWHERE: Final = frozenset({"REALINSIGHTS_WEB"})
"""Variables of a topology that a move does not need."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side: its documents by service, and its files.

    `keeps_messages` tells whether its stream keeps messages itself, so that some may not be handled though they were
    published. `announcements` tell its processes of heads that move, None where one process has all of it.
    """

    name: str
    topology: Topology
    documents: Mapping[str, Storage]
    blobs: Blobs
    secret: Secret
    keeps_messages: bool
    announcements: Announcements | None = None


def side_topology(name: str, prefix: str) -> tuple[Topology, Mapping[str, str]]:
    """Return a topology as the environment's variables with a prefix fill it, and these as the topology names them.

    Raises `BadTopology` for a variable that is missing: none is taken from the other side.
    """
    own = {_PLAIN + key.removeprefix(prefix): value for key, value in os.environ.items() if key.startswith(prefix)}
    wanted = needs(name) if _there(name) else frozenset()
    # Addresses of processes are not asked, and the stream is that of the processes.
    unasked = {address_variable(service) for service in services()}
    missing = sorted(wanted - own.keys() - _ELSEWHERE - unasked)
    if missing:
        asked = ", ".join(prefix + one.removeprefix(_PLAIN) for one in missing)
        raise BadTopology(f"{name} needs {asked} in the environment; set it and try again.")
    filled = {**dict.fromkeys(unasked, ""), **own}
    return read_topology(name, environment=filled), own


def _there(name: str) -> bool:
    try:
        needs(name)
    except FileNotFoundError:
        return False  # which reading it tells
    return True


@contextlib.asynccontextmanager
async def giving(name: str, prefix: str) -> AsyncGenerator[Side, None]:
    """Open the side that organizations leave, also while its processes use it; of it only stages are written."""
    topology, environment = side_topology(name, prefix)
    secret = open_secret(topology.secret, environment=environment, create=False)
    async with contextlib.AsyncExitStack() as stack:
        documents = {
            service: await stack.enter_async_context(
                reading(topology.documents[service], service, assembly_of(service).KINDS)
            )
            for service in services()
        }
        yield Side(
            name=name,
            topology=topology,
            documents=documents,
            blobs=open_blobs(topology.engines.blobs),
            secret=secret,
            keeps_messages=_keeps(topology),
        )


@contextlib.asynccontextmanager
async def receiving(name: str, prefix: str) -> AsyncGenerator[Side, None]:
    """Open the side that organizations go to, and make the indexes it needs.

    Raises `FolderInUse` where a process uses its folder: a database of its own may be used meanwhile.
    """
    topology, environment = side_topology(name, prefix)
    async with contextlib.AsyncExitStack() as stack:
        urls = topology.documents.values()
        for folder in sorted(
            {Path(url.removeprefix("sqlite:///")).parent for url in urls if url.startswith("sqlite:")}
        ):
            stack.enter_context(DataFolder(folder))
        secret = open_secret(topology.secret, environment=environment, create=False)
        documents: dict[str, Storage] = {}
        for service in services():
            opened = await open_documents(topology.documents[service], service, assembly_of(service).KINDS)
            stack.push_async_callback(opened.close)
            documents[service] = opened
        announcements = None
        if not topology.alone:
            cache = open_cache(topology.engines.cache)
            stack.push_async_callback(cache.close)
            announcements = Announcements(cache)
            await stack.enter_async_context(announcements.running())
        yield Side(
            name=name,
            topology=topology,
            documents=documents,
            blobs=open_blobs(topology.engines.blobs),
            secret=secret,
            keeps_messages=_keeps(topology),
            announcements=announcements,
        )


def require_one_secret(one: Side, other: Side) -> None:
    """Raise `Refusal` where the sides do not have the same secret: keys and sessions are sealed with it."""
    if one.secret.key("moving") != other.secret.key("moving"):
        raise Refusal(
            f"{one.name} and {other.name} have different secrets. Give {other.name} the secret of {one.name}: the keys "
            "of sign-ins, links and webhooks are sealed with it."
        )


def _keeps(topology: Topology) -> bool:
    return not topology.engines.stream.startswith("memory:")
