"""A server of one process is moved to a database for each service under writes, by a command that is killed on the way.

`make moves` runs it and prints the tables of `docs/proof/move.md`; it is no part of `make test`.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pymongo
import pytest

from realinsights.adapters import assembly_of
from realinsights.loans.store import LENDERS
from realinsights.topology import services
from realinsights_platform.documents.opening import reading
from realinsights_platform.documents.walking import walk
from realinsights_platform.ids import new_id

from .load import a_tape
from .one_server import COMMAND, server

pytestmark = [pytest.mark.slow, pytest.mark.proof]

LOANS = int(os.environ.get("REALINSIGHTS_MOVES", "2000"))
LOANS_A_TAPE = 50_000
STEPS = (": begun", ": copied", ": verified", ": refusing", ": compared", ": arrived auth", ": arrived loans", ": left")
"""What the command says when it is killed, once each; after the last it is let go on to its end."""

PATIENCE = 3_600
TOKEN_SECONDS = 300
"""How long one goes on with a token, which is good for twice as long."""

PERSON = {"email": "ada@move.example", "password": "correct horse battery staple"}


@dataclass(frozen=True)
class Part:
    """How many loans are moved while so much is written, and at which steps the command is killed before."""

    loans: int
    writes_a_second: int
    steps: tuple[str, ...] = ()


KILLED = Part(200, 5, STEPS)
WHOLE = Part(LOANS, 50)


@dataclass
class Told:
    """What people who write were answered, by status, and which lenders were acknowledged."""

    lenders: set[str] = field(default_factory=set)
    refused: list[tuple[float, str]] = field(default_factory=list)
    answered: Counter[int] = field(default_factory=Counter)

    @property
    def longest_refused(self) -> float:
        """Seconds from the first refusal because of the move up to the first that says that all has moved."""
        began = next((at for at, why in self.refused if "is moving" in why), None)
        ended = next((at for at, why in self.refused if "has moved" in why), None)
        return 0.0 if began is None or ended is None else ended - began


@pytest.fixture
def target(mongodb_url: str, redis_url: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Return the variables of `services-2b` on a database for each service."""
    base, _, options = mongodb_url.partition("?")
    names = {service: f"move-{service}-{new_id()[:13]}" for service in services()}
    urls = {
        f"REALINSIGHTS_{service.upper()}_MONGODB_URL": f"{base.rstrip('/')}/{name}?{options}"
        for service, name in names.items()
    }
    yield {**urls, "REALINSIGHTS_REDIS_URL": redis_url, "REALINSIGHTS_BLOBS_URL": f"file://{tmp_path}/blobs"}
    with pymongo.MongoClient[dict[str, Any]](mongodb_url) as client:
        for name in names.values():
            client.drop_database(name)


