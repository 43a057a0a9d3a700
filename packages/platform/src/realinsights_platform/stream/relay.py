"""The relay: reads a service's journal in sequence and publishes it, from where it is settled."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import structlog

from realinsights_platform.documents.port import Documents
from realinsights_platform.events import EventCodec, Message
from realinsights_platform.stream.port import Stream

_ENTRIES_AT_ONCE = 100
_KEEP_SECONDS = 1.0

log = structlog.get_logger(__name__)


class Relay:
    """Publishes one service's journal; organisations take turns, each in its own sequence.

    `start` it once the process's groups have subscribed: what was committed and not acknowledged is published then,
    and every commit after that at once.
    """

    def __init__(self, documents: Documents, stream: Stream, codec: EventCodec[Any]) -> None:
        self._documents = documents
        self._stream = stream
        self._codec = codec
        self._published: dict[str, int] = {}
        self._waiting: dict[str, None] = {}
        self._kept: dict[tuple[str, str], int] = {}
        self._work = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Resume where the groups left off and follow the journal from now on."""
        service = self._documents.service
        self._kept = dict(await self._documents.relayed())
        self._stream.resume(service, self._kept)
        self._documents.on_commit(self._committed)
        self._stream.on_rewind(service, self._rewind)
        for org in await self._documents.sequences():
            self._rewind(org)
        self._tasks = [
            asyncio.create_task(self._follow(), name=f"{service} relay"),
            asyncio.create_task(self._keep(), name=f"{service} relay positions"),
        ]

    async def stop(self) -> None:
        """Stop publishing and keep what was acknowledged."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if self._tasks:
            self._tasks = []
            await self._keep_acknowledged()

    def _committed(self, service: str, org: str, sequence: int) -> None:
        del service, sequence
        self._enqueue(org)

    def _rewind(self, org: str | None) -> None:
        for one in [*self._published] if org is None else [org]:
            self._published.pop(one, None)
            self._enqueue(one)

    def _enqueue(self, org: str) -> None:
        self._waiting[org] = None
        self._work.set()

    async def _follow(self) -> None:
        while True:
            if not self._waiting:
                self._work.clear()
                await self._work.wait()
            org = next(iter(self._waiting))
            del self._waiting[org]
            try:
                await self._publish(org)
            except Exception:
                # This organisation waits for its next commit or for a repaired process; the others go on.
                log.exception("relay.failed", service=self._documents.service, org=org)

    async def _publish(self, org: str) -> None:
        service = self._documents.service
        after = self._published.get(org)
        if after is None:
            after = self._published[org] = await self._stream.settled(service, org)
        entries = await self._documents.outbox(org, after=after, limit=_ENTRIES_AT_ONCE)
        if not entries:
            return
        messages = []
        for sequence, entry in enumerate(entries, after + 1):
            if entry.sequence != sequence:
                raise ValueError(f"entry {sequence} of the journal is missing")
            messages.append(
                Message(
                    service=service,
                    org=org,
                    sequence=sequence,
                    at=entry.at,
                    business_date=entry.business_date,
                    events=self._codec.decode(entry.events),
                )
            )
        # Before the stream makes us wait: who asks for a rewind meanwhile must have the last word.
        self._published[org] = messages[-1].sequence
        if self._documents.head(org) > messages[-1].sequence:
            self._enqueue(org)
        await self._stream.publish(messages)

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(_KEEP_SECONDS)
            await self._keep_acknowledged()

    async def _keep_acknowledged(self) -> None:
        acknowledged = self._stream.acknowledged(self._documents.service)
        changed = {place: sequence for place, sequence in acknowledged.items() if self._kept.get(place) != sequence}
        if changed:
            await self._documents.relay(changed)
            self._kept |= changed
