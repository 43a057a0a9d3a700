"""Use case: find by which conventions a lender computed an uploaded statement.

The file is from a stranger: it is read and solved in a process of its own, beside the server, with a limit of processor
time and of memory. What was solved when the time is over is answered; the other loans say that they were not.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from typing import BinaryIO, Final, cast

import msgspec

from realinsights.loans.model.lender_statements import known_of, solved_loan
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.overcharges import Overcharges, SolvedUpload, overcharges_of_rows
from realinsights.loans.model.solutions import STATUSES, SolutionView, SolvedFile, refused, solved_file
from realinsights.loans.model.tape import Precision
from realinsights.loans.service.imports.reading_process import Readers
from realinsights.loans.tapes import lender_files
from realinsights_finance.solver import KnownTerms, Status
from realinsights_platform.bounded_process import Answering, BoundedProcess, Ended, StoodStill, load_ahead
from realinsights_platform.errors import Invalid

LARGEST: Final = 4 * 1024 * 1024
"""Bytes of a file."""

MOST_LOANS: Final = 200
"""Loans of a file."""

SECONDS: Final = 20
"""Seconds of the processor that a file may take."""

MEMORY: Final = 2 * 1024**3
PATIENCE: Final = 6 * SECONDS
load_ahead(__name__)


class _Asked(msgspec.Struct, array_like=True):
    name: str
    known: KnownTerms | None
    precision: Precision | None


class _Read(msgspec.Struct, tag=True, array_like=True):
    precision: Precision
    numbers: tuple[str, ...]


class _Refusal(msgspec.Struct, tag=True, array_like=True):
    message: str


class _Solved(msgspec.Struct, tag=True, array_like=True):
    loan: SolutionView


_ENCODE: Final = msgspec.msgpack.Encoder().encode
_ASKED: Final = msgspec.msgpack.Decoder(_Asked).decode
_ANSWER: Final = msgspec.msgpack.Decoder(_Read | _Refusal | _Solved).decode


async def solve_upload(
    *,
    readers: Readers,
    org: str,
    content: AsyncIterator[bytes],
    file_name: str,
    loan: Loan | None,
    precision: Precision | None,
) -> SolvedUpload:
    """Return what is found of the loans of a file; `loan` is the one whose terms are known of a CSV of due dates.

    Of a file of that loan alone, what was billed stands beside what the terms say. Raises `Invalid` for a file that is
    no statement, has too many loans, or takes too much of the machine to be read.
    """
    asked = _ENCODE(_Asked(file_name, None if loan is None else known_of(loan), precision))
    with tempfile.TemporaryFile() as spool:
        async for chunk in content:
            await asyncio.to_thread(spool.write, chunk)
        if not spool.tell():
            raise Invalid.field("file", "is empty")
        await asyncio.to_thread(spool.seek, 0)
        async with readers.turn(org):
            found = await asyncio.to_thread(_solved, cast("BinaryIO", spool), asked)
    billed = await asyncio.to_thread(_billed, loan, found) if loan is not None else None
    return SolvedUpload(precision=found.precision, tolerance=found.tolerance, loans=found.loans, overcharges=billed)


def _billed(loan: Loan, found: SolvedFile) -> Overcharges | None:
    if len(found.loans) != 1 or not found.loans[0].rows:
        return None
    (solved,) = found.loans
    matched = solved.status in {STATUSES[Status.MATCHED], STATUSES[Status.TIED]}
    return overcharges_of_rows(
        loan,
        solved.rows,
        billed_by=solved.conventions[0].words if matched and solved.decided_by is None else None,
        tolerance=found.tolerance,
        precision=found.precision,
    )


def _solved(stream: BinaryIO, asked: bytes) -> SolvedFile:
    process = BoundedProcess(_work, stream, seconds=SECONDS, memory=MEMORY, name="solving")
    read: _Read | None = None
    solved: list[SolutionView] = []
    try:
        for each in process.answers(asked, patience=PATIENCE):
            answer = _ANSWER(each)
            if isinstance(answer, _Refusal):
                raise Invalid(answer.message)
            if isinstance(answer, _Read):
                read = answer
            else:
                solved.append(answer.loan)
    except (Ended, StoodStill):
        if read is None:
            raise Invalid("The file takes too much of the machine to be read: send fewer loans at a time.") from None
    finally:
        process.close()
    if read is None:
        raise Invalid("The file could not be read.")
    late = f"the {SECONDS} seconds of one request were over before it: send it with fewer loans"
    return solved_file(read.precision, (*solved, *(refused(number, late) for number in read.numbers[len(solved) :])))


def _work(stream: BinaryIO) -> Answering:
    return lambda asked: map(_ENCODE, _answers(_ASKED(asked), stream))


def _answers(asked: _Asked, stream: BinaryIO) -> Iterator[_Read | _Refusal | _Solved]:
    stream.seek(0)
    try:
        found = lender_files.read(stream.read(), name=asked.name, known=asked.known, precision=asked.precision)
    except Invalid as invalid:
        yield _Refusal(invalid.message)
        return
    if len(found.loans) > MOST_LOANS:
        yield _Refusal(f"{asked.name} has {len(found.loans)} loans: {MOST_LOANS} at most can be solved at a time.")
        return
    numbers = (each.loan if isinstance(each, SolutionView) else each.number for each in found.loans)
    yield _Read(found.precision, tuple(numbers))
    for each in found.loans:
        yield _Solved(solved_loan(each))
