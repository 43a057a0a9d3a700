"""A tape of any format: what it is, then its statements, any number of times and always the same."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final

import msgspec

from realinsights.loans.model.tape import ColumnChoice, ColumnReading, Statement, TapeFormat, TapeLayout
from realinsights.loans.tapes import csv_tape, csv_text, ex102, headers, own_export
from realinsights.loans.tapes.bounds import within_bounds
from realinsights.loans.tapes.ex102_elements import ELEMENTS
from realinsights.loans.tapes.named_mappings import Fit, named_mapping
from realinsights.loans.tapes.problems import Refused

_SUFFIXES: Final = re.compile(r"(\.ex-?102)?\.(xml|csv|txt|tsv|xlsx|xlsm)\Z", re.IGNORECASE)
_DATES: Final = re.compile(
    r"[-_. ]*(?:(?:19|20)\d{2}[-_.]?(?:0[1-9]|1[0-2])(?:[-_.]?(?:0[1-9]|[12]\d|3[01]))?"
    r"|(?:0[1-9]|1[0-2])[-_.](?:0[1-9]|[12]\d|3[01])[-_.](?:19|20)\d{2})\Z"
)


class HeaderReading(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a file's header says: the columns recognized, or as this organization has said before (`remembered`).

    `named` is the mapping that it is read by, `fits` the one that the header is of. `above` is how many records that
    are not blank stand before the table's first, the header among them. `sheet` is which of a workbook's `sheets` is
    read; with sheets and none of them read, somebody has to say which it is, and nothing else is known.
    """

    format: str
    deal: str | None = None
    header: tuple[str, ...] = ()
    fingerprint: str | None = None
    mapping: tuple[ColumnChoice, ...] = ()
    remembered: bool = False
    missing: tuple[str, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    note: str | None = None
    above: int = 1
    columns: tuple[ColumnReading, ...] = ()
    unused: tuple[str, ...] = ()
    named: str | None = None
    fits: Fit | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()


def deal_of(file_name: str) -> str:
    """Return the deal a file is named after: its name without folder, endings and a date at its end.

    `ubs-2017-c1-2017-07-11.xml` is `ubs-2017-c1`; a name that is nothing but a date is kept.
    """
    name = re.split(r"[/\\]", file_name)[-1].strip()
    stem = _SUFFIXES.sub("", name) or name
    return (_DATES.sub("", stem) or stem)[:48]


def read_header(
    stream: BinaryIO,
    *,
    file_name: str,
    encoding: str | None = None,
    cells: bool = True,
    mapping: Sequence[ColumnChoice] | None = None,
    named: str | None = None,
) -> HeaderReading:
    """Return what the columns of a file are taken for, by its header and `cells`; raises `TapeRefused`.

    A `mapping` is what was said before of such a header, and all that is read; so is a `named` one.
    """
    if is_xml(stream):
        layout = inspect(stream, file_name=file_name)
        return HeaderReading(format=layout.format.value, deal=layout.deal)
    known = named_mapping(named) if named is not None else None
    found = csv_tape.first_look(stream, encoding=encoding, cells=cells, mapping=mapping, named=known)
    return HeaderReading(
        format="csv",
        header=found.header,
        fingerprint=headers.fingerprint(found.header),
        mapping=found.columns.mapping,
        remembered=mapping is not None,
        missing=headers.missing(found.columns.mapping),
        encoding=found.form.encoding,
        delimiter=found.form.delimiter,
        note=found.note,
        above=found.form.above,
        columns=found.columns.columns,
        unused=found.columns.unused,
        named=named,
        fits=found.fits,
    )


def inspect(
    stream: BinaryIO,
    *,
    file_name: str,
    deal: str | None = None,
    encoding: str | None = None,
    mapping: Sequence[ColumnChoice] | None = None,
    named: str | None = None,
    remembered: bool = False,
) -> TapeLayout:
    """Return what a file is, having read all of it once; raises `TapeRefused` and `Invalid` for what cannot be read.

    A `named` or `remembered` mapping says all that is read; of any other, what it leaves out is recognized by its name.
    An EX-102 does not name its deal: unless `deal` is given it is the file's name. A CSV has none unless it is given.
    """
    if is_xml(stream):
        found = ex102.outline(stream)
        return TapeLayout(
            format=TapeFormat.EX102,
            deal=deal or deal_of(file_name),
            loans=len(found.loans),
            rows=found.rows,
            precision=found.evidence.precision,
            evidence=str(found.evidence),
        )
    known = named_mapping(named) if named is not None else None
    table = csv_tape.outline(stream, encoding=encoding, mapping=mapping, named=known, only=remembered)
    fits = table.fits
    offered = f"its header is that of {fits.title}: the mapping {fits.name} reads it" if fits is not None else None
    return TapeLayout(
        format=TapeFormat.CSV,
        deal=deal,
        loans=table.loans,
        rows=table.rows,
        precision=table.evidence.precision,
        evidence=str(table.evidence),
        encoding=table.form.encoding,
        delimiter=table.form.delimiter,
        note="; ".join(filter(None, (table.note, offered))) or None,
        header=table.header,
        fingerprint=headers.fingerprint(table.header),
        mapping=table.columns.mapping,
        own_export=own_export.is_own(table.header),
        columns=table.columns.columns,
        unused=table.columns.unused,
        header_at=table.form.header_at,
        header_rows=table.form.header_rows,
    )


def statements(stream: BinaryIO, layout: TapeLayout, *, as_of: datetime.date | None) -> Iterator[Statement | Refused]:
    """Yield a statement or a refusal per loan, in the file's order; `as_of` is the date of a CSV that says none."""
    if layout.format is TapeFormat.EX102:
        yield from map(within_bounds, ex102.statements(stream, ex102.outline(stream)))
    else:
        form = csv_text.TextForm(
            encoding=layout.encoding or "utf-8",
            delimiter=layout.delimiter or ",",
            header_at=layout.header_at,
            header_rows=layout.header_rows,
        )
        yield from csv_tape.statements(stream, form=form, mapping=layout.mapping, columns=layout.columns, as_of=as_of)


def element_of(layout_format: TapeFormat, field: str, mapping: Sequence[ColumnChoice]) -> str | None:
    """Return the element or column that a statement's field is read from."""
    if layout_format is TapeFormat.EX102:
        return ELEMENTS.get(field)
    return next((choice.header for choice in mapping if csv_tape.field_of(choice.column) == field), None)


def is_xml(stream: BinaryIO) -> bool:
    """Tell an XML file from a table by how it begins."""
    stream.seek(0)
    head = stream.read(512).replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return head.startswith(b"<")
