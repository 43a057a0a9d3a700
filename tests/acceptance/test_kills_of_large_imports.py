"""A large import is killed (SIGKILL) with the process that drafts for it; the next start goes on where it stopped."""

from __future__ import annotations

import contextlib
import json
import os
import select
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from realinsights.loans.service.imports.storing import CHUNK, LARGE

COMMAND = Path(sys.executable).with_name("realinsights")
LOANS = LARGE + 10 * CHUNK
PATIENCE = 120.0  # seconds, of a machine that has other things to do
LOOK = 0.01
PROCESSES = Path("/proc")


def a_tape(folder: Path) -> Path:
    rows = ["loanNumber,originalBalance,currentBalance,rate,originationDate,maturityDate,asOf,propertyName,state"]
    rows += [
        f"L-{number},1000000.00,900000.00,5.25%,2020-01-01,2030-01-01,2025-12-31,Plot {number},CA"
        for number in range(LOANS)
    ]
    file = folder / "book.csv"
    file.write_text("\n".join(rows))
    return file


def helpers_of(pid: int) -> set[int]:
    """Return the processes that a process has started."""
    found = set()
    for children in PROCESSES.glob(f"{pid}/task/*/children"):
        with contextlib.suppress(OSError):
            found |= {int(child) for child in children.read_text().split()}
    return found


def stored(folder: Path) -> int:
    """Return how many loans are stored."""
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(f"file:{folder / 'loans.sqlite'}?mode=ro", uri=True)) as connection,
    ):
        count: int = connection.execute("SELECT count(*) FROM loans_loan").fetchone()[0]
        return count
    return 0


def stored_more_than(folder: Path, loans: int, process: subprocess.Popen[bytes]) -> bool:
    """Wait until the process has stored more loans; return False where it ended before."""
    for _ in range(int(PATIENCE / LOOK)):
        if stored(folder) > loans:
            return True
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(LOOK)
            return False
    raise AssertionError("nothing is stored")


@pytest.mark.slow
@pytest.mark.skipif(not PROCESSES.is_dir(), reason="who started whom is read from /proc")
def test_leaves_no_process_and_no_loan_behind(tmp_path: Path) -> None:
    data, tape = tmp_path / "data", a_tape(tmp_path)
    command = [str(COMMAND), "--data", str(data), "import", str(tape), "--org", "check", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    assert stored_more_than(data, 0, process)
    watched = [os.pidfd_open(helper) for helper in helpers_of(process.pid)]
    assert watched
    process.kill()
    process.wait()
    before = stored(data)
    assert CHUNK <= before < LOANS
    assert before % CHUNK == 0
    for helper in watched:
        assert select.select([helper], [], [], PATIENCE)[0], "a process that it started is still there"
        os.close(helper)

    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE * 4, check=True)
    again = json.loads(done.stdout)
    assert (again["created"], again["unchanged"], stored(data)) == (0, LOANS, LOANS)
    subprocess.run([str(COMMAND), "--data", str(data), "journal", "verify", "--org", "check"], check=True)
