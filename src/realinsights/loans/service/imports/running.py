"""Carries an import out: reads its file, plans chunk after chunk, stores each with how far it came."""

from __future__ import annotations

import asyncio
import datetime
import itertools
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import IO, Any, BinaryIO, Final, cast

import msgspec

from realinsights.loans.model.imports import (
    MOST_SHOWN,
    ColumnMapping,
    Import,
    ImportRow,
    ImportRows,
    ImportState,
    ReconciliationCounts,
    RowOutcome,
    Tolerance,
    rows_id,
)
from realinsights.loans.model.reconciliation import CENTS_RULE, FLOAT32_RULE, RATE_RULE, Outcome, differences
from realinsights.loans.model.tape import Precision, Statement, TapeFormat, TapeLayout
from realinsights.loans.service.imports.known import Known, gather
from realinsights.loans.service.imports.planning import Plan, Planner
from realinsights.loans.store import IMPORT_ROWS, IMPORTS, LOANS, MAPPINGS
from realinsights.loans.tapes import headers, reading
from realinsights.loans.tapes.csv_tape import header_of
from realinsights.loans.tapes.csv_text import form_of
from realinsights.loans.tapes.problems import Refused
from realinsights_platform.blobs import Blobs
from realinsights_platform.documents.port import Documents, Equal, Position, Unit
from realinsights_platform.errors import Conflict, Invalid, Stale

CHUNK: Final = 250  # loans of one unit of work
ATTEMPTS: Final = 5  # at a chunk whose loans somebody edits meanwhile
IN_MEMORY: Final = 8 * 1024 * 1024

Progress = Callable[[Import], None]


@dataclass(frozen=True, slots=True)
class Workshop:
    """What imports rest on."""

    documents: Documents
    blobs: Blobs
    progress: Progress


async def run_import(*, shop: Workshop, work: Import) -> Import:
    """Carry an import out from where it stands; a file that cannot be read makes it `failed`, with the reason."""
    try:
        async with _file(shop.blobs, work.blob) as stream:
            if work.layout is None:
                work = await _inspect(shop, work, stream)
            return await _store_all(shop, work, stream)
    except FileNotFoundError:
        return await _finish(shop, work, ImportState.FAILED, error="the uploaded file is not there any more")
    except Invalid as refusal:
        problems = "; ".join(f"{field.field}: {field.message}" for field in refusal.fields if field.field != "file")
        return await _finish(
            shop, work, ImportState.FAILED, error=refusal.message + (f" ({problems})" if problems else "")
        )


async def save(shop: Workshop, work: Import, **changes: Any) -> Import:
    """Store a change of an import in a unit of its own and tell who watches."""
    async with unit_of(shop, work) as unit:
        stored = unit.put(IMPORTS, msgspec.structs.replace(work, **changes))
    shop.progress(stored)
    return stored


def unit_of(shop: Workshop, work: Import) -> Unit:
    """Open a unit of work in the name of who asked for the import."""
    return shop.documents.unit(org=work.org, actor=work.requested_by, business_date=work.business_date)


async def _finish(shop: Workshop, work: Import, state: ImportState, **changes: Any) -> Import:
    return await save(shop, work, state=state, **changes)


@asynccontextmanager
async def _file(blobs: Blobs, path: str) -> AsyncIterator[BinaryIO]:
    """Bring the uploaded file near, so that a thread can read it several times."""
    spool = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed below
    try:
        async for chunk in blobs.stream(path):
            await asyncio.to_thread(spool.write, chunk)
        yield cast("BinaryIO", cast("IO[bytes]", spool))
    finally:
        spool.close()


