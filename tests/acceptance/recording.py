"""Recording: answers as they were given, so that topologies can be compared; `workload` says what is asked.

`comparable` replaces what must differ from one run to the next and nothing else: ids by the order in which they first
appear, times, tokens, cursors and request ids, and what hashes or measures these. What is left is equal in every
topology, to the byte.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx
import msgspec
import openpyxl

from realinsights_platform.documents.journal_port import JournalEntry, Storage

PREFIX = "/api/v1"
PASSWORD = "correct horse battery staple"
PATIENCE = 120

COMPARED = ("content-type", "etag", "location", "cache-control", "realinsights-sequence", "retry-after", "allow")
"""The headers of an answer that are compared; the others tell of the connection, the time or the request."""

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{32}\b")
_LINK = re.compile(r"(?<=[\w.-])\.[\w-]{43}(?=\")")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|\+00:00)")
_SECRETS = re.compile(
    r'"(accessToken|token|refreshToken|requestId|next|cursor|secretHash|passwordHash|hash|previousHash|lastHash|device|devices|salt|'
    r'ticket|secret|publicKeys|journalHash|cellsHash)"'
    r':("[^"]*"|\[[^\]]*\])'
)

_FEED = re.compile(r"(?<=/calendar/secret_)[^\"]+")
_REPORT = re.compile(r'\{"format":"(\w+)"[^{}]*"sha256":"[0-9a-f]{64}"[^{}]*\}')
"""A report's file, whose cover says when and from which entry it was made; its cells are compared."""

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

    async def seen(self, method: str, path: str, seen: Callable[[Any], bool]) -> Any:
        """Wait until an answer has what it comes to in the end: how often one looks is not recorded, that answer is."""
        async with asyncio.timeout(PATIENCE):
            while not seen((await self._client.request(method, f"{PREFIX}{path}", headers=self.headers)).json()):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        return (await self.ask(method, path)).json()

    async def book(self, path: str) -> None:
        """Download a workbook, and record its cells in place of its bytes."""
        answer = await self._client.get(f"{PREFIX}{path}", headers=self.headers)
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        cells = [[sheet.title, *(cell.value for cell in row)] for sheet in book for row in sheet.iter_rows()]
        said = json.dumps([row for row in cells if row[1] not in {"Made at", "Hash of that entry"}], default=str)
        told = {name: answer.headers[name] for name in ("content-type", "cache-control")}
        self.answers.append(Recorded(f"GET {path}", answer.status_code, told, said))

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


class Names:
    """The names that stand for ids: the first that appears is id-1, and so on."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def name(self, found: re.Match[str]) -> str:
        return self._known.setdefault(found.group(), f"id-{len(self._known) + 1}")


def comparable(text: str, names: Names) -> str:
    """Return a text with ids, times, tokens, hashes, cursors and request ids replaced, and nothing else."""
    text = _SECRETS.sub(r'"\1":"…"', text)
    text = _REPORT.sub(r'{"format":"\1"}', _FEED.sub("…", text))
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
