"""An organization is deleted by a whole product: while an import of it runs, and while a service is away."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.acceptance.deleting import AT_ONCE, PATIENCE, left

from realinsights.adapters import open_adapters
from realinsights.app import Product, build
from realinsights.auth import store
from realinsights.auth.model.directory import SYSTEM
from realinsights.auth.model.undertakings import FIRST_DEADLINE, Step, StepState
from realinsights.auth.service.deletions import ask_as_operator
from realinsights.auth.service.local_tokens import local_token
from realinsights.auth.service.undertakings import carry_on
from realinsights.loans.store import IMPORTS
from realinsights.topology import Process, read_topology

pytestmark = pytest.mark.slow

HEADER = "Loan Number,As Of Date,Original Balance,Current Balance,Interest Rate,Origination Date,Maturity Date\n"
ALL = ("auth", "loans", "dashboard", "notifications", "files")


@contextlib.asynccontextmanager
async def product_in(folder: Path, services: tuple[str, ...] = ALL) -> AsyncGenerator[Product, None]:
    topology = read_topology(environment={"REALINSIGHTS_DATA": str(folder)})
    process = Process(services)
    async with open_adapters(topology, process) as adapters, build(process, adapters) as product:
        yield product


async def until(look: Callable[[], Awaitable[Any]]) -> Any:
    async with asyncio.timeout(PATIENCE):
        while True:
            found = await look()
            if found:
                return found
            await asyncio.sleep(0.02)


async def ask(product: Product, org: str) -> str:
    now = datetime.datetime.now(datetime.UTC)
    asked = await ask_as_operator(documents=product.documents["auth"], org=org, now=now, grace=AT_ONCE)
    return asked.id


async def certificate(product: Product, undertaking: str) -> Any:
    async def signed() -> Any:
        found = await product.documents["auth"].get(store.CERTIFICATE, SYSTEM, undertaking)
        return found if found is not None and found.text is not None else None

    return await until(signed)


async def began(product: Product) -> tuple[str, dict[str, str]]:
    """Return an organization that has begun, and the headers of its command line."""
    identity = product.services["auth"].given["identity"]
    token = await local_token(identity=identity, organization="Leaving", create=True)()
    (org,) = [one for one in await identity.documents.organizations() if one != SYSTEM]
    return org, {"Authorization": f"Bearer {token}"}


def client_of(product: Product) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=product.app)
    return httpx.AsyncClient(transport=transport, base_url="http://localhost/api/v1")


async def test_of_an_organization_that_is_deleted_while_its_import_runs_nothing_is_left(tmp_path: Path) -> None:
    rows = (f"T-{number},2026-06-30,1000000,900000,5.125%,2020-01-01,2030-01-01\n" for number in range(3_000))
    async with product_in(tmp_path) as product, client_of(product) as client:
        org, headers = await began(product)
        loans = product.documents["loans"]
        tape = HEADER + "".join(rows)
        answer = await client.post("/imports", params={"fileName": "tape.csv"}, content=tape, headers=headers)
        assert answer.status_code == 202, answer.text

        async def runs() -> bool:
            work = await loans.get(IMPORTS, org, answer.json()["id"])
            return work is not None and work.done > 0

        await until(runs)
        undertaking = await ask(product, org)
        signed = await certificate(product, undertaking)
        told = next(one for one in signed.statement.services if one.service == "loans")
        assert told.documents["import"] == 1
        assert await left(product.documents, org, tmp_path) == []


async def test_a_service_that_is_away_is_named_asked_again_and_does_its_part_once_it_is_back(tmp_path: Path) -> None:
    async with product_in(tmp_path, ("auth", "loans", "dashboard", "files")) as product:
        org, _ = await began(product)
        undertaking = await ask(product, org)

        async def step_of(service: str) -> Step:
            known = await product.documents["auth"].get(store.UNDERTAKING, org, undertaking)
            assert known is not None
            return next(step for step in known.steps if step.service == service and step.wave)

        async def others_are_done() -> bool:
            return (await step_of("dashboard")).state is StepState.DONE

        await until(others_are_done)
        assert (await step_of("notifications")).state is StepState.ASKED

    async with product_in(tmp_path) as product:
        identity = product.services["auth"].given["identity"]
        later = datetime.datetime.now(datetime.UTC) + FIRST_DEADLINE
        documents = product.documents["auth"]
        async with documents.unit(org=org, actor="system:test", business_date=later.date()) as unit:
            await carry_on(unit, [undertaking], identity=dataclasses.replace(identity, now=lambda: later))
            known = await unit.get(store.UNDERTAKING, undertaking)
        assert known is not None
        assert [(step.service, step.attempts) for step in known.steps if step.late] == [("notifications", 2)]
        await certificate(product, undertaking)
        assert await left(product.documents, org, tmp_path) == []
