"""Leaving: what loans let go of when a member is removed."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from realinsights.loans.store import REPORT_SCHEDULES
from realinsights_platform.documents.port import Unit


async def let_go(unit: Unit, user: str) -> Mapping[str, int]:
    """Send a member no report any more; a schedule that nobody else gets is paused.

    An import of theirs that runs is the organization's and goes on; who requested it stays.
    """
    changed, paused = 0, 0
    for schedule in await unit.every(REPORT_SCHEDULES):
        if user not in schedule.recipients:
            continue
        left = tuple(one for one in schedule.recipients if one != user)
        after = msgspec.structs.replace(schedule, recipients=left)
        if not left:
            paused += not schedule.paused
            after = msgspec.structs.replace(after, paused=True, next_at=None)
        changed += 1
        unit.put(REPORT_SCHEDULES, after)
    return {"reportSchedules": changed, "pausedReportSchedules": paused}
