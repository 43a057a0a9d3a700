"""Routes of report schedules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realinsights.contracts.permissions import Permission
from realinsights.loans.model.report_schedules import ReportSchedule, ReportScheduleDraft
from realinsights.loans.model.reports import ReportRun
from realinsights.loans.queries import reports as queries
from realinsights.loans.queries.history import read
from realinsights.loans.service.imports.resources import now
from realinsights.loans.service.reports import schedules as service
from realinsights.loans.store import REPORT_SCHEDULES
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.http.answers.answer import Json, created
from realinsights_platform.http.routes.declaring import delete, get, post, put
from realinsights_platform.http.routes.pages import Cursor, Limit, PageOf
from realinsights_platform.principal import Principal


@get("/reports/schedules", permission=Permission.PORTFOLIO_READ)
async def list_report_schedules(
    *, documents: Documents, principal: Principal, cursor: Cursor, limit: Limit = 50
) -> PageOf[ReportSchedule]:
    """List schedules, the oldest first."""
    return cursor.page(await queries.list_schedules(documents, org=principal.org, after=cursor.position, limit=limit))


@post("/reports/schedules", permission=Permission.PORTFOLIO_WRITE)
async def create_report_schedule(
    *, unit: Unit, principal: Principal, data: ReportScheduleDraft
) -> Json[ReportSchedule]:
    """Have a report made and mailed to members every day, week or month."""
    schedule = await service.create_schedule(
        unit=unit, draft=data, zone=str(principal.zone), organization=principal.org_name, now=now()
    )
    return created(schedule, "/reports/schedules")


@get("/reports/schedules/{schedule_id}", permission=Permission.PORTFOLIO_READ)
async def read_report_schedule(*, documents: Documents, principal: Principal, schedule_id: str) -> ReportSchedule:
    """Return a schedule."""
    return await read(documents, REPORT_SCHEDULES, org=principal.org, document_id=schedule_id)


@put("/reports/schedules/{schedule_id}", permission=Permission.PORTFOLIO_WRITE)
async def update_report_schedule(
    *, unit: Unit, if_match: int, schedule_id: str, data: ReportScheduleDraft, kept: Mapping[str, Any]
) -> ReportSchedule:
    """Replace what a person may say of a schedule; its next time is counted from now."""
    return await service.update_schedule(
        unit=unit, schedule_id=schedule_id, draft=data, expected_version=if_match, kept=kept, now=now()
    )


@delete("/reports/schedules/{schedule_id}", permission=Permission.PORTFOLIO_WRITE)
async def delete_report_schedule(*, unit: Unit, if_match: int, schedule_id: str) -> None:
    """Delete a schedule; the reports that it made stay."""
    await service.delete_schedule(unit=unit, schedule_id=schedule_id, expected_version=if_match)


@post("/reports/schedules/{schedule_id}/restore", permission=Permission.PORTFOLIO_WRITE, status=200)
async def restore_report_schedule(
    *, unit: Unit, documents: Documents, principal: Principal, schedule_id: str
) -> ReportSchedule:
    """Bring back a schedule that was deleted; its next time is counted from now."""
    return await service.restore_schedule(
        unit=unit, documents=documents, schedule_id=schedule_id, organization=principal.org_name, now=now()
    )


@post("/reports/schedules/{schedule_id}/runs", permission=Permission.PORTFOLIO_WRITE, status=202, cost=200)
async def make_scheduled_report(*, unit: Unit, schedule_id: str) -> ReportRun:
    """Have the report of a schedule made now and sent to its recipients, whatever its rhythm, paused or not."""
    return await service.make_now(unit=unit, schedule_id=schedule_id, now=now())
