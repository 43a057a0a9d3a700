"""How soon the platform answers after it was started, and what it holds in memory then."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

import psutil

from benchmarks.servers import product
from benchmarks.table import Row


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
        subprocess.run([sys.executable, "-c", "import litestar, numpy, uvicorn"], check=True)
        python.append(time.perf_counter() - started)
    took, held = statistics.median(seconds), max(resident)
    return Row(
        "realinsights up, to the first answer / resident memory",
        f"{took:.2f} s / {held / 1e6:.0f} MB",
        f"python importing litestar, numpy and uvicorn: {statistics.median(python):.2f} s",
        "<= 2 s / <= 200 MB",
        took <= 2 and held <= 200e6,
    )
