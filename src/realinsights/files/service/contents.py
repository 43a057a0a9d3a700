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
from realinsights.files.model.uploads import LARGEST
from realinsights_platform.blobs import Blobs
from realinsights_platform.errors import Invalid, TooLarge
from realinsights_platform.ids import new_id
from realinsights_platform.quota import Quota

_PIECE: Final = 256 * 1024


class Received(msgspec.Struct, frozen=True, gc=False):
    """A file that came whole and lies where nobody reads it yet."""

    path: str
    sha256: str
    size: int
    name: str
    media_type: str


async def receive(
    *,
    blobs: Blobs,
    quota: Quota,
    org: str,
    content: AsyncIterable[bytes],
    file_name: str,
    declared_type: str | None,
    counted: int = 0,
) -> Received:
    """Store a file and say what it is; `counted` bytes of it count against the quota already.

    Raises `Invalid` for an empty one, a program or another type than is said, `TooLarge` beyond 4 GB and `OverQuota`.
    What was stored of a refused file is removed.
    """
    digest, head, size = hashlib.sha256(), b"", 0
    taken = await taken_space(blobs, org)

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal head, size
        kept = bytearray()
        async for chunk in content:
            size += len(chunk)
            if size > LARGEST:
                raise TooLarge(f"A file may have at most {LARGEST // 1024**3} GB.")
            if len(head) < HEAD:
                head += chunk[: HEAD - len(head)]
            digest.update(chunk)
            kept += chunk
            if len(kept) >= _PIECE:
                yield bytes(kept)
                kept.clear()
        quota.check(taken + size - counted)
        if not size:
            raise Invalid.field("file", "is empty: send the file as the request's body")
        if kept:
            yield bytes(kept)

    path = f"uploads/{org}/incoming/{new_id()}"
    try:
        await blobs.put_stream(path, pieces())
        name = clean_name(file_name)
        media_type = media_type_of(head, name=name, declared=declared_type)
    except BaseException:
        with contextlib.suppress(Exception):
            await blobs.delete(path)
        raise
    return Received(path, digest.hexdigest(), size, name, media_type)


async def settle(*, blobs: Blobs, received: Received, org: str, document_id: str) -> None:
    """Move a file that came whole to where its document's contents are."""
    await blobs.move(received.path, content_path(org, document_id, received.sha256))


async def taken_space(blobs: Blobs, org: str) -> int:
    """Return how many bytes of files an organization has, those on their way included."""
    return await blobs.size(f"files/{org}") + await blobs.size(f"uploads/{org}")
