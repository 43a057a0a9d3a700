"""A report of a large portfolio, from its request until it can be downloaded, and the memory of what makes it."""

from __future__ import annotations

import contextlib
import io
import json
import threading
import time
from pathlib import Path

import httpx
import openpyxl
import psutil

from benchmarks import tapes
from benchmarks.machine import limit
from benchmarks.rows import importing
from benchmarks.servers import Server, administrator, product
from benchmarks.table import Row

LOANS = 50_000
MOST_BYTES = 300e6


def measure(folder: Path, loans: int = LOANS) -> Row:
    """Measure a debt schedule of that many loans, as XLSX and PDF, beside reading the workbook again."""
    data = folder / "reporting"
    importing.run(data, tapes.write_csv(folder / "reported.csv", loans), "bench")
    headers = administrator(data, "bench")
    with product(data, "--no-demonstration") as server:
        with _Makers(server) as makers:
            started = time.perf_counter()
            run = _made(server, headers)
            took = time.perf_counter() - started
        address = f"{server.url}/api/v1/reports/runs/{run}/report.xlsx"
        content = httpx.get(address, headers=headers, timeout=120).raise_for_status().content
    started = time.perf_counter()
    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True)["Debt schedule"]
    rows = sum(1 for row in sheet.iter_rows(min_row=2, max_col=1, values_only=True) if row[0] is not None)
    read = time.perf_counter() - started
    if rows < loans:
        raise RuntimeError(f"the report has {rows} rows for {loans} loans")
    most = limit(30)
    return Row(
        f"report of {loans:,} loans as XLSX and PDF: time / memory of its process",
        f"{took:.1f} s / {makers.most / 1e6:.0f} MB",
        f"reading its workbook again: {read:.1f} s",
        f"{most.told}, <= 300 MB",
        most.met(took) and makers.most <= MOST_BYTES,
    )


def _made(server: Server, headers: dict[str, str]) -> str:
    """Ask for the report, and return its run's id once it is there."""
    with httpx.Client(base_url=f"{server.url}/api/v1", headers=headers, timeout=600) as client:
        run: str = client.post("/reports/debt_schedule/runs", json={}).raise_for_status().json()["id"]
        with client.stream("GET", f"/reports/runs/{run}/events") as events:
            last = [line for line in events.iter_lines() if line.startswith("data:")][-1]
    state = json.loads(last.removeprefix("data:"))["state"]
    if state != "done":
        raise RuntimeError(f"the report was not made: {last}")
    return run


class _Makers:
    """The most memory of the processes that a server starts while the context lasts, each by itself."""

    def __init__(self, server: Server) -> None:
        self._server = psutil.Process(server.pid)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.most = 0

    def __enter__(self) -> _Makers:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.05):
            for child in self._server.children(recursive=True):
                with contextlib.suppress(psutil.NoSuchProcess):
                    self.most = max(self.most, child.memory_info().rss)
