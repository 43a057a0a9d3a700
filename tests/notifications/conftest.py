"""Fixtures of the notifications' tests: the whole product on embedded engines, and terms of loans with defaults."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from realinsights.adapters import open_adapters
from realinsights.app import Product, build
from realinsights.contracts.terms import PaymentTerms, TermsRecorded
from realinsights.notifications.store import PEOPLE
from realinsights.settings import DEFAULTS, Settings
from realinsights.topology import read_topology

from ..drafts import TERMS_OF_A_LOAN

PASSWORD = "correct horse battery staple"
LOAN: dict[str, Any] = {"number": "1001", "name": "Harbor Point", **TERMS_OF_A_LOAN}


class Caller:
    """Somebody who is signed in."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {token}"}

    async def ask(self, method: str, path: str, *, status: int = 200, **request: Any) -> Any:
        headers = {**self.headers, **request.pop("headers", {})}
        answer = await self.client.request(method, path, headers=headers, **request)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content and "json" in answer.headers["content-type"] else answer.text

    async def get(self, path: str, *, status: int = 200, **params: Any) -> Any:
        return await self.ask("GET", path, status=status, params=params)

    async def post(self, path: str, body: Any = None, *, status: int = 201, **request: Any) -> Any:
        return await self.ask("POST", path, status=status, json=body, **request)

    async def put(self, path: str, body: Any, *, version: int | str, status: int = 200) -> Any:
        return await self.ask("PUT", path, status=status, json=body, headers={"If-Match": f'"{version}"'})

    async def delete(self, path: str, *, version: int | str = "*", status: int = 204) -> Any:
        tag = "*" if version == "*" else f'"{version}"'
        return await self.ask("DELETE", path, status=status, headers={"If-Match": tag})

    @property
    async def user(self) -> str:
        return str((await self.get("/auth/me"))["member"]["id"])

    @property
    async def org(self) -> str:
        return str((await self.get("/auth/me"))["organization"]["id"])


class People:
    """Those who ask a running product."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def register(self, organization: str, email: str, first_name: str = "Ada") -> Caller:
        body = {
            "organization": {"name": organization, "kind": "owner"},
            "firstName": first_name,
            "lastName": "Adams",
            "email": email,
            "password": PASSWORD,
        }
        answer = await self.client.post("/auth/register", json=body)
        assert answer.status_code == 202, answer.text
        return await self.sign_in(email)

    async def sign_in(self, email: str, client: str = "test") -> Caller:
        body = {"email": email, "password": PASSWORD}
        answer = await self.client.post("/auth/sign-in", json=body, headers={"User-Agent": client})
        assert answer.status_code == 200, answer.text
        self.client.cookies.clear()
        return Caller(self.client, answer.json()["accessToken"])

    async def joined(self, administrator: Caller, email: str, role: str, first_name: str = "Vic") -> Caller:
        invited = await administrator.post("/members/invitations", {"email": email, "role": role})
        accepted = {"token": invited["token"], "firstName": first_name, "lastName": "Vance", "password": PASSWORD}
        answer = await self.client.post("/auth/invitations/accept", json=accepted)
        assert answer.status_code == 202, answer.text
        return await self.sign_in(email)


class World(People):
    """A running product and its people."""

    def __init__(self, product: Product) -> None:
        self.product = product
        transport = httpx.ASGITransport(product.app)
        super().__init__(httpx.AsyncClient(transport=transport, base_url="http://localhost/api/v1", timeout=60))

    async def kept_link(self, administrator: Caller, subject: str) -> str:
        """Return the token of the link in the latest kept mail of a subject."""

        async def kept() -> Any:
            mails = (await administrator.get("/mails", state="kept"))["items"]
            return next((mail["id"] for mail in mails if mail["subject"] == subject), None)

        return token_in((await administrator.get(f"/mails/{await until(kept)}"))["text"])

    async def confirm(self, caller: Caller, token: str | None = None) -> None:
        """Confirm somebody's address, by default by the mail that was kept, and wait until notifications know it."""
        token = token or await self.kept_link(caller, "Confirm your e-mail address")
        answer = await self.client.post("/auth/addresses/use", json={"token": token})
        assert answer.status_code == 200, answer.text
        documents, org, user = self.product.documents["notifications"], await caller.org, await caller.user

        async def known() -> bool:
            person = await documents.get(PEOPLE, org, user)
            return person is not None and person.email_verified

        await until(known)


def token_in(text: str) -> str:
    """Return the token of the link in a mail's text."""
    found = re.search(r"/#(\S+)", text)
    assert found is not None, text
    return found[1]


async def until(look: Callable[[], Awaitable[Any]], *, seconds: float = 20) -> Any:
    """Return what is seen once there is something to see: events take a moment to come."""
    async with asyncio.timeout(seconds):
        while not (seen := await look()):  # noqa: ASYNC110 - what is waited for is in another process
            await asyncio.sleep(0.02)
    return seen


Life = Callable[..., contextlib.AbstractAsyncContextManager[World]]


@contextlib.asynccontextmanager
async def world_in(
    folder: Path, settings: Settings = DEFAULTS, documents: str | None = None
) -> AsyncGenerator[World, None]:
    """Run the product on a folder; the notifications' documents may be elsewhere, by URL."""
    topology = read_topology(environment={"REALINSIGHTS_DATA": str(folder), "REALINSIGHTS_WEB": str(folder)})
    if documents is not None:
        elsewhere = {**topology.documents, "notifications": documents}
        topology = msgspec.structs.replace(topology, documents=elsewhere)
    (process,) = topology.processes.values()
    async with open_adapters(topology, process) as adapters, build(process, adapters, settings) as product:
        world = World(product)
        async with world.client:
            yield world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_in(tmp_path) as opened:
        yield opened


Terms = Callable[..., TermsRecorded]


@pytest.fixture(scope="session")
def a_loan() -> Terms:
    """Return the terms of a loan that pays on the first of each month and matures in 2028."""

    def made(**values: Any) -> TermsRecorded:
        defaults: dict[str, Any] = {
            "loan_id": "loan-1",
            "number": "1001",
            "name": "Harbor Point",
            "as_of": datetime.date(2026, 1, 1),
            "maturity_date": datetime.date(2028, 1, 1),
            "payments": PaymentTerms(first=datetime.date(2025, 2, 1), day=1),
        }
        return TermsRecorded(**{**defaults, **values})

    return made
