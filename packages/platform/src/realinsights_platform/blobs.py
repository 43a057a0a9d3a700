"""Files by path: a URL picks the store (a local folder, memory, S3, GCS, Azure), obstore does the rest."""

from __future__ import annotations

import asyncio
import datetime
import hashlib
import os
import re
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError, GenericError, NotFoundError, PermissionDeniedError, UnauthenticatedError
from obstore.store import LocalStore, MemoryStore, ObjectStore, S3Store, from_url

from realinsights_platform.errors import Unavailable
from realinsights_platform.handed_out import HandedOut

_PLAIN = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
"""Paths that stand for a file of the same name in the store's folder; all others are obstore's to understand."""

_UNFINISHED = re.compile(_PLAIN.pattern + r"#[0-9]+")
"""Names under which obstore writes a file of a folder until it is whole; its lists leave them out."""

_NO_BUCKET = "The store of files has no such bucket. Whoever runs the server has to make it."
_FROM_AFAR = (GenericError, PermissionDeniedError, UnauthenticatedError)
_CHUNK = 256 * 1024  # bytes: what one part of a streamed read is at least
_PARTS_AT_ONCE = 2  # of an upload, 5 MB each, while the next ones come in
_PATIENCE = datetime.timedelta(seconds=5)
"""For how long what is beyond a network is asked again."""

ADDRESS_LASTS = datetime.timedelta(minutes=1)
"""So long an address of the store's own is good."""


