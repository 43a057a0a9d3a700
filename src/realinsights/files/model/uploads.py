"""Uploads that can be broken off and go on (tus 1.0): what is to come, and how far it has come."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from realinsights.files.model.documents import DocumentDraft
from realinsights_platform.documents.port import Document
from realinsights_platform.errors import Conflict

LARGEST: Final = 4 * 1024**3
"""Bytes of one file."""

LASTS: Final = datetime.timedelta(days=7)
"""For how long an upload that nobody goes on with is kept."""

_PART: Final = re.compile(r".*/(\d{15})-(\d{10})")


class Upload(Document, frozen=True, kw_only=True, rename="camel"):
    """A file that comes in pieces: a new document by its `draft`, or another version of `document_id`.

    `number` is the version it became; None while it is not whole.
    """

    file_name: str
    declared_type: str | None
    length: int
    draft: DocumentDraft | None
    document_id: str | None
    created_by: str
    expires_at: datetime.datetime
    number: int | None = None

    @property
    def folder(self) -> str:
        """Where its parts are."""
        return f"uploads/{self.org}/{self.id}"


class Slice(NamedTuple):
    """What is taken of a stored part: from one byte of it up to another."""

    path: str
    start: int
    end: int


def part_path(upload: Upload, *, start: int, length: int) -> str:
    """Return where the part is stored that begins at a byte of the file; its name says all that is known of it."""
    return f"{upload.folder}/{start:015d}-{length:010d}"


def put_together(paths: Iterable[str], *, length: int) -> list[Slice]:
    """Return what makes the beginning of a file from its parts, without a gap; parts may lie over each other.

    Two requests that send the same bytes at once, because a broken connection looked alive, do no harm.
    """
    parts = sorted((int(match[1]), int(match[2]), path) for path in paths if (match := _PART.fullmatch(path)))
    taken: list[Slice] = []
    reached, place = 0, 0
    while reached < length:
        best: tuple[int, int, str] | None = None
        while place < len(parts) and parts[place][0] <= reached:
            start, size, path = parts[place]
            if best is None or start + size > best[0] + best[1]:
                best = (start, size, path)
            place += 1
        if best is None or best[0] + best[1] <= reached:
            return taken
        start, size, path = best
        end = min(start + size, length)
        taken.append(Slice(path, reached - start, end - start))
        reached = end
    return taken


def reached(slices: Iterable[Slice]) -> int:
    """Return how many bytes of a file are there."""
    return sum(one.end - one.start for one in slices)


def resumes_at(upload: Upload, slices: list[Slice]) -> int:
    """Return where an upload goes on.

    One that is there but was not put together, because the process died, takes its last part once more.
    """
    there = reached(slices)
    if upload.number is not None:
        return upload.length
    return there if there < upload.length or not slices else there - (slices[-1].end - slices[-1].start)


def require_offset(said: int, *, there: int) -> None:
    """Raise `Conflict` where a client goes on at another byte than the server."""
    if said != there:
        raise Conflict(f"The upload goes on at byte {there:,}, not at {said:,}. Ask where it stands, and go on there.")
