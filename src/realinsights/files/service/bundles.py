"""Bundles: the current versions of several documents as one ZIP, made while it is sent."""

from __future__ import annotations

import zipfile
from collections.abc import AsyncIterator, Sequence

from realinsights.files.model.documents import FileVersion
from realinsights_platform.blobs import Blobs


class _Sent:
    """What an archive is written into: it keeps nothing that was taken from it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is open."""

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


async def zipped(blobs: Blobs, versions: Sequence[FileVersion]) -> AsyncIterator[bytes]:
    """Yield an archive of some versions, stored as they are: most documents are packed already."""
    sent = _Sent()
    names: set[str] = set()
    with zipfile.ZipFile(sent, "w", zipfile.ZIP_STORED) as archive:
        for version in versions:
            info = zipfile.ZipInfo(_name(version.file_name, names), version.uploaded_at.timetuple()[:6])
            info.external_attr = 0o600 << 16
            with archive.open(info, "w", force_zip64=True) as member:
                async for chunk in blobs.stream(version.path):
                    member.write(chunk)
                    yield sent.taken()
    yield sent.taken()


def _name(name: str, taken: set[str]) -> str:
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    unique, number = name, 1
    while unique.casefold() in taken:
        number += 1
        unique = f"{stem} ({number}){dot}{extension}"
    taken.add(unique.casefold())
    return unique
