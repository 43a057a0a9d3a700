"""Installations for tests of moves: one with everything in it, in a folder, and processes on its stores."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from realinsights.adapters import open_adapters
from realinsights.app import Product, build
from realinsights.contracts.files import VersionProcessed
from realinsights.topology import FOLDER, read_topology, services

from ..drafts import TERMS_OF_A_LOAN

DOMAIN = "test.local"  # as cookies call the host `test`
PASSWORD = "correct horse battery staple"
LOAN: dict[str, Any] = {"number": "1001", "name": "Harbor Point", **TERMS_OF_A_LOAN}


@dataclass(frozen=True)
class Person:
    """Somebody who founded an organization, and the cookies of who stays signed in."""

    email: str
    org: str
    cookies: dict[str, str]


@contextlib.asynccontextmanager
async def running(environment: Mapping[str, str], *, mongodb: bool) -> AsyncIterator[Product]:
    """Run one process on the stores that an environment names: a folder, or MongoDB with the folder for files."""
    name = "monorepo"
    folder = Path(environment["REALINSIGHTS_DATA"])
    if mongodb:
        # One process, which needs no Redis; its documents and its secret are those of `enhanced`.
        text = (FOLDER / "monorepo.toml").read_text()
        for service in services():
            text = text.replace(f"sqlite:///${{REALINSIGHTS_DATA}}/{service}.sqlite", "${REALINSIGHTS_MONGODB_URL}")
        text = text.replace('"file://${REALINSIGHTS_DATA}/secret"', '"environment://REALINSIGHTS_SECRET"')
        text = text.replace("file://${REALINSIGHTS_DATA}/blobs", "${REALINSIGHTS_BLOBS_URL}")
        name = str(_written(folder, text))
    topology = read_topology(name, environment=environment)
    (process,) = topology.processes.values()
    async with (
        open_adapters(topology, process, environment=environment) as adapters,
        build(process, adapters) as product,
    ):
        yield product


def _written(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / "one.toml"
    file.write_text(text)
    return file


def client_of(product: Product) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(product.app), base_url="https://test/api/v1")


async def signed_in(product: Product, person: Person) -> httpx.AsyncClient:
    """Return a client of somebody who signed in elsewhere and goes on by their cookies."""
    client = client_of(product)
    for name, value in person.cookies.items():
        client.cookies.set(name, value, domain=DOMAIN)
    answer = await client.post("/auth/refresh", headers={"Realinsights-Client": "tests"})
    assert answer.status_code == 200, answer.text
    client.headers["Authorization"] = f"Bearer {answer.json()['accessToken']}"
    person.cookies.update(cookies_of(client))
    return client


def cookies_of(client: httpx.AsyncClient) -> dict[str, str]:
    return {cookie.name: cookie.value or "" for cookie in client.cookies.jar}


async def founded(product: Product, name: str) -> tuple[Person, httpx.AsyncClient]:
    """Found an organization with a lender and a loan; return its founder and a client of theirs."""
    client = client_of(product)
    email = f"ada@{name.lower()}.example"
    body = {"firstName": "Ada", "lastName": "Adams", "email": email, "password": PASSWORD}
    answer = await client.post("/auth/register", json={"organization": {"name": name, "kind": "owner"}, **body})
    assert answer.status_code == 202, answer.text
    answer = await client.post("/auth/sign-in", json={"email": email, "password": PASSWORD})
    client.headers["Authorization"] = f"Bearer {answer.json()['accessToken']}"
    org = (await client.get("/auth/me")).json()["organization"]["id"]
    lender = (await client.post("/lenders", json={"name": "First"})).json()
    answer = await client.post("/loans", json={**LOAN, "lenderId": lender["id"]})
    assert answer.status_code == 201, answer.text
    return Person(email, org, cookies_of(client)), client


async def filed(product: Product, client: httpx.AsyncClient, text: str) -> str:
    """File a document and wait until its text can be found; return its id."""
    processed = product.adapters.stream.subscribe("tests", ("files",), (VersionProcessed,))
    headers = {"Content-Type": "text/plain"}
    params = {"fileName": "note.txt", "title": "Note"}
    answer = await client.post("/documents", params=params, content=text.encode(), headers=headers)
    assert answer.status_code == 201, answer.text
    document: str = answer.json()["id"]
    done: set[str] = set()
    while document not in done:
        for message in await processed.receive():
            done |= {event.document_id for event in message.events if isinstance(event, VersionProcessed)}
            await processed.acknowledge(message.service, message.org, message.sequence)
    await processed.close()
    return document
