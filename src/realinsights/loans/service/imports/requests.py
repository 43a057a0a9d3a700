"""Use cases of imports: request one, undo one, read a file's header.

A request is stored with the event that makes a worker run it, in one unit of work: neither is there without the other.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import tempfile
from collections.abc import AsyncIterable, AsyncIterator
from typing import IO, BinaryIO, Final, NamedTuple, cast

import msgspec

from realinsights.contracts.loans import ImportRequested
from realinsights.loans.model.imports import Import, ImportOptions, ImportState
from realinsights.loans.model.quantities import checked_date
from realinsights.loans.model.tape import ColumnChoice
from realinsights.loans.service.imports.reading_process import Readers
from realinsights.loans.service.imports.resources import now
from realinsights.loans.service.imports.running import IN_MEMORY
from realinsights.loans.service.imports.uploads import begin_upload
from realinsights.loans.store import IMPORTS, MAPPINGS
from realinsights.loans.tapes.named_mappings import named_mapping
from realinsights.loans.tapes.reading import HeaderReading
from realinsights_platform.blobs import Blobs
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.errors import Conflict, Faults, Invalid, NotFound, TooLarge
from realinsights_platform.ids import new_id
from realinsights_platform.quota import Quota
from realinsights_platform.texts import optional_line, required_line


class Said(NamedTuple):
    """What a caller says of how a file's columns are read: column by column, or the name of a mapping."""

    columns: tuple[ColumnChoice, ...] | None = None
    named: str | None = None


_NAME: Final = re.compile(r"[a-z][a-z0-9-]*\Z")
LARGEST: Final = 512 * 1024 * 1024
_COPY: Final = 256 * 1024


async def request_import(
    *,
    unit: Unit,
    documents: Documents,
    blobs: Blobs,
    quota: Quota,
    file_name: str,
    content: AsyncIterable[bytes],
    options: ImportOptions,
    dry_run: bool,
) -> Import:
    """Keep a file under its content's hash and have it imported, or have it said what importing it would do.

    Raises `Invalid` for an empty file or name, `TooLarge` for one beyond 512 MB, `OverQuota`.
    """
    faults = Faults()
    name = required_line(file_name.replace("\\", "/").rpartition("/")[2], "fileName", faults)
    options = msgspec.structs.replace(options, deal=optional_line(options.deal, "deal", faults, at_most=48))
    if options.as_of is not None:
        checked_date(options.as_of, "asOf", faults)
    faults.refuse("import")
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
        digest, size = await _received(content, cast("BinaryIO", cast("IO[bytes]", spool)))
        path = f"tapes/{unit.org}/{digest}"
        await begin_upload(documents, unit, content_hash=digest, blob=path)
        if not await blobs.exists(path):
            quota.check(size + await blobs.size(f"tapes/{unit.org}"))
            await blobs.put_stream(path, _pieces(cast("BinaryIO", cast("IO[bytes]", spool))))
    work = Import(
        id=new_id(),
        org=unit.org,
        state=ImportState.QUEUED,
        dry_run=dry_run,
        file_name=name,
        content_hash=digest,
        size=size,
        blob=path,
        requested_at=now(),
        requested_by=unit.actor,
        business_date=unit.business_date,
        options=options,
        deal=options.deal,
    )
    unit.emit(ImportRequested(import_id=work.id))
    return unit.put(IMPORTS, work)


async def request_undo(*, unit: Unit, import_id: str) -> Import:
    """Have an import taken back; one that is undone, or being undone, is returned as it is.

    Raises `Conflict` for one that is still running, and for a dry run, which did nothing.
    """
    work = await unit.get(IMPORTS, import_id)
    if work is None:
        raise NotFound(f"There is no import {import_id}.")
    if work.dry_run:
        raise Conflict("This was a dry run: it changed nothing that could be undone.")
    if work.state in {ImportState.UNDONE, ImportState.UNDOING}:
        return work
    if work.state not in {ImportState.DONE, ImportState.FAILED}:
        raise Conflict("This import is still under way. Undo it once it is done.")
    unit.emit(ImportRequested(import_id=work.id))
    return unit.put(IMPORTS, msgspec.structs.replace(work, state=ImportState.UNDOING))


async def read_header(
    *,
    documents: Documents,
    readers: Readers,
    org: str,
    file_name: str,
    content: AsyncIterable[bytes],
    encoding: str | None = None,
    sheet: str | None = None,
    mapping: Said | None = None,
) -> HeaderReading:
    """Return what the columns of a file are taken for, so that a person can say better before importing it.

    A `mapping` says it; without one, what this organization has said before of such a header counts more than its
    names. `sheet` is which of a workbook,
    by default the one that has a tape's header.
    """
    with tempfile.TemporaryFile() as spool:
        stream = cast("BinaryIO", cast("IO[bytes]", spool))
        _, size = await _received(content, stream)
        async with readers.reading(stream, org=org, size=size, sheet=sheet) as reader:
            if mapping is None:
                first = await asyncio.to_thread(reader.header, file_name=file_name, encoding=encoding, cells=False)
                known = await documents.get(MAPPINGS, org, first.fingerprint) if first.fingerprint is not None else None
                mapping = Said(known.mapping if known is not None else None)
            return await asyncio.to_thread(
                reader.header, file_name=file_name, encoding=encoding, mapping=mapping.columns, named=mapping.named
            )


async def _received(content: AsyncIterable[bytes], spool: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    async for chunk in content:
        size += len(chunk)
        if size > LARGEST:
            raise TooLarge(f"A tape may have at most {LARGEST // 1024 // 1024} MB.")
        digest.update(chunk)
        if size > IN_MEMORY:
            await asyncio.to_thread(spool.write, chunk)
        else:
            spool.write(chunk)
    if not size:
        raise Invalid.field("file", "the file is empty: send the tape as the request's body")
    return digest.hexdigest(), size


async def _pieces(spool: BinaryIO) -> AsyncIterator[bytes]:
    spool.seek(0)
    while piece := await asyncio.to_thread(spool.read, _COPY):
        yield piece


def said_mapping(text: str | None) -> Said | None:
    """Return a mapping written as JSON, or as the name of one; raises `Invalid`."""
    if text is None:
        return None
    if _NAME.match(text) is not None:
        return Said(named=named_mapping(text).name)
    try:
        return Said(msgspec.json.decode(text.encode(), type=tuple[ColumnChoice, ...]))
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        message = 'must be JSON such as [{"header": "Loan #", "column": "loanNumber"}]'
        raise Invalid.field("mapping", f"{message}: {error}") from error
