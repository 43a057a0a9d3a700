"""Moving: one organization after the other is copied, refused writes for a moment, and let in on the other side.

Where each organization is, both sides say themselves (`Stage`), so that a move that was killed goes on where it was.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from realinsights.adapters import assembly_of
from realinsights.auth.model.directory import SYSTEM
from realinsights.cli.move_sides import Side
from realinsights.files.service.moving import copy_texts
from realinsights_platform.documents.journal import verify
from realinsights_platform.documents.moving import size_of
from realinsights_platform.documents.replaying import replay
from realinsights_platform.documents.stages import Stage, Standing
from realinsights_platform.documents.walking import organizations
from realinsights_platform.errors import Conflict, Refusal
from realinsights_platform.stream.relay import RELAY

FEW: Final = 20
SHORT: Final = 0.2
"""A round of copying so few entries, or of so few seconds, is the last one before writes are refused."""

_SHRINKS: Final = 0.7
"""A round that takes more of the time of the one before is the last one too: the rest is what people write."""

_MARGIN: Final = datetime.timedelta(hours=1)
_MENDED: Final = frozenset({"document", "version"})
"""Kinds of the files service whose texts may have changed with them."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a move has done or is about to do; `service` where it is one service's part, counts as far as it is."""

    name: str
    org: str = ""
    service: str = ""
    entries: int = 0
    documents: int = 0
    bytes: int = 0


Tell = Callable[[Step], None]
Frozen = Callable[[], Awaitable[None]]
"""What is done while an organization is refused writes, before its last entries are read."""


@dataclass(slots=True, kw_only=True)
class Gone:
    """What became of one organization. `refused_seconds` is for how long its writes were refused."""

    org: str
    entries: int = 0
    documents: int = 0
    bytes: int = 0
    files: int = 0
    file_bytes: int = 0
    refused_seconds: float = 0.0
    hashes: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Services:
    """The services of an organization by what is left to do, and documents whose texts are to be copied again."""

    coming: list[str] = field(default_factory=list)
    unmoved: list[str] = field(default_factory=list)
    arrived: list[str] = field(default_factory=list)
    mended: set[str] = field(default_factory=set)


