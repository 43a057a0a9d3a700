"""Leaving: what files let go of when a member is removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from realinsights.files.service.documents import now
from realinsights.files.service.uploads import forget
from realinsights.files.store import SHARES, UPLOADS
from realinsights_platform.blobs import Blobs
from realinsights_platform.documents.port import Unit

_AT_ONCE: Final = 500


async def let_go(unit: Unit, user: str, *, blobs: Blobs) -> Mapping[str, int]:
    """End the links to documents that a member made, since they still hold them, and forget their uploads.

    Documents stay, with who filed them, and so do those that an upload became.
    """
    shares = [one for one in await unit.every(SHARES) if one.created_by == user and one.open_at(now())][:_AT_ONCE]
    for share in shares:
        unit.put(SHARES, msgspec.structs.replace(share, revoked_at=now(), revoked_by=unit.actor))
    uploads = [one for one in await unit.every(UPLOADS) if one.created_by == user][:_AT_ONCE]
    for upload in uploads:
        forget(unit, blobs, upload)
    return {"shareLinks": len(shares), "uploads": len(uploads)}
