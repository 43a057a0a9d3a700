"""Reading process: reads one uploaded file beside the server, so that a file from a stranger slows nobody else.

The process lasts as long as its file is read. It takes second place to the server, has a limit of processor time and
of memory, and may keep its reader waiting only so long; a file that needs more is refused with that reason.
"""

from __future__ import annotations

import asyncio
import datetime
import functools
import itertools
import resource
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, BinaryIO, Final, cast
from weakref import WeakValueDictionary

import msgspec

from realinsights.loans.model.tape import ColumnChoice, Statement, TapeLayout
from realinsights.loans.tapes import reading, workbook
from realinsights.loans.tapes.problems import Refused, TapeRefused
from realinsights.loans.tapes.reading import HeaderReading
from realinsights.loans.tapes.workbook import SheetRead, WhichSheet
from realinsights_platform.bounded_process import Answering, BoundedProcess, Ended, StoodStill, load_ahead
from realinsights_platform.errors import FieldError, Invalid

AT_ONCE: Final = 4
"""Files that are read at a time; one of an organization."""

SECONDS: Final = 20
SECONDS_PER_MEGABYTE: Final = 1.5
MEMORY: Final = 2 * 1024**3  # bytes of addresses; the interpreter and its libraries take a quarter of it
_UNPACKED: Final = 10
"""How many times its size a workbook counts: it is packed, and cell by cell more work."""

PATIENCE: Final = 10
"""How many times its processor time a file may take by the clock before the next answer comes."""

_ROWS_AT_ONCE: Final = 250
_ANSWER_BYTES: Final = 4 * 1024 * 1024
load_ahead(__name__)


class _Header(msgspec.Struct, tag=True, array_like=True):
    file_name: str
    encoding: str | None = None
    cells: bool = True
    mapping: tuple[ColumnChoice, ...] | None = None
    named: str | None = None


class _Inspect(msgspec.Struct, tag=True, array_like=True):
    file_name: str
    deal: str | None
    encoding: str | None
    mapping: tuple[ColumnChoice, ...] | None
    named: str | None
    remembered: bool


class _Statements(msgspec.Struct, tag=True, array_like=True):
    layout: TapeLayout
    as_of: datetime.date | None
    skipped: int
    most: int | None


class _Rows(msgspec.Struct, tag=True, array_like=True):
    """Rows in the file's order, a statement each, or None for the next of `refused`."""

    statements: list[Statement | None]
    refused: list[Refused]


class _Read(msgspec.Struct, tag=True, array_like=True):
    header: HeaderReading | None = None
    layout: TapeLayout | None = None


class _Refusal(msgspec.Struct, tag=True, array_like=True):
    message: str
    fields: tuple[FieldError, ...] = ()


_Asked = _Header | _Inspect | _Statements
_Answer = _Rows | _Read | _Refusal
_ENCODE: Final = msgspec.msgpack.Encoder().encode
_ASKED: Final = msgspec.msgpack.Decoder(_Asked).decode
_ANSWER: Final[Any] = msgspec.msgpack.Decoder(_Answer).decode


class Reader:
    """One file and the process that reads it. Every method blocks: call it in a thread."""

    def __init__(self, stream: BinaryIO, *, size: int, sheet: str | None = None) -> None:
        if workbook.is_workbook(stream):
            size *= _UNPACKED
        self._seconds = int(SECONDS + SECONDS_PER_MEGABYTE * size / 1024**2)
        work = functools.partial(_read, sheet)
        self._process = BoundedProcess(work, stream, seconds=self._seconds, memory=MEMORY, name="reading")

    def header(
        self,
        *,
        file_name: str,
        encoding: str | None = None,
        cells: bool = True,
        mapping: tuple[ColumnChoice, ...] | None = None,
        named: str | None = None,
    ) -> HeaderReading:
        """Return what `reading.read_header` does; raises `TapeRefused`."""
        (answer,) = self._answers(_Header(file_name, encoding, cells, mapping, named))
        return answer.header  # type: ignore[no-any-return]  # what is asked is answered

    def inspect(
        self,
        *,
        file_name: str,
        deal: str | None,
        encoding: str | None,
        mapping: tuple[ColumnChoice, ...] | None,
        named: str | None = None,
        remembered: bool = False,
    ) -> TapeLayout:
        """Return what `reading.inspect` does; raises `TapeRefused` and `Invalid`."""
        (answer,) = self._answers(_Inspect(file_name, deal, encoding, mapping, named, remembered))
        return answer.layout  # type: ignore[no-any-return]  # what is asked is answered

    def statements(
        self, layout: TapeLayout, *, as_of: datetime.date | None, skipped: int = 0, most: int | None = None
    ) -> Iterator[Statement | Refused]:
        """Yield what `reading.statements` does, `most` of them but for the first `skipped`; raises `TapeRefused`."""
        for answer in self._answers(_Statements(layout, as_of, skipped, most)):
            refused = iter(answer.refused)
            for statement in answer.statements:
                yield next(refused) if statement is None else statement

    def close(self) -> None:
        """End the process, whatever it is at."""
        self._process.close()

    def _answers(self, asked: _Asked) -> Iterator[Any]:
        patience = PATIENCE * self._seconds
        refused: _Refusal | None = None  # it is the last answer
        try:
            for encoded in self._process.answers(_ENCODE(asked), patience=patience):
                answer: _Answer = _ANSWER(encoded)
                if isinstance(answer, _Refusal):
                    refused = answer
                else:
                    yield answer
        except StoodStill:
            raise TapeRefused(f"Reading the file stood still for {patience:,} seconds.") from None
        except Ended as ended:
            raise self._refusal(ended) from ended
        if refused is not None:
            raise Invalid(refused.message, refused.fields)

    def _refusal(self, ended: Ended) -> Exception:
        if ended.out_of_time:
            return TapeRefused(f"Reading the file took more than {self._seconds:,} seconds of processor time.")
        if ended.exit_code == -signal.SIGKILL:
            return TapeRefused("The process that read the file was ended from outside. Import the file again.")
        return RuntimeError(f"the process that reads a file has ended with {ended.exit_code}")


