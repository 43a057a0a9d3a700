"""Two processes over a replica set whose secondary lags: nobody is shown less than he has written, or than is known."""

from __future__ import annotations

import asyncio
import dataclasses
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from realinsights import engines
from realinsights.adapters import assembly_of, open_adapters
from realinsights.app import build
from realinsights.topology import Process, read_topology
from realinsights_platform.documents.mongo import MongoDocuments
from realinsights_platform.documents.mongo.metrics import SECONDARY_READS
from realinsights_platform.ids import new_id

from .adapters.lagging import ReplicaSet, replica_set
from .drafts import TERMS_OF_A_LOAN

PASSWORD = "correct horse battery staple"
ROUNDS = 60
LOAN: dict[str, Any] = {"number": "1001", "name": "Harbor Point", **TERMS_OF_A_LOAN}


@pytest.fixture
def second_url(installed_engines: Path, tmp_path: Path) -> Iterator[str]:
    engine = engines.mongodb(tmp_path / "second", port=engines.free_port(), installed=installed_engines)
    with engines.running(engine):
        yield engine.url


@pytest.fixture
async def members(mongodb_url: str, second_url: str) -> AsyncIterator[ReplicaSet]:
    async with replica_set(mongodb_url, second_url, f"test-{new_id()}") as joined:
        yield joined


@pytest.fixture
async def processes(members: ReplicaSet, tmp_path: Path) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Return a client of each of two processes, signed in to the same organization."""
    topology = read_topology(environment={"REALINSIGHTS_DATA": str(tmp_path / "data")})
    (process,) = topology.processes.values()
    async with AsyncExitStack() as stack:
        opened = await stack.enter_async_context(open_adapters(topology, process))
        clients = []
        for _ in range(2):
            loans = await MongoDocuments.open(members.url, service="loans", kinds=assembly_of("loans").KINDS)
            stack.push_async_callback(loans.close)
            adapters = dataclasses.replace(opened, documents={**opened.documents, "loans": loans}, shared=True)
            product = await stack.enter_async_context(build(Process(process.services, role="api"), adapters))
            client = httpx.AsyncClient(transport=httpx.ASGITransport(product.app), base_url="http://test/api/v1")
            clients.append(await stack.enter_async_context(client))
        person = {"firstName": "Ada", "lastName": "Adams", "email": "ada@harbor.example", "password": PASSWORD}
        await clients[0].post("/auth/register", json={"organization": {"name": "Harbor", "kind": "owner"}, **person})
        signed_in = await clients[0].post("/auth/sign-in", json={"email": person["email"], "password": PASSWORD})
        for client in clients:
            client.headers["Authorization"] = f"Bearer {signed_in.json()['accessToken']}"
        yield clients


def reads() -> dict[str, float]:
    return {name: SECONDARY_READS.labels(name)._value.get() for name in ("answered", "behind", "failed")}


async def test_everybody_sees_what_he_has_written_however_far_the_secondary_lags(
    processes: list[httpx.AsyncClient], members: ReplicaSet
) -> None:
    chance = random.Random(41)  # noqa: S311 - the same each time
    before, written, after = reads(), 0, {}
    for _ in range(ROUNDS):
        step = chance.choice(("write", "read", "read", "read", "replicate"))
        client = chance.choice(processes)
        if step == "write":
            made = await client.post("/loans", json={**LOAN, "number": str(written)})
            assert made.status_code == 201, made.text
            written += 1
            after = {"Realinsights-After": made.headers["realinsights-sequence"]}
        elif step == "replicate":
            await asyncio.to_thread(members.replicate)
        else:
            # Each asks for something else, so that no cache answers.
            asked = {"total": "true", "limit": str(chance.randint(1, 200)), "order": chance.choice(("number", "name"))}
            listed = await client.get("/loans", params=asked, headers=after)
            assert listed.json()["total"] == written, listed.text
            table = await client.get("/loans/export", headers=after)
            assert len(table.text.splitlines()) == written + 1
            shown = await client.get("/dashboard", headers=after)
            assert shown.json()["figures"]["loanCount"]["value"] == str(written)
    came = {name: count - before[name] for name, count in reads().items()}
    assert came["answered"] > 10, came
    assert came["behind"] > 5, came
