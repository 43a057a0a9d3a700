"""The server is killed (SIGKILL) in the middle of imports, undos and edits, again and again, on one data folder.

After each restart the journals verify, no acknowledged write is missing, every import and undo that was accepted is
finished with no loan half imported, and the figures equal a rebuild from the journal.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from ..drafts import TERMS_OF_A_LOAN
from .one_server import server

KILLS = int(os.environ.get("REALINSIGHTS_KILLS", "10"))
"""How often the server is killed; `make kills` asks for 30. All of the folder, which grows, is looked at each time."""

SEED = 20251231
TAPE_LOANS = 260  # two units of work, so that a kill can fall between them
EDITORS = 4
LATEST_SECONDS = 0.02  # how long after an acknowledgment the kill comes at the latest
LOAN: dict[str, Any] = {**TERMS_OF_A_LOAN}


def a_tape(deal: int, month: int) -> bytes:
    """Return a CSV of one deal's loans as of a month's end."""
    lines = ["loanNumber,asOf,originalBalance,currentBalance,rate,originationDate,maturityDate,propertyName,state"]
    lines += [
        f"D{deal}-{n},2025-{month:02}-28,1000000.00,{900000 - month * 1000}.00,5.25%,2020-01-01,2030-01-01,Plot {n},CA"
        for n in range(TAPE_LOANS)
    ]
    return "\n".join(lines).encode()


@dataclass
class Acknowledged:
    """What the server has confirmed: a loan's newest version and name, what is deleted, imports and undos accepted."""

    loans: dict[str, tuple[int, str]] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    imports: set[str] = field(default_factory=set)
    undone: set[str] = field(default_factory=set)
    writes: int = 0


async def signed_in(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/api/v1/auth/sign-in", json={"email": "ada@kill.example", "password": "correct horse 9"}
    )
    assert answer.status_code == 200, answer.text
    client.headers["Authorization"] = f"Bearer {answer.json()['accessToken']}"


class Writers:
    """Edits and imports as fast as the server takes them, until it is killed under them."""

    def __init__(
        self, client: httpx.AsyncClient, process: subprocess.Popen[str], known: Acknowledged, draw: random.Random
    ) -> None:
        self._client = client
        self._process = process
        self._known = known
        self._kill_at = known.writes + draw.randrange(1, 40)
        self._later = draw.random() * LATEST_SECONDS
        self._number = 0

    async def run(self, round_: int) -> None:
        """Write from several sides at once; every one of them ends because the server is gone."""
        writers = [self._edit(round_, editor) for editor in range(EDITORS)] + [self._import(round_)]
        results = await asyncio.gather(*writers, return_exceptions=True)
        for result in results:
            if not isinstance(result, httpx.TransportError):
                raise result or AssertionError("a writer ended before the kill")

    def _acknowledge(self) -> None:
        self._known.writes += 1
        if self._known.writes == self._kill_at:
            # Others' requests are under way at that moment.
            asyncio.get_running_loop().call_later(self._later, self._process.kill)

    async def _edit(self, round_: int, editor: int) -> None:
        while True:
            number = self._number
            self._number += 1
            body = {**LOAN, "number": f"E{round_}-{editor}-{number}", "name": "New"}
            created = await self._client.post("/api/v1/loans", json=body)
            assert created.status_code == 201, created.text
            loan_id, version = created.json()["id"], created.json()["version"]
            self._known.loans[loan_id] = (version, "New")
            self._acknowledge()
            for change in range(3):
                name = f"Renamed {change}"
                changed = await self._client.put(
                    f"/api/v1/loans/{loan_id}", json={**body, "name": name}, headers={"If-Match": f'"{version}"'}
                )
                assert changed.status_code == 200, changed.text
                version = changed.json()["version"]
                self._known.loans[loan_id] = (version, name)
                self._acknowledge()
            if number % 3 == 0:
                del self._known.loans[loan_id]  # from here on it may be gone
                deleted = await self._client.delete(f"/api/v1/loans/{loan_id}", headers={"If-Match": f'"{version}"'})
                assert deleted.status_code == 204, deleted.text
                self._known.deleted.add(loan_id)
                self._acknowledge()

    async def _import(self, round_: int) -> None:
        month = 0
        while True:
            month = month % 12 + 1
            accepted = await self._client.post(
                "/api/v1/imports",
                params={"fileName": f"deal-{round_}-{month}.csv", "deal": f"deal-{round_}"},
                content=a_tape(round_, month),
            )
            assert accepted.status_code == 202, accepted.text
            import_id = accepted.json()["id"]
            self._known.imports.add(import_id)
            self._acknowledge()
            await ended(self._client, import_id)
            if month % 2 == 1:
                undo = await self._client.post(f"/api/v1/imports/{import_id}/undo")
                assert undo.status_code == 202, undo.text
                self._known.undone.add(import_id)
                self._acknowledge()
                await ended(self._client, import_id)


