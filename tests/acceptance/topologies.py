"""The product as tests see it in each topology: processes of a fleet in this one, or real ones behind nginx."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from .fleet import LAYOUTS, Fleet, fleet_in
from .machine import Machine, machine_in, up

REAL: Final = ("enhanced", "services", "services-2b")
"""The topologies whose processes are real ones, behind nginx."""

TOPOLOGIES: Final = (*LAYOUTS, *REAL)

Product = Fleet | Machine


@contextlib.asynccontextmanager
async def product_in(folder: Path, topology: str) -> AsyncGenerator[Product, None]:
    """Run a topology in a folder."""
    if topology in REAL:
        async with machine_in(folder, topology) as machine:
            yield machine
    else:
        async with fleet_in(folder, topology) as fleet:
            yield fleet


@dataclass(frozen=True, slots=True)
class Server:
    """A product that is asked through real sockets, and the process that somebody has started."""

    address: str
    log: Path
    process: psutil.Process

    @property
    def failures(self) -> list[str]:
        """Return what its log says of requests that failed by our own fault."""
        return [line for line in self.log.read_text(errors="replace").splitlines() if '"http.failure"' in line]

    @property
    def memory(self) -> int:
        """Return the bytes of memory that its processes have."""
        return sum(one.memory_info().rss for one in (self.process, *self.process.children(recursive=True)))


@contextlib.contextmanager
def server_in(folder: Path, topology: str, *, limited: bool = True) -> Iterator[Server]:
    """Run a topology in a folder as `realinsights up` does."""
    with up(folder, topology, limited=limited) as (address, process):
        yield Server(address, folder / "log", process)
