"""Sources of a loan's values: the file, row and element that stated each of them last."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from realinsights.loans.model.imports import Import, TapeStatement
from realinsights.loans.model.tape import Statement, TapeProperty
from realinsights.loans.queries.history import read
from realinsights.loans.store import IMPORTS, LOANS, STATEMENTS
from realinsights.loans.tapes.reading import element_of
from realinsights_platform.documents.port import Documents, Equal
from realinsights_platform.documents.walking import every, many

_MOST_REVISIONS: Final = 100
_PLACE: Final = frozenset({"row", "line", "number", "properties", "roll_up", "period_begin", "period_end"})


class Source(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The origin of a field's value: `element` is the EX-102's, or the CSV's column; `row` counts within the file."""

    field: str
    value: Any
    element: str | None
    file_name: str
    content_hash: str
    import_id: str
    row: int
    line: int | None
    asset_number: str
    period_end: datetime.date


class LoanSources(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Every value of a loan that came from a tape; those not named were entered by a person or left as they were."""

    loan_id: str
    number: str
    sources: tuple[Source, ...]


async def loan_sources(documents: Documents, *, org: str, loan_id: str, import_id: str | None = None) -> LoanSources:
    """Return the origin of each of a loan's values, and of its properties'; raises `NotFound`.

    With `import_id` it is only what that import's file said, also where a later one has said it anew.
    """
    loan = await read(documents, LOANS, org=org, document_id=loan_id)
    said: Sequence[TapeStatement] = await every(documents, STATEMENTS, org, Equal("loan_id", loan_id))
    if import_id is not None:
        imported = [await _as_imported(documents, item, import_id) for item in said]
        said = [item for item in imported if item is not None]
    imports = await many(documents, IMPORTS, org, (item.import_id for item in said))
    found: dict[str, Source] = {}
    for item in sorted(said, key=lambda item: item.statement.period_end):
        work = imports.get(item.import_id)
        if work is None:
            continue
        _said_of_loan(found, item.statement, work)
        for asset in item.statement.properties:
            _said_of_property(found, item.statement, asset, work)
    return LoanSources(loan_id=loan.id, number=loan.number, sources=tuple(found.values()))


async def _as_imported(documents: Documents, item: TapeStatement, import_id: str) -> TapeStatement | None:
    if item.import_id == import_id:
        return item
    if item.version == 1:
        return None  # nothing was said in its place before
    revisions = await documents.history(STATEMENTS, item.org, item.id, limit=_MOST_REVISIONS)
    stored = (revision.document for revision in revisions)
    return next((document for document in stored if document and document.import_id == import_id), None)


def _said_of_loan(found: dict[str, Source], statement: Statement, work: Import) -> None:
    for name, field in _fields(statement):
        value = getattr(statement, name)
        if name not in _PLACE and value not in (None, (), False):
            found[field] = _source(field, name, value, statement, work, row=statement.row, line=statement.line)


def _said_of_property(found: dict[str, Source], statement: Statement, asset: TapeProperty, work: Import) -> None:
    for name, wire in _fields(asset):
        value = getattr(asset, name)
        if name not in {"row", "number"} and value not in (None, ()):
            field = f"properties[{asset.number}].{wire}"
            line = statement.line if asset.row == statement.row else None
            found[field] = _source(field, f"properties.{name}", value, statement, work, row=asset.row, line=line)


def _source(
    field: str, name: str, value: Any, statement: Statement, work: Import, *, row: int, line: int | None
) -> Source:
    layout = work.layout
    return Source(
        field=field,
        value=msgspec.to_builtins(value),
        element=element_of(layout.format, name, layout.mapping) if layout is not None else None,
        file_name=work.file_name,
        content_hash=work.content_hash,
        import_id=work.id,
        row=row,
        line=line,
        asset_number=statement.number,
        period_end=statement.period_end,
    )


def _fields(struct: msgspec.Struct) -> Iterable[tuple[str, str]]:
    return zip(struct.__struct_fields__, struct.__struct_encode_fields__, strict=True)
