"""The demonstration goes in and out of every service, whatever is killed meanwhile, and its state is told."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from .conftest import Platform
from .machine import Machine

pytestmark = pytest.mark.topology(every=True)

PATIENCE = 180
THINGS = {"/loans": 60, "/documents": 6, "/notes": 3}


async def settled(platform: Platform, headers: dict[str, str]) -> dict[str, Any]:
    """Return the demonstration once no service has anything left to do of it; 503 is a process that is started anew."""
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await platform.client.get("/api/v1/demonstration", headers=headers)
            assert answer.status_code in {200, 503}, answer.text
            if answer.status_code == 200 and answer.json()["presence"] not in {"arriving", "leaving"}:
                shown: dict[str, Any] = answer.json()
                return shown
            await asyncio.sleep(0.05)


async def found(platform: Platform, headers: dict[str, str]) -> dict[str, int]:
    """Return how much of each thing there is."""
    return {
        path: len((await platform.client.get(f"/api/v1{path}?limit=200", headers=headers)).json()["items"])
        for path in THINGS
    }


async def ask(platform: Platform, headers: dict[str, str], method: str) -> dict[str, Any]:
    answer = await platform.client.request(method, "/api/v1/demonstration", headers=headers)
    assert answer.status_code == 202, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def test_goes_in_and_out_of_every_service_while_workers_are_killed(platform: Platform) -> None:
    headers = await platform.register("Harbor Capital", "ada@harbor.example")
    asked = await ask(platform, headers, "POST")
    assert asked["presence"] == "arriving"
    assert (await ask(platform, headers, "POST"))["askedAt"] == asked["askedAt"]
    product = platform.product
    if isinstance(product, Machine):
        starts = {name: one.starts for name, one in product.programs.items() if name.startswith(("loans.w", "files.w"))}
        for worker in starts:
            product.kill(worker)
        await product.until_ready(starts)
    assert (await settled(platform, headers))["presence"] == "here"
    assert await found(platform, headers) == THINGS
    await ask(platform, headers, "DELETE")
    shown = await settled(platform, headers)
    assert (shown["presence"], [step["objections"] for step in shown["steps"]]) == ("absent", [[], [], []])
    assert await found(platform, headers) == dict.fromkeys(THINGS, 0)
    await ask(platform, headers, "POST")
    assert (await settled(platform, headers))["presence"] == "here"
    assert await found(platform, headers) == THINGS
