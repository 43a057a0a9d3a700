"""A real import office: documents in SQLite, files in memory, jobs that run, and what the readers were told."""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from realinsights.contracts.loans import (
    LOANS_EVENTS,
    ImportEnded,
    ImportRequested,
    LoanDeleted,
    LoanRecorded,
    PeriodsRecorded,
    PeriodsWithdrawn,
)
from realinsights.contracts.permissions import permissions_of
from realinsights.loans.model.imports import UNDER_WAY, Import, ImportOptions, ImportRow
from realinsights.loans.model.loan import Loan
from realinsights.loans.routes import ROUTES
from realinsights.loans.service.imports.jobs import ImportJobs
from realinsights.loans.service.imports.reading_process import Readers
from realinsights.loans.service.imports.requests import request_import, request_undo
from realinsights.loans.service.progress import Progress
from realinsights.loans.store import IMPORT_ROWS, IMPORTS, KINDS, LENDERS, LOANS, PERIODS, PROPERTIES
from realinsights_platform.blobs import Blobs, open_blobs
from realinsights_platform.cache.memory import MemoryCache
from realinsights_platform.documents.heads import Heads
from realinsights_platform.documents.port import AnyOf, Equal, Kind
from realinsights_platform.documents.sqlite import SqliteDocuments
from realinsights_platform.http.application import application
from realinsights_platform.http.routes.declaring import ServiceRoutes
from realinsights_platform.http.settings import HttpSettings
from realinsights_platform.limits.opening import open_limits
from realinsights_platform.limits.port import Rate
from realinsights_platform.quota import UNLIMITED
from realinsights_platform.stream.memory import MemoryStream
from realinsights_platform.stream.relay import Relay
from realinsights_platform.token_register import SharedRegister
from realinsights_platform.tokens import Revocations, Verifier

ORG = "org-1"
BUSINESS_DATE = datetime.date(2025, 12, 31)


async def in_pieces(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), 1000):
        yield data[start : start + 1000]


class Office:
    """Brings tapes in and tells what is there afterwards; `start` and `stop` say when its worker is at work."""

    def __init__(self, documents: SqliteDocuments, blobs: Blobs) -> None:
        heads = Heads(documents, None)
        self.documents = documents.telling(heads.committed)
        self.blobs = blobs
        self.cache = MemoryCache()
        self.quota = UNLIMITED
        self.stream = MemoryStream()
        self.progress = Progress(IMPORTS, documents=self.documents, cache=self.cache)
        self._relay = Relay(self.documents, self.stream, LOANS_EVENTS, heads=heads, leases=self.cache)
        self._at_work = AsyncExitStack()

    def worker(self, told: Callable[[Import], None] | None = None) -> ImportJobs:
        """Return one more worker, which tells of progress to `told` too."""

        def tell(work: Import) -> None:
            self.progress.tell(work)
            if told is not None:
                told(work)

        return ImportJobs(
            documents=self.documents, blobs=self.blobs, leases=self.cache, progress=tell, quota=self.quota
        )

    async def start(self, *workers: ImportJobs) -> None:
        """Relay what is requested to workers, to one that nobody names if there are none."""
        for jobs in workers or (self.worker(),):
            await self._at_work.enter_async_context(jobs.running(jobs.subscribe(self.stream)))
        await self._at_work.enter_async_context(self._relay.running())

    async def stop(self) -> None:
        """Let the workers go, whatever they are at."""
        await self._at_work.aclose()

    async def ask(
        self, tape: bytes | str, name: str = "deal.xml", *, org: str = ORG, dry_run: bool = False, **options: Any
    ) -> Import:
        async with self.documents.unit(org=org, actor="ann", business_date=BUSINESS_DATE) as unit:
            return await request_import(
                unit=unit,
                documents=self.documents,
                blobs=self.blobs,
                quota=self.quota,
                file_name=name,
                content=in_pieces(tape.encode() if isinstance(tape, str) else tape),
                options=ImportOptions(**options),
                dry_run=dry_run,
            )

    async def idle(self, org: str = ORG) -> None:
        """Wait until every import is at rest."""
        under_way = AnyOf("state", tuple(state.value for state in UNDER_WAY))
        for work in (await self.documents.find(IMPORTS, org, under_way)).items:
            async for _ in self.progress.watch(org=org, job_id=work.id):
                pass

    async def bring(self, tape: bytes | str, name: str = "deal.xml", **options: Any) -> Import:
        work = await self.ask(tape, name, **options)
        await self.idle()
        return await self.read(work.id)

    async def ask_undo(self, work: Import) -> Import:
        async with self.documents.unit(org=ORG, actor="ann", business_date=BUSINESS_DATE) as unit:
            return await request_undo(unit=unit, import_id=work.id)

    async def undo(self, work: Import) -> Import:
        await self.ask_undo(work)
        await self.idle()
        return await self.read(work.id)

    async def read(self, import_id: str, *, org: str = ORG) -> Import:
        found = await self.documents.get(IMPORTS, org, import_id)
        assert found is not None
        return found

    async def rows(self, work: Import) -> list[ImportRow]:
        page = await self.documents.find(IMPORT_ROWS, ORG, Equal("import_id", work.id), limit=1000)
        return [row for chunk in page.items for row in chunk.rows]

    async def all(self, kind: Kind[Any]) -> list[Any]:
        return list((await self.documents.find(kind, ORG, limit=1000)).items)

    async def loan(self, number: str) -> Loan:
        (found,) = (await self.documents.find(LOANS, ORG, Equal("number", number))).items
        return found

    async def events(self) -> list[Any]:
        """Return what other services were told, but for the imports themselves."""
        told: list[Any] = []
        after = 0
        while entries := await self.documents.entries(ORG, after=after, limit=1000):
            events = [event for entry in entries for event in LOANS_EVENTS.decode(bytes(entry.events))]
            told += [event for event in events if not isinstance(event, ImportRequested | ImportEnded)]
            after = entries[-1].sequence
        return told

    async def edit(self, kind: Kind[Any], document: Any) -> Any:
        async with self.documents.unit(org=ORG, actor="bob", business_date=BUSINESS_DATE) as unit:
            return unit.put(kind, document)

    async def present(self) -> dict[str, Any]:
        """Return what the books say, without ids and versions: two histories may be compared by it."""
        lenders = {lender.id: lender.name for lender in await self.all(LENDERS)}
        assets = {asset.id: asset for asset in await self.all(PROPERTIES)}
        loans = await self.all(LOANS)
        numbers = {loan.id: loan.number for loan in loans}
        return {
            "loans": {loan.number: _said(loan, lenders, assets) for loan in loans},
            "properties": {
                (asset.deal, asset.asset_number): _without(asset, "id", "version", "sources")
                for asset in assets.values()
            },
            "periods": {
                (numbers[period.loan_id], period.period_end): _without(
                    period, "id", "version", "sources", "loan_id", "import_id"
                )
                for period in await self.all(PERIODS)
            },
            "lenders": sorted(lenders.values()),
        }

    async def history(self) -> dict[tuple[str, datetime.date], Any]:
        """Return the months as a reader that applies the events in order has them."""
        numbers: dict[str, str] = {}
        months: dict[tuple[str, datetime.date], Any] = {}
        for event in await self.events():
            if isinstance(event, LoanRecorded):
                numbers[event.loan_id] = event.number
            elif isinstance(event, PeriodsRecorded):
                for figures in event.periods:
                    months[event.loan_id, figures.month] = figures
            elif isinstance(event, PeriodsWithdrawn):
                for month in event.months:
                    months.pop((event.loan_id, month), None)
            elif isinstance(event, LoanDeleted):
                months = {key: value for key, value in months.items() if key[0] != event.loan_id}
        return {(numbers[loan], month): figures for (loan, month), figures in months.items()}


