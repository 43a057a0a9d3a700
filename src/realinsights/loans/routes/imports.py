"""Routes of imports: upload a tape, watch it, read its results, undo it."""

from __future__ import annotations

import datetime
from collections.abc import AsyncGenerator
from typing import Annotated

import msgspec

from realinsights.contracts.permissions import Permission
from realinsights.loans.model.imports import (
    ColumnMapping,
    Import,
    ImportOptions,
    ImportRow,
    ImportState,
    RowOutcome,
    Tolerance,
)
from realinsights.loans.model.tape import ColumnChoice
from realinsights.loans.queries import imports as queries
from realinsights.loans.queries.history import read
from realinsights.loans.queries.reconciliation import ERRORS_HEADER, error_table
from realinsights.loans.service.imports import mappings
from realinsights.loans.service.imports import requests as service
from realinsights.loans.service.imports.reading_process import Readers
from realinsights.loans.service.imports.requests import LARGEST
from realinsights.loans.service.progress import Progress
from realinsights.loans.store import IMPORTS
from realinsights.loans.tapes.columns import COLUMNS
from realinsights.loans.tapes.named_mappings import NamedMapping, named_mappings
from realinsights.loans.tapes.reading import HeaderReading
from realinsights.loans.tapes.template import template
from realinsights_platform.attributes import made_from
from realinsights_platform.blobs import Blobs
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.errors import NotFound
from realinsights_platform.http.answers.answer import Stream
from realinsights_platform.http.answers.csv_tables import CSV, csv_file, streamed
from realinsights_platform.http.answers.sse import EventStream, ServerEvent
from realinsights_platform.http.routes.declaring import get, post, put
from realinsights_platform.http.routes.pages import Cursor, Limit, PageOf
from realinsights_platform.http.routes.requests import Request
from realinsights_platform.principal import Principal
from realinsights_platform.quota import Quota

Encoding = Annotated[str, msgspec.Meta(max_length=40)]
Sheet = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
"""The name of a workbook's sheet."""

FileName = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
Deal = Annotated[str, msgspec.Meta(min_length=1, max_length=48, pattern=r"\S")]
MappingText = Annotated[str, msgspec.Meta(max_length=20_000)]


