"""Routes of reports: ask for a run, watch it, download it, compare it with another one."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Annotated, Final

import msgspec

from realinsights.contracts.permissions import Permission
from realinsights.loans.model.reports import MEDIA_TYPES, ReportKind, ReportParameters, ReportRun
from realinsights.loans.queries import reports as queries
from realinsights.loans.queries.history import read
from realinsights.loans.queries.reports import RunDifference
from realinsights.loans.service.imports.resources import now
from realinsights.loans.service.progress import Progress
from realinsights.loans.service.reports.requests import report_kind, request_report
from realinsights.loans.store import REPORT_RUNS
from realinsights_platform.blobs import Blobs
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.http.answers.answer import Stream
from realinsights_platform.http.answers.sse import EventStream, ServerEvent
from realinsights_platform.http.routes.declaring import get, post
from realinsights_platform.http.routes.pages import Cursor, Limit, PageOf
from realinsights_platform.principal import Principal

XLSX: Final = MEDIA_TYPES["xlsx"]
PDF: Final = MEDIA_TYPES["pdf"]

_NOTHING_SAID: Final = ReportParameters()

Earlier = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


@post("/reports/{kind}/runs", permission=Permission.PORTFOLIO_READ, status=202, cost=200)
async def start_report(
    *, unit: Unit, principal: Principal, kind: str, data: ReportParameters = _NOTHING_SAID
) -> ReportRun:
    """Have a report made in the background, as a workbook and, up to 5,000 rows, as a PDF; 404 for another kind."""
    return await request_report(
        unit=unit,
        kind=report_kind(kind),
        parameters=data,
        now=now(),
        zone=str(principal.zone),
        organization=principal.org_name,
    )


@get("/reports/runs", permission=Permission.PORTFOLIO_READ)
async def list_report_runs(
    *,
    documents: Documents,
    principal: Principal,
    cursor: Cursor,
    kind: ReportKind | None = None,
    limit: Limit = 50,
) -> PageOf[ReportRun]:
    """List runs of reports, the latest first."""
    return cursor.page(
        await queries.list_runs(documents, org=principal.org, kind=kind, after=cursor.position, limit=limit)
    )


@get("/reports/runs/{run_id}", permission=Permission.PORTFOLIO_READ)
async def read_report_run(*, documents: Documents, principal: Principal, run_id: str) -> ReportRun:
    """Return a run: how far it is, what it came to, which entry of the journal it shows."""
    return await read(documents, REPORT_RUNS, org=principal.org, document_id=run_id)


@get("/reports/runs/{run_id}/events", permission=Permission.PORTFOLIO_READ, media_type="text/event-stream")
async def watch_report(
    *, documents: Documents, report_progress: Progress[ReportRun], principal: Principal, run_id: str
) -> EventStream:
    """Send the run as it comes further (`progress`), and once more when it is at rest (`end`)."""
    await read(documents, REPORT_RUNS, org=principal.org, document_id=run_id)

    async def sent() -> AsyncGenerator[ServerEvent, None]:
        async for run in report_progress.watch(org=principal.org, job_id=run_id):
            yield ServerEvent(event="end" if run.at_rest else "progress", id=str(run.version), data=run)

    return EventStream(sent())


@get("/reports/runs/{run_id}/report.xlsx", permission=Permission.PORTFOLIO_READ, media_type=XLSX)
async def download_workbook(*, documents: Documents, blobs: Blobs, principal: Principal, run_id: str) -> Stream:
    """Return a run's workbook; 409 while it is being made."""
    run = await read(documents, REPORT_RUNS, org=principal.org, document_id=run_id)
    return await _download(run, blobs, "xlsx", XLSX)


@get("/reports/runs/{run_id}/report.pdf", permission=Permission.PORTFOLIO_READ, media_type=PDF)
async def download_pages(*, documents: Documents, blobs: Blobs, principal: Principal, run_id: str) -> Stream:
    """Return a run's PDF; 409 while it is being made, 404 where it has too many rows for one."""
    run = await read(documents, REPORT_RUNS, org=principal.org, document_id=run_id)
    return await _download(run, blobs, "pdf", PDF)


@get("/reports/runs/{run_id}/difference", permission=Permission.PORTFOLIO_READ, cost=200)
async def compare_report_runs(
    *, documents: Documents, blobs: Blobs, principal: Principal, run_id: str, earlier: Earlier | None = None
) -> RunDifference:
    """Return what differs from the run before it that was asked for alike, or from an `earlier` one, cell by cell."""
    return await queries.difference_of(documents, blobs, org=principal.org, run_id=run_id, earlier=earlier)


async def _download(run: ReportRun, blobs: Blobs, format_: str, media_type: str) -> Stream:
    file = await queries.file_of(run, blobs, format_)
    headers = {
        "content-disposition": f'attachment; filename="{run.file_name(format_)}"',
        "content-length": str(file.size),
    }
    return Stream(blobs.stream(file.path), media_type=media_type, headers=headers)
