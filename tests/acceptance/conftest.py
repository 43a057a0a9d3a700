"""The whole product over real files, in the processes of each topology: all have to answer alike."""

from __future__ import annotations

import collections
from collections.abc import AsyncIterator, Iterator

import pytest

from realinsights_platform.documents.walking import organizations

from .topologies import REAL, TOPOLOGIES, Product, Server, product_in, server_in

PASSWORD = "correct horse battery staple"


class Platform:
    """A running product, and callers of it."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.client = product.client()

    async def register(self, organization: str, email: str) -> dict[str, str]:
        """Begin an organization and return its administrator's headers."""
        body = {
            "organization": {"name": organization, "kind": "owner"},
            "firstName": "Ada",
            "lastName": "Adams",
            "email": email,
            "password": PASSWORD,
        }
        answer = await self.client.post("/api/v1/auth/register", json=body)
        assert answer.status_code == 202, answer.text
        return await self.sign_in(email)

    async def sign_in(self, email: str) -> dict[str, str]:
        answer = await self.client.post("/api/v1/auth/sign-in", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.json()['accessToken']}"}

    async def stored(self, service: str = "loans") -> dict[str, tuple[int, dict[str, int]]]:
        """Return by organization how far a service's journal is and how many documents of each kind there are."""
        documents = self.product.documents[service]
        found = {}
        async for org in organizations(documents):
            sequence = await documents.sequence(org)
            kinds = collections.Counter([stored.write.kind async for stored in documents.stored(org)])
            found[org] = (sequence, dict(kinds))
        return found

    async def joined(self, administrator: dict[str, str], email: str, role: str) -> dict[str, str]:
        """Invite somebody, accept for them and return their headers."""
        invited = await self.client.post(
            "/api/v1/members/invitations", json={"email": email, "role": role}, headers=administrator
        )
        assert invited.status_code == 201, invited.text
        accepted = {
            "token": invited.json()["token"],
            "firstName": "Vic",
            "lastName": "Vance",
            "password": PASSWORD,
        }
        answer = await self.client.post("/api/v1/auth/invitations/accept", json=accepted)
        assert answer.status_code == 202, answer.text
        return await self.sign_in(email)


@pytest.fixture(scope="module", params=TOPOLOGIES)
def topology(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
async def platform(tmp_path_factory: pytest.TempPathFactory, topology: str) -> AsyncIterator[Platform]:
    async with product_in(tmp_path_factory.mktemp("data"), topology) as product:
        opened = Platform(product)
        async with opened.client:
            yield opened


@pytest.fixture(scope="module", params=["monorepo", *REAL])
def served_topology(request: pytest.FixtureRequest) -> str:
    """Return a topology that is asked through real sockets."""
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, served_topology: str) -> Iterator[Server]:
    with server_in(tmp_path_factory.mktemp("served"), served_topology) as running:
        yield running


@pytest.fixture(scope="module")
def unlimited_server(tmp_path_factory: pytest.TempPathFactory, served_topology: str) -> Iterator[Server]:
    """Start a server that counts no requests against anybody."""
    with server_in(tmp_path_factory.mktemp("served"), served_topology, limited=False) as running:
        yield running