async def founded(client: httpx.AsyncClient, loans: int) -> str:
    """Found an organization of so many loans; return its id."""
    body = {"organization": {"name": "Move", "kind": "owner"}, "firstName": "Ada", "lastName": "Adams", **PERSON}
    assert (await client.post("/auth/register", json=body)).status_code == 202
    await sign_in(client)
    for deal in range(max(1, loans // LOANS_A_TAPE)):
        content = a_tape(deal, min(loans, LOANS_A_TAPE))
        answer = await client.post("/imports", params={"fileName": f"{deal}.csv"}, content=content)
        assert answer.status_code == 202, answer.text
        async with asyncio.timeout(PATIENCE):
            signed_in = time.monotonic()
            while (await client.get(f"/imports/{answer.json()['id']}")).json()["state"] != "done":
                await asyncio.sleep(0.2)
                if time.monotonic() > signed_in + TOKEN_SECONDS:
                    signed_in = time.monotonic()
                    await sign_in(client)
    org: str = (await client.get("/auth/me")).json()["organization"]["id"]
    return org


async def sign_in(client: httpx.AsyncClient) -> None:
    answer = await client.post("/auth/sign-in", json=PERSON)
    if answer.status_code == 200:
        client.headers["Authorization"] = f"Bearer {answer.json()['accessToken']}"


@asynccontextmanager
async def writing(client: httpx.AsyncClient, told: Told, *, a_second: int) -> AsyncIterator[None]:
    """Let somebody write so many times a second, whatever they are answered, until the context is left."""
    asked: set[asyncio.Task[None]] = set()

    async def write() -> None:
        answer = await client.post("/lenders", json={"name": f"Lender {new_id()}"})
        told.answered[answer.status_code] += 1
        if answer.status_code == 201:
            told.lenders.add(answer.json()["id"])
        else:
            assert answer.status_code == 503, answer.text
            told.refused.append((time.monotonic(), answer.json()["detail"]))

    async def write_on() -> None:
        began, number = time.monotonic(), 0
        while True:
            number += 1
            asked.add(asyncio.create_task(write()))
            await asyncio.sleep(max(0.0, began + number / a_second - time.monotonic()))

    async def stay_signed_in() -> None:
        while True:
            await sign_in(client)
            await asyncio.sleep(TOKEN_SECONDS)

    tasks = [asyncio.create_task(write_on()), asyncio.create_task(stay_signed_in())]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*asked)


def moved(environment: Mapping[str, str], kill_at: str | None) -> dict[str, Any] | None:
    """Run the command and return what it printed; None where it was killed as it said something."""
    said = []
    with subprocess.Popen(
        [COMMAND, "move", "--from", "monorepo", "--to", "services-2b", "--json"],
        env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stderr:
            said.append(line)
            if kill_at is not None and kill_at in line and not line.startswith("system"):
                process.kill()
                return None
        out = process.stdout.read()
    assert process.returncode == 0, "".join(said[-20:])
    found: dict[str, Any] = json.loads(out)
    return found


async def lenders(target: Mapping[str, str], org: str) -> set[str]:
    url = target["REALINSIGHTS_LOANS_MONGODB_URL"]
    async with reading(url, "loans", assembly_of("loans").KINDS) as documents:
        return {lender.id async for lender in walk(documents, LENDERS, org)}


@pytest.mark.parametrize("part", [KILLED, WHOLE], ids=["killed", "whole"])
async def test_a_move_under_writes_loses_nothing(
    part: Part, target: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data"
    told = Told()
    async with server(folder) as (_, address):
        environment = {key.replace("REALINSIGHTS_", "REALINSIGHTS_TO_"): value for key, value in target.items()}
        secret = (folder / "secret").read_text().strip()
        environment |= {"REALINSIGHTS_FROM_DATA": str(folder), "REALINSIGHTS_TO_SECRET": secret}
        limits = httpx.Limits(max_connections=100)
        async with httpx.AsyncClient(base_url=f"{address}/api/v1", timeout=60, limits=limits) as client:
            org = await founded(client, part.loans)
            async with writing(client, told, a_second=part.writes_a_second):
                for step in part.steps:
                    assert await asyncio.to_thread(moved, environment, step) is None, step
                began = time.monotonic()
                found = await asyncio.to_thread(moved, environment, None)
                took = time.monotonic() - began
    assert found is not None
    assert told.lenders == await lenders(target, org)
    unasked = {f"REALINSIGHTS_{service}_URL": "" for service in ("AUTH", "LOANS", "FILES")}
    verified = await asyncio.to_thread(
        subprocess.run,
        [COMMAND, "journal", "verify", "--topology", "services-2b", "--json"],
        env={**os.environ, **target, **unasked, "REALINSIGHTS_SECRET": secret},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert verified.returncode == 0, verified.stdout + verified.stderr
    own = next(one for one in found["organizations"] if one["org"] == org)
    with capsys.disabled():
        print(
            f"\n| loans, writes a second | {part.loans:,}, {part.writes_a_second} |\n"
            f"| kills of the command | {len(part.steps)} |\n"
            f"| writes acknowledged, missing | {len(told.lenders):,}, 0 |\n"
            f"| writes refused | {told.answered[503]:,} |\n"
            f"| documents of the last run | {own['documents']:,} in {took:.1f} s: "
            f"{own['documents'] / took:,.0f} a second, begun and verified |\n"
            f"| writes were refused for | {own['refused_seconds']:.2f} s |\n"
            f"| as a client saw it | {told.longest_refused:.2f} s |"
        )
