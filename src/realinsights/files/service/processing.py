"""Processing of versions: scanned before anybody reads them, then read for their text, in a process with limits.

A worker hears of a version by the service's own event and acknowledges it once the version is at rest. Done again after
a death, it comes to the same.
"""

from __future__ import annotations

import asyncio
import datetime
import tempfile
from collections.abc import Iterator
from typing import IO, Any, BinaryIO, Final, cast

import msgspec
import structlog

from realinsights.contracts.files import VersionProcessed, VersionReceived, VersionState
from realinsights.files.extraction.extracted import Asked, Outcome, Page, Told
from realinsights.files.extraction.extracting import READERS, extracting
from realinsights.files.model.documents import FileVersion, version_id
from realinsights.files.service.documents import Resources
from realinsights.files.service.staleness import version_became_current
from realinsights.files.store import DOCUMENTS, VERSIONS
from realinsights_platform.bounded_process import BoundedProcess, Ended, StoodStill
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.documents.text_port import TextPage
from realinsights_platform.errors import Closed, Stale
from realinsights_platform.events import Message
from realinsights_platform.verdicts import Scan

log = structlog.get_logger(__name__)

ACTOR: Final = "system:files"
AT_ONCE: Final = 2
"""Files that a process reads at a time; of an organization one after the other."""

LARGEST: Final = 512 * 1024 * 1024
"""Bytes of a file whose text is read."""

SECONDS: Final = 60
SECONDS_PER_MEGABYTE: Final = 2.0
MEMORY: Final = 2 * 1024**3  # bytes of addresses, of which the interpreter and its libraries take a quarter
PATIENCE: Final = 10
"""How many times its processor time a file may take by the clock before the next page comes."""

_IN_MEMORY: Final = 1024 * 1024
_ENCODE: Final = msgspec.msgpack.Encoder().encode
_TOLD: Final[Any] = msgspec.msgpack.Decoder(Told).decode


