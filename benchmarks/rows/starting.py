"""How soon the platform answers after it was started, and what it holds in memory then."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

import psutil

from benchmarks import organizations
from benchmarks.machine import limit
from benchmarks.servers import Server, product
from benchmarks.table import Row

FEW, MANY = 10, 20_000
_SETTLED_SECONDS = 120


def measure(data: Path) -> Row:
    """Start the platform on a folder with its demonstration organization a few times."""
    with product(data):
        pass  # founds the demonstration
    seconds, resident, python = [], [], []
    for _ in range(5):
        with product(data) as server:
            seconds.append(server.seconds)
            resident.append(psutil.Process(server.pid).memory_info().rss)
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import starlette, numpy, uvicorn"], check=True)
        python.append(time.perf_counter() - started)
    took, held, most = statistics.median(seconds), max(resident), limit(2)
    return Row(
        "realinsights up, to the first answer / resident memory",
        f"{took:.2f} s / {held / 1e6:.0f} MB",
        f"python importing starlette, numpy and uvicorn: {statistics.median(python):.2f} s",
        f"{most.told} / <= 200 MB",
        most.met(took) and held <= 200e6,
    )


def many(folder: Path) -> Row:
    """Start the platform with few organizations and with many, in turns, and compare what the starts cost."""
    folders = {count: folder / f"organizations-{count}" for count in (FEW, MANY)}
    for count, data in folders.items():
        organizations.begin(data, count)
        with product(data, "--no-demonstration") as server:
            _settle(server)
    cpu: dict[int, list[float]] = {FEW: [], MANY: []}
    resident = dict.fromkeys(folders, 0)
    for _ in range(5):
        for count, data in folders.items():
            with product(data, "--no-demonstration") as server:
                process = psutil.Process(server.pid)
                _settle(server)
                used = process.cpu_times()
                cpu[count].append(used.user + used.system)
                resident[count] = max(resident[count], process.memory_info().rss)
    few, most = statistics.median(cpu[FEW]), statistics.median(cpu[MANY])
    return Row(
        f"a start with {MANY:,} organizations, CPU until idle / resident memory",
        f"{most:.2f} s = {most / few:.2f} x / {resident[MANY] / 1e6:.0f} MB",
        f"with {FEW}: {few:.2f} s / {resident[FEW] / 1e6:.0f} MB",
        "<= 1.2 x",
        most / few <= 1.2,
    )


def _settle(server: Server) -> None:
    """Wait until the process has nothing to do, within bounds: it has used no CPU for a second."""
    process = psutil.Process(server.pid)
    used = -1.0
    for _ in range(_SETTLED_SECONDS):
        now = sum(process.cpu_times()[:2])
        if now - used < 0.02:
            return
        used = now
        time.sleep(1)
