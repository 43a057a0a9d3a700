"""Running a report: its loans go to a process that makes the files, which are then kept."""

from __future__ import annotations

import asyncio
import datetime
import os
import sys
import tempfile
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import msgspec
import structlog

from realinsights.contracts.loans import ReportFinished, ReportRequested, StoredFile
from realinsights.loans.model.report_schedules import ReportSchedule
from realinsights.loans.model.reports import MEDIA_TYPES, TITLES, ReportFile, ReportRun, RunState
from realinsights.loans.reports.book import ReportOrder
from realinsights.loans.reports.lines import words
from realinsights.loans.reports.made import Made
from realinsights.loans.service.reports.gathering import gathered, loans_of
from realinsights.loans.store import FUNDS, LENDERS, LOANS, PORTFOLIOS, PROPERTIES, REPORT_RUNS, REPORT_SCHEDULES
from realinsights_platform.attributes import made_from
from realinsights_platform.blobs import Blobs
from realinsights_platform.documents.journal_port import JournalEntry, Storage
from realinsights_platform.documents.port import Kind, Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.documents.versions import current
from realinsights_platform.errors import Closed, Refusal, Stale, used_up
from realinsights_platform.events import Message
from realinsights_platform.quota import Quota

log = structlog.get_logger(__name__)

GROUP: Final = "loans.reports"
ACTOR: Final = "system:reports"

_ENCODE: Final = msgspec.msgpack.Encoder().encode
_MADE: Final = msgspec.msgpack.Decoder(Made).decode
_PIECE: Final = 256 * 1024
_TOLD_EVERY: Final = 2_000
"""Loans between two reports of progress."""

_PARTIES: Final[Mapping[str, Kind[Any]]] = MappingProxyType(
    {"lender": LENDERS, "fund": FUNDS, "portfolio": PORTFOLIOS, "property": PROPERTIES}
)
_SHOWN: Final = frozenset({LOANS.name, *(kind.name for kind in _PARTIES.values())})
_INHERITED: Final = ("PATH", "HOME", "LANG", "TMPDIR", "PYTHONPATH", "LD_LIBRARY_PATH")
_TRIES: Final = 3
"""How often the loans are read again because somebody wrote meanwhile."""


class Broke(Exception):
    """The process that makes a report has ended without making it."""


