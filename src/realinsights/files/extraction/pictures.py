"""Pictures: one page, whose text an engine for optical recognition reads where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from realinsights.contracts.files import VersionState
from realinsights.files.extraction.extracted import Outcome, Page, Told
from realinsights.files.extraction.recognition import Engine


def read(stream: BinaryIO, media_type: str) -> Iterator[Told]:
    """Yield a picture's text, if any, and what came of it."""
    engine = Engine()
    text = engine.read(stream.read)
    if text:
        yield Page(1, text)
    note = None if text else f"it is a picture without text ({engine.missing})"
    yield Outcome(VersionState.READY, pages=1, note=note, text_by=engine.used)
