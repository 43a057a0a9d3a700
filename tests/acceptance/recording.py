"""A recorded workload: what people ask in their first weeks, each answer kept, so that topologies can be compared.

`comparable` replaces what must differ from one run to the next and nothing else: ids by the order in which they first
appear, times, tokens, cursors and request ids. What is left is equal in every topology, to the byte.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import msgspec

from realinsights_platform.documents.journal_port import JournalEntry, Storage

PREFIX = "/api/v1"
PASSWORD = "correct horse battery staple"
PATIENCE = 120

COMPARED = ("content-type", "etag", "location", "cache-control", "realinsights-sequence", "retry-after", "allow")
"""The headers of an answer that are compared; the others tell of the connection, the time or the request."""

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_LINK = re.compile(r"(?<=[\w.-])\.[\w-]{43}(?=\")")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|\+00:00)")
_SECRETS = re.compile(
    r'"(accessToken|token|refreshToken|requestId|next|cursor|secretHash|passwordHash|hash|previousHash|lastHash|device|devices|salt)"'
    r':("[^"]*"|\[[^\]]*\])'
)

_BODY_HASH = re.compile(r"(?<=-)[0-9a-f]{16}")
"""What an ETag has of a body: the body holds ids, and is compared itself."""


class Recorded(msgspec.Struct, frozen=True):
    """One answer: what was asked, and what came."""

    asked: str
    status: int
    headers: dict[str, str]
    body: str


class Recorder:
    """Asks one thing after the other and keeps every answer."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self.answers: list[Recorded] = []
        self.headers: dict[str, str] = {}

    async def ask(self, method: str, path: str, **sent: Any) -> httpx.Response:
        headers = {**self.headers, **sent.pop("headers", {})}
        answer = await self._client.request(method, f"{PREFIX}{path}", headers=headers, **sent)
        told = {name: answer.headers[name] for name in COMPARED if name in answer.headers}
        self.answers.append(
            Recorded(f"{method} {path} {sent.get('params', '')}", answer.status_code, told, answer.text)
        )
        return answer

    async def sign_in(self, email: str) -> None:
        answer = await self.ask("POST", "/auth/sign-in", json={"email": email, "password": PASSWORD})
        self.headers = {"Authorization": f"Bearer {answer.json()['accessToken']}"}

    async def imported(self, name: str, content: bytes, **params: str) -> dict[str, Any]:
        """Import a tape and wait for its end: how often one looks is not recorded, what it came to is."""
        asked = await self.ask("POST", "/imports", params={"fileName": name, **params}, content=content)
        path = f"/imports/{asked.json()['id']}"
        await self._at_rest(path)
        found: dict[str, Any] = (await self.ask("GET", path)).json()
        await self.ask("GET", f"{path}/rows")
        await self.ask("GET", f"{path}/errors")
        return found

    async def dates_follow(self) -> None:
        """Wait until dates have followed the loans: as many mature as there are."""
        async with asyncio.timeout(PATIENCE):
            while True:
                if await self._total("/dates?kind=maturity") == await self._total("/loans?"):
                    return
                await asyncio.sleep(0.02)

    async def _total(self, path: str) -> int:
        answer = await self._client.get(f"{PREFIX}{path}&limit=1&total=true", headers=self.headers)
        return int(answer.json()["total"])

    async def undone(self, import_id: str) -> None:
        """Undo an import and wait for its end."""
        await self.ask("POST", f"/imports/{import_id}/undo")
        await self._at_rest(f"/imports/{import_id}")
        await self.ask("GET", f"/imports/{import_id}")

    async def _at_rest(self, path: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                found = (await self._client.get(f"{PREFIX}{path}", headers=self.headers)).json()
                if found["state"] in {"done", "failed", "undone"}:
                    return
                await asyncio.sleep(0.02)


LOAN: dict[str, Any] = {
    "number": "1001",
    "name": "Harbor Point",
    "originalBalance": "10000000.00",
    "currentBalance": "10000000.00",
    "balanceAsOf": "2025-01-01",
    "originationDate": "2025-01-01",
    "maturityDate": "2035-01-01",
    "rate": "0.0525",
    "terms": {"dayCount": "actual_360", "firstPaymentDate": "2025-02-01", "amortizationMonths": 360},
}
_HEADER = "loanNumber,asOf,originalBalance,currentBalance,rate,originationDate,maturityDate,propertyName,state,lender"


def a_tape(month: int, loans: int) -> bytes:
    lines = [
        f"T-{n},2025-{month:02}-28,{1_000_000 + n * 1000}.00,{900_000 + n * 1000 - month * 111}.17,5.{n:03}%,"
        f"2020-01-01,2030-01-01,Plot {n},{('CA', 'TX', 'NY')[n % 3]},{('First Bank', 'Second Bank')[n % 2]}"
        for n in range(1, loans + 1)
    ]
    return "\n".join([_HEADER, *lines]).encode()


async def record(client: httpx.AsyncClient) -> list[Recorded]:
    """Sign up, import two tapes, edit, meet conflicts, delete, undo, query and export; return every answer."""
    recorder = Recorder(client)
    await _found(recorder)
    first = await recorder.imported("june.csv", a_tape(6, 60), deal="harbor")
    await recorder.imported("july.csv", a_tape(7, 62), deal="harbor", dryRun="true")
    second = await recorder.imported("july.csv", a_tape(7, 62), deal="harbor")
    await _edit(recorder)
    await _view(recorder)
    await _query(recorder)
    await recorder.undone(second["id"])
    await _query(recorder)
    await recorder.undone(first["id"])
    await recorder.dates_follow()
    await _colleague(recorder)
    return recorder.answers


async def _found(recorder: Recorder) -> None:
    person = {"firstName": "Ada", "lastName": "Adams", "email": "ada@harbor.example", "password": PASSWORD}
    organization = {"organization": {"name": "Harbor Capital", "kind": "owner"}}
    await recorder.ask("POST", "/auth/register", json={**organization, **person, "password": "short"})
    await recorder.ask("POST", "/auth/register", json={**organization, **person})
    await recorder.ask("POST", "/auth/sign-in", json={"email": person["email"], "password": "another one entirely"})
    await recorder.sign_in(person["email"])
    await recorder.ask("GET", "/auth/me")
    await recorder.ask("GET", "/dashboard")
    await recorder.ask("GET", "/loans")


async def _edit(recorder: Recorder) -> None:
    lender = (await recorder.ask("POST", "/lenders", json={"name": "Third Bank"})).json()
    place = (await recorder.ask("POST", "/properties", json={"name": "Pier 1", "propertyType": "office"})).json()
    made = await recorder.ask(
        "POST", "/loans", json={**LOAN, "lenderId": lender["id"], "properties": [{"propertyId": place["id"]}]}
    )
    loan = made.json()
    path = f"/loans/{loan['id']}"
    await recorder.ask("POST", "/loans", json=LOAN)
    await recorder.ask("POST", "/loans", json={**LOAN, "rate": "7", "maturityDate": "2020-01-01"})
    changed = {**{key: value for key, value in loan.items() if key not in {"id", "org", "version"}}, "name": "Harbor 2"}
    await recorder.ask("PUT", path, json=changed)
    await recorder.ask("PUT", path, json=changed, headers={"If-Match": '"1"'})
    await recorder.ask("PUT", path, json=changed, headers={"If-Match": '"1"'})
    await recorder.ask("PATCH", path, json={"rate": "0.06"}, headers={"If-Match": '"2"'})
    terms = {"rate": "0.06"}
    await recorder.ask("PATCH", path, json=terms, params={"effectiveOn": "2025-09-01"}, headers={"If-Match": '"2"'})
    await recorder.ask("GET", path)
    await recorder.ask("GET", f"{path}/schedule")
    await recorder.ask("GET", f"{path}/schedule.csv")
    await recorder.ask("GET", f"{path}/ratios")
    await recorder.ask("DELETE", path, headers={"If-Match": '"1"'})
    await recorder.ask("DELETE", path, headers={"If-Match": '"3"'})
    await recorder.ask("GET", path)
    versions = (await recorder.ask("GET", f"{path}/history")).json()["items"]
    await recorder.ask("POST", f"{path}/restore", json={"sequence": versions[1]["sequence"]})
    await recorder.ask("GET", f"{path}/history")
    await recorder.ask("DELETE", f"/lenders/{lender['id']}", headers={"If-Match": '"1"'})


async def _view(recorder: Recorder) -> None:
    view = {"name": "California", "page": "dashboard", "query": "state=CA", "shared": True}
    await recorder.ask("POST", "/dashboard/views", json=view)
    await recorder.ask("GET", "/dashboard/views")


async def _query(recorder: Recorder) -> None:
    await recorder.dates_follow()
    for params in (
        {"limit": "7", "order": "number"},
        {"limit": "7", "order": "-currentBalance"},
        {"q": "plot 3", "total": "true"},
        {"q": "arbo"},
    ):
        answer = await recorder.ask("GET", "/loans", params=params)
        following = answer.json().get("next")
        if following:
            await recorder.ask("GET", "/loans", params={**params, "cursor": following})
    for path in (
        "/loans/export",
        "/properties",
        "/lenders",
        "/dashboard",
        "/dashboard?state=CA",
        "/dashboard?businessDate=2027-01-31",
        "/dates?limit=20&kind=maturity",
        "/dashboard/history",
        "/dashboard/maturities",
        "/dashboard/exposures?to=lender",
        "/dashboard/loans?limit=5",
        "/dashboard/loans/totals",
        "/dashboard/loans/export",
        "/reconciliation?deal=harbor",
        "/reconciliation/export?deal=harbor",
        "/imports",
        "/journals/loans",
        "/journals/loans/verification",
        "/nowhere",
    ):
        await recorder.ask("GET", path)


async def _colleague(recorder: Recorder) -> None:
    invited = await recorder.ask("POST", "/members/invitations", json={"email": "vic@harbor.example", "role": "viewer"})
    accepted = {"token": invited.json()["token"], "firstName": "Vic", "lastName": "Vance", "password": PASSWORD}
    await recorder.ask("POST", "/auth/invitations/accept", json=accepted)
    await recorder.ask("GET", "/members")
    await recorder.sign_in("vic@harbor.example")
    await recorder.ask("POST", "/loans", json=LOAN)
    await recorder.ask("GET", "/dashboard")
    await recorder.ask("POST", "/auth/sign-out-everywhere", headers={"Realinsights-Client": "test"})
    await recorder.ask("GET", "/loans")


class Names:
    """The names that stand for ids: the first that appears is id-1, and so on."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def name(self, found: re.Match[str]) -> str:
        return self._known.setdefault(found.group(), f"id-{len(self._known) + 1}")


def comparable(text: str, names: Names) -> str:
    """Return a text with ids, times, tokens, hashes, cursors and request ids replaced, and nothing else."""
    text = _SECRETS.sub(r'"\1":"…"', text)
    return _LINK.sub(".…", _TIME.sub("<time>", _UUID.sub(names.name, text)))


def comparable_answers(answers: list[Recorded], names: Names) -> list[Recorded]:
    """Return the answers as they can be compared."""
    return [
        Recorded(
            comparable(one.asked, names).partition("cursor")[0],
            one.status,
            {name: _BODY_HASH.sub("…", comparable(value, names)) for name, value in one.headers.items()},
            comparable(one.body, names),
        )
        for one in answers
    ]


async def journals_of(documents: Mapping[str, Storage]) -> dict[str, list[JournalEntry]]:
    """Return the entries of the one organization, by service."""
    found: dict[str, list[JournalEntry]] = {}
    for service, storage in sorted(documents.items()):
        found[service] = []
        for org in [one for one in await storage.organizations() if _UUID.fullmatch(one)]:
            while entries := await storage.entries(org, after=len(found[service])):
                found[service] += entries
    return found


def journal_hash(entries: Sequence[JournalEntry], names: Names) -> str:
    """Return the hash of a journal over what can be compared of its entries, in their order."""
    chain = hashlib.sha256()
    for entry in entries:
        chain.update(comparable(msgspec.json.encode(entry).decode(), names).encode() + b"\n")
    return chain.hexdigest()
