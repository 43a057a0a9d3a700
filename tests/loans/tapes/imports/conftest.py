"""A real import office: documents in SQLite, files in memory, jobs that run, and what the readers were told."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from realinsights.contracts.loans import LOANS_EVENTS, LoanDeleted, LoanRecorded, PeriodsRecorded, PeriodsWithdrawn
from realinsights.loans.model.imports import Import, ImportOptions, ImportRow
from realinsights.loans.model.loan import Loan
from realinsights.loans.service.imports.jobs import ImportJobs
from realinsights.loans.service.imports.requests import request_import, request_undo
from realinsights.loans.store import IMPORT_ROWS, IMPORTS, KINDS, LENDERS, LOANS, PERIODS, PROPERTIES
from realinsights_platform.blobs import Blobs, open_blobs
from realinsights_platform.cache.memory import MemoryCache
from realinsights_platform.documents.port import Equal, Kind
from realinsights_platform.documents.sqlite import SqliteDocuments

ORG = "org-1"
BUSINESS_DATE = datetime.date(2025, 12, 31)


async def in_pieces(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), 1000):
        yield data[start : start + 1000]


class Office:
    """Brings tapes in and tells what is there afterwards."""

    def __init__(self, documents: SqliteDocuments, blobs: Blobs) -> None:
        self.documents = documents
        self.blobs = blobs
        self.jobs = ImportJobs(documents=documents, blobs=blobs, cache=MemoryCache())

    async def ask(self, tape: bytes | str, name: str = "deal.xml", *, dry_run: bool = False, **options: Any) -> Import:
        return await request_import(
            jobs=self.jobs,
            blobs=self.blobs,
            org=ORG,
            actor="ann",
            business_date=BUSINESS_DATE,
            file_name=name,
            content=in_pieces(tape.encode() if isinstance(tape, str) else tape),
            options=ImportOptions(**options),
            dry_run=dry_run,
        )

    async def bring(self, tape: bytes | str, name: str = "deal.xml", **options: Any) -> Import:
        work = await self.ask(tape, name, **options)
        await self.jobs.idle()
        return await self.read(work.id)

    async def undo(self, work: Import) -> Import:
        await request_undo(jobs=self.jobs, org=ORG, actor="ann", business_date=BUSINESS_DATE, import_id=work.id)
        await self.jobs.idle()
        return await self.read(work.id)

    async def read(self, import_id: str) -> Import:
        found = await self.documents.get(IMPORTS, ORG, import_id)
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
        told: list[Any] = []
        after = 0
        while entries := await self.documents.entries(ORG, after=after, limit=1000):
            told += [event for entry in entries for event in LOANS_EVENTS.decode(bytes(entry.events))]
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
    await opened.jobs.start()
    yield opened
    await opened.jobs.close()


@pytest.fixture
def another_office(tmp_path: Any) -> Callable[[str], Any]:
    """Return a way to open further, empty offices."""

    async def build(name: str) -> Office:
        documents = SqliteDocuments.open(tmp_path / name / "loans.sqlite", service="loans", kinds=KINDS)
        return Office(documents, open_blobs("memory://"))

    return build
