"""Use cases of schedules: create, replace, delete and restore one, make its report now, and make what is due."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from realinsights.loans.model.quantities import checked
from realinsights.loans.model.report_schedules import ReportSchedule, ReportScheduleDraft, next_time
from realinsights.loans.model.reports import ReportKind, ReportRun
from realinsights.loans.service.patching import refuse_other
from realinsights.loans.service.reports.requests import checked_parameters, requested
from realinsights.loans.store import REPORT_SCHEDULES
from realinsights_platform.business_day import date_at, zone_named
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.documents.versions import ANY_VERSION, current
from realinsights_platform.errors import Faults, NotFound
from realinsights_platform.ids import new_id


async def create_schedule(
    *, unit: Unit, draft: ReportScheduleDraft, zone: str, organization: str, now: datetime.datetime
) -> ReportSchedule:
    """Create a schedule; raises `Invalid`."""
    draft = await _checked(unit, draft)
    schedule = ReportSchedule(
        id=new_id(),
        org=unit.org,
        zone=zone,
        organization=organization,
        created_by=unit.actor,
        next_at=next_time(draft, zone=zone, after=now),
        **msgspec.structs.asdict(draft),
    )
    return unit.put(REPORT_SCHEDULES, schedule)


async def update_schedule(
    *,
    unit: Unit,
    schedule_id: str,
    draft: ReportScheduleDraft,
    expected_version: int,
    kept: Mapping[str, Any],
    now: datetime.datetime,
) -> ReportSchedule:
    """Replace what a person may say of a schedule; raises `Stale` where it is of another version, and `Invalid`."""
    before = await current(unit, REPORT_SCHEDULES, schedule_id, expected_version=expected_version)
    refuse_other(before, kept)
    draft = await _checked(unit, draft)
    next_at = next_time(draft, zone=before.zone, after=now)
    return unit.put(REPORT_SCHEDULES, msgspec.structs.replace(before, next_at=next_at, **msgspec.structs.asdict(draft)))


async def delete_schedule(*, unit: Unit, schedule_id: str, expected_version: int) -> None:
    """Delete a schedule; what it has made stays."""
    schedule = await current(unit, REPORT_SCHEDULES, schedule_id, expected_version=expected_version)
    unit.delete(REPORT_SCHEDULES, schedule)


async def rename_organization(*, unit: Unit, name: str) -> None:
    """Let the schedules' reports have the organization's name as it is now on their covers."""
    for schedule in await unit.every(REPORT_SCHEDULES):
        if schedule.organization != name:
            unit.put(REPORT_SCHEDULES, msgspec.structs.replace(schedule, organization=name))


async def restore_schedule(
    *, unit: Unit, documents: Documents, schedule_id: str, organization: str, now: datetime.datetime
) -> ReportSchedule:
    """Bring back a schedule that was deleted, as it was; its next time is counted from now.

    One that is there stays as it is. Raises `NotFound`.
    """
    there = await unit.get(REPORT_SCHEDULES, schedule_id)
    if there is not None:
        return there
    revisions = await documents.history(REPORT_SCHEDULES, unit.org, schedule_id, limit=2)
    before = next((one.document for one in revisions if one.document is not None), None)
    if before is None:
        raise NotFound("There is no such schedule.")
    back = msgspec.structs.replace(
        before,
        version=revisions[0].version,
        organization=organization or before.organization,
        next_at=next_time(before, zone=before.zone, after=now),
    )
    return unit.put(REPORT_SCHEDULES, back)


async def make_now(*, unit: Unit, schedule_id: str, now: datetime.datetime) -> ReportRun:
    """Have the report of a schedule made now and sent as it says; when it is made next stays. Raises `NotFound`."""
    schedule = await current(unit, REPORT_SCHEDULES, schedule_id, expected_version=ANY_VERSION)
    run = await _run_of(unit, schedule, now, requested_by=unit.actor)
    unit.put(REPORT_SCHEDULES, msgspec.structs.replace(schedule, last_run_id=run.id, last_on=run.business_date))
    return run


async def make_due(unit: Unit, ids: Sequence[str], *, now: Callable[[], datetime.datetime]) -> None:
    """Request a run of each schedule that is due; what was missed meanwhile is made once."""
    moment = now()
    for schedule in (await unit.get_many(REPORT_SCHEDULES, ids)).values():
        if schedule.due is None or schedule.due > moment:
            continue
        run = await _run_of(unit, schedule, moment, requested_by=schedule.created_by)
        unit.put(
            REPORT_SCHEDULES,
            msgspec.structs.replace(
                schedule,
                next_at=next_time(schedule, zone=schedule.zone, after=moment),
                last_run_id=run.id,
                last_on=run.business_date,
            ),
        )


async def _run_of(unit: Unit, schedule: ReportSchedule, now: datetime.datetime, *, requested_by: str) -> ReportRun:
    today = date_at(now.timestamp(), zone_named(schedule.zone))
    parameters = schedule.parameters
    if schedule.kind is ReportKind.CHANGES:
        since = schedule.last_on or parameters.since or today - datetime.timedelta(days=1)
        parameters = msgspec.structs.replace(parameters, since=since)
    return await requested(
        unit,
        schedule.kind,
        parameters,
        now=now,
        zone=schedule.zone,
        organization=schedule.organization,
        business_date=today,
        requested_by=requested_by,
        schedule_id=schedule.id,
    )


async def _checked(unit: Unit, draft: ReportScheduleDraft) -> ReportScheduleDraft:
    faults = Faults()
    checked(draft.parameters, faults, "parameters.")
    if not draft.recipients:
        faults.add("recipients", "name at least one member who gets the report")
    if len(set(draft.recipients)) < len(draft.recipients):
        faults.add("recipients", "names somebody twice")
    if draft.parameters.as_of is not None:
        faults.add("parameters.asOf", "must be left out: a schedule's reports are of the day they are made on")
    faults.refuse("schedule")
    # Changes of a schedule count from the report before.
    since = unit.business_date if draft.kind is ReportKind.CHANGES else None
    asked = msgspec.structs.replace(draft.parameters, since=draft.parameters.since or since)
    parameters = await checked_parameters(unit, draft.kind, asked, path="parameters.")
    return msgspec.structs.replace(draft, parameters=msgspec.structs.replace(parameters, since=draft.parameters.since))
