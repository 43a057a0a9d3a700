"""A file is read in a process of its own, within limits: what needs more is refused, with the reason."""

from __future__ import annotations

import asyncio
import datetime
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import Any, BinaryIO

import psutil
import pytest

from realinsights.loans.model.imports import ImportState
from realinsights.loans.service.imports import reading_process
from realinsights.loans.service.imports.reading_process import Reader, Readers
from realinsights.loans.store import LOANS
from realinsights.loans.tapes import reading
from realinsights.loans.tapes.problems import Refused, TapeRefused
from realinsights_platform.errors import Invalid, OverQuota
from realinsights_platform.quota import Quota

HEADER = "loanNumber,originalBalance,currentBalance,rate,originationDate,maturityDate"
AS_OF = datetime.date(2025, 12, 31)
ASKED: dict[str, Any] = {"deal": None, "encoding": None, "mapping": None}


def a_table(loans: int) -> bytes:
    rows = (f"L-{number},1000000,900000,{'much' if number % 7 == 3 else '5%'},2020-01-01,2030-01-01" for number in
            range(loans))  # fmt: skip
    return "\n".join([HEADER, *rows]).encode()


@pytest.fixture
def stream() -> Iterator[BinaryIO]:
    with tempfile.TemporaryFile(buffering=0) as file:
        yield file


@pytest.fixture
def reader_of(stream: BinaryIO) -> Iterator[Any]:
    readers: list[Reader] = []

    def build(data: bytes) -> Reader:
        stream.write(data)
        stream.flush()
        readers.append(Reader(stream, size=len(data)))
        return readers[-1]

    yield build
    for reader in readers:
        reader.close()


def process() -> psutil.Process:
    """Return the process of the reader that was started last."""
    (server,) = (child for child in psutil.Process().children() if "forkserver" in " ".join(child.cmdline()))
    return server.children()[-1]


class TestAReader:
    def test_says_of_a_file_what_reading_it_here_would(self, reader_of, stream):
        reader = reader_of(a_table(600))
        assert reader.header(file_name="a.csv") == reading.read_header(stream, file_name="a.csv")
        layout = reader.inspect(file_name="a.csv", **ASKED)
        assert layout == reading.inspect(stream, file_name="a.csv")
        rows = list(reading.statements(stream, layout, as_of=AS_OF))
        assert sum(isinstance(row, Refused) for row in rows) == 86
        assert list(reader.statements(layout, as_of=AS_OF)) == rows
        assert list(reader.statements(layout, as_of=AS_OF, skipped=500)) == rows[500:]

    def test_says_what_is_wrong_with_it(self, reader_of):
        reader = reader_of(b"color,size\nred,1\n")
        with pytest.raises(Invalid, match="no column was recognized for loanNumber"):
            reader.inspect(file_name="a.csv", **ASKED)
        assert reader.header(file_name="a.csv").header == ("color", "size"), "it goes on"

    def test_takes_second_place_to_the_server(self, reader_of):
        reader = reader_of(a_table(1))
        reader.header(file_name="a.csv")
        assert process().nice() == psutil.Process().nice() + 10

    def test_has_a_limit_of_processor_time(self, reader_of, monkeypatch):
        monkeypatch.setattr(reading_process, "SECONDS", 1)
        monkeypatch.setattr(reading_process, "SECONDS_PER_MEGABYTE", 0)
        monkeypatch.setattr(reading_process, "PATIENCE", 600)  # a busy machine gives it little time
        reader = reader_of(a_table(100_000))
        layout = reader.inspect(file_name="a.csv", **ASKED)
        with pytest.raises(TapeRefused, match="took more than 1 seconds of processor time"):
            list(reader.statements(layout, as_of=AS_OF))

    @pytest.mark.skipif(sys.platform != "linux", reason="macOS has no limit of addresses")
    def test_has_a_limit_of_memory(self, reader_of, monkeypatch):
        reader_of(a_table(1)).header(file_name="a.csv")
        monkeypatch.setattr(reading_process, "MEMORY", process().memory_info().vms)
        reader = reader_of(a_table(100_000))
        with pytest.raises(Invalid, match=r"takes more than [0-9,]+ MB of memory"):
            list(reader.statements(reader.inspect(file_name="a.csv", **ASKED), as_of=AS_OF))

    def test_has_a_limit_of_patience(self, reader_of, monkeypatch):
        reader = reader_of(a_table(1))
        reader.header(file_name="a.csv")
        process().suspend()
        monkeypatch.setattr(reading_process, "PATIENCE", 0)
        with pytest.raises(TapeRefused, match="stood still"):
            reader.header(file_name="a.csv")

    def test_that_is_killed_says_so(self, reader_of):
        reader = reader_of(a_table(1))
        reader.header(file_name="a.csv")
        process().kill()
        with pytest.raises(TapeRefused, match="ended from outside"):
            reader.header(file_name="a.csv")

    @pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
    def test_ends_with_the_server_however_that_ends(self, how):
        program = (
            "import tempfile; from realinsights.loans.service.imports.reading_process import Reader\n"
            "file = tempfile.TemporaryFile(); file.write(b'a\\n1\\n'); file.flush()\n"
            "reader = Reader(file, size=4); reader.header(file_name='a.csv'); print('.', flush=True); input()"
        )
        with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
            assert server.stdout is not None
            server.stdout.readline()
            children = psutil.Process(server.pid).children(recursive=True)
            assert len(children) >= 2
            server.send_signal(how)
        assert psutil.wait_procs(children, timeout=30)[1] == []


class TestReaders:
    async def test_read_one_file_of_an_organization_at_a_time_and_few_in_all(self, monkeypatch, stream):
        stream.write(a_table(1))
        stream.flush()
        monkeypatch.setattr(reading_process, "AT_ONCE", 2)
        readers, meeting = Readers(), asyncio.Barrier(2)
        under_way: list[str] = []

        async def read(org: str) -> None:
            async with readers.reading(stream, org=org, size=1):
                under_way.append(org)
                assert len(under_way) <= 2
                assert len(set(under_way)) == len(under_way)
                await meeting.wait()
                under_way.remove(org)

        async with asyncio.timeout(30):
            await asyncio.gather(*(read(org) for org in "abcabc"))


class TestQuota:
    async def test_of_files_refuses_one_more_but_not_one_that_is_there(self, office):
        tape = a_table(10)
        office.quota = Quota(len(tape) + 9)
        await office.bring(tape, "first.csv", dry_run=True)
        await office.bring(tape, "again.csv", dry_run=True)
        with pytest.raises(OverQuota, match="taken all of the"):
            await office.ask(a_table(1), "second.csv")
        await office.ask(tape, "another organization's.csv", org="org-2")

    async def test_ends_an_import_that_can_be_undone(self, office):
        office.quota = Quota(100_000)
        await office.stop()
        await office.start()
        work = await office.bring(a_table(1_500), "large.csv")
        assert work.state is ImportState.FAILED
        assert work.error == (
            "Your organization has taken all of the 0.0 GB that it may. What it has stays readable. "
            "Ask whoever runs this installation for more; what it had stored stays, and can be undone"
        )
        assert 0 < work.done < 1_500
        assert (await office.undo(work)).state is ImportState.UNDONE
        assert await office.all(LOANS) == []
