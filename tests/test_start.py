"""A start costs the same however many organizations there are: nothing walks through all of them."""

from __future__ import annotations

import asyncio
import copy
import dataclasses
import datetime
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from realinsights.adapters import open_adapters
from realinsights.app import build
from realinsights.topology import read_topology
from realinsights_platform.documents.journal_port import Mark
from realinsights_platform.events import Event
from realinsights_platform.process import Adapters

TODAY = datetime.date(2026, 1, 31)
READS = (
    "get", "get_many", "find", "count", "history", "as_known_at", "unit",
    "sequence", "outbox", "entries", "outgoing", "organizations", "stored", "mark", "move",
)  # fmt: skip


class Noticed(Event, frozen=True, tag="start.noticed.v1"):
    pass


class Looked:
    """Which relays have looked for work; `all` is set once each has."""

    def __init__(self) -> None:
        self.services: set[str] = set()
        self.all = asyncio.Event()

    def add(self, service: str) -> None:
        self.services.add(service)
        if self.services == {"auth", "loans", "dashboard", "notifications", "files"}:
            self.all.set()


def counted(storage: Any, calls: Counter[str], looked: Looked) -> Any:
    """Return a storage whose calls are counted."""

    def counting(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted_call(*arguments: Any, **named: Any) -> Any:
            calls[f"{storage.service}.{name}"] += 1
            if name == "outgoing":
                looked.add(storage.service)
            return call(*arguments, **named)

        return counted_call

    own = copy.copy(storage)
    for name in READS:
        setattr(own, name, counting(name, getattr(storage, name)))
    own.telling = lambda committed: counted(storage.telling(committed), calls, looked)
    return own


async def filled(adapters: Adapters, organizations: int) -> None:
    """Give each service so many organizations, whose events were all published."""
    for storage in adapters.documents.values():

        async def notice(number: int, storage: Any = storage) -> None:
            async with storage.unit(org=f"org{number}", actor="ann", business_date=TODAY) as unit:
                unit.emit(Noticed())

        await asyncio.gather(*(notice(number) for number in range(organizations)))
        token = (await storage.mark("relay")).token
        last = (await storage.outgoing(after=str(organizations - 1), limit=100))[-1]
        assert await storage.move("relay", Mark(last.place, token))


async def calls_of_a_start(folder: Path, organizations: int) -> Counter[str]:
    topology = read_topology(environment={"REALINSIGHTS_DATA": str(folder)})
    (process,) = topology.processes.values()
    calls: Counter[str] = Counter()
    async with open_adapters(topology, process) as adapters:
        async with build(process, adapters):
            pass  # the first start makes what an installation has once
        await filled(adapters, organizations)
        looked = Looked()
        documents = {name: counted(storage, calls, looked) for name, storage in adapters.documents.items()}
        async with build(process, dataclasses.replace(adapters, documents=documents)):
            await asyncio.wait_for(looked.all.wait(), 30)
    return calls


async def test_asks_the_same_few_questions_with_ten_organizations_and_with_five_hundred(tmp_path: Path) -> None:
    few = await calls_of_a_start(tmp_path / "few", 10)
    many = await calls_of_a_start(tmp_path / "many", 500)
    assert many == few
    assert few.total() < 40, few