class TemplateColumn(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A column of the CSV template; `element` is the EX-102's name for it, which is recognized too."""

    name: str
    kind: str
    required: bool
    about: str
    example: str
    element: str | None
    synonyms: tuple[str, ...]


class MappingBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A column mapping for files with this header."""

    header: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=500)]
    mapping: Annotated[tuple[ColumnChoice, ...], msgspec.Meta(min_length=1, max_length=500)]


@post("/imports", permission=Permission.TAPE_IMPORT, status=202, streamed=True, max_body=LARGEST, cost=50)
async def start_import(
    *,
    request: Request,
    unit: Unit,
    documents: Documents,
    blobs: Blobs,
    quota: Quota,
    file_name: FileName,
    dry_run: bool = False,
    deal: Deal | None = None,
    as_of: datetime.date | None = None,
    encoding: Encoding | None = None,
    sheet: Sheet | None = None,
    mapping: MappingText | None = None,
    tolerance: Tolerance = Tolerance.DETECT,
) -> Import:
    """Import the tape in the request's body (EX-102 XML, CSV or .xlsx) in the background, or say what that would do."""
    said = service.said_mapping(mapping)
    options = ImportOptions(
        deal=deal.strip() if deal is not None else None,
        as_of=as_of,
        encoding=encoding,
        sheet=sheet,
        mapping=said.columns if said is not None else None,
        named=said.named if said is not None else None,
        tolerance=tolerance,
    )
    return await service.request_import(
        unit=unit,
        documents=documents,
        blobs=blobs,
        quota=quota,
        file_name=file_name,
        content=request.stream(),
        options=options,
        dry_run=dry_run,
    )


@get("/imports", permission=Permission.PORTFOLIO_READ)
async def list_imports(
    *,
    documents: Documents,
    principal: Principal,
    cursor: Cursor,
    state: ImportState | None = None,
    deal: str | None = None,
    limit: Limit = 50,
) -> PageOf[Import]:
    """List imports, the latest first."""
    found = await queries.list_imports(
        documents, org=principal.org, state=state, deal=deal, after=cursor.position, limit=limit
    )
    return cursor.page(found)


@get("/imports/{import_id}", permission=Permission.PORTFOLIO_READ)
async def read_import(*, documents: Documents, principal: Principal, import_id: str) -> Import:
    """Return an import: how far it is, what it did, what it refused and how the tape compares with the schedules."""
    return await read(documents, IMPORTS, org=principal.org, document_id=import_id)


@get("/imports/{import_id}/events", permission=Permission.PORTFOLIO_READ, media_type="text/event-stream")
async def watch_import(
    *, documents: Documents, progress: Progress[Import], principal: Principal, import_id: str
) -> EventStream:
    """Send the import as it comes further (`progress`), and once more when it is at rest (`end`)."""
    await read(documents, IMPORTS, org=principal.org, document_id=import_id)

    async def sent() -> AsyncGenerator[ServerEvent, None]:
        async for work in progress.watch(org=principal.org, job_id=import_id):
            yield ServerEvent(event="end" if work.at_rest else "progress", id=str(work.version), data=work)

    return EventStream(sent())


@get("/imports/{import_id}/rows", permission=Permission.PORTFOLIO_READ)
async def list_import_rows(
    *,
    documents: Documents,
    principal: Principal,
    cursor: Cursor,
    import_id: str,
    outcome: RowOutcome | None = None,
) -> PageOf[ImportRow]:
    """List what became, or in a dry run would become, of each loan of the tape, field by field.

    A page is one unit of work of the import; with `outcome` it has only such rows, those of the next unit with any.
    """
    found = await queries.list_import_rows(
        documents, org=principal.org, import_id=import_id, outcome=outcome, after=cursor.position
    )
    return cursor.page(found)


@get("/imports/{import_id}/errors", permission=Permission.PORTFOLIO_READ, media_type=CSV, cost=200)
async def export_errors(*, documents: Documents, principal: Principal, import_id: str) -> Stream:
    """Export every reason for which a row was refused, as CSV."""
    await read(documents, IMPORTS, org=principal.org, document_id=import_id)
    table = streamed(ERRORS_HEADER, error_table(documents, org=principal.org, import_id=import_id))
    return csv_file("errors.csv", table)


@get("/imports/{import_id}/file", permission=Permission.TAPE_IMPORT, media_type="application/octet-stream")
async def download_file(*, documents: Documents, blobs: Blobs, principal: Principal, import_id: str) -> Stream:
    """Return the file as it was uploaded."""
    work = await read(documents, IMPORTS, org=principal.org, document_id=import_id)
    if not await blobs.exists(work.blob):
        raise NotFound("The uploaded file is no longer stored.")
    return Stream(
        blobs.stream(work.blob),
        media_type="application/octet-stream",
        headers={"content-disposition": f'attachment; filename="{_quotable(work.file_name)}"'},
    )


@post("/imports/{import_id}/undo", permission=Permission.TAPE_IMPORT, status=202)
async def undo_import(*, unit: Unit, import_id: str) -> Import:
    """Take an import back in the background; what was edited or imported again since is left, with the reason."""
    return await service.request_undo(unit=unit, import_id=import_id)


@get("/tapes/template", permission=Permission.PORTFOLIO_READ, scoped="unaffected", media_type=CSV)
async def download_template() -> Stream:
    """Return the CSV template: every column, and one row of examples."""
    return csv_file("template.csv", [template().encode()])


@get("/tapes/columns", permission=Permission.PORTFOLIO_READ, scoped="unaffected")
async def list_columns() -> tuple[TemplateColumn, ...]:
    """Return what each column of the template means."""
    return tuple(made_from(column, TemplateColumn, kind=column.reading.value) for column in COLUMNS)


@post(
    "/tapes/header",
    permission=Permission.TAPE_IMPORT,
    status=200,
    streamed=True,
    max_body=LARGEST,
    idempotent=False,
    cost=50,
)
async def read_header(
    *,
    request: Request,
    documents: Documents,
    readers: Readers,
    principal: Principal,
    file_name: FileName,
    encoding: Encoding | None = None,
    sheet: Sheet | None = None,
    mapping: MappingText | None = None,
) -> HeaderReading:
    """Say what the columns of the tape in the request's body are taken for, by a mapping if there is one."""
    return await service.read_header(
        documents=documents,
        readers=readers,
        org=principal.org,
        file_name=file_name,
        content=request.stream(),
        encoding=encoding,
        sheet=sheet,
        mapping=service.said_mapping(mapping),
    )


@get("/tapes/named-mappings", permission=Permission.PORTFOLIO_READ, scoped="unaffected")
async def list_named_mappings() -> tuple[NamedMapping, ...]:
    """List the mappings that are known by a name, each with where its layout was read."""
    return tuple(named_mappings().values())


@get("/tapes/mappings", permission=Permission.PORTFOLIO_READ)
async def list_mappings(*, documents: Documents, principal: Principal, cursor: Cursor) -> PageOf[ColumnMapping]:
    """List the layouts this organization has said how to read."""
    return cursor.page(await queries.list_mappings(documents, org=principal.org, after=cursor.position))


@put("/tapes/mappings", permission=Permission.TAPE_IMPORT)
async def remember_mapping(*, unit: Unit, data: MappingBody) -> ColumnMapping:
    """Remember how files with a header are read."""
    return await mappings.remember_mapping(unit=unit, header=data.header, mapping=data.mapping)


def _quotable(name: str) -> str:
    return "".join(character if character.isascii() and character.isprintable() else "_" for character in name).replace(
        '"', "_"
    )
