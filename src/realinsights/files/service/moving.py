"""Moving: the texts of documents, which the journal does not have, go with an organization to another store."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from realinsights.contracts.files import VersionState
from realinsights.files.model.documents import FileVersion
from realinsights.files.store import DOCUMENTS, VERSIONS
from realinsights_platform.documents.port import Documents
from realinsights_platform.documents.text_port import TextIndex, TextPage
from realinsights_platform.documents.walking import every_with, pages

_PAGES_AT_ONCE: Final = 200
_UNREAD: Final = frozenset({VersionState.RECEIVED, VersionState.QUARANTINED})


async def copy_texts(
    *, org: str, documents: Documents, source: TextIndex, target: TextIndex, only: Collection[str] | None = None
) -> int:
    """Copy the texts of an organization's documents, of all or of those named; return of how many.

    `documents` say which version of each was read last; of those that are not there any more texts are removed.
    """
    copied = 0
    if only is not None:
        for some in [[*only][start : start + 500] for start in range(0, len(only), 500)]:
            found = await documents.get_many(DOCUMENTS, org, some)
            for gone in set(some) - set(found):
                await target.remove(org, gone)
            copied += await _copy(org, documents, source, target, list(found))
        return copied
    async for page in pages(documents, DOCUMENTS, org, limit=500):
        copied += await _copy(org, documents, source, target, [document.id for document in page])
    return copied


async def _copy(org: str, documents: Documents, source: TextIndex, target: TextIndex, ids: list[str]) -> int:
    read: dict[str, FileVersion] = {}
    for version in await every_with(documents, VERSIONS, org, "document_id", ids):
        known = read.get(version.document_id)
        if version.state not in _UNREAD and (known is None or known.number < version.number):
            read[version.document_id] = version
    copied = 0
    for document_id in ids:
        last = read.get(document_id)
        texts = [] if last is None else await _texts(org, source, last)
        if last is not None and texts:
            await target.put(org, document_id, last.uploaded_at, texts)
            copied += 1
        else:
            await target.remove(org, document_id)
    return copied


async def _texts(org: str, source: TextIndex, version: FileVersion) -> list[TextPage]:
    texts: list[TextPage] = []
    for first in range(1, (version.pages or 0) + 1, _PAGES_AT_ONCE):
        wanted = [(version.document_id, number) for number in range(first, first + _PAGES_AT_ONCE)]
        found = await source.texts(org, wanted)
        texts += [TextPage(number, text) for (_, number), text in sorted(found.items())]
    return texts