async def _inspect(shop: Workshop, work: Import, stream: BinaryIO) -> Import:
    options = work.options
    mapping = options.mapping
    if mapping is None:
        mapping = await _remembered(shop, work, stream)
    layout = await asyncio.to_thread(
        reading.inspect,
        stream,
        file_name=work.file_name,
        deal=options.deal,
        encoding=options.encoding,
        mapping=mapping,
    )
    precision = layout.precision
    if options.tolerance is not Tolerance.DETECT:
        precision = Precision.FLOAT32 if options.tolerance is Tolerance.FLOAT32 else Precision.CENTS
    rule = FLOAT32_RULE if precision is Precision.FLOAT32 else CENTS_RULE
    how = f"detected: {layout.evidence}" if options.tolerance is Tolerance.DETECT else "as asked for"
    async with unit_of(shop, work) as unit:
        if options.mapping is not None and layout.fingerprint is not None:
            await remember_mapping(unit, layout)
        work = unit.put(
            IMPORTS,
            msgspec.structs.replace(
                work,
                state=ImportState.RUNNING,
                layout=layout,
                deal=layout.deal,
                total=layout.loans,
                precision=precision,
                tolerance=f"{rule} ({how}); {RATE_RULE}",
            ),
        )
    shop.progress(work)
    return work


async def _remembered(shop: Workshop, work: Import, stream: BinaryIO) -> Any:
    def fingerprint() -> str | None:
        if reading.is_xml(stream):
            return None
        return headers.fingerprint(header_of(stream, form_of(stream, encoding=work.options.encoding)))

    known = await asyncio.to_thread(fingerprint)
    if known is None:
        return None
    mapping = await shop.documents.get(MAPPINGS, work.org, known)
    return mapping.mapping if mapping is not None else None


async def remember_mapping(unit: Unit, layout: TapeLayout) -> None:
    """Keep how files of this layout are read, for the next one."""
    before = await unit.get(MAPPINGS, layout.fingerprint or "")
    mapping = ColumnMapping(
        id=layout.fingerprint or "",
        org=unit.org,
        version=before.version if before is not None else 0,
        header=layout.header,
        mapping=layout.mapping,
    )
    if mapping != before:
        unit.put(MAPPINGS, mapping)


async def _store_all(shop: Workshop, work: Import, stream: BinaryIO) -> Import:
    layout = work.layout
    if layout is None:
        raise ValueError("an import is stored once its file has been inspected")
    rows = reading.statements(stream, layout, as_of=work.options.as_of or work.business_date)
    rows = await asyncio.to_thread(_from, rows, work.done)
    planner = Planner(work, details=work.dry_run)
    while True:
        chunk = await asyncio.to_thread(_next, rows)
        if not chunk:
            break
        work = await _store_chunk(shop, work, planner, chunk)
    missing, count = await _missing(shop, work)
    return await _finish(shop, work, ImportState.DONE, missing=missing, missing_count=count)


def _from(rows: Iterator[Statement | Refused], done: int) -> Iterator[Statement | Refused]:
    for _ in itertools.islice(rows, done):
        pass
    return rows


def _next(rows: Iterator[Statement | Refused]) -> list[Statement | Refused]:
    return list(itertools.islice(rows, CHUNK))


async def _store_chunk(shop: Workshop, work: Import, planner: Planner, chunk: list[Statement | Refused]) -> Import:
    for attempt in range(ATTEMPTS):
        unit = unit_of(shop, work)
        statements = [item for item in chunk if isinstance(item, Statement)]
        within_deal = work.layout is not None and work.layout.format is TapeFormat.EX102
        known = await gather(unit, shop.documents, statements, deal=work.deal, within_deal=within_deal)
        # In a thread: planning and indexing a chunk takes long enough to keep other requests waiting.
        progressed = await asyncio.to_thread(_plan_into, unit, work, planner, chunk, known)
        try:
            await unit.commit()
        except (Stale, Conflict):
            # Somebody changed one of these loans, or made one of the same number, since it was read: read it again.
            if attempt == ATTEMPTS - 1:
                raise
            continue
        shop.progress(progressed)
        return progressed
    raise AssertionError("the last attempt returns or raises")