class Move:
    """A move between two sides under an id that both sides keep.

    `back`: organizations that are on the receiving side alone are left as they are.
    """

    def __init__(self, giver: Side, receiver: Side, move: str, *, back: bool, tell: Tell) -> None:
        self._giver = giver
        self._receiver = receiver
        self._move = move
        self._back = back
        self._tell = tell

    async def run(self, only: str | None = None) -> list[Gone]:
        """Move all organizations, or one; what belongs to none comes last, once all the others have gone."""
        await self.require_free()
        gone: list[Gone] = []
        if await self._has(SYSTEM):
            # Processes of the receiving side find the keys of sign-ins there, and make none of their own.
            await self._copy(Gone(org=SYSTEM), await self._begin(SYSTEM))
        if only is not None:
            return [await self._move_one(only)]
        done: set[str] = set()
        while new := [org for org in await all_organizations(self._giver) if org not in done and org != SYSTEM]:
            for org in new:
                gone.append(await self._move_one(org))
                done.add(org)
        if await self._has(SYSTEM):
            gone.append(await self._move_one(SYSTEM, frozen=lambda: self._begun_meanwhile(done, gone)))
        return gone

    async def require_free(self) -> None:
        """Raise `Conflict` where the receiving side has organizations that no part of this move has brought."""
        for service, documents in self._receiver.documents.items():
            strangers = []
            async for org in organizations(documents):
                standing = await documents.standing(org)
                if standing is None and self._back:
                    continue
                if standing is None or standing.move != self._move:
                    strangers.append(org)
            if strangers:
                raise Conflict(
                    f"{self._receiver.name} is not empty: {service} has {len(strangers)} organizations that this move "
                    f"has not brought, such as {strangers[0]}. Move to an empty installation."
                )

    async def _begun_meanwhile(self, done: set[str], gone: list[Gone]) -> None:
        """Move what was founded until nothing could be founded any more."""
        for org in await all_organizations(self._giver):
            if org not in done and org != SYSTEM:
                gone.append(await self._move_one(org))
                done.add(org)

    async def _has(self, org: str) -> bool:
        return any([await documents.sequence(org) for documents in self._giver.documents.values()])

    async def _move_one(self, org: str, frozen: Frozen | None = None) -> Gone:
        gone = Gone(org=org)
        parts = await self._begin(org)
        if parts.coming or parts.unmoved:
            if not parts.arrived:
                await self._copy(gone, parts)
                await self._verify(org, parts)
                await self._catch_up(gone, parts)
                await self._mend_texts(org, parts)
            await self._switch(gone, parts, frozen)
        await self._leave(org, parts)
        gone.hashes = {name: (await documents.end(org))[1] for name, documents in self._receiver.documents.items()}
        return gone

    async def _begin(self, org: str) -> _Services:
        """Say on the receiving side that an organization is arriving, and find what is left to do."""
        parts = _Services()
        for service, documents in self._receiver.documents.items():
            giver = self._giver.documents[service]
            if await giver.closed(org) is not None:
                continue  # it was deleted: what its journal has left does not begin at its first entry
            here, there = await documents.standing(org), await giver.standing(org)
            if here is not None and here.stage is Stage.HERE and here.move == self._move:
                parts.arrived.append(service)
            elif there is not None and there.stage is Stage.ARRIVING:
                parts.unmoved.append(service)  # it never came to the side that it is fetched back from
            else:
                if here is None and await documents.sequence(org):
                    raise Conflict(f"{self._receiver.name} has an organization {org} of its own in {service}.")
                before: list[Stage | None] = [None, Stage.ARRIVING, Stage.LEFT]
                if there is not None and there.stage is Stage.HERE:
                    before.append(Stage.LEAVING)  # a move that was killed when all had come, before it said so
                arriving = Standing(Stage.ARRIVING, self._move)
                if not await documents.stand(org, arriving, instead_of=before):
                    raise self._another(org, service)
                parts.coming.append(service)
        if not parts.arrived:
            # A move that was killed while it refused writes: they are let in again until all is copied.
            await self._let_in(org, parts)
        self._tell(Step("begun", org))
        return parts

    async def _copy(self, gone: Gone, parts: _Services) -> None:
        """Copy all but what is written meanwhile, with files and texts."""
        await self._catch_up(gone, parts)
        if "files" in parts.coming:
            parts.mended.clear()
            await self._copy_texts(gone.org)
        self._tell(Step("copied", gone.org, entries=gone.entries, documents=gone.documents))

    async def _catch_up(self, gone: Gone, parts: _Services) -> None:
        """Copy in rounds, each of what was written during the one before, until one is short or no shorter."""
        before = float("inf")
        while True:
            began = time.monotonic()
            copied = [await self._replay(gone, service, parts.mended) for service in parts.coming]
            await self._copy_files(gone)
            took = time.monotonic() - began
            if sum(copied) <= FEW or took < SHORT or took > before * _SHRINKS:
                return
            before = took

    async def _replay(self, gone: Gone, service: str, mended: set[str]) -> int:
        copied = 0
        source, target = self._giver.documents[service], self._receiver.documents[service]
        async for page in replay(source, target, gone.org):
            copied += len(page)
            gone.entries += len(page)
            gone.documents += sum(len(entry.writes) for entry in page)
            gone.bytes += sum(size_of(entry) for entry in page)
            self._tell(Step("copying", gone.org, service, gone.entries, gone.documents, gone.bytes))
            if service == "files":
                for entry in page:
                    mended |= {
                        write.id.rpartition("-")[0] if write.kind == "version" else write.id
                        for write in entry.writes
                        if write.kind in _MENDED
                    }
        return copied

    async def _copy_files(self, gone: Gone) -> None:
        if self._giver.topology.engines.blobs == self._receiver.topology.engines.blobs:
            return
        for service in self._giver.documents:
            for folder in assembly_of(service).KEPT_FILES:
                prefix = f"{folder}/{gone.org}"
                there = await self._receiver.blobs.sizes(prefix)
                for path, size in (await self._giver.blobs.sizes(prefix)).items():
                    if there.get(path) == size:
                        continue
                    with contextlib.suppress(FileNotFoundError):  # deleted since it was listed
                        await self._receiver.blobs.copy_from(self._giver.blobs, path)
                        gone.files += 1
                        gone.file_bytes += size

    async def _copy_texts(self, org: str, only: set[str] | None = None) -> None:
        source = self._giver.documents["files"].texts()
        target = self._receiver.documents["files"].texts()
        async with contextlib.aclosing(source), contextlib.aclosing(target):
            await copy_texts(
                org=org, documents=self._receiver.documents["files"], source=source, target=target, only=only
            )

    async def _mend_texts(self, org: str, parts: _Services) -> None:
        """Copy the texts of documents that were written since all texts were copied."""
        mended, parts.mended = parts.mended, set()
        if mended:
            await self._copy_texts(org, mended)

    async def _verify(self, org: str, parts: _Services) -> None:
        """Compute every hash anew on the receiving side, and compare each document with the journal."""
        for service in parts.coming:
            found = await verify(self._receiver.documents[service], org)
            if not found.sound:
                raise Refusal(
                    f"What was copied of {service} and {org} is not sound at entry {found.first_bad_sequence}: "
                    f"{found.reason}. Verify the journal of {self._giver.name} first."
                )
        self._tell(Step("verified", org))

    async def _switch(self, gone: Gone, parts: _Services, frozen: Frozen | None) -> None:
        """Refuse writes, copy what is left, compare the heads, and let writes in on the receiving side."""
        org = gone.org
        settled = {service: await self._settled(org, service) for service in parts.coming}
        began = time.monotonic()
        arrived = bool(parts.arrived)
        try:
            for service in parts.coming:
                await self._refuse(org, service)
            self._tell(Step("refusing", org))
            if frozen is not None:
                await frozen()
            for service in parts.coming:
                await self._replay(gone, service, parts.mended)
            await self._copy_files(gone)
            await self._mend_texts(org, parts)
            for service in parts.coming:
                await self._compare(org, service)
            self._tell(Step("compared", org))
            for service in parts.coming:
                await self._arrive(org, service, settled[service])
                arrived = True
                self._tell(Step("arrived", org, service))
        except (Exception, asyncio.CancelledError):
            if not arrived:
                await self._let_in(org, parts)
            raise
        await self._let_in_unmoved(org, parts)
        gone.refused_seconds = time.monotonic() - began

    async def _refuse(self, org: str, service: str) -> None:
        leaving = Standing(Stage.LEAVING, self._move)
        if not await self._giver.documents[service].stand(org, leaving, instead_of=[None, Stage.HERE, Stage.LEAVING]):
            raise self._another(org, service)
        if await self._giver.documents[service].closed(org) is not None:
            raise Conflict(f"Organization {org} was deleted while it was copied. Run the command again to go on.")

    async def _compare(self, org: str, service: str) -> None:
        source, target = self._giver.documents[service], self._receiver.documents[service]
        if await source.end(org) != await target.end(org):
            raise Refusal(f"The journals of {service} and {org} do not end alike. Nothing was switched.")

    async def _arrive(self, org: str, service: str, settled: int | None) -> None:
        source, target = self._giver.documents[service], self._receiver.documents[service]
        told = await source.told(org, (await source.mark(RELAY)).place)
        if settled is not None:
            told = min(told, settled)
        if not await target.arrive(org, self._move, told=told):
            raise self._another(org, service)
        if self._receiver.announcements is not None:
            self._receiver.announcements.tell(service, org, await target.sequence(org))

    async def _settled(self, org: str, service: str) -> int | None:
        """Return up to which entry all was published an hour ago, None where what is published is handled too.

        A stream that keeps messages may have some that nobody has handled yet: they are published again.
        """
        if not self._giver.keeps_messages:
            return None
        source = self._giver.documents[service]
        before = datetime.datetime.now(datetime.UTC) - _MARGIN
        low, high = 0, await source.sequence(org)
        while low < high:
            middle = (low + high + 1) // 2
            (entry,) = await source.outbox(org, after=middle - 1, limit=1)
            low, high = (middle, high) if entry.at < before else (low, middle - 1)
        return low

    async def _leave(self, org: str, parts: _Services) -> None:
        """Say on the giving side that an organization has gone, after the processes of the other know its heads."""
        if self._receiver.announcements is not None:
            await self._receiver.announcements.send()
        left = Standing(Stage.LEFT, self._move)
        for service in (*parts.coming, *parts.arrived):
            giver = self._giver.documents[service]
            standing = await giver.standing(org)
            if standing != left and not await giver.stand(org, left, instead_of=[Stage.LEAVING]):
                raise self._another(org, service)
        self._tell(Step("left", org))

    async def _let_in(self, org: str, parts: _Services) -> None:
        here = Standing(Stage.HERE, self._move)
        for service in parts.coming:
            await self._giver.documents[service].stand(org, here, instead_of=[Stage.LEAVING])

    async def _let_in_unmoved(self, org: str, parts: _Services) -> None:
        here = Standing(Stage.HERE, self._move)
        for service in parts.unmoved:
            await self._receiver.documents[service].stand(org, here, instead_of=[Stage.LEAVING])

    def _another(self, org: str, service: str) -> Conflict:
        return Conflict(f"Another move has {org} in {service}, between other installations. This one has ended.")


async def all_organizations(side: Side) -> list[str]:
    """Return the organizations that have a journal of some service, in order."""
    found: set[str] = set()
    for documents in side.documents.values():
        found |= {org async for org in organizations(documents)}
    return sorted(found)


@dataclass(frozen=True, slots=True)
class Amount:
    """The entries, bytes and files of an organization on a side."""

    org: str
    entries: int
    bytes: int
    files: int
    file_bytes: int


async def amount_of(side: Side, org: str) -> Amount:
    """Return how much there is of an organization."""
    entries = size = files = file_bytes = 0
    for service, documents in side.documents.items():
        entries += await documents.sequence(org)
        size += await documents.stored_bytes(org)
        for folder in assembly_of(service).KEPT_FILES:
            sizes = await side.blobs.sizes(f"{folder}/{org}")
            files, file_bytes = files + len(sizes), file_bytes + sum(sizes.values())
    return Amount(org, entries, size, files, file_bytes)
