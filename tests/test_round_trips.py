"""Round trips: how often an edit waits for MongoDB, whose answers come over a network."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from realinsights.adapters import assembly_of, open_adapters
from realinsights.app import build
from realinsights.topology import Process, read_topology
from realinsights_platform.documents.mongo import MongoDocuments
from realinsights_platform.ids import new_id

from .drafts import TERMS_OF_A_LOAN

PREFIX = "/api/v1"
PASSWORD = "correct horse battery staple"
LOAN: dict[str, Any] = {"number": "1001", "name": "Harbor Point", **TERMS_OF_A_LOAN}


class Waits(CommandListener):
    """How many commands were sent, and how often one was sent while nothing was awaited."""

    def __init__(self) -> None:
        self.commands: list[str] = []
        self.waits = 0
        self._open = 0

    def started(self, event: CommandStartedEvent) -> None:
        self.commands.append(f"{event.command_name} {event.command[event.command_name]}")
        self.waits += not self._open
        self._open += 1

    def succeeded(self, event: CommandSucceededEvent) -> None:
        self._open -= 1

    def failed(self, event: CommandFailedEvent) -> None:
        self._open -= 1

    def begin(self) -> None:
        self.commands.clear()
        self.waits = 0


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
async def client(mongodb_url: str, tmp_path: Path, waits: Waits) -> AsyncIterator[httpx.AsyncClient]:
    """Return a signed-in client of a process that only answers, and whose loans are in MongoDB."""
    topology = read_topology(environment={"REALINSIGHTS_DATA": str(tmp_path)})
    (process,) = topology.processes.values()
    loans = await MongoDocuments.open(
        f"{mongodb_url}test-{new_id()}", service="loans", kinds=assembly_of("loans").KINDS, listeners=[waits]
    )
    async with AsyncExitStack() as stack:
        stack.push_async_callback(loans.close)
        opened = await stack.enter_async_context(open_adapters(topology, process))
        adapters = dataclasses.replace(opened, documents={**opened.documents, "loans": loans})
        product = await stack.enter_async_context(build(Process(process.services, role="api"), adapters))
        transport = httpx.ASGITransport(product.app)
        http = httpx.AsyncClient(transport=transport, base_url=f"http://test{PREFIX}")
        await stack.enter_async_context(http)
        person = {"firstName": "Ada", "lastName": "Adams", "email": "ada@harbor.example", "password": PASSWORD}
        await http.post("/auth/register", json={"organization": {"name": "Harbor", "kind": "owner"}, **person})
        signed_in = await http.post("/auth/sign-in", json={"email": person["email"], "password": PASSWORD})
        http.headers["Authorization"] = f"Bearer {signed_in.json()['accessToken']}"
        yield http


async def made(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_an_edit_of_a_loan_waits_four_times(client: httpx.AsyncClient, waits: Waits) -> None:
    ids = {
        f"{name}Id": (await made(client, f"/{name}s", {"name": "First"}))["id"]
        for name in ("lender", "fund", "portfolio")
    }
    asset = await made(client, "/properties", {"name": "Pier", "propertyType": "office", "state": "CA"})
    body = {**LOAN, **ids, "properties": [{"propertyId": asset["id"]}]}
    loan = await made(client, "/loans", body)
    for version in (1, 2):
        waits.begin()
        answer = await client.put(
            f"/loans/{loan['id']}", json={**body, "name": f"Pier {version}"}, headers={"If-Match": f'"{version}"'}
        )
        assert answer.status_code == 200, answer.text
    # The loan; what it refers to, side by side; all writes; the commit.
    assert [one.partition(" ")[0] for one in waits.commands] == ["find"] * 5 + ["bulkWrite", "commitTransaction"]
    assert waits.waits == 4, waits.commands
