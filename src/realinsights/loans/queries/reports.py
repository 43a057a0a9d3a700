"""Reads of reports: the list of runs, the files of one, what differs between two."""

from __future__ import annotations

import asyncio
import io
import itertools
from typing import Final

import msgspec

from realinsights.loans.model.report_schedules import ReportSchedule
from realinsights.loans.model.reports import KEPT, ReportFile, ReportKind, ReportRun, RunState
from realinsights.loans.queries.history import read
from realinsights.loans.reports.comparing import CellDifference, differences
from realinsights.loans.store import REPORT_RUNS, REPORT_SCHEDULES
from realinsights_platform.blobs import Blobs
from realinsights_platform.documents.port import Documents, Equal, Order, Page, Position, Where
from realinsights_platform.errors import Conflict, NotFound

MOST: Final = 1_000
"""The differences that an answer holds."""


class RunDifference(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What differs between two runs of a report; `complete` is false where there is more than is listed."""

    earlier_id: str
    items: tuple[CellDifference, ...]
    complete: bool


async def list_runs(
    documents: Documents, *, org: str, kind: ReportKind | None, after: Position | None, limit: int
) -> Page[ReportRun]:
    """Return a page of runs, the latest first."""
    where: list[Where] = [Equal("kind", kind.value)] if kind is not None else []
    order = Order("requested_at", descending=True)
    return await documents.find(REPORT_RUNS, org, *where, order=order, after=after, limit=limit)


async def list_schedules(documents: Documents, *, org: str, after: Position | None, limit: int) -> Page[ReportSchedule]:
    """Return a page of schedules, the oldest first."""
    return await documents.find(REPORT_SCHEDULES, org, after=after, limit=limit)


async def file_of(run: ReportRun, blobs: Blobs, format_: str) -> ReportFile:
    """Return a run's file of a format; raises `NotFound`, and `Conflict` while it is being made."""
    if run.state is not RunState.DONE:
        raise Conflict(run.error or "The report is still being made. Ask again once it is done.")
    file = run.file(format_)
    if file is None:
        raise NotFound(" ".join(run.notes) or f"This report has no {format_} file.")
    if not await blobs.exists(file.path):
        raise NotFound("The report's file is no longer stored. Ask for the report again.")
    return file


async def difference_of(
    documents: Documents, blobs: Blobs, *, org: str, run_id: str, earlier: str | None
) -> RunDifference:
    """Return what differs from an earlier run, by default the last one asked for alike.

    Raises `NotFound`, and `Conflict` for runs of different reports and for one that is still being made.
    """
    run = await read(documents, REPORT_RUNS, org=org, document_id=run_id)
    before_id = earlier or run.previous_id
    if before_id is None:
        raise NotFound("There is no earlier run of this report to compare with.")
    before = await documents.get(REPORT_RUNS, org, before_id)
    if before is None:
        raise NotFound(f"There is no such earlier run to compare with. Runs are kept for {KEPT.days} days.")
    if before.kind is not run.kind:
        raise Conflict("These runs are of different reports: compare two of one kind.")
    found = [await blobs.get((await file_of(each, blobs, "json")).path) or b"" for each in (before, run)]
    # Tens of thousands of lines take seconds, each of them microseconds: others have their turn in between.
    items, complete = await asyncio.to_thread(_first, *found)
    return RunDifference(earlier_id=before.id, items=items, complete=complete)


def _first(before: bytes, after: bytes) -> tuple[tuple[CellDifference, ...], bool]:
    found = tuple(itertools.islice(differences(io.BytesIO(before), io.BytesIO(after)), MOST + 1))
    return found[:MOST], len(found) <= MOST