def _plan_into(unit: Unit, work: Import, planner: Planner, chunk: list[Statement | Refused], known: Known) -> Import:
    plan = planner.plan(chunk, known)
    if not work.dry_run:
        _apply(unit, plan)
    unit.put(IMPORT_ROWS, _rows(work, plan))
    return unit.put(IMPORTS, _progressed(work, plan))


def _apply(unit: Unit, plan: Plan) -> None:
    for kind, document in plan.writes:
        unit.put(kind, document)
    for loan in plan.expected.values():
        unit.expect(LOANS, loan)
    for event in plan.events:
        unit.emit(event)


def _rows(work: Import, plan: Plan) -> ImportRows:
    return ImportRows(
        id=rows_id(work.id, work.chunks), org=work.org, import_id=work.id, chunk=work.chunks, rows=tuple(plan.rows)
    )


def _progressed(work: Import, plan: Plan) -> Import:
    outcomes = [row.outcome for row in plan.rows]
    periods = sorted({*work.periods, *(row.period_end for row in plan.rows if row.period_end is not None)})
    rejected = [problem for row in plan.rows for problem in row.problems]
    return msgspec.structs.replace(
        work,
        state=ImportState.RUNNING,
        done=work.done + len(plan.rows),
        chunks=work.chunks + 1,
        loans=work.loans + sum(outcome is not RowOutcome.REFUSED for outcome in outcomes),
        properties=work.properties + sum(row.properties for row in plan.rows if row.outcome is not RowOutcome.REFUSED),
        created=work.created + outcomes.count(RowOutcome.CREATED),
        updated=work.updated + outcomes.count(RowOutcome.UPDATED),
        unchanged=work.unchanged + outcomes.count(RowOutcome.UNCHANGED),
        refused=work.refused + outcomes.count(RowOutcome.REFUSED),
        period=periods[-1] if periods else None,
        periods=tuple(periods[-MOST_SHOWN:]),
        reconciliation=_counted(work.reconciliation, plan.rows),
        differences=(*work.differences, *_differing(plan.rows))[:MOST_SHOWN],
        rejected=(*work.rejected, *rejected)[:MOST_SHOWN],
    )


def _counted(before: ReconciliationCounts, rows: list[ImportRow]) -> ReconciliationCounts:
    found = [row.reconciliation.outcome for row in rows if row.reconciliation is not None]
    return ReconciliationCounts(
        matched=before.matched + found.count(Outcome.MATCHED),
        not_due=before.not_due + found.count(Outcome.NOT_DUE),
        differs=before.differs + found.count(Outcome.DIFFERS),
        not_computed=before.not_computed + found.count(Outcome.NOT_COMPUTED),
        closed=before.closed + found.count(Outcome.CLOSED),
    )


def _differing(rows: list[ImportRow]) -> Iterator[Any]:
    for row in rows:
        if row.reconciliation is not None:
            yield from differences(row.number or "", row.reconciliation)


async def _missing(shop: Workshop, work: Import) -> tuple[tuple[str, ...], int]:
    """Return the deal's loans that still owe something and that this tape, the latest of its deal, leaves out."""
    if work.deal is None or work.period is None:
        return (), 0
    said: set[str] = set()
    for chunk in range(work.chunks):
        rows = await shop.documents.get(IMPORT_ROWS, work.org, rows_id(work.id, chunk))
        said |= {row.loan_id for row in rows.rows if row.loan_id is not None} if rows is not None else set()
    absent: list[str] = []
    after: Position | None = None
    while True:
        page = await shop.documents.find(LOANS, work.org, Equal("deal", work.deal), after=after, limit=1000)
        absent += [
            loan.number
            for loan in page.items
            if loan.id not in said and loan.current_balance and loan.balance_as_of < work.period
        ]
        if page.next is None:
            return tuple(absent[:MOST_SHOWN]), len(absent)
        after = page.next


def now() -> datetime.datetime:
    """Return the time, for what is stamped and never computed with."""
    return datetime.datetime.now(tz=datetime.UTC)