async def ended(client: httpx.AsyncClient, import_id: str) -> dict[str, Any]:
    """Watch an import until it is at rest and return it as it was then."""
    last: dict[str, Any] = {}
    async with client.stream("GET", f"/api/v1/imports/{import_id}/events", timeout=120) as events:
        assert events.status_code == 200
        async for line in events.aiter_lines():
            if line.startswith("data:"):
                last = json.loads(line.removeprefix("data:"))
    return last


async def everything(client: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        page = (await client.get(path, params={"limit": 200, **({"cursor": cursor} if cursor else {})})).json()
        items += page["items"]
        cursor = page["next"]
        if cursor is None:
            return items


async def check(client: httpx.AsyncClient, known: Acknowledged) -> None:
    """Assert all that must hold after a restart."""
    # One whose answer was lost goes on too: nothing is counted before it is at rest.
    accepted = {work["id"] for work in await everything(client, "/api/v1/imports")}
    assert known.imports <= accepted, "an acknowledged import is missing"
    for import_id in accepted:
        work = await ended(client, import_id)
        assert (work["done"], work["refused"]) == (TAPE_LOANS, 0), work["error"]
        assert work["state"] == "undone" or (work["state"] == "done" and import_id not in known.undone), work
    loans = {loan["id"]: loan for loan in await everything(client, "/api/v1/loans")}
    assert not known.deleted & loans.keys(), "a loan that was deleted is there again"
    for loan_id, (version, name) in known.loans.items():
        assert loan_id in loans, "an acknowledged loan is missing"
        assert loans[loan_id]["version"] >= version, "an acknowledged change is missing"
        if loans[loan_id]["version"] == version:
            assert loans[loan_id]["name"] == name
    deals: dict[str, int] = {}
    for loan in loans.values():
        if loan["number"].startswith("D"):
            assert len(loan["propertyIds"]) == 1, "a loan is half imported"
            deals[loan["number"].split("-")[0]] = deals.get(loan["number"].split("-")[0], 0) + 1
    assert all(count == TAPE_LOANS for count in deals.values()), deals
    verified = (await client.get("/api/v1/journals/loans/verification", timeout=120)).json()
    assert verified["sound"], verified
    verified = (await client.get("/api/v1/journals/auth/verification", timeout=120)).json()
    assert verified["sound"], verified
    rebuilt = (await client.post("/api/v1/dashboard/rebuild", timeout=120)).json()
    assert rebuilt["equal"], rebuilt
    assert rebuilt["loans"] == len(loans)
    figures = (await client.get("/api/v1/dashboard")).json()["figures"]
    assert figures["loanCount"]["value"] == str(len(loans))


@pytest.mark.slow
async def test_nothing_acknowledged_is_lost_however_often_the_server_is_killed(tmp_path: Path) -> None:
    draw = random.Random(SEED)  # noqa: S311 - repeatable, not secret
    folder = tmp_path / "data"
    known = Acknowledged()
    async with server(folder) as (_, address), httpx.AsyncClient(base_url=address, timeout=60) as client:
        body = {
            "organization": {"name": "Killed", "kind": "owner"},
            "firstName": "Ada",
            "lastName": "Adams",
            "email": "ada@kill.example",
            "password": "correct horse 9",
        }
        assert (await client.post("/api/v1/auth/register", json=body)).status_code == 202
    for kill in range(KILLS):
        async with server(folder) as (process, address), httpx.AsyncClient(base_url=address, timeout=60) as client:
            await signed_in(client)
            await check(client, known)
            await Writers(client, process, known, draw).run(kill)
    async with server(folder) as (_, address), httpx.AsyncClient(base_url=address, timeout=60) as client:
        await signed_in(client)
        await check(client, known)
    print(
        f"{KILLS} kills, {known.writes} acknowledged writes, {len(known.deleted)} of them deletions, "
        f"{len(known.imports)} imports, {len(known.undone)} undone: nothing lost"
    )
