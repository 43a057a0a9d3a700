"""Comma-separated tables that a spreadsheet opens without running anything in them."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from decimal import Decimal
from types import NoneType
from typing import Any, Final

from realinsights_platform.csv_cells import cell
from realinsights_platform.http.answers.answer import Stream

CSV: Final = "text/csv; charset=utf-8"

# What the writer itself turns into the same text.
_AS_THEY_ARE: Final = frozenset({NoneType, int, Decimal, datetime.date})


def lines(rows: Iterable[Sequence[Any]]) -> bytes:
    """Return rows as CSV (RFC 4180) in UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerows([value if type(value) in _AS_THEY_ARE else cell(value) for value in row] for row in rows)
    return buffer.getvalue().encode()


async def streamed(header: Sequence[str], pages: AsyncIterator[Iterable[Sequence[Any]]]) -> AsyncIterator[bytes]:
    """Yield a table page by page, its header first."""
    yield lines([header])
    async for page in pages:
        yield lines(page)


def csv_file(name: str, content: AsyncIterator[bytes] | Sequence[bytes]) -> Stream:
    """Return a table as a file to keep under a name."""
    return Stream(content, media_type=CSV, headers={"content-disposition": f'attachment; filename="{name}"'})