class Processing:
    """The work on versions that were received."""

    def __init__(self, *, documents: Storage, resources: Resources) -> None:
        self._documents = documents
        self._resources = resources
        self._free = asyncio.Semaphore(AT_ONCE)

    async def handle(self, message: Message) -> None:
        """Bring every version that a message names to rest; raises where what it rests on is away."""
        for event in message.events:
            if isinstance(event, VersionReceived):
                async with self._free:
                    await self._process(message, event)

    async def _process(self, message: Message, event: VersionReceived) -> None:
        key = version_id(event.document_id, event.number)
        version = await self._documents.get(VERSIONS, message.org, key)
        if version is None or version.state is not VersionState.RECEIVED:
            return
        try:
            if version.scan is Scan.PENDING:
                scanned = await self._scanned(version, message.business_date)
                if scanned is None or scanned.state is VersionState.QUARANTINED:
                    return
                version = scanned
            outcome, pages = await self._read(version)
        except FileNotFoundError:
            # It was deleted meanwhile, or its bytes are lost: then nobody finds it, and it says so.
            outcome, pages = Outcome(VersionState.UNREADABLE, note="its bytes are not stored any more"), []
        await self._settle(version, outcome, pages, message.business_date)

    async def _scanned(self, version: FileVersion, day: datetime.date) -> FileVersion | None:
        verdict = await self._resources.scanner.scan(self._resources.blobs.stream(version.path))
        infected = verdict.scan is Scan.INFECTED
        if infected:
            log.warning("file.infected", org=version.org, document=version.document_id, finding=verdict.reason)
        changes: dict[str, Any] = {"scan": verdict.scan, "finding": verdict.reason}
        if infected:
            changes["state"] = VersionState.QUARANTINED
        return await self._store(version, day, changes)

    async def _read(self, version: FileVersion) -> tuple[Outcome, list[TextPage]]:
        if version.media_type not in READERS:
            return Outcome(VersionState.READY, note="no text is looked for in a file of this type"), []
        if version.size > LARGEST:
            return Outcome(VersionState.TOO_LARGE, note=f"text is read of files up to {LARGEST // 1024**2} MB"), []
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
            async for chunk in self._resources.blobs.stream(version.path):
                await asyncio.to_thread(spool.write, chunk)
            spool.rollover()  # the process gets the file itself
            spool.flush()
            spool.seek(0)
            return await self._extracted(cast("BinaryIO", cast("IO[bytes]", spool)), version)

    async def _extracted(self, stream: BinaryIO, version: FileVersion) -> tuple[Outcome, list[TextPage]]:
        """Return what a process gets out of a file; whoever is told to end ends the process too."""
        seconds = int(SECONDS + SECONDS_PER_MEGABYTE * version.size / 1024**2)
        starting = asyncio.create_task(
            asyncio.to_thread(BoundedProcess, extracting, stream, seconds=seconds, memory=MEMORY, name="extracting")
        )
        try:
            process = await asyncio.shield(starting)
            return await asyncio.to_thread(_extracted, process, version, seconds)
        finally:
            # Who leaves while it starts waits for it, or it would be left behind with the file.
            await asyncio.to_thread((await starting).close)

    async def _settle(self, version: FileVersion, outcome: Outcome, pages: list[TextPage], day: datetime.date) -> None:
        texts = self._resources.texts
        if outcome.preview is not None:
            await self._resources.blobs.put(version.preview_path, msgspec.json.encode(outcome.preview))
        if not await self._is_followed(version):
            if pages:
                await texts.put(version.org, version.document_id, version.uploaded_at, pages)
            else:
                await texts.remove(version.org, version.document_id)
        stored = await self._store(
            version,
            day,
            {
                "state": outcome.state,
                "pages": outcome.pages,
                "note": outcome.note,
                "previewed": outcome.preview is not None,
                "text_by": outcome.text_by,
            },
        )
        if stored is None:  # the document was deleted meanwhile
            await texts.remove(version.org, version.document_id)
            await self._resources.blobs.delete(version.preview_path)

    async def _is_followed(self, version: FileVersion) -> bool:
        """Tell whether a later version was read already, whose text is the one that is found."""
        document = await self._documents.get(DOCUMENTS, version.org, version.document_id)
        if document is None:
            return False
        later = [version_id(document.id, number) for number in range(version.number + 1, document.latest + 1)]
        found = await self._documents.get_many(VERSIONS, version.org, later)
        return any(one.state not in {VersionState.RECEIVED, VersionState.QUARANTINED} for one in found.values())

    async def _store(self, version: FileVersion, day: datetime.date, changes: dict[str, Any]) -> FileVersion | None:
        """Store what is known of a version, and tell others once it is at rest; return None where it was deleted."""

        async def work(unit: Unit) -> FileVersion | None:
            before = await unit.get(VERSIONS, version.id)
            if before is None:
                return None
            after = unit.put(VERSIONS, msgspec.structs.replace(before, **changes))
            if after.state is not VersionState.RECEIVED:
                if after.readable:
                    await version_became_current(unit, after)
                unit.emit(
                    VersionProcessed(
                        document_id=after.document_id, number=after.number, state=after.state, pages=after.pages
                    )
                )
            return after

        try:
            stored, _ = await committed(
                lambda: self._documents.unit(org=version.org, actor=ACTOR, business_date=day), work, crossed=(Stale,)
            )
        except Closed:
            return None
        return stored


def _extracted(process: BoundedProcess, version: FileVersion, seconds: int) -> tuple[Outcome, list[TextPage]]:
    """Return what a process gets out of a file, or what became of the process."""
    pages: list[TextPage] = []
    try:
        for told in _told(process, version.media_type, patience=PATIENCE * seconds):
            if isinstance(told, Page):
                pages.append(TextPage(told.number, told.text))
            else:
                return told, pages if told.state is VersionState.READY else []
    except StoodStill:
        return Outcome(VersionState.UNREADABLE, note="reading it stood still"), []
    except Ended as ended:
        log.warning("file.reading.ended", org=version.org, version=version.id, exit_code=ended.exit_code)
        if ended.out_of_time:
            reason = f"reading it takes more than {seconds:,} seconds of processor time"
            return Outcome(VersionState.TOO_LARGE, note=reason), []
    return Outcome(VersionState.UNREADABLE, note="the program that reads it broke off"), []


def _told(process: BoundedProcess, media_type: str, *, patience: float) -> Iterator[Told]:
    for answer in process.answers(_ENCODE(Asked(media_type)), patience=patience):
        yield _TOLD(answer)
