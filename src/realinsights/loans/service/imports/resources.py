"""Resources of imports: documents, files, who is told of progress; and how progress is stored."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from realinsights.contracts.loans import ImportEnded, ImportOutcome
from realinsights.loans.model.imports import UNDER_WAY, Import
from realinsights.loans.service.imports.reading_process import Readers
from realinsights.loans.store import IMPORTS
from realinsights_platform.blobs import Blobs
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Unit
from realinsights_platform.quota import UNLIMITED, Quota

ATTEMPTS: Final = 5  # at a chunk whose loans somebody edits meanwhile
CHUNKS_AT_ONCE: Final = 20  # chunks of an import's rows that are read at a time, about 3 MB
Progress = Callable[[Import], None]


@dataclass(frozen=True, slots=True)
class Resources:
    """What imports are run with; whoever holds `process_lock` may start the process that drafts."""

    documents: Storage
    blobs: Blobs
    progress: Progress
    quota: Quota = UNLIMITED
    process_lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    readers: Readers = field(default_factory=Readers)


async def save(resources: Resources, work: Import, **changes: Any) -> Import:
    """Store a change of an import in a unit of its own and tell who watches, and everybody where it is at rest."""
    async with unit_of(resources, work) as unit:
        stored = unit.put(IMPORTS, msgspec.structs.replace(work, **changes))
        if stored.state not in UNDER_WAY:
            unit.emit(_ended(stored))
    resources.progress(stored)
    return stored


def _ended(work: Import) -> ImportEnded:
    return ImportEnded(
        import_id=work.id,
        file_name=work.file_name,
        requested_by=work.requested_by,
        dry_run=work.dry_run,
        outcome=ImportOutcome(work.state.value),
        loans=work.done,
        created=work.created,
        updated=work.updated,
        unchanged=work.unchanged,
        refused=work.refused,
        differs=work.reconciliation.differs,
        missing=work.missing_count,
        error=work.error,
    )


def unit_of(resources: Resources, work: Import) -> Unit:
    """Open a unit of work in the name of who asked for the import."""
    return resources.documents.unit(org=work.org, actor=work.requested_by, business_date=work.business_date)


def now() -> datetime.datetime:
    """Return the time, for what is stamped and never computed with."""
    return datetime.datetime.now(tz=datetime.UTC)
