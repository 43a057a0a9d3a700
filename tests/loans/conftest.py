"""What tests of the loans service may use: builders that state only what matters, and a real database."""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from realinsights.contracts.loans import LOANS_EVENTS
from realinsights.contracts.permissions import permissions_of
from realinsights.loans.model.loan import Loan, LoanDraft, loan_of
from realinsights.loans.model.loan_rules import valid_loan
from realinsights.loans.model.property import Property, PropertyDraft, property_of, valid_property
from realinsights.loans.routes import (
    JOURNAL_ROUTES,
    figures,
    forecast,
    loans,
    parties,
    prepayment,
    properties,
    rates,
    reconciliation,
    sizing,
    solving,
)
from realinsights.loans.service.imports.reading_process import Readers
from realinsights.loans.store import KINDS
from realinsights_platform.cache.memory import MemoryCache
from realinsights_platform.documents.heads import Heads
from realinsights_platform.documents.port import Unit
from realinsights_platform.documents.sqlite import SqliteDocuments
from realinsights_platform.events import Event
from realinsights_platform.http.application import application
from realinsights_platform.http.routes.declaring import ServiceRoutes, routes_in
from realinsights_platform.http.routes.idempotency import answers_kind
from realinsights_platform.http.settings import HttpSettings
from realinsights_platform.ids import new_id
from realinsights_platform.limits.opening import open_limits
from realinsights_platform.limits.port import Rate
from realinsights_platform.token_register import SharedRegister
from realinsights_platform.tokens import Revocations, Verifier

CORE_ROUTES = (
    *routes_in(
        loans,
        figures,
        forecast,
        prepayment,
        properties,
        parties,
        sizing,
        rates,
        reconciliation,
        solving,
    ),
    *JOURNAL_ROUTES,
)
ORG = "org-1"
BUSINESS_DATE = datetime.date(2025, 12, 31)


def loan_body(**changes: Any) -> dict[str, Any]:
    """Return a loan as a client sends it: the golden $10,000,000 at 5.25 %, 30-year amortization, ten years."""
    body: dict[str, Any] = {
        "number": "1001",
        "name": "Harbor Point",
        "originalBalance": "10000000.00",
        "currentBalance": "10000000.00",
        "balanceAsOf": "2025-01-01",
        "originationDate": "2025-01-01",
        "maturityDate": "2035-01-01",
        "rate": "0.0525",
    }
    terms = {"dayCount": "actual_360", "firstPaymentDate": "2025-02-01", "amortizationMonths": 360}
    return {**body, **changes, "terms": {**terms, **changes.get("terms", {})}}


def property_body(**changes: Any) -> dict[str, Any]:
    """Return a property as a client sends it."""
    return {"name": "Harbor Point Apartments", "propertyType": "multifamily", "state": "CA", **changes}


@pytest.fixture
def a_loan_body() -> Callable[..., dict[str, Any]]:
    return loan_body


@pytest.fixture
def a_property_body() -> Callable[..., dict[str, Any]]:
    return property_body


@pytest.fixture
def a_draft() -> Callable[..., LoanDraft]:
    """Return a builder of loan drafts from fields as they are on the wire."""
    return lambda **changes: msgspec.convert(loan_body(**changes), LoanDraft)


@pytest.fixture
def a_property_draft() -> Callable[..., PropertyDraft]:
    return lambda **changes: msgspec.convert(property_body(**changes), PropertyDraft)


@pytest.fixture
def unchecked_loan() -> Callable[..., Loan]:
    """Return a builder of loans that nothing has checked yet."""
    return lambda **changes: loan_of(msgspec.convert(loan_body(**changes), LoanDraft), loan_id="loan-1", org=ORG)


@pytest.fixture(scope="session")
def a_loan() -> Callable[..., Loan]:
    """Return a builder of valid loans; fields that the service keeps go into `kept`."""

    def build(kept: dict[str, Any] | None = None, **changes: Any) -> Loan:
        draft = msgspec.convert(loan_body(**changes), LoanDraft)
        loan = valid_loan(loan_of(draft, loan_id="loan-1", org=ORG), business_date=BUSINESS_DATE)
        return msgspec.structs.replace(loan, **(kept or {}))

    return build


@pytest.fixture
def a_property() -> Callable[..., Property]:
    """Return a builder of valid properties by id."""

    def build(property_id: str = "property-1", **changes: Any) -> Property:
        draft = msgspec.convert(property_body(**changes), PropertyDraft)
        return valid_property(property_of(draft, property_id=property_id, org=ORG))

    return build


