"""Snapshots: an organization's columns as blobs, so that a start need not apply its whole journal again.

`dashboard/ORG/portfolio` is replaced as a whole and says how far it goes and which blob has its month facts. Whichever
process wrote last, what it wrote is whole; a process deletes only facts that it knew itself and that it has replaced.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog

from realinsights.dashboard.model.columns import Columns, Fact
from realinsights.dashboard.model.segments import Segments
from realinsights.dashboard.store.layout import Unreadable, unpack_facts, unpack_portfolio
from realinsights_platform.blobs import Blobs
from realinsights_platform.errors import Unavailable

_INLINE_BYTES = 256 * 1024
"""Up to so many bytes are unpacked on the event loop: it takes less than a millisecond."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Columns without their month facts, the sequence shown, and the name of those facts; empty: there are none."""

    columns: Columns
    applied: int
    facts: str


@dataclass(frozen=True, slots=True)
class Packed:
    """Columns as bytes, and the name of their facts (empty: there are none); `facts` is None where that blob exists."""

    portfolio: bytes
    facts_name: str
    facts: bytes | None


class Snapshots:
    """The snapshots of all organizations."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    async def load(self, org: str) -> Loaded | None:
        """Return the columns as last saved; None where there are none, or none that can be read now."""
        portfolio = await self._read(_portfolio(org))
        if portfolio is None:
            return None
        try:
            if len(portfolio) <= _INLINE_BYTES:
                return Loaded(*unpack_portfolio(portfolio))
            return Loaded(*await asyncio.to_thread(unpack_portfolio, portfolio))
        except Unreadable as error:
            log.warning("dashboard.snapshot.unreadable", org=org, reason=str(error))
            return None

    async def facts(self, org: str, name: str) -> Segments | None:
        """Return the month facts of a snapshot; None where they are gone or cannot be read."""
        if not name:
            return Segments(len(Fact))
        data = await self._read(_facts(org, name))
        try:
            if data is not None:
                return await asyncio.to_thread(unpack_facts, data)
        except Unreadable as error:
            log.warning("dashboard.facts.unreadable", org=org, reason=str(error))
        return None

    async def _read(self, path: str) -> bytes | None:
        try:
            return await self._blobs.get(path)
        except Unavailable as error:
            # What a snapshot says is in the journal too.
            log.warning("dashboard.snapshot.away", path=path, reason=str(error))
            return None

    async def save(self, org: str, packed: Packed) -> None:
        """Store columns durably in the place of those before."""
        if packed.facts is not None:
            await self._blobs.put(_facts(org, packed.facts_name), packed.facts)
        await self._blobs.put(_portfolio(org), packed.portfolio)

    async def forget_facts(self, org: str, name: str) -> None:
        """Delete month facts that have been replaced."""
        await self._blobs.delete(_facts(org, name))


def _portfolio(org: str) -> str:
    return f"dashboard/{org}/portfolio"


def _facts(org: str, name: str) -> str:
    return f"dashboard/{org}/facts-{name}"
