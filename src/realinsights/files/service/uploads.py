"""Use cases of resumable uploads: begin one, go on with it, say where it stands, give it up.

What came is stored part by part; a part's name says which bytes it holds, so that nothing has to be written down while
they come, and whatever arrived before a connection broke is there for the next one.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Final

import msgspec

from realinsights.files.model.documents import DocumentDraft, valid_draft
from realinsights.files.model.names import clean_name
from realinsights.files.model.uploads import (
    LARGEST,
    LASTS,
    Slice,
    Upload,
    part_path,
    put_together,
    reached,
    require_offset,
    resumes_at,
)
from realinsights.files.service.contents import receive, taken_space
from realinsights.files.service.documents import (
    Resources,
    first_version,
    next_version,
    now,
    require_confidential,
    visible,
)
from realinsights.files.store import UPLOADS
from realinsights_platform.blobs import Blobs
from realinsights_platform.documents.port import AnyDocument, Documents, Unit
from realinsights_platform.errors import Invalid, NotFound, TooLarge
from realinsights_platform.ids import new_id

_PART: Final = 8 * 1024 * 1024


async def begin_upload(
    *,
    unit: Unit,
    resources: Resources,
    length: int,
    file_name: str,
    declared_type: str | None,
    draft: DocumentDraft,
    document_id: str | None,
    confidential: bool,
) -> Upload:
    """Begin an upload of so many bytes, which count against the quota from now on. Raises `OverQuota`, `TooLarge`."""
    if not length:
        raise Invalid.field("Upload-Length", "is 0: there is nothing to upload")
    if length > LARGEST:
        raise TooLarge(f"A file may have at most {LARGEST // 1024**3} GB.")
    resources.quota.check(length + await taken_space(unit, resources.blobs))
    if document_id is not None:
        await visible(unit, document_id, confidential=confidential)
    else:
        draft = valid_draft(draft)
        require_confidential(draft.confidential, confidential)
    return unit.put(
        UPLOADS,
        Upload(
            id=new_id(),
            org=unit.org,
            file_name=clean_name(file_name),
            declared_type=declared_type,
            length=length,
            draft=None if document_id is not None else draft,
            document_id=document_id,
            created_by=unit.actor,
            expires_at=now() + LASTS,
        ),
    )


async def standing(*, documents: Documents, blobs: Blobs, org: str, user: str, upload_id: str) -> tuple[Upload, int]:
    """Return an upload of the caller's, and at which byte it goes on; raises `NotFound`."""
    upload = _own(await documents.get(UPLOADS, org, upload_id), user)
    return upload, resumes_at(upload, await _parts(blobs, upload))


async def go_on(
    *,
    unit: Unit,
    resources: Resources,
    upload_id: str,
    offset: int,
    content: AsyncIterator[bytes],
    confidential: bool,
) -> tuple[Upload, int]:
    """Store more of an upload, and the document once it is whole; return it and how many bytes are there.

    Whatever came before the connection broke is stored. Raises `NotFound`, `Conflict` where the upload goes on
    elsewhere, `TooLarge` for more than was said, `OverQuota`, and what filing a document raises.
    """
    upload = _own(await unit.get(UPLOADS, upload_id), unit.actor)
    require_offset(offset, there=resumes_at(upload, await _parts(resources.blobs, upload)))
    if upload.number is not None:
        return upload, upload.length
    # Again, since others may have begun at the same moment as this one.
    resources.quota.check(await taken_space(unit, resources.blobs))
    await _store_parts(resources.blobs, upload, offset, content)
    slices = await _parts(resources.blobs, upload)
    there = reached(slices)
    if there < upload.length:
        return upload, there
    return await _whole(unit, resources, upload, slices, confidential=confidential), upload.length


async def give_up(*, unit: Unit, blobs: Blobs, upload_id: str) -> None:
    """Forget an upload and what came of it; a document that it became stays. Raises `NotFound`."""
    forget(unit, blobs, _own(await unit.get(UPLOADS, upload_id), unit.actor))


async def forget_uploads(unit: Unit, ids: Sequence[str], *, blobs: Blobs) -> None:
    """Forget uploads that nobody went on with; for the scheduler, which hands on those that are due."""
    for upload in (await unit.get_many(UPLOADS, ids)).values():
        if upload.expires_at <= now():
            forget(unit, blobs, upload)


def forget(unit: Unit, blobs: Blobs, upload: Upload) -> None:
    """Forget an upload and what came of it, once the unit is committed."""
    unit.delete(UPLOADS, upload)

    async def remove() -> None:
        with contextlib.suppress(OSError):
            await _remove_parts(blobs, upload)

    unit.afterwards(remove)


async def _whole(
    unit: Unit, resources: Resources, upload: Upload, slices: list[Slice], *, confidential: bool
) -> Upload:
    blobs = resources.blobs
    document = None
    if upload.document_id is not None:
        document = await visible(unit, upload.document_id, confidential=confidential)

    async def content() -> AsyncIterator[bytes]:
        for one in slices:
            async for chunk in blobs.stream(one.path, start=one.start, end=one.end):
                yield chunk

    received = await receive(
        unit=unit,
        blobs=blobs,
        quota=resources.quota,
        content=content(),
        file_name=upload.file_name,
        declared_type=upload.declared_type,
        counted=upload.length,
    )
    if document is not None:
        document = await next_version(unit=unit, resources=resources, document=document, received=received)
    else:
        draft = upload.draft or DocumentDraft(title=upload.file_name)
        document = await first_version(unit=unit, resources=resources, draft=draft, received=received)
    number = document.contents.index(received.sha256) + 1
    unit.afterwards(lambda: _remove_parts(blobs, upload))
    return unit.put(UPLOADS, msgspec.structs.replace(upload, document_id=document.id, number=number))


async def _store_parts(blobs: Blobs, upload: Upload, offset: int, content: AsyncIterator[bytes]) -> None:
    part = bytearray()

    async def store() -> None:
        nonlocal offset
        if part:
            data = bytes(part)
            part.clear()
            await blobs.put(part_path(upload, start=offset, length=len(data)), data)
            offset += len(data)

    try:
        async for chunk in content:
            if offset + len(part) + len(chunk) > upload.length:
                part.clear()
                raise TooLarge(f"This is more than the {upload.length:,} bytes that the upload was said to have.")
            part += chunk
            if len(part) >= _PART:
                await store()
    finally:
        # Also where the connection broke: what came is kept.
        await store()


async def _parts(blobs: Blobs, upload: Upload) -> list[Slice]:
    return put_together(await blobs.list(upload.folder), length=upload.length)


async def _remove_parts(blobs: Blobs, upload: Upload) -> None:
    for path in await blobs.list(upload.folder):
        await blobs.delete(path)


def _own(upload: AnyDocument | None, user: str) -> Upload:
    if not isinstance(upload, Upload) or upload.created_by != user:
        raise NotFound("There is no such upload.")
    return upload
