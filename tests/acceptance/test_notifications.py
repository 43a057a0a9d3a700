"""What happened is told once, in every topology, also where the process that tells it ends without a goodbye."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from realinsights_platform.documents.journal import verify

from .conftest import Platform
from .fleet import LAYOUTS, Fleet, fleet_in

pytestmark = pytest.mark.topology

PREFIX = "/api/v1"
ENDS = 13
STATUSES = ("30_days", "60_days")
LOAN: dict[str, Any] = {
    "number": "1001",
    "name": "Harbor Point",
    "originalBalance": "10000000.00",
    "currentBalance": "10000000.00",
    "balanceAsOf": "2025-01-01",
    "originationDate": "2025-01-01",
    "maturityDate": "2035-01-01",
    "rate": "0.0525",
    "status": "60_days",
}


def teller(fleet: Fleet) -> str:
    """Return a process that does the notifications' background work."""
    return next(
        name for name, process in fleet.layout.items() if "notifications" in process.services and process.role != "api"
    )


async def listed(client: httpx.AsyncClient, path: str, headers: dict[str, str]) -> list[Any]:
    items: list[Any] = []
    cursor: str | None = None
    while True:
        params = {"limit": "200", **({"cursor": cursor} if cursor else {})}
        answer = await client.get(f"{PREFIX}{path}", params=params, headers=headers)
        assert answer.status_code == 200, answer.text
        items += answer.json()["items"]
        cursor = answer.json()["next"]
        if cursor is None:
            return items


@pytest.mark.parametrize("topology", LAYOUTS)
async def test_each_change_is_told_once_however_often_the_teller_ends(tmp_path: Path, topology: str) -> None:
    async with fleet_in(tmp_path, topology) as fleet:
        platform = Platform(fleet)
        async with platform.client as client:
            ada = await platform.register("Harbor Capital", "ada@harbor.example")
            made = await client.post(f"{PREFIX}/loans", json=LOAN, headers=ada)
            assert made.status_code == 201, made.text
            loan = made.json()
            for number in range(ENDS):
                changed = await client.put(
                    f"{PREFIX}/loans/{loan['id']}",
                    json={**LOAN, "status": STATUSES[number % 2]},
                    headers={**ada, "If-Match": f'"{loan["version"]}"'},
                )
                assert changed.status_code == 200, changed.text
                loan = changed.json()
                await asyncio.sleep(0.01 * (number % 5))  # so that it ends before, amid and after the telling
                name = teller(fleet)
                await fleet.end(name)
                await fleet.start(name)
            told: list[Any] = []
            mails: list[Any] = []
            async with asyncio.timeout(60):
                while len(told) < ENDS or len([mail for mail in mails if mail["state"] == "kept"]) < ENDS:
                    await asyncio.sleep(0.05)
                    inbox = await listed(client, "/inbox", ada)
                    told = [item for item in inbox if item["topic"] == "delinquency_changed"]
                    mails = [mail for mail in await listed(client, "/mails", ada) if "days" in mail["subject"]]
            titles = Counter(item["title"] for item in told)
            assert titles == {
                "Harbor Point (1001): 60 days → 30 days": (ENDS + 1) // 2,
                "Harbor Point (1001): 30 days → 60 days": ENDS // 2,
            }
            assert len(mails) == ENDS
            org = (await client.get(f"{PREFIX}/auth/me", headers=ada)).json()["organization"]["id"]
            assert (await verify(fleet.adapters.documents["notifications"], org)).sound
            pulled = await client.get(
                f"{PREFIX}/events", params={"types": "loans.loan.recorded.v2", "limit": "1000"}, headers=ada
            )
            assert [item["data"]["status"] for item in pulled.json()["items"]] == [
                "60_days",
                *(STATUSES[number % 2] for number in range(ENDS)),
            ]


@pytest.mark.parametrize("topology", LAYOUTS)
async def test_the_badge_moves_in_whichever_process_it_is_watched(tmp_path: Path, topology: str) -> None:
    async with fleet_in(tmp_path, topology) as fleet:
        platform = Platform(fleet)
        async with platform.client as client:
            ada = await platform.register("Harbor Capital", "ada@harbor.example")
            me = (await client.get(f"{PREFIX}/auth/me", headers=ada)).json()
            answering = [life for life in fleet.running.values() if life.answers]
            life = next(life for life in answering if "notifications" in life.process.services)
            assert life.product is not None
            badges = life.product.services["notifications"].given["badges"]
            counts = badges.watch(org=me["organization"]["id"], user=me["member"]["id"])
            assert await anext(counts) == 0
            loan = (await client.post(f"{PREFIX}/loans", json=LOAN, headers=ada)).json()
            late = {**LOAN, "status": "90_days"}
            await client.put(f"{PREFIX}/loans/{loan['id']}", json=late, headers={**ada, "If-Match": '"1"'})
            async with asyncio.timeout(20):
                assert await anext(counts) == 1
            await counts.aclose()
