"""Run of an import: read its file, store its rows chunk by chunk, say at the end which loans it left out."""

from __future__ import annotations

import asyncio
import datetime
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import IO, BinaryIO, Final, cast

import msgspec

from realinsights.loans.model.identity import contradictions
from realinsights.loans.model.imports import (
    MOST_SHOWN,
    Import,
    ImportState,
    Tolerance,
)
from realinsights.loans.model.reconciliation import CENTS_RULE, FLOAT32_RULE, RATE_RULE
from realinsights.loans.model.tape import ColumnChoice, Precision, Statement, TapeFormat, TapeLayout
from realinsights.loans.queries.portfolio_sums import portfolio_sums
from realinsights.loans.service.imports.mappings import remember_mapping
from realinsights.loans.service.imports.reading_process import Reader
from realinsights.loans.service.imports.resources import CHUNKS_AT_ONCE, Resources, save, unit_of
from realinsights.loans.service.imports.stored_state import number_of, read_stored_state
from realinsights.loans.service.imports.storing import store_rows
from realinsights.loans.store import IMPORT_ROWS, IMPORTS, LOANS, MAPPINGS
from realinsights.loans.tapes import reading
from realinsights.loans.tapes.file_dates import date_of
from realinsights.loans.tapes.problems import TapeRefused
from realinsights_platform.blobs import Blobs
from realinsights_platform.documents.port import Equal
from realinsights_platform.documents.walking import walk
from realinsights_platform.errors import Invalid

IN_MEMORY: Final = 8 * 1024 * 1024

_ADVICE: Final = "Say which deal it is: --deal NAME, or deal=NAME with the request"
_LOOKED_AT: Final = 250  # loans of a file, to tell whether it is of the deal that its name says


async def run_import(*, resources: Resources, work: Import) -> Import:
    """Carry an import out from where it stands; a file that cannot be read makes it `failed`, with the reason.

    Raises the `Refusal` that ends it once its rows are being stored.
    """
    try:
        async with _file(resources.blobs, work.blob) as stream:
            xml = reading.is_xml(stream)
            async with resources.readers.reading(
                stream, org=work.org, size=work.size, sheet=work.options.sheet
            ) as reader:
                if work.layout is None:
                    work = await _inspect(resources, work, reader, xml=xml)
                return await _store_all(resources, work, reader)
    except FileNotFoundError:
        return await save(resources, work, state=ImportState.FAILED, error="the uploaded file is not there any more")
    except Invalid as refusal:
        if work.layout is not None:
            raise  # while it was stored: the import has gone on since
        problems = "; ".join(f"{field.field}: {field.message}" for field in refusal.fields if field.field != "file")
        return await save(
            resources, work, state=ImportState.FAILED, error=refusal.message + (f" ({problems})" if problems else "")
        )


@asynccontextmanager
async def _file(blobs: Blobs, path: str) -> AsyncIterator[BinaryIO]:
    """Bring the uploaded file near, so that it can be read several times; a file, since another process reads it."""
    with tempfile.TemporaryFile() as spool:
        async for chunk in blobs.stream(path):
            await asyncio.to_thread(spool.write, chunk)
        yield cast("BinaryIO", cast("IO[bytes]", spool))


