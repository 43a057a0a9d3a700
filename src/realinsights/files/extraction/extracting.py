"""The process that reads a file: it tells page after page, and what came of it. Whatever happens to it stays there."""

from __future__ import annotations

import importlib
import resource
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import BinaryIO, Final

import msgspec

from realinsights.contracts.files import VersionState
from realinsights.files.extraction.extracted import (
    LONGEST_PAGE,
    MOST_TEXT,
    Asked,
    Outcome,
    Page,
    Refused,
    Told,
    too_much_text,
)
from realinsights.files.model.media_types import CSV, DOCX, HTML, IMAGES, MAIL, PDF, PLAIN, XLSX
from realinsights_platform.bounded_process import Answering

READERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        PDF: "pdf",
        DOCX: "word",
        XLSX: "workbook",
        HTML: "html",
        MAIL: "mail",
        CSV: "plain",
        PLAIN: "plain",
        **dict.fromkeys(IMAGES, "pictures"),
    }
)
"""Which module reads a media type. What is not named has no text that is looked for."""

ENCODE: Final = msgspec.msgpack.Encoder().encode
_ASKED: Final = msgspec.msgpack.Decoder(Asked).decode


def extracting(stream: BinaryIO) -> Answering:
    """Return what answers, in the process, what is asked of a file."""
    return lambda asked: map(ENCODE, _told(stream, _ASKED(asked).media_type))


def _told(stream: BinaryIO, media_type: str) -> Iterator[Told]:
    try:
        reader = importlib.import_module(f"realinsights.files.extraction.{READERS[media_type]}")
        yield from _bounded(reader.read(stream, media_type))
    except Refused as refused:
        yield Outcome(refused.state, note=refused.reason)
    except MemoryError:
        most = resource.getrlimit(resource.RLIMIT_AS)[0]
        yield Outcome(VersionState.TOO_LARGE, note=f"reading it takes more than {most // 1024**2:,} MB of memory")
    except RecursionError:
        yield Outcome(VersionState.UNREADABLE, note="it is nested too deeply")
    except Exception as error:
        # Libraries for files from strangers raise whatever they like; the process is over then, and nothing else.
        yield Outcome(VersionState.UNREADABLE, note=f"reading it failed ({type(error).__name__})")


def _bounded(told: Iterable[Told]) -> Iterator[Told]:
    size = 0
    for one in told:
        if not isinstance(one, Page):
            yield one
            continue
        text = one.text[:LONGEST_PAGE].replace("\0", "")
        # Half of a pair of UTF-16, which some PDF writers leave, is no text that could be stored.
        text = text.encode("utf-8", "replace").decode("utf-8")
        size += len(text)
        if size > MOST_TEXT:
            raise too_much_text()
        if text.strip():
            yield Page(one.number, text)
