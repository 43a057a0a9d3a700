"""Fixtures of the dashboard's tests: the builders of events, and columns that have heard them."""

from __future__ import annotations

import datetime
import importlib.util
import json
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from realinsights.contracts.filters import Filters
from realinsights.contracts.loans import (
    LOANS_EVENTS,
    Collateral,
    LoansEvent,
    LoanStatus,
    LoanStructure,
    PeriodsRecorded,
    PropertyType,
    RateType,
)
from realinsights.contracts.permissions import permissions_of
from realinsights.dashboard.model.columns import Columns
from realinsights.dashboard.model.dashboard import Dashboard, dashboard
from realinsights.dashboard.routes import ROUTES
from realinsights.dashboard.service.engine import MEMORY, Engine
from realinsights.dashboard.service.journal import EventJournal
from realinsights.dashboard.store import KINDS
from realinsights.dashboard.store.snapshots import Loaded, Snapshots
from realinsights.dashboard.subscribers import GROUP, SERVICES, SUBSCRIPTIONS
from realinsights_platform.blobs import open_blobs
from realinsights_platform.cache.memory import MemoryCache
from realinsights_platform.documents.heads import Heads
from realinsights_platform.documents.sqlite import SqliteDocuments
from realinsights_platform.http.application import application
from realinsights_platform.http.routes.declaring import ServiceRoutes
from realinsights_platform.http.routes.idempotency import answers_kind
from realinsights_platform.http.settings import HttpSettings
from realinsights_platform.limits.opening import open_limits
from realinsights_platform.limits.port import Rate
from realinsights_platform.stream.memory import MemoryStream
from realinsights_platform.stream.relay import Relay
from realinsights_platform.token_register import SharedRegister
from realinsights_platform.tokens import Revocations, Verifier

from .builders import decoded


def _load(name: str) -> ModuleType:
    # Tests are imported one by one, so their folder is no package to import from.
    specification = importlib.util.spec_from_file_location(f"dashboard_{name}", Path(__file__).with_name(f"{name}.py"))
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def events() -> ModuleType:
    return _load("builders")


Life = Callable[..., AbstractAsyncContextManager[Any]]


class Spine:
    """The loans service's journal, the stream and the dashboard that follows them, in one process's life."""

    def __init__(self, folder: Path, *, memory: int) -> None:
        self.loans = SqliteDocuments.open(folder / "loans.sqlite", service="loans", kinds=())
        self.documents = SqliteDocuments.open(
            folder / "dashboard.sqlite", service="dashboard", kinds=(*KINDS, answers_kind("dashboard"))
        )
        self.blobs = open_blobs(f"file://{folder}/blobs")
        self.stream = MemoryStream()
        heads = Heads(self.loans, None)
        self.loans = self.loans.telling(heads.committed)
        self.relay = Relay(self.loans, self.stream, LOANS_EVENTS, heads=heads, leases=MemoryCache())
        self.engine = self.an_engine(heads, memory=memory)

    def an_engine(self, heads: Heads, *, memory: int = MEMORY) -> Engine:
        """Return an engine over the same journal and blobs, as another process has it."""
        return Engine(
            snapshots=Snapshots(self.blobs),
            journal=EventJournal(self.loans, LOANS_EVENTS),
            heads=heads,
            subscriptions=SUBSCRIPTIONS,
            memory=memory,
        )

    async def happen(self, *happened: LoansEvent, org: str = "acme") -> int:
        """Commit events as one entry of the loans journal; return its sequence."""
        async with self.loans.unit(org=org, actor="ann", business_date=datetime.date(2025, 12, 31)) as unit:
            for event in happened:
                unit.emit(event)
        assert unit.sequence is not None
        return unit.sequence

    async def shown(self, org: str = "acme") -> Dashboard:
        """Return the dashboard."""
        on = datetime.date(2025, 12, 31)
        return await self.engine.ask(
            org, lambda columns, sequence: decoded(dashboard(columns, Filters(), on, sequence=sequence))
        )

    async def snapshot(self, org: str = "acme") -> Loaded | None:
        return await Snapshots(self.blobs).load(org)

    async def save(self, org: str = "acme") -> None:
        """Take a snapshot however little has changed."""
        await self.engine._save(self.engine._residents[org])


