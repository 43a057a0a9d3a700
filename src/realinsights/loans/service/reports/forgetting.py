"""Forgetting: runs that are kept no longer, and those that nobody has made."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence

import msgspec

from realinsights.loans.model.reports import RunState
from realinsights.loans.service.reports.running import told
from realinsights.loans.store import REPORT_RUNS, REPORT_SCHEDULES
from realinsights_platform.blobs import Blobs
from realinsights_platform.documents.port import Unit


async def forget_runs(unit: Unit, ids: Sequence[str], *, blobs: Blobs, now: Callable[[], datetime.datetime]) -> None:
    """Remove runs with their files, and end as failed those that are under way for too long.

    For the scheduler, which hands on those that are due. The files go first: without them a run says that they are no
    longer stored, and files without a run would stay for ever.
    """
    moment = now()
    for run in (await unit.get_many(REPORT_RUNS, ids)).values():
        if run.due > moment:
            continue
        if run.at_rest:
            for path in await blobs.list(run.folder):
                await blobs.delete(path)
            unit.delete(REPORT_RUNS, run)
        else:
            reason = "The report was not made within a day. Ask for it again."
            ended = msgspec.structs.replace(run, state=RunState.FAILED, finished_at=moment, error=reason)
            schedule = await unit.get(REPORT_SCHEDULES, run.schedule_id) if run.schedule_id is not None else None
            unit.emit(told(ended, schedule))
            unit.put(REPORT_RUNS, ended)
