"""CSV, bytes to cells: which encoding and delimiter a file has, and its records with their line numbers."""

from __future__ import annotations

import codecs
import csv
import functools
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from realinsights.loans.model.tape import ColumnUnit
from realinsights.loans.tapes.problems import TapeRefused

CHUNK: Final = 256 * 1024
MAX_BYTES: Final = 512 * 1024 * 1024
MAX_RECORD: Final = 1024 * 1024  # characters
DELIMITERS: Final = (",", ";", "\t", "|")
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_OTHERS: Final = ((b"%PDF", "a PDF"), (b"\x1f\x8b", "a gzip archive"), (b"7z\xbc\xaf", "a 7-Zip archive"))


@dataclass(frozen=True, slots=True)
class TextForm:
    """The form of a file: how its bytes are text, and its text cells; `guessed` says why, where nothing told.

    The header is the record `header_at`, of `header_rows` records, counted without blank ones; the table follows it.
    A line above it may say the `scale` of the table's amounts.
    """

    encoding: str
    delimiter: str
    guessed: str | None = None
    header_at: int = 1
    header_rows: int = 1
    scale: ColumnUnit | None = None

    @property
    def above(self) -> int:
        """Return how many records stand before the first of the table."""
        return self.header_at + self.header_rows - 1


def encoding_of(stream: BinaryIO, *, encoding: str | None = None) -> tuple[str, str | None]:
    """Return a file's encoding, all of it decoded once, and why it was guessed; raises `TapeRefused` with the line."""
    guessed = None
    stream.seek(0)
    head = stream.read(4096)
    if not head:
        raise TapeRefused("the file is empty")
    for mark, what in _OTHERS:
        if head.startswith(mark):
            raise TapeRefused(f"this is {what}, not a table: save the table as CSV or .xlsx and upload that")
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if encoding is not None:
        name = _known(encoding)
        wrong = _first_undecodable(stream, name)
        if wrong is not None:
            raise TapeRefused(f"these bytes are not {encoding}; save the file as UTF-8", line=wrong)
    elif (told := marked or _wide(head)) is not None:
        name = told
        wrong = _first_undecodable(stream, name)
        if wrong is not None:
            raise TapeRefused(f"the file says it is {name} and these bytes are not; save it as UTF-8", line=wrong)
    else:
        name = "utf-8"
        wrong = _first_undecodable(stream, name)
        if wrong is not None:
            name, guessed = "cp1252", f"line {wrong} is not UTF-8: the file is read as Windows-1252"
            wrong = _first_undecodable(stream, name)
            if wrong is not None:
                raise TapeRefused("these bytes are neither UTF-8 nor Windows-1252; save the file as UTF-8", line=wrong)
    return name, guessed


def beginning(stream: BinaryIO, encoding: str) -> str:
    """Return the first characters of a file, as many as a record may have."""
    stream.seek(0)
    text = io.TextIOWrapper(io.BufferedReader(_Unclosed(stream), CHUNK), encoding=encoding, newline="")
    return text.read(MAX_RECORD)


def records(stream: BinaryIO, form: TextForm) -> Iterator[tuple[int, list[str]]]:
    """Yield each record that is not blank with the line it begins on; raises `TapeRefused` naming the line."""
    stream.seek(0)
    text = io.TextIOWrapper(io.BufferedReader(_Unclosed(stream), CHUNK), encoding=form.encoding, newline="")
    read = 0

    def lines() -> Iterator[str]:
        nonlocal read
        # A line is read no further than a record may be long, and a record may have many lines.
        for line in iter(functools.partial(text.readline, MAX_RECORD + 1), ""):
            read += len(line)
            if read > MAX_RECORD:
                raise TapeRefused(f"a record is longer than {MAX_RECORD:,} characters", line=begins)
            yield line

    reader = csv.reader(lines(), delimiter=form.delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            read = 0
            if cells and (cells[0].strip() or any(cell.strip() for cell in cells)):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise TapeRefused(f"this is not CSV ({error}); is a quotation mark not closed?", line=begins) from error


class _Unclosed(io.RawIOBase):
    """A stream that stays open when the text wrapper around it is done."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the buffer is what TextIOWrapper gives
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _known(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
        io.TextIOWrapper(io.BytesIO(), encoding=name)  # which takes encodings of text only: base64 is none
        return name
    except (LookupError, ValueError):
        raise TapeRefused(f"there is no encoding called {encoding!r}; utf-8, utf-16 and cp1252 are usual") from None


def _wide(head: bytes) -> str | None:
    """Return the byte order of UTF-32 or UTF-16 where the other bytes of plain text are zero."""
    if len(head) >= 8:
        first, second, third, fourth = (not any(head[at::4]) for at in range(4))
        if third and fourth and not first:
            return "utf-32-le"
        if first and second and not fourth:
            return "utf-32-be"
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) // 4 and even == 0:
        return "utf-16-le"
    if even > len(head) // 4 and odd == 0:
        return "utf-16-be"
    return None


def _first_undecodable(stream: BinaryIO, encoding: str) -> int | None:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    line, size = 1, 0
    while True:
        chunk = stream.read(CHUNK)
        size += len(chunk)
        if size > MAX_BYTES:
            raise TapeRefused(f"the file is larger than {MAX_BYTES // 1024 // 1024} MB")
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            return line + error.object[: error.start].count(b"\n")
        except UnicodeError:  # some encodings cannot say where
            return line
        line += text.count("\n")
        if not chunk:
            return None
