"""The whole product over real files, in the processes of each topology: all have to answer alike."""

from __future__ import annotations

import collections
import contextlib
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from realinsights.topology import FOLDER
from realinsights_platform.documents.walking import organizations

from .fleet import LAYOUTS, Fleet, fleet_in

BIN = Path(sys.executable).parent
PASSWORD = "correct horse battery staple"


class Platform:
    """A running product, and callers of it."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        self.client = fleet.client()

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
        documents = self.fleet.adapters.documents[service]
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


@pytest.fixture(scope="module", params=LAYOUTS)
def topology(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
async def platform(tmp_path_factory: pytest.TempPathFactory, topology: str) -> AsyncIterator[Platform]:
    async with fleet_in(tmp_path_factory.mktemp("data"), topology) as fleet:
        opened = Platform(fleet)
        async with opened.client:
            yield opened


@contextlib.contextmanager
def _unlimited(folder: Path) -> Iterator[tuple[str, Path]]:
    topology = folder / "unlimited.toml"
    topology.write_text((FOLDER / "monorepo.toml").read_text().replace('limits = "memory://"', 'limits = "none://"'))
    assert "none://" in topology.read_text()
    arguments = [BIN / "realinsights", "up", topology, "--data", folder / "data", "--port", "0", "--no-demonstration"]
    log = folder / "log"
    with (
        log.open("w") as errors,
        subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            address = re.search(r"http://127\.0\.0\.1:\d+", said)
            assert address is not None, said + log.read_text()
            yield address.group(), log
        finally:
            process.terminate()
            process.wait(timeout=30)


@pytest.fixture(scope="module")
def unlimited_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Start a server that counts no requests against anybody; give its address and its log."""
    with _unlimited(tmp_path_factory.mktemp("served")) as server:
        yield server
