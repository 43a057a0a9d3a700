"""The process that makes one report: `python -m realinsights.loans.reports FOLDER`.

It reads the order and then pages of loans from its standard input, each with its length before it, and writes what it
made to its standard output. An empty page ends the loans; an input that ends before it ends the process.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from realinsights.loans.reports.book import Book, ReportOrder
from realinsights.loans.reports.making import make
from realinsights_platform.bounded_process import bound

MEMORY: Final = 1024**3
"""Bytes of addresses that it may use."""

SECONDS: Final = 900
"""Seconds of processor time that it may take."""

_LENGTH: Final = 4


def _page(stream: BinaryIO) -> bytes:
    length = int.from_bytes(stream.read(_LENGTH), "big")
    page = stream.read(length)
    if len(page) < length:
        raise EOFError
    return page


def main() -> int:
    """Make the report; return 1 where nobody waits for it any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who interrupts the server means the server, which ends this
    bound(seconds=SECONDS, memory=MEMORY)
    stream = sys.stdin.buffer
    try:
        book = Book(msgspec.msgpack.decode(_page(stream), type=ReportOrder))
        while page := _page(stream):
            book.add(page)
    except EOFError:
        return 1
    sys.stdout.buffer.write(msgspec.msgpack.encode(make(book, Path(sys.argv[1]))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