async def _inspect(resources: Resources, work: Import, reader: Reader, *, xml: bool) -> Import:
    options = work.options
    mapping = options.mapping
    remembered = None
    if mapping is None and options.named is None and not xml:
        mapping = remembered = await _remembered(resources, work, reader)
    layout = await asyncio.to_thread(
        reader.inspect,
        file_name=work.file_name,
        deal=options.deal,
        encoding=options.encoding,
        mapping=mapping,
        named=options.named,
        remembered=remembered is not None,
    )
    if layout.format is TapeFormat.EX102 and options.deal is None and layout.deal is not None:
        await _refuse_another_deal(resources, work, reader, layout, layout.deal)
    precision = layout.precision
    if options.tolerance is not Tolerance.DETECT:
        precision = Precision.FLOAT32 if options.tolerance is Tolerance.FLOAT32 else Precision.CENTS
    rule = FLOAT32_RULE if precision is Precision.FLOAT32 else CENTS_RULE
    named = _named_date(work) if options.as_of is None else None
    if named is not None and layout.mapping and not any(choice.column == "asOf" for choice in layout.mapping):
        said = f"no column says of when the balances are: they are taken as of {named}, the date in the file's name"
        layout = msgspec.structs.replace(layout, note="; ".join(filter(None, (layout.note, said))))
    how = f"detected: {layout.evidence}" if options.tolerance is Tolerance.DETECT else "as asked for"
    before = await portfolio_sums(resources.documents, org=work.org)
    async with unit_of(resources, work) as unit:
        if options.mapping is not None and layout.fingerprint is not None:
            await remember_mapping(unit=unit, header=layout.header, mapping=layout.mapping)
        work = unit.put(
            IMPORTS,
            msgspec.structs.replace(
                work,
                state=ImportState.RUNNING,
                layout=layout,
                deal=layout.deal,
                total=layout.loans,
                precision=precision,
                tolerance=f"{rule} ({how}); {RATE_RULE}",
                before=before,
                after=before,
            ),
        )
    resources.progress(work)
    return work


async def _refuse_another_deal(
    resources: Resources, work: Import, reader: Reader, layout: TapeLayout, deal: str
) -> None:
    """Raise `TapeRefused` where a file's name says a deal and its loans are another's: many files have one name."""
    unit = unit_of(resources, work)
    if not await unit.find(LOANS, Equal("deal", deal), limit=1):
        return
    rows = await asyncio.to_thread(lambda: list(reader.statements(layout, as_of=None, most=_LOOKED_AT)))
    said = [row for row in rows if isinstance(row, Statement)]
    known = await read_stored_state(unit, resources.documents, said, deal=deal, within_deal=True)
    there = 0
    others = []
    for statement in said:
        loan = known.loans.get(number_of(deal, statement.number, within_deal=True))
        if loan is not None:
            there += 1
            found = contradictions(statement, known.of(loan), deal=deal)
            others += (
                [f"{statement.number}: {found[0].field} is {found[0].said}, there {found[0].known}"] if found else []
            )
    if said and not there:
        raise TapeRefused(f"The file's name says deal {deal}, and none of that deal's loans is in it. {_ADVICE}.")
    if 2 * len(others) > there:
        raise TapeRefused(f"The file's name says deal {deal}, and it has other loans (loan {others[0]}). {_ADVICE}.")


async def _remembered(resources: Resources, work: Import, reader: Reader) -> tuple[ColumnChoice, ...] | None:
    header = await asyncio.to_thread(
        reader.header, file_name=work.file_name, encoding=work.options.encoding, cells=False
    )
    if header.fingerprint is None:
        return None
    mapping = await resources.documents.get(MAPPINGS, work.org, header.fingerprint)
    return mapping.mapping if mapping is not None else None


async def _store_all(resources: Resources, work: Import, reader: Reader) -> Import:
    if work.layout is None:
        raise ValueError("an import is stored once its file has been inspected")
    as_of = work.options.as_of or _named_date(work)
    work = await store_rows(resources, work, reader.statements(work.layout, as_of=as_of, skipped=work.done))
    missing, count = await _missing(resources, work)
    return await save(resources, work, state=ImportState.DONE, missing=missing, missing_count=count)


def _named_date(work: Import) -> datetime.date | None:
    """Return the date in the file's name, unless it is still to come: then it is not of when the figures are."""
    found = date_of(work.file_name)
    return found if found is not None and found <= work.business_date else None


async def _missing(resources: Resources, work: Import) -> tuple[tuple[str, ...], int]:
    """Return the deal's loans that still owe something and that this tape, the latest of its deal, leaves out."""
    if work.deal is None or work.period is None:
        return (), 0
    documents, org = resources.documents, work.org
    said: set[str] = set()
    async for stored in walk(documents, IMPORT_ROWS, org, Equal("import_id", work.id), limit=CHUNKS_AT_ONCE):
        said |= {row.loan_id for row in stored.rows if row.loan_id is not None}
    absent = [
        loan.number
        async for loan in walk(documents, LOANS, org, Equal("deal", work.deal))
        if loan.id not in said and loan.current_balance and loan.balance_as_of < work.period
    ]
    return tuple(absent[:MOST_SHOWN]), len(absent)
