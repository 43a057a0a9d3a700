"""Contents of files: taken in piece by piece, aside until they are whole, and then moved to where they belong."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import AsyncIterable, AsyncIterator
from typing import Final

import msgspec

from realinsights.files.model.documents import content_path
from realinsights.files.model.media_types import HEAD, media_type_of
from realinsights.files.model.names import clean_name
from realinsights.files.model.uploads import LARGEST, put_together, reached
from realinsights.files.store import UPLOADS
from realinsights_platform.blobs import Blobs
from realinsights_platform.documents.port import Equal, Unit
from realinsights_platform.errors import Invalid, TooLarge
from realinsights_platform.handed_out import HandedOut
from realinsights_platform.ids import new_id
from realinsights_platform.quota import Quota

_PIECE: Final = 256 * 1024


class Received(msgspec.Struct, frozen=True, gc=False):
    """A file that came whole and lies where nobody reads it yet, stored with its name and type."""

    path: str
    sha256: str
    size: int
    name: str
    media_type: str

    @property
    def stored_as(self) -> str:
        """The name of its bytes, which no other file has."""
        return self.path.rpartition("/")[2]


async def receive(
    *,
    unit: Unit,
    blobs: Blobs,
    quota: Quota,
    content: AsyncIterable[bytes],
    file_name: str,
    declared_type: str | None,
    counted: int = 0,
) -> Received:
    """Store a file and say what it is; `counted` bytes of it count against the quota already.

    Raises `Invalid` for an empty one, a program or another type than is said, `TooLarge` beyond 4 GB and `OverQuota`,
    also where other files have taken the space by the time that this one is whole. What was stored of a refused file is
    removed.
    """
    source = aiter(content)
    first = await _first(source)
    digest, head, size = hashlib.sha256(), b"", 0
    taken = await taken_space(unit, blobs) - counted

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal head, size
        kept = bytearray()
        async for chunk in _chained(first, source):
            size += len(chunk)
            if size > LARGEST:
                raise TooLarge(f"A file may have at most {LARGEST // 1024**3} GB.")
            if len(head) < HEAD:
                head += chunk[: HEAD - len(head)]
            quota.check(taken + size)
            digest.update(chunk)
            kept += chunk
            if len(kept) >= _PIECE:
                yield bytes(kept)
                kept.clear()
        if not size:
            raise Invalid.field("file", "is empty: send the file as the request's body")
        if kept:
            yield bytes(kept)

    path = f"uploads/{unit.org}/incoming/{new_id()}"
    try:
        name = clean_name(file_name)
        await blobs.put_stream(path, pieces(), handed_out=_handed_out(first, name, declared_type))
        quota.check(await taken_space(unit, blobs) - counted)
        media_type = media_type_of(head, name=name, declared=declared_type)
    except BaseException:
        with contextlib.suppress(Exception):
            await blobs.delete(path)
        raise
    return Received(path, digest.hexdigest(), size, name, media_type)


async def _first(source: AsyncIterator[bytes]) -> list[bytes]:
    """Return the chunks that say what a file is."""
    first: list[bytes] = []
    async for chunk in source:
        first.append(chunk)
        if sum(map(len, first)) >= HEAD:
            break
    return first


async def _chained(first: list[bytes], rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    for chunk in first:
        yield chunk
    async for chunk in rest:
        yield chunk


def _handed_out(first: list[bytes], name: str, declared: str | None) -> HandedOut | None:
    """Return what a file is handed out as; None where it will be refused once all of it was read."""
    try:
        return HandedOut(name=name, media_type=media_type_of(b"".join(first)[:HEAD], name=name, declared=declared))
    except Invalid:
        return None


async def settle(*, unit: Unit, blobs: Blobs, received: Received, document_id: str) -> None:
    """Move a file that came whole to where its document's contents are; it is removed where the unit is refused."""
    path = content_path(unit.org, document_id, received.stored_as)
    unit.if_refused(lambda: blobs.delete(path))
    await blobs.move(received.path, path)


async def taken_space(unit: Unit, blobs: Blobs) -> int:
    """Return how many bytes of files an organization has: those on their way and those still to come included.

    What is moved or put together meanwhile is counted twice, never left out: the files come last.
    """
    unfinished = await unit.every(UPLOADS, Equal("number", None))
    parts: dict[str, list[str]] = {}
    for path in await blobs.list(f"uploads/{unit.org}"):
        parts.setdefault(path.rpartition("/")[0], []).append(path)
    missing = sum(
        one.length - reached(put_together(parts.get(one.folder, ()), length=one.length)) for one in unfinished
    )
    return missing + await blobs.size(f"uploads/{unit.org}") + await blobs.size(f"files/{unit.org}")
