"""Use cases of uploads: files that are kept before an import has them, and removed where none ever does."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from realinsights.loans.model.imports import Upload
from realinsights.loans.service.imports.resources import now
from realinsights.loans.store import IMPORTS, UPLOADS
from realinsights_platform.blobs import Blobs
from realinsights_platform.documents.port import Documents, Equal, Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.errors import Unavailable

ABANDONED: Final = datetime.timedelta(days=1)
"""After so long nobody is still waiting for an upload's import to be stored."""

_REMOVED_WITHIN: Final = datetime.timedelta(minutes=1)


async def begin_upload(documents: Documents, unit: Unit, *, content_hash: str, blob: str) -> None:
    """Remember that a file is about to be kept, unless an import has it; `unit` will store the import that has it.

    Several uploads of one content at the same time share what is remembered, and none of them changes it for another:
    `unit` only expects it to stay as it is. It goes once it is due, when the file has an import or nobody.
    Raises `Unavailable` while an abandoned file of the same content is being removed.
    """
    if await _has_import(unit, content_hash):
        return

    async def begin(beginning: Unit) -> Upload:
        known = await beginning.get(UPLOADS, content_hash)
        if known is not None and known.removing:
            raise Unavailable("An earlier upload of this file is being removed. Send it again in a minute.")
        if known is not None and known.due > now() + ABANDONED / 2:
            return known
        version = 0 if known is None else known.version
        upload = Upload(id=content_hash, org=unit.org, version=version, blob=blob, due=now() + ABANDONED)
        return beginning.put(UPLOADS, upload)

    begun, _ = await committed(
        lambda: documents.unit(org=unit.org, actor=unit.actor, business_date=unit.business_date), begin
    )
    unit.expect(UPLOADS, begun)


async def remove_uploads(
    unit: Unit, ids: Sequence[str], *, blobs: Blobs, now: Callable[[], datetime.datetime] = now
) -> None:
    """Forget uploads that are due: the file of one that has an import stays, that of one that nobody finished goes.

    First it is said that a file is being removed, which keeps an upload of the same content away, then it is removed.
    """
    for upload in (await unit.get_many(UPLOADS, ids)).values():
        if upload.due > now():
            continue
        if await _has_import(unit, upload.id):
            unit.delete(UPLOADS, upload)
        elif upload.removing:
            await blobs.delete(upload.blob)
            unit.delete(UPLOADS, upload)
        else:
            unit.put(UPLOADS, msgspec.structs.replace(upload, removing=True, due=now() + _REMOVED_WITHIN))


async def _has_import(unit: Unit, content_hash: str) -> bool:
    return bool(await unit.find(IMPORTS, Equal("content_hash", content_hash), limit=1))
