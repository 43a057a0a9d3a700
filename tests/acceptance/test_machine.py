"""A machine of real processes: what is done at one holds at the others, and all can be replaced unnoticed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import signal
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from .load import LOAN, PASSWORD, PREFIX, Office, working
from .machine import PATIENCE, Machine, machine_in

pytestmark = pytest.mark.slow

WITHIN = 1.0
"""Seconds after which what was revoked or written at one process holds at all."""

EMAIL = "ada@office0.example"


@pytest.fixture(scope="module")
async def machine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Machine]:
    async with machine_in(tmp_path_factory.mktemp("machine"), workers=2) as running:
        yield running


@pytest.fixture(scope="module")
async def office(machine: Machine) -> AsyncIterator[Office]:
    opened = Office(machine, 0, random.Random(0))  # noqa: S311 - the same each time
    async with opened.client:
        await opened.open()
        yield opened


@contextlib.asynccontextmanager
async def signed_in_at(machine: Machine, name: str) -> AsyncIterator[tuple[httpx.AsyncClient, dict[str, str]]]:
    """Yield a browser of one process that is signed in, and its header."""
    async with machine.client(name, headers={"Realinsights-Client": "web"}) as client:
        answer = await client.post(f"{PREFIX}/auth/sign-in", json={"email": EMAIL, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        yield client, {"Authorization": f"Bearer {answer.json()['accessToken']}"}


async def status_at(machine: Machine, name: str, headers: dict[str, str]) -> int:
    async with machine.client(name) as client:
        return (await client.get(f"{PREFIX}/loans", headers=headers)).status_code


async def seconds_until_refused(machine: Machine, headers: dict[str, str]) -> float:
    """Return when, after now, the other process refused for the first time what was asked."""
    loop = asyncio.get_running_loop()
    begun = asked = loop.time()
    async with asyncio.timeout(PATIENCE):
        while await status_at(machine, "api-2", headers) != 401:
            # What is asked a second after the sign-out is refused, however long the answer takes.
            assert asked - begun < WITHIN
            asked = loop.time()
    return asked - begun


class TestSignOut:
    async def test_at_one_process_is_refused_at_the_other_within_a_second(
        self, machine: Machine, office: Office
    ) -> None:
        async with signed_in_at(machine, "api-1") as (client, headers):
            assert await status_at(machine, "api-2", headers) == 200
            assert (await client.post(f"{PREFIX}/auth/sign-out")).status_code == 204
            longest = await seconds_until_refused(machine, headers)
        print(f"refused at the other process {longest:.2f} s after the sign-out")

    async def test_is_refused_at_the_other_within_a_second_while_redis_is_away(
        self, machine: Machine, office: Office
    ) -> None:
        async with signed_in_at(machine, "api-1") as (client, headers):
            assert await status_at(machine, "api-2", headers) == 200
            machine.signal("redis", signal.SIGSTOP)
            try:
                assert (await client.post(f"{PREFIX}/auth/sign-out")).status_code == 204
                await seconds_until_refused(machine, headers)
            finally:
                machine.signal("redis", signal.SIGCONT)


class TestWatchers:
    async def test_of_the_dashboard_see_what_another_process_commits(self, machine: Machine, office: Office) -> None:
        async with (
            signed_in_at(machine, "api-2") as (client, headers),
            client.stream("GET", f"{PREFIX}/dashboard/events", headers=headers) as events,
        ):
            assert events.status_code == 200
            lines = events.aiter_lines()
            async with machine.client("api-1") as writer, asyncio.timeout(PATIENCE):
                body = {**LOAN, "number": "W1", "name": "Watched"}
                made = await writer.post(f"{PREFIX}/loans", json=body, headers=headers)
                assert made.status_code == 201
                office.loans[made.json()["id"]] = (made.json()["version"], "Watched")
                written = int(made.headers["realinsights-sequence"].partition("loans=")[2].partition(",")[0])
                while await _told(lines, "sequence") < written:
                    pass

    async def test_of_an_import_at_one_process_follow_it_through_a_worker(
        self, machine: Machine, office: Office
    ) -> None:
        async with signed_in_at(machine, "api-1") as (asking, headers), machine.client("api-2") as watching:
            asked = await asking.post(
                f"{PREFIX}/imports",
                params={"fileName": "watched.csv"},
                content=b"loanNumber,asOf,originalBalance,currentBalance,rate,originationDate,maturityDate,state\n"
                b"X-1,2025-06-30,1000000.00,900000.00,5.25%,2020-01-01,2030-01-01,CA",
                headers=headers,
            )
            path = f"{PREFIX}/imports/{asked.json()['id']}/events"
            async with watching.stream("GET", path, headers=headers) as events, asyncio.timeout(PATIENCE):
                told = [json.loads(line[5:]) async for line in events.aiter_lines() if line.startswith("data:")]
        assert (told[-1]["state"], told[-1]["created"]) == ("done", 1)


async def _told(lines: AsyncIterator[str], name: str) -> int:
    async for line in lines:
        if line.startswith("data:"):
            return int(json.loads(line.removeprefix("data:"))[name])
    raise AssertionError("the stream has ended")


async def test_one_key_sent_to_both_processes_at_once_is_done_once(machine: Machine, office: Office) -> None:
    async def create(name: str, number: int) -> httpx.Response:
        body = {**LOAN, "number": f"K{number}", "name": "Once"}
        key = {"Idempotency-Key": f"key {number}"}
        async with machine.client(name) as client:
            return await client.post(f"{PREFIX}/loans", json=body, headers={**headers, **key})

    async with signed_in_at(machine, "api-1") as (_, headers):
        for number in range(10):
            first, second = await asyncio.gather(create("api-1", number), create("api-2", number))
            assert {first.status_code, second.status_code} == {201}, (first.text, second.text)
            assert first.json()["id"] == second.json()["id"]
            assert len({answer.headers.get("idempotency-replayed") for answer in (first, second)}) == 2
    found = [one["number"] for one in await office.everything("/loans")]
    assert all(found.count(f"K{number}") == 1 for number in range(10))


async def test_passwords_tried_at_both_processes_are_counted_together(machine: Machine, office: Office) -> None:
    async def tried(name: str) -> int:
        # From an address of their own: who signs in elsewhere is not held back.
        async with machine.client(name, transport=httpx.AsyncHTTPTransport(local_address="127.0.3.1")) as client:
            body = {"email": "nobody@office0.example", "password": "wrong password 1"}
            return (await client.post(f"{PREFIX}/auth/sign-in", json=body)).status_code

    statuses = [await tried(f"api-{1 + number % 2}") for number in range(30)]
    assert statuses[0] == 401
    first = statuses.index(429)
    # Twenty a minute from one address: a minute may end meanwhile, but no process begins anew.
    assert statuses.count(401) <= 20, statuses
    assert set(statuses[first:]) == {429}


async def test_a_rolling_restart_of_every_process_fails_no_request(machine: Machine) -> None:
    offices = [Office(machine, number, random.Random(number)) for number in (11, 12, 13)]  # noqa: S311
    for one in offices:
        await one.open()
    async with working(offices):
        for name in ("api-1", "api-2", "worker-1", "worker-2", "api-1", "api-2"):
            import_id = await offices[0].send_tape(30)
            starts = machine.programs[name].starts
            machine.signal(name, signal.SIGTERM)
            await machine.until_ready({name: starts})
            await offices[0].at_rest(import_id)
            for one in offices:
                await one.once_more()
    for one in offices:
        assert not one.errors, one.errors
        await one.check()
        await one.client.aclose()
    said: list[Any] = [line for line in machine.lines if "ended with" in line]
    assert len(said) == 6
    assert all("ended with 0;" in line for line in said), said
