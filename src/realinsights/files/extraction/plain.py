"""Plain text and CSV: some 4,000 characters are a page; of a table the first rows are its preview."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator
from typing import BinaryIO

from realinsights.contracts.files import VersionState
from realinsights.files.extraction.extracted import MOST_TEXT, Outcome, Told, pages_of, too_much_text
from realinsights.files.model.media_types import CSV
from realinsights.files.model.previews import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Preview, SheetPreview


def read(stream: BinaryIO, media_type: str) -> Iterator[Told]:
    """Yield a text's pages, and what came of it."""
    text = decoded(stream.read(MOST_TEXT + 1))
    if len(text) > MOST_TEXT:
        raise too_much_text()
    count = 0
    for page in pages_of(text):
        count = page.number
        yield page
    yield Outcome(VersionState.READY, pages=count, preview=_table(text) if media_type == CSV else None)


def decoded(content: bytes) -> str:
    """Return a text of unknown encoding: by its mark, else as UTF-8, else as what most Windows programs write."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _table(text: str) -> Preview:
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(text[:8192], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    try:
        rows = list(itertools.islice(csv.reader(io.StringIO(text, newline=""), dialect), MOST_ROWS + 1))
    except csv.Error:
        rows = [[line] for line in text.splitlines()[: MOST_ROWS + 1]]
    shown = tuple(tuple(cell[:LONGEST_CELL] for cell in row[:MOST_COLUMNS]) for row in rows[:MOST_ROWS])
    whole = len(rows) <= MOST_ROWS and all(len(row) <= MOST_COLUMNS for row in rows)
    return Preview(sheets=(SheetPreview(name="", rows=shown, whole=whole),))