class Blobs:
    """A store of immutable bytes under slash-separated paths; writing a path again replaces it whole or not at all."""

    def __init__(self, store: ObjectStore, *, folder: Path | None = None, addressed: bool = True) -> None:
        self._store = store
        self._folder = folder
        self._signing = store if addressed and isinstance(store, S3Store) else None

    def without_addresses(self) -> Blobs:
        """Return the same store as one that gives no addresses of its own: where browsers do not reach it."""
        return Blobs(self._store, folder=self._folder, addressed=False)

    async def put(self, path: str, data: bytes) -> None:
        """Store bytes; when it returns they survive a crash of the machine."""
        with _told():
            await obstore.put_async(self._store, path, data)
        await self._settle(path)

    async def put_stream(self, path: str, chunks: AsyncIterator[bytes], *, handed_out: HandedOut | None = None) -> int:
        """Store what the chunks make, without holding all of it in memory; return its size in bytes.

        A store that gives addresses hands them out with the name and type of `handed_out`, also once they are moved.
        """
        size = 0

        async def counted() -> AsyncIterator[bytes]:
            nonlocal size
            async for chunk in chunks:
                size += len(chunk)
                yield chunk

        with _told():
            kept = None if handed_out is None or self._folder is not None else dict(handed_out.headers())
            await obstore.put_async(self._store, path, counted(), attributes=kept, max_concurrency=_PARTS_AT_ONCE)
        await self._settle(path)
        return size

    async def get(self, path: str) -> bytes | None:
        """Return the bytes, or None where there are none."""
        if self._folder is not None and _PLAIN.fullmatch(path):
            return await asyncio.to_thread(_read, self._folder / path)
        try:
            with _told():
                answer = await obstore.get_async(self._store, path)
                return bytes(await answer.bytes_async())
        except (NotFoundError, FileNotFoundError):
            return None

    async def stream(self, path: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Yield the bytes from `start` up to `end` in parts; raises `FileNotFoundError` where there are none."""
        wanted: Any = {"offset": start} if end is None else (start, end)
        with _told():
            answer = await obstore.get_async(self._store, path, options={"range": wanted} if start or end else None)
            async for chunk in answer.stream(min_chunk_size=_CHUNK):
                yield bytes(chunk)

    async def address(self, path: str) -> str | None:
        """Return an address of the store's own by which anybody reads the path for a minute; None where it has none.

        Whoever asks has made sure that the caller may have the bytes.
        """
        if self._signing is None:
            return None
        with _told():
            return await obstore.sign_async(self._signing, "GET", path, ADDRESS_LASTS)

    async def exists(self, path: str) -> bool:
        """Return whether there is something at the path."""
        try:
            with _told():
                await obstore.head_async(self._store, path)
        except (NotFoundError, FileNotFoundError):
            return False
        return True

    async def delete(self, path: str) -> None:
        """Remove what is at the path; nothing there is no error."""
        if self._folder is not None and _UNFINISHED.fullmatch(path):
            await asyncio.to_thread((self._folder / path).unlink, missing_ok=True)
            return
        try:
            with _told():
                await obstore.delete_async(self._store, path)
        except (NotFoundError, FileNotFoundError):
            return

    async def clear(self, prefix: str) -> None:
        """Remove everything under a folder, with what writers that died have left there; nothing there is no error."""
        for path in await self.list(prefix):
            await self.delete(path)
        if self._folder is not None:
            await asyncio.to_thread(shutil.rmtree, self._folder / prefix, ignore_errors=True)

    async def move(self, source: str, target: str) -> None:
        """Move what is at one path to another; raises `FileNotFoundError` where there is nothing."""
        with _told():
            await obstore.rename_async(self._store, source, target)
        await self._settle(target)

    async def list(self, prefix: str = "") -> tuple[str, ...]:
        """Return every path under a folder, sorted."""
        found: list[str] = []
        with _told():
            async for batch in obstore.list(self._store, prefix or None):
                found.extend(entry["path"] for entry in batch)
        return tuple(sorted(found))

    async def older(self, prefix: str, before: datetime.datetime) -> tuple[str, ...]:
        """Return every path under a folder that was written before a moment, sorted.

        In a folder of this machine what a writer that died has left of its file is among them.
        """
        found: list[str] = []
        with _told():
            async for batch in obstore.list(self._store, prefix):
                found.extend(entry["path"] for entry in batch if entry["last_modified"] < before)
        if self._folder is not None:
            found += await asyncio.to_thread(_unfinished, self._folder, prefix, before)
        return tuple(sorted(found))

    async def sizes(self, prefix: str) -> dict[str, int]:
        """Return how many bytes each path under a folder has."""
        with _told():
            return {
                entry["path"]: entry["size"] async for batch in obstore.list(self._store, prefix) for entry in batch
            }

    async def copy_from(self, source: Blobs, path: str) -> str:
        """Store what another store has at a path, with the headers it is handed out with; return its SHA-256 (hex).

        Raises `FileNotFoundError` where there is nothing, `ValueError` where what is read here afterwards is not it.
        """
        digest = hashlib.sha256()
        with _told():
            answer = await obstore.get_async(source._store, path)

            async def read() -> AsyncIterator[bytes]:
                async for chunk in answer.stream(min_chunk_size=_CHUNK):
                    digest.update(chunk)
                    yield bytes(chunk)

            kept = None if self._folder is not None else answer.attributes
            await obstore.put_async(self._store, path, read(), attributes=kept, max_concurrency=_PARTS_AT_ONCE)
        await self._settle(path)
        written = hashlib.sha256()
        async for chunk in self.stream(path):
            written.update(chunk)
        if written.digest() != digest.digest():
            raise ValueError(f"{path} is not what was copied")
        return digest.hexdigest()

    async def size(self, prefix: str) -> int:
        """Return how many bytes are under a folder."""
        with _told():
            return sum([entry["size"] async for batch in obstore.list(self._store, prefix) for entry in batch])

    async def _settle(self, path: str) -> None:
        # obstore renames a finished file into place but leaves the data to the page cache.
        if self._folder is not None:
            await asyncio.to_thread(_flush, self._folder / path)


def open_blobs(url: str) -> Blobs:
    """Open the store a URL names: `file:///folder` (made if absent), `memory://`, `s3://bucket/prefix` and so on.

    Keys, region and endpoint of S3 are in the environment, as its own tools take them (`AWS_ACCESS_KEY_ID` and so on).
    """
    parts = urlsplit(url)
    if parts.scheme == "memory":
        return Blobs(MemoryStore())
    if parts.scheme == "file":
        folder = Path(unquote(parts.path))
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_mode & 0o077:
            folder.chmod(0o700)  # of an earlier version; nobody else has business with what is in it
        return Blobs(LocalStore(folder), folder=folder)
    return Blobs(from_url(url, retry_config={"max_retries": 3, "retry_timeout": _PATIENCE}))


@contextmanager
def _told() -> Iterator[None]:
    """Raise as `OSError` what a folder says of its disk, and as `Unavailable` what a network keeps from us."""
    try:
        yield
    except BaseError as error:
        number = re.search(r"\(os error (\d+)\)", str(error))
        if number is not None:
            raise OSError(int(number[1]), os.strerror(int(number[1]))) from error
        if "NoSuchBucket" in str(error):
            raise Unavailable(_NO_BUCKET) from error
        if isinstance(error, NotFoundError) or not isinstance(error, _FROM_AFAR):
            raise
        raise Unavailable("The store of files does not answer just now. Try again in a few seconds.") from error
    except FileNotFoundError as error:
        if "NoSuchBucket" in str(error):
            raise Unavailable(_NO_BUCKET) from error
        raise


def _read(path: Path) -> bytes | None:
    # A third of what obstore takes for small files: it opens each in another thread, and reads it in one more.
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _unfinished(folder: Path, prefix: str, before: datetime.datetime) -> list[str]:
    found = []
    for file in (folder / prefix).rglob("*#*"):
        path = file.relative_to(folder).as_posix()
        with suppress(FileNotFoundError):  # it has become whole
            if _UNFINISHED.fullmatch(path) and file.stat().st_mtime < before.timestamp():
                found.append(path)
    return found


def _flush(path: Path) -> None:
    for target in (path, path.parent):
        descriptor = os.open(target, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