def _said(loan: Loan, lenders: dict[str, str], assets: dict[str, Any]) -> dict[str, Any]:
    said = _without(loan, "id", "version", "sources", "lender_id", "properties", "property_ids")
    said["lender"] = lenders.get(loan.lender_id or "")
    said["properties"] = [assets[key].asset_number for key in loan.property_ids]
    return said


def _without(struct: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(struct, name) for name in struct.__struct_fields__ if name not in names}


@pytest.fixture
async def office(documents: SqliteDocuments) -> AsyncIterator[Office]:
    opened = Office(documents, open_blobs("memory://"))
    await opened.start()
    yield opened
    await opened.stop()


@pytest.fixture
def another_office(tmp_path: Any) -> Callable[[str], Any]:
    """Return a way to open further, empty offices."""

    async def build(name: str) -> Office:
        documents = SqliteDocuments.open(tmp_path / name / "loans.sqlite", service="loans", kinds=KINDS)
        built = Office(documents, open_blobs("memory://"))
        await built.start()
        return built

    return build


Headers = Callable[..., dict[str, str]]
KEY = OKPKey.generate_key("Ed25519", {"kid": "test", "use": "sig"})


async def published() -> bytes:
    return json.dumps({"keys": [KEY.as_dict(private=False)]}).encode()


@pytest.fixture
def signed() -> Headers:
    def build(role: str = "manager", org: str = "org-1") -> dict[str, str]:
        now = time.time()
        claims = {"iss": "i", "aud": "a", "sub": "ann", "org": org, "sid": f"{org}-{role}", "role": role,
                  "iat": now, "exp": now + 600, "jti": "1"}  # fmt: skip
        token = jwt.encode({"alg": "Ed25519", "kid": KEY.kid}, claims, KEY, algorithms=["Ed25519"])
        return {"Authorization": f"Bearer {token}"}

    return build


@pytest.fixture
async def web(office: Any, documents: SqliteDocuments, signed: Headers) -> AsyncIterator[httpx.AsyncClient]:
    rates = {name: Rate(amount=100_000, seconds=60) for name in ("anonymous", "user", "sign-in")}
    heads = Heads(documents, None)
    documents = documents.telling(heads.committed)
    register = SharedRegister(MemoryCache(), published)
    app = application(
        services=[
            ServiceRoutes(
                name="loans",
                routes=ROUTES,
                documents=documents,
                versions=heads,
                given={
                    "blobs": office.blobs,
                    "progress": office.progress,
                    "readers": Readers(),
                    "quota": UNLIMITED,
                },
            )
        ],
        verifier=Verifier(
            register=register,
            issuer="i",
            audience="a",
            permissions=permissions_of,
            revocations=Revocations(),
        ),
        limits=open_limits("memory://"),
        settings=HttpSettings(secret=b"s" * 32, rates=rates),
    )
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://loans.test/api/v1", headers=signed()
    ) as client:
        yield client
