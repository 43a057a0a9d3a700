"""Load: organizations whose people write, read and import without a pause, and remember what was acknowledged.

They try again only what a client may: what was answered with 503 and a hint when to come again, and what was broken
off. Every write can be told twice: a POST has an `Idempotency-Key`, a PUT or DELETE names the version that it changes.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import json
import random
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httpx

from realinsights_platform.documents.journal import verify

from ..drafts import TERMS_OF_A_LOAN
from .machine import Machine

PREFIX = "/api/v1"
PASSWORD = "correct horse battery staple"
PATIENCE = 180

LOAN: dict[str, Any] = {**TERMS_OF_A_LOAN}
_HEADER = "loanNumber,asOf,originalBalance,currentBalance,rate,originationDate,maturityDate,propertyName,state"
_AT_REST = frozenset({"done", "failed", "undone"})
_PACE_SECONDS = 0.02


def a_tape(deal: int, loans: int) -> bytes:
    """Return a CSV of one deal's loans."""
    lines = [
        f"D{deal}-{n},2025-06-30,1000000.00,900000.00,5.25%,2020-01-01,2030-01-01,Plot {deal}-{n},CA"
        for n in range(loans)
    ]
    return "\n".join([_HEADER, *lines]).encode()


class Office:
    """An organization, whose people ask from an address of their own.

    `loans` are those that were made by hand, with the acknowledged version and name; `tapes` says of each import that
    was accepted, and is not undone, how many loans it has. `errors` counts what clients saw, `found_done` what turned
    out to be done already when it was told again.
    """

    def __init__(self, machine: Machine, number: int, chance: random.Random) -> None:
        self.machine = machine
        self.number = number
        self.org = ""
        self.loans: dict[str, tuple[int, str]] = {}
        self.deleted: set[str] = set()
        self.tapes: dict[str, int] = {}
        self.undone: set[str] = set()
        self.errors: Counter[str] = Counter()
        self.found_done = 0
        self.writes = 0
        self.requests = 0
        self._chance = chance
        self._numbers = itertools.count(1)
        self._email = f"ada@office{number}.example"
        self._headers: dict[str, str] = {}
        self._alone = asyncio.Lock()
        self.client = machine.client(transport=httpx.AsyncHTTPTransport(local_address=f"127.0.2.{number % 250 + 1}"))

    async def open(self) -> None:
        """Found the organization and sign in."""
        body = {
            "organization": {"name": f"Office {self.number}", "kind": "owner"},
            "firstName": "Ada",
            "lastName": "Adams",
            "email": self._email,
            "password": PASSWORD,
        }
        registered = await self.ask("POST", "/auth/register", json=body)
        assert registered.status_code == 202, registered.text
        await self.sign_in()

    async def sign_in(self) -> None:
        """Sign in; the token before this one stays good."""
        answer = await self.ask("POST", "/auth/sign-in", json={"email": self._email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["accessToken"]
        self._headers = {"Authorization": f"Bearer {token}"}
        claims = token.split(".")[1]
        self.org = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["org"]

    async def ask(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """Ask until there is an answer that is none of "come again"."""
        headers = {**self._headers, **sent.pop("headers", {})}
        async with asyncio.timeout(PATIENCE):
            while True:
                self.requests += 1
                try:
                    answer = await self.client.request(method, f"{PREFIX}{path}", headers=headers, **sent)
                except httpx.TransportError as error:
                    self.errors[f"{method} broken off ({type(error).__name__})"] += 1
                    await asyncio.sleep(0.05)
                    continue
                if answer.status_code != 503:
                    return answer
                assert "retry-after" in answer.headers, answer.text
                self.errors[f"{method} 503"] += 1
                await asyncio.sleep(min(float(answer.headers["retry-after"]), 1.0))

    async def work(self) -> None:
        """Create, edit, delete and read, until cancelled between two of these."""
        while True:
            async with self._alone:
                await self.once()
            await asyncio.sleep(_PACE_SECONDS)

    @contextlib.asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        """Let nothing be under way until the context is left."""
        async with self._alone:
            yield

    async def once_more(self) -> None:
        """Do one more round of what people do, between two others."""
        async with self._alone:
            await self.once()

    async def once(self) -> None:
        """Do one round of what people do."""
        loan_id, version = await self._create()
        for _ in range(self._chance.randrange(3)):
            version = await self._rename(loan_id, version)
        if self._chance.random() < 0.4:
            await self._delete(loan_id, version)
        shown = await self.ask("GET", "/dashboard")
        assert shown.status_code == 200, shown.text
        listed = await self.ask("GET", "/loans", params={"limit": "20"})
        assert listed.status_code == 200, listed.text
        if self._chance.random() < 0.05:
            await self.sign_in()

    async def _create(self) -> tuple[str, int]:
        number = f"E{next(self._numbers)}"
        body = {**LOAN, "number": number, "name": number}
        made = await self.ask("POST", "/loans", json=body, headers={"Idempotency-Key": f"create {number}"})
        assert made.status_code == 201, made.text
        if made.headers.get("idempotency-replayed"):
            self.found_done += 1
        loan = made.json()
        self.loans[loan["id"]] = (loan["version"], number)
        self.writes += 1
        return loan["id"], loan["version"]

    async def _rename(self, loan_id: str, version: int) -> int:
        _, before = self.loans[loan_id]
        name = f"{before.split()[0]} in version {version + 1}"
        body = {**LOAN, "number": before.split()[0], "name": name}
        changed = await self.ask("PUT", f"/loans/{loan_id}", json=body, headers={"If-Match": f'"{version}"'})
        if changed.status_code == 412:
            found = (await self.ask("GET", f"/loans/{loan_id}")).json()
            assert (found["version"], found["name"]) == (version + 1, name), "another has written here"
            self.found_done += 1
        else:
            assert changed.status_code == 200, changed.text
        self.loans[loan_id] = (version + 1, name)
        self.writes += 1
        return version + 1

    async def _delete(self, loan_id: str, version: int) -> None:
        gone = await self.ask("DELETE", f"/loans/{loan_id}", headers={"If-Match": f'"{version}"'})
        if gone.status_code == 404:
            self.found_done += 1
        else:
            assert gone.status_code == 204, gone.text
        del self.loans[loan_id]
        self.deleted.add(loan_id)
        self.writes += 1

    async def send_tape(self, loans: int) -> str:
        """Send a tape of a deal of its own; return the import's id."""
        deal = next(self._numbers)
        answer = await self.ask(
            "POST",
            "/imports",
            params={"fileName": f"tape-{deal}.csv"},
            content=a_tape(deal, loans),
            headers={"Idempotency-Key": f"tape {deal}"},
        )
        assert answer.status_code == 202, answer.text
        import_id: str = answer.json()["id"]
        self.tapes[import_id] = loans
        self.writes += 1
        return import_id

    async def take_back(self, import_id: str) -> None:
        """Undo an import, and wait until that is done."""
        answer = await self.ask("POST", f"/imports/{import_id}/undo", headers={"Idempotency-Key": f"undo {import_id}"})
        assert answer.status_code == 202, answer.text
        del self.tapes[import_id]
        self.undone.add(import_id)
        self.writes += 1
        assert (await self.at_rest(import_id))["state"] == "undone"

    async def progress(self, import_id: str) -> dict[str, Any]:
        """Return how far an import is."""
        answer = await self.ask("GET", f"/imports/{import_id}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def at_rest(self, import_id: str) -> dict[str, Any]:
        """Wait until an import, or its undoing, has come to its end."""
        async with asyncio.timeout(PATIENCE):
            while True:
                found = await self.progress(import_id)
                if found["state"] in _AT_REST and not (import_id in self.undone and found["state"] == "done"):
                    return found
                await asyncio.sleep(0.05)

    async def everything(self, path: str) -> list[dict[str, Any]]:
        """Return all items of a list."""
        items: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            params = {"limit": "200", **({"cursor": cursor} if cursor else {})}
            page = (await self.ask("GET", path, params=params)).json()
            items += page["items"]
            cursor = page["next"]
            if cursor is None:
                return items

    async def check(self) -> None:
        """Look at everything: all that was acknowledged is there, once, and nothing else is."""
        imports = {one["id"]: one for one in await self.everything("/imports")}
        assert imports.keys() == self.tapes.keys() | self.undone
        for import_id, loans in self.tapes.items():
            assert (imports[import_id]["state"], imports[import_id]["created"]) == ("done", loans), imports[import_id]
        assert all(imports[import_id]["state"] == "undone" for import_id in self.undone)
        found = await self.everything("/loans")
        by_hand = {one["id"]: (one["version"], one["name"]) for one in found if one["number"].startswith("E")}
        assert by_hand == self.loans
        imported = [one for one in found if not one["number"].startswith("E")]
        assert len(imported) == len({one["number"] for one in imported}) == sum(self.tapes.values())
        assert all(len(one["propertyIds"]) == 1 for one in imported), "a loan is half imported"
        for storage in self.machine.documents.values():
            assert (await verify(storage, self.org)).sound, storage.service
        rebuilt = (await self.ask("POST", "/dashboard/rebuild")).json()
        assert (rebuilt["equal"], rebuilt["loans"]) == (True, len(found)), rebuilt
        # The last event may reach one process before the other: each is asked for all that there is.
        written = await self.machine.documents["loans"].sequence(self.org)
        headers = {**self._headers, "Realinsights-After": f"loans={written}"}
        shown = []
        for name in ("api-1", "api-2"):
            async with self.machine.client(name) as client:
                shown.append((await client.get(f"{PREFIX}/dashboard", headers=headers)).json())
        assert shown[0] == shown[1]
        assert shown[0]["figures"]["loanCount"]["value"] == str(len(found))


@contextlib.asynccontextmanager
async def working(offices: list[Office]) -> AsyncIterator[None]:
    """Let the people of offices work until the context is left; raises what failed meanwhile."""
    tasks = [asyncio.create_task(office.work(), name=f"office {office.number}") for office in offices]
    try:
        yield
        for task in tasks:
            if task.done():
                task.result()
    finally:
        async with contextlib.AsyncExitStack() as still:
            # A request that is broken off may have been done: nobody is stopped in the middle of one.
            for office in offices:
                await still.enter_async_context(office.paused())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
