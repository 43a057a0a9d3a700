"""PDF, by PDFium: the text of each page; pages that are pictures by optical recognition, where an engine is there.

The library is built without an engine for JavaScript: what a PDF brings of it never runs.
"""

from __future__ import annotations

import contextlib
import mmap
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import pypdfium2
from pypdfium2 import raw

from realinsights.contracts.files import VersionState
from realinsights.files.extraction import recognition
from realinsights.files.extraction.extracted import Outcome, Page, Refused, Told, too_many_pages, unreadable
from realinsights_platform.documents.text_port import MOST_PAGES

_SCRIPT: Final = b"/JavaScript"
_DOTS_PER_INCH: Final = 200
_POINTS_PER_INCH: Final = 72
_MOST_PIXELS: Final = 40_000_000


def read(stream: BinaryIO, media_type: str) -> Iterator[Told]:
    """Yield the text of a PDF's pages, and what came of it."""
    with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        pdf = _opened(stream)
        count = len(pdf)
        if count > MOST_PAGES:
            raise too_many_pages()
        if not count:
            raise unreadable("a PDF: it has no page")
        notes, engine = [], recognition.Engine()
        broken = unread = 0
        for index in range(count):
            try:
                page = pdf[index]
            except pypdfium2.PdfiumError:
                broken += 1
                continue
            text = _text(page)
            if not text.strip():
                text = engine.read(lambda page=page: _picture(page))  # type: ignore[misc]  # it is called at once
                unread += not text and _shows_something(page)
            yield Page(index + 1, text)
            page.close()
        if broken == count:
            raise unreadable("a PDF: none of its pages can be opened")
        if broken:
            notes.append(f"{broken:,} of its pages cannot be opened")
        if unread:
            notes.append(f"{unread:,} pages are pictures without text ({engine.missing})")
        if content.find(_SCRIPT) >= 0 or raw.FPDFDoc_GetJavaScriptActionCount(pdf) > 0:
            notes.append("it brings JavaScript, which is never run")
        yield Outcome(VersionState.READY, pages=count, note="; ".join(notes) or None, text_by=engine.used)


def _opened(stream: BinaryIO) -> Any:
    try:
        return pypdfium2.PdfDocument(stream)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}:
            raise Refused(VersionState.ENCRYPTED, "it opens with a password only") from error
        raise unreadable("a PDF") from error


def _text(page: Any) -> str:
    with contextlib.suppress(pypdfium2.PdfiumError), contextlib.closing(page.get_textpage()) as text:
        return str(text.get_text_range())
    return ""


def _shows_something(page: Any) -> bool:
    return bool(raw.FPDFPage_CountObjects(page) > 0)


def _picture(page: Any) -> bytes:
    """Return a page as the picture that engines read: a portable graymap."""
    width, height = page.get_size()
    scale = _DOTS_PER_INCH / _POINTS_PER_INCH
    pixels = width * height * scale * scale
    if pixels > _MOST_PIXELS:
        scale *= (_MOST_PIXELS / pixels) ** 0.5
    bitmap = page.render(scale=scale, grayscale=True)
    rows = bitmap.to_numpy()
    head = b"P5 %d %d 255\n" % (bitmap.width, bitmap.height)
    return head + bytes(rows.reshape(bitmap.height, -1)[:, : bitmap.width].tobytes())
