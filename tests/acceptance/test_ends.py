"""A process is ended without a goodbye, again and again, in the middle of imports and edits; another goes on.

After each end nothing that was acknowledged is missing, every import that was accepted is finished once, and every
process that answers shows the same figures. `make ends` prints the table of `docs/proof/ends.md`.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from realinsights_platform.documents.journal import verify
from realinsights_platform.documents.walking import organizations

from ..drafts import TERMS_OF_A_LOAN
from .fleet import Fleet, fleet_in

pytestmark = pytest.mark.slow

ENDS = int(os.environ.get("REALINSIGHTS_ENDS", "20"))
"""How many ends; `make ends` asks for a hundred."""

SEED = 20261129
PREFIX = "/api/v1"
PATIENCE = 60
LOANS_A_TAPE = 40
EDITED = 6
PASSWORD = "correct horse battery staple"
LOAN: dict[str, Any] = {**TERMS_OF_A_LOAN}
HEADER = "loanNumber,asOf,originalBalance,currentBalance,rate,originationDate,maturityDate,propertyName,state"


def a_tape(deal: int) -> bytes:
    lines = [
        f"D{deal}-{n},2025-06-30,1000000.00,900000.00,5.25%,2020-01-01,2030-01-01,Plot {deal}-{n},CA"
        for n in range(LOANS_A_TAPE)
    ]
    return "\n".join([HEADER, *lines]).encode()


@dataclass
class Told:
    """What was acknowledged, and how it came out."""

    loans: dict[str, tuple[int, str]] = field(default_factory=dict)
    imports: set[str] = field(default_factory=set)
    ended: Counter[str] = field(default_factory=Counter)
    writes: int = 0
    broken_off: int = 0
    seen_seconds: list[float] = field(default_factory=list)
    rest_seconds: list[float] = field(default_factory=list)


class Office:
    def __init__(self, fleet: Fleet, told: Told, chance: random.Random) -> None:
        self.fleet = fleet
        self.told = told
        self.chance = chance
        self.client = fleet.client()
        self.headers: dict[str, str] = {}

    async def open(self) -> None:
        person = {"firstName": "Ada", "lastName": "Adams", "email": "ada@harbor.example", "password": PASSWORD}
        organization = {"organization": {"name": "Harbor Capital", "kind": "owner"}}
        (await self.client.post(f"{PREFIX}/auth/register", json={**organization, **person})).raise_for_status()
        said = {name: person[name] for name in ("email", "password")}
        signed_in = (await self.client.post(f"{PREFIX}/auth/sign-in", json=said)).raise_for_status().json()
        self.headers = {"Authorization": f"Bearer {signed_in['accessToken']}"}

    async def ask(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """Ask until somebody answers: a process that ends breaks a request off, and the next one is asked."""
        headers = {**self.headers, **sent.pop("headers", {})}
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    return await self.client.request(method, f"{PREFIX}{path}", headers=headers, **sent)
                except httpx.TransportError:
                    self.told.broken_off += 1
                    await asyncio.sleep(0.01)

    async def send_tape(self, deal: int) -> str:
        key = {"Idempotency-Key": f"deal-{deal}"}
        answer = await self.ask("POST", "/imports", params={"fileName": "tape.csv"}, content=a_tape(deal), headers=key)
        assert answer.status_code == 202, answer.text
        import_id: str = answer.json()["id"]
        self.told.imports.add(import_id)
        return import_id

    async def edit(self, round_: int) -> None:
        """Create loans and rename them, each name once more than it was acknowledged."""
        for place in range(EDITED):
            number = f"E{round_}-{place}"
            made = await self.ask(
                "POST", "/loans", json={**LOAN, "number": number, "name": number}, headers={"Idempotency-Key": number}
            )
            assert made.status_code == 201, made.text
            loan = made.json()
            self.told.loans[loan["id"]] = (loan["version"], number)
            self.told.writes += 1
            name = f"{number} renamed"
            changed = await self.ask(
                "PUT",
                f"/loans/{loan['id']}",
                json={**LOAN, "number": number, "name": name},
                headers={"If-Match": f'"{loan["version"]}"'},
            )
            # Broken off after its commit, the second attempt finds it done.
            assert changed.status_code in {200, 412}, changed.text
            self.told.loans[loan["id"]] = (loan["version"] + 1, name)
            self.told.writes += 1

    async def at_rest(self, import_id: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                work = (await self.ask("GET", f"/imports/{import_id}")).json()
                if work["state"] in {"done", "failed", "undone"}:
                    assert (work["state"], work["created"]) == ("done", LOANS_A_TAPE), work
                    return
                await asyncio.sleep(0.02)

    async def seen_by_everybody(self) -> None:
        """Wait until every process shows what there is, also to who has written nothing."""
        wanted = len(self.told.loans) + LOANS_A_TAPE * len(self.told.imports)
        for name, life in self.fleet.running.items():
            if not life.answers:
                continue
            async with asyncio.timeout(PATIENCE), self.fleet.client(name) as client:
                while True:
                    listed = await client.get(
                        f"{PREFIX}/loans", params={"total": "true", "limit": "1"}, headers=self.headers
                    )
                    if listed.json()["total"] == wanted:
                        break
                    await asyncio.sleep(0.01)


async def end_one(fleet: Fleet, told: Told, chance: random.Random) -> str:
    """End a process after a moment, and start it again after another."""
    name = chance.choice(sorted(fleet.layout))
    await asyncio.sleep(chance.uniform(0.0, 0.25))
    await fleet.end(name)
    told.ended[name] += 1
    await asyncio.sleep(chance.uniform(0.0, 0.1))
    await fleet.start(name)
    return name


async def test_nothing_is_lost_whoever_ends(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chance, told = random.Random(SEED), Told()  # noqa: S311 -- the same ends each time
    loop = asyncio.get_running_loop()
    async with fleet_in(tmp_path, "processes") as fleet:
        office = Office(fleet, told, chance)
        await office.open()
        for number in range(ENDS):
            fleet.cut = number % 4 == 3
            sending = asyncio.create_task(office.send_tape(number))
            editing = asyncio.create_task(office.edit(number))
            await end_one(fleet, told, chance)
            begun = loop.time()
            import_id = await sending
            await editing
            written = loop.time()
            await office.at_rest(import_id)
            rested = loop.time()
            await office.seen_by_everybody()
            told.seen_seconds.append(loop.time() - rested)
            told.rest_seconds.append(rested - min(begun, written))
        fleet.cut = False
        await check(office)
    with capsys.disabled():
        print(f"\n{table(told)}")


async def check(office: Office) -> None:
    """Look at everything that was acknowledged, at every process."""
    for loan_id, (version, name) in office.told.loans.items():
        loan = (await office.ask("GET", f"/loans/{loan_id}")).json()
        assert (loan["version"], loan["name"]) == (version, name)
    imports = (await office.ask("GET", "/imports", params={"limit": "200"})).json()["items"]
    assert {work["id"] for work in imports} == office.told.imports
    rebuilt = (await office.ask("POST", "/dashboard/rebuild")).json()
    assert rebuilt["equal"]
    assert rebuilt["loans"] == len(office.told.loans) + LOANS_A_TAPE * len(office.told.imports)
    # The import's last words may reach one process before the other: each is asked for all that there is.
    loans = office.fleet.adapters.documents["loans"]
    written = [await loans.sequence(org) async for org in organizations(loans)]
    headers = {**office.headers, "Realinsights-After": f"loans={max(written)}"}
    shown = []
    for name in ("api-1", "api-2"):
        async with office.fleet.client(name) as client:
            shown.append((await client.get(f"{PREFIX}/dashboard", headers=headers)).json())
    assert shown[0] == shown[1]
    for storage in office.fleet.adapters.documents.values():
        async for org in organizations(storage):
            assert (await verify(storage, org)).sound


def table(told: Told) -> str:
    def seconds(measured: list[float]) -> str:
        return f"median {statistics.median(measured):.2f} s, longest {max(measured):.2f} s"

    rows = [
        (
            "ends",
            f"{sum(told.ended.values())}: " + ", ".join(f"{n} × {name}" for name, n in sorted(told.ended.items())),
        ),
        ("acknowledged writes", f"{told.writes}, all there"),
        ("imports accepted", f"{len(told.imports)}, each run to its end once"),
        ("requests broken off and asked again", str(told.broken_off)),
        ("from the end until the import was at rest", seconds(told.rest_seconds)),
        ("from then until every process showed it", seconds(told.seen_seconds)),
    ]
    return "\n".join(["| what | result |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)])
