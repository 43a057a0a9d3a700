"""The versions that a bundle holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from realinsights.files.model.documents import FiledDocument, FileVersion, current_version, version_id
from realinsights.files.queries.documents import DocumentFilter
from realinsights.files.store import DOCUMENTS, VERSIONS
from realinsights_platform.documents.port import Documents, Equal, Order
from realinsights_platform.documents.walking import many
from realinsights_platform.errors import Invalid, NotFound

MOST: Final = 200


async def bundled(
    documents: Documents, *, org: str, ids: Sequence[str], filters: DocumentFilter, confidential: bool
) -> list[FileVersion]:
    """Return the current versions of documents by id, or of those that a filter finds, by title.

    Raises `Invalid` for more than 200 or a bundle of nothing in particular, `NotFound` where one is not there.
    """
    if ids:
        found = await many(documents, DOCUMENTS, org, ids)
        chosen = [found[key] for key in dict.fromkeys(ids) if key in found]
        chosen = [one for one in chosen if confidential or not one.confidential]
        if len(chosen) < len(set(ids)):
            raise NotFound("One of these documents is not there.")
    elif not filters.where():
        raise Invalid.field("id", "says which documents, or filters do")
    else:
        where = filters.where() if confidential else (*filters.where(), Equal("confidential", False))
        page = await documents.find(DOCUMENTS, org, *where, order=Order("title"), limit=MOST)
        if page.next is not None:
            raise Invalid.field("id", f"a bundle holds at most {MOST} documents; narrow the filters")
        chosen = list(page.items)
    current = await _current(documents, org, chosen)
    return [current[one.id] for one in chosen if one.id in current]


async def _current(documents: Documents, org: str, chosen: Sequence[FiledDocument]) -> dict[str, FileVersion]:
    """Return the current version of each document by its id: mostly it is the latest one, so that is read first."""
    found: dict[str, FileVersion] = {}
    last, at_once = {one.id: one.latest for one in chosen}, 1
    while last:
        ids = {
            key: [version_id(key, number) for number in range(max(latest - at_once, 0) + 1, latest + 1)]
            for key, latest in last.items()
        }
        read = await many(documents, VERSIONS, org, [one for some in ids.values() for one in some])
        for key, some in ids.items():
            current = current_version([read[one] for one in some if one in read])
            if current is not None:
                found[key] = current
        last = {key: latest - at_once for key, latest in last.items() if key not in found and latest > at_once}
        at_once *= 4
    return found
