"""Imports as the command line runs them: whole processes, their wall time and peak memory."""

from __future__ import annotations

import contextlib
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import httpx
import psutil

from benchmarks.machine import limit
from benchmarks.servers import COMMAND, Server
from benchmarks.table import Row

ROWS = 100_000
TAPE_LOANS = 35
PARSE_ONLY = "import csv,sys; print(sum(1 for _ in csv.reader(open(sys.argv[1], newline='', encoding='utf-8'))))"


@dataclass(frozen=True, slots=True)
class Import:
    """What an import answered, its wall seconds, and the peak memory of all its processes together in bytes."""

    answer: dict[str, object]
    seconds: float
    peak: int


def run(data: Path, file: Path, organization: str, tree: Path | None = None) -> Import:
    """Import a file with the command line, or with that of another source tree."""
    command = COMMAND if tree is None else str(tree / ".venv" / "bin" / "realinsights")
    started = time.perf_counter()
    process = subprocess.Popen(
        [command, "--data", str(data), "import", str(file), "--org", organization, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with ThreadPoolExecutor(1) as watching:
        peak = watching.submit(_watch, process)
        output, _ = process.communicate()
        seconds = time.perf_counter() - started
    if process.returncode != 0:
        raise RuntimeError(f"the import was refused: {output[:2000]!r}")
    return Import(json.loads(output), seconds, peak.result())


def small(server: Server, headers: dict[str, str], tape: Path) -> Row:
    """Measure the import of a tape of 35 loans into a running platform, from its upload to its end."""
    seconds, parsed = [], []
    with httpx.Client(base_url=server.url, headers=headers, timeout=60) as client:
        for deal in range(7):
            started = time.perf_counter()
            answer = client.post(
                "/api/v1/imports", params={"fileName": tape.name, "deal": f"deal-{deal}"}, content=tape.read_bytes()
            )
            with client.stream("GET", f"/api/v1/imports/{answer.json()['id']}/events") as events:
                last = [line for line in events.iter_lines() if line.startswith("data:")][-1]
            seconds.append(time.perf_counter() - started)
            work = json.loads(last.removeprefix("data:"))
            if (work["state"], work["created"]) != ("done", TAPE_LOANS):
                raise RuntimeError(f"the tape was not imported: {last}")
            started = time.perf_counter()
            ElementTree.parse(tape)
            parsed.append(time.perf_counter() - started)
    took, most = statistics.median(seconds), limit(1)
    return Row(
        f"import of the {TAPE_LOANS}-loan tape, upload to end",
        f"{took:.2f} s",
        f"parsing its XML alone: {statistics.median(parsed):.3f} s",
        most.told,
        most.met(took),
    )


def large(folders: Mapping[Path, Path | None], file: Path) -> Row:
    """Measure the import of a CSV of 100,000 rows beside reading it with the csv module.

    `folders` are data folders with the source tree that imports into each, None for this one, which comes first.
    """
    told, met = [], []
    for data, tree in folders.items():
        done = run(data, file, "bench", tree)
        parsed = statistics.median(_read_alone(file) for _ in range(3))
        told.append(
            f"{done.seconds:.1f} s = {done.seconds / parsed:.0f} x, peak {done.peak / 1e6:.0f} MB, "
            f"{done.answer['created']:,} created"
        )
        met.append(done.seconds <= 60 * parsed and done.peak <= 400e6)
    return Row(
        f"import of a {ROWS:,}-row CSV",
        told[0],
        f"csv.reader over the same file: {parsed:.2f} s",
        "<= 60 x, <= 400 MB",
        met[0],
        *told[1:],
    )


def _read_alone(file: Path) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", PARSE_ONLY, str(file)], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def _watch(process: subprocess.Popen[bytes]) -> int:
    """Return the most memory in bytes that the process and those it started have had, what they share counted once."""
    most, own = 0, psutil.Process(process.pid)
    while process.poll() is None:
        with contextlib.suppress(psutil.NoSuchProcess):  # one has ended in between
            most = max(most, sum(one.memory_full_info().pss for one in (own, *own.children(recursive=True))))
        time.sleep(0.25)
    return most