class Readers:
    """A bounded number of readers: `AT_ONCE` in all, one for each organization; who comes later waits."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)
        self._organizations: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, org: str) -> AsyncIterator[None]:
        """Wait until an organization may begin with a file, and let nobody else of it until the context is left."""
        lock = self._organizations.setdefault(org, asyncio.Lock())
        async with lock, self._free:
            yield

    @asynccontextmanager
    async def reading(
        self, stream: BinaryIO, *, org: str, size: int, sheet: str | None = None
    ) -> AsyncIterator[Reader]:
        """Read a file of an organization until the context is left; `sheet` is which of a workbook."""
        async with self.turn(org):
            starting = asyncio.create_task(asyncio.to_thread(Reader, stream, size=size, sheet=sheet))
            try:
                yield await asyncio.shield(starting)
            finally:
                # Who leaves while it starts waits for it, or it would be left behind with the file.
                reader = await starting
                await asyncio.to_thread(reader.close)


def _read(sheet: str | None, stream: BinaryIO) -> Answering:
    table = _Table(stream, sheet)
    return lambda asked: map(_ENCODE, _answers(_ASKED(asked), table))


class _Table:
    """The file, of a workbook one sheet as CSV; `read` says which."""

    def __init__(self, stream: BinaryIO, sheet: str | None) -> None:
        self._stream = stream
        self._sheet = sheet
        self.read: SheetRead | None = None

    @property
    def note(self) -> str | None:
        """Return what a person should know of the sheet that is read."""
        return self.read.note if self.read is not None else None

    def open(self) -> BinaryIO:
        """Return what is to be read; raises `TapeRefused` for a workbook that has no such sheet."""
        if self.read is None and workbook.is_workbook(self._stream):
            table = tempfile.TemporaryFile()  # noqa: SIM115 - it goes with the process
            self.read = workbook.to_csv(self._stream, cast("BinaryIO", table), sheet=self._sheet)
            self._stream = cast("BinaryIO", table)
        return self._stream


def _answers(asked: _Asked, table: _Table) -> Iterator[_Answer]:
    try:
        stream = table.open()
        if isinstance(asked, _Header):
            header = reading.read_header(
                stream,
                file_name=asked.file_name,
                encoding=asked.encoding,
                cells=asked.cells,
                mapping=asked.mapping,
                named=asked.named,
            )
            sheet, sheets, _ = table.read or SheetRead("", (), "")
            note = _both(table.note, header.note)
            yield _Read(header=msgspec.structs.replace(header, note=note, sheet=sheet or None, sheets=sheets))
        elif isinstance(asked, _Inspect):
            layout = reading.inspect(
                stream,
                file_name=asked.file_name,
                deal=asked.deal,
                encoding=asked.encoding,
                mapping=asked.mapping,
                named=asked.named,
                remembered=asked.remembered,
            )
            yield _Read(layout=msgspec.structs.replace(layout, note=_both(table.note, layout.note)))
        else:
            yield from _rows(asked, stream)
    except WhichSheet as asked_back:
        if isinstance(asked, _Header):
            yield _Read(header=HeaderReading(format="csv", note=asked_back.message, sheets=asked_back.sheets))
        else:
            yield _Refusal(asked_back.message, asked_back.fields)
    except Invalid as refused:
        yield _Refusal(refused.message, refused.fields)
    except MemoryError:
        most = resource.getrlimit(resource.RLIMIT_AS)[0]
        yield _Refusal(f"Reading the file takes more than {most // 1024**2:,} MB of memory.")


def _both(*notes: str | None) -> str | None:
    return "; ".join(filter(None, notes)) or None


def _rows(asked: _Statements, stream: BinaryIO) -> Iterator[_Rows]:
    rows: list[Any] = []
    refused: list[Refused] = []
    size = 0
    end = None if asked.most is None else asked.skipped + asked.most
    for row in itertools.islice(reading.statements(stream, asked.layout, as_of=asked.as_of), asked.skipped, end):
        if isinstance(row, Refused):
            refused.append(row)
        rows.append(msgspec.Raw(_ENCODE(row)) if isinstance(row, Statement) else None)
        size += len(rows[-1] or b"")
        if len(rows) == _ROWS_AT_ONCE or size > _ANSWER_BYTES:
            yield _Rows(rows, refused)
            rows, refused, size = [], [], 0
    if rows:
        yield _Rows(rows, refused)
