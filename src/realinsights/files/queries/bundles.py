"""The versions that a bundle holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from realinsights.files.model.documents import FileVersion, current_version, version_id
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
    wanted = [version_id(one.id, number) for one in chosen for number in range(1, one.latest + 1)]
    versions = await many(documents, VERSIONS, org, wanted)
    current = [
        current_version(
            [version for number in range(1, one.latest + 1) if (version := versions.get(version_id(one.id, number)))]
        )
        for one in chosen
    ]
    return [version for version in current if version is not None]
