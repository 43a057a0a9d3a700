"""What tests of the files service may use: the service behind the real HTTP edge, with its worker, and real files."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from realinsights.app import demonstrating
from realinsights.contracts.files import VersionProcessed, VersionState
from realinsights.contracts.permissions import permissions_of
from realinsights.files import assembly
from realinsights_platform.blobs import open_blobs
from realinsights_platform.cache.memory import MemoryCache
from realinsights_platform.documents.heads import Heads
from realinsights_platform.documents.sqlite import SqliteDocuments
from realinsights_platform.http.application import application
from realinsights_platform.http.settings import HttpSettings
from realinsights_platform.ids import new_id
from realinsights_platform.limits.opening import open_limits
from realinsights_platform.limits.port import Rate
from realinsights_platform.process import Host
from realinsights_platform.quota import Quota
from realinsights_platform.scanning import NoScanner, Scanner
from realinsights_platform.secret import Secret
from realinsights_platform.stream.memory import MemoryStream
from realinsights_platform.token_register import SharedRegister
from realinsights_platform.tokens import Revocations, Verifier

RATE = Rate(amount=1_000_000, seconds=60)


class World:
    """The service as a process has it, and callers of any role and organization."""

    def __init__(self, folder: Path, *, scanner: Scanner, quota: Quota) -> None:
        self.folder = folder
        self.scanner = scanner
        self.quota = quota
        self.blobs = open_blobs(f"file://{folder}/blobs")
        self.key = OKPKey.generate_key("Ed25519", {"kid": "test", "use": "sig"})
        self.org = new_id()

    @contextlib.asynccontextmanager
    async def running(self, role: Any = "all", **given: Any) -> AsyncIterator[World]:
        documents = SqliteDocuments.open(self.folder / "files.sqlite", service="files", kinds=assembly.KINDS)
        heads = Heads(documents, None)
        self.documents = documents.telling(heads.committed)
        cache = MemoryCache()
        self.stream = MemoryStream()
        loans = SqliteDocuments.open(self.folder / "loans.sqlite", service="loans", kinds=())
        host = Host(
            role=role,
            documents=self.documents,
            feeds=MappingProxyType({"files": self.documents, "loans": loans}),
            heads=MappingProxyType({"files": heads, "loans": Heads(loans, None)}),
            stream=self.stream,
            cache=cache,
            leases=cache,
            lease_seconds=5.0,
            blobs=self.blobs,
            secret=Secret(b"s" * 32),
            https_only=False,
            quota=self.quota,
            given=MappingProxyType({"scanner": self.scanner, "demonstrating": demonstrating, **given}),
        )
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(documents.close)
            stack.push_async_callback(loans.close)
            stack.push_async_callback(self.stream.close)
            self.service = await assembly.assemble(host)
            self.app = application(
                services=[self.service],
                verifier=Verifier(
                    register=SharedRegister(cache, self.published),
                    issuer="https://files.test",
                    audience="api",
                    permissions=permissions_of,
                    revocations=Revocations(),
                ),
                limits=open_limits("memory://"),
                settings=HttpSettings(secret=b"s" * 32, rates=dict.fromkeys(("anonymous", "user", "sign-in"), RATE)),
            )
            self._at_rest = self.stream.subscribe("tests", ("files",), (VersionProcessed,))
            self._states: dict[tuple[str, int], VersionState] = {}
            if role != "api" and self.service.relay is not None:
                await stack.enter_async_context(self.service.relay.running())
            for run in self.service.tasks:
                await stack.enter_async_context(run())
            yield self

    async def processed(self, document: dict[str, Any], number: int = 1) -> VersionState:
        """Return what came of a version once its worker is done with it."""
        key = (document["id"], number)
        while key not in self._states:
            for message in await self._at_rest.receive():
                for event in message.events:
                    if isinstance(event, VersionProcessed):
                        self._states[event.document_id, event.number] = event.state
                await self._at_rest.acknowledge(message.service, message.org, message.sequence)
        return self._states[key]

    async def published(self) -> bytes:
        return json.dumps({"keys": [self.key.as_dict(private=False)]}).encode()

    def headers(self, role: str = "manager", org: str | None = None, user: str = "ann") -> dict[str, str]:
        now = time.time()
        org = org or self.org
        claims = {
            "iss": "https://files.test",
            "aud": "api",
            "sub": user,
            "org": org,
            "sid": f"{user}-{org}-{role}",
            "role": role,
            "iat": now,
            "exp": now + 600,
            "jti": new_id(),
        }
        header = {"alg": "Ed25519", "kid": self.key.kid}
        return {"Authorization": f"Bearer {jwt.encode(header, claims, self.key, algorithms=['Ed25519'])}"}

    def client(self, role: str = "manager", **caller: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url="http://files.test/api/v1",
            headers=self.headers(role, **caller) if role else {},
        )


@pytest.fixture
def a_world(tmp_path: Path) -> Callable[..., World]:
    def build(*, scanner: Scanner | None = None, quota: Quota | None = None) -> World:
        return World(tmp_path, scanner=scanner or NoScanner(), quota=quota or Quota(2**40))

    return build


@pytest.fixture
async def world(a_world: Callable[..., World]) -> AsyncIterator[World]:
    """Return the service with its worker running."""
    async with a_world().running() as running:
        yield running


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """Return a manager's client."""
    async with world.client() as opened:
        yield opened


@pytest.fixture
async def viewer(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with world.client("viewer", user="vic") as opened:
        yield opened


@pytest.fixture
async def member(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with world.client("member", user="mia") as opened:
        yield opened
