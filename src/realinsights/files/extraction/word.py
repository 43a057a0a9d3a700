"""DOCX: paragraphs and tables in their order. The format has no pages; some 4,000 characters are one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import docx
from docx.table import Table

from realinsights.contracts.files import VersionState
from realinsights.files.extraction.archives import require_harmless
from realinsights.files.extraction.extracted import MOST_TEXT, Outcome, Told, pages_of, too_much_text


def read(stream: BinaryIO, media_type: str) -> Iterator[Told]:
    """Yield a document's text, and what came of it."""
    require_harmless(stream, "a Word document")
    document = docx.Document(stream)
    lines: list[str] = []
    size = 0
    for line in _lines(document.iter_inner_content()):
        size += len(line) + 1
        if size > MOST_TEXT:
            raise too_much_text()
        lines.append(line)
    count = 0
    for page in pages_of("\n".join(lines)):
        count = page.number
        yield page
    yield Outcome(VersionState.READY, pages=count)


def _lines(blocks: Iterable[Any]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Table):
            for row in block.rows:
                # A cell that is merged over several columns comes once for each of them.
                cells = dict.fromkeys(cell._tc for cell in row.cells)
                texts = ["".join(node.text or "" for node in cell.iter() if node.tag.endswith("}t")) for cell in cells]
                yield "\t".join(texts)
        else:
            yield block.text
