"""An organization with loans, an import, a report, documents and notes, and what is left of it anywhere."""

from __future__ import annotations

import asyncio
import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.jwk import OKPKey

from realinsights.auth import store
from realinsights.auth.model.directory import SYSTEM
from realinsights.auth.service.deletions import ask_as_operator
from realinsights_platform.documents.journal import verify
from realinsights_platform.documents.journal_port import Storage

from ..drafts import TERMS_OF_A_LOAN
from .callers import Caller

PATIENCE = 120
AT_ONCE = datetime.timedelta(0)
LOAN: dict[str, Any] = {"number": "L-1", "name": "Leaving Point", **TERMS_OF_A_LOAN}
TAPE = (
    "Loan Number,As Of Date,Original Balance,Current Balance,Interest Rate,Origination Date,Maturity Date\n"
    + "".join(f"T-{number},2026-06-30,1000000.00,900000.00,5.125%,2020-01-01,2030-01-01\n" for number in range(1, 40))
)


class Leaving(Caller):
    """Somebody whose organization is to be deleted."""

    async def works(self) -> dict[str, Any]:
        """Leave something with every service; return the document."""
        loan = (await self.ask("POST", "/loans", 201, json=LOAN)).json()
        work = (await self.ask("POST", "/imports", 202, params={"fileName": "tape.csv"}, content=TAPE)).json()
        await self.ask("GET", f"/imports/{work['id']}/events")
        run = (await self.ask("POST", "/reports/maturities/runs", 202, json={})).json()
        await self.ask("GET", f"/reports/runs/{run['id']}/events")
        said = {"fileName": "lease.txt", "link": f"loan:{loan['id']}"}
        document = (await self.ask("POST", "/documents", 201, params=said, content=b"the tenant pays")).json()
        note = {"thingKind": "loan", "thingId": loan["id"], "text": "Call the borrower"}
        await self.ask("POST", "/notes", 201, json=note)
        await self.ask("GET", "/dashboard")
        async with asyncio.timeout(PATIENCE):
            while True:
                found = (await self.ask("GET", "/documents", params={"q": "tenant"})).json()["items"]
                if found:
                    return document  # type: ignore[no-any-return]
                await asyncio.sleep(0.05)

    async def holds(self, document: Mapping[str, Any], reason: str) -> None:
        await self._hold("PUT", document, json={"reason": reason})

    async def releases(self, document: Mapping[str, Any]) -> None:
        await self._hold("DELETE", document)

    async def _hold(self, method: str, document: Mapping[str, Any], **sent: Any) -> None:
        path = f"/documents/{document['id']}"
        newest = (await self.ask("GET", path)).json()["version"]
        await self.ask(method, f"{path}/hold", headers={"If-Match": f'"{newest}"'}, **sent)

    async def until_refused(self, name: str, password: str) -> str:
        """Ask for the deletion until auth has heard of the hold; return what it says against it."""
        async with asyncio.timeout(PATIENCE):
            while True:
                sent = {"name": name, "currentPassword": password}
                answer = await self._client.post("/api/v1/organization/deletion", json=sent, headers=dict(self.headers))
                if answer.status_code == 409:
                    return str(answer.json()["detail"])
                await self.ask("DELETE", "/organization/deletion", 204)
                await asyncio.sleep(0.05)


async def until_released(documents: Storage, org: str) -> None:
    """Wait until auth has heard that no document is under a legal hold any more."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if not await store.held_documents(documents, org):
                return
            await asyncio.sleep(0.05)


async def deleted(documents: Storage, org: str) -> str:
    """Have an organization deleted at once, and wait for the certificate; return its text."""
    now = datetime.datetime.now(datetime.UTC)
    asked = await ask_as_operator(documents=documents, org=org, now=now, grace=AT_ONCE)
    async with asyncio.timeout(PATIENCE):
        while True:
            certificate = await documents.get(store.CERTIFICATE, SYSTEM, asked.id)
            if certificate is not None and certificate.text is not None:
                return certificate.text
            await asyncio.sleep(0.05)


async def left(documents: Mapping[str, Storage], org: str, folder: Path) -> list[str]:
    """Return what is left of an organization: documents, entries that hold some, and files by their paths."""
    found = []
    for service, storage in documents.items():
        found += [f"{service}: {stored.write.kind} {stored.write.id}" async for stored in storage.stored(org)]
        for entry in await storage.entries(org, limit=1_000):
            found += [f"{service}: entry {entry.sequence} has {write.kind}" for write in entry.writes]
        verification = await verify(storage, org)
        if not verification.sound or verification.closed is None:
            found.append(f"{service}: {verification}")
    return found + await asyncio.to_thread(_paths, folder, org)


def _paths(folder: Path, org: str) -> list[str]:
    return [str(path.relative_to(folder)) for path in folder.rglob("*") if org in path.parts]


def stated(certificate: str) -> dict[str, Any]:
    """Return what a certificate states, checked with the key in its own header."""
    header = jws.extract_compact(certificate.encode()).headers()
    key = OKPKey.import_key(header["jwk"])
    checked = jws.deserialize_compact(certificate, key, algorithms=["Ed25519"])
    statement: dict[str, Any] = json.loads(checked.payload)
    return statement