class ReportJobs:
    """The runs of reports that `ReportRequested` asks for, one of an organization at a time."""

    def __init__(
        self,
        *,
        documents: Storage,
        blobs: Blobs,
        quota: Quota,
        progress: Callable[[ReportRun], None],
        clock: Callable[[], datetime.datetime],
    ) -> None:
        self._documents = documents
        self._blobs = blobs
        self._quota = quota
        self._progress = progress
        self._clock = clock

    async def answer(self, message: Message) -> None:
        """Do the runs that a message asks for; one that is done already stays as it is."""
        for event in message.events:
            if isinstance(event, ReportRequested):
                run = await self._documents.get(REPORT_RUNS, message.org, event.run_id)
                if run is not None and not run.at_rest:
                    await self._do(run)

    async def _do(self, run: ReportRun) -> None:
        try:
            await self._make_or_fail(run)
        except Stale:
            log.warning("report.taken_over", org=run.org, run=run.id)
        except Closed:
            # Its files may have come after those of its organization were deleted.
            for path in await self._blobs.list(run.folder):
                await self._blobs.delete(path)
            raise

    async def _make_or_fail(self, run: ReportRun) -> None:
        try:
            await self._make(run)
        except (Closed, Stale):
            raise
        except Exception as error:
            if used_up(error) is not None:
                raise
            if isinstance(error, Refusal):
                reason = error.message
            else:
                log.exception("report.broke", org=run.org, run=run.id)
                reason = "The report stopped on an internal error. Ask for it again."
            stored = await self._documents.get(REPORT_RUNS, run.org, run.id)
            if stored is not None and not stored.at_rest:
                await self._end(stored, state=RunState.FAILED, error=reason)

    async def _make(self, run: ReportRun) -> None:
        for attempt in range(1, _TRIES + 1):
            run, entry = await self._begun(run)
            with tempfile.TemporaryDirectory(prefix="report-") as folder:
                run, made = await self._made(run, entry, Path(folder))
                later = await self._written_after(run.org, entry.sequence)
                if later is not None and attempt < _TRIES:
                    continue  # the loans of a report are those of one moment
                files = await self._kept(run, made, Path(folder))
            break
        notes = made.notes
        if later is not None:
            notes = (*notes, f"Loans were changed while they were read: entry {later} of the journal may show in part.")
        await self._end(
            run,
            state=RunState.DONE,
            done=run.total,
            cells_hash=made.cells_hash,
            loans=made.loans,
            balance=made.balance,
            files=files,
            notes=notes,
        )
        log.info("report.made", org=run.org, run=run.id, kind=run.kind.value, loans=made.loans)

    async def _begun(self, run: ReportRun) -> tuple[ReportRun, JournalEntry]:
        """Store that the loans are read from now on; return that entry, which is the last that the report shows."""
        total = await loans_of(self._documents, run)
        async with self._unit(run) as unit:
            run = unit.put(REPORT_RUNS, msgspec.structs.replace(run, state=RunState.RUNNING, done=0, total=total))
            sequence = await unit.commit() or 0
        self._progress(run)
        (entry,) = await self._documents.entries(run.org, after=sequence - 1, limit=1)
        return msgspec.structs.replace(run, sequence=sequence, journal_hash=entry.hash), entry

    async def _made(self, run: ReportRun, entry: JournalEntry, folder: Path) -> tuple[ReportRun, Made]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "realinsights.loans.reports", str(folder)),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env={name: os.environ[name] for name in _INHERITED if name in os.environ},
        )
        if process.stdin is None or process.stdout is None or process.stderr is None:
            raise Broke("it was started without pipes")
        try:
            order = ReportOrder(run.kind, run.title, run.parameters, run.as_of, await self._cover(run, entry))
            # Both are read from the beginning: a process that says much while it is told more would stand still.
            answering = asyncio.gather(process.stdout.read(), process.stderr.read())
            run = await self._told(run, order, process.stdin)
            answer, said = await answering
            if await process.wait():
                raise Broke(said.decode(errors="replace")[-2_000:])
            return run, _MADE(answer)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    async def _told(self, run: ReportRun, order: ReportOrder, stdin: asyncio.StreamWriter) -> ReportRun:
        """Give the process its order and the loans, and say how far it is."""
        told = 0
        try:
            _tell(stdin, _ENCODE(order))
            async for page in gathered(self._documents, run):
                _tell(stdin, _ENCODE(page))
                await stdin.drain()
                told += len(page.loans)
                if told // _TOLD_EVERY > run.done // _TOLD_EVERY:
                    run = await self._save(run, done=told)
            _tell(stdin, b"")
            stdin.close()
            await stdin.wait_closed()
        except (BrokenPipeError, ConnectionResetError):
            log.warning("report.process.ended", run=run.id)  # why, is in what it said
        return run

    async def _cover(self, run: ReportRun, entry: JournalEntry) -> tuple[tuple[str, str], ...]:
        asked = run.parameters
        lines = [("Organization", run.organization)] if run.organization else []
        lines += [("Report", TITLES[run.kind]), ("As of", run.as_of.isoformat())]
        balances = "rolled forward to that day by the schedules" if asked.as_of else "as last recorded"
        lines.append(("Balances", balances))
        if asked.since is not None:
            lines.append(("Changes since", f"the end of {asked.since.isoformat()} ({run.zone})"))
        filters = [f"{name}: {value}" async for name, value in self._filters(run)]
        lines.append(("Filters", "; ".join(filters) or "none: all loans"))
        lines += [
            ("Made at", f"{self._clock():%Y-%m-%d %H:%M} UTC"),
            ("Journal entry", f"{entry.sequence:,} of the loans journal"),
            ("Hash of that entry", entry.hash),
            ("Made by", f"Real Insights {version('realinsights')}"),
        ]
        return tuple(lines)

    async def _filters(self, run: ReportRun) -> AsyncIterator[tuple[str, str]]:
        chosen = run.parameters.filter
        if run.parameters.loan_id is not None:
            loan = await self._documents.get(LOANS, run.org, run.parameters.loan_id)
            yield "loan", run.parameters.loan_id if loan is None else loan.number
        if chosen.status is not None:
            yield "status", ", ".join(words(status.value) for status in chosen.status)
        for name, kind in _PARTIES.items():
            value = getattr(chosen, f"{name}_id")
            if value is not None:
                found = await self._documents.get(kind, run.org, value)
                yield name, value if found is None else found.name
        for name in ("deal", "tag"):
            if getattr(chosen, name) is not None:
                yield name, getattr(chosen, name)

    async def _kept(self, run: ReportRun, made: Made, folder: Path) -> tuple[ReportFile, ...]:
        self._quota.check(sum(file.size for file in made.files) + await self._blobs.size(f"reports/{run.org}"))
        files = []
        for file in made.files:
            path = f"{run.folder}/{file.sha256}.{file.format}"
            await self._blobs.put_stream(path, _pieces(folder / f"report.{file.format}"))
            files.append(ReportFile(format=file.format, path=path, size=file.size, sha256=file.sha256))
        return tuple(files)

    async def _written_after(self, org: str, sequence: int) -> int | None:
        """Return the first entry after one that wrote what reports show."""
        while entries := await self._documents.entries(org, after=sequence):
            for entry in entries:
                if any(write.kind in _SHOWN for write in entry.writes):
                    return entry.sequence
            sequence = entries[-1].sequence
        return None

    def _unit(self, run: ReportRun) -> Unit:
        return self._documents.unit(org=run.org, actor=ACTOR, business_date=run.business_date)

    async def _save(self, run: ReportRun, **changes: Any) -> ReportRun:
        async with self._unit(run) as unit:
            run = unit.put(REPORT_RUNS, msgspec.structs.replace(run, **changes))
        self._progress(run)
        return run

    async def _end(self, run: ReportRun, **changes: Any) -> None:
        """Store how a run ended and tell of it; who gets it is settled in the same unit of work.

        Its schedule may be changed meanwhile. Raises `Stale` where the run itself was: another worker has it.
        """
        ended = msgspec.structs.replace(run, finished_at=self._clock(), **changes)

        async def end(unit: Unit) -> ReportRun:
            await current(unit, REPORT_RUNS, run.id, expected_version=run.version)
            schedule = await unit.get(REPORT_SCHEDULES, run.schedule_id) if run.schedule_id is not None else None
            unit.emit(told(ended, schedule))
            if schedule is not None and ended.cells_hash is not None:
                unit.put(REPORT_SCHEDULES, msgspec.structs.replace(schedule, sent_hash=ended.cells_hash))
            return unit.put(REPORT_RUNS, ended)

        run, _ = await committed(lambda: self._unit(run), end, crossed=(Stale,))
        self._progress(run)


def told(run: ReportRun, schedule: ReportSchedule | None) -> ReportFinished:
    """Return what others are told of a run that has ended."""
    recipients: tuple[str, ...] = ()
    file = None
    if schedule is not None:
        unchanged = run.cells_hash is not None and run.cells_hash == schedule.sent_hash
        if not (schedule.only_if_changed and unchanged):
            recipients = schedule.recipients
        # Where there are too many rows for a page, the workbook has them.
        made = run.file(schedule.format.value) or run.file("xlsx")
        if made is not None:
            file = StoredFile(
                name=run.file_name(made.format),
                media_type=MEDIA_TYPES[made.format],
                path=made.path,
                size=made.size,
                sha256=made.sha256,
            )
    return made_from(run, ReportFinished, run_id=run.id, recipients=recipients, file=file, title=run.title)


def _tell(stream: asyncio.StreamWriter, page: bytes) -> None:
    stream.write(len(page).to_bytes(4, "big") + page)


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := await asyncio.to_thread(file.read, _PIECE):
            yield piece
