"""Leftovers: bytes that no document and no upload names, because a process died between two of its steps.

A file that came is moved under its document before the document is stored, and goes after the document was deleted: a
death in between leaves bytes that count against the quota and that nobody can see. What is younger than `SAFE_AGE` may
be of a request that runs, and is left alone.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Final

import structlog

from realinsights.files.model.documents import FileVersion
from realinsights.files.store import UPLOADS, VERSIONS
from realinsights_platform.blobs import Blobs
from realinsights_platform.documents.port import Documents
from realinsights_platform.documents.walking import every_with, many

SAFE_AGE: Final = datetime.timedelta(days=1)
"""No request lasts for so long between the last byte of a file and the document that names it."""

_AT_ONCE: Final = 500

log = structlog.get_logger(__name__)


async def remove_leftovers(
    org: str, *, documents: Documents, blobs: Blobs, now: Callable[[], datetime.datetime]
) -> None:
    """Remove an organization's bytes that nothing names; for the scheduler. Doing it again does no harm.

    The bytes are listed first, so that what is stored meanwhile is none of them.
    """
    before = now() - SAFE_AGE
    removed = 0
    for folder, named in ((f"files/{org}", _named_by_documents), (f"uploads/{org}", _named_by_uploads)):
        old = iter(await blobs.older(folder, before))
        while some := list(islice(old, _AT_ONCE)):
            kept = await named(org, documents, some)
            for path in some:
                if path not in kept:
                    await blobs.delete(path)
                    removed += 1
    if removed:
        log.info("files.leftovers.removed", org=org, count=removed)


async def _named_by_documents(org: str, documents: Documents, paths: Iterable[str]) -> set[str]:
    """Return the paths that versions have, and their previews."""
    owners = list(dict.fromkeys(_owner(path) for path in paths))
    versions: tuple[FileVersion, ...] = await every_with(documents, VERSIONS, org, "document_id", owners)
    return {path for version in versions for path in (version.path, version.preview_path)}


async def _named_by_uploads(org: str, documents: Documents, paths: Iterable[str]) -> set[str]:
    """Return the paths of parts of uploads that are there: those are forgotten with their upload."""
    paths = list(paths)
    uploads = await many(documents, UPLOADS, org, [_owner(path) for path in paths])
    return {path for path in paths if _owner(path) in uploads}


def _owner(path: str) -> str:
    """Return the id of the document or upload that a path is under."""
    return path.split("/")[2]
