"""Saves and loads an organization's columns; the document names the blobs, so that both change in one unit."""

from __future__ import annotations

import asyncio
import datetime
from dataclasses import dataclass

import structlog

from realinsights.dashboard.model.columns import Columns
from realinsights.dashboard.store.layout import LAYOUT, Unreadable, unpack
from realinsights_platform.blobs import Blobs
from realinsights_platform.documents.port import Document, Documents, Kind
from realinsights_platform.ids import new_id

ACTOR = "system:dashboard"

log = structlog.get_logger(__name__)


class Snapshot(Document, frozen=True, kw_only=True, rename="camel"):
    """An organization's columns after `applied` entries of the loans journal; `id` is the organization."""

    applied: int
    layout: int
    portfolio: str
    facts: str


SNAPSHOT = Kind(service="dashboard", name="snapshot", type=Snapshot)


@dataclass(frozen=True, slots=True)
class Packed:
    """Columns as bytes; `facts` is None where those of the snapshot before are still good."""

    applied: int
    portfolio: bytes
    facts: bytes | None


class Snapshots:
    """The snapshots of all organizations."""

    def __init__(self, documents: Documents, blobs: Blobs) -> None:
        self._documents = documents
        self._blobs = blobs

    async def load(self, org: str) -> tuple[Columns, Snapshot] | None:
        """Return the columns as last saved; None where there are none, or none that can be read."""
        snapshot = await self._documents.get(SNAPSHOT, org, org)
        if snapshot is None:
            return None
        portfolio, facts = await asyncio.gather(self._blobs.get(snapshot.portfolio), self._blobs.get(snapshot.facts))
        if portfolio is None or facts is None or snapshot.layout != LAYOUT:
            log.warning("dashboard.snapshot.absent", org=org, applied=snapshot.applied, layout=snapshot.layout)
            return None
        try:
            return await asyncio.to_thread(unpack, portfolio, facts), snapshot
        except Unreadable as error:
            log.warning("dashboard.snapshot.unreadable", org=org, applied=snapshot.applied, reason=str(error))
            return None

    async def save(self, org: str, packed: Packed, *, business_date: datetime.date) -> Snapshot:
        """Store the columns durably in the place of those before."""
        before = await self._documents.get(SNAPSHOT, org, org)
        portfolio, facts = _path(org), before.facts if before and packed.facts is None else _path(org)
        await self._blobs.put(portfolio, packed.portfolio)
        if packed.facts is not None:
            await self._blobs.put(facts, packed.facts)
        async with self._documents.unit(org=org, actor=ACTOR, business_date=business_date) as unit:
            saved = unit.put(
                SNAPSHOT,
                Snapshot(
                    id=org,
                    org=org,
                    version=before.version if before else 0,
                    applied=packed.applied,
                    layout=LAYOUT,
                    portfolio=portfolio,
                    facts=facts,
                ),
            )
        # Also what a crash between the blobs and the document has left behind.
        for path in await self._blobs.list(_folder(org)):
            if path not in {portfolio, facts}:
                await self._blobs.delete(path)
        return saved


def _folder(org: str) -> str:
    return f"dashboard/{org}/"


def _path(org: str) -> str:
    return f"{_folder(org)}{new_id()}.columns"