@pytest.fixture
def life(tmp_path: Path) -> Callable[..., AbstractAsyncContextManager[Spine]]:
    """Return a way to start a process on this test's data; one after the other, they are one installation's lives."""

    @asynccontextmanager
    async def live(*, memory: int = MEMORY, killed: bool = False, relayed: bool = True) -> AsyncIterator[Spine]:
        spine = Spine(tmp_path, memory=memory)
        running = AsyncExitStack()
        if relayed:
            await running.enter_async_context(spine.relay.running())
        await running.enter_async_context(spine.engine.running(spine.stream.subscribe(GROUP, SERVICES)))
        try:
            yield spine
        finally:
            if killed:
                spine.engine._residents.clear()  # what a kill leaves out: the last snapshots
            await running.aclose()
            await spine.stream.close()
            await spine.documents.close()
            await spine.loans.close()

    return live


@pytest.fixture(scope="session")
def told() -> Callable[[Iterable[LoansEvent]], Columns]:
    """Return a function that applies events to new columns."""

    def tell(happened: Iterable[LoansEvent], columns: Columns | None = None) -> Columns:
        columns = columns or Columns()
        for event in happened:
            SUBSCRIPTIONS[type(event)](columns, event)
        return columns

    return tell


class World:
    """The dashboard behind the real HTTP edge, fed by the real journal."""

    def __init__(self, spine: Any) -> None:
        self.spine = spine
        self.key = OKPKey.generate_key("Ed25519", {"kid": "test", "use": "sig"})
        self.register = SharedRegister(MemoryCache(), self.published)
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(
                application(
                    services=[
                        ServiceRoutes(
                            name="dashboard",
                            routes=ROUTES,
                            documents=spine.documents,
                            versions=spine.engine.heads,
                            follows="loans",
                            given={"engine": spine.engine},
                        )
                    ],
                    verifier=Verifier(
                        register=self.register,
                        issuer="https://loans.test",
                        audience="api",
                        permissions=permissions_of,
                        revocations=Revocations(),
                    ),
                    limits=open_limits("memory://"),
                    settings=HttpSettings(
                        secret=b"s" * 32,
                        rates={name: Rate(amount=100_000, seconds=60) for name in ("anonymous", "user", "sign-in")},
                    ),
                )
            ),
            base_url="http://loans.test/api/v1",
        )

    async def published(self) -> bytes:
        return json.dumps({"keys": [key.as_dict(private=False) for key in [self.key]]}).encode()

    def headers(self, role: str = "viewer", org: str = "acme", user: str = "ann") -> dict[str, str]:
        now = time.time()
        claims = {
            "iss": "https://loans.test",
            "aud": "api",
            "sub": user,
            "org": org,
            "sid": f"{org}-{user}-{role}",
            "role": role,
            "iat": now,
            "exp": now + 600,
            "jti": f"{org}-{user}-{role}",
        }
        token = jwt.encode({"alg": "Ed25519", "kid": self.key.kid}, claims, self.key, algorithms=["Ed25519"])
        return {"Authorization": f"Bearer {token}"}

    async def happen(self, *happened: Any, org: str = "acme") -> None:
        sequence = await self.spine.happen(*happened, org=org)
        self.after = {"Realinsights-After": f"loans={sequence}"}

    async def get(self, path: str, *, status: int = 200, **caller: str) -> Any:
        answer = await self.client.get(path, headers={**self.headers(**caller), **self.after})
        assert answer.status_code == status, answer.text
        return answer.json()

    async def post(self, path: str, body: Any, *, status: int = 200, **caller: str) -> Any:
        answer = await self.client.post(path, json=body, headers={**self.headers(**caller), **self.after})
        assert answer.status_code == status, answer.text
        return answer.json() if "json" in answer.headers["content-type"] else answer.text


@pytest.fixture
async def world(life: Life, events: ModuleType) -> AsyncIterator[World]:
    async with life() as spine:
        opened = World(spine)
        tower = tuple(
            Collateral(property_id=name, state=state, property_type=kind, balance=Decimal(balance))
            for name, state, kind, balance in (
                ("tower", "TX", PropertyType.OFFICE, 60),
                ("mall", "NY", PropertyType.RETAIL, 40),
            )
        )
        await opened.happen(
            *events.parties(),
            events.a_loan(
                "1", current_balance="100", lender_id="lender-1", fund_id="fund-2", collateral=tower, value="200"
            ),
            events.a_loan(
                "2", current_balance="300", portfolio_id="portfolio-3", state="NY", maturity_date="2026-03-01"
            ),
            events.a_loan("3", current_balance="50", structure=LoanStructure.PARI_PASSU, rate_type=RateType.FLOATING),
            events.a_loan("4", current_balance="0", status=LoanStatus.PAID_OFF),
            PeriodsRecorded(
                loan_id="loan-1", periods=(events.a_month("2025-10", "110"), events.a_month("2025-12", "100"))
            ),
        )
        yield opened
        await opened.client.aclose()
