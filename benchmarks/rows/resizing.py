"""Sizing a portfolio anew over HTTP: as a slider moves, each time with another shock, so that no cache answers."""

from __future__ import annotations

import csv
import statistics
import time
from pathlib import Path

import httpx

from benchmarks import tapes
from benchmarks.machine import limit
from benchmarks.rows import importing
from benchmarks.servers import administrator, product
from benchmarks.table import Row

LOANS = 10_000
MOVES = 40
TARGET = 1.0
PATH = "/api/v1/portfolio/stress"
ON = "2026-01-15"


def tape(file: Path) -> Path:
    """Write a tape of which every fourth loan floats, and return the file."""
    with tapes.write_csv(file.with_suffix(".fixed"), LOANS).open(newline="", encoding="utf-8") as fixed:
        rows = list(csv.DictReader(fixed))
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.DictWriter(opened, [*rows[0], "rateType", "index", "spread"])
        writer.writeheader()
        for number, row in enumerate(rows):
            floats = {"rateType": "floating", "index": "SOFR30A", "spread": "0.02500", "amortizationMonths": ""}
            writer.writerow(row | (floats if number % 4 == 0 else {"rateType": "fixed"}))
    return file


def measure(folder: Path) -> Row:
    """Measure moves of the sliders, one after the other, from request to the last byte of the answer."""
    data = folder / "resizing"
    importing.run(data, tape(folder / "resizing.csv"), "bench")
    headers = administrator(data, "bench")
    with (
        product(data, "--no-demonstration") as server,
        httpx.Client(base_url=server.url, headers=headers, timeout=60) as client,
    ):
        first, found = _asked(client, 0)
        moves = [_asked(client, move)[0] for move in range(1, MOVES + 1)]
        bare_seconds = [_dashboard(client) for _ in range(MOVES)]
    if (found["loans"], found["measured"]) != (LOANS, LOANS):
        raise RuntimeError(f"not all loans were sized: {found['measured']} of {found['loans']}")
    median, slowest, allowed = statistics.median(moves), max(moves), limit(TARGET)
    return Row(
        f"{LOANS:,} loans re-sized over HTTP, {len(found['outcomes'])} scenarios and the wall of balloons a move",
        f"{median * 1e3:.0f} ms, slowest of {MOVES} {slowest * 1e3:.0f} ms, first {first * 1e3:.0f} ms",
        f"a cached dashboard of theirs: {statistics.median(bare_seconds) * 1e3:.1f} ms",
        allowed.told,
        allowed.met(slowest),
    )


def _asked(client: httpx.Client, move: int) -> tuple[float, dict[str, object]]:
    shock = {
        "rateShift": f"{move / 10_000:.4f}",
        "incomeChange": f"{-move / 1_000:.3f}",
        "capRateShift": f"{move / 20_000:.5f}",
        "businessDate": ON,
    }
    started = time.perf_counter()
    answer = client.get(PATH, params=shock)
    seconds = time.perf_counter() - started
    answer.raise_for_status()
    document: dict[str, object] = answer.json()
    return seconds, document


def _dashboard(client: httpx.Client) -> float:
    started = time.perf_counter()
    client.get("/api/v1/dashboard", params={"businessDate": ON}).raise_for_status()
    return time.perf_counter() - started
