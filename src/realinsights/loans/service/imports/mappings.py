"""Column mappings: keep how files of one header are read, for the next file that has it."""

from __future__ import annotations

from collections.abc import Sequence

from realinsights.loans.model.imports import ColumnMapping
from realinsights.loans.model.tape import ColumnChoice
from realinsights.loans.store import MAPPINGS
from realinsights.loans.tapes import headers
from realinsights.loans.tapes.problems import TapeRefused
from realinsights_platform.documents.port import Unit
from realinsights_platform.errors import Invalid


async def remember_mapping(*, unit: Unit, header: Sequence[str], mapping: Sequence[ColumnChoice]) -> ColumnMapping:
    """Keep how files with this header are read; raises `Invalid` naming what does not fit it."""
    try:
        chosen = headers.checked(header, mapping)
        headers.refuse_missing(header, chosen, line=1)
    except TapeRefused as refused:
        raise Invalid.field("mapping", refused.message) from refused
    key = headers.fingerprint(header)
    before = await unit.get(MAPPINGS, key)
    version = before.version if before is not None else 0
    kept = ColumnMapping(id=key, org=unit.org, version=version, header=tuple(header), mapping=chosen)
    return before if kept == before else unit.put(MAPPINGS, kept)
