"""What imports rest on, and how they keep their progress."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from realinsights.loans.model.imports import Import
from realinsights.loans.store import IMPORTS
from realinsights_platform.blobs import Blobs
from realinsights_platform.documents.port import Documents, Unit

ATTEMPTS: Final = 5  # at a chunk whose loans somebody edits meanwhile
Progress = Callable[[Import], None]


@dataclass(frozen=True, slots=True)
class Workshop:
    """What imports rest on; one of them at a time holds `elsewhere`, and has a process of its own."""

    documents: Documents
    blobs: Blobs
    progress: Progress
    elsewhere: asyncio.Lock = field(default_factory=asyncio.Lock)


async def save(shop: Workshop, work: Import, **changes: Any) -> Import:
    """Store a change of an import in a unit of its own and tell who watches."""
    async with unit_of(shop, work) as unit:
        stored = unit.put(IMPORTS, msgspec.structs.replace(work, **changes))
    shop.progress(stored)
    return stored


def unit_of(shop: Workshop, work: Import) -> Unit:
    """Open a unit of work in the name of who asked for the import."""
    return shop.documents.unit(org=work.org, actor=work.requested_by, business_date=work.business_date)


def now() -> datetime.datetime:
    """Return the time, for what is stamped and never computed with."""
    return datetime.datetime.now(tz=datetime.UTC)
