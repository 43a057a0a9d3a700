"""Services apart: each in processes of its own, told what they have to know and no more, and missed alone."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from realinsights.topology import services

from .conftest import Platform
from .load import LOAN
from .machine import PATIENCE, Machine

pytestmark = [pytest.mark.slow, pytest.mark.topology]

PATHS = {
    "auth": "/members",
    "loans": "/loans",
    "dashboard": "/dashboard",
    "notifications": "/inbox",
    "files": "/documents",
}
"""One path of each service."""


@pytest.fixture(scope="module", params=["services", "services-2b"])
def topology(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def machine(platform: Platform) -> Machine:
    assert isinstance(platform.product, Machine)
    return platform.product


@pytest.fixture(scope="module")
async def headers(platform: Platform) -> dict[str, str]:
    return await platform.register("Acme", "ada@acme.example")


def environment_of(machine: Machine, program: str) -> dict[str, str]:
    """Return the environment that a program was started with."""
    content = Path(f"/proc/{machine.programs[program].pid}/environ").read_text(encoding="utf-8")
    return dict(entry.partition("=")[::2] for entry in content.split("\0") if entry)


async def statuses(platform: Platform, headers: dict[str, str]) -> dict[str, int]:
    return {
        service: (await platform.client.get(f"/api/v1{path}", headers=headers)).status_code
        for service, path in PATHS.items()
    }


async def dashboard(platform: Platform, headers: dict[str, str]) -> dict[str, Any]:
    """Return the dashboard once it answers."""
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await platform.client.get("/api/v1/dashboard", headers=headers)
            if answer.status_code == 200:
                found: dict[str, Any] = answer.json()
                return found
            assert answer.status_code == 503, answer.text
            await asyncio.sleep(0.05)


async def test_a_process_is_told_of_no_documents_but_its_own(machine: Machine, topology: str) -> None:
    for service in services():
        for role in ("api", "worker"):
            told = environment_of(machine, f"{service}.{role}-1")
            own = (
                "REALINSIGHTS_MONGODB_URL" if topology == "services" else f"REALINSIGHTS_{service.upper()}_MONGODB_URL"
            )
            assert [name for name in told if name.endswith("MONGODB_URL")] == [own]


async def test_a_service_that_is_killed_is_missed_on_its_own_paths_alone(
    machine: Machine, platform: Platform, headers: dict[str, str]
) -> None:
    assert await statuses(platform, headers) == dict.fromkeys(PATHS, 200)
    for service in PATHS:
        starts = {name: one.starts for name, one in machine.programs.items() if name.startswith(f"{service}.")}
        for program in starts:
            machine.kill(program)
        found = await statuses(platform, headers)
        assert found.pop(service) in {200, 503}, "it is started again at once"
        assert set(found.values()) == {200}, (service, found)
        await machine.until_ready(starts)
        async with asyncio.timeout(PATIENCE):
            while await statuses(platform, headers) != dict.fromkeys(PATHS, 200):  # noqa: ASYNC110 - nginx tells nobody
                await asyncio.sleep(0.05)


async def test_what_is_written_while_a_service_is_away_reaches_it(
    machine: Machine, platform: Platform, headers: dict[str, str]
) -> None:
    before = await dashboard(platform, headers)
    starts = {name: one.starts for name, one in machine.programs.items() if name.startswith("dashboard.")}
    for program in starts:
        machine.kill(program)
    made = await platform.client.post("/api/v1/loans", json={**LOAN, "number": "1", "name": "One"}, headers=headers)
    assert made.status_code == 201, made.text
    await machine.until_ready(starts)
    after = await dashboard(platform, headers)
    assert [int(one["figures"]["loanCount"]["value"]) for one in (before, after)] == [0, 1]