@pytest.fixture
async def documents(tmp_path: Path) -> AsyncIterator[SqliteDocuments]:
    opened = SqliteDocuments.open(tmp_path / "loans.sqlite", service="loans", kinds=(*KINDS, answers_kind("loans")))
    yield opened
    await opened.close()


@pytest.fixture
def unit(documents: SqliteDocuments) -> Callable[..., Unit]:
    """Return a way to open units of work of the test's organization."""

    def build(actor: str = "ann", org: str = ORG, business_date: datetime.date = BUSINESS_DATE) -> Unit:
        return documents.unit(org=org, actor=actor, business_date=business_date)

    return build


@pytest.fixture
def told(documents: SqliteDocuments) -> Callable[..., Any]:
    """Return a way to read the events of the last journal entry."""

    async def read(org: str = ORG) -> tuple[Event, ...]:
        entries = await documents.entries(org, after=await documents.sequence(org) - 1)
        return LOANS_EVENTS.decode(bytes(entries[-1].events))

    return read


class World:
    """The service behind the real HTTP edge, and callers of any role and organization."""

    def __init__(self, documents: SqliteDocuments) -> None:
        heads = Heads(documents, None)
        self.documents = documents = documents.telling(heads.committed)
        self.prefix = ""
        self.key = OKPKey.generate_key("Ed25519", {"kid": "test", "use": "sig"})
        self.register = SharedRegister(MemoryCache(), self.published)
        self.app = application(
            services=[
                ServiceRoutes(
                    name="loans",
                    routes=CORE_ROUTES,
                    documents=documents,
                    versions=heads,
                    given={"readers": Readers()},
                ),
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

    async def published(self) -> bytes:
        return json.dumps({"keys": [key.as_dict(private=False) for key in [self.key]]}).encode()

    def headers(
        self, role: str = "manager", org: str = ORG, user: str = "ann", limited_to: dict[str, list[str]] | None = None
    ) -> dict[str, str]:
        """Return the headers of a caller; `limited_to` is the scope that their token tells."""
        now = time.time()
        claims = {
            "iss": "https://loans.test",
            "aud": "api",
            "sub": user,
            "org": f"{self.prefix}{org}",
            "sid": f"{user}-{self.prefix}{org}-{role}",
            "role": role,
            "iat": now,
            "exp": now + 600,
            "jti": new_id(),
            **({} if limited_to is None else {"limited_to": limited_to}),
        }
        header = {"alg": "Ed25519", "kid": self.key.kid}
        return {"Authorization": f"Bearer {jwt.encode(header, claims, self.key, algorithms=['Ed25519'])}"}


@pytest.fixture(scope="module")
async def shared_world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Open one application for a module's tests: putting it together takes longer than most of them."""
    path = tmp_path_factory.mktemp("world") / "loans.sqlite"
    opened = SqliteDocuments.open(path, service="loans", kinds=(*KINDS, answers_kind("loans")))
    yield World(opened)
    await opened.close()


@pytest.fixture
async def world(shared_world: World) -> World:
    """Return the module's application with organizations that no other test has used."""
    shared_world.prefix = f"{new_id()}-"
    return shared_world


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """Return a manager's client; other callers pass other headers."""
    transport = httpx.ASGITransport(world.app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://loans.test/api/v1", headers=world.headers()
    ) as opened:
        yield opened


@pytest.fixture
def stored(client: httpx.AsyncClient, a_loan_body: Callable[..., dict[str, Any]]) -> Callable[..., Any]:
    """Return a way to store a loan with phases of prepayment; it answers with the loan's path."""

    async def store(*phases: dict[str, Any], terms: dict[str, Any] | None = None, **changes: Any) -> str:
        body = a_loan_body(**changes, terms={"dayCount": "30_360", "prepayment": [*phases], **(terms or {})})
        answer = await client.post("/loans", json=body)
        assert answer.status_code == 201, answer.text
        return f"/loans/{answer.json()['id']}"

    return store


@pytest.fixture
def ask(client: httpx.AsyncClient) -> Callable[..., Any]:
    """Return a way to GET a path with parameters."""

    async def get(path: str, status: int = 200, **parameters: Any) -> Any:
        answer = await client.get(path, params=parameters)
        assert answer.status_code == status, answer.text
        return answer.json()

    return get
